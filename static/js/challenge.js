/* Does the work of templates/includes/challenge.html while the form is filled in; without this script one waits.
   A SHA-256 of its own: the browser's exists over HTTPS only, and gives one hash at a time, later. */
(function () {
  "use strict";
  var SLICE_MS = 40;
  var PAUSE_MS = 10;
  var K = constants();
  var words = new Array(64);

  /* Fractions of the cube roots of the first 64 primes. */
  function constants() {
    var found = [];
    for (var number = 2; found.length < 64; number += 1) {
      var prime = true;
      for (var part = 2; part * part <= number; part += 1) { if (number % part === 0) { prime = false; } }
      if (prime) { found.push(fraction(Math.pow(number, 1 / 3))); }
    }
    return found;
  }

  function fraction(root) { return ((root - Math.floor(root)) * 4294967296) | 0; }

  /* Of at most 55 bytes, padded to `block`: 16 words. Answers 8 words. */
  function sha256(block) {
    var a = 0x6a09e667, b = 0xbb67ae85 | 0, c = 0x3c6ef372, d = 0xa54ff53a | 0;
    var e = 0x510e527f, f = 0x9b05688c | 0, g = 0x1f83d9ab, h = 0x5be0cd19;
    for (var i = 0; i < 64; i += 1) {
      if (i < 16) {
        words[i] = block[i];
      } else {
        var x = words[i - 15], y = words[i - 2];
        var s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        var s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
      }
      var t1 = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
        ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
      var t2 = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
        ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    return [
      (a + 0x6a09e667) | 0, (b + 0xbb67ae85) | 0, (c + 0x3c6ef372) | 0, (d + 0xa54ff53a) | 0,
      (e + 0x510e527f) | 0, (f + 0x9b05688c) | 0, (g + 0x1f83d9ab) | 0, (h + 0x5be0cd19) | 0
    ];
  }

  function wordsOf(hex) {
    var found = [];
    for (var i = 0; i < hex.length; i += 8) { found.push(parseInt(hex.substr(i, 8), 16) | 0); }
    return found;
  }

  function hexOf(hash) {
    var hex = "";
    for (var i = 0; i < hash.length; i += 1) { hex += ("0000000" + (hash[i] >>> 0).toString(16)).slice(-8); }
    return hex;
  }

  /* Salt, nonce and counter, and after them the padding: 36 bytes are 288 bits. */
  function solve(parameters, done) {
    var block = wordsOf(parameters.salt).concat(wordsOf(parameters.nonce), [0, 0x80000000 | 0, 0, 0, 0, 0, 0, 288]);
    var first = wordsOf(parameters.keyPrefix)[0];
    var counter = 0;

    function slice() {
      var until = new Date().getTime() + SLICE_MS;
      do {
        for (var i = 0; i < 200; i += 1) {
          counter += 1;
          block[8] = counter;
          var hash = sha256(block);
          if (hash[0] === first && hexOf(hash).indexOf(parameters.keyPrefix) === 0) {
            done({counter: counter, derivedKey: hexOf(hash)});
            return;
          }
        }
      } while (new Date().getTime() < until);
      window.setTimeout(slice, PAUSE_MS);
    }

    window.setTimeout(slice, 0);
  }

  function start(place) {
    var field = place.querySelector("input");
    var said = place.querySelector("[data-challenge-said]");
    var form = field.form;
    var payload = JSON.parse(window.atob(field.value));
    var pressed = null;
    var isDone = false;

    /* A quiet page speaks only to whoever waits for it. */
    function say(what) { said.textContent = said.getAttribute("data-say-" + what) || ""; }

    function keepForLater(event) {
      if (isDone) { return; }
      event.preventDefault();
      pressed = event.submitter || form.querySelector("[type=submit]");
      say("sending");
    }

    form.addEventListener("submit", keepForLater, false);
    var waiting = place.querySelector("[data-challenge-wait]");
    if (waiting) { waiting.hidden = true; }
    if (!said.getAttribute("data-say-working")) { place.className = ""; }
    say("working");
    solve(payload.challenge.parameters, function (solution) {
      isDone = true;
      payload.solution = solution;
      field.value = window.btoa(JSON.stringify(payload));
      say("done");
      if (pressed) { pressed.click(); }
    });
  }

  var place = document.querySelector("[data-challenge]");
  if (place) { start(place); }
}());
