/* Two small helps for every page; without this script nothing is lost. */
(function () {
  "use strict";
  var GUARD_MS = 4000;
  var UPLOAD_GUARD_MS = 120000;

  function focusErrorSummary() {
    var summary = document.querySelector(".error-summary");
    var browserDoesIt = summary && "autofocus" in summary;
    if (summary && !browserDoesIt) { summary.focus(); }
  }

  /* A second tap on a slow line sends nothing twice; no button is ever disabled. */
  function guardDoubleSubmit(event) {
    var form = event.target;
    var now = new Date().getTime();
    if (event.defaultPrevented || String(form.getAttribute("method")).toLowerCase() !== "post") { return; }
    var sending = form.querySelector("[data-sending]");
    var guard = sending ? UPLOAD_GUARD_MS : GUARD_MS;
    if (now - Number(form.getAttribute("data-sent-at") || 0) < guard) { event.preventDefault(); return; }
    form.setAttribute("data-sent-at", String(now));
    if (sending) { sending.hidden = false; }
  }

  function forgetSubmits() {
    var forms = document.querySelectorAll("form[data-sent-at]");
    var notes = document.querySelectorAll("[data-sending]");
    for (var i = 0; i < forms.length; i += 1) { forms[i].removeAttribute("data-sent-at"); }
    for (var j = 0; j < notes.length; j += 1) { notes[j].hidden = true; }
  }

  document.addEventListener("submit", guardDoubleSubmit, false);
  window.addEventListener("pageshow", forgetSubmits, false);
  focusErrorSummary();
}());
