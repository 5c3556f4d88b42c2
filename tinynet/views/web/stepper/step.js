/* The stepper: walk through the forward and the backward pass, one step at a time. All that is
shown follows from three things, the view, the place among its steps, and the box that the reader
picked; `show` writes it again after each change.

A page of its own. To experiment.js it offers data, decoded, state, parts, additions, numbers,
view, drawView, show, wordList.
Uses elements.js: pageData, element, button, onKey; arrays.js: decode, formatted, norm;
stepper/heat_map.js: arrayFigure; player.js: Player, keepsKey;
stepper/predict.js: Predictor, questions; stepper/overview.js: Overview;
stepper/graph.js: ZOOM, Sheet, graphDrawing, markDrawing. */
"use strict";

const PACE = { slow: 1800, normal: 900, fast: 350 }; // milliseconds a step
const KEYS = [
  ["← →", "one step back, one step on"], ["Home End", "the first step, the last step"],
  ["Space", "play, or stop"], ["Shift + Space", "play backwards"],
  ["Tab", "the next box, in the order of the computation"],
  ["o", "open the box"], ["c", "close what was opened"],
  ["+ − 0", "larger, smaller, all of it"],
  ["Wheel", "larger, smaller; in a notebook, which it scrolls, with Ctrl"],
  ["Drag", "move the drawing"], ["?", "this help"],
];

const data = pageData();
const decoded = [];
const state = { view: 0, place: 0, picked: null };
const parts = {}; // the elements that change
const additions = { value: () => [], gradient: () => [] }; // what others write below these figures

function numbers(place) {
  return decoded[place] ??= decode(data.arrays[place]);
}

function view() {
  return data.views[state.view];
}

function step() {
  return view().steps[state.place];
}

// --- moving ---------------------------------------------------------------------------------

function moveTo(place) {
  state.place = place;
  state.picked = null;
  show();
}

/** To another view, and there to the same phase of the box that was opened or closed. */
function goTo(place, name) {
  if (place === state.view) return;
  const kind = step().kind;
  state.view = place;
  state.picked = null;
  const { boxes, steps } = view();
  const places = steps.flatMap((s, i) => (s.kind === kind ? [i] : []));
  const inside = (s) => boxes[s.node].name === name || boxes[s.node].layer === name;
  state.place = places.find((i) => inside(steps[i])) ?? places[0] ?? 0;
  drawView();
  show();
  if (document.activeElement === document.body) parts.drawn.boxes[step().node].element.focus();
}

function openOrClose(way) {
  const box = view().boxes[state.picked ?? step().node];
  const other = way === "closes" ? view().boxes.find((b) => b.closes !== null) : null;
  const target = box[way] ?? other?.closes;
  if (target !== undefined) goTo(target, box.name);
  else say(`${box.name} cannot be ${way === "opens" ? "opened" : "closed"}.`);
}

function pick(box) {
  if (parts.sheet.dragged || state.picked === box) return;
  state.picked = box;
  show();
}

// --- what is marked on the drawing ----------------------------------------------------------

function drawView() {
  const { boxes, layers, note } = view();
  parts.drawn = graphDrawing(view(), numbers, pick, goTo);
  parts.sheet.revealed = null;
  parts.overview.draw(boxes);
  parts.sheet.show(parts.drawn.parts, parts.drawn.width, parts.drawn.height);
  parts.sheet.element.setAttribute("aria-label", `the computation, ${boxes.length} boxes`);
  parts.note.textContent = note;
  parts.layers.replaceChildren(...Object.entries(layers).map(([text, target]) => {
    const click = () => goTo(target, view().boxes[step().node].name);
    return button(text, null, click, { "aria-pressed": String(target === state.view) });
  }));
}

/** Marks for all boxes and arrows, from the steps up to this one. */
function marks() {
  const { boxes, arrows, steps } = view(), now = step();
  const marked = boxes.map(() => ({ active: false, done: false, gradient: null }));
  const passed = new Map();
  for (const s of steps.slice(0, state.place + 1)) {
    if (s.kind !== "forward") marked.forEach((mark) => { mark.done = true; });
    marked[s.node].done = true;
    if (s.kind !== "backward") continue;
    marked[s.node].gradient ??= s.incoming;
    const known = s === now ? answered() : Infinity;
    if (known > 0) passed.set(`${s.input} ${s.node}`, s.contribution);
    if (known > (s.before !== null)) marked[s.input].gradient = s.after;
  }
  marked[now.node].active = true;
  boxes.forEach((box, i) => Object.assign(marked[i], boxWords(box, i, marked[i])));
  return [marked, arrows.map((arrow) => arrowMark(arrow, passed, now))];
}

