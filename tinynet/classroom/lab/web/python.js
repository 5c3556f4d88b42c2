/* Python out of files that the page hands over: nothing is fetched.

Offers startPython.
Runs behind pyodide.asm.js and pyodide.js, in one scope with them. */
"use strict";

const HOST = "https://pyodide.invalid/"; // nothing is asked there: `fetch` looks into the files
const TYPES = { wasm: "application/wasm", json: "application/json" };

/** Python with the archives unpacked that are named; what it writes goes to `written`.

A `snapshot` of its memory lets it start in a fraction of the time; `toKeep` starts a Python of
which one can be made. */
async function startPython({ files, wheels, zips, snapshot, toKeep = false }, written) {
  self.fetch = async (address) => fileAsResponse(files, String(address.url || address));
  const python = await loadPyodide({ indexURL: HOST, lockFileURL: `${HOST}pyodide-lock.json`,
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" },
    _loadSnapshot: snapshot, _makeSnapshot: toKeep });
  if (toKeep) return python;
  for (const stream of ["setStdout", "setStderr"]) python[stream](written());
  const site = python.runPython("import site; site.getsitepackages()[0]");
  for (const name of wheels) python.unpackArchive(files.get(name), "wheel");
  for (const name of zips) python.unpackArchive(files.get(name), "zip", { extractDir: site });
  return python;
}

function fileAsResponse(files, address) {
  const name = address.split("/").pop();
  if (!files.has(name)) return new Response(null, { status: 404 });
  const type = TYPES[name.split(".").pop()] || "application/octet-stream";
  return new Response(files.get(name), { headers: { "Content-Type": type } });
}
