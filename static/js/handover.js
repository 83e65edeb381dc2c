/* Shows the photos that another phone sends as they arrive. Without this script a link shows the page anew. */
(function () {
  "use strict";
  var EVERY_MS = 4000;
  var LOOKS = 400; /* about half an hour, longer than the code is good for */
  var place = document.querySelector("[data-arrived]");
  var link = document.querySelector("[data-look]");
  var looks = 0;
  var last = "";

  /* What is as it was is not read again: that alone would fetch its pictures. Anything but our own piece, such as
     the page of a session that has ended, is left alone. */
  function show(html) {
    if (html === last) { lookLater(); return; }
    last = html;
    var fresh = document.createElement("div");
    fresh.innerHTML = html;
    if (!fresh.querySelector("[data-arrived-piece]") || fresh.querySelector("main")) { link.hidden = false; return; }
    if (fresh.innerHTML !== place.innerHTML) { place.innerHTML = html; }
    lookLater();
  }

  function look() {
    var request = new XMLHttpRequest();
    request.open("GET", place.getAttribute("data-arrived"), true);
    request.onload = function () {
      if (request.status === 200) { show(request.responseText); } else { link.hidden = false; }
    };
    request.onerror = lookLater;
    request.send();
  }

  function lookLater() {
    looks += 1;
    if (looks > LOOKS) { link.hidden = false; return; }
    window.setTimeout(look, EVERY_MS);
  }

  if (place && window.XMLHttpRequest) {
    link.hidden = true;
    lookLater();
  }
}());