function boxWords(box, i, { gradient, done }) {
  const received = gradient === null ? "" : `grad ${sizeText(gradient)}`;
  const from = box.inputs.map((input) => view().boxes[input].name);
  const made = `${box.operation}${from.length ? ` of ${from.join(" and ")}` : ""}`;
  const content = done ? box.detail : "not yet computed";
  const ways = [box.opens !== null && "o opens it", box.closes !== null && "c closes it"];
  const spoken = [box.name, made, content, received, ...ways].filter(Boolean).join(", ");
  return { received, spoken, selected: i === state.picked };
}

function arrowMark(arrow, passed, now) {
  const contribution = passed.get(`${arrow.from} ${arrow.to}`);
  const back = now.kind === "backward", forward = now.kind === "forward";
  const active = arrow.to === now.node && (forward || (back && arrow.from === now.input));
  return { active, back, text: contribution === undefined ? "" : sizeText(contribution) };
}

/** How large a gradient is: a single number itself, else the root of the sum of its squares. */
function sizeText(place) {
  const array = numbers(place);
  return array.values.length === 1 ? formatted(array.values[0], 4)
    : `‖${formatted(norm(array), 3)}‖`;
}

// --- predict, then reveal -------------------------------------------------------------------

/** How many of this step's questions are answered; the first is its product, then its sum. */
function answered() {
  return step().kind === "backward" ? parts.predict.answered(stepKey()) : Infinity;
}

function stepKey() {
  return `${state.view} ${state.place}`;
}

/** The form for the next question of this step; nothing where all is known. */
function questionForm(now) {
  const names = ["incoming", "local", "product", "contribution", "before", "after"];
  const arrays = Object.fromEntries(names.map(
    (name) => [name, now[name] === null ? null : numbers(now[name])]));
  const asked = questions(arrays, view().boxes[now.input].name)[answered()];
  return asked ? [parts.predict.form(stepKey(), asked)] : [];
}

/** What is said of a step, without its numbers as long as they are asked for. */
function sentenceOf(now) {
  if (answered() > (now.before !== null)) return now.sentence;
  const { boxes } = view(), { name } = boxes[now.node];
  return `The gradient of ${name} has arrived. What goes on to ${boxes[now.input].name}?`;
}

// --- what stands beside it ------------------------------------------------------------------

function show() {
  const now = step(), { boxes, steps } = view();
  const [marked, passed] = marks();
  markDrawing(parts.drawn, marked, passed);
  parts.overview.mark(now.node);
  const frames = [boxes[now.node], ...(now.input === undefined ? [] : [boxes[now.input]])];
  parts.sheet.reveal(...(state.picked === null ? frames : [boxes[state.picked]]));
  parts.where.textContent = `Step ${state.place + 1} of ${steps.length}, ${now.kind}`;
  parts.player.show(parts.where.textContent);
  const sentence = sentenceOf(now);
  if (parts.sentence.textContent !== sentence) say(sentence);
  parts.step.replaceChildren(...stepFigures(now));
  const looked = state.picked ?? now.node;
  parts.details.replaceChildren(...details(boxes[looked], marked[looked].gradient));
}

function say(sentence) {
  parts.sentence.textContent = sentence;
}

function figure(place, label, key) {
  const made = arrayFigure(numbers(place), label);
  made.dataset.key = key;
  return made;
}

/** The numbers of a step: g, the local derivative, their product, and the sum. */
function stepFigures(now) {
  const { boxes } = view(), { name, inputs, value } = boxes[now.node];
  if (now.kind === "forward") {
    const given = inputs.map((i) => figure(boxes[i].value, boxes[i].name, "input"));
    return [...given, figure(value, name, "value")];
  }
  if (now.kind === "update") {
    return ["before", "after"].map((when) => figure(now[when], `${name} ${when}`, when));
  }
  return backwardFigures(now, name, boxes[now.input].name);
}

