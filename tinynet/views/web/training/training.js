/* The training replay: one slider over the epochs, and views that follow it. All that is shown
follows from the place of the slider; `show` writes it again after each move.

A page of its own: offers nothing.
Uses elements.js: pageData, element, scrolling, speaksInFocus, onKey; arrays.js: decode, frameOf,
formatted, least, most; chart.js: lineChart; player.js: Player, keepsKey;
training/answers.js: answerView; training/network.js: networkView;
training/mistakes.js: mistakesView; training/histograms.js: histogramViews;
training/instruments.js: instrumentCharts. */
"use strict";

const PACE = { slow: 450, normal: 150, fast: 40 }; // milliseconds a frame
const CURVE = { height: 220 };
const LINES = 5; // layers in a chart; the table has all
const data = pageData();
const numbers = Object.fromEntries(
  Object.entries(data.numbers).map(([name, array]) => [name, decode(array)]));
const last = data.epochs.length - 1; // the place of the last frame
const state = { place: last };
const parts = {}; // the elements that change

/** The numbers of one layer over all frames. */
function ofLayer({ values, columns }, layer) {
  return Float64Array.from(data.epochs, (_, place) => values[place * columns + layer]);
}

// --- moving ---------------------------------------------------------------------------------

function moveTo(place) {
  state.place = place;
  show();
}

/** To the frame at an epoch, or to the next one in the direction of it. */
function moveToEpoch(epoch) {
  const { epochs } = data, ahead = epoch > epochs[state.place] && epoch <= epochs[last];
  parts.player.move(
    ahead ? epochs.findIndex((e) => e >= epoch) : epochs.findLastIndex((e) => e <= epoch));
}

function keyPressed(event) {
  if (!keepsKey(event)) onKey(event, parts.player.keys(event));
}

// --- charts ---------------------------------------------------------------------------------

/** A chart over the epochs whose cursor is the slider. */
function linkedChart(options) {
  const chart = lineChart({ ...options, xLabel: "epoch", yLabel: "", onCursor: moveToEpoch });
  speaksInFocus(chart.element, chart.element.querySelector("output"));
  const first = least(options.series.flatMap((s) =>
    [...s.x].filter((_, i) => Number.isFinite(s.y[i]))));
  return { element: chart.element, show: (now) => chart.setCursor(now >= first ? now : null) };
}

/** The curves of the loss, then those of each score; marked is the epoch of the least loss. */
function curveCharts() {
  return Object.entries(data.curves.of).map(([score, curves]) => {
    const series = Object.entries(curves).map(([name, { epochs, values }]) =>
      ({ name, x: decode(epochs).values, y: decode(values).values }));
    const finite = series.flatMap((s) => [...s.y].filter(Number.isFinite));
    const low = least(finite), logarithmic = low > 0 && most(finite) > 100 * low;
    const title = `${score[0].toUpperCase()}${score.slice(1)}${logarithmic ? ", log scale" : ""}`;
    return linkedChart({ title, series, logarithmic, marks: data.curves.best, size: CURVE });
  });
}

/** Up to five of the layers for which an array has numbers, the first and the last among them. */
function layersOf(array) {
  const known = Array.from(data.layers.keys())
    .filter((layer) => ofLayer(array, layer).some(Number.isFinite));
  if (known.length <= LINES) return known;
  const step = (known.length - 1) / (LINES - 1);
  return Array.from({ length: LINES }, (_, i) => known[Math.round(i * step)]);
}

/** One line for each of these layers, from the first frame that has a number. */
function layerSeries(array, factor = 1) {
  return layersOf(array).map((layer) => {
    const y = ofLayer(array, layer).map((v) => factor * v), first = y.findIndex(Number.isFinite);
    return { name: data.layers[layer].name, x: data.epochs.slice(first), y: y.slice(first) };
  });
}

function gradientChart() {
  return linkedChart({ title: "Gradient norm |g| per layer, log scale", logarithmic: true,
    series: layerSeries(numbers.gradient_norms) });
}

