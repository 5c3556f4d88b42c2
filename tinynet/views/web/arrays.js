/* Arrays: read them, write their numbers, show them as heat maps. Every array is looked at as a
matrix, its last axis across, all others down.

Offers decode, bytes, frameOf, formatted, shapeText, least, most, colouring, rgb, inkOn,
thumbnail, arrayFigure.
Uses elements.js: element, themed, onTheme, onKey, arrows. */
"use strict";

/** An array from what `packed` made in Python: {shape, values, rows, columns}. */
function decode(packed) {
  const Numbers = packed.dtype === "float32" ? Float32Array : Float64Array;
  const values = new Numbers(bytes(packed.data).buffer), shape = packed.shape;
  const columns = shape.length ? shape[shape.length - 1] : 1;
  return { shape, values, columns, rows: columns ? values.length / columns : 0 };
}

/** Bytes from base64. */
function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** The numbers of array[place], where the first axis is that of the frames. */
function frameOf({ values, shape }, place) {
  const size = values.length / shape[0];
  return values.subarray(place * size, (place + 1) * size);
}

/** A number as Python's format "{:.6g}" writes it, but 0 without a sign. */
function formatted(value, digits = 6) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return short(value.toFixed(digits - 1 - power));
  return `${short(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

/** A shape as NumPy writes it: (4, 2), (4,) and () for a single number. */
function shapeText(shape) {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** What a heat map says to those who do not see it. */
function summary(array) {
  const finite = array.values.filter(Number.isFinite), odd = array.values.length - finite.length;
  const [low, high] = [least(finite), most(finite)].map((v) => formatted(v, 4));
  const range = finite.length ? `, from ${low} to ${high}` : "";
  return `array of shape ${shapeText(array.shape)}${range}${odd ? `, ${odd} not finite` : ""}`;
}

function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values) {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** The index of a place in row-major order, as in "[3, 0]". */
function indexText(array, place) {
  const index = [];
  for (const length of [...array.shape].reverse()) {
    index.unshift(place % length);
    place = Math.floor(place / length);
  }
  return `[${index.join(", ")}]`;
}

// --- colours --------------------------------------------------------------------------------

/** The largest absolute value: the end of the colour scale, which 0 is the middle of. */
function peakOf(array) {
  return most(array.values.map(Math.abs).map((size) => (Number.isFinite(size) ? size : 0)));
}

/** A function from a number to [red, green, blue]: blue below 0, paper at 0, orange above. */
function colouring(peak) {
  const [paper, low, high, odd] = ["--zero", "--negative", "--positive", "--ink"].map(rgb);
  return (value) => {
    if (!Number.isFinite(value)) return odd;
    const end = value < 0 ? low : high, share = peak ? Math.abs(value) / peak : 0;
    return paper.map((shade, i) => Math.round(shade + share * (end[i] - shade)));
  };
}

function rgb(name) {
  const digits = themed(name).slice(1);
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}

/** Black or white, whichever is read more easily on the colour. */
function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#000000" : "#ffffff";
}

/** A tiny picture of an array, one pixel an element, as a data URL. */
function thumbnail(array) {
  const canvas = element("canvas", { width: array.columns, height: array.rows });
  const image = new ImageData(array.columns, array.rows), colour = colouring(peakOf(array));
  array.values.forEach((value, i) => image.data.set([...colour(value), 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// --- heat maps ------------------------------------------------------------------------------

/** An array as a figure: a number, or a heat map whose cells a click or the arrow keys read.

`label` names it; `width` is the room it may take, in pixels. */
function arrayFigure(array, label, width = 320) {
  if (array.values.length === 1) {
    const shown = element("output", { class: "number" }, formatted(array.values[0]));
    return element("div", { class: "array" }, element("span", {}, `${label} = `), shown);
  }
  if (!array.values.length) return element("div", { class: "array" }, `${label} is empty`);
  return heatMap(array, label, width);
}

function heatMap(array, label, width) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const cursor = element("div", { class: "cursor" });
  const status = element("output", { class: "number", "aria-live": "polite" });
  const cell = cellSize(array, width);
  let place;
  const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -array.columns, ArrowDown: array.columns };
  const read = (next) => {
    place = next;
    const row = Math.floor(place / array.columns), column = place % array.columns;
    cursor.style.transform = `translate(${column * cell.width}px, ${row * cell.height}px)`;
    status.value = `${indexText(array, place)} = ${formatted(array.values[place])}`;
    frame.dataset.place = place;
  };
  const frame = element("div", {
    class: "heat", tabindex: 0, role: "application", "aria-roledescription": "heat map",
    "aria-label": `${label}, ${summary(array)}. The arrow keys read its numbers.`,
    keydown: (event) => onKey(event, arrows(place, array.values.length, read, ways)),
    pointerdown: ({ offsetX, offsetY }) => read(cellAt(array, cell, offsetX, offsetY)),
  }, canvas, cursor);
  Object.assign(cursor.style, { width: `${cell.width}px`, height: `${cell.height}px` });
  read(0);
  onTheme(canvas, () => paint(canvas, array, cell));
  const head = element("figcaption", {}, `${label} ${shapeText(array.shape)}`, status);
  return element("figure", { class: "array" }, head, frame, legend(peakOf(array)));
}

/** The size of a cell in pixels, so that the whole is at most so wide and 240 pixels high. */
function cellSize(array, width) {
  const across = Math.min(width / array.columns, 64), down = Math.min(240 / array.rows, 22);
  return { width: across, height: Math.max(Math.min(down, Math.max(across, 14)), 2) };
}

function cellAt(array, cell, x, y) {
  const at = (offset, size, count) => Math.min(Math.max(Math.floor(offset / size), 0), count - 1);
  return at(y, cell.height, array.rows) * array.columns + at(x, cell.width, array.columns);
}

function paint(canvas, array, cell) {
  const dense = window.devicePixelRatio || 1, colour = colouring(peakOf(array));
  const width = cell.width * array.columns, height = cell.height * array.rows;
  Object.assign(canvas, { width: Math.ceil(width * dense), height: Math.ceil(height * dense) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d");
  context.scale(dense, dense);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: "12px sans-serif" });
  array.values.forEach((value, i) => {
    const x = (i % array.columns) * cell.width, y = Math.floor(i / array.columns) * cell.height;
    const shade = colour(value), text = formatted(value, 3);
    context.fillStyle = `rgb(${shade})`;
    context.fillRect(x, y, cell.width + 0.3, cell.height + 0.3);
    if (cell.height < 14 || context.measureText(text).width > cell.width - 4) return;
    context.fillStyle = inkOn(shade);
    context.fillText(text, x + cell.width / 2, y + cell.height / 2 + 0.5);
  });
}

/** The colour scale, from −peak over 0 to the peak. */
function legend(peak) {
  const end = formatted(peak, 3);
  return element("div", { class: "legend", "aria-hidden": "true" },
    element("span", {}, `−${end}`), element("i"), element("span", {}, end));
}
