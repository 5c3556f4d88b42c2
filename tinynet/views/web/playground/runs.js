/* The runs of the playground, side by side: picture, network, losses and gradients of each. A run
keeps what was measured, and draws all of it after each answer of the server.

Offers runPanels.
Uses elements.js: element; arrays.js: formatted, most; chart.js: lineChart;
boundary.js: answerPicture, classKey, ringText; network.js: decodedNetwork;
playground/weights.js: weightFields; playground/landscape.js: landscapePanel. */
"use strict";

const KEPT = 600; // measurements of a run; beyond that every second one is left out
const PLACES = ["first", "second"];
const FAR = { loss: 10, gradient: 1000 }; // times what it was at first; beyond is cut off
const SMALL = { width: 400, height: 250, left: 78, right: 92, top: 42 }; // of a chart

/** All runs of a session: `absorb(runs)` takes what the server says, `sentence()` tells it.

`on.point([x, y])` hears of a click into a picture, `on.weight(run, place, value)` of a weight that
was typed, which may be within `on.bounds`. */
function runPanels(session, on) {
  const runs = session.runs.map((run, i) => runPanel(session, run, i, on));
  const scores = runs.length > 1 ? scoreChart(session, runs) : null;
  const absorb = (found) => {
    runs.forEach((run, i) => run.absorb(found[i]));
    scores?.draw();
  };
  absorb(session.runs);
  return {
    element: element("div", {},
      element("div", { class: `runs of-${runs.length}` }, runs.map((run) => run.element)),
      scores && scores.element),
    absorb,
    sentence: () => runs.map((run) => run.sentence()).join(" "),
  };
}

function runPanel(session, { loss, layers }, place, on) {
  const kept = [], name = session.runs.length > 1 ? `${PLACES[place]}: ${loss}` : loss;
  const picture = answerPicture(session), numbers = element("p", { class: "score" });
  const network = weightFields(on.bounds, (...weight) => on.weight(place, ...weight));
  picture.element.addEventListener("click", (event) => {
    const point = picture.placeOf(event);
    if (point) on.point(point);
  });
  const stopped = element("p", { class: "problem", role: "alert", hidden: true });
  const ringed = element("p", { class: "faint" }), charts = runCharts(layers);
  const last = () => kept.at(-1), sentence = () => spoken(name, last(), session);
  const absorb = (run) => {
    kept.push(...run.records);
    while (kept.length > KEPT) thin(kept);
    Object.assign(stopped, { textContent: run.stopped, hidden: !run.stopped });
    picture.show(run.picture, run.wrong);
    picture.describe(`${what(session)} ${sentence()}`);
    network.show(decodedNetwork(run.network));
    charts.draw(kept);
    numbers.replaceChildren(...shortly(last(), session));
    ringed.textContent = session.classes.length ? ringText(run.wrong, session) : "";
  };
  return {
    kept, absorb, sentence,
    element: element("article", { class: "run", "aria-label": name },
      element("div", { class: "panel" }, element("h2", {}, name), numbers, stopped, picture.element,
        classKey(session.classes), ringed),
      element("div", { class: "panel" }, element("h3", {}, "The network"), network.element),
      charts.element, landscapePanel(session, place)),
  };
}

// --- curves ---------------------------------------------------------------------------------

