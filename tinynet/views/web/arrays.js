/* Arrays: read them, write their numbers, give them colours. Every array is looked at as a matrix,
its last axis across, all others down.

Offers decode, bytes, frameOf, formatted, numberIn, shapeText, summary, least, most, norm,
indexText, peakOf, colouring, rgb, inkOn, pixels, range, thumbnail.
Uses elements.js: element, themed. */
"use strict";

const NUMBERS = { float32: Float32Array, float64: Float64Array, int8: Int8Array,
  uint8: Uint8Array };

/** An array from what `packed` made in Python: {shape, values, rows, columns}.

Of a large one only the first rows and columns may be there; `shape`, `norm` and `peak` are those of
the whole. */
function decode({ dtype, data, shape, kept, norm: known, ...whole }) {
  const values = new NUMBERS[dtype](bytes(data).buffer);
  const columns = kept ? kept[1] : shape.length ? shape[shape.length - 1] : 1;
  if (known !== undefined) whole.norm = known ?? NaN;
  return { shape, values, columns, rows: columns ? values.length / columns : 0, ...whole };
}

/** Bytes from base64; browsers before 2025 lack the quick way. */
function bytes(text) {
  return Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** The numbers of array[place], where the first axis is that of the frames. */
function frameOf({ values, shape }, place) {
  const size = values.length / shape[0];
  return values.subarray(place * size, (place + 1) * size);
}

/** A number as `number` of views/numerals.py writes it: with the sign −, and no −0. */
function formatted(value, digits = 6) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "−inf";
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const text = power >= -4 && power < digits ? short(value.toFixed(digits - 1 - power))
    : `${short(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  return text.replaceAll("-", "−");
}

/** The number that a person typed, with either minus and either mark; NaN where it is none. */
function numberIn(text) {
  const written = text.trim().replace("−", "-").replace(",", ".");
  return written ? Number(written) : NaN;
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

/** The root of the sum of the squares. */
function norm(array) {
  return array.norm ??= Math.sqrt(array.values.reduce((sum, value) => sum + value * value, 0));
}

/** The index of a place in row-major order, as in "[3, 0]". */
function indexText({ shape, columns }, place) {
  const index = [place % columns];
  let row = Math.floor(place / columns);
  for (const length of shape.slice(0, -1).reverse()) {
    index.unshift(row % length);
    row = Math.floor(row / length);
  }
  return `[${index.join(", ")}]`;
}

// --- colours --------------------------------------------------------------------------------

/** The largest absolute value: the end of the colour scale, which 0 is the middle of. */
function peakOf(array) {
  const sizes = () => array.values.map((v) => (Number.isFinite(v) ? Math.abs(v) : 0));
  return array.peak ??= most(sizes());
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

/** Black or white, whichever is read more easily on the colour, as in views/colors.py. */
function inkOn(colour) {
  const [red, green, blue] = colour.map((shade) => shade / 255)
    .map((s) => (s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (light + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff"; // the geometric middle
}

/** A picture of rows and columns of an array, one pixel each, as a canvas. */
function pixels(array, rows, columns) {
  const canvas = element("canvas", { width: columns.length, height: rows.length });
  const image = new ImageData(columns.length, rows.length), colour = colouring(peakOf(array));
  rows.forEach((row, i) => columns.forEach((column, j) => {
    const shade = colour(array.values[row * array.columns + column]);
    image.data.set([...shade, 255], 4 * (i * columns.length + j));
  }));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Whole numbers from `start` on. */
function range(start, count, by = 1) {
  return Array.from({ length: count }, (_, i) => start + i * by);
}

/** A tiny picture of an array as a data URL, of a large one every so many rows and columns. */
function thumbnail(array, most = 64) {
  const [rows, columns] = [array.rows, array.columns].map((count) => {
    const by = Math.ceil(count / most);
    return range(0, Math.ceil(count / by), by);
  });
  return pixels(array, rows, columns).toDataURL();
}
