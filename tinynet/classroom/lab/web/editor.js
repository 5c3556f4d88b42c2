/* A field for Python code: CodeMirror 6, with the colours of style.css.

Offers codeEditor.
Uses elements.js: element; codemirror.js: CodeMirror. */
"use strict";

const PATIENCE = 200; // milliseconds for the code above the cursor, on a slow computer
const CODE_FONT = 'ui-monospace, "DejaVu Sans Mono", monospace';
const CODE_LOOK = CodeMirror.EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "0.9rem",
    border: "1px solid var(--edge)", borderRadius: "0.4rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: CODE_FONT, lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--surface)", border: "0" },
  ".cm-matchingBracket.cm-matchingBracket": { backgroundColor: "transparent",
    outline: "1px solid var(--edge)" },
  ".cm-nonmatchingBracket.cm-nonmatchingBracket": { backgroundColor: "transparent",
    outline: "1px solid var(--highlight)" },
});
const { tags: TAGS } = CodeMirror;
const CODE_COLOURS = CodeMirror.HighlightStyle.define([
  { tag: [TAGS.keyword, TAGS.self], color: "var(--accent)", fontWeight: "600" },
  { tag: [TAGS.string, TAGS.special(TAGS.string)], color: "var(--gradient)" },
  { tag: [TAGS.number, TAGS.bool, TAGS.null], color: "var(--accent)" },
  { tag: TAGS.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: [TAGS.definition(TAGS.function(TAGS.variableName)),
    TAGS.definition(TAGS.className)], fontWeight: "600" },
  { tag: TAGS.meta, color: "var(--faint)" },
]);

const CODE_HELP = element("p", { id: "code-help", hidden: true },
  "Tab indents. Escape, then Tab leaves the field. Ctrl+Enter runs.");
document.body.append(CODE_HELP);

/** An editor with this text: {element, text(), setText(text)}.

`label` is its name for the ear; `onChange()` hears of what is typed, `onRun()` of Ctrl+Enter. Lines
are numbered from `firstLine`. Tab indents; Escape, then Tab leaves. */
function codeEditor(text, { label, onChange = () => {}, onRun = () => {}, firstLine = 1 }) {
  let isSetting = false;
  const { EditorView, EditorState } = CodeMirror;
  const run = () => (onRun(), true);
  const read = (shown) => { // by what was read so far the next line is indented
    CodeMirror.forceParsing(shown, shown.state.selection.main.head, PATIENCE);
    return false; // the keymap below goes on
  };
  const view = new EditorView({ doc: text, extensions: [
    CodeMirror.keymap.of([
      { key: "Mod-Enter", run }, { key: "Ctrl-Enter", run },
      { key: "Enter", run: read },
      { key: "Tab", run: CodeMirror.indentMore, shift: CodeMirror.indentLess },
      ...CodeMirror.defaultKeymap, ...CodeMirror.historyKeymap,
    ]),
    CodeMirror.lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
    CodeMirror.history(), CodeMirror.pythonLanguage, CodeMirror.indentOnInput(),
    CodeMirror.indentUnit.of("    "), EditorState.tabSize.of(4), CodeMirror.bracketMatching(),
    CodeMirror.syntaxHighlighting(CODE_COLOURS), CODE_LOOK,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": CODE_HELP.id }),
    EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged && !isSetting) onChange();
    }),
  ] });

  function setText(next) {
    isSetting = true;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    isSetting = false;
  }

  return { element: view.dom, text: () => view.state.doc.toString(), setText };
}
