/* Stands the office of the chosen ward ready; the person may choose another. */
(function () {
  "use strict";
  var ward = document.querySelector("select[name=ward]");
  var office = document.querySelector("select[name=office]");
  var chosenByHand = office && office.value !== "";

  function wardName() {
    var option = ward.options[ward.selectedIndex];
    return option ? option.text.replace(/\s+\([^)]*\)$/, "") : "";
  }

  function suggest() {
    var name = wardName();
    var suggested = 1;
    if (chosenByHand || !ward.value || office.options.length < 2) { return; }
    for (var i = 1; i < office.options.length; i += 1) {
      if (office.options[i].text.slice(-name.length - 1) === " " + name && office.options[i].value.length > 3) { suggested = i; }
    }
    office.selectedIndex = suggested;
  }

  if (ward && office) {
    ward.addEventListener("change", suggest, false);
    office.addEventListener("change", function () { chosenByHand = true; }, false);
  }
}());
