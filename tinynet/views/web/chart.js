/* A small line chart: axes, labels at the ends of the lines, and a cursor that reads the numbers.
It is drawn again from its data after each change.

Offers lineChart, scale, chartText.
Uses elements.js: element, drawing, pointIn, dragging, onKey, arrows; arrays.js: formatted, least,
most, range. */
"use strict";

const SIZE = { width: 560, height: 300, left: 62, right: 120, top: 30, bottom: 44 };
const DASHES = ["", "6 3", "3 2", "8 2 2 2", "12 3", "4 2 1 2"]; // of lines, by their number
const SAMPLE = 16; // the length of a piece of a line, in front of its name

/** A line chart.

`options` is {title, xLabel, yLabel, series, levels, marks, logarithmic, onCursor, size}. A series
is {name, x, y}, two arrays of numbers of which those not finite leave a gap. A level {name, y} is a
height to compare with, a mark {name, x} a place worth a look; neither is read out with the numbers.
`size` has what is other than in SIZE.
What comes back has `element`, to put into the page; `setSeries(series)`, to draw others; and
`setCursor(x)`, which reads the points at the place nearest to x, or none where it is null. The
arrow keys and the pointer move the cursor, too, and call `onCursor(x)`. */
function lineChart(options) {
  const chart = { levels: [], marks: [], ...options, size: { ...SIZE, ...options.size },
    cursor: null };
  chart.svg = drawing("svg", { class: "chart", role: "img", tabindex: 0,
    viewBox: `0 0 ${chart.size.width} ${chart.size.height}`,
    keydown: (event) => keyed(chart, event),
    ...dragging((event) => pointed(chart, event)) });
  chart.status = element("output", { class: "number", "aria-live": "polite" });
  const setSeries = (series) => drawChart(Object.assign(chart, { series }));
  const setCursor = (x) => drawChart(Object.assign(chart, { cursor: x }));
  setSeries(chart.series);
  return { element: element("div", {}, chart.svg, chart.status), setSeries, setCursor };
}

function drawChart(chart) {
  const { title, series, levels, logarithmic, size, svg } = chart;
  const usable = (v) => Number.isFinite(v) && (!logarithmic || v > 0);
  const across = scale(series.flatMap((s) => [...s.x]), size.left, size.width - size.right);
  const heights = [...series.flatMap((s) => [...s.y]), ...levels.map((l) => l.y)].filter(usable);
  const up = scale(heights, size.height - size.bottom, size.top, logarithmic);
  Object.assign(chart, { across, up, usable });
  svg.setAttribute("aria-label", spokenChart(chart));
  svg.replaceChildren(
    chartText(size.left, 16, title, "title", "start"), ...axes(chart),
    ...references(chart),
    ...series.map((s, i) =>
      drawing("path", { class: "series", d: linePath(s, chart), ...lineLook(i) })),
    ...endLabels(chart), ...cursorMarks(chart));
}

// --- scales and axes ------------------------------------------------------------------------

/** From numbers to places: a function with the ticks that the axis shows. */
function scale(numbers, start, end, logarithmic = false) {
  const measure = logarithmic ? Math.log10 : (v) => v;
  const finite = numbers.filter(Number.isFinite).map(measure);
  let [low, high] = finite.length ? [least(finite), most(finite)] : [0, 1];
  const half = low === high ? (Math.abs(low) || 1) / 2 : 0; // room around a single height
  [low, high] = [low - half, high + half];
  const place = (v) => start + ((measure(v) - low) / (high - low)) * (end - start);
  place.ticks = logarithmic && high - low >= 1 ? powers(low, high) : rounds(low, high, logarithmic);
  return place;
}

