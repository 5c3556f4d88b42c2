/* Python in a worker, as the page sees it: asked by name, and ended when it takes too long.

Offers startKernel, Stopped.
Uses no other file. */
"use strict";

/** What every question gets that waits while Python is ended. */
class Stopped extends Error {}

/** Start Python out of `source`, the text of the worker, and `packed`, its first message.

`onState(state, detail)` hears "starting", "ready", "busy" and "failed". `ask(name, payload,
onPrinted, onWanted)` promises the answer; what was asked first is answered first. `onWanted(name,
payload)` promises what Python itself asks for meanwhile. `stop()` ends Python with all that it held
and starts it anew. */
function startKernel(source, packed, onState) {
  const address = URL.createObjectURL(new Blob(source, { type: "text/javascript" }));
  const waiting = new Map();
  let worker = null, number = 0, isReady = false;

  function start() {
    isReady = false;
    onState("starting");
    worker = new Worker(address);
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = (event) => ended(event.message);
    worker.postMessage(packed);
  }

  function heard({ ready, failed, number: key, printed, wanted, answer, problem }) {
    if (failed !== undefined) ended(failed);
    else if (ready !== undefined) {
      isReady = true;
      tell();
    } else if (printed !== undefined) waiting.get(key)?.onPrinted(printed);
    else if (wanted !== undefined) {
      give(worker, waiting.get(key).onWanted(wanted.name, wanted.payload));
    } else {
      const { yes, no } = waiting.get(key);
      waiting.delete(key);
      if (problem === undefined) yes(answer);
      else no(new Error(problem));
      tell();
    }
  }

  async function give(to, promised) {
    to.postMessage({ reply: await promised.catch((error) => ({ problem: error.message })) });
  }

  function tell() {
    if (isReady) onState(waiting.size ? "busy" : "ready");
  }

  /** Python is gone by itself: memory ran out, or the browser took it. */
  function ended(reason) {
    worker.terminate();
    drop(new Stopped(/memory(?! access)|OOM/i.test(reason)
      ? "Python ran out of memory, and starts anew: what its cells had computed is gone."
      : `Python ended, and starts anew: ${reason}`));
    if (isReady) start();
    else onState("failed", reason);
  }

  function drop(error) {
    for (const { no } of waiting.values()) no(error);
    waiting.clear();
  }

  function stop() {
    worker.terminate();
    drop(new Stopped("Stopped. Python starts anew: what its cells had computed is gone."));
    start();
  }

  function ask(name, payload, onPrinted = () => {}, onWanted = null) {
    return new Promise((yes, no) => {
      number += 1;
      waiting.set(number, { yes, no, onPrinted, onWanted });
      const waits = onWanted !== null;
      worker.postMessage({ number, name, payload, waits }); // it lies there until Python is ready
      tell();
    });
  }

  start();
  return { ask, stop };
}
