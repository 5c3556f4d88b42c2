/* The runs of the playground, side by side: picture, losses and gradients of each. A run keeps what
was measured, and draws all of it after each answer of the server.

Offers runPanels.
Uses elements.js: element; arrays.js: formatted; chart.js: lineChart; boundary.js: answerPicture,
classKey. */
"use strict";

const KEPT = 600; // measurements of a run; beyond that every second one is left out
const PLACES = ["first", "second"];
const SMALL = { width: 400, height: 250, left: 78, right: 76 }; // charts, several side by side

/** All runs of a session: `absorb(runs)` takes what the server says, `sentence()` tells it. */
function runPanels(session) {
  const runs = session.runs.map((run, i) => runPanel(session, run, i));
  const scores = runs.length > 1 ? scoreChart(session, runs) : null;
  const absorb = (found) => {
    runs.forEach((run, i) => run.absorb(found[i]));
    scores?.draw();
  };
  absorb(session.runs);
  return {
    element: element("div", {},
      element("div", { class: `runs of-${runs.length}` }, runs.map((run) => run.element)),
      scores && element("div", { class: "panel scores" }, scores.element)),
    absorb,
    sentence: () => runs.map((run) => run.sentence()).join(" "),
  };
}

function runPanel(session, { loss, layers }, place) {
  const kept = [], name = session.runs.length > 1 ? `${PLACES[place]}: ${loss}` : loss;
  const picture = answerPicture(session), numbers = element("p", { class: "score" });
  const stopped = element("p", { class: "problem", role: "alert", hidden: true });
  const losses = lineChart({ title: "Loss",
    xLabel: "epoch", yLabel: "loss", series: [], size: SMALL });
  const gradients = lineChart({ title: "Gradient of each layer, on all points",
    xLabel: "epoch", yLabel: "length", series: [], logarithmic: true, size: SMALL });
  const last = () => kept.at(-1), sentence = () => spoken(name, last(), session);
  const draw = (shown) => {
    const x = kept.map((record) => record.step / session.per_epoch);
    const line = (label, read) => ({ name: label, x, y: kept.map((r) => read(r) ?? NaN) });
    picture.show(shown);
    picture.describe(`${what(session)} ${sentence()}`);
    losses.setSeries([line("train", (r) => r.train.loss), line("new", (r) => r.new.loss)]);
    gradients.setSeries(layers.map((_, i) => line(`layer ${i + 1}`, (r) => r.gradients[i])));
    numbers.replaceChildren(...shortly(last(), session));
  };
  const absorb = (run) => {
    kept.push(...run.records);
    while (kept.length > KEPT) thin(kept);
    Object.assign(stopped, { textContent: run.stopped, hidden: !run.stopped });
    draw(run.picture);
  };
  return {
    kept, absorb, sentence,
    element: element("article", { class: "run", "aria-label": name },
      element("div", { class: "panel" }, element("h2", {}, name), numbers, stopped, picture.element,
        classKey(session.classes)),
      element("div", { class: "panel charts" }, losses.element, gradients.element,
        element("p", { class: "faint" },
          layers.map((layer, i) => `layer ${i + 1} is ${layer}`).join(", ")))),
  };
}

/** Every second measurement goes, but for the last. */
function thin(kept) {
  const rest = kept.filter((_, i) => (kept.length - 1 - i) % 2 === 0);
  kept.splice(0, kept.length, ...rest);
}

/** How both runs do on new points: the one number that does not depend on the loss. */
function scoreChart(session, runs) {
  const { word } = scoreOf(session), title = `${word} on new points`;
  const chart = lineChart({ title, xLabel: "epoch", yLabel: word, series: [], size: SMALL });
  const draw = () => chart.setSeries(runs.map(({ kept }, i) => ({
    name: PLACES[i],
    x: kept.map((record) => record.step / session.per_epoch),
    y: kept.map((record) => record.new.score ?? NaN),
  })));
  return { element: chart.element, draw };
}

// --- words ----------------------------------------------------------------------------------

/** What the score is called, and how it is written. */
function scoreOf({ classes }) {
  return classes.length
    ? { word: "Accuracy", text: (score) => `${formatted(100 * score, 4)}\u00a0%` }
    : { word: "Median error", text: (score) => formatted(score, 3) };
}

function written(value, text = (number) => formatted(number, 4)) {
  return value === null ? "not a number" : text(value);
}

function shortly({ train, new: fresh }, session) {
  const { word, text } = scoreOf(session);
  return [element("strong", {}, `${word} ${written(train.score, text)}`),
    ` · on new points ${written(fresh.score, text)} · loss\u00a0${written(train.loss)}`];
}

function spoken(name, { step, train, new: fresh }, session) {
  const { word, text } = scoreOf(session), epoch = formatted(step / session.per_epoch, 4);
  return `${name}: epoch ${epoch}, loss ${written(train.loss)}, ${word.toLowerCase()} `
    + `${written(train.score, text)}, on new points ${written(fresh.score, text)}.`;
}

function what({ classes, axes }) {
  return classes.length
    ? `Which class the model answers, over ${axes.join(" and ")}: ${classes.join(", ")}.`
    : `The model as a curve, ${axes[1]} over ${axes[0]}, with the data.`;
}