/** About five round numbers between low and high. */
function rounds(low, high, logarithmic) {
  if (logarithmic) [low, high] = [10 ** low, 10 ** high];
  const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten between those of low and high; of few of them, 2 and 5 times each as well. */
function powers(low, high) {
  const every = Math.ceil((high - low) / 6), first = Math.floor(low);
  const count = Math.ceil((high - first) / every) + 1;
  const factors = high - low < 3 ? [1, 2, 5] : [1];
  return Array.from({ length: count }, (_, i) => 10 ** (first + i * every))
    .flatMap((power) => factors.map((factor) => factor * power))
    .filter((v) => Math.log10(v) > low - 1e-9 && Math.log10(v) < high + 1e-9);
}

function axes({ across, up, xLabel, yLabel, size }) {
  const { width, height, left, right, top, bottom } = size, floor = height - bottom;
  const line = (kind, x1, y1, x2, y2) => drawing("line", { class: kind, x1, y1, x2, y2 });
  return [
    ...up.ticks.flatMap((v) => [line("grid", left, up(v), width - right, up(v)),
      chartText(left - 8, up(v) + 4, formatted(v), "", "end")]),
    ...across.ticks.flatMap((v) => [line("axis", across(v), floor, across(v), floor + 5),
      chartText(across(v), floor + 19, formatted(v), "", "middle")]),
    line("axis", left, floor, width - right, floor), line("axis", left, top, left, floor),
    chartText((left + width - right) / 2, height - 6, xLabel, "", "middle"),
    drawing("text", { transform: `translate(14 ${(top + floor) / 2}) rotate(-90)`,
      "text-anchor": "middle" }, yLabel),
  ];
}

/** Levels and marks: thin lines with their names. */
function references({ levels, marks, across, up, size }) {
  const { width, height, left, right, top, bottom } = size;
  return [
    ...levels.flatMap(({ name, y }) => [
      drawing("line", { class: "level", x1: left, x2: width - right, y1: up(y), y2: up(y) }),
      chartText(width - right - 4, up(y) - 5, name, "", "end")]),
    ...marks.flatMap(({ name, x }) => {
      const at = across(x), inLeft = at < width / 2;
      return [drawing("line", { class: "level", x1: at, x2: at, y1: top, y2: height - bottom }),
        chartText(at + (inLeft ? 4 : -4), top + 10, name, "", inLeft ? "start" : "end")];
    }),
  ];
}

function chartText(x, y, text, kind, anchor) {
  return drawing("text", { x, y, class: kind, "text-anchor": anchor }, text);
}

// --- lines, their labels, the cursor --------------------------------------------------------

function linePath(series, { across, up, usable }) {
  let pen = "M";
  return Array.from(series.y, (y, i) => {
    const mark = usable(y) ? `${pen}${across(series.x[i]).toFixed(1)} ${up(y).toFixed(1)}` : "";
    pen = usable(y) ? "L" : "M";
    return mark;
  }).join("");
}

/** Lines differ in colour and in dashes. */
function lineLook(i) {
  return { stroke: `var(--series-${1 + (i % 6)})`, "stroke-dasharray": DASHES[i % 6] };
}

/** A sample of each line and its name at the right end, pushed apart where they would overlap. */
function endLabels({ series, across, up, usable, size }) {
  const labels = series.map((s, i) => {
    const last = Array.from(s.y).findLastIndex(usable);
    return last < 0 ? null : { name: s.name, i, x: across(s.x[last]) + 4, y: up(s.y[last]) + 4 };
  }).filter(Boolean).sort((a, b) => a.y - b.y);
  labels.forEach((label, i) => { if (i) label.y = Math.max(label.y, labels[i - 1].y + 16); });
  const over = Math.max(0, most(labels.map((label) => label.y)) - (size.height - size.bottom));
  return labels.flatMap(({ name, i, x, y }) => [
    drawing("path", { class: "series", d: `M${x} ${y - over - 4}h${SAMPLE}`, ...lineLook(i) }),
    chartText(x + SAMPLE + 4, y - over, name, "label", "start")]);
}

/** The place of the point of a series that is nearest to x. */
function nearest(series, x) {
  return Array.from(series.x).reduce(
    (best, v, i) => (Math.abs(v - x) < Math.abs(series.x[best] - x) ? i : best), 0);
}

function cursorMarks(chart) {
  const { series, across, up, usable, cursor, status, xLabel, size } = chart;
  status.value = "";
  if (cursor === null || !series.length) return [];
  const places = series.map((s) => nearest(s, cursor));
  const found = series.map((s, i) => s.x[places[i]]), x = found[nearest({ x: found }, cursor)];
  const there = range(0, series.length).filter((i) => found[i] === x); // others have a gap here
  const read = there.map((i) => `${series[i].name} ${formatted(series[i].y[places[i]], 4)}`);
  status.value = `${xLabel} ${formatted(x)}: ${read.join(", ")}`;
  const dot = ([px, py, i]) => drawing("circle", { cx: across(px), cy: up(py), r: 4,
    fill: `var(--series-${1 + (i % 6)})` });
  const points = there.map((i) => [x, series[i].y[places[i]], i]);
  return [
    drawing("line", { class: "cursor", x1: across(x), x2: across(x), y1: size.top,
      y2: size.height - size.bottom }),
    ...points.filter(([, y]) => usable(y)).map(dot),
  ];
}

function keyed(chart, event) {
  const places = cursorPlaces(chart);
  if (!places.length) return;
  const at = chart.cursor === null ? null : nearest({ x: places }, chart.cursor);
  onKey(event, arrows(at, places.length, (place) => moveCursor(chart, places[place])));
}

function pointed(chart, event) {
  const places = cursorPlaces(chart), { x } = pointIn(chart.svg, event);
  if (places.length) moveCursor(chart, places[nearest({ x: places.map(chart.across) }, x)]);
}

/** Where the cursor can stand: at each x that a series has. */
function cursorPlaces({ series }) {
  return [...new Set(series.flatMap((s) => [...s.x]))].sort((a, b) => a - b);
}

function moveCursor(chart, x) {
  chart.cursor = x;
  drawChart(chart);
  chart.onCursor?.(x);
}

function spokenChart({ title, series, levels, marks, xLabel, yLabel }) {
  const lines = series.map((s) => {
    const end = s.y[s.y.length - 1];
    return `${s.name}: ${s.y.length} points, from ${formatted(s.y[0], 4)} to ${formatted(end, 4)}`;
  });
  const known = [...levels.map(({ name, y }) => `${name} at ${formatted(y, 4)}`),
    ...marks.map(({ name, x }) => `${name} at ${xLabel} ${formatted(x, 4)}`)];
  const told = [...lines, ...known].join("; ");
  return `${title}. ${yLabel} over ${xLabel}. ${told}. The arrow keys read the numbers.`;
}
