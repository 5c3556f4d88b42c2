/* How a page asks the server that it came from.

Offers ask, readAddress, writeAddress, addressOf.
Uses no other file. */
"use strict";

/** The answer to a question, by its name; an Error says in a sentence why there is none. */
async function ask(name, payload) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" } };
  const reply = await fetch(`/${name}`, { ...options, body: JSON.stringify(payload) })
    .catch(() => {
      throw new Error("The server does not answer: is `tinynet play` still running?");
    });
  const found = await reply.json()
    .catch(() => ({ problem: "The server failed: its terminal says how." }));
  if (!reply.ok) throw new Error(found.problem);
  return found;
}

/** What the address of the page sets. */
async function readAddress() {
  return Object.fromEntries(new URLSearchParams(location.search));
}

function writeAddress(settings) {
  history.replaceState(null, "", `?${new URLSearchParams(settings)}`);
}

/** The address under which the page opens with these settings. */
async function addressOf(settings) {
  return `${location.origin}${location.pathname}?${new URLSearchParams(settings)}`;
}
