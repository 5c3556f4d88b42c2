/* The controls of the playground. The name of a control is its key in the address of the page, and
it knows nothing else; `changed` says what else a change brings with it.

Offers changed, settingsForm.
Uses elements.js: element, button. */
"use strict";

/** The settings after one of them was changed; what is left out, the server fills in. */
function changed(settings, key, value, choices) {
  const next = { ...settings, [key]: value };
  const without = (...keys) => keys.forEach((gone) => delete next[gone]);
  const leave = (place) => without(place, ...optionsOf(place, next));
  if (key === "data") without("noise", "own", "features");
  if (key === "data" || key === "own") {
    without("rows");
    const fit = choices.datasets[next.data].losses;
    for (const place of ["loss", "beside"]) if (!fit.includes(next[place])) leave(place);
  }
  if (key === "optimizer") without("lr", "weight_decay", "l1");
  if (key === "loss") {
    without(...optionsOf("loss", next));
    if (!settings.beside) moveAside(settings, next);
  }
  if (key === "beside") without(...optionsOf("beside", next), ...(value ? [] : ["beside"]));
  return next;
}

/** The loss that was left stays beside the new one, with its options. */
function moveAside(settings, next) {
  next.beside = settings.loss;
  for (const key of optionsOf("loss", settings)) {
    next[key.replace("loss", "beside")] = settings[key];
  }
}

function optionsOf(place, settings) {
  return Object.keys(settings).filter((key) => key.startsWith(`${place}.`));
}

/** Two forms, `training` for what changes while one watches and `element` for all else.

`show(settings)` fills them in, `anew` also where nothing changed; a change calls
`onChange(key, value)`. `own` is the panel for own data. */
function settingsForm(choices, onChange, own) {
  const { bounds } = choices, fields = {};
  const add = (key, field) => (fields[key] = field);
  const select = (key, label, names) =>
    labelled(label, add(key, selectField(key, names, onChange)));
  const number = (key, label, step) =>
    labelled(label, add(key, numberField(key, bounds[key], step, onChange)));
  const about = element("p", { class: "faint" }), features = featureBoxes(choices, onChange);
  const layers = element("div", { class: "hidden-layers" });
  const losses = Object.fromEntries(["loss", "beside"].map((place) => [place, element("div")]));
  const submit = (event) => event.preventDefault();
  const training = element("form", { "aria-label": "Training settings",
    class: "strip part-training", submit },
    select("optimizer", "Optimizer", Object.keys(choices.optimizers)),
    number("lr", "Learning rate", "any"), number("batch", "Mini-batch", 1),
    number("weight_decay", "Weight decay (L2)", "any"), number("l1", "L1, of weights", "any"));
  const noise = number("noise", "Noise", 0.05);
  const form = element("form", { "aria-label": "Settings", submit },
    group("data", "Data", select("data", "Dataset", Object.keys(choices.datasets)), about,
      own, pair(number("rows", "Points to learn from", 1), noise)),
    group("network", "Network", features.element, layers,
      select("activation", "Activation", choices.activations)),
    group("loss", "Loss", select("loss", "Loss", []), losses.loss,
      select("beside", "Beside it, from the same seed", []), losses.beside),
    group("seed", "Random numbers", number("seed", "Seed", 1)));
  let shown = {};
  const show = (settings, anew = false) => {
    const set = choices.datasets[settings.data], before = anew ? {} : shown;
    about.textContent = set.about;
    own.hidden = settings.data !== "own";
    noise.hidden = !own.hidden;
    features.show(settings, set);
    if (settings.data !== before.data || !own.hidden) {
      fields.loss.replaceChildren(...optionsNamed(set.losses));
      fields.beside.replaceChildren(...optionsNamed(["", ...set.losses]));
    }
    for (const [key, field] of Object.entries(fields)) field.value = settings[key] ?? "";
    if (settings.hidden !== before.hidden) showLayers(layers, settings.hidden, choices, onChange);
    for (const [place, panel] of Object.entries(losses)) {
      showLoss(panel, place, settings, settings[place] === before[place], choices, onChange);
    }
    shown = settings;
  };
  return { element: form, training, show };
}

