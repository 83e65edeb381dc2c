/* Three small helps for every page; without this script nothing is lost. */
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

  /* Whoever comes back to a page that answered a form meets a warning of the browser's own. So a page that is left
     is remembered by its address. A reload still sends the form, and so does coming back by a link to a page of a
     declaration: what was typed there stands nowhere else until it is sent. */
  function rememberAddress() {
    if (window.history.replaceState) { window.history.replaceState(window.history.state, "", window.location.href); }
  }

  function leave(event) {
    var link = event.target;
    while (link && link.tagName !== "A") { link = link.parentNode; }
    var isTyped = document.querySelector("input[name=draft]");
    if (link && link.pathname !== window.location.pathname && !isTyped) { rememberAddress(); }
  }

  document.addEventListener("submit", guardDoubleSubmit, false);
  document.addEventListener("submit", rememberAddress, false);
  document.addEventListener("click", leave, false);
  window.addEventListener("pageshow", forgetSubmits, false);
  focusErrorSummary();
}());
