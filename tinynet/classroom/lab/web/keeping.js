/* A person's work: what the browser keeps of it, as far as it lets one, and files in and out.

Offers kept, keep, download, chooseFile, asBase64.
Uses elements.js: element, button; arrays.js: bytes. */
"use strict";

const KEPT = "tinynet lab: "; // on disk, all pages share one store

/** What was kept under a name; null where nothing was, or the browser refuses. */
function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(KEPT + name));
  } catch {
    return null;
  }
}

/** Keep a value under a name; false where the browser refuses. */
function keep(name, value) {
  try {
    localStorage.setItem(KEPT + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Hand a file to the browser, whose content is base64; it goes where downloads go. */
function download(name, content) {
  const address = URL.createObjectURL(new Blob([bytes(content)]));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // it may be asked where to put it
}

/** A button that lets one choose a file, which `onFile` gets. */
function chooseFile(text, accept, onFile) {
  const input = element("input", { type: "file", accept, hidden: true, change: () => {
    const [file] = input.files;
    input.value = ""; // so that the same one can be chosen again
    if (file) onFile(file);
  } });
  return [button(text, null, () => input.click()), input];
}

/** The content of a file as base64. */
async function asBase64(file) {
  const numbers = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(numbers, (number) => String.fromCharCode(number)).join(""));
}
