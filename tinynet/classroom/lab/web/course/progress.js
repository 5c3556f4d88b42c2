/* What one has done of the course: kept in the browser, and in files that `tinynet tutorial` reads.

Offers courseProgress, toldOf.
Uses keeping.js: kept, keep. */
"use strict";

const LARGEST = 5e6; // characters of a file

/** What is kept: `of(name)` a tutorial, {place, read, answers, changed}; `keep(name, done)` it.

`text()` is the file, `take(text)` reads one. Where the browser keeps nothing, `refused` hears it,
once. */
function courseProgress(refused) {
  let tutorials = understood(kept("course")) ?? {};

  function store() {
    if (keep("course", { tutorials })) return;
    refused("This browser keeps nothing: save what you do in a file.");
    refused = () => {};
  }

  function put(name, done) {
    tutorials[name] = done;
    store();
  }

  function text() {
    return JSON.stringify({ tutorials }, null, 1);
  }

  function take(file) {
    const found = file.length <= LARGEST ? understood(parsed(file)) : null;
    if (!found) throw new Error("This file holds no progress of the course.");
    tutorials = { ...tutorials, ...found };
    store();
  }

  return { of: (name) => tutorials[name] ?? doneOf(null), keep: put, text, take };
}

/** The tutorials of a file; what cannot be understood is left out, null where nothing can. */
function understood(file) {
  const known = file?.tutorials;
  return known && typeof known === "object"
    ? mapped(known, (name) => /^\d\d_\w+$/.test(name), doneOf) : null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function doneOf(known) {
  const { place, read, answers, changed } = known ?? {};
  const isPlace = (value) => Number.isInteger(value) && value >= 0;
  return {
    place: isPlace(place) ? place : 0,
    read: Array.isArray(read) ? [...new Set(read.filter(isPlace))] : [],
    answers: mapped(answers, (number, given) => typeof given?.text === "string" &&
      typeof given.right === "boolean", ({ text, right }) => ({ text, right })),
    changed: mapped(changed, (cell, text) => /^\d+$/.test(cell) && typeof text === "string"),
  };
}

/** An object with those entries of another that are right. */
function mapped(known, isRight, made = (value) => value) {
  const entries = Object.entries(known && typeof known === "object" ? known : {});
  return Object.fromEntries(entries.filter(([key, value]) => isRight(key, value))
    .map(([key, value]) => [key, made(value)]));
}

/** What one has done of a tutorial, in a few words. */
function toldOf({ cells, pages }, done) {
  const read = done.read.filter((cell) => cell < cells).length;
  const asked = pages.filter((page) => page.asked).map((page) => page.asked.number);
  const right = asked.filter((number) => done.answers[number]?.right).length;
  if (!read && !right) return "";
  const part = read === cells ? "read" : `${Math.round(100 * read / cells)} % read`;
  return asked.length ? `${part}, ${right} of ${asked.length} exercises right` : part;
}
