/* Assignments as a face of the lab: write, check, see the points rise, hand in.

Offers handFace.
Uses elements.js: element, button; kernel.js: Stopped; frames.js: framed; editor.js: codeEditor;
keeping.js: kept, keep, download, chooseFile, asBase64. */
"use strict";

const SAVED_AFTER = 400; // milliseconds without a key
const ALL_HOLD = "All public checks hold. Your teacher has others, with other numbers: hand in.";

function handFace({ assignments }, lab) {
  const names = assignments.map(({ name }) => name);
  const room = element("div", { class: "hand" });
  const benches = new Map();
  const choice = element("select", { "aria-label": "Assignment", change: () => {
    lab.writeAddress("hand", { assignment: choice.value });
    open(choice.value);
  } }, assignments.map(({ name, title }) => element("option", { value: name }, title)));

  function open(name) {
    choice.value = name;
    if (!benches.has(name)) {
      benches.set(name, assignmentBench(assignments[names.indexOf(name)], assignments, lab));
    }
    const bench = benches.get(name);
    if (names.length > 1) bench.firstChild.prepend(choice);
    room.replaceChildren(bench);
  }

  const show = ({ assignment }) => open(names.includes(assignment) ? assignment : choice.value);
  return { title: "Assignments", element: room, show };
}

// --- what is kept -----------------------------------------------------------------------------

/** A student's work on an assignment: {texts, history}. Whatever was kept may be damaged. */
function workOn({ name, texts }) {
  const found = kept(`assignment ${name}`) || {};
  const own = Object.entries(found.texts || {}).filter(([, text]) => typeof text === "string");
  return { texts: { ...texts, ...Object.fromEntries(own) },
    history: Array.isArray(found.history) ? found.history : [] };
}

/** Keeps the work a moment after each change: changed() says that there is one, saved() that a
file has it. `onRefused` hears of a browser that keeps nothing. */
function keeper(name, work, onRefused) {
  let waiting = null, isAtRisk = false;

  function now() {
    clearTimeout(waiting);
    if (waiting === null) return;
    waiting = null;
    isAtRisk = !keep(`assignment ${name}`, work);
    if (isAtRisk) onRefused();
  }

  addEventListener("pagehide", now);
  addEventListener("beforeunload", (event) => {
    now();
    if (isAtRisk) event.preventDefault(); // the browser asks whether one means to leave
  });
  return {
    changed() {
      clearTimeout(waiting);
      waiting = setTimeout(now, SAVED_AFTER);
    },
    saved() { isAtRisk = false; },
  };
}

// --- one assignment ---------------------------------------------------------------------------

/** Where one works on an assignment; `all` are those that may hold files that it uses. */
function assignmentBench(handout, all, lab) {
  const { name, file, title, points, checks } = handout;
  const work = workOn(handout);
  const said = element("p", { role: "status", class: "said" }, `Write in ${file}, and check it as`
    + " often as you like. All of it stays on this computer.");
  const refused = element("p", { class: "notice", hidden: true }, "This browser keeps nothing of"
    + " what you write here. Download your work by Hand in before you leave; Open brings it back.");
  const keeping = keeper(name, work, () => { refused.hidden = false; });
  const bench = {
    handout, work, keeping, views: viewsOf(handout),
    score: pointsBar(points, earnedLast(work.history)),
    say: (text) => { said.textContent = text; },
    ask: (question, more, onPrinted) => lab.ask(`hand/${question}`,
      { checks, texts: work.texts, history: work.history, course: lab.has("course"), ...more },
      onPrinted),
  };
  const check = checking(bench);
  bench.sheets = sheetsOf(handout, work, { onChange: keeping.changed, onRun: check.run, all });
  return element("section", { class: "bench", "aria-label": title },
    element("div", { class: "tools" }, check.button, bench.score.element,
      button("Hand in", null, () => told(bench, () => handIn(bench))), exchanges(bench)),
    said, refused,
    element("div", { class: "panes" }, bench.sheets.element, bench.views.element));
}

/** What an action says in the end, or why it failed. */
async function told({ say }, action) {
  try {
    say("One moment …");
    say(await action());
  } catch (error) {
    say(error.message);
  }
}

/** The public checks: {run(), button}. What is asked is said, so that one sees where it stays. */
function checking(bench) {
  const { work, score, views, say } = bench;
  const pressed = button("Check", null, run, { class: "main", title: "Ctrl+Enter" });
  let at = "";

  async function run() {
    if (pressed.disabled) return;
    pressed.disabled = true;
    at = "";
    say("Checking …");
    await ask().catch((error) => {
      const where = error instanceof Stopped && at ? ` It was at ${at}.` : "";
      say(`${error.message}${where} What you wrote is still here.`);
    });
    pressed.disabled = false;
  }

  async function ask() {
    const { html, earned, points, history } = await bench.ask("check", {}, (printed) => {
      at = printed.trim().split("\n").pop() || at;
      say(`Checking ${at} …`);
    });
    work.history = history;
    bench.keeping.changed();
    views.report(html);
    score.show(earned);
    say(`Checked at ${clock()}. ${earned === points ? ALL_HOLD : ""}`);
  }

  return { run, button: pressed };
}

async function handIn({ ask, work, keeping }) {
  const { name, content } = await ask("pack");
  download(name, content);
  keeping.saved();
  const files = Object.keys(work.texts).join(", "), times = work.history.length;
  return `${name} is downloaded: hand it in. It holds ${files}, and when it was checked with how`
    + ` many points (${times}); no name.`;
}

