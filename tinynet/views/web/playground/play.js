/* The playground: a person chooses, Python trains, the page shows. The address of the page is
its state: a change becomes new settings, Python says how it understood them, and both the
controls and the address show that. One loop, `work`, asks for training while there is a goal that
was not reached, and for live changes: of rate, mini-batch, L1 and L2, for which training goes on
from where it is.

A page of its own, which is asked by HTTP or by the window around: offers nothing.
Uses elements.js: pageData, element, button; arrays.js: formatted;
asked_by_http.js: ask, readAddress, writeAddress; playground/own.js: ownData;
playground/settings.js: changed, settingsForm; playground/runs.js: runPanels;
playground/lesson.js: lessonMaker, hideParts. */
"use strict";

const FRAME = 60; // milliseconds between two pictures while it plays
const TELL = 2000; // and between two sentences for the ear
const UNITS = { batch: "a mini-batch", epoch: "an epoch", ten: "10 epochs" };

const choices = pageData();
const play = { settings: {}, session: null, runs: null, version: 0, start: 0, goal: 0, told: 0,
  playing: false, working: false, opening: false, adjusted: false, asking: null,
  name: null }; // of the session that was opened last, be it shown or not

// --- sessions -------------------------------------------------------------------------------

/** Start again with the settings, and train up to `goal` mini-batches; one call at a time. */
async function open(goal = 0) {
  play.start = goal;
  play.version += 1;
  if (play.opening) return;
  play.opening = true;
  await play.asking; // the last question about the session that is to be replaced
  let version;
  do {
    version = play.version;
    const latest = (act) => (found) => version === play.version && act(found);
    const forgiving = !play.session; // of an address: of a form, the person is asked
    await ask("open", { settings: play.settings, instead_of: play.name, forgiving })
      .then((session) => { play.name = session.id; return session; })
      .then(latest(opened), latest(failed));
  } while (version !== play.version);
  play.opening = false;
  work();
}

function opened(session) {
  const { settings, refused } = session;
  Object.assign(choices.datasets.own, session.about);
  Object.assign(play, { session, runs: runPanels(session, { point: onPoint, weight: onWeight,
    bounds: choices.bounds.weight }),
    goal: play.start, adjusted: false });
  own.show(settings, session);
  bench.replaceChildren(play.runs.element);
  showSettings(settings);
  show(refused.length ? ["Not all of the address was taken.", ...refused.map(asSentence)].join(" ")
    : "");
}

function asSentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function showSettings(settings) {
  play.settings = settings;
  writeAddress(own.shared(settings));
  form.show(settings);
  lesson.show(own.shared(settings));
  whole.classList.toggle("draws", settings.data === "own");
  hideParts(whole, settings, lesson.element, controls);
}

/** What was asked for is not to be had: all stays as it is. */
function failed(error) {
  const { session } = play;
  Object.assign(play, { playing: false, goal: 0, adjusted: false }); // so `work` comes to its end
  if (session) {
    play.settings = session.settings;
    form.show(session.settings, true);
  }
  show(error.message);
}

// --- training -------------------------------------------------------------------------------

async function work() {
  if (play.working) return;
  play.working = true;
  while (isAdjusting() || isWanted()) {
    const began = performance.now();
    play.asking = (isAdjusting() ? adjust() : train()).catch(failed);
    await play.asking;
    await new Promise((go) => setTimeout(go, Math.max(0, FRAME - (performance.now() - began))));
  }
  play.working = false;
  if (!play.opening && !isGoing()) play.playing = false;
  tell();
  show(problem.textContent);
}

async function train() {
  const { id } = play.session;
  absorb(await ask("train", { id, until: play.goal, every: unitSteps().every }));
}

/** Go on with another rate, mini-batch or weight decay. */
async function adjust() {
  play.adjusted = false;
  const found = await ask("adjust", { id: play.session.id, settings: play.settings });
  absorb(found);
  if (!play.adjusted) showSettings(found.settings); // else there is a newer change by now
  play.goal = play.playing ? found.steps : play.goal; // the next epoch may end elsewhere
  show("");
}

function absorb(found) {
  Object.assign(play.session, found);
  play.runs.absorb(found.runs);
  showEpoch();
  if (performance.now() - play.told > TELL) tell();
}

function isAdjusting() {
  return play.adjusted && !play.opening;
}

function isWanted() {
  if (play.opening || !isGoing()) return false; // opening ends with a call of `work`
  const { steps } = play.session;
  if (play.playing && steps >= play.goal) play.goal = nextGoal();
  return steps < play.goal;
}

