/* Heat maps: an array as a picture whose cells a click or the arrow keys read. Of a large one a
window is shown, which follows the cell that is read.

Offers arrayFigure.
Uses elements.js: element, onTheme, onKey, arrows; arrays.js: formatted, shapeText, summary, peakOf,
indexText, colouring, inkOn, pixels, range. */
"use strict";

const CELL = { least: 3, wide: 64, high: 22, legible: 14 }; // pixels
const HIGHEST = 240; // pixels of a heat map

/** An array as a figure: a number, or a heat map; `label` names it. */
function arrayFigure(array, label) {
  if (array.values.length === 1) {
    const shown = element("output", { class: "number" }, formatted(array.values[0]));
    return element("div", { class: "array" }, element("span", {}, `${label} = `), shown);
  }
  if (!array.values.length) return element("div", { class: "array" }, `${label} is empty`);
  return new HeatMap(array, label).figure;
}

class HeatMap {
  constructor(array, label) {
    Object.assign(this, { array, place: 0, row: 0, column: 0 }); // the window begins at row, column
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cursor = element("div", { class: "cursor" });
    this.status = element("output", { class: "number", "aria-live": "polite" });
    this.note = element("div", { class: "faint" });
    this.frame = element("div", {
      class: "heat", tabindex: 0, role: "application", "aria-roledescription": "heat map",
      "aria-label": `${label}, ${summary(array)}. The arrow keys read its numbers.`,
      keydown: (event) => this.keyPressed(event), pointerdown: (event) => this.pressed(event),
    }, this.canvas, this.cursor);
    const head = element("figcaption", {}, `${label} ${shapeText(array.shape)}`, this.status);
    this.figure = element("figure", { class: "array" }, head, this.frame, this.note,
      legend(peakOf(array)));
    this.read(0);
    onTheme(this.canvas, () => this.paint());
    new ResizeObserver(() => this.layOut()).observe(this.figure);
  }

  /** As many cells as there is room for; none where it is hidden, until it is shown. */
  layOut() {
    const room = this.figure.clientWidth - 2, { rows, columns } = this.array; // 2: the border
    if (room <= 0 || room === this.room) return;
    this.room = room;
    this.columns = Math.min(columns, Math.floor(room / CELL.least));
    this.rows = Math.min(rows, HIGHEST / CELL.least);
    this.wide = Math.min(room / this.columns, CELL.wide);
    const square = Math.max(this.wide, CELL.legible);
    this.high = Math.min(HIGHEST / this.rows, CELL.high, square);
    Object.assign(this.cursor.style, { width: `${this.wide}px`, height: `${this.high}px` });
    this.show();
  }

  read(place) {
    this.place = place;
    this.status.value = `${indexText(this.array, place)} = ${formatted(this.array.values[place])}`;
    this.frame.dataset.place = place;
    if (this.room) this.show();
  }

  /** Move the window so that the cell that is read is in it. */
  show() {
    const row = Math.floor(this.place / this.array.columns);
    const column = this.place % this.array.columns;
    this.row = inWindow(this.row, this.rows, row, this.array.rows);
    this.column = inWindow(this.column, this.columns, column, this.array.columns);
    const x = (column - this.column) * this.wide, y = (row - this.row) * this.high;
    this.cursor.style.transform = `translate(${x}px, ${y}px)`;
    this.note.textContent = [
      shownOf("rows", this.row, this.rows, this.array.rows),
      shownOf("columns", this.column, this.columns, this.array.columns), keptOf(this.array),
    ].filter(Boolean).join("; ");
    const painted = `${this.row} ${this.column} ${this.room}`;
    if (painted !== this.painted) this.paint();
    this.painted = painted;
  }

  paint() {
    if (!this.room) return;
    const dense = window.devicePixelRatio || 1, canvas = this.canvas;
    const rows = range(this.row, this.rows), columns = range(this.column, this.columns);
    const width = this.wide * this.columns, height = this.high * this.rows;
    Object.assign(canvas, { width: Math.ceil(width * dense), height: Math.ceil(height * dense) });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.scale(dense, dense);
    context.drawImage(pixels(this.array, rows, columns), 0, 0, width, height);
    if (this.high >= CELL.legible) this.write(context, rows, columns);
  }

  /** The numbers, in as many digits as fit into their cells. */
  write(context, rows, columns) {
    const { values } = this.array, colour = colouring(peakOf(this.array));
    const style = { textAlign: "center", textBaseline: "middle", font: "12px sans-serif" };
    Object.assign(context, style);
    rows.forEach((row, i) => columns.forEach((column, j) => {
      const value = values[row * this.array.columns + column];
      const text = [3, 2, 1].map((digits) => formatted(value, digits))
        .find((short) => context.measureText(short).width <= this.wide - 4);
      if (text === undefined) return;
      context.fillStyle = inkOn(colour(value));
      context.fillText(text, (j + 0.5) * this.wide, (i + 0.5) * this.high + 0.5);
    }));
  }

  keyPressed(event) {
    const { columns, values } = this.array;
    const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const page = this.rows * columns, last = values.length - 1, rest = this.place % columns;
    const bottom = last - columns + 1 + rest;
    onKey(event, {
      ...arrows(this.place, values.length, (place) => this.read(place), ways),
      PageUp: () => this.read(Math.max(this.place - page, rest)),
      PageDown: () => this.read(Math.min(this.place + page, bottom)),
    });
  }

  pressed({ offsetX, offsetY }) {
    const at = (offset, size, count) => Math.min(Math.max(Math.floor(offset / size), 0), count - 1);
    const row = this.row + at(offsetY, this.high, this.rows);
    this.read(row * this.array.columns + this.column + at(offsetX, this.wide, this.columns));
  }
}

/** Where a window of so many begins, so that `at` is in it: where it was, if it is. */
function inWindow(start, length, at, count) {
  const moved = Math.min(Math.max(start, at - length + 1), at);
  return Math.min(moved, count - length);
}

/** "rows 0 to 79 of 40,000", where not all are shown. */
function shownOf(what, start, length, count) {
  if (length >= count) return "";
  return `${what} ${start} to ${start + length - 1} of ${count.toLocaleString("en")}`;
}

/** What of a large array is not in this page. */
function keptOf({ shape, values }) {
  const all = shape.reduce((product, length) => product * length, 1);
  if (values.length === all) return "";
  const [some, every] = [values.length, all].map((count) => count.toLocaleString("en"));
  return `the page holds ${some} of its ${every} numbers`;
}

/** The colour scale, from −peak over 0 to the peak. */
function legend(peak) {
  const end = formatted(peak, 3);
  return element("div", { class: "legend", "aria-hidden": "true" },
    element("span", {}, `−${end}`), element("i"), element("span", {}, end));
}
