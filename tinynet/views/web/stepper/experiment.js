/* Experiment: the reader changes a number or an operation, and Python computes both passes again;
or nudges a number by 0.001, and sees that its gradient is true. All changes are sent each time, so
that what is shown follows from them alone.

Adds to the page of stepper/step.js, and offers nothing.
Uses elements.js: element, button; arrays.js: formatted, numberIn, indexText;
asked_by_parent.js: ask; stepper/step.js: data, decoded, state, parts, additions, numbers, view,
drawView, show, wordList. */
"use strict";

const LISTED = 3; // changes that are told one by one
const original = { ...data }; // as the script computed it
const changes = new Map(); // from a place, as text, to {text, values} or {text, operation}
const looked = new Map(); // from the name of a leaf to the place in it that is looked at
const strip = element("div", { class: "changes", hidden: true });

// --- what a box offers ----------------------------------------------------------------------

additions.value = (box) => {
  const can = data.changeable[box.name];
  if (!can) return [];
  if (can.leaf) return [can.classes ? classForm(box, can) : leafForm(box, can)];
  const same = box.operation.split("(")[0] === can.operations[0]; // else it was opened
  return same && (can.operations[1] || can.numbers.length) ? [operationForm(box, can)] : [];
};

additions.gradient = (box, received) => {
  const isWhole = received !== null && received === box.gradient;
  return isWhole && data.changeable[box.name]?.leaf ? [nudgePanel(box)] : [];
};

/** A form with a line for what Python says; the keys that are typed here are not the page's. */
function experimentForm(label, onSubmit, ...children) {
  const said = element("p", { role: "status" });
  const submit = (event) => { event.preventDefault(); onSubmit(said); };
  return element("form", { class: "experiment", "aria-label": label, submit,
    keydown: (event) => event.stopPropagation() }, ...children, said);
}

function leafForm(box, can) {
  const array = numbers(box.value), place = placeIn(box);
  const input = numberInput(array.values[place], "value");
  const submit = (said) => {
    const number = typed(input, said);
    if (number === null) return;
    const text = `${box.name}${at(array, place)} = ${formatted(number)}`;
    change([can.name, null, place], { text, values: [[can.name, null, place, number]] }, said);
  };
  return experimentForm(`change ${box.name}`, submit, ...places(box.name, array, place),
    element("label", {}, `${box.name}${at(array, place)} = `, input), recomputeButton());
}

/** Targets with one class in each row: a class is chosen, and the whole row follows. */
function classForm(box, can) {
  const array = numbers(box.value), { columns, values } = array, place = placeIn(box);
  const row = Math.floor(place / columns);
  const select = choice(Array.from({ length: columns }, (_, i) => String(i)),
    String(values.subarray(row * columns, (row + 1) * columns).indexOf(1)), "value");
  select.addEventListener("change", () => {
    const sent = Array.from({ length: columns }, (_, i) => (
      [can.name, null, row * columns + i, Number(i === select.selectedIndex)]));
    const text = `${box.name}: class ${select.value} in row ${row}`;
    change([can.name, "row", row], { text, values: sent }, form.querySelector("p:last-child"));
  });
  const form = experimentForm(`change ${box.name}`, () => {}, ...rowInput(box.name, array, place),
    element("label", {}, "its class ", select));
  return form;
}

function operationForm(box, can) {
  const said = () => form.querySelector("p:last-child");
  const fields = can.numbers.map(({ argument, value }) => {
    const input = numberInput(value, `number-${argument}`);
    return element("label", {}, `argument ${argument + 1} = `, input);
  });
  const submit = (line) => {
    const inputs = fields.map((label) => label.querySelector("input"));
    const given = inputs.map((input) => typed(input, line));
    const wanted = given.findIndex((number, i) => (
      number !== null && number !== can.numbers[i].value));
    if (given.includes(null) || wanted < 0) return;
    const { argument } = can.numbers[wanted], text = `${box.name}: ${formatted(given[wanted])}`;
    const values = [[can.name, argument, 0, given[wanted]]];
    change([can.name, argument, 0], { text, values }, line);
  };
  const select = choice(can.operations, can.operations[0], "operation");
  select.addEventListener("change", () => {
    const text = `${can.name} by ${select.value}`;
    change([can.name], { text, operation: [can.name, select.value] }, said());
  });
  const rule = can.operations[1] ? [element("label", {}, "operation ", select)] : [];
  const form = experimentForm(`change ${box.name}`, submit, ...rule, ...fields,
    ...(fields.length ? [recomputeButton()] : []));
  return form;
}

/** A button that measures the gradient of the number that is looked at, and what it found. */
function nudgePanel(box) {
  const said = element("div", { role: "status" });
  const name = `${box.name}${at(numbers(box.value), placeIn(box))}`;
  return element("div", { class: "experiment nudge" },
    button(`Nudge ${name} by 0.001 and measure`, null, () => measure(box, said),
      { "data-control": "nudge" }), said);
}

// --- its parts ------------------------------------------------------------------------------

/** The place in a leaf that is looked at. */
function placeIn({ name }) {
  return looked.get(name) ?? 0;
}

function at(array, place) {
  return array.values.length > 1 ? indexText(array, place) : "";
}

function recomputeButton() {
  return element("button", { class: "main", "data-control": "recompute" }, "Recompute");
}

function numberInput(value, control) {
  return element("input", { type: "text", inputmode: "decimal", autocomplete: "off",
    value: String(value), "data-control": control });
}

function choice(names, now, control) {
  return element("select", { "data-control": control },
    names.map((name) => element("option", { selected: name === now }, name)));
}

