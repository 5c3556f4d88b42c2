/* The loss surface around where a run stands, and the path that it took there: the stronger the
shade the larger the loss, each shade a step between two contour lines.

Offers landscapePanel.
Uses elements.js: element, drawing, button, onTheme; arrays.js: decode, formatted, least, most,
range, rgb; boundary.js: planeRoom; asked_by_http.js, or another that offers the same: ask. */
"use strict";

const BANDS = 14; // shades, from the lowest loss to the highest
const FINE = 8; // pixels of the picture for each number across
const SHADES = "The stronger the shade, the larger the loss; the line is the way up to now.";
const PLANES = { path: "two directions of the path", random: "two random directions",
  weights: "two weights" };

/** The panel of a run of a session: it asks when one wants to see, since it takes a while. */
function landscapePanel(session, run) {
  const view = { session, run, places: weightsOf(session.runs[run].network) };
  view.plane = planeField(view);
  view.weights = [0, 1].map((n) => element("select", { "aria-label": `Weight ${n + 1}` },
    view.places.map(({ name }, i) => element("option", { value: i }, name))));
  view.weights[1].value = Math.min(view.places.length - 1, 1);
  view.chosen = element("div", { class: "pair", hidden: true }, view.weights);
  view.drawn = element("div", {});
  view.told = element("p", { class: "faint", role: "status" });
  return element("details", { class: "panel part-surface" },
    element("summary", {}, "The loss surface, and the way across it"),
    element("div", { class: "pair" }, view.plane,
      button("Draw it", "Draw the loss surface", () => drawSurface(view))),
    view.chosen, view.told, view.drawn);
}

function planeField(view) {
  return element("select", { "aria-label": "Directions of the surface",
    change: ({ target }) => { view.chosen.hidden = target.value !== "weights"; } },
  Object.entries(PLANES).map(([value, text]) => element("option", { value }, text)));
}

/** All weights that are drawn, and the biases, with their names. */
function weightsOf({ inputs, outputs, weights }) {
  return weights.flatMap(({ shape: [rows, columns] }, l) => {
    const from = (i) => (l ? `unit ${i + 1}` : inputs[i]);
    const isLast = l === weights.length - 1;
    return range(0, columns).flatMap((j) => {
      const to = isLast ? outputs[j] : `unit ${j + 1} of layer ${l + 1}`;
      return [...range(0, rows).map((i) => ({ name: `${from(i)} → ${to}`, place: [l, i, j] })),
        { name: `bias of ${to}`, place: [l, null, j] }];
    });
  });
}

async function drawSurface(view) {
  const { session, run, plane, weights, places, told, drawn } = view;
  const chosen = plane.value === "weights" ? weights.map(({ value }) => places[value].place) : [];
  told.textContent = "Tinynet computes the loss at 625 places …";
  const at = session.epoch;
  await ask("surface", { id: session.id, run, directions: plane.value, weights: chosen }).then(
    (found) => {
      drawn.replaceChildren(surfacePicture(found, at));
      told.textContent = `${found.held} ${SHADES}`;
    }, (error) => { told.textContent = error.message; });
}

// --- the picture ----------------------------------------------------------------------------

function surfacePicture({ axes, box, values, path, heights }, epoch) {
  const room = planeRoom(box, axes), grid = decode(values), steps = decode(path);
  const losses = decode(heights).values, places = range(0, steps.rows).map((i) =>
    [room.across(steps.values[2 * i]), room.up(steps.values[2 * i + 1])]);
  const svg = drawing("svg", { class: "chart plane surface", viewBox: room.viewBox, role: "img",
    "aria-label": spokenSurface(axes, grid, losses, epoch) },
  room.behind, room.axes, ...pathMarks(places, losses, room.area.x + room.area.width / 2));
  onTheme(svg, () => room.behind.replaceChildren(drawing("image", { ...room.area,
    href: shaded(grid), preserveAspectRatio: "none" })));
  return svg;
}

/** The path with a dot for each look at the run, and the loss where it began and where it is. */
function pathMarks(places, losses, middle) {
  const d = `M${places.map((xy) => xy.map((v) => v.toFixed(1)).join(" ")).join("L")}`;
  const mark = (i, word) => {
    const [x, y] = places[i], isRight = x > middle;
    return drawing("g", {}, drawing("circle", { class: "end", cx: x, cy: y, r: 5 }),
      drawing("text", { class: "end", x: x + (isRight ? -9 : 9), y: y + (i ? 16 : -8),
        "text-anchor": isRight ? "end" : "start" }, `${word}: ${formatted(losses[i], 3)}`));
  };
  const last = places.length - 1;
  return [drawing("path", { class: "under", d }), drawing("path", { class: "way", d }),
    last ? mark(0, "start") : null, mark(last, last ? "now" : "here")].filter(Boolean);
}

/** The loss as shades; between the places where it is known, a mean of the four around. */
function shaded({ values, shape: [count] }) {
  const size = FINE * (count - 1), canvas = element("canvas", { width: size, height: size });
  const image = new ImageData(size, size), known = values.filter(Number.isFinite);
  const [low, high] = [least(known), most(known)], [paper, ink] = ["--paper", "--edge"].map(rgb);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = between(values, count, column / FINE, (size - 1 - row) / FINE);
      const height = Math.sqrt((value - low) / (high - low || 1)); // close together near the lowest
      const share = Number.isFinite(height) ? Math.floor(height * BANDS) / BANDS : 1;
      const shade = paper.map((light, i) => light + Math.min(share, 1) * (ink[i] - light));
      image.data.set([...shade, 255], 4 * (row * size + column));
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** The height at (x, y) in steps of the grid values[x][y]. */
function between(values, count, x, y) {
  const [i, j] = [Math.floor(x), Math.floor(y)], [a, b] = [x - i, y - j];
  const at = (p, q) => values[p * count + q];
  return (1 - a) * ((1 - b) * at(i, j) + b * at(i, j + 1))
    + a * ((1 - b) * at(i + 1, j) + b * at(i + 1, j + 1));
}

function spokenSurface(axes, { values }, losses, epoch) {
  const known = values.filter(Number.isFinite);
  const [low, high] = [least(known), most(known)].map((v) => formatted(v, 3));
  return `The loss over ${axes.join(" and ")}, at epoch ${formatted(epoch, 4)}: from ${low} to `
    + `${high}. The path goes from ${formatted(losses[0], 3)} to ${formatted(losses.at(-1), 3)}.`;
}
