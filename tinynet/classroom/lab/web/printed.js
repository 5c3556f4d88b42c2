/* What Python prints while it works.

Offers printedOn.
Uses no other file. */
"use strict";

const OVERWRITTEN = /^[^\n]*\r(?!\n)/gm; // earlier states of a progress bar

/** A function that adds text to what an element shows, which is drawn once a frame at most: the
page stays awake however much is printed. */
function printedOn(shown) {
  let all = "", isDue = false;
  const draw = () => {
    isDue = false;
    all = all.replace(OVERWRITTEN, "");
    shown.textContent = all;
  };
  return (text) => {
    all += text;
    if (!isDue) requestAnimationFrame(draw);
    isDue = true;
  };
}
