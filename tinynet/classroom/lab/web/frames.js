/* A page of tinynet's in a frame of an origin of its own: it reaches nothing of the lab, and asks.

Offers framed.
Uses elements.js: element. */
"use strict";

const answering = new WeakMap(); // what each frame is answered by

/** A frame that shows `html`; `answer(name, payload)` promises what it asks (asked_by_parent.js).

To show something else, make another: Chromium lays nothing out in one that was hidden before. */
function framed(title, html, answer) {
  const frame = element("iframe", { title, sandbox: "allow-scripts allow-forms", srcdoc: html });
  answering.set(frame, answer);
  return frame;
}

addEventListener("message", async ({ source, data: { number, name, payload } }) => {
  const frames = [...document.querySelectorAll("iframe")];
  const frame = frames.find(({ contentWindow }) => contentWindow === source);
  if (!answering.has(frame)) return;
  const reply = await answering.get(frame)(name, payload)
    .then((found) => ({ answer: found }), (error) => ({ problem: error.message }));
  source.postMessage({ number, ...reply }, "*"); // its origin has no name
});
