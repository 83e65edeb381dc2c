/* The desk: the answer stays in view, and a scan reaches its field wherever the focus is. */
(function () {
  "use strict";
  var field = document.querySelector("input[name=card]");

  function isTyping(element) {
    return element && element.tagName === "INPUT" && element.type === "text";
  }

  function leadScan(event) {
    var isLetter = event.key && event.key.length === 1 && event.key !== " ";
    if (!isLetter || event.ctrlKey || event.altKey || event.metaKey || isTyping(document.activeElement)) { return; }
    field.focus();
    field.select();
  }

  if (!field) { return; }
  /* On a phone the browser's own autofocus scrolls the answer away, before this or after it. */
  if (document.querySelector("[data-result]")) {
    field.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
  document.addEventListener("keydown", leadScan, false);
}());