function updateChart() {
  const series = layerSeries(numbers.update_ratios);
  const title = "Update to weight |Δw| / |w| per layer, log scale";
  const levels = series.length ? [{ name: "healthy", y: 1e-3 }] : [];
  return linkedChart({ title, logarithmic: true, series, levels });
}

function idleCharts() {
  const titles = { dead: "Dead relu units per layer, %",
    saturated: "Saturated outputs per layer, %" };
  return Object.entries(titles).flatMap(([name, title]) => {
    const series = layerSeries(numbers[name], 100), levels = [{ name: "all", y: 100 }];
    return series.length ? [linkedChart({ title, series, levels })] : [];
  });
}

// --- the table ------------------------------------------------------------------------------

const COLUMNS = {
  gradient_norms: ["gradient norm", (norm) => formatted(norm, 4)],
  update_ratios: ["update / weight", (ratio) => formatted(ratio, 4)],
  dead: ["dead units", (share, { units }) => `${Math.round(share * units)} of ${units}`],
  saturated: ["saturated", (share) => `${(100 * share).toFixed(1)} %`],
};

/** The numbers of all layers, without the columns that would stay empty. */
function layerTable() {
  const names = Object.keys(COLUMNS).filter((name) => layersOf(numbers[name]).length);
  const rows = data.layers.map(({ name, path, activation }) => {
    const cells = names.map(() => element("td")), title = `${name}: ${path} ${activation}`.trim();
    return { cells, row: element("tr", {}, element("th", { scope: "row" }, title), ...cells) };
  });
  const show = (place) => names.forEach((name, column) => {
    frameOf(numbers[name], place).forEach((value, i) => {
      const text = COLUMNS[name][1](value, data.layers[i]);
      rows[i].cells[column].textContent = Number.isFinite(value) ? text : "–";
    });
  });
  const heads = ["layer", ...names.map((name) => COLUMNS[name][0])];
  const head = element("tr", {}, heads.map((text) => element("th", { scope: "col" }, text)));
  const table = element("table", { class: "layers-table" }, element("thead", {}, head),
    element("tbody", {}, rows.map(({ row }) => row)));
  return { element: scrolling("The layers", table), show };
}

// --- the page -------------------------------------------------------------------------------

function panel(title, ...children) {
  return element("section", { class: "panel", "aria-label": title },
    element("h2", {}, title), ...children);
}

function widePanel(title, ...children) {
  const made = panel(title, ...children);
  made.classList.add("wide");
  return made;
}

function bar() {
  parts.epoch = element("div", { class: "epoch" });
  parts.sentence = element("p", { class: "sentence", role: "status" });
  const player = parts.player = new Player({ unit: "frame", label: "epoch", pace: PACE,
    at: () => ({ place: state.place, last }), go: moveTo, status: parts.sentence });
  return element("div", { class: "bar" }, player.forwards, player.speed, player.back,
    player.slider, player.next, parts.epoch, parts.sentence);
}

function keyHelp() {
  const key = (name) => element("kbd", {}, name);
  return element("p", { class: "faint" }, key("←"), " ", key("→"), " one frame back or on, ",
    key("Home"), " ", key("End"), " the first or last, ", key("Space"), " plays or stops");
}

/** What the doctor found, the gravest first, and what its instruments showed. */
function doctorPanel(charts) {
  const told = data.findings.map(({ rule, severity, seen, why, advice }) => element("li", {},
    element("b", {}, `${rule} (${severity}): `), `${seen}. ${why} Try: ${advice}`));
  const none = element("p", {}, "The doctor found nothing.");
  return widePanel("What the doctor saw", told.length ? element("ul", {}, told) : none,
    element("div", { class: "pair" }, charts.map((chart) => chart.element)),
    element("p", { class: "faint" }, "Sharpness is the largest curvature of the loss; above the"
      + " limit, 2 / lr for gradient descent, each step overshoots further (Cohen et al. 2021)."
      + " A step ends at 0 in the lowest point of its valley, at 1 as high as it began. The noise"
      + " scale is the batch size at which noise and gradient are equally large."));
}

