/* Puts the ready sentence of a ticked item into an officer's words, and takes it out again; both stay editable. */
(function () {
  "use strict";
  var form = document.querySelector("[data-ask]");
  var words = form && form.querySelector("textarea[name=ask_words]");

  function lines() {
    return words.value ? words.value.split("\n") : [];
  }

  function follow(event) {
    var box = event.target;
    var sentence = box.getAttribute("data-ready-words");
    var kept = lines();
    var place;
    if (!sentence) { return; }
    place = kept.indexOf(sentence);
    if (box.checked && place < 0) { kept.push(sentence); }
    if (!box.checked && place >= 0) { kept.splice(place, 1); }
    words.value = kept.join("\n");
  }

  if (words) { form.addEventListener("change", follow, false); }
}());
