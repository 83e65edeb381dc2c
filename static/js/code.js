/* Tells, without reloading, how far the message with the code has come, and counts down to the next send.
   Without this script a link shows the page anew. */
(function () {
  "use strict";
  /* Seconds between two looks: most messages are there after the first two. */
  var PAUSES = [2, 3, 5, 10, 20, 40];
  var ENDS = { received: true, failed: true, uncertain: true, expired: true };
  var place = document.querySelector("[data-code-state]");
  var link = document.querySelector("[data-code-look]");
  var looks = 0;

  function isOver() {
    return ENDS[place.querySelector("[data-way]").getAttribute("data-way")];
  }

  /* Only what has changed is put in its place: a screen reader reads it out. Anything but our own piece, such as the
     login page of a session that has ended, is left alone; a code that holds no more has another page. */
  function show(html) {
    var fresh = document.createElement("div");
    fresh.innerHTML = html;
    if (!fresh.querySelector("[data-code-piece]")) { link.hidden = false; return false; }
    var next = fresh.querySelector("[data-way]");
    if (!next) { window.location.replace(place.getAttribute("data-page")); return false; }
    if (next.getAttribute("data-way") !== place.querySelector("[data-way]").getAttribute("data-way")) {
      place.innerHTML = html;
    }
    return true;
  }

  function look() {
    var request = new XMLHttpRequest();
    request.open("GET", place.getAttribute("data-code-state"), true);
    request.onreadystatechange = function () {
      if (request.readyState !== 4) { return; }
      if (request.status === 0 || (request.status === 200 && show(request.responseText))) { lookLater(); }
      else { link.hidden = false; }
    };
    request.send();
  }

  function lookLater() {
    if (isOver()) { return; }
    if (looks === PAUSES.length) { link.hidden = false; return; }
    window.setTimeout(look, PAUSES[looks] * 1000);
    looks += 1;
  }

  function countDown() {
    var left = document.querySelector("[data-wait]");
    var seconds = left ? Number(left.getAttribute("data-wait")) - 1 : -1;
    if (seconds < 0) { return; }
    left.setAttribute("data-wait", String(seconds));
    left.firstChild.nodeValue = String(seconds);
    if (seconds === 0) { left.parentNode.innerHTML = left.parentNode.getAttribute("data-ready"); }
  }

  if (place && window.XMLHttpRequest) {
    link.hidden = true;
    lookLater();
    window.setInterval(countDown, 1000);
  }
}());