function show() {
  const epoch = data.epochs[state.place];
  parts.player.show(`epoch ${epoch}`);
  parts.epoch.textContent = `epoch ${epoch}${data.planned ? ` of ${data.planned}` : ""}`;
  parts.sentence.textContent = data.sentences[state.place];
  for (const view of parts.views) view.show(state.place);
  for (const chart of parts.charts) chart.show(epoch);
}

/** What the numbers mean, for those who see them for the first time. */
function notes() {
  const some = layersOf(numbers.gradient_norms).length < data.layers.length
    ? `Lines for ${LINES} of ${data.layers.length} layers; the table has all. ` : "";
  return {
    flow: `${some}The norm is that of the last mini-batch, the ratio that of its step. About a`
      + " thousandth (1e-3) is usual (CS231n notes, Neural Networks 3; Karpathy 2022, Building"
      + " makemore 3): far more is unstable, far less is slow. Near the end of training it falls.",
    idle: "Dead: 0 for every row of a fixed sample. Saturated: within 1 % of the range from its"
      + " end, where the slope is nearly 0.",
    none: "This model has no hidden relu, sigmoid or tanh.",
  };
}

/** The network and its mistakes, where they are known. */
function networkPanels() {
  const { network, mistakes } = data;
  const shown = network ? networkView(network) : null;
  const wrong = mistakes ? mistakesView(mistakes, state.place) : null;
  parts.views.push(...[shown, wrong].filter(Boolean));
  const framed = wrong ? panel : widePanel;
  return [framed("The network", shown ? shown.element : element("p", { class: "faint" },
    "It is drawn where a model is Linear layers in a row; this one is built otherwise.")),
  wrong ? panel("What it gets wrong", wrong.element) : ""];
}

/** Histograms of weights and outputs, layer by layer. */
function histogramPanel() {
  const strips = histogramViews(data.histograms, data.epochs, moveTo);
  parts.views.push(...strips);
  const some = data.histograms.length < data.layers.length
    ? ` Shown are ${data.histograms.length} of ${data.layers.length} layers.` : "";
  return widePanel("Weights and outputs over the epochs",
    element("p", { class: "faint" }, "A column is a histogram, the darker the more numbers lie at"
      + " that height. Look for weights that move away from where they began, but not without end:"
      + ` a strip that never changes does not learn, one that fans out diverges.${some}`),
    element("div", { class: "pair" }, strips.map((strip) => strip.element)));
}

function start() {
  const controls = bar(), curves = curveCharts(), idle = idleCharts(), note = notes();
  const flow = [gradientChart(), updateChart()], table = layerTable();
  const seen = data.looks ? instrumentCharts(data.looks, linkedChart) : [];
  const answer = answerView(data.picture, state.place);
  Object.assign(parts, { views: [answer, table], charts: [...curves, ...flow, ...idle, ...seen] });
  const faint = (text) => element("p", { class: "faint" }, text);
  const drawn = (chosen) => chosen.map((chart) => chart.element);
  const page = document.getElementById("page");
  page.classList.add("replay");
  page.append(element("h1", {}, data.title), controls, keyHelp(),
    data.stopped ? element("p", {}, `Stopped early: ${data.stopped}.`) : "",
    element("div", { class: "views" },
      panel("Loss and scores", drawn(curves)), panel(answer.title, answer.element),
      ...networkPanels(),
      widePanel("Gradients and updates", element("div", { class: "pair" }, drawn(flow)),
        faint(note.flow)),
      widePanel("Layers: dead and saturated units", element("div", { class: "pair" },
        element("div", {}, drawn(idle), faint(idle.length ? note.idle : note.none)),
        table.element)),
      histogramPanel(),
      data.looks ? doctorPanel(seen) : ""));
  document.addEventListener("keydown", keyPressed);
  show();
}

start();
