/* Stands the office of the chosen ward ready, and finds wards while their name is typed; the page's own buttons do
   the same without this script. */
(function () {
  "use strict";
  var ward = document.querySelector("select[name=ward]");
  var office = document.querySelector("select[name=office]");
  var note = document.querySelector("[data-office-note]");
  var isChosenByHand;

  function wardName() {
    var option = ward.options[ward.selectedIndex];
    return option ? option.text.replace(/\s+\([^)]*\)$/, "") : "";
  }

  /* The place in the list of the ward's own office, else of the first: the province's. */
  function suggested() {
    var name = wardName();
    for (var i = 1; i < office.options.length; i += 1) {
      if (office.options[i].text.slice(-name.length - 1) === " " + name && office.options[i].value.length > 3) { return i; }
    }
    return 1;
  }

  function tellNote() {
    var option = office.options[office.selectedIndex];
    note.textContent = (option && option.getAttribute("data-note")) || "";
  }

  function suggest() {
    if (isChosenByHand || !ward.value || office.options.length < 2) { return; }
    office.selectedIndex = suggested();
    tellNote();
  }

  if (ward && office && note) {
    isChosenByHand = office.value !== "" && office.selectedIndex !== suggested();
    ward.addEventListener("change", suggest, false);
    office.addEventListener("change", function () { isChosenByHand = true; tellNote(); }, false);
  }
}());

(function () {
  "use strict";
  var PAUSE_MS = 300;
  var field = document.querySelector("input[name=place]");
  var place = document.querySelector("[data-wards]");
  var list = document.querySelector("[data-found]");
  var words = document.querySelector("[data-found-words]");
  var asked = "";
  var isEntered = false;
  var timer;

  function button(found) {
    var item = document.createElement("li");
    var made = document.createElement("button");
    made.className = "button button--secondary button--small";
    made.type = "submit";
    made.name = "pick";
    made.value = found.ward;
    made.textContent = found.label;
    item.appendChild(made);
    return item;
  }

  function show(found, sentence) {
    var isLeadTo = isEntered || list.contains(document.activeElement);
    isEntered = false;
    list.innerHTML = "";
    for (var i = 0; i < found.length; i += 1) { list.appendChild(button(found[i])); }
    list.hidden = found.length === 0;
    words.textContent = sentence;
    if (isLeadTo) { moveTo(0); }
  }

  /* Anything but our own answer is left alone: the button beside the field still works. */
  function read(text) {
    try { return JSON.parse(text); } catch (error) { return null; }
  }

  function ask() {
    var typed = field.value;
    var request = new XMLHttpRequest();
    if (typed === asked) { return; }
    asked = typed;
    if (typed.replace(/\s/g, "").length < 2) { show([], ""); return; }
    request.open("POST", place.getAttribute("data-wards"), true);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onreadystatechange = function () {
      var answer = request.readyState === 4 && typed === field.value ? read(request.responseText) : null;
      if (answer) { show(answer.found, answer.words); }
    };
    request.send("place=" + encodeURIComponent(typed) + "&csrfmiddlewaretoken="
      + encodeURIComponent(document.querySelector("input[name=csrfmiddlewaretoken]").value));
  }

  function askSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  }

  function moveTo(index) {
    var buttons = list.querySelectorAll("button");
    if (index < 0 || buttons.length === 0) { field.focus(); }
    else { buttons[Math.min(index, buttons.length - 1)].focus(); }
  }

  function inField(event) {
    if (event.keyCode === 40) { event.preventDefault(); moveTo(0); }
    if (event.keyCode === 13 && !event.isComposing) { enter(event); }
  }

  /* Enter looks the name up rather than going on, and leads to what is found. */
  function enter(event) {
    event.preventDefault();
    if (field.value === asked) { moveTo(0); return; }
    isEntered = true;
    ask();
  }

  function inList(event) {
    var buttons = Array.prototype.slice.call(list.querySelectorAll("button"));
    var at = buttons.indexOf(document.activeElement);
    var steps = { 38: at - 1, 40: at + 1, 27: -1 };
    if (steps.hasOwnProperty(event.keyCode)) { event.preventDefault(); moveTo(steps[event.keyCode]); }
  }

  if (field && place && list && words && window.XMLHttpRequest && window.JSON) {
    asked = words.textContent ? field.value : "";
    field.addEventListener("input", askSoon, false);
    field.addEventListener("keydown", inField, false);
    list.addEventListener("keydown", inList, false);
  }
}());
