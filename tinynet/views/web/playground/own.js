/* Own data: points that one clicks onto the picture or types, or the table in a CSV file. What the
points are is decided by Python; here is their text, which is a setting like all others.

Offers ownData.
Uses elements.js: element, button; asked_by_http.js, or another that offers the same: ask. */
"use strict";

const LABEL = { rows: 6, most: 6000 }; // of the field for the points; characters of an address

/** The panel of own data.

`onChange(text, about)` hears of other points, and what goes with them. What comes back has
`element`; `show(settings, session)`; `add([x, y])`, which adds a point; `text()`, the points
that were last; and `shared(settings)`, the settings as an address may hold them. */
function ownData(choices, onChange) {
  const own = { choices, onChange, text: "", last: Promise.resolve(), file: null };
  own.field = element("textarea", { id: "own-text", rows: LABEL.rows, spellcheck: "false" });
  own.label = element("input", { id: "own-label", size: 6, maxlength: 30, value: "A" });
  own.x = element("input", { id: "own-x", type: "number", step: "any" });
  own.y = element("input", { id: "own-y", type: "number", step: "any" });
  own.names = ["x", "y"].map((axis) => element("label", { for: `own-${axis}` }, axis));
  own.columns = element("div", { class: "pair", hidden: true });
  own.notes = element("p", { class: "faint", role: "status" });
  own.travel = element("p", { class: "faint" });
  own.labelled = element("div", { class: "field" },
    element("label", { for: "own-label" }, "Class of the next point"), own.label);
  return { element: ownPanel(own), show: (...now) => showOwn(own, ...now),
    add: (place) => addPoint(own, place.map((v) => String(Number(v.toPrecision(3))))),
    text: () => own.text, shared: (settings) => shared(settings, choices) };
}

function ownPanel(own) {
  const file = element("input", { id: "own-file", type: "file", accept: ".csv,.tsv,.txt",
    change: ({ target }) => readFile(own, target.files[0]) });
  const panel = element("div", { class: "own",
    dragover: (event) => event.preventDefault(),
    drop: (event) => { event.preventDefault(); readFile(own, event.dataTransfer.files[0]); } },
  element("p", { class: "faint" }, "A click on the picture adds a point; so do these fields."),
  own.labelled,
  element("div", { class: "pair" }, ...[own.x, own.y].map((field, i) =>
    element("div", { class: "field" }, own.names[i], field))),
  element("div", { class: "pair" },
    button("Add point", null, () => addPoint(own, [own.x.value, own.y.value])),
    button("Remove last", null, () => edit(own, null))),
  element("div", { class: "field" }, element("label", { for: "own-text" },
    "All points, as CSV: type or paste"), own.field),
  button("Take these", null, () => read(own, new TextEncoder().encode(own.field.value))),
  element("div", { class: "field" }, element("label", { for: "own-file" },
    "or a CSV file: choose, or drop it here"), file),
  own.columns, own.notes, own.travel,
  element("div", { class: "pair" }, Object.entries(own.choices.beginnings).map(([name, found]) =>
    button(`New: ${name}`, null, () => taken(own, { notes: [], ...found })))));
  return panel;
}

function showOwn(own, settings, { axes, classes }) {
  own.text = settings.own ?? own.text; // which stays while other data are shown
  own.field.value = own.text;
  own.labelled.hidden = !classes.length;
  own.names.forEach((label, i) => { label.textContent = axes[i]; });
  const isLong = shared({ own: own.text }, own.choices).own !== own.text;
  own.travel.textContent = isLong
    ? "These are too many points for the address: who opens it does not get them."
    : "The address holds these points: share it.";
}

/** Settings for an address: without points that would make it too long. */
function shared(settings, { elsewhere }) {
  const isLong = new URLSearchParams({ own: settings.own ?? "" }).toString().length > LABEL.most;
  return isLong ? { ...settings, own: elsewhere } : settings;
}

// --- points ---------------------------------------------------------------------------------

function addPoint(own, place) {
  edit(own, own.labelled.hidden ? place : [...place, own.label.value]);
}

/** Add a row, or take the last one away, one after the other, however fast one clicks. */
function edit(own, row) {
  own.last = own.last.then(() => ask("point", { own: own.text, row }))
    .then((found) => taken(own, { notes: [], ...found }), (error) => told(own, error.message));
}

function taken(own, { own: text, about, notes }) {
  own.text = text;
  told(own, notes.join(" "));
  own.onChange(text, about);
}

function told(own, text) {
  own.notes.textContent = text;
}

// --- tables ---------------------------------------------------------------------------------

async function readFile(own, file) {
  const { largest } = own.choices;
  if (file?.size > largest) told(own, `A file has at most ${largest / 1e6} million bytes here.`);
  else if (file) read(own, new Uint8Array(await file.arrayBuffer()));
}

/** Take the points out of the bytes of a CSV file, by these columns, or those that suit. */
function read(own, content, target = "", features = []) {
  const signs = Array.from(content, (byte) => String.fromCharCode(byte)).join("");
  own.last = own.last.then(() => ask("read", { content: btoa(signs), target, features }))
    .then((found) => {
      showColumns(own, content, found);
      taken(own, found);
    }, (error) => told(own, error.message));
}

/** Fields for which columns to take, where there are more than are taken. */
function showColumns(own, content, { columns, target, features }) {
  const select = (id, label, names, value) => {
    const field = element("select", { id, change: () => again() },
      names.map((name) => element("option", { value: name }, name || "none")));
    field.value = value;
    return [field, element("div", { class: "field" }, element("label", { for: id }, label), field)];
  };
  const [aim, aimed] = select("own-target", "Predict", columns, target);
  const [first, one] = select("own-first", "from", columns, features[0]);
  const [second, two] = select("own-second", "and", ["", ...columns], features[1] ?? "");
  const again = () => read(own, content, aim.value,
    [first.value, second.value].filter((name) => name && name !== aim.value));
  own.columns.replaceChildren(aimed, one, two);
  own.columns.hidden = columns.length <= features.length + 1;
}
