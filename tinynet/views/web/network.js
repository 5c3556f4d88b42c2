/* The network as a picture: columns of units from the inputs to the outputs, each unit a thumbnail
of what it answers to the data, and lines for the weights between them, as wide as the weight is
large. A weight below 0 is dashed, so that its sign is seen without colour, too.

Offers networkPicture, decodedNetwork.
Uses elements.js: element, drawing, pointIn, speaksInFocus, onTheme, onKey, arrows; arrays.js:
decode, frameOf, formatted, peakOf, pixels, range, least, most; chart.js: chartText. */
"use strict";

const NET = { narrow: 360, wide: 560, roomy: 480, tall: 400, unit: 32, side: 4, top: 24, row: 39,
  named: 50, foot: 18, thin: 0.4, thick: 5, reach: 6, letters: 12 };

const NETWORK_SEEN = { // what the thumbnails are
  image: "Each picture in the first layer is the weights of a unit, one for each pixel: it answers"
    + " most to an image that is bright where they are orange. Behind it, a bar for each class is"
    + " the mean of what the unit answers to it.",
  groups: "Each picture is what a unit answers, on average, to each class, or from low targets to"
    + " high ones: a bar up is above 0. Of an input it is how far each is from the mean of all.",
  plane: "Each picture is what a unit answers over the data: blue below 0, orange above.",
  line: "Each picture is what a unit answers over the data, as a curve: 0 is in the middle.",
};

/** The picture of a network.

What comes back has `element`, and `show(network)`, which draws one as `decodedNetwork` gives it;
where it has `peak`, that is the weight that has the widest line. Keys and pointer choose a unit:
its weights stand out, and its formula is written below. `onDrawn({layers, chosen, from})` hears
what is drawn and chosen: [layer, unit] or null, and of its weights the one from a unit before, or
null; `choose(chosen, from)` chooses likewise. */
function networkPicture(onDrawn = () => {}) {
  const output = element("output", { class: "number", "aria-live": "off" });
  const note = element("p", { class: "faint" });
  const svg = drawing("svg", { class: "chart network", role: "img", tabindex: 0,
    keydown: (event) => networkKey(net, event),
    click: (event) => networkPointer(net, event) });
  const made = element("div", { class: "network-picture" }, note, svg, output);
  const net = { svg, output, onDrawn, chosen: null, from: null, layers: [] };
  speaksInFocus(made, output);
  onTheme(svg, () => net.layers.length && drawNetwork(net));
  const show = (network) => {
    Object.assign(net, { network, layers: readLayers(network) });
    note.textContent ||= networkNote(network);
    drawNetwork(net);
  };
  return { element: made, show, choose: (...unit) => chooseUnit(net, ...unit) };
}

/** A network as views/network_picture.py says it, with its arrays decoded. */
function decodedNetwork({ seen, weights, biases, ...about }) {
  const [views, lines, shifts] = [seen, weights, biases].map((arrays) => arrays.map(decode));
  return { ...about, seen: views, weights: lines, biases: shifts };
}

/** The layers with the names of their units; `weights` and `biases` lead into a layer. */
function readLayers({ units, inputs, outputs, image, seen, weights, biases }) {
  const last = units.length - 1;
  return units.map((count, l) => {
    const views = seen[l], shown = views.shape[0], isNamed = l === 0 || l === last;
    const name = l === 0 ? "input" : l === last ? "output" : `layer ${l}`;
    const names = l === 0 ? image ? ["mean image"] : inputs
      : l === last ? outputs : range(1, shown).map((number) => `unit ${number}`);
    const part = l === 0 && image ? `${count} pixels`
      : shown < count ? `first ${shown} of ${count}` : "";
    return { name, names, count, shown, part, views, isNamed,
      weights: l && weights[l - 1], biases: l && biases[l - 1].values };
  });
}

// --- drawing --------------------------------------------------------------------------------

