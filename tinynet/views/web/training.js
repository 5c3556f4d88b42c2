/* The training replay: one slider over the epochs, and four views that follow it.

The one idea: all that is shown follows from the place of the slider; `show` writes it anew. */
"use strict";

const PACE = 150; // milliseconds a frame
const LINES = 5; // layers in a chart; the table has all
const data = pageData();
const numbers = Object.fromEntries(
  Object.entries(data.numbers).map(([name, array]) => [name, decode(array)]));
const state = { place: data.epochs.length - 1, timer: null };
const parts = {}; // the elements that change

/** The numbers of one array for one frame, or for one layer over all frames. */
function ofFrame({ values, columns }, place) {
  return values.slice(place * columns, (place + 1) * columns);
}

function ofLayer({ values, columns }, layer) {
  return Float64Array.from(data.epochs, (_, place) => values[place * columns + layer]);
}

// --- moving ---------------------------------------------------------------------------------

function moveTo(place) {
  state.place = Math.min(Math.max(place, 0), data.epochs.length - 1);
  show();
}

/** To the frame at an epoch, or to the next one in the direction of it. */
function moveToEpoch(epoch) {
  const now = data.epochs[state.place];
  if (epoch > data.epochs[data.epochs.length - 1]) moveTo(data.epochs.length - 1);
  else if (epoch > now) moveTo(data.epochs.findIndex((e) => e >= epoch));
  else moveTo(data.epochs.findLastIndex((e) => e <= epoch));
}

function play() {
  if (state.timer) return stop();
  if (state.place === data.epochs.length - 1) moveTo(0);
  state.timer = setInterval(() => {
    moveTo(state.place + 1);
    if (state.place === data.epochs.length - 1) stop();
  }, PACE);
  showPlaying();
}

function stop() {
  clearInterval(state.timer);
  state.timer = null;
  showPlaying();
}

/** While it plays nobody can listen to every sentence. */
function showPlaying() {
  parts.play.textContent = state.timer ? "Pause" : "Play";
  parts.sentence.setAttribute("aria-live", state.timer ? "off" : "polite");
}

function keyPressed(event) {
  const { tagName } = event.target, last = data.epochs.length - 1;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && tagName !== "BUTTON") play();
  else if (tagName === "INPUT") return; // the slider moves by itself
  else if (event.key === "ArrowLeft") moveTo(state.place - 1);
  else if (event.key === "ArrowRight") moveTo(state.place + 1);
  else if (event.key === "Home") moveTo(0);
  else if (event.key === "End") moveTo(last);
  else return;
  event.preventDefault();
}

// --- charts ---------------------------------------------------------------------------------

/** A chart over the epochs whose cursor is the slider; it speaks only while it has the focus. */
function linkedChart(options) {
  const chart = lineChart({ ...options, xLabel: "epoch", yLabel: "", onCursor: moveToEpoch });
  const status = chart.element.querySelector("output");
  status.setAttribute("aria-live", "off");
  chart.element.addEventListener("focusin", () => status.setAttribute("aria-live", "polite"));
  chart.element.addEventListener("focusout", () => status.setAttribute("aria-live", "off"));
  const first = Math.min(...options.series.flatMap((s) =>
    [...s.x].filter((_, i) => Number.isFinite(s.y[i]))));
  return { element: chart.element,
    show: (epoch) => chart.setCursor(epoch >= first ? epoch : null) };
}

function lossChart() {
  const { epochs, ...curves } = data.losses, x = decode(epochs).values;
  const series = Object.entries(curves).map(([name, y]) => ({ name, x, y: decode(y).values }));
  const finite = series.flatMap((s) => [...s.y].filter(Number.isFinite));
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const logarithmic = low > 0 && finite.reduce((a, b) => Math.max(a, b), 0) > 100 * low;
  return linkedChart({ title: `Loss${logarithmic ? ", log scale" : ""}`, series, logarithmic });
}

/** Up to five of the layers for which an array has numbers, the first and the last among them. */
function layersOf(array) {
  const known = Array.from(data.layers.keys())
    .filter((layer) => ofLayer(array, layer).some(Number.isFinite));
  if (known.length <= LINES) return known;
  return Array.from({ length: LINES }, (_, i) => known[Math.round((i * (known.length - 1)) / (LINES - 1))]);
}

/** One line for each of these layers, from the first frame that has a number. */
function layerSeries(array, factor = 1) {
  return layersOf(array).map((layer) => {
    const y = ofLayer(array, layer).map((v) => factor * v), first = y.findIndex(Number.isFinite);
    return { name: data.layers[layer].name, x: data.epochs.slice(first), y: y.slice(first) };
  });
}

/** A line to compare the others with, at one height. */
function level(name, height, series) {
  return series.slice(0, 1).map(({ x }) => ({ name, x, y: x.map(() => height) }));
}

