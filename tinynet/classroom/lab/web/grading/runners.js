/* Frames in which submissions run, each apart from all others; some start while others are asked.

Offers startRunners.
Uses elements.js: element. */
"use strict";

const STARTING = 240; // seconds for Python to be there, on a busy machine
const SPARE = 2; // frames that start before they are wanted: a submission is held by two

/** What Python asks for (runner/framed.py): `answer(name, payload)`; `end()` ends all frames.

`html` is the page of a frame, `first` the message that begins it. */
function startRunners(html, first) {
  const running = new Map(), spares = [];
  const model = startRunner(html, { ...first, packed: { ...first.packed, toKeep: true } });
  let number = 0, isOver = false;

  /** All others begin with the memory of the first, which holds no submission. */
  async function refill() {
    const { snapshot } = await model.started;
    const packed = { ...first.packed, snapshot };
    while (!isOver && spares.length < SPARE) spares.push(startRunner(html, { ...first, packed }));
  }

  async function open() {
    await refill();
    const runner = spares.shift();
    if (!("ready" in (await runner?.started ?? {}))) {
      runner?.end();
      return { problem: "Python does not start in a frame" };
    }
    refill();
    running.set(number += 1, runner);
    return { number };
  }

  function end(which) {
    running.get(which)?.end();
    running.delete(which);
    return {};
  }

  const asked = {
    open,
    carry: async ({ number: which, message, seconds }) =>
      running.get(which).carried(message, seconds),
    close: async ({ number: which }) => end(which),
  };
  return {
    answer: async (name, payload) => asked[name](payload),
    end() {
      isOver = true;
      for (const runner of [model, ...spares.splice(0), ...running.values()]) runner.end();
      running.clear();
    },
  };
}

/** One frame: `started` and `carried(message, seconds)` promise what runner_frame.js tells. */
function startRunner(html, first) {
  const frame = element("iframe", { title: "A submission", sandbox: "allow-scripts", srcdoc: html,
    hidden: true });
  let settle = null, isGone = false;

  function told({ source, data }) {
    if (source !== frame.contentWindow) return;
    if (data.loaded) frame.contentWindow.postMessage(first, "*");
    else {
      isGone ||= "gone" in data || "cause" in data;
      settle?.(data);
    }
  }

  function promised(seconds) {
    return new Promise((yes) => {
      const clock = setTimeout(() => settle({ late: true }), 1000 * seconds);
      settle = (reply) => {
        clearTimeout(clock);
        settle = null;
        yes(reply);
      };
    });
  }

  function carried(message, seconds) {
    if (isGone) return { gone: true };
    frame.contentWindow.postMessage(message, "*");
    return promised(seconds);
  }

  function end() {
    frame.contentWindow?.postMessage({ end: true }, "*");
    removeEventListener("message", told);
    frame.remove();
  }

  addEventListener("message", told);
  const started = promised(STARTING);
  document.body.append(frame);
  return { started, carried, end };
}
