/* What the model predicts at an epoch of the training replay: regions, a curve, predictions, or a
confusion matrix. All but the last are lists of spots, each with a place in the plane and a text,
so that the arrow keys and the pointer read them in the same way.

Offers answerView.
Uses elements.js: element, drawing, scrolling, pointIn, speaksInFocus, onTheme, onKey, arrows;
arrays.js: decode, bytes, frameOf, formatted, colouring, inkOn; boundary.js: MARKS, classColour,
classKey, planeRoom, pointMarks, ringMarks, ringText, showCurve, showCells. */
"use strict";

const TITLES = { regions: "Decision boundary", curve: "Fitted curve", confusion: "Confusion matrix",
  predictions: "Predicted against true" };

/** The view that fits a picture as views/training_page.py describes it, at a frame: its `title`
and `element`, and `show(place)` for another frame. */
function answerView(picture, place) {
  const title = TITLES[picture.kind];
  if (picture.kind === "confusion") return { title, ...confusion(picture, place) };
  const spots = { regions, curve, predictions }[picture.kind](picture);
  return { title, ...plane(picture, title, spots, place) };
}

// --- spots ----------------------------------------------------------------------------------

/** Regions of classes: each cell can be read; rings are around what is taken for another class. */
function regions({ said, lead, cells: [rows, columns], box: [low, high], wrong, ...picture }) {
  const { axes, classes } = picture, rings = drawing("path", { class: "rings" });
  const count = rows * columns, frames = (values) => ({ values, shape: [values.length / count] });
  const ids = frames(bytes(said)), leads = frames(bytes(lead));
  const middle = (i, of, axis) => low[axis] + ((i + 0.5) / of) * (high[axis] - low[axis]);
  return {
    axes, count, columns, start: Math.floor(rows / 2) * columns + Math.floor(columns / 2),
    spot: (i) => [middle(i % columns, columns, 0), middle(Math.floor(i / columns), rows, 1)],
    text: (i, place) => `${classes[frameOf(ids, place)[i]]}, its probability leads by `
      + (frameOf(leads, place)[i] / 255).toFixed(2),
    rings, note: (place) => ringText(wrong[place], picture),
    draw: (place, room) => {
      rings.setAttribute("d", ringMarks(picture, wrong[place], room));
      const share = Float32Array.from(frameOf(leads, place), (byte) => byte / 255);
      showCells({ ids: frameOf(ids, place), lead: share, rows, columns }, classes.length, room);
    },
  };
}

/** A curve through the data: each of its points can be read. */
function curve({ axes, asked, said }) {
  const x = decode(asked).values, curves = decode(said), y = (place) => frameOf(curves, place);
  return {
    axes, count: x.length, columns: 1, start: Math.floor(x.length / 2),
    spot: (i, place) => [x[i], y(place)[i]],
    text: (i, place) => `the model says ${formatted(y(place)[i], 4)}`,
    draw: (place, room) => showCurve({ values: y(place) }, room),
  };
}

/** Predicted against true numbers: each row of the data can be read. */
function predictions({ axes: [name], targets, said, box: [low, high] }) {
  const right = decode(targets).values, all = decode(said);
  const order = Array.from(right, (_, i) => i).sort((a, b) => right[a] - right[b]);
  const spot = (i, place) => [right[order[i]], frameOf(all, place)[order[i]]];
  return {
    axes: [`true ${name}`, `predicted ${name}`],
    count: order.length, columns: 1, start: 0, spot, text: () => "",
    draw: (place, { across, up, before }) => {
      const at = ([x, y]) => `${across(x).toFixed(1)} ${up(y).toFixed(1)}`;
      const marks = order.map((_, i) => `M${at(spot(i, place))}${MARKS[0]}`);
      before.replaceChildren(
        drawing("path", { class: "diagonal", d: `M${at(low)}L${at(high)}` }),
        drawing("path", { class: "points", d: marks.join(""), fill: classColour(0) }));
    },
  };
}

/** A plane with axes and data in which the arrow keys and the pointer read what the model says. */
function plane(picture, title, spots, place) {
  const { axes, count, columns, start } = spots, room = planeRoom(picture.box, axes);
  const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -columns, ArrowUp: columns };
  const note = element("p", { class: "faint" }), key = classKey(picture.classes);
  const cross = drawing("path", { class: "spot" }), status = element("output", { class: "number" });
  let at = null; // the spot that is read
  const read = (next) => {
    at = next;
    const [x, y] = at === null ? [NaN, NaN] : spots.spot(at, place);
    const d = Number.isFinite(x + y) ? `M${room.across(x) - 9} ${room.up(y)}h18m-9 -9v18` : "";
    cross.setAttribute("d", d);
    const where = `${axes[0]} ${formatted(x, 4)}, ${axes[1]} ${formatted(y, 4)}`;
    status.value = at === null ? "Point at a place, or use the arrow keys, to read it."
      : `${where}  ${spots.text(at, place)}`;
  };
  const point = (event) => read(nearestSpot(pointIn(svg, event), spots, room, place));
  const svg = drawing("svg", { class: "chart plane", viewBox: room.viewBox, tabindex: 0,
    role: "application", "aria-roledescription": "picture",
    "aria-label": `${title}: ${axes[1]} over ${axes[0]}. The arrow keys read what the model says.`,
    keydown: (event) => onKey(event, { ...arrows(at, count, read, ways, start),
      Escape: () => read(null) }),
    pointermove: point, pointerdown: point,
  }, room.behind, room.axes, picture.points ? pointMarks(picture, room) : null,
  spots.rings ?? null, room.before, cross);
  const show = (next) => {
    place = next;
    spots.draw(place, room);
    note.textContent = spots.note?.(place) ?? "";
    read(at);
  };
  speaksInFocus(svg, status);
  onTheme(svg, () => show(place));
  return { element: element("div", {}, svg, status, key, note), show };
}

/** The spot that is drawn closest to a point. */
function nearestSpot({ x, y }, { count, spot }, { across, up }, place) {
  let best = 0, shortest = Infinity;
  for (let i = 0; i < count; i++) {
    const [a, b] = spot(i, place), distance = (across(a) - x) ** 2 + (up(b) - y) ** 2;
    if (distance < shortest) [best, shortest] = [i, distance];
  }
  return best;
}

// --- a table --------------------------------------------------------------------------------

/** How often each class is taken for each other, as a table. */
function confusion({ counts, classes }, place) {
  const all = decode(counts), size = classes.length;
  const cells = Array.from({ length: size * size }, (_, i) =>
    element("td", { class: Math.floor(i / size) === i % size ? "right" : null }));
  const show = (next) => {
    place = next;
    const now = frameOf(all, place), colour = colouring(1);
    cells.forEach((cell, i) => {
      const row = now.slice(i - (i % size), i - (i % size) + size);
      const share = now[i] / Math.max(row.reduce((a, b) => a + b, 0), 1), shade = colour(-share);
      Object.assign(cell.style, { background: `rgb(${shade})`, color: inkOn(shade) });
      cell.textContent = now[i];
    });
  };
  const heads = classes.map((name) => element("th", { scope: "col" }, name));
  const rows = classes.map((name, i) => element("tr", {},
    element("th", { scope: "row" }, name), cells.slice(i * size, (i + 1) * size)));
  const table = element("table", { class: "confusion" },
    element("caption", { class: "faint" }, "Rows: the true class; columns: what the model says."),
    element("thead", {}, element("tr", {}, element("td"), heads)),
    element("tbody", {}, rows));
  onTheme(table, () => show(place));
  return { element: scrolling("How often each class is taken for each other", table), show };
}
