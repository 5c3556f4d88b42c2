/* Elements of a page and the keys they hear; data becomes text and attributes, never HTML.

Offers pageData, element, drawing, button, scrolling, pointIn, dragging, speaksInFocus, themed,
onTheme, onKey, arrows.
Uses no other file. */
"use strict";

/** What Python put into the page. */
function pageData() {
  return JSON.parse(document.getElementById("data").textContent);
}

/** An HTML element. Attributes that are functions are listeners; children are nodes or text. */
function element(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
function drawing(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnish(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

/** A button with a text for the eye and, where that is only a sign, one for the ear. */
function button(text, spoken, onClick, attributes = {}) {
  const told = { "aria-label": spoken, title: spoken, ...attributes };
  return element("button", { type: "button", ...told, click: onClick }, text);
}

/** What may be wider than its room: the arrow keys scroll it. */
function scrolling(label, child) {
  return element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0,
    keydown: (event) => event.stopPropagation() }, child);
}

/** The place of the pointer in the coordinates of an SVG, however it is scaled and centred. */
function pointIn(svg, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
}

/** Listeners that call `go` for a pointer that is pressed, and for each way it goes while it is. */
function dragging(go) {
  return { pointerdown: go, pointermove: (event) => event.buttons && go(event) };
}

/** Let a status be read out only while the focus is in the element that it belongs to. */
function speaksInFocus(made, status) {
  const speak = (live) => () => status.setAttribute("aria-live", live);
  made.addEventListener("focusin", speak("polite"));
  made.addEventListener("focusout", speak("off"));
  speak("off")();
}

// --- colours --------------------------------------------------------------------------------

/** A colour of style.css, such as "--paper", as it is now, in light or in dark. */
function themed(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Call `draw` now, and again when light turns to dark or back, or to paper, which is light, while
`made` is on the page. */
function onTheme(made, draw) {
  made.setAttribute("data-themed", "");
  made.redraw = draw;
  draw();
}

for (const changed of ["(prefers-color-scheme: dark)", "print"]) {
  matchMedia(changed).addEventListener("change", () => {
    document.querySelectorAll("[data-themed]").forEach((made) => made.redraw());
  });
}

// --- keys -----------------------------------------------------------------------------------

/** Do what `actions` has for a key, and let nothing else do more; Alt + ← stays the browser's. */
function onKey(event, actions) {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in actions)) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]();
}

/** Actions for `onKey` that `go` from place `at` of `count` to another, which Home and End name.

`moves` says how far each arrow key goes; one that would pass an end stays. From nowhere, where
`at` is null, all of them go to `start`. */
function arrows(at, count, go, moves = { ArrowLeft: -1, ArrowRight: 1 }, start = 0) {
  const to = (next) => () => go(next >= 0 && next < count ? next : at);
  const ways = Object.entries(moves).map(([key, by]) => [key, to(at === null ? start : at + by)]);
  return { ...Object.fromEntries(ways), Home: to(0), End: to(count - 1) };
}
