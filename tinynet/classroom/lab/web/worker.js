/* The worker: Python with tinynet, apart from the page, which never freezes and can end it.

The first message is {files, wheels, zips}: the bytes of every file by its name, and which of them
are unpacked for Python. Then {number, name, payload} asks one question after the other (desk/);
back come {ready}, {number, printed}, and {number, answer} or {number, problem}.
Runs behind pyodide.asm.js and pyodide.js, in one scope with them. */
"use strict";

const HOST = "https://pyodide.invalid/"; // nothing is asked there: `fetch` looks into the files
const TYPES = { wasm: "application/wasm", json: "application/json" };
let answered = null, current = null, done = null;

onmessage = ({ data }) => {
  done = done ? done.then(() => answer(data)) : begin(data);
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

async function start({ files, wheels, zips }) {
  self.fetch = async (address) => fileAsResponse(files, String(address.url || address));
  const python = await loadPyodide({ indexURL: HOST, lockFileURL: `${HOST}pyodide-lock.json` });
  for (const stream of ["setStdout", "setStderr"]) python[stream](written());
  const site = python.runPython("import site; site.getsitepackages()[0]");
  for (const name of wheels) python.unpackArchive(files.get(name), "wheel");
  for (const name of zips) python.unpackArchive(files.get(name), "zip", { extractDir: site });
  answered = python.pyimport("tinynet.classroom.lab.desk").answered;
  return python.version;
}

function fileAsResponse(files, address) {
  const name = address.split("/").pop();
  if (!files.has(name)) return new Response(null, { status: 404 });
  const type = TYPES[name.split(".").pop()] || "application/octet-stream";
  return new Response(files.get(name), { headers: { "Content-Type": type } });
}

/** What Python writes goes to the page at once. */
function written() {
  const decoder = new TextDecoder();
  return { isatty: false, write(bytes) {
    const printed = decoder.decode(bytes, { stream: true });
    if (printed) postMessage({ number: current, printed });
    return bytes.length;
  } };
}

async function answer({ number, name, payload }) {
  current = number;
  try {
    const found = JSON.parse(await answered(name, JSON.stringify(payload)));
    postMessage({ number, ...found });
  } catch (error) { // Python itself has ended
    failed(error);
  }
}