/** Is there a run that has not stopped, and room for more? */
function isGoing() {
  const { session } = play;
  return session && session.steps < session.last && session.runs.some((run) => !run.stopped);
}

/** One step in mini-batches, and after how many of them to measure. */
function unitSteps() {
  const { per_epoch } = play.session;
  return { batch: { step: 1, every: 1 }, epoch: { step: per_epoch, every: per_epoch },
    ten: { step: 10 * per_epoch, every: per_epoch } }[unit.value];
}

function nextGoal() {
  const { step, every } = unitSteps(), { steps, epoch_end } = play.session;
  return epoch_end + Math.floor((steps - epoch_end) / every) * every + step;
}

// --- what a person does ---------------------------------------------------------------------

/** Some changes are live; another loss is trained as far as the one before, to stand beside it, and
so are other points of one's own, to see what a point changes. */
function onChange(key, value) {
  const isAsBefore = /^(loss|beside|own)/.test(key), isLive = choices.live.includes(key);
  play.settings = changed(play.settings, key, value, choices);
  if (key === "data" && value === "own" && own.text()) play.settings.own = own.text();
  if (isLive && play.session && !play.opening) {
    play.adjusted = true;
    work();
  } else open(isAsBefore && play.session ? play.session.steps : 0);
}

/** Other points of one's own: about(losses, features) says what goes with them. */
function onOwn(text, about) {
  const set = choices.datasets.own, size = (features) => Object.keys(features).length;
  const isOther = size(set.features) !== size(about.features);
  Object.assign(set, about);
  if (isOther) delete play.settings.features;
  onChange("own", text);
}

function onPoint(place) {
  if (play.settings.data === "own") own.add(place);
}

/** A weight by hand: training goes on from there. */
async function onWeight(run, weight, value) {
  const { session } = play, ifShown = (act) => (found) => session === play.session && act(found);
  await ask("put", { id: session.id, run, weight, value }).then(
    ifShown((found) => { absorb(found); show(""); }), ifShown((error) => show(error.message)));
  tell();
}

function togglePlay() {
  play.playing = !play.playing;
  if (!play.playing) play.goal = Math.min(play.goal, play.session.steps);
  show("");
  work();
}

function step() {
  play.goal = nextGoal();
  work();
}

function reset() {
  play.playing = false;
  open();
}

// --- what is seen and heard -----------------------------------------------------------------

function tell() {
  play.told = performance.now();
  sentence.textContent = play.runs ? play.runs.sentence() : "";
}

/** Buttons and the problem, if there is one. */
function show(text) {
  Object.assign(problem, { textContent: text, hidden: !text });
  const cannot = !isGoing();
  playButton.textContent = play.playing ? "Pause" : "Play";
  playButton.disabled = cannot && !play.playing;
  stepButton.disabled = cannot || play.playing;
  if (play.session) showEpoch();
}

function showEpoch() {
  epoch.textContent = `epoch ${formatted(play.session.epoch, 5)}`;
}

const playButton = button("Play", null, togglePlay, { class: "main" });
const stepButton = button("Step", null, step);
const unit = element("select", { id: "unit" },
  Object.entries(UNITS).map(([value, text]) => element("option", { value }, text)));
unit.value = "epoch";
const epoch = element("span", { class: "epoch" });
const problem = element("p", { class: "problem", role: "alert", hidden: true });
const sentence = element("p", { class: "spoken", role: "status", "aria-live": "polite" });
const bench = element("div", { class: "bench" }), own = ownData(choices, onOwn);
const form = settingsForm(choices, onChange, own.element), lesson = lessonMaker(choices);
const wide = matchMedia("(min-width: 62rem)"); // else the runs would be far below
const controls = element("details", { open: wide.matches },
  element("summary", {}, "Data, network and loss"), form.element);
wide.addEventListener("change", () => { // a frame may get its width after this has run
  controls.open = wide.matches;
});
const whole = element("div", { class: "playground" },
  element("header", {}, element("h1", {}, "tinynet playground"),
    element("p", { class: "faint" }, "Choose, press Play, and watch a small network learn."
      + " The address holds the settings: share it.")),
  element("div", { class: "bar", role: "group", "aria-label": "Training" },
    playButton, stepButton, button("Reset", null, reset),
    element("span", {}, element("label", { for: "unit" }, "a step is "), unit), epoch),
  form.training, problem, sentence,
  element("div", { class: "columns" }, controls, bench), lesson.element);
document.getElementById("page").append(whole);

readAddress().then((settings) => {
  play.settings = settings;
  open();
});