// --- the parts ------------------------------------------------------------------------------

/** Fields that belong together; an address may hide them by the name of the part. */
function group(part, title, ...fields) {
  return element("fieldset", { class: `part-${part}` }, element("legend", {}, title), ...fields);
}

function pair(...fields) {
  return element("div", { class: "pair" }, ...fields);
}

function labelled(text, field) {
  return element("div", { class: "field" }, element("label", { for: field.id }, text), field);
}

function selectField(key, names, onChange) {
  return element("select", { id: `set-${key}`, name: key,
    change: ({ target }) => onChange(key, target.value) },
    optionsNamed(names));
}

function optionsNamed(names) {
  return names.map((name) => element("option", { value: name }, name || "none"));
}

function numberField(key, [min, max] = [], step = "any", onChange) {
  return element("input", { id: `set-${key}`, name: key, type: "number", min, max, step,
    change: ({ target }) => onChange(key, target.value) });
}

// --- features -------------------------------------------------------------------------------

/** A box for each feature that the network may see: {element, show(settings, set)}. */
function featureBoxes({ datasets }, onChange) {
  const { features } = datasets.own; // at first of two coordinates, which have all there are
  const boxes = Object.keys(features).map((value) => {
    const text = element("span");
    const box = element("input",
      { type: "checkbox", value, name: "features", change: () => put() });
    return { box, text, label: element("label", { class: "check" }, box, text) };
  });
  const put = () => onChange("features",
    boxes.filter(({ box }) => box.checked).map(({ box }) => box.value).join(","));
  const show = (settings, set) => boxes.forEach(({ box, text, label }) => {
    box.checked = (settings.features ?? "").split(",").includes(box.value);
    text.textContent = ` ${set.features[box.value]}`;
    label.hidden = !(box.value in set.features);
  });
  return { element: element("div", { class: "features", role: "group", "aria-label": "Inputs" },
    element("p", {}, "What the network sees:"), boxes.map(({ label }) => label)), show };
}

// --- layers ---------------------------------------------------------------------------------

/** A field for each hidden layer, and buttons for one more or one less. */
function showLayers(panel, hidden, choices, onChange) {
  const widths = hidden ? hidden.split(",") : [];
  const put = (next) => onChange("hidden", next.join(","));
  const fields = widths.map((width, i) => {
    const field = numberField(`layer-${i + 1}`, choices.bounds.units, 1,
      () => put(widths.map((w, j) => (i === j ? field.value : w))));
    field.value = width;
    return labelled(`Layer ${i + 1}`, field);
  });
  const action = (id, text, disabled, next) =>
    button(text, null, () => put(next), { id, disabled });
  const full = widths.length >= choices.layers, longer = [...widths, widths.at(-1) ?? 8];
  const none = element("p", {}, "No hidden layer: a straight line.");
  keepingFocus(() => panel.replaceChildren(widths.length ? pair(...fields) : none,
    pair(action("more", "Add layer", full, longer),
      action("less", "Remove layer", !widths.length, widths.slice(0, -1)))));
}

/** Draw controls again, and leave the focus on the one of the same id. */
function keepingFocus(draw) {
  const id = document.activeElement.id;
  draw();
  if (id && document.activeElement.id !== id) document.getElementById(id)?.focus();
}

// --- losses ---------------------------------------------------------------------------------

/** What a loss is, and a field for each of its options. */
function showLoss(panel, place, settings, same, choices, onChange) {
  const loss = choices.losses[settings[place]];
  if (same || !loss) {
    if (!loss) panel.replaceChildren();
    panel.querySelectorAll("input").forEach((field) => {
      field.value = settings[field.name] ?? "";
    });
    return;
  }
  const fields = loss.options.map(({ name, range }) => {
    const field = numberField(`${place}.${name}`, [], "any", onChange);
    field.value = settings[field.name] ?? "";
    return labelled(range ? `${name} (${range})` : name, field);
  });
  panel.replaceChildren(element("p", { class: "formula" }, loss.formula),
    element("p", { class: "faint" }, `Use it: ${loss.use}.`), ...fields);
}
