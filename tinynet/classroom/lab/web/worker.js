/* The worker: Python with tinynet, apart from the page, which never freezes and can end it.

The first message is {files, wheels, zips}: the bytes of every file by its name, and which of them
are unpacked for Python. Then {number, name, payload} asks one question after the other (desk/);
back come {ready}, {number, printed}, and {number, answer} or {number, problem}. A question that
`waits` may ask in turn: {number, wanted}, to which {reply} is the answer.
Runs behind pyodide.asm.js, pyodide.js and python.js, in one scope with them. */
"use strict";

const CAN_WAIT = "Suspending" in WebAssembly; // JavaScript Promise Integration
const MOST = 250000; // characters that a question may print
let python = null, answered = null, current = null, done = null, replied = null, room = 0;

onmessage = ({ data }) => {
  if (data.reply) replied(data.reply);
  else done = done ? done.then(() => answer(data)) : begin(data);
};

function failed(error) {
  postMessage({ failed: String(error.message || error) });
}

async function begin(packed) {
  try {
    postMessage({ ready: await start(packed) });
  } catch (error) {
    failed(error);
  }
}

async function start(packed) {
  python = await startPython(packed, written);
  answered = python.pyimport("tinynet.classroom.lab.desk").answered;
  const page = python.pyimport("tinynet.classroom.lab.desk.page");
  if (CAN_WAIT) page.connect(asked, python.pyimport("pyodide.ffi").run_sync);
  return python.version;
}

/** What Python asks the page, and waits for. */
async function asked(name, given) {
  const payload = given.toJs({ dict_converter: Object.fromEntries });
  postMessage({ number: current, wanted: { name, payload } });
  const reply = await new Promise((yes) => { replied = yes; });
  if (reply.blobs) mount(payload.folder, reply.blobs);
  return reply.blobs ? {} : reply;
}

/** Let files of the page's be seen by Python, read only and when they are wanted. */
function mount(folder, blobs) {
  const { FS } = python;
  if (FS.analyzePath(folder).exists) FS.unmount(folder);
  else FS.mkdir(folder);
  FS.mount(FS.filesystems.WORKERFS, { blobs }, folder);
}

/** What Python writes goes to the page at once. */
function written() {
  const decoder = new TextDecoder();
  return { isatty: false, write(bytes) {
    const printed = decoder.decode(bytes, { stream: true });
    if (printed && room >= 0) {
      const kept = printed.length > room ? `${printed.slice(0, room)}\n… and more` : printed;
      postMessage({ number: current, printed: kept });
    }
    room -= printed.length;
    return bytes.length;
  } };
}

async function answer({ number, name, payload, waits }) {
  current = number;
  room = MOST;
  try {
    const question = [name, JSON.stringify(payload)];
    const asks = waits && CAN_WAIT;
    const found = asks ? await answered.callPromising(...question) : answered(...question);
    postMessage({ number, ...JSON.parse(found) });
  } catch (error) { // Python itself has ended
    failed(error);
  }
}
