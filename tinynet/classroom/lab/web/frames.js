/* A page of tinynet's in a frame of an origin of its own: it reaches nothing of the lab, and asks.

Offers framed.
Uses elements.js: element. */
"use strict";

/** A frame that shows `html`; `answer(name, payload)` promises what it asks (asked_by_parent.js). */
function framed(title, html, answer) {
  const frame = element("iframe", { title, sandbox: "allow-scripts", srcdoc: html });
  addEventListener("message", async ({ source, data: { number, name, payload } }) => {
    if (source !== frame.contentWindow) return;
    const reply = await answer(name, payload)
      .then((found) => ({ answer: found }), (error) => ({ problem: error.message }));
    source.postMessage({ number, ...reply }, "*"); // its origin has no name
  });
  return frame;
}
