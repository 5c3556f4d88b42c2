/* What a model takes for another class at an epoch of the training replay, as what it is: an image,
or a row of numbers.

Offers mistakesView.
Uses elements.js: element, onTheme, scrolling; arrays.js: decode, frameOf, formatted, range, rgb. */
"use strict";

const MISTAKES = { images: 18, rows: 10 }; // that are shown at a time

/** The mistakes that views/training_page.py describes: an element, and `show(place)`. */
function mistakesView(packed, place) {
  const [targets, said, points] = ["targets", "said", "points"].map((name) => decode(packed[name]));
  const data = { ...packed, targets: targets.values, said, points };
  const told = element("p", {}), isImage = points.shape.length === 3;
  const drawn = isImage ? imageList(data) : rowTable(data);
  const show = (next) => {
    place = next;
    const taken = frameOf(said, place), count = targets.values.length;
    const wrong = range(0, count).filter((i) => taken[i] !== targets.values[i]);
    const shown = wrong.slice(0, isImage ? MISTAKES.images : MISTAKES.rows);
    told.textContent = mistakesText(wrong.length, shown.length, data);
    drawn.show(shown, taken);
  };
  onTheme(drawn.element, () => show(place));
  return { element: element("div", {}, told, drawn.element), show };
}

function mistakesText(wrong, shown, { targets, part }) {
  const count = targets.length, share = `${(100 * wrong / count).toFixed(1)} %`;
  const all = `${wrong} of ${count} rows of the ${part} data (${share}) are taken for another`
    + " class";
  return wrong > shown ? `${all}; the first ${shown} of them:` : `${all}${wrong ? ":" : "."}`;
}

function className({ classes }, id) {
  return classes[Math.min(id, classes.length - 1)];
}

/** Pictures, each with what it is, what the model says, and its row in the data. */
function imageList(data) {
  const list = element("ul", { class: "mistakes" });
  const show = (shown, taken) => list.replaceChildren(...shown.map((i) => element("li", {},
    imageCanvas(data.points, i), element("b", {}, `is ${className(data, data.targets[i])},`),
    ` said ${className(data, taken[i])}`, element("small", {}, ` row ${data.rows[i]}`))));
  return { element: list, show };
}

/** An image in shades from paper to ink, a pixel for each byte. */
function imageCanvas(points, i) {
  const [, height, width] = points.shape, canvas = element("canvas", { width, height });
  const image = new ImageData(width, height), [paper, ink] = ["--paper", "--ink"].map(rgb);
  frameOf(points, i).forEach((byte, at) => {
    const shade = paper.map((from, c) => Math.round(from + (byte / 255) * (ink[c] - from)));
    image.data.set([...shade, 255], 4 * at);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Rows of a table: what each is, what the model says, and its first features. */
function rowTable(data) {
  const { features, points, rows, targets } = data, body = element("tbody");
  const heads = ["row", "is", "said", ...features];
  const table = element("table", {}, element("thead", {}, element("tr", {},
    heads.map((text) => element("th", { scope: "col" }, text)))), body);
  const show = (shown, taken) => {
    table.hidden = !shown.length;
    body.replaceChildren(...shown.map((i) => element("tr", {},
      element("th", { scope: "row" }, rows[i]),
      [className(data, targets[i]), className(data, taken[i]),
        ...Array.from(frameOf(points, i), (value) => formatted(value, 4))]
        .map((text) => element("td", {}, text)))));
  };
  return { element: scrolling("What is taken for another class", table), show };
}
