/* A cell of a tutorial: code to change and run, an exercise to answer, and what comes of both.

Offers courseCell, courseExercise.
Uses elements.js: element, button; frames.js: framed; editor.js: codeEditor;
printed.js: printedOn. */
"use strict";

const HIGHEST = 4000; // pixels of what a cell shows
const FAILED_ABOVE = "A cell above went wrong: mend it first.";
const FEW = 15; // lines that need no scrolling

/** A cell: {index, element, isExercise, run()}, which promises whether all went well.

`ask(question, cell, text, onPrinted)` promises what came of it; `keep(text)` hears what is typed,
null where it is as it was; `above` runs what stands above and was not run. */
function courseCell(page, { changed, ask, keep, above }) {
  const { cell: index, code, line, asked } = page;
  const output = cellOutput(above);
  const reset = button("Reset", null, () => {
    editor.setText(code);
    typed();
  }, { hidden: changed === undefined });
  const run = () => output.of((printed) => ask("run", index, editor.text(), printed));
  const editor = codeEditor(changed ?? code, { label: `Code, from line ${line}`, firstLine: line,
    onChange: typed, onRun: run });

  function typed() {
    const text = editor.text();
    reset.hidden = text === code;
    keep(text === code ? null : text);
  }

  const upTo = button("Run up to here", null,
    async () => (await above() ? run() : output.say(FAILED_ABOVE)));
  const made = element("div", { class: "cell" }, editor.element,
    element("div", { class: "tools" }, button("Run", null, run), upTo, reset), output.element);
  return { index, element: made, isExercise: Boolean(asked), run };
}

/** Where an exercise is answered: a line, or the lines of a function. */
function courseExercise({ cell, asked }, { given, ask, above }) {
  const { number, head } = asked;
  const label = `Your answer to ${number}`;
  const output = cellOutput(above);
  const check = async () => {
    const text = field.text();
    if (!text.trim()) return;
    if (await above()) await output.of((printed) => ask("answer", cell, text, printed));
    else output.say(FAILED_ABOVE);
  };
  const field = head
    ? codeEditor(given?.text ?? `${head}\n    `, { label, onRun: check })
    : lineField(label, given?.text ?? "", check);
  const tools = element("div", { class: "tools" }, button("Check", null, check));
  return element("div", { class: "exercise" }, element("p", { class: "faint" }, label),
    field.element, tools, output.element);
}

/** A field of one line, with the face of an editor. */
function lineField(label, text, onRun) {
  const field = element("input", { "aria-label": label, spellcheck: "false", autocomplete: "off",
    class: "code", keydown: ({ key }) => {
      if (key === "Enter") onRun();
    } });
  field.value = text;
  return { element: field, text: () => field.value };
}

// --- what comes of code ------------------------------------------------------------------------

/** Where it is shown what came; `of(asking)` promises whether all went well, `say(text)` says more.

What stands above and was not run can be run from here: `above` does. */
function cellOutput(above) {
  const made = element("div", { class: "output", "aria-live": "polite" });

  async function of(asking) {
    const live = element("pre");
    made.replaceChildren(live);
    made.setAttribute("aria-busy", "true");
    try {
      const came = await asking(printedOn(live));
      const again = button("Run the cells above, and this", null,
        async () => await above() && of(asking));
      made.replaceChildren(...shownOf(came), ...(came.isAlone ? [again] : []));
      return !came.error;
    } catch (error) { // such as Stopped
      const first = button("Run the cells above", null,
        async () => await above() && first.remove());
      made.append(element("p", { class: "error" }, error.message), first);
      return false;
    } finally {
      made.removeAttribute("aria-busy");
    }
  }

  const say = (text) => made.replaceChildren(element("p", { class: "error" }, text));
  return { element: made, of, say };
}

function shownOf({ text, value, error, figures, titles, display, given, read }) {
  const kind = { true: "right", false: "wrong" }[given?.right] ?? "";
  const words = (said, name) => said ? element("pre", { class: name,
    tabindex: said.split("\n").length > FEW ? 0 : null }, said) : null; // so that keys scroll it
  return [
    words(text, kind),
    ...figures.map((figure) => element("img", { src: `data:image/png;base64,${figure}`,
      alt: titles ? `Figure: ${titles}` : "A figure" })),
    words(value, ""),
    display ? displayed(display) : null,
    words(error, "error"),
    read ? element("p", {}, element("a", { href: read }, "This tutorial explains it"), ".") : null,
  ].filter((shown) => shown !== null);
}

/** A page of its own, as high as it asks to be. */
function displayed(html) {
  const frame = framed("What the cell shows", html, async (name, height) => {
    if (name === "height") frame.style.height = `${Math.min(Number(height) || 0, HIGHEST)}px`;
  });
  return frame;
}