/** The curves of losses and gradients; before the first step a single point would be no curve. */
function runCharts(layers) {
  const losses = lineChart({ title: "Loss",
    xLabel: "epoch", yLabel: "loss", series: [], size: SMALL });
  const gradients = lineChart({ title: "Gradient of each layer",
    xLabel: "epoch", yLabel: "length", series: [], logarithmic: true, size: SMALL });
  const cut = element("p", { class: "cut" });
  const drawn = element("div", { class: "charts", hidden: true }, losses.element, gradients.element,
    cut, element("p", { class: "faint" },
      layers.map((layer, i) => `layer ${i + 1} is ${layer}`).join(", ")));
  const before = element("p", { class: "faint" },
    "The curves of the loss and of the gradients begin with the first step.");
  let limits = null;
  const draw = (kept) => {
    limits ??= limitsOf(kept[0]);
    const x = kept.map((record) => record.epoch), isCurve = kept.length > 1;
    Object.assign(drawn, { hidden: !isCurve });
    Object.assign(before, { hidden: isCurve });
    const line = (limit) => (label, read) =>
      ({ name: label, x, y: clipped(kept.map((r) => read(r) ?? NaN), limit) });
    const loss = line(limits.loss), gradient = line(limits.gradient);
    losses.setSeries([loss("train", (r) => r.train.loss),
      ...(kept[0].new ? [loss("new", (r) => r.new.loss)] : [])]);
    gradients.setSeries(layers.map((_, i) => gradient(`layer ${i + 1}`, (r) => r.gradients[i])));
    cut.textContent = cutText(kept, limits.loss);
  };
  return { element: element("div", { class: "panel" }, before, drawn), draw };
}

/** How far from 0 curves are drawn, from what was measured first. */
function limitsOf({ train, new: fresh, gradients }) {
  const size = (values) => most(values.map(Math.abs).filter((v) => v > 0 && v < Infinity));
  const limit = (values, far) => far * Math.max(size(values), 0.1);
  return { loss: limit([train.loss, fresh?.loss ?? 0], FAR.loss),
    gradient: limit(gradients, FAR.gradient) };
}

/** Numbers beyond the limit end a line at the limit: nothing else would be seen beside them. */
function clipped(numbers, limit) {
  const isFar = (v) => Math.abs(v) > limit;
  return numbers.map((v, i) => {
    if (!isFar(v)) return v;
    return i && isFar(numbers[i - 1]) ? NaN : Math.sign(v) * limit;
  });
}

function cutText(kept, limit) {
  const far = most(kept.flatMap((r) => [r.train.loss, r.new?.loss ?? 0]).map(Math.abs));
  return far > limit
    ? `Cut off at ${formatted(limit, 4)}: the loss went on to ${formatted(far, 4)}.` : "";
}

/** Every second measurement goes, but for the last. */
function thin(kept) {
  const rest = kept.filter((_, i) => (kept.length - 1 - i) % 2 === 0);
  kept.splice(0, kept.length, ...rest);
}

/** How both runs do on new points: the one number that does not depend on the loss. */
function scoreChart(session, runs) {
  const { word } = scoreOf(session), part = session.runs[0].records[0].new ? "new" : "train";
  const title = `${word} on ${part === "new" ? "new" : "these"} points`;
  const chart = lineChart({ title, xLabel: "epoch", yLabel: word, series: [], size: SMALL });
  const panel = element("div", { class: "panel scores", hidden: true }, chart.element);
  const draw = () => {
    panel.hidden = runs[0].kept.length < 2;
    chart.setSeries(runs.map(({ kept }, i) => ({ name: PLACES[i],
      x: kept.map((record) => record.epoch),
      y: kept.map((record) => record[part].score ?? NaN) })));
  };
  return { element: panel, draw };
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
  const onNew = fresh ? ` · on new points ${written(fresh.score, text)}` : "";
  return [element("strong", {}, `${word} ${written(train.score, text)}`),
    `${onNew} · loss\u00a0${written(train.loss)}`];
}

function spoken(name, { epoch, train, new: fresh }, session) {
  const { word, text } = scoreOf(session);
  const onNew = fresh ? `, on new points ${written(fresh.score, text)}` : "";
  return `${name}: epoch ${formatted(epoch, 4)}, loss ${written(train.loss)}, `
    + `${word.toLowerCase()} ${written(train.score, text)}${onNew}.`;
}

function what({ classes, axes }) {
  return classes.length
    ? `Which class the model answers, over ${axes.join(" and ")}: ${classes.join(", ")}.`
    : `The model as a curve, ${axes[1]} over ${axes[0]}, with the data.`;
}
