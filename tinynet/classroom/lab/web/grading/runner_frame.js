/* A frame without an origin, around the worker in which a submission runs.

The page sends {source, packed} to begin with, then bytes; each is handed to the worker, and what it
answers is handed back: {ready} or {snapshot}, {message}, or {cause} where it ended. What the worker
says unasked ends it, so that it floods nobody: {gone}.
Uses no other file. */
"use strict";

const LARGEST = 2 ** 26 + 2 ** 20 + 64; // bytes of a message (wire.py)
let worker = null, isOwed = false;

addEventListener("message", ({ source, data }) => {
  if (source !== parent) return;
  if (data.source) begin(data);
  else if (data.end) end({ gone: true });
  else if (worker) send(data);
  else tell({ gone: true });
});

function begin({ source, packed }) {
  worker = new Worker(URL.createObjectURL(new Blob(source, { type: "text/javascript" })));
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => {
    event.preventDefault();
    end({ cause: "a crash" });
  };
  send(packed);
}

function send(message) {
  isOwed = true;
  worker.postMessage(message);
}

function heard(data) {
  if (!isOwed) end({ gone: true });
  else if (data instanceof Uint8Array) tell({ message: data.slice(0, LARGEST) });
  else if (data?.ready) tell({ ready: true });
  else if (data?.snapshot) tell({ snapshot: data.snapshot });
  else end({ cause: String(data?.ended).slice(0, 80) });
  isOwed = false;
}

function end(said) {
  worker?.terminate();
  worker = null;
  tell(said);
}

function tell(said) {
  parent.postMessage(said, "*"); // the page around it may be a file, which has no origin to name
}

tell({ loaded: true });