function gradientChart() {
  return linkedChart({ title: "Gradient norm |g| per layer, log scale", logarithmic: true,
    series: layerSeries(numbers.gradient_norms) });
}

function updateChart() {
  const series = layerSeries(numbers.update_ratios);
  return linkedChart({ title: "Update to weight |Δw| / |w| per layer, log scale", logarithmic: true,
    series: [...series, ...level("healthy", 1e-3, series)] });
}

function idleCharts() {
  const kinds = [["Dead relu units per layer, %", "dead"], ["Saturated outputs per layer, %", "saturated"]];
  return kinds.flatMap(([title, name]) => {
    const series = layerSeries(numbers[name], 100);
    return series.length ? [linkedChart({ title, series: [...series, ...level("all", 100, series)] })] : [];
  });
}

// --- the table ------------------------------------------------------------------------------

function shown(value, text = formatted(value, 4)) {
  return Number.isFinite(value) ? text : "–";
}

/** What may be wider than its room: the arrow keys scroll it. */
function scrolling(label, table) {
  return element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0,
    keydown: (event) => event.stopPropagation() }, table);
}

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
    const cells = names.map(() => element("td")), title = `${name}: ${path}${activation && ` ${activation}`}`;
    return { cells, row: element("tr", {}, element("th", { scope: "row" }, title), ...cells) };
  });
  const show = (place) => names.forEach((name, column) => {
    ofFrame(numbers[name], place).forEach((value, i) => {
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
  return element("section", { class: "panel", "aria-label": title }, element("h2", {}, title), ...children);
}

function bar() {
  parts.play = button("Play", null, play);
  parts.play.classList.add("main");
  parts.slider = element("input", { type: "range", min: 0, max: data.epochs.length - 1, step: 1,
    "aria-label": "epoch", input: (event) => moveTo(Number(event.target.value)) });
  parts.epoch = element("div", { class: "epoch" });
  parts.sentence = element("p", { class: "sentence", role: "status", "aria-live": "polite" });
  return element("div", { class: "bar" }, parts.play,
    button("‹", "previous frame", () => moveTo(state.place - 1)), parts.slider,
    button("›", "next frame", () => moveTo(state.place + 1)), parts.epoch, parts.sentence);
}

function keyHelp() {
  const key = (name) => element("kbd", {}, name);
  return element("p", { class: "faint" }, key("←"), " ", key("→"), " one frame back or on, ", key("Home"), " ",
    key("End"), " the first or last, ", key("Space"), " plays or stops");
}

function show() {
  const epoch = data.epochs[state.place];
  parts.slider.value = state.place;
  parts.slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
  parts.epoch.textContent = `epoch ${epoch}${data.planned ? ` of ${data.planned}` : ""}`;
  parts.sentence.textContent = data.sentences[state.place];
  parts.answer.show(state.place);
  parts.table.show(state.place);
  for (const chart of parts.charts) chart.show(epoch);
}

/** What the numbers mean, for those who see them for the first time. */
function notes() {
  const some = layersOf(numbers.gradient_norms).length < data.layers.length
    ? `Lines for ${LINES} of ${data.layers.length} layers; the table has all. ` : "";
  return {
    flow: `${some}The norm is that of the last mini-batch, the ratio that of its step. About a thousandth (1e-3)`
      + " is usual (CS231n notes, Neural Networks 3; Karpathy 2022, Building makemore 3): far more is unstable,"
      + " far less is slow. Near the end of training it falls.",
    idle: "Dead: 0 for every row of a fixed sample. Saturated: within 1 % of the range from its end,"
      + " where the slope is nearly 0.",
    none: "This model has no hidden relu, sigmoid or tanh.",
  };
}

function start() {
  const controls = bar(), loss = lossChart(), flow = [gradientChart(), updateChart()], idle = idleCharts();
  const faint = (text) => element("p", { class: "faint" }, text), note = notes();
  Object.assign(parts, { answer: answerView(), table: layerTable(), charts: [loss, ...flow, ...idle] });
  const page = document.getElementById("page");
  page.classList.add("replay");
  page.append(element("h1", {}, data.title), controls, keyHelp(),
    data.stopped ? element("p", {}, `Stopped early: ${data.stopped}.`) : "",
    element("div", { class: "views" },
      element("div", {}, panel("Loss curves", loss.element),
        panel(TITLES[data.picture.kind], parts.answer.element)),
      panel("Gradients and updates", flow.map((chart) => chart.element), faint(note.flow)),
      panel("Layers: dead and saturated units", element("div", { class: "pair" },
        element("div", {}, idle.map((chart) => chart.element), faint(idle.length ? note.idle : note.none)),
        parts.table.element))));
  document.addEventListener("keydown", keyPressed);
  show();
}

start();
