/* What is dropped or chosen, as files by their paths; nothing is read before it is wanted.

Offers droppedFiles, chosenFiles.
Uses no other file. */
"use strict";

const MOST_FILES = 20_001; // one more than trees.py looks at, so that it says so

/** Of what was dropped: {name, data} for each file, of a folder all below it. */
async function droppedFiles(items) {
  const found = [];
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  for (const each of dropped.filter(Boolean)) {
    if (each instanceof File) found.push({ name: each.name, data: each });
    else await addEntry(found, each);
  }
  return found;
}

async function addEntry(found, entry) {
  const name = entry.fullPath.replace(/^\//, "");
  if (found.length >= MOST_FILES) return;
  if (entry.isFile) found.push({ name, data: await new Promise((...done) => entry.file(...done)) });
  else {
    found.push({ name: `${name}/.folder`, data: new Blob() }); // it may be empty, and counts
    for (const inner of await innerEntries(entry)) await addEntry(found, inner);
  }
}

/** A reader gives some at a time, and none at the end. */
async function innerEntries(folder) {
  const reader = folder.createReader(), all = [];
  for (;;) {
    const some = await new Promise((...done) => reader.readEntries(...done));
    if (!some.length || all.length >= MOST_FILES) return all;
    all.push(...some);
  }
}

/** Of a field for files or for a folder. */
function chosenFiles(files) {
  return [...files].slice(0, MOST_FILES)
    .map((file) => ({ name: file.webkitRelativePath || file.name, data: file }));
}
