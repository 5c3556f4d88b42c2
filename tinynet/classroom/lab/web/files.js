/* The files that the lab consists of: they lie in the page, or beside it on a server.

Offers allFiles.
Uses arrays.js: bytes. */
"use strict";

/** The bytes of every file by its name; the list says under which address, and how it is packed. */
async function allFiles(list) {
  const contents = await Promise.all(list.map(async ({ name, address, gzip }) => {
    const packed = address ? await fetched(address)
      : bytes(document.getElementById(name).textContent);
    return [name, gzip ? await unpacked(packed) : packed];
  }));
  return new Map(contents);
}

async function fetched(address) {
  const reply = await fetch(address).catch(() => ({ status: "no answer" }));
  if (!reply.ok) throw new Error(`${address} cannot be loaded (${reply.status}): try again`);
  return new Uint8Array(await reply.arrayBuffer());
}

async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
