/* What a model predicts, over its data: coloured regions of the plane, or a curve. The data is
drawn once, only the prediction changes. Classes differ in colour and in shape, regions are as
strong as the model is sure, a line runs where it is undecided, and a ring is drawn around each
point that is taken for another class.

Offers MARKS, classColour, classKey, answerPicture, planeRoom, pointMarks, ringMarks, ringText,
showCurve, showCells.
Uses elements.js: element, drawing, pointIn, onTheme; arrays.js: decode, formatted, rgb; chart.js:
scale, chartText. */
"use strict";

const PLANE = { width: 480, height: 430, left: 56, right: 12, top: 10, bottom: 46 };
const MARKS = [ // circle, square, triangle, diamond, cross: a path around (0, 0)
  "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.6 -3.6h7.2v7.2h-7.2z", "m0 -4.8l4.6 8.4h-9.2z",
  "m0 -5.2l4.4 5.2l-4.4 5.2l-4.4 -5.2z",
  "m-4.6 -2.8l1.8 -1.8l2.8 2.8l2.8 -2.8l1.8 1.8l-2.8 2.8l2.8 2.8l-1.8 1.8l-2.8 -2.8l-2.8 2.8"
    + "l-1.8 -1.8l2.8 -2.8z",
];

/** The colour of a class, as a value of CSS. */
function classColour(id) {
  return `var(--series-${1 + (id % 6)})`;
}

/** A picture of data, {points, targets, axes, classes, box} as in views/predictions.py, and of what
a model predicts there.

What comes back has `element`; `show(picture, wrong)`, which draws a curve (200,) or regions
(60, 60, C), and rings around the points of these numbers;
`describe(text)`, what it says to those who do not see it; and `placeOf(event)`, the place in the
plane that a pointer points at, null outside of it. */
function answerPicture(data) {
  const room = planeRoom(data.box, data.axes), draw = data.classes.length ? showRegions : showCurve;
  const rings = drawing("path", { class: "rings" });
  const svg = drawing("svg", { class: "chart plane", viewBox: room.viewBox, role: "img" },
    room.behind, room.axes, pointMarks(data, room), rings, room.before);
  let shown = null;
  const paint = () => shown && draw(shown, room);
  onTheme(svg, paint);
  return {
    element: svg,
    show: (picture, wrong = []) => {
      shown = decode(picture);
      rings.setAttribute("d", ringMarks(data, wrong, room));
      paint();
    },
    describe: (text) => svg.setAttribute("aria-label", text),
    placeOf: (event) => placeUnder(data.box, room.area, pointIn(svg, event)),
  };
}

function placeUnder([low, high], area, { x, y }) {
  const shares = [(x - area.x) / area.width, 1 - (y - area.y) / area.height];
  if (shares.some((share) => share < 0 || share > 1)) return null;
  return shares.map((share, i) => low[i] + share * (high[i] - low[i]));
}

/** Which mark and colour is which class. */
function classKey(classes) {
  const size = { width: 16, height: 16, viewBox: "-6 -6 12 12", "aria-hidden": "true" };
  const mark = (id) => drawing("svg", size, drawing("path",
    { class: "points", d: MARKS[id % MARKS.length], fill: classColour(id) }));
  return element("div", { class: "key" },
    classes.map((name, id) => element("span", {}, mark(id), name)));
}

/** The plane of a box, from corner to corner: scales, axes, what to draw on behind and before. */
function planeRoom([low, high], axes) {
  const { width, height, left, right, top, bottom } = PLANE;
  const across = scale([low[0], high[0]], left, width - right);
  const up = scale([low[1], high[1]], height - bottom, top);
  const area = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const before = drawing("svg", { // cuts off what leaves the area
    ...area, viewBox: `${area.x} ${area.y} ${area.width} ${area.height}` });
  return { across, up, area, before, behind: drawing("g"), axes: planeAxes(across, up, axes),
    viewBox: `0 0 ${width} ${height}` };
}

function planeAxes(across, up, [xLabel, yLabel]) {
  const { width, height, left, right, top, bottom } = PLANE, floor = height - bottom;
  return [
    ...across.ticks.map((v) => chartText(across(v), floor + 18, formatted(v), "", "middle")),
    ...up.ticks.map((v) => chartText(left - 7, up(v) + 4, formatted(v), "", "end")),
    drawing("rect", { class: "axis",
      x: left, y: top, width: width - left - right, height: floor - top }),
    chartText((left + width - right) / 2, height - 6, xLabel, "", "middle"),
    drawing("text", { transform: `translate(13 ${(top + floor) / 2}) rotate(-90)`,
      "text-anchor": "middle" }, yLabel),
  ];
}