function drawNetwork(net) {
  const { svg, layers } = net, { unit, side, top, row, named, foot } = NET;
  const pitch = ({ isNamed }) => (isNamed ? named : row);
  const inner = most(layers.map((layer) => layer.shown * pitch(layer)));
  const isWide = inner > NET.tall && svg.getBoundingClientRect().width > NET.roomy;
  const width = isWide ? NET.wide : NET.narrow; // so that text is never small
  const apart = (width - 2 * side - unit) / (layers.length - 1);
  layers.forEach((layer, l) => {
    const above = top + (inner - layer.shown * pitch(layer)) / 2;
    layer.places = range(0, layer.shown).map((i) => [side + l * apart, above + i * pitch(layer)]);
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${top + inner + foot}`);
  svg.setAttribute("aria-label", spokenNetwork(net));
  svg.replaceChildren(...headings(net, top + inner + foot - 5), ...weightLines(net),
    ...layers.flatMap((layer, l) => unitPictures(net, layer, l)));
  net.output.value = net.chosen ? formulaOf(net, net.chosen) : "";
  net.onDrawn(net);
}

/** The name of each column, and which of its units are drawn if not all. */
function headings({ layers }, floor) {
  return layers.flatMap((layer, l) => {
    const anchor = l === 0 ? "start" : l === layers.length - 1 ? "end" : "middle";
    const x = layer.places[0][0] + { start: 0, middle: NET.unit / 2, end: NET.unit }[anchor];
    return [chartText(x, 13, layer.name, "column", anchor),
      layer.part ? chartText(x, floor, layer.part, "", anchor) : null];
  }).filter(Boolean);
}

/** A line for each weight, wide where it is large; those of other units than the chosen fade. The
weights of an image are in the thumbnails: one thin line stands for all of a unit. */
function weightLines({ layers, network, chosen, from: picked }) {
  const peak = network.peak ?? most(network.weights.map(peakOf)), half = NET.unit / 2;
  const wide = (weight) => NET.thin + (NET.thick - NET.thin) * (peak && Math.abs(weight) / peak);
  return layers.slice(1).flatMap(({ weights, places }, before) =>
    places.flatMap(([x, y], to) => layers[before].places.map(([fromX, fromY], from) => {
      const weight = weights.rows ? weights.values[from * weights.columns + to] : 0;
      if (!Number.isFinite(weight)) return null;
      const isNear = chosen && chosen[0] === before + 1 && chosen[1] === to;
      const mark = isNear && from === picked ? " picked" : chosen && !isNear ? " far" : "";
      const sign = !weights.rows ? "bundle" : weight < 0 ? "below" : "above";
      return drawing("path", { d: `M${fromX + NET.unit} ${fromY + half}L${x} ${y + half}`,
        class: `weight ${sign}${mark}`, "stroke-width": wide(weight).toFixed(2) });
    }))).filter(Boolean);
}

/** What each unit of a layer answers, in a frame, with its name where it has one of its own. */
function unitPictures({ network, chosen }, layer, l) {
  const { unit } = NET, anchor = l === 0 ? "start" : "end";
  return layer.places.map(([x, y], i) => {
    const mark = chosen && chosen[0] === l && chosen[1] === i ? " chosen" : "";
    const frame = { x, y, width: unit, height: unit };
    const name = layer.isNamed
      ? chartText(x + (l === 0 ? 0 : unit), y + unit + 12, shortName(layer.names[i]), "", anchor)
      : null;
    return drawing("g", { class: "unit" }, drawing("rect", { ...frame, class: "ground" }),
      unitView(network, layer.views, i, frame),
      drawing("rect", { ...frame, class: `frame${mark}` }),
      drawing("title", {}, `${layer.name}: ${layer.names[i]}`), name);
  });
}

function shortName(name) {
  return name.length > NET.letters ? `${name.slice(0, NET.letters - 1)}…` : name;
}

/** A heat map over two features or of pixels, blue below 0 and orange above; over one feature a
curve; of groups a bar each. */
function unitView({ image, groups }, views, i, frame) {
  const values = frameOf(views, i), [, rows, columns] = views.shape;
  if (!columns && groups) return barPaths(values, frame);
  if (!columns) return drawing("path", { class: "view", d: curvePath(values, frame) });
  const down = range(0, rows); // an image begins above, a plane below
  const canvas = pixels({ values, columns }, image ? down : down.reverse(), range(0, columns));
  return drawing("image", { ...frame, href: canvas.toDataURL(), preserveAspectRatio: "none",
    class: image ? "of-pixels" : null });
}

/** A bar for each value, up from 0 or down: 0 is where both have room. */
function barPaths(values, { x, y, width, height }) {
  const [low, high] = [Math.min(0, least(values)), Math.max(0, most(values))];
  const size = (height - 2) / (high - low || 1), zero = y + height - 1 + low * size;
  const wide = width / values.length;
  const path = (sign, isIts) => drawing("path", { class: `bar ${sign}`,
    d: Array.from(values, (value, i) => (isIts(value) ? `M${(x + i * wide).toFixed(2)} `
      + `${zero.toFixed(1)}h${(0.85 * wide).toFixed(2)}v${(-value * size).toFixed(1)}`
      + `h${(-0.85 * wide).toFixed(2)}z` : "")).join("") });
  return [path("above", (value) => value > 0), path("below", (value) => value < 0)];
}

/** A curve that fills a frame, 0 in the middle of its height. */
function curvePath(values, { x, y, width, height }) {
  const peak = peakOf({ values }) || 1;
  const places = Array.from(values, (v, j) => [x + (j / (values.length - 1)) * width,
    y + height * (0.5 - 0.42 * (v / peak))]).filter(([, high]) => Number.isFinite(high));
  return places.length ? `M${places.map((xy) => xy.map((v) => v.toFixed(1)).join(" ")).join("L")}`
    : "";
}

// --- choosing a unit ------------------------------------------------------------------------

function networkKey(net, event) {
  const { layers, chosen } = net, [l, i] = chosen ?? [1, 0];
  const beside = (by) => () => {
    const layer = layers[l + by];
    if (layer) chooseUnit(net, [l + by, Math.min(i, layer.shown - 1)]);
  };
  onKey(event, { ...arrows(chosen ? i : null, layers[l].shown, (to) => chooseUnit(net, [l, to]),
    { ArrowUp: -1, ArrowDown: 1 }), ArrowLeft: beside(chosen ? -1 : 0),
  ArrowRight: beside(chosen ? 1 : 0), Escape: () => chooseUnit(net, null) });
}

/** The unit under the pointer is chosen, or the line; elsewhere, none. */
function networkPointer(net, event) {
  const { x, y } = pointIn(net.svg, event), { unit, reach } = NET;
  const inside = (v, at) => v >= at - 3 && v <= at + unit + 3;
  const found = net.layers.flatMap(({ places }, l) => places.flatMap(([px, py], i) =>
    (inside(x, px) && inside(y, py) ? [[l, i]] : [])));
  const line = found.length ? null : nearestLine(net.layers, x, y);
  if (line && line.away < reach) chooseUnit(net, line.unit, line.from);
  else chooseUnit(net, found[0] ?? null);
}

/** Which line runs nearest to a place: {away, unit: [layer, unit] at its end, from}. */
function nearestLine(layers, x, y) {
  const { unit } = NET, half = unit / 2;
  const lines = layers.slice(1).flatMap(({ places, weights }, before) =>
    places.flatMap(([endX, endY], to) => (weights.rows ? layers[before].places : [])
      .map(([startX, startY], from) => {
        const share = (x - startX - unit) / (endX - startX - unit);
        const away = share < 0 || share > 1 ? Infinity
          : Math.abs(startY + half + share * (endY - startY) - y);
        return { away, unit: [before + 1, to], from };
      })));
  return lines.reduce((a, b) => (b.away < a.away ? b : a), { away: Infinity });
}

function chooseUnit(net, chosen, from = null) {
  Object.assign(net, { chosen, from });
  drawNetwork(net);
}

// --- words ----------------------------------------------------------------------------------

/** A unit as a formula: layer 1, unit 2 = tanh(0.5 · x0 − 1.2 · x1 + 0.1). */
function formulaOf({ layers, network }, [l, i]) {
  const { name, names, biases } = layers[l], isLast = l === layers.length - 1;
  if (l === 0) return `${names[i]}, as it comes in`;
  const sum = `${productsOf(layers[l], layers[l - 1], i)} ${signed(biases[i])}`;
  const formula = network.functions[l - 1].reduce((inner, called) => `${called}(${inner})`, sum);
  return `${isLast ? "" : `${name}, `}${names[i]} = ${formula}${mostOf(network, layers[l], i)}`;
}

/** The terms of a sum, weight · unit; of an image the weights are what is drawn. */
function productsOf({ weights }, before, i) {
  if (!weights.rows) return "Σ weight · pixel";
  const terms = before.names.map((from, row) => [weights.values[row * weights.columns + i], from])
    .map(([weight, from]) => `${signed(weight)} · ${from}`);
  const rest = before.shown < before.count ? [`+ … (${before.count - before.shown} more)`] : [];
  return [...terms, ...rest].join(" ").replace(/^\+ /, "");
}

/** For which group a unit that shows them answers with most. */
function mostOf({ groups }, { views }, i) {
  if (!groups || views.shape.length > 2) return "";
  const values = frameOf(views, i), place = values.indexOf(most(values));
  return least(values) < most(values) ? `; largest, on average, for ${groups[place]}` : "";
}

/** What is to be seen in the picture. */
function networkNote({ image, groups, seen, peak }) {
  const kind = image ? "image" : groups ? "groups" : seen[0].shape.length > 2 ? "plane" : "line";
  return `${NETWORK_SEEN[kind]} A line is a weight: wide where it is large${peak === undefined ? ""
    : " (on one scale for all epochs)"}, dashed and blue below 0. Choose a unit to read it.`;
}

function signed(value) {
  return `${value < 0 ? "−" : "+"} ${formatted(Math.abs(value), 3)}`;
}

function spokenNetwork({ layers }) {
  const told = layers.map(({ name, names, count, isNamed }) =>
    (isNamed ? `${name} ${names.join(", ")}` : `${name} of ${count} units`));
  return `The network: ${told.join("; ")}. ${heaviest(layers)} The arrow keys read the units.`;
}

/** The largest weight of all, and where it leads. */
function heaviest(layers) {
  const called = ({ name, names }, i) => `${names[i]} of ${name}`;
  const all = layers.slice(1).flatMap((layer, before) =>
    Array.from(layer.weights.values, (weight, at) => ({ weight,
      from: called(layers[before], Math.floor(at / layer.weights.columns)),
      to: called(layer, at % layer.weights.columns) })));
  const finite = all.filter(({ weight }) => Number.isFinite(weight));
  if (!finite.length) return "";
  const { weight, from, to } = finite.reduce((a, b) =>
    (Math.abs(b.weight) > Math.abs(a.weight) ? b : a));
  return `The largest weight is ${formatted(weight, 3)}, from ${from} to ${to}.`;
}
