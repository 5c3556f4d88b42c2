/* What the model answers at an epoch of the training replay: regions, a curve, predictions, or a
confusion matrix.

The one idea: an answer is a list of spots, each with a place in the plane and a text, so that the
arrow keys and the pointer read all of them in the same way. */
"use strict";

const TITLES = { regions: "Decision boundary", curve: "Fitted curve", confusion: "Confusion matrix",
  predictions: "Predicted against true" };

/** The picture that fits the data, with `element` and `show(place)`. */
function answerView() {
  const picture = data.picture, [name] = picture.axes;
  if (picture.kind === "confusion") return confusion(picture);
  if (picture.kind === "regions") return plane(picture, picture.axes, regions(picture));
  if (picture.kind === "curve") return plane(picture, picture.axes, curve(picture));
  return plane(picture, [`true ${name}`, `predicted ${name}`], predictions(picture));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** Regions of classes: each cell can be read. */
function regions(picture) {
  const said = bytes(picture.said), leads = Float32Array.from(bytes(picture.lead));
  const [rows, columns] = picture.cells, size = rows * columns, [low, high] = picture.box;
  const cut = (all, place) => all.subarray(place * size, (place + 1) * size);
  const middle = (i, count, axis) => low[axis] + ((i + 0.5) / count) * (high[axis] - low[axis]);
  return {
    count: size, columns,
    start: Math.floor(rows / 2) * columns + Math.floor(columns / 2),
    spot: (cell) => [middle(cell % columns, columns, 0), middle(Math.floor(cell / columns), rows, 1)],
    text: (cell, place) => `${picture.classes[cut(said, place)[cell]]}, its probability leads by `
      + (cut(leads, place)[cell] / 255).toFixed(2),
    draw: (place, { area, behind, before }) => {
      const lead = cut(leads, place).map((byte) => byte / 255);
      const cells = { ids: cut(said, place), lead, rows, columns };
      const around = picture.classes.map((_, id) => id).slice(picture.classes.length === 2 ? 1 : 0);
      const d = around.map((id) => edge(cells, id, area)).join("");
      behind.replaceChildren(drawing("image", { ...area, href: shades(cells), preserveAspectRatio: "none" }));
      before.replaceChildren(drawing("path", { class: "edge", d }));
    },
  };
}

/** A curve through the data: each of its points can be read. */
function curve(picture) {
  const x = decode(picture.asked).values, curves = decode(picture.said);
  let y = ofFrame(curves, state.place);
  return {
    count: x.length, columns: 1, start: Math.floor(x.length / 2),
    spot: (i) => [x[i], y[i]],
    text: (i) => `the model says ${formatted(y[i], 4)}`,
    draw: (place, { area, up, behind, before }) => {
      y = ofFrame(curves, place);
      showCurve({ values: y }, area, up, behind, before);
    },
  };
}

/** Predicted against true numbers: each row of the data can be read. */
function predictions(picture) {
  const right = decode(picture.targets).values, all = decode(picture.said);
  const [low, high] = picture.box;
  const order = Array.from(right, (_, i) => i).sort((a, b) => right[a] - right[b]);
  let said = ofFrame(all, state.place);
  return {
    count: order.length, columns: 1, start: 0,
    spot: (i) => [right[order[i]], said[order[i]]],
    text: () => "",
    draw: (place, { across, up, before }) => {
      said = ofFrame(all, place);
      const ends = `${across(high[0])} ${up(high[1])}`;
      const marks = order.map((i) => `M${across(right[i]).toFixed(1)} ${up(said[i]).toFixed(1)}${MARKS[0]}`);
      before.replaceChildren(
        drawing("path", { class: "diagonal", d: `M${across(low[0])} ${up(low[1])}L${ends}` }),
        drawing("path", { class: "points", d: marks.join(""), fill: classColour(0) }));
    },
  };
}

/** A plane with axes and data in which the arrow keys and the pointer read what the model says. */
function plane(picture, axes, answer) {
  const [low, high] = picture.box, { width, height, left, right, top, bottom } = PLANE;
  const across = scale([low[0], high[0]], left, width - right);
  const up = scale([low[1], high[1]], height - bottom, top);
  const area = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const room = { across, up, area, behind: drawing("g"), before: drawing("svg", {
    ...area, viewBox: `${area.x} ${area.y} ${area.width} ${area.height}` }) };
  const spot = drawing("path", { class: "spot" }), status = element("output", { class: "number" });
  const name = `${TITLES[picture.kind]}: ${axes[1]} over ${axes[0]}. The arrow keys read what the model says.`;
  let at = null;
  const read = (next) => {
    at = next === null ? null : Math.min(Math.max(next, 0), answer.count - 1);
    const [x, y] = at === null ? [NaN, NaN] : answer.spot(at);
    const seen = Number.isFinite(x + y);
    spot.setAttribute("d", seen ? `M${across(x) - 9} ${up(y)}h18m-9 -9v18` : "");
    status.value = at === null ? "Point at a place, or use the arrow keys, to read it."
      : `${axes[0]} ${formatted(x, 4)}, ${axes[1]} ${formatted(y, 4)}  ${answer.text(at, state.place)}`;
  };
  const svg = drawing("svg", { class: "chart plane", viewBox: `0 0 ${width} ${height}`, tabindex: 0,
    role: "application", "aria-roledescription": "picture", "aria-label": name,
    keydown: (event) => keyedPlane(event, at, answer, read),
    pointermove: (event) => read(nearestSpot(event, svg, answer, across, up)),
    pointerdown: (event) => read(nearestSpot(event, svg, answer, across, up)),
    focus: () => status.setAttribute("aria-live", "polite"),
    blur: () => status.setAttribute("aria-live", "off"),
  }, room.behind, planeAxes(across, up, axes),
    picture.points ? pointMarks(picture, across, up) : null, room.before, spot);
  const show = (place) => { answer.draw(place, room); read(at); };
  onTheme(svg, () => show(state.place));
  return { element: element("div", {}, svg, status, classKey(picture.classes)), show };
}

function keyedPlane(event, at, answer, read) {
  const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -answer.columns, ArrowUp: answer.columns };
  const ends = { Home: 0, End: answer.count - 1, Escape: null };
  if (event.key in ends) read(ends[event.key]);
  else if (!(event.key in ways)) return;
  else if (at === null) read(answer.start);
  else if (at + ways[event.key] >= 0 && at + ways[event.key] < answer.count) read(at + ways[event.key]);
  event.preventDefault();
  event.stopPropagation();
}

