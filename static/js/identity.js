/*
Reads a paper's QR code with less waiting: a picked picture goes at once, and a browser that can read codes itself
sends only the text, from a picture or through the camera. Without this script the button does the same.
*/
(function () {
  "use strict";
  var LOOK_EVERY_MS = 300;
  var panel = document.querySelector("[data-paper]");
  var detector = null;
  var stream = null;

  function find(name) { return panel.querySelector(name); }

  function sendReading(text) {
    find("input[name=paper_text]").value = text;
    if (text) { find("input[type=file]").value = ""; }
    find("[data-reading]").hidden = false;
    find("[data-read]").click();
  }

  function paperIn(codes) {
    for (var i = 0; i < codes.length; i += 1) {
      if (codes[i].rawValue.indexOf("|") > 0) { return codes[i].rawValue; }
    }
    return "";
  }

  /* The server sees more in a poor picture, so what is not found here goes there. */
  function readPicture() {
    var file = find("input[type=file]").files[0];
    function sendPicture() { sendReading(""); }
    if (!file) { return; }
    if (!detector || !window.createImageBitmap) { sendPicture(); return; }
    find("[data-reading]").hidden = false;
    window.createImageBitmap(file).then(function (picture) { return detector.detect(picture); }).then(function (codes) {
      sendReading(paperIn(codes));
    }, sendPicture);
  }

  function stopCamera() {
    var tracks = stream ? stream.getTracks() : [];
    for (var i = 0; i < tracks.length; i += 1) { tracks[i].stop(); }
    stream = null;
    find("[data-camera]").hidden = true;
    find("[data-live]").hidden = false;
  }

  function look() {
    function again() { window.setTimeout(look, LOOK_EVERY_MS); }
    if (!stream) { return; }
    detector.detect(find("video")).then(function (codes) {
      var text = paperIn(codes);
      if (!stream) { return; }
      if (!text) { again(); return; }
      stopCamera();
      sendReading(text);
    }, again);
  }

  function startCamera() {
    find("[data-no-camera]").hidden = true;
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (opened) {
      stream = opened;
      find("[data-live]").hidden = true;
      find("[data-camera]").hidden = false;
      find("video").srcObject = opened;
      find("video").play();
      find("[data-stop]").focus();
      look();
    }, function () { find("[data-no-camera]").hidden = false; });
  }

  function offerReader(formats) {
    if (formats.indexOf("qr_code") < 0) { return; }
    detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) { find("[data-live]").hidden = false; }
  }

  if (!panel) { return; }
  find("[data-read]").hidden = true;
  find("input[type=file]").addEventListener("change", readPicture, false);
  find("[data-live]").addEventListener("click", startCamera, false);
  find("[data-stop]").addEventListener("click", function () { stopCamera(); find("[data-live]").focus(); }, false);
  window.addEventListener("pagehide", stopCamera, false);
  window.addEventListener("pageshow", function () { find("[data-reading]").hidden = true; }, false);
  if (window.BarcodeDetector) { window.BarcodeDetector.getSupportedFormats().then(offerReader); }
}());
