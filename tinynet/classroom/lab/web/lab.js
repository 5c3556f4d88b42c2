/* The lab: a bar of faces above, of which one is shown; below it, Python works for all of them.

The address says which face is shown, and with which settings: #play?data=moons&loss=mse.
A page of its own: offers nothing.
Uses elements.js: pageData, element, button; files.js: allFiles; kernel.js: startKernel;
play_face.js: playFace; step_face.js: stepFace; course/course_face.js: courseFace;
hand_face.js: handFace; grading/grade_face.js: gradeFace. */
"use strict";

const { files, faces: given, wheels, zips, source } = pageData();
const FACES = { play: playFace, step: stepFace, course: courseFace, hand: handFace,
  grade: gradeFace };
const BUSY = 400; // milliseconds, after which one is told that Python works

const state = element("span", { role: "status" }, "Loading …");
const stopButton = button("Stop", "Stop what Python does", () => kernel.stop(), { hidden: true });
const tabs = element("nav", { "aria-label": "Lab" });
const stage = element("div", { class: "stage" });
let kernel = null, telling = null;

/** What a face may ask of the lab. */
const lab = {
  ask: async (...question) => (await started).ask(...question),
  files: () => contents,
  has: (face) => face in given,
  readAddress: (face) => {
    const [name, settings] = address();
    return Object.fromEntries(new URLSearchParams(name === face ? settings : ""));
  },
  writeAddress: (face, settings) => {
    const next = `#${face}?${new URLSearchParams(settings)}`;
    if (address()[0] === face) history.replaceState(null, "", next);
  },
};

function address() {
  const [name, settings = ""] = location.hash.slice(1).split("?");
  return [name in shown ? name : Object.keys(shown)[0], settings];
}

async function startAll() {
  const found = await contents;
  const parts = source.map((name) => found.get(name));
  kernel = startKernel(parts, { files: found, wheels, zips }, tell);
  return kernel;
}

function tell(now, detail) {
  clearTimeout(telling);
  const say = () => {
    state.textContent = { starting: "Python is starting …", ready: "Python is ready",
      busy: "Python works …", failed: `Python cannot start: ${detail}` }[now];
    stopButton.hidden = now !== "busy";
  };
  if (now === "busy") telling = setTimeout(say, BUSY);
  else say();
}

function show() {
  const [name] = address();
  for (const [each, { tab, element: made }] of Object.entries(shown)) {
    made.hidden = each !== name;
    if (each === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  shown[name].show?.(lab.readAddress(name));
}

const shown = Object.fromEntries(Object.entries(given).map(([name, data]) => {
  const face = FACES[name](data, lab);
  return [name, { ...face, tab: element("a", { href: `#${name}` }, face.title) }];
}));
const contents = allFiles(files);
const started = startAll();
started.catch((error) => tell("failed", error.message));
tabs.append(...Object.values(shown).map(({ tab }) => tab));
stage.append(...Object.values(shown).map(({ element: made }) => made));
document.getElementById("page").append(
  element("header", {}, element("h1", {}, "tinynet lab"), tabs, state, stopButton,
    button("Licences", null, () => document.getElementById("licences").showModal())), stage);
addEventListener("hashchange", show);
show();
