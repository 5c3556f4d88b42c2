/* A lesson: the page as it is set, with some of its controls hidden, as an address to hand out.

Offers lessonMaker, hideParts.
Uses elements.js: element; asked_by_http.js: addressOf. */
"use strict";

const PARTS = { training: "how it trains", data: "which data", network: "features and layers",
  loss: "which loss", seed: "random numbers", weights: "weights by hand", surface: "the surface" };

/** A panel that makes such an address: {element, show(settings)}. */
function lessonMaker(choices) {
  let settings = {};
  const boxes = choices.hide.map((name) => element("input", { type: "checkbox", value: name,
    change: () => write() }));
  const field = element("input", { id: "lesson", readonly: true, focus: () => field.select() });
  const write = async () => {
    const hide = boxes.filter((box) => box.checked).map(({ value }) => value).join(",");
    field.value = await addressOf({ ...settings, ...(hide ? { hide } : {}) });
  };
  const made = element("details", {}, element("summary", {}, "For a class"),
    element("p", { class: "faint" }, "Set the page as a lesson needs it, and hide what would only"
      + " distract. This address opens it so. Nothing is locked: who removes `hide` from it sees"
      + " all."),
    element("fieldset", {}, element("legend", {}, "Hide"), boxes.map((box) =>
      element("label", { class: "check" }, box, ` ${PARTS[box.value]}`))),
    element("div", { class: "field" }, element("label", { for: "lesson" }, "Address of the lesson"),
      field));
  return { element: made, show: (now) => { settings = now; write(); } };
}

/** Hide parts of the page, by the names in `hide`; and what has nothing else to show. */
function hideParts(page, { hide = "" }, maker, controls) {
  const names = hide ? hide.split(",") : [];
  for (const name of Object.keys(PARTS)) {
    page.classList.toggle(`without-${name}`, names.includes(name));
  }
  maker.hidden = names.length > 0;
  controls.hidden = ["data", "network", "loss", "seed"].every((name) => names.includes(name));
}
