/* Sends each picture as soon as it is picked, made smaller where the browser can, and puts the answer in its slot.
   Without this script the form sends them all with its button. */
(function () {
  "use strict";
  var LONGEST_SIDE = 2000;
  var HEAVY = 1.5 * 1024 * 1024;
  var QUALITY = 0.9;
  var UPLOAD_MS = 300000;
  var form = document.querySelector("form[data-photos]");
  var news = document.querySelector("[data-news]");
  var waiting = [];   /* what is to be sent, one after the other: { kind, file, edit } */
  var unsent = {};    /* by kind: what a cut connection left */
  var isSending = false;
  var pressedLast = null; /* the button; a key's Enter presses the form's first */
  var goesOn = null;      /* the button pressed while pictures were on their way */

  function slotOf(kind) { return form.querySelector("[data-slot=" + kind + "]"); }
  function kindAround(element) {
    while (element && !(element.getAttribute && element.getAttribute("data-slot"))) { element = element.parentNode; }
    return element ? element.getAttribute("data-slot") : "";
  }
  function show(kind, what, isShown) { slotOf(kind).querySelector("[data-" + what + "]").hidden = !isShown; }

  function tell(words) { news.textContent = ""; news.textContent = words; }

  /* ---- One picture smaller: only where its orientation is surely kept, else the file goes as it is ---- */
  function shrunk(file, done) {
    var isDone = false;
    function asItIs() { if (!isDone) { isDone = true; done(file); } }
    function draw(bitmap) {
      var scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
      var canvas = document.createElement("canvas");
      var pen = canvas.getContext("2d");
      if (!pen || !canvas.toBlob || (scale === 1 && file.size <= HEAVY)) { asItIs(); return; }
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      isDone = true;
      canvas.toBlob(function (blob) { done(blob && blob.size < file.size ? blob : file); }, "image/jpeg", QUALITY);
    }
    if (!window.createImageBitmap) { asItIs(); return; }
    /* A browser that does not know the word refuses, and so keeps its hands off the picture. */
    try { window.createImageBitmap(file, { imageOrientation: "from-image" }).then(draw).then(null, asItIs); }
    catch (error) { asItIs(); }
  }

  /* ---- The line of what is to be sent ---- */
  function add(job) {
    delete unsent[job.kind];
    waiting.push(job);
    show(job.kind, "cut", false);
    show(job.kind, "over", false);
    show(job.kind, "too-large", false);
    if (job.file) { progress(job.kind, 0); }
    next();
  }

  function next() {
    if (isSending) { return; }
    if (!waiting.length) { pressOn(); return; }
    isSending = true;
    var job = waiting.shift();
    if (!job.file) { send(job, null); return; }
    shrunk(job.file, function (picture) {
      if (picture.size > Number(form.getAttribute("data-max-bytes"))) { refuse(job, "too-large"); } else { send(job, picture); }
    });
  }

  function send(job, picture) {
    var request = new XMLHttpRequest();
    var body = new FormData();
    var hidden = form.querySelectorAll("input[type=hidden]"); /* whose form it is */
    for (var i = 0; i < hidden.length; i += 1) { body.append(hidden[i].name, hidden[i].value); }
    body.append("slot", job.kind);
    if (picture) { body.append(job.kind, picture, "anh"); } else { body.append("edit", job.edit); }
    request.open("POST", form.getAttribute("action"), true);
    request.timeout = UPLOAD_MS;
    request.upload.onprogress = function (event) {
      if (picture && event.lengthComputable) { progress(job.kind, Math.round(100 * event.loaded / event.total)); }
    };
    request.onload = function () { answered(job, request); };
    request.onerror = request.ontimeout = request.onabort = function () { cut(job); };
    request.send(body);
  }

  function answered(job, request) {
    var fresh = document.createElement("div");
    fresh.innerHTML = request.responseText;
    var slot = fresh.querySelector("[data-slot=" + job.kind + "]");
    var isWhole = fresh.querySelector("[data-main]");
    if (request.status >= 500) { cut(job); return; }
    if (request.status === 413) { refuse(job, "too-large"); return; }
    /* Anything else is another page: the declaration was filed, or its session is over. What stands here is kept. */
    if (!slot || isWhole) { unsent[job.kind] = job; refuse(job, "over"); return; }
    isSending = false;
    replace(job.kind, slot);
    if (slot.hasAttribute("data-refused")) { stop(slot.querySelector("input[type=file]"), wordsOf(slot)); }
    else { askNoMore(slot.querySelector("input[type=file]").id); tell(news.getAttribute("data-kept-words")); }
    next();
  }

  /* What has arrived is missed no longer: its line leaves the summary above, and the summary with the last one. */
  function askNoMore(id) {
    var link = document.querySelector(".error-summary a[href='#" + id + "']");
    if (!link) { return; }
    var line = link.parentNode;
    var list = line.parentNode;
    list.removeChild(line);
    if (!list.querySelector("li")) { list.parentNode.parentNode.removeChild(list.parentNode); }
  }

  function wordsOf(slot) {
    var error = slot.querySelector(".error:not([hidden])");
    return error ? error.textContent : "";
  }

  /* The control that had the focus has it again in the new slot. */
  function replace(kind, slot) {
    var old = slotOf(kind);
    var focused = old.contains(document.activeElement) ? document.activeElement : null;
    var same = focused && (focused.id ? "#" + focused.id : focused.value && "[value='" + focused.value + "']");
    var opened = old.querySelector("details[open]");
    old.parentNode.replaceChild(slot, old);
    if (opened && slot.querySelector("details")) { slot.querySelector("details").open = true; }
    if (same && slot.querySelector(same)) { slot.querySelector(same).focus(); }
    else if (focused) { slot.querySelector("input[type=file]").focus(); }
    if (isAwaited(kind)) { progress(kind, 0); }
  }

  function isAwaited(kind) {
    for (var i = 0; i < waiting.length; i += 1) { if (waiting[i].kind === kind && waiting[i].file) { return true; } }
    return false;
  }

  function progress(kind, percent) {
    var slot = slotOf(kind);
    show(kind, "progress", true);
    slot.querySelector("progress").value = percent;
    slot.querySelector("[data-percent]").textContent = String(percent);
  }

  function cut(job) {
    unsent[job.kind] = job;
    refuse(job, "cut");
  }

  function refuse(job, what) {
    isSending = false;
    show(job.kind, "progress", false);
    show(job.kind, what, true);
    stop(slotOf(job.kind).querySelector(what === "too-large" ? "input[type=file]" : "[data-" + what + "] button"),
         slotOf(job.kind).querySelector("[data-" + what + "]").textContent);
    next();
  }

  /* Nobody is led on past a picture that did not arrive. */
  function stop(control, words) {
    if (goesOn) { control.focus(); }
    goesOn = null;
    form.querySelector("[data-sending]").hidden = true;
    tell(words);
  }

  function pressOn() {
    var button = goesOn;
    goesOn = null;
    if (button) { button.click(); }
  }

  /* ---- What the person does ---- */
  function picked(event) {
    var input = event.target;
    if (input.type === "file" && input.files && input.files.length) { add({ kind: input.name, file: input.files[0] }); }
  }

  function pressed(event) {
    var button = event.target;
    while (button && button !== form && button.tagName !== "BUTTON") { button = button.parentNode; }
    var kind = kindAround(button);
    if (!kind) {
      if (button && button.tagName === "BUTTON") { pressedLast = button; }
      return;
    }
    if (button.hasAttribute("data-again")) { add(unsent[kind]); }
    if (button.name === "edit") { event.preventDefault(); add({ kind: kind, edit: button.value }); }
  }

  function submitted(event) {
    var kinds = Object.keys(unsent);
    if (!isSending && !waiting.length && !kinds.length) { return; }
    event.preventDefault();
    goesOn = pressedLast || form.querySelector("[data-primary]");
    form.querySelector("[data-sending]").hidden = false;
    for (var i = 0; i < kinds.length; i += 1) { add(unsent[kinds[i]]); }
  }

  if (form && window.FormData && window.XMLHttpRequest && new XMLHttpRequest().upload) {
    form.className += " is-live";
    form.addEventListener("change", picked, false);
    form.addEventListener("click", pressed, false);
    form.addEventListener("submit", submitted, false);
  }
}());
