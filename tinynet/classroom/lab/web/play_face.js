/* The playground as a face of the lab.

Offers playFace.
Uses frames.js: framed. */
"use strict";

function playFace({ html }, lab) {
  const answer = async (name, payload) => {
    if (name === "link") {
      return `${location.href.split("#")[0]}#play?${new URLSearchParams(payload)}`;
    }
    if (name !== "address") return lab.ask(`play/${name}`, payload);
    if (payload) lab.writeAddress("play", payload);
    return lab.readAddress("play");
  };
  return { title: "Playground", element: framed("Playground", html, answer) };
}
