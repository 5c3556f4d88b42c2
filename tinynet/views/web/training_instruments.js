/* What the doctor saw in a recorded run: the instruments over the epochs, a strip of histograms for
each layer with an activation. It looked after some epochs only: at the others the nearest look is
read.

Offers instrumentViews.
Uses elements.js: element, drawing, pointIn, speaksInFocus, onTheme, onKey, arrows; arrays.js:
decode, frameOf, formatted, most, rgb; chart.js: scale, chartText,
nearest. */
"use strict";

const STRIP = { width: 560, height: 150, left: 62, right: 96, top: 30, bottom: 28 };
const INSTRUMENTS = [ // title, lines as [name in a Look, name on the chart], scale, level lines
  { title: "Sharpness, log scale", logarithmic: true,
    lines: [["sharpness", "sharpness"], ["stability_limit", "limit"]] },
  { title: "Overshoot of a step", lines: [["overshoot", "step"]],
    levels: { bottom: 0, "as high": 1 } },
  { title: "Gradient noise scale, log scale", logarithmic: true,
    lines: [["noise_scale", "noise"]] },
];

/** The views of looks as views/training_page.py describes them: `charts` and
`strips`, each an element with `show(epoch)`. `chart` makes a chart over the epochs from {title,
logarithmic, series}. */
function instrumentViews(looks, chart, onEpoch) {
  const charts = INSTRUMENTS.flatMap(({ title, logarithmic, lines, levels = {} }) => {
    const known = lines.map(([name, shown]) => ({ name: shown, x: looks.epochs,
      y: decode(looks.numbers[name]).values })).filter(({ y }) => y.some(Number.isFinite));
    const level = ([name, y]) => ({ name, x: looks.epochs, y: looks.epochs.map(() => y) });
    const series = [...known, ...Object.entries(levels).map(level)];
    return known.length ? [chart({ title, logarithmic, series })] : [];
  });
  const strips = looks.layers.map((layer) => strip(layer, looks.epochs, onEpoch));
  return { charts, strips };
}

// --- a strip of histograms ------------------------------------------------------------------

/** A picture with a column for each look: from below to above the values of an activation, the
darker the more of them. */
function strip({ name, activation, edges: packedEdges, counts: packedCounts }, epochs, onEpoch) {
  const edges = decode(packedEdges).values, counts = decode(packedCounts);
  const { width, height, left, right, top, bottom } = STRIP, floor = height - bottom;
  const across = scale([-0.5, epochs.length - 0.5], left, width - right); // by place, not by epoch
  const up = scale([edges[0], edges[edges.length - 1]], floor, top);
  const area = { x: left, y: top, width: width - left - right, height: floor - top };
  const image = drawing("image", { ...area, preserveAspectRatio: "none" });
  const cursor = drawing("line", { class: "cursor", y1: top, y2: floor });
  const status = element("output", { class: "number" });
  const title = `${name}: outputs of ${activation}`;
  let at = 0;
  const move = (place) => onEpoch(epochs[place]);
  const svg = drawing("svg", { class: "chart strip", viewBox: `0 0 ${width} ${height}`, role: "img",
    tabindex: 0, "aria-label": `${title}, a histogram for each look. The arrow keys read them.`,
    keydown: (event) => onKey(event, arrows(at, epochs.length, move)),
    pointerdown: (event) => move(placeAt(pointIn(svg, event).x, area, epochs.length)),
  }, chartText(left, 16, title, "title", "start"),
  up.ticks.map((v) => chartText(left - 8, up(v) + 4, formatted(v), "", "end")),
  image, drawing("rect", { class: "axis", ...area }), cursor,
  chartText(left, height - 8, `epoch ${epochs[0]}`, "", "start"),
  chartText(width - right, height - 8, formatted(epochs[epochs.length - 1]), "", "end"));
  const show = (epoch) => {
    at = nearest({ x: epochs }, epoch);
    cursor.setAttribute("x1", across(at));
    cursor.setAttribute("x2", across(at));
    status.value = `epoch ${epochs[at]}: ${spread(frameOf(counts, at), edges)}`;
  };
  speaksInFocus(svg, status);
  onTheme(svg, () => image.setAttribute("href", columns(counts, epochs.length)));
  return { element: element("div", {}, svg, status), show };
}

function placeAt(x, { x: left, width }, count) {
  return Math.min(Math.max(Math.floor(((x - left) / width) * count), 0), count - 1);
}

/** Between which edges the middle half of the values lies. */
function spread(counts, edges) {
  const total = counts.reduce((a, b) => a + b, 0);
  const binOf = (share) => {
    let below = 0;
    return counts.findIndex((count) => (below += count) >= share * total);
  };
  const low = formatted(edges[binOf(0.25)], 3), high = formatted(edges[binOf(0.75) + 1], 3);
  return `the middle half lies between ${low} and ${high}`;
}

/** A small picture, one pixel per bin: ink by the root of its share, so that few are seen, too. */
function columns({ values, columns: bins }, count) {
  const canvas = element("canvas", { width: count, height: bins });
  const image = new ImageData(count, bins), ink = rgb("--accent");
  for (let place = 0; place < count; place++) {
    const column = values.subarray(place * bins, (place + 1) * bins), peak = most(column) || 1;
    column.forEach((value, bin) => image.data.set(
      [...ink, Math.round(255 * Math.sqrt(value / peak))], 4 * ((bins - 1 - bin) * count + place)));
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL();
}
