/* The network as a picture: columns of units from the inputs to the outputs, each unit a thumbnail
of what it answers over the data, and lines for the weights between them, as wide as the weight is
large. A weight below 0 is dashed, so that its sign is seen without colour, too.

Offers networkPicture.
Uses elements.js: element, drawing, pointIn, speaksInFocus, onTheme, onKey, arrows; arrays.js:
decode, frameOf, formatted, peakOf, pixels, range, most; chart.js: chartText. */
"use strict";

const NET = { width: 360, unit: 32, side: 4, top: 24, row: 39, named: 50, foot: 18,
  thin: 0.4, wide: 5 };

/** The picture of a network with these features, classes and activation.

What comes back has `element`, and `show(network)`, which draws what views/playground/network.py
says. Keys and pointer choose a unit: its weights stand out, and its formula is written below. */
function networkPicture({ axes, classes, activation }) {
  const output = element("output", { class: "number", "aria-live": "off" });
  const svg = drawing("svg", { class: "chart network", role: "img", tabindex: 0,
    keydown: (event) => networkKey(net, event),
    pointerdown: (event) => networkPointer(net, event) });
  const made = element("div", { class: "network-picture" }, svg, output);
  const net = { axes, classes, activation, svg, output, chosen: null, layers: [] };
  speaksInFocus(made, output);
  onTheme(svg, () => net.layers.length && drawNetwork(net));
  const show = (network) => { net.layers = readLayers(net, network); drawNetwork(net); };
  return { element: made, show };
}

/** The layers with their names and places; `weights` and `biases` lead into a layer. */
function readLayers({ axes, classes }, { units, seen, weights, biases }) {
  const last = units.length - 1;
  return units.map((count, l) => {
    const views = decode(seen[l]), shown = views.shape[0], isNamed = l === 0 || l === last;
    const name = l === 0 ? "input" : l === last ? "output" : `layer ${l}`;
    const names = l === 0 ? axes.slice(0, shown) : l === last ? outputNames(shown, axes, classes)
      : range(1, shown).map((number) => `unit ${number}`);
    return { name, names, count, shown, views, isNamed,
      weights: l && decode(weights[l - 1]), biases: l && decode(biases[l - 1]).values };
  });
}

/** One output for each class, one that decides between two of them, or the number predicted. */
function outputNames(count, axes, classes) {
  if (!classes.length) return [axes.at(-1)];
  return count === classes.length ? classes : [classes.at(-1)];
}

// --- drawing --------------------------------------------------------------------------------

function drawNetwork(net) {
  const { svg, layers } = net, { unit, side, top, row, named, foot, width } = NET;
  const pitch = ({ isNamed }) => (isNamed ? named : row);
  const inner = most(layers.map((layer) => layer.shown * pitch(layer)));
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
}

/** The name of each column, and how many of its units are drawn if not all. */
function headings({ layers }, floor) {
  return layers.flatMap((layer, l) => {
    const anchor = l === 0 ? "start" : l === layers.length - 1 ? "end" : "middle";
    const x = layer.places[0][0] + { start: 0, middle: NET.unit / 2, end: NET.unit }[anchor];
    return [chartText(x, 13, layer.name, "column", anchor),
      layer.shown < layer.count
        ? chartText(x, floor, `${layer.shown} of ${layer.count}`, "", anchor) : null];
  }).filter(Boolean);
}

/** A line for each weight, wide where it is large; those of other units than the chosen fade. */
function weightLines({ layers, chosen }) {
  const peak = most(layers.slice(1).map(({ weights }) => peakOf(weights)));
  const half = NET.unit / 2, share = (weight) => (peak ? Math.abs(weight) / peak : 0);
  return layers.slice(1).flatMap(({ weights, places }, before) =>
    places.flatMap(([x, y], to) => layers[before].places.map(([fromX, fromY], from) => {
      const weight = weights.values[from * weights.columns + to];
      if (!Number.isFinite(weight)) return null;
      const far = chosen && !(chosen[0] === before + 1 && chosen[1] === to);
      return drawing("path", { d: `M${fromX + NET.unit} ${fromY + half}L${x} ${y + half}`,
        class: `weight ${weight < 0 ? "below" : "above"}${far ? " far" : ""}`,
        "stroke-width": (NET.thin + (NET.wide - NET.thin) * share(weight)).toFixed(2) });
    }))).filter(Boolean);
}

/** What each unit of a layer answers, in a frame, with its name where it has one of its own. */
function unitPictures({ layers, chosen }, layer, l) {
  const { unit } = NET, anchor = l === 0 ? "start" : "end";
  return layer.places.map(([x, y], i) => {
    const mark = chosen && chosen[0] === l && chosen[1] === i ? " chosen" : "";
    const frame = { x, y, width: unit, height: unit };
    const name = layer.isNamed
      ? chartText(x + (l === 0 ? 0 : unit), y + unit + 12, layer.names[i], "", anchor) : null;
    return drawing("g", { class: "unit" }, drawing("rect", { ...frame, class: "ground" }),
      unitView(layer.views, i, frame), drawing("rect", { ...frame, class: `frame${mark}` }),
      drawing("title", {}, `${layer.name}: ${layer.names[i]}`), name);
  });
}

/** A heat map over two features, blue below 0 and orange above; over one feature a curve. */
function unitView(views, i, frame) {
  const values = frameOf(views, i), [, rows, columns] = views.shape;
  if (!columns) return drawing("path", { class: "view", d: curvePath(values, frame) });
  const canvas = pixels({ values, columns }, range(0, rows).reverse(), range(0, columns));
  return drawing("image", { ...frame, href: canvas.toDataURL(), preserveAspectRatio: "none" });
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

/** The unit under the pointer is chosen; elsewhere, none. */
function networkPointer(net, event) {
  const { x, y } = pointIn(net.svg, event);
  const inside = (v, at) => v >= at - 3 && v <= at + NET.unit + 3;
  const found = net.layers.flatMap(({ places }, l) => places.flatMap(([px, py], i) =>
    (inside(x, px) && inside(y, py) ? [[l, i]] : [])));
  chooseUnit(net, found[0] ?? null);
}

function chooseUnit(net, chosen) {
  net.chosen = chosen;
  drawNetwork(net);
}

// --- words ----------------------------------------------------------------------------------

/** A unit as a formula: layer 1, unit 2 = tanh(0.5 · x0 − 1.2 · x1 + 0.1). */
function formulaOf({ layers, activation }, [l, i]) {
  const { name, names, weights, biases } = layers[l], before = layers[l - 1];
  if (!before) return `${names[i]}, as it comes in`;
  const terms = before.names.map((from, row) => [weights.values[row * weights.columns + i], from])
    .map(([weight, from]) => `${signed(weight)} · ${from}`);
  const rest = before.shown < before.count ? [`+ … (${before.count - before.shown} more)`] : [];
  const sum = [...terms, ...rest, signed(biases[i])].join(" ").replace(/^\+ /, "");
  const isLast = l === layers.length - 1;
  return isLast ? `${names[i]} = ${sum}` : `${name}, ${names[i]} = ${activation}(${sum})`;
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