/** One path for each class: thousands of points cost as much as a few. */
function pointMarks({ points, targets, classes }, { across, up }) {
  const { values, columns } = decode(points), paths = classes.length ? classes.map(() => "") : [""];
  decode(targets).values.forEach((target, i) => {
    const [id, y] = classes.length ? [target, values[columns * i + 1]] : [0, target];
    const place = `M${across(values[columns * i]).toFixed(1)} ${up(y).toFixed(1)}`;
    paths[id] += place + MARKS[id % MARKS.length];
  });
  return paths.map((d, id) => drawing("path", { class: "points", d, fill: classColour(id) }));
}

/** A circle around each of some points of a plane. */
function ringMarks({ points }, wrong, { across, up }) {
  const { values, columns } = decode(points);
  return wrong.map((i) => `M${across(values[columns * i]).toFixed(1)} `
    + `${up(values[columns * i + 1]).toFixed(1)}m-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0`)
    .join("");
}

/** What the rings mean, of a task with classes. */
function ringText(wrong, { targets }) {
  return `A ring: taken for another class (${wrong.length} of ${targets.shape[0]} points).`;
}

function showCurve({ values }, { area, up, before }) {
  const step = area.width / (values.length - 1), far = 10 * area.height; // beyond is out of sight
  const high = (y) => Math.min(Math.max(up(y), -far), far).toFixed(1);
  const places = Array.from(values, (y, i) => (Number.isFinite(y)
    ? `${(area.x + i * step).toFixed(1)} ${high(y)}` : null)).filter(Boolean);
  const d = places.length ? `M${places.join("L")}` : "";
  before.replaceChildren(drawing("path", { class: "curve", d }));
}

// --- regions --------------------------------------------------------------------------------

function showRegions({ values, shape: [rows, columns, classes] }, room) {
  showCells({ ...decided(values, classes), rows, columns }, classes, room);
}

/** Draw cells {ids, lead, rows, columns}; between two classes there is one line. */
function showCells(cells, classes, { area, behind, before }) {
  const href = shades(cells);
  behind.replaceChildren(drawing("image", { ...area, href, preserveAspectRatio: "none" }));
  const around = Array.from({ length: classes === 2 ? 1 : classes }, (_, id) => id);
  const d = around.map((id) => edge(cells, id, area)).join("");
  before.replaceChildren(drawing("path", { class: "edge", d }));
}

/** The most probable class of each cell, and its probability less that of the next. */
function decided(values, classes) {
  const cells = values.length / classes;
  const ids = new Uint8Array(cells), lead = new Float32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    let first = -1, second = -1;
    for (let id = 0; id < classes; id++) {
      const p = values[cell * classes + id];
      if (p > first) [first, second, ids[cell]] = [p, first, id];
      else if (p > second) second = p;
    }
    lead[cell] = Math.max(first - second, 0);
  }
  return { ids, lead };
}

/** A small picture, one pixel per cell: the colour of the class, the stronger the surer. */
function shades({ ids, lead, rows, columns }) {
  const canvas = element("canvas", { width: columns, height: rows });
  const image = new ImageData(columns, rows);
  const colours = Array.from({ length: 6 }, (_, id) => rgb(`--series-${1 + id}`));
  ids.forEach((id, i) => {
    const row = rows - 1 - Math.floor(i / columns), alpha = 20 + 100 * lead[i];
    image.data.set([...colours[id % 6], alpha], 4 * (row * columns + (i % columns)));
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** The line around a class, where its lead is 0: marching squares, straight in each square. */
function edge({ ids, lead, rows, columns }, id, area) {
  const pieces = [];
  const at = (row, column) => {
    const i = row * columns + column;
    return (ids[i] === id ? 1 : -1) * Math.max(lead[i], 1e-6);
  };
  const place = (row, column) => `${(area.x + ((column + 0.5) / columns) * area.width).toFixed(1)} `
    + (area.y + (1 - (row + 0.5) / rows) * area.height).toFixed(1);
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = at(row, column), b = at(row, column + 1);
      const c = at(row + 1, column + 1), d = at(row + 1, column);
      const crossed = [];
      if (a > 0 !== b > 0) crossed.push(place(row, column + a / (a - b)));
      if (b > 0 !== c > 0) crossed.push(place(row + b / (b - c), column + 1));
      if (c > 0 !== d > 0) crossed.push(place(row + 1, column + d / (d - c)));
      if (d > 0 !== a > 0) crossed.push(place(row + a / (a - d), column));
      for (let i = 0; i + 1 < crossed.length; i += 2) {
        pieces.push(`M${crossed[i]}L${crossed[i + 1]}`);
      }
    }
  }
  return pieces.join("");
}
