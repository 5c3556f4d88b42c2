/* Histograms over the epochs of the training replay: of the weights of a layer, and of what its
activation gives. A strip has a column for each frame, the darker the more numbers are there; beside
it stands the histogram of the frame that is shown.

Offers histogramViews.
Uses elements.js: element, drawing, pointIn, dragging, speaksInFocus, onTheme, onKey, arrows;
arrays.js: decode, frameOf, formatted, least, most, rgb; chart.js: scale, chartText. */
"use strict";

const STRIP = { width: 560, height: 190, left: 80, right: 120, top: 30, bottom: 44, pixels: 96 };
const LOOK_FOR = {
  relu: "the more is at 0, the more units are silent; all of it at 0 is a dead layer",
  sigmoid: "numbers crowded at 0 or 1 are saturated: hardly any gradient passes them",
  tanh: "numbers crowded at −1 or 1 are saturated: hardly any gradient passes them",
};

/** The strips of all layers as views/training_page.py describes them, each an element with
`show(place)`; `onPlace` is told where an arrow key or the pointer goes. */
function histogramViews(layers, epochs, onPlace) {
  return layers.flatMap(({ name, weights, outputs, activation }) => {
    const of = (histograms, title, unit, called = "") => histogramStrip(
      { title: `${name}: ${title}`, unit, called, ...histograms }, epochs, onPlace);
    return [of(weights, "weights and biases", "weight"),
      outputs && of(outputs, `outputs of ${activation}`, "output", activation)].filter(Boolean);
  });
}

function histogramStrip(packed, epochs, onPlace) {
  const { title, unit, called } = packed, area = stripArea();
  const [counts, ranges] = ["counts", "ranges"].map((name) => decode(packed[name]));
  const ends = [least(ranges.values), most(ranges.values)], last = epochs.length - 1;
  const across = scale([-0.5, last + 0.5], area.x, area.x + area.width); // by place, not by epoch
  const up = scale(ends, area.y + area.height, area.y);
  const strip = { counts, ranges, ends, up, called };
  const image = drawing("image", { ...area, preserveAspectRatio: "none" });
  const cursor = drawing("line", { class: "cursor", y1: area.y, y2: area.y + area.height });
  const beside = drawing("path", { class: "beside" }), status = element("output",
    { class: "number" });
  const above = chartText(STRIP.width - STRIP.right + 10, 16, "", "", "start");
  let at = 0;
  const svg = drawing("svg", { class: "chart strip", role: "img", tabindex: 0,
    viewBox: `0 0 ${STRIP.width} ${STRIP.height}`,
    "aria-label": `${title}: a histogram for each frame. The arrow keys read them.`,
    keydown: (event) => onKey(event, arrows(at, epochs.length, onPlace)),
    ...dragging((event) => onPlace(frameUnder(pointIn(svg, event).x, area, last))),
  }, chartText(area.x, 16, title, "title", "start"), above, image,
  drawing("rect", { class: "axis", ...area }), ...stripAxes(up, area, unit, epochs), beside,
  cursor);
  const show = (place) => {
    at = place;
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, across(at));
    above.textContent = `epoch ${epochs[at]}`;
    beside.setAttribute("d", besidePath(strip, at));
    status.value = `epoch ${epochs[at]}: ${spread(strip, at)}`;
  };
  speaksInFocus(svg, status);
  onTheme(svg, () => image.setAttribute("href", inkOf(strip)));
  return { element: element("div", {}, svg, status, lookFor(called)), show };
}

function stripArea() {
  const { width, height, left, right, top, bottom } = STRIP;
  return { x: left, y: top, width: width - left - right, height: height - top - bottom };
}

function stripAxes(up, { x, y, width, height }, unit, epochs) {
  const below = (at, text, anchor) => chartText(at, y + height + 17, text, "", anchor);
  return [...up.ticks.map((v) => chartText(x - 8, up(v) + 4, formatted(v), "", "end")),
    below(x, epochs[0], "start"), below(x + width, formatted(epochs.at(-1)), "end"),
    below(x + width / 2, "epoch", "middle"), below(x + width + 10, "how many", "start"),
    drawing("text", { transform: `translate(14 ${y + height / 2}) rotate(-90)`,
      "text-anchor": "middle" }, unit)];
}

function frameUnder(x, area, last) {
  const share = (x - area.x) / area.width;
  return Math.min(Math.max(Math.floor(share * (last + 1)), 0), last);
}

function lookFor(called) {
  const text = LOOK_FOR[called];
  return text ? element("p", { class: "faint" }, `Look for: ${text}.`) : "";
}

// --- bins -----------------------------------------------------------------------------------

/** The histogram of a frame: its counts, and where bin i begins. */
function binsOf({ counts, ranges }, place) {
  const [low, high] = frameOf(ranges, place), bins = frameOf(counts, place);
  return { bins, low, width: (high - low) / bins.length,
    edge: (i) => low + (i / bins.length) * (high - low) };
}

/** Between which edges the middle half of the values lies, and how many are where to look. */
function spread(strip, place) {
  const { bins, edge } = binsOf(strip, place), total = bins.reduce((a, b) => a + b, 0);
  if (!total) return "no finite numbers";
  const binOf = (share) => {
    let below = 0;
    return bins.findIndex((count) => (below += count) >= share * total);
  };
  const part = (count) => `${(100 * count / total).toFixed(0)} %`;
  const ends = { relu: () => `; ${part(bins[0])} from 0 to ${formatted(edge(1), 2)}`,
    sigmoid: () => `; ${part(bins[0] + bins.at(-1))} at the ends` };
  ends.tanh = ends.sigmoid;
  const low = formatted(edge(binOf(0.25)), 3), high = formatted(edge(binOf(0.75) + 1), 3);
  return `the middle half lies between ${low} and ${high}${ends[strip.called]?.() ?? ""}`;
}

/** A small picture, one pixel wide for each frame: ink by the root of its share of the fullest bin,
so that few are seen, too. */
function inkOf(strip) {
  const { counts, ends: [from, to] } = strip, width = counts.shape[0], height = STRIP.pixels;
  const canvas = element("canvas", { width, height }), ink = rgb("--accent");
  const image = new ImageData(width, height);
  for (let place = 0; place < width; place++) {
    const { bins, low, width: wide } = binsOf(strip, place), peak = most(bins) || 1;
    for (let row = 0; row < height; row++) {
      const value = from + ((height - row - 0.5) / height) * (to - from);
      const share = (bins[Math.floor((value - low) / wide)] ?? 0) / peak;
      image.data.set([...ink, Math.round(255 * Math.sqrt(share))], 4 * (row * width + place));
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** The histogram of one frame as bars to the right, on the axis of the strip. */
function besidePath(strip, place) {
  const { bins, edge } = binsOf(strip, place), peak = most(bins) || 1;
  const x = STRIP.width - STRIP.right + 10, room = STRIP.right - 16;
  return Array.from(bins, (count, i) => (count ? `M${x} ${strip.up(edge(i)).toFixed(1)}`
    + `h${((count / peak) * room).toFixed(1)}V${strip.up(edge(i + 1)).toFixed(1)}H${x}z` : ""))
    .join("");
}
