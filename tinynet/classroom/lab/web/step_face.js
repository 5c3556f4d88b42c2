/* Step through your own: code beside the stepper of what it computes.

Offers stepFace.
Uses elements.js: element, button; frames.js: framed; editor.js: codeEditor;
printed.js: printedOn. */
"use strict";

const LONGEST_CODE = 1500; // letters that still travel in an address

function stepFace({ examples }, lab) {
  const every = Object.values(examples).flat();
  let run = 0, fromAddress = null;

  const editor = codeEditor(every[0].code, { label: "your code", onRun: start, onChange: () => {
    select.value = "";
  } });
  const select = element("select", { "aria-label": "example", change: () => choose(select.value) },
    element("option", { value: "", hidden: true }, "your own"),
    Object.entries(examples).map(([group, listed]) => element("optgroup", { label: group },
      listed.map(({ name, title }) => element("option", { value: name }, title)))));
  const runButton = button("Run", null, start,
    { class: "main", title: "run the code: Ctrl + Enter" });
  const printed = element("pre", { class: "printed", tabindex: 0, role: "region",
    "aria-label": "what the code printed", hidden: true });
  const mistake = element("div", { class: "mistake", role: "alert" });
  const place = element("div", { class: "place" }, element("p", { class: "faint" },
    "Here the computation opens, step by step: press Run."));
  const made = element("div", { class: "step-face" },
    element("div", { class: "code-side" },
      element("div", { class: "bar" }, element("label", {}, "Example ", select), runButton),
      editor.element, mistake, printed),
    place);

  function choose(name) {
    editor.setText(every.find((example) => example.name === name).code);
    start();
  }

  async function start() {
    const code = fromAddress = editor.text(), mine = ++run;
    tell(code);
    printed.textContent = "";
    printed.hidden = true;
    const print = printedOn(printed);
    runButton.disabled = true;
    try {
      const found = await lab.ask("step/run", { code }, (text) => {
        printed.hidden = false;
        print(text);
      });
      if (mine === run) shown(found);
    } catch (error) {
      if (mine === run) mistake.replaceChildren(element("p", {}, error.message));
    } finally {
      if (mine === run) runButton.disabled = false;
    }
  }

  function shown({ number, html, mistake: found }) {
    mistake.replaceChildren(...(found ? mistakeLines(found) : []));
    if (found) return;
    place.replaceChildren(framed("Step by step", html,
      (name, payload) => lab.ask(`step/${name}`, { ...payload, run: number })));
  }

  function mistakeLines({ sentence, line, code }) {
    return [element("p", {}, sentence), ...(line === undefined ? []
      : [element("p", { class: "number" }, `line ${line}: ${code}`)])];
  }

  /** The code in the address, where it is short; of an example its name. */
  function tell(code) {
    const example = every.find((each) => each.code === code);
    select.value = example ? example.name : "";
    const short = code.length <= LONGEST_CODE ? { code } : {};
    lab.writeAddress("step", example ? { demo: example.name } : short);
  }

  /** What an address asks for, once; it runs only when somebody presses Run. */
  function show({ demo, code }) {
    const example = every.find(({ name }) => name === demo), text = example ? example.code : code;
    if (text === undefined || text === fromAddress) return;
    fromAddress = text;
    editor.setText(text);
    select.value = example ? example.name : "";
  }

  select.value = every[0].name;
  return { title: "Step", element: made, show };
}
