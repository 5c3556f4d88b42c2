/* The playground as a face of the lab. The address holds its settings: another address, such as
that of a link in a tutorial, opens it anew.

Offers playFace.
Uses elements.js: element; frames.js: framed. */
"use strict";

function playFace({ html }, lab) {
  let known = null; // the settings that it has, once it has any
  const answer = async (name, payload) => {
    if (name === "link") return `${location.href.split("#")[0]}#play?${asText(payload)}`;
    if (name !== "address") return lab.ask(`play/${name}`, payload);
    if (!payload) return lab.readAddress("play");
    known = payload;
    return lab.writeAddress("play", known);
  };
  const place = element("div", { class: "place" });
  const open = () => place.replaceChildren(framed("Playground", html, answer));
  const show = (settings) => {
    if (!place.firstChild) open(); // when it is first looked at: other faces start without it
    else if (!known || asText(settings) === asText(known)) return;
    else if (!asText(settings)) lab.writeAddress("play", known); // one comes back to it
    else open();
  };
  return { title: "Playground", element: place, show };
}

function asText(settings) {
  return new URLSearchParams(settings).toString();
}
