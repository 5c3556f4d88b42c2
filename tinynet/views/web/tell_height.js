/* A page in a frame tells the window around it how high it is.

Uses asked_by_parent.js: ask. */
"use strict";

new ResizeObserver(() => ask("height", document.documentElement.scrollHeight))
  .observe(document.body);