/** Buttons that put another work in the place of this one, and that which brings it back. */
function exchanges(bench) {
  const { handout, work, keeping } = bench;
  const back = button("Back to what was here", null, goBack, { hidden: true });
  let before = null;

  function put(next) {
    Object.assign(work, next);
    bench.sheets.show();
    keeping.changed();
  }

  function replace({ texts, history = work.history }) {
    before = { texts: { ...work.texts }, history: work.history };
    back.hidden = false;
    put({ texts: { ...work.texts, ...texts }, history });
  }

  function goBack() {
    put(before);
    back.hidden = true;
    bench.say("What was here before is back.");
  }

  function startAgain() {
    replace(handout);
    bench.say("This is what was handed out.");
  }

  async function open(file) {
    const found = await bench.ask("open", { file: file.name, content: await asBase64(file) });
    replace(found);
    return `${file.name} is open. ${found.note}`;
  }

  const openFile = (file) => told(bench, () => open(file));
  return [chooseFile("Open …", ".zip,.py,.ipynb", openFile),
    button("Start again", null, startAgain, { title: "With what was handed out" }), back].flat();
}

/** The points of the last check; 0 where there was none. */
function earnedLast(history) {
  return Object.values(history[history.length - 1]?.points ?? {}).reduce((a, b) => a + b, 0);
}

/** The points as a bar: {element, show(earned)}, which says how many, and how many more. */
function pointsBar(points, earnedBefore) {
  const bar = element("progress", { max: points, value: 0, "aria-label": "Points" });
  const text = element("span", { class: "points", role: "status" });
  let known = earnedBefore;

  function show(earned) {
    const by = earned - known;
    const more = by ? ` (${by > 0 ? "+" : "−"}${Math.abs(by)})` : "";
    known = bar.value = earned;
    text.textContent = `${earned} of ${points} points of the public checks${more}`;
  }
  show(known);
  return { element: element("span", { class: "score" }, bar, text), show };
}

function clock() {
  return new Date().toLocaleTimeString([], { timeStyle: "short" });
}

// --- files ------------------------------------------------------------------------------------

/** An editor for each file: {element, show()}, which shows the texts of `work` anew. */
function sheetsOf(handout, work, { onChange, onRun, all }) {
  const files = [handout.file, ...Object.keys(handout.uses)];
  const sheets = new Map(files.map((file) => [file, sheet(file)]));
  const tabs = choices("Files", files, choose);
  const element_ = element("div", { class: "sheets" }, files.length > 1 ? tabs.element : null,
    [...sheets.values()].map(({ element: made }) => made));

  function sheet(file) {
    const editor = codeEditor(work.texts[file] ?? "", { label: file, onRun, onChange: () => {
      work.texts[file] = editor.text();
      onChange();
    } });
    const place = element("div", { class: "sheet" });
    const show = () => {
      const isThere = file in work.texts;
      if (isThere && editor.text() !== work.texts[file]) editor.setText(work.texts[file]);
      place.replaceChildren(isThere ? editor.element : wanted(file));
    };
    show();
    return { element: place, show };
  }

  /** Where a file of an earlier assignment is asked for. */
  function wanted(file) {
    const from = handout.uses[file];
    const put = (text) => {
      work.texts[file] = text;
      onChange();
      sheets.get(file).show();
    };
    const earlier = all.find(({ name }) => name === from);
    const mine = earlier && workOn(earlier).texts[file];
    return element("div", { class: "wanted" },
      element("p", {}, `${handout.file} calls ${file}, your answer to ${from}. Load it, or ask your`
        + " teacher for one."),
      chooseFile(`Load ${file} …`, ".py", async (chosen) => put(await chosen.text())),
      mine ? button(`Take what I wrote in ${earlier.title}`, null, () => put(mine)) : null);
  }

  function choose(file) {
    sheets.forEach(({ element: made }, each) => { made.hidden = each !== file; });
  }

  return { element: element_, show: () => sheets.forEach((each) => each.show()) };
}

/** What is asked, and the report: {element, report(html)}. */
function viewsOf({ title, statement }) {
  const views = { "What is asked": framed(`What is asked: ${title}`, statement, follow),
    Report: element("div") };
  const tabs = choices("Beside it", Object.keys(views), (name) => {
    Object.entries(views).forEach(([each, view]) => { view.hidden = each !== name; });
  });
  tabs.enable("Report", false);

  function report(html) {
    const next = framed(`Report: ${title}`, html, follow);
    views.Report.replaceWith(next);
    views.Report = next;
    tabs.enable("Report", true);
    tabs.choose("Report");
    next.scrollIntoView({ block: "nearest" });
  }

  const both = element("div", { class: "views" }, tabs.element, Object.values(views));
  return { element: both, report };
}

/** A link in a frame leads to another face of the lab, or to the web, in a window of its own. */
async function follow(name, address) {
  if (name !== "follow") throw new Error(`a report asks for nothing: ${name}`);
  if (address.startsWith("#")) location.hash = address;
  else if (address.startsWith("https://")) window.open(address, "_blank", "noopener");
}

/** Buttons of which one is pressed: {element, choose(name), enable(name, may)}. */
function choices(label, names, onChoice) {
  const buttons = new Map(names.map((name) => [name, button(name, null, () => choose(name))]));
  function choose(name) {
    buttons.forEach((each, own) => each.setAttribute("aria-pressed", String(own === name)));
    onChoice(name);
  }
  choose(names[0]);
  return {
    element: element("div", { class: "choices", role: "group", "aria-label": label },
      [...buttons.values()]),
    choose,
    enable: (name, may) => { buttons.get(name).disabled = !may; },
  };
}
