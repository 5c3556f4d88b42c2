/* The drawing of a graph: boxes and arrows where Python put them, on a sheet to pan and zoom. It is
made once for a view; a step only marks what is on it.

Offers ZOOM, Sheet, graphDrawing, markDrawing.
Uses elements.js: drawing, pointIn, onTheme, onKey; arrays.js: thumbnail. */
"use strict";

const ZOOM = { least: 0.15, most: 4, legible: 0.8, roomy: 1.4, step: 1.25 };
const MARGIN = 24; // pixels around what is to be seen
const BUTTONS = 44; // pixels at the bottom that the page's buttons cover
const CLICK = 5; // pixels; a pointer that moves further drags

// --- the sheet ------------------------------------------------------------------------------

/** An SVG whose content can be moved with the pointer, fingers, the wheel and `zoom`. */
class Sheet {
  constructor(label) {
    this.content = drawing("g");
    this.pointers = new Map();
    this.dragged = false;
    this.element = drawing("svg", { class: "sheet", role: "group", "aria-label": label,
      wheel: (event) => this.wheel(event), pointerdown: (event) => this.press(event),
      pointermove: (event) => this.drag(event), pointerup: (event) => this.release(event),
      pointercancel: (event) => this.release(event) }, tips(), this.content);
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  /** Show other content, of this size. */
  show(parts, width, height) {
    Object.assign(this, { width, height });
    this.content.replaceChildren(...parts);
    this.fit();
  }

  room() {
    const { clientWidth, clientHeight } = this.element;
    return { width: clientWidth || 1, height: clientHeight - BUTTONS || 1 };
  }

  /** As much as can be read; as much as there is room for, where `least` is less. What was last
  revealed is in view, if not all is. */
  fit(least = ZOOM.legible) {
    const { width, height } = this.room();
    const whole = Math.min((width - 2 * MARGIN) / this.width, (height - 2 * MARGIN) / this.height);
    this.scale = Math.min(Math.max(whole, least), ZOOM.roomy);
    this.x = (width - this.width * this.scale) / 2;
    this.y = (height - this.height * this.scale) / 2;
    this.place();
    if (whole < least && this.revealed) this.reveal(...this.revealed);
  }

  /** Move it so far that these frames are in view, the first before the others. */
  reveal(...frames) {
    this.revealed = frames;
    const { width, height } = this.room();
    for (const { x, y, width: wide, height: high } of [...frames].reverse()) {
      this.x = within(this.x, x * this.scale, wide * this.scale, width);
      this.y = within(this.y, y * this.scale, high * this.scale, height);
    }
    this.place();
  }

  /** Enlarge around a point of the screen, or the middle. */
  zoom(factor, at = { x: this.room().width / 2, y: this.room().height / 2 }) {
    const scale = Math.min(Math.max(this.scale * factor, ZOOM.least), ZOOM.most);
    this.x = at.x - ((at.x - this.x) * scale) / this.scale;
    this.y = at.y - ((at.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.place();
  }

  /** Put the content where x, y and scale say, and tell whoever follows it, as overview.js. */
  place() {
    this.follow?.();
    this.content.setAttribute("transform", `translate(${this.x} ${this.y}) scale(${this.scale})`);
  }

  /** The wheel zooms; inside a notebook, which it scrolls, only with Ctrl. */
  wheel(event) {
    if (self !== top && !event.ctrlKey) return;
    event.preventDefault();
    this.zoom(ZOOM.step ** (-event.deltaY / 100), pointIn(this.element, event));
  }

  press(event) {
    const { x, y } = pointIn(this.element, event);
    this.pointers.set(event.pointerId, { x, y, start: { x, y } });
  }

  /** One pointer moves the sheet; two also enlarge it, by as much as they part. */
  drag(event) {
    const old = this.pointers.get(event.pointerId), now = pointIn(this.element, event);
    if (!old) return;
    this.dragged ||= distance(now, old.start) > CLICK;
    if (!this.dragged) return;
    this.element.setPointerCapture(event.pointerId);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    const share = other ? 0.5 : 1;
    this.x += share * (now.x - old.x);
    this.y += share * (now.y - old.y);
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.zoom(distance(now, other) / Math.max(distance(old, other), 1), middle);
    }
    Object.assign(old, { x: now.x, y: now.y });
    this.place();
  }

  release(event) {
    this.pointers.delete(event.pointerId);
    setTimeout(() => { this.dragged = false; }); // after the click that ends a drag
  }
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Where to move an offset so that what begins at `start` lies between the two edges. */
function within(offset, start, size, room) {
  const low = MARGIN - start, high = room - MARGIN - start - size;
  return low > high ? low : Math.min(Math.max(offset, low), high);
}

/** The tips of the arrows: dark, and in the colour of the step. */
function tips() {
  return drawing("defs", {}, ["tip", "tip-active"].map((id) => drawing("marker",
    { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 12, markerHeight: 12,
      markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
    drawing("path", { d: "M0 1 10 5 0 9z", class: id }))));
}

// --- boxes and arrows -----------------------------------------------------------------------

/** The boxes and arrows of a view.

What comes back has `parts`, `width` and `height` for the sheet, and `mark`, see below. `numbers`
finds an array by its place; `pick(box)` and `go(view, name of the box)` are what clicks do. */
function graphDrawing(view, numbers, pick, go) {
  const arrows = view.arrows.map((arrow) => arrowDrawing(arrow));
  const lasts = view.boxes.map((box, i) => !view.boxes.some(
    (user) => user.closes === box.closes && user.inputs.includes(i)));
  const boxes = view.boxes.map((box, i) => boxDrawing(
    lasts[i] ? box : { ...box, closes: null }, numbers, () => pick(i), go));
  const ends = (axis, size) => Math.max(...view.boxes.map((box) => box[axis] + box[size]));
  const lines = arrows.map((a) => a.line), texts = arrows.map((a) => a.text);
  return {
    parts: [...lines, ...boxes.map((b) => b.element), ...texts],
    width: ends("x", "width"), height: ends("y", "height"), boxes, arrows,
  };
}

/** Mark a step: `boxes` are {active, done, gradient, selected}, `arrows` {text, active, back}. */
function markDrawing(drawn, boxes, arrows) {
  boxes.forEach((mark, i) => drawn.boxes[i].mark(mark));
  arrows.forEach((mark, i) => drawn.arrows[i].mark(mark));
}

function arrowDrawing({ points }) {
  const line = drawing("path", { class: "arrow", d: arrowPath(points), "aria-hidden": "true" });
  const [[x1, y1], [x2, y2]] = points.slice(-2);
  const text = drawing("text", { class: "passed", "aria-hidden": "true",
    x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 8 });
  const mark = ({ text: label = "", active = false, back = false }) => {
    line.classList.toggle("active", active);
    line.setAttribute("marker-end", active ? (back ? "" : "url(#tip-active)") : "url(#tip)");
    line.setAttribute("marker-start", active && back ? "url(#tip-active)" : "");
    text.classList.toggle("active", active);
    text.textContent = label;
  };
  return { line, text, mark };
}

/** Curves between the columns, straight where the arrow passes one. */
function arrowPath(points) {
  return points.map(([x, y], i) => {
    if (!i) return `M${x} ${y}`;
    const [before, height] = points[i - 1], middle = (before + x) / 2;
    return `C${middle} ${height} ${middle} ${y} ${x} ${y}`;
  }).join("");
}

function boxDrawing(box, numbers, onPick, go) {
  const { x, y, width, height, kind } = box, value = numbers(box.value);
  const text = (down, content, name, right = 0) => drawing("text",
    { x: x + width / 2 + right, y: y + down, class: name }, content);
  const gradient = text(57, "", "received"), aside = value.values.length > 1 ? 16 : 0, children = [
    drawing("rect", { x, y, width, height, rx: kind === "data" ? 0 : 8, class: "frame" }),
    kind === "layer" ? drawing("path", { class: "edge", d: `M${x + 6} ${y}v${height}` }) : null,
    text(20, box.label, "label"), text(39, box.detail, "value", aside), gradient,
    ...picture(value, x + 8, y + 25), ...signs(box, go)];
  const group = drawing("g", { class: `box ${kind}`, tabindex: 0, role: "button", click: onPick,
    focus: () => group.matches(":focus-visible") && onPick(), "data-name": box.name,
    keydown: (event) => onKey(event, { " ": onPick, Enter: onPick }) }, children);
  const mark = ({ active, done, selected, received, spoken }) => {
    for (const [name, on] of Object.entries({ active, selected, pale: !done })) {
      group.classList.toggle(name, on);
    }
    gradient.textContent = received;
    group.setAttribute("aria-label", spoken);
    group.setAttribute("aria-pressed", selected);
  };
  return { element: group, mark };
}

/** A matrix as a tiny heat map. */
function picture(value, x, y) {
  if (value.values.length < 2) return [];
  const place = { x, y, width: 26, height: 16 };
  const image = drawing("image", { ...place, preserveAspectRatio: "none", class: "thumb" });
  onTheme(image, () => image.setAttribute("href", thumbnail(value)));
  return [image, drawing("rect", { ...place, class: "thumb-frame" })];
}

/** Signs on a box with which the pointer opens or closes it; the keyboard has o and c. */
function signs({ name, x, y, width, opens, closes }, go) {
  const ways = [["+", "open", opens], ["−", "close", closes]].filter((way) => way[2] !== null);
  return ways.map(([sign, word, view], i) => {
    const transform = `translate(${x + width - 12 - 22 * i} ${y - 6})`;
    const click = (event) => { event.stopPropagation(); go(view, name); };
    const attributes = { class: "sign", "data-sign": word, "aria-hidden": "true" };
    return drawing("g", { ...attributes, transform, click }, drawing("title", {}, word),
      drawing("circle", { r: 10 }), drawing("text", { y: 5 }, sign));
  });
}