function backwardFigures(now, name, input) {
  const rows = [figure(now.incoming, `g, gradient of ${name}`, "incoming")];
  if (now.local !== null) {
    const rule = /^−?[\d.]+$/.test(now.rule) ? "" : ` = ${now.rule}`;
    rows.push(figure(now.local, `∂ ${name} / ∂ ${input}${rule}`, "local"));
  }
  const known = answered(), summed = now.product !== now.contribution;
  const formula = now.formula || `the rule of ${view().boxes[now.node].operation}`;
  rows.push(element("p", { class: "formula" }, `${input} gets ${formula}`));
  if (now.terms.length) rows.push(element("p", { class: "terms" }, `with ${now.terms.join(", ")}`));
  if (known === 0) return [...rows, ...questionForm(now)];
  if (summed) rows.push(figure(now.product, "the product", "product"));
  const result = summed ? `summed to the shape of ${input}` : "the product";
  rows.push(figure(now.contribution, result, "contribution"));
  if (now.before !== null) {
    rows.push(figure(now.before, `${input} had received`, "before"));
    if (known > 1) rows.push(figure(now.after, "the sum of both", "after"));
  }
  return [...rows, ...questionForm(now)];
}

/** All that is known of a box at this step; its gradient, as far as it has arrived. */
function details(box, received) {
  const facts = { kind: box.kind, operation: box.kind === "operation" ? box.operation : "",
    shape: box.shape, dtype: box.dtype, layer: box.layer, "made by": box.source };
  const ways = [["Open", "opens"], ["Close", "closes"]].filter(([, way]) => box[way] !== null);
  return [
    element("h2", {}, box.name), wordList(Object.entries(facts).filter(([, fact]) => fact)),
    element("p", { class: "ways" }, ways.map(([text, way]) => button(text, `${text} ${box.name}`,
      () => goTo(box[way], box.name)))),
    figure(box.value, "value", "value"), ...additions.value(box),
    received === null ? element("p", { class: "faint" },
      `It gets no gradient${box.gradient === null ? "" : " before the backward pass reaches it"}.`)
      : figure(received, received === box.gradient ? "gradient" : "gradient so far", "gradient"),
    ...additions.gradient(box, received),
  ];
}

function wordList(pairs) {
  const words = pairs.flatMap(([word, text]) => [element("dt", {}, word), element("dd", {}, text)]);
  return element("dl", {}, words);
}

// --- the page -------------------------------------------------------------------------------

function build() {
  parts.sheet = new Sheet("the computation");
  parts.overview = new Overview(parts.sheet);
  const zooms = element("div", { class: "zooms" },
    button("+", "larger", () => parts.sheet.zoom(ZOOM.step)),
    button("−", "smaller", () => parts.sheet.zoom(1 / ZOOM.step)),
    button("0", "all of it", () => parts.sheet.fit(ZOOM.least)),
    button("?", "help", () => parts.help.showModal()));
  parts.layers = element("span", { class: "layers" });
  parts.predict = new Predictor(show, () => {
    show();
    (parts.step.querySelector(".question input") ?? parts.player.next).focus();
  });
  parts.note = element("p", { class: "faint" });
  parts.sentence = element("p", { class: "sentence", role: "status" });
  parts.where = element("h2", { class: "where" });
  parts.step = element("div", { class: "numbers" });
  parts.details = element("section", { class: "panel details", "aria-label": "the box" });
  parts.help = element("dialog", { "aria-label": "help" }, element("h2", {}, "Keys"),
    wordList(KEYS),
    element("form", { method: "dialog" }, element("button", { class: "main" }, "Close")));
  document.getElementById("page").append(
    element("header", {}, element("h1", {}, data.title), parts.predict.element, parts.layers),
    element("div", { class: "stage" }, parts.sheet.element, parts.overview.element, zooms),
    player(),
    element("div", { class: "aside" },
      element("section", { class: "panel", "aria-label": "the step" },
        parts.where, parts.sentence, parts.note, parts.step),
      parts.details),
    parts.help);
}

function player() {
  const player = parts.player = new Player({
    unit: "step", label: "step", pace: PACE, go: moveTo, status: parts.sentence,
    at: () => ({ place: state.place, last: view().steps.length - 1 }) });
  return element("div", { class: "player", role: "group", "aria-label": "steps" }, player.slider,
    element("span", {}, player.first, player.back, player.next, player.last),
    element("span", {}, player.backwards, player.forwards, player.speed));
}

function keyPressed(event) {
  if (parts.help.open || keepsKey(event)) return;
  onKey(event, {
    ...parts.player.keys(event),
    o: () => openOrClose("opens"), c: () => openOrClose("closes"),
    "+": () => parts.sheet.zoom(ZOOM.step), "-": () => parts.sheet.zoom(1 / ZOOM.step),
    0: () => parts.sheet.fit(ZOOM.least), "?": () => parts.help.showModal(),
  });
}

build();
drawView();
show();
document.addEventListener("keydown", keyPressed);