function nearestSpot(event, svg, answer, across, up) {
  const frame = svg.getBoundingClientRect(), factor = PLANE.width / frame.width;
  const x = (event.clientX - frame.left) * factor, y = (event.clientY - frame.top) * factor;
  let best = 0, least = Infinity;
  for (let i = 0; i < answer.count; i++) {
    const [a, b] = answer.spot(i), distance = (across(a) - x) ** 2 + (up(b) - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** Which mark and colour is which class. */
function classKey(classes) {
  return element("div", { class: "key" }, classes.map((name, id) => element("span", {},
    drawing("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" },
      drawing("path", { d: MARKS[id % MARKS.length], fill: classColour(id) })), name)));
}

/** How often each class is taken for each other, as a table. */
function confusion(picture) {
  const counts = decode(picture.counts), size = picture.classes.length;
  const cells = Array.from({ length: size * size }, (_, i) =>
    element("td", { class: Math.floor(i / size) === i % size ? "right" : null }));
  const show = (place) => {
    const now = counts.values.slice(place * size * size, (place + 1) * size * size), colour = colouring(1);
    cells.forEach((cell, i) => {
      const row = now.slice(i - (i % size), i - (i % size) + size);
      const share = now[i] / Math.max(row.reduce((a, b) => a + b, 0), 1), shade = colour(-share);
      Object.assign(cell.style, { background: `rgb(${shade})`, color: inkOn(shade) });
      cell.textContent = now[i];
    });
  };
  const heads = picture.classes.map((name) => element("th", { scope: "col" }, name));
  const rows = picture.classes.map((name, i) => element("tr", {},
    element("th", { scope: "row" }, name), cells.slice(i * size, (i + 1) * size)));
  const table = element("table", { class: "confusion" },
    element("caption", { class: "faint" }, "Rows: the true class; columns: what the model says."),
    element("thead", {}, element("tr", {}, element("td"), heads)),
    element("tbody", {}, rows));
  onTheme(table, () => show(state.place));
  return { element: scrolling("How often each class is taken for each other", table), show };
}
