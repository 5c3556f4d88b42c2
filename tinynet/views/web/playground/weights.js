/* Weights by hand: fields for those that lead into the unit that is chosen in the picture of a
network, or for the line that is.

Offers weightFields.
Uses elements.js: element; network.js: networkPicture. */
"use strict";

const HINT = "Choose a unit or a line: its weights can be changed here.";

/** The picture of a network with fields for its weights: {element, show(network)}.

`onWeight(place, value)` hears of a number that was typed, within bounds: place is [layer, from,
to], from 0, where the bias of a unit comes from null. */
function weightFields([min, max], onWeight) {
  const row = element("div", { class: "weights" });
  const hint = element("p", { class: "faint" }, HINT);
  const state = { row, hint, min, max, onWeight, unit: "", picked: null, fields: [] };
  const picture = networkPicture((drawn) => showWeights(state, drawn));
  state.choose = picture.choose;
  return { element: element("div", {}, picture.element,
    element("div", { class: "part-weights" }, hint, row)), show: picture.show };
}

function showWeights(state, { layers, chosen, from }) {
  const [l, i] = chosen ?? [0, 0];
  state.hint.hidden = l > 0;
  const unit = `${l},${i},${layers[l].name}`;
  if (unit !== state.unit) drawFields(state, layers, l, i);
  for (const { field, read } of state.fields) {
    if (document.activeElement !== field) field.value = Number(read(layers).toPrecision(3));
  }
  const isNew = from !== null && `${unit},${from}` !== state.picked;
  Object.assign(state, { unit, picked: from === null ? null : `${unit},${from}` });
  if (isNew) state.fields[from]?.field.focus();
}

/** A field for each weight that is drawn, and for the bias. */
function drawFields(state, layers, l, i) {
  const places = l ? [...layers[l - 1].names.keys(), null] : [];
  state.fields = places.map((from) => weightField(state, [l, from, i]));
  const names = l ? [...layers[l - 1].names, "bias"] : [];
  state.row.replaceChildren(...state.fields.map(({ field }, n) =>
    element("div", { class: "field" }, element("label", { for: field.id }, names[n]), field)));
}

function weightField(state, [l, from, i]) {
  const field = element("input", { type: "number", step: "any", min: state.min, max: state.max,
    required: true,
    id: `weight-${weightField.count = (weightField.count ?? 0) + 1}`,
    focus: () => state.choose([l, i], from),
    change: () => field.reportValidity()
      && state.onWeight([l - 1, from, i], Number(field.value)) });
  const read = (layers) => (from === null ? layers[l].biases[i]
    : layers[l].weights.values[from * layers[l].weights.columns + i]);
  return { field, read };
}
