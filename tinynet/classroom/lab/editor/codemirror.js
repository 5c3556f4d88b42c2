/* What web/editor.js uses of CodeMirror 6: in the page it is the global CodeMirror. */
export {
  defaultKeymap, history, historyKeymap, indentLess, indentMore,
} from "@codemirror/commands";
export { pythonLanguage } from "@codemirror/lang-python";
export {
  bracketMatching, forceParsing, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
export { EditorState } from "@codemirror/state";
export { EditorView, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";
