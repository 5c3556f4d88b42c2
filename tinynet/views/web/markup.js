/* Markup in a frame of the lab: it is shown, and the window around follows its links.

Uses elements.js: pageData; asked_by_parent.js: ask. */
"use strict";

document.getElementById("page").outerHTML = pageData().markup;

document.addEventListener("click", (event) => {
  const address = event.target.closest("a[href]")?.getAttribute("href");
  if (!address) return;
  event.preventDefault(); // here, there is nowhere to go
  const place = address.startsWith("#") && document.getElementById(decodeURI(address.slice(1)));
  if (place) place.scrollIntoView();
  else ask("follow", address);
});
