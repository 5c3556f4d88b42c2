/* How a page in a frame asks the window around it, which hands the question on (the lab).

Offers ask, readAddress, writeAddress, addressOf.
Uses no other file. */
"use strict";

const asked = new Map(); // what waits for an answer, by number

addEventListener("message", ({ source, data }) => {
  if (source !== parent || !asked.has(data.number)) return;
  const { yes, no } = asked.get(data.number);
  asked.delete(data.number);
  if (data.problem === undefined) yes(data.answer);
  else no(new Error(data.problem));
});

/** The answer to a question, by its name; an Error says in a sentence why there is none. */
function ask(name, payload) {
  return new Promise((yes, no) => {
    const number = ask.number = (ask.number || 0) + 1;
    asked.set(number, { yes, no });
    parent.postMessage({ number, name, payload }, "*"); // a frame of its own origin knows no name
  });
}

/** What the address of the window around sets. */
function readAddress() {
  return ask("address", null);
}

function writeAddress(settings) {
  ask("address", settings);
}

/** The address under which the window around opens with these settings. */
function addressOf(settings) {
  return ask("link", settings);
}
