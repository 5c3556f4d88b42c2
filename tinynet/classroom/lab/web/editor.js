/* A field for Python code.

Offers codeEditor.
Uses elements.js: element. */
"use strict";

/** An editor with this text: {element, text(), setText(text)}.

`label` is its name for the ear; `onChange()` hears of every change, `onRun()` of Ctrl+Enter. */
function codeEditor(text, { label, onChange = () => {}, onRun = () => {} }) {
  const field = element("textarea", { "aria-label": label, spellcheck: "false", class: "code",
    input: () => onChange(),
    keydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onRun();
    } });
  field.value = text;
  return { element: field, text: () => field.value, setText: (next) => { field.value = next; } };
}
