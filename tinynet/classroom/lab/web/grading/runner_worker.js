/* The worker in which a submission runs: each message that comes is answered by one.

The first is {files, wheels, zips, snapshot}; when Python is there, {ready}. All others are bytes,
as wire.py packs them. When Python has ended, {ended} says how. With `toKeep` in the first message,
{snapshot} is the only answer.
Runs behind pyodide.asm.js, pyodide.js and python.js, in one scope with them. */
"use strict";

const MOST_PAGES = 2 ** 14; // of memory, 64 kB each: as much as a process may have
const TOO_LARGE = 22; // EFBIG, as WebAssembly numbers it
const coming = [];
let wanted = null;

onmessage = ({ data }) => {
  if (data.files) begin(data);
  else if (wanted) wanted(data);
  else coming.push(data);
};

function nextMessage() {
  return new Promise((yes) => {
    wanted = (message) => { wanted = null; yes(message); };
    if (coming.length) wanted(coming.shift());
  });
}

async function begin(packed) {
  bound();
  try {
    const unheard = { isatty: false, write: ({ length }) => length };
    const python = await startPython(packed, () => unheard);
    if (packed.toKeep) {
      postMessage({ snapshot: python.makeMemorySnapshot() });
      return;
    }
    const { serve } = python.pyimport("worker.browser");
    postMessage({ ready: true });
    let isClosed = false;
    await serve.callPromising(nextMessage, (message) => {
      if (!isClosed) close(python.FS); // what was handed in is written by now
      isClosed = true;
      postMessage(message);
    });
  } catch (error) {
    postMessage({ ended: cause(error) });
  }
}

/** Memory grows only so far; then Python raises a MemoryError. */
function bound() {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function growBounded(pages) {
    const pagesNow = this.buffer.byteLength / 2 ** 16;
    if (pagesNow + pages > MOST_PAGES) throw new RangeError("too much memory");
    return grow.call(this, pages);
  };
}

/** From here on no file grows, as in a process (sandbox.py): files are no part of the memory. */
function close({ filesystems, ErrnoError }) {
  const { node, stream } = filesystems.MEMFS.ops_table.file, { setattr } = node;
  stream.write = stream.allocate = () => { throw new ErrnoError(TOO_LARGE); };
  node.setattr = (file, changes) => (changes.size > 0 ? stream.write() : setattr(file, changes));
}

/** How Python ended, as briefly as of a process. */
function cause({ name, status, message }) {
  if (status !== undefined) return `exit code ${status}`;
  if (/stack/i.test(message)) return "its stack ran over";
  return name === "PythonError" ? "exit code 1" : "a crash";
}
