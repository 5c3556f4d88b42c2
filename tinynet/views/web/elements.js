/* Elements of a page. The one idea: data becomes text and attributes, never HTML. */
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
function button(text, spoken, onClick) {
  const told = { "aria-label": spoken, title: spoken };
  return element("button", { type: "button", ...told, click: onClick }, text);
}

/** A colour of style.css, such as "--paper", as it is now, in light or in dark. */
function themed(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Call `draw` now, and again when light turns to dark or back while `made` is on the page. */
function onTheme(made, draw) {
  made.setAttribute("data-themed", "");
  made.redraw = draw;
  draw();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  document.querySelectorAll("[data-themed]").forEach((made) => made.redraw());
});