/** The number in a field, or null, and the line says what is wrong. */
function typed(input, said) {
  const number = numberIn(input.value);
  if (Number.isFinite(number)) return number;
  said.textContent = "Type a number, such as 0.25 or −1.5.";
  input.select();
  return null;
}

/** Which number of an array: its row and column. */
function places(name, array, place) {
  if (array.values.length === 1) return [];
  const column = place % array.columns;
  const to = (other) => look(name, place - column + other);
  return [...rowInput(name, array, place), ...(array.columns > 1
    ? [element("label", {}, "column ", counter(column, array.columns, to, "column"))] : [])];
}

function rowInput(name, array, place) {
  const row = Math.floor(place / array.columns);
  const to = (other) => look(name, other * array.columns + (place % array.columns));
  return array.rows > 1
    ? [element("label", {}, "row ", counter(row, array.rows, to, "row"))] : [];
}

function counter(now, count, go, control) {
  const input = element("input", { type: "number", min: 0, max: count - 1, value: now,
    "data-control": control,
    change: () => {
      input.value = Math.min(Math.max(Math.round(Number(input.value)) || 0, 0), count - 1);
      go(Number(input.value));
    },
    keydown: (event) => { // Enter would also submit the form, which `go` replaces
      if (event.key !== "Enter") return;
      event.preventDefault();
      input.dispatchEvent(new Event("change"));
    } });
  return input;
}

/** Look at another number of a leaf; the forms follow. */
function look(name, place) {
  const box = lookedAt();
  if (box.name !== name || placeIn(box) === place) return; // the field that goes says so again
  looked.set(name, place);
  const control = document.activeElement?.dataset.control;
  const [form] = additions.value(box), old = parts.details.querySelectorAll(".experiment");
  old[0].replaceWith(form);
  old[1]?.replaceWith(nudgePanel(box));
  parts.details.querySelector(`[data-control=${control}]`)?.focus();
}

/** The box of which the details are shown. */
function lookedAt() {
  return view().boxes[state.picked ?? view().steps[state.place].node];
}

/** A number that is read in the heat map of a leaf is the one to change. */
function readInHeatMap({ target }) {
  const heat = target.closest("[data-key=value] .heat");
  const box = lookedAt();
  if (heat && data.changeable[box.name]?.leaf) look(box.name, Number(heat.dataset.place));
}

// --- asking Python --------------------------------------------------------------------------

function asPayload() {
  const all = [...changes.values()];
  return { values: all.flatMap(({ values = [] }) => values),
    operations: Object.fromEntries(all.flatMap(({ operation: one }) => (one ? [one] : []))) };
}

/** Make a change; where Python refuses it, all stays as it was, and the line says why. */
async function change(place, made, said) {
  const key = JSON.stringify(place), before = changes.get(key);
  const control = document.activeElement?.dataset.control;
  changes.set(key, made);
  said.textContent = "Python computes …";
  try {
    showAnew(await ask("recompute", asPayload()));
    parts.details.querySelector(`[data-control=${control}]`)?.focus();
  } catch (error) {
    if (before) changes.set(key, before);
    else changes.delete(key);
    said.textContent = error.message;
  }
}

async function measure(box, said) {
  said.textContent = "Python measures …";
  try {
    const found = await ask("nudge", { ...asPayload(), name: box.name, place: placeIn(box) });
    said.replaceChildren(...measured(found, view().boxes[view().boxes.length - 1].name));
  } catch (error) {
    said.textContent = error.message;
  }
}

function measured(found, output) {
  const number = (value, digits) => (value === null ? "not finite" : formatted(value, digits));
  return [wordList([
    [`${output} at +0.001`, number(found.plus, 10)],
    [`${output} at −0.001`, number(found.minus, 10)],
    ["difference / 0.002", number(found.quotient, 8)],
    ["gradient by backward", number(found.gradient, 8)],
    ["they differ by", found.difference === null ? "not finite"
      : `${number(100 * found.difference, 2)} %`]]), found.sentence];
}

// --- what is shown --------------------------------------------------------------------------

/** Other numbers in the same drawing: the place, the box and the zoom stay. */
function showAnew(content) {
  const { boxes, steps } = view(), { x, y, scale } = parts.sheet;
  const alike = (other) => other?.boxes.length === boxes.length
    && other.steps.length === steps.length;
  Object.assign(data, content);
  decoded.length = 0;
  parts.predict.known.clear();
  if (!alike(view())) {
    const other = data.views.findIndex(alike);
    Object.assign(state, other < 0 ? { view: 0, place: 0, picked: null } : { view: other });
  }
  drawView();
  Object.assign(parts.sheet, { x, y, scale });
  parts.sheet.place();
  show();
  tellChanges();
}

function tellChanges() {
  const { boxes } = view(), texts = [...changes.values()].map(({ text }) => text);
  const output = boxes[boxes.length - 1], value = decode(data.arrays[output.value]).values;
  const first = original.views[0].boxes;
  const was = decode(original.arrays[first[first.length - 1].value]);
  const more = texts.length > LISTED ? [`and ${texts.length - LISTED} more`] : [];
  const result = value.length === 1
    ? ` So ${output.name} is ${formatted(value[0])}; it was ${formatted(was.values[0])}.` : "";
  strip.hidden = !texts.length;
  strip.replaceChildren(
    element("span", {}, `Changed: ${[...texts.slice(0, LISTED), ...more].join("; ")}.${result}`),
    button("As it was", "undo all changes", asItWas));
}

function asItWas() {
  changes.clear();
  showAnew(original);
  parts.drawn.boxes[view().steps[state.place].node].element.focus();
}

strip.setAttribute("role", "status");
parts.details.parentElement.prepend(strip);
for (const event of ["click", "keyup"]) parts.details.addEventListener(event, readInHeatMap);
show();
