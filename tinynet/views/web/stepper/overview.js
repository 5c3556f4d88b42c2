/* The overview: a large graph as a strip, with a frame around what the sheet shows of it. A click
or a drag brings that place to the sheet. Where all of the graph is in view, there is none.

Offers Overview.
Uses elements.js: element, dragging, themed, onTheme. */
"use strict";

const STRIP = { height: 40, least: 2 }; // pixels: of the strip, and of a box in it

class Overview {
  constructor(sheet) {
    Object.assign(this, { sheet, boxes: [], active: 0 });
    this.canvas = element("canvas", {});
    this.frame = element("div", { class: "frame" });
    this.element = element("div", { class: "overview", "aria-hidden": "true", hidden: true,
      ...dragging((event) => this.pressed(event)),
    }, this.canvas, this.frame);
    sheet.follow = () => this.follow();
    onTheme(this.canvas, () => this.paint());
  }

  draw(boxes) {
    Object.assign(this, { boxes, painted: null });
  }

  mark(active) {
    this.active = active;
    this.paint();
  }

  /** Pixels of the strip for one of the graph, across and down. */
  share() {
    return { x: this.element.clientWidth / this.sheet.width, y: STRIP.height / this.sheet.height };
  }

  follow() {
    const { sheet } = this, { width, height } = sheet.room(), { scale } = sheet;
    const whole = sheet.width * scale <= width && sheet.height * scale <= height;
    this.element.hidden = whole;
    if (whole) return;
    const { x, y } = this.share();
    const across = between(-sheet.x, width, sheet.width * scale);
    const down = between(-sheet.y, height, sheet.height * scale);
    Object.assign(this.frame.style, {
      left: `${(across.from / scale) * x}px`, width: `${(across.length / scale) * x}px`,
      top: `${(down.from / scale) * y}px`, height: `${(down.length / scale) * y}px` });
    if (this.painted !== this.element.clientWidth) this.paint();
  }

  paint() {
    if (this.element.hidden || !this.boxes.length) return;
    const dense = window.devicePixelRatio || 1, { canvas } = this, { x, y } = this.share();
    this.painted = this.element.clientWidth;
    Object.assign(canvas, { width: this.painted * dense, height: STRIP.height * dense });
    const context = canvas.getContext("2d");
    context.scale(dense, dense);
    const fill = (box, colour, least) => {
      context.fillStyle = themed(colour);
      const size = [box.width * x, box.height * y].map((side) => Math.max(side, least));
      context.fillRect(box.x * x, box.y * y, ...size);
    };
    this.boxes.forEach((box) => fill(box, "--edge", STRIP.least));
    fill(this.boxes[this.active], "--highlight", 2 * STRIP.least);
  }

  /** Bring what is under the pointer to the middle of the sheet. */
  pressed(event) {
    const box = this.element.getBoundingClientRect(), { x, y } = this.share(), { sheet } = this;
    const { width, height } = sheet.room();
    sheet.x = width / 2 - ((event.clientX - box.left) / x) * sheet.scale;
    sheet.y = height / 2 - ((event.clientY - box.top) / y) * sheet.scale;
    sheet.place();
  }
}

/** The part of 0 to `end` that begins at `from` and is so long. */
function between(from, length, end) {
  const low = Math.min(Math.max(from, 0), end), high = Math.min(Math.max(from + length, 0), end);
  return { from: low, length: high - low };
}
