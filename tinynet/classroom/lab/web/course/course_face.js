/* The course as a face of the lab: the list of tutorials, and one that is read and worked with.

Offers courseFace.
Uses elements.js: element, button; kernel.js: Stopped; keeping.js: download, chooseFile, asBase64;
course/progress.js: courseProgress, toldOf; course/cell.js: courseCell, courseExercise. */
"use strict";

function courseFace({ tutorials, play }, lab) {
  const notice = element("p", { role: "status", class: "error" });
  const progress = courseProgress((why) => { notice.textContent = why; });
  const place = element("div");
  const opened = new Map(); // the tutorials that were opened, with all that came of their cells

  function show({ tutorial: number }) {
    const found = tutorials.find((each) => each.number === Number(number));
    if (!found) place.replaceChildren(tutorialList(tutorials, progress, () => opened.clear()));
    else if (!opened.has(found)) {
      const tryIt = lab.has("play") ? play[found.number] : undefined;
      opened.set(found, tutorialView(found, progress, lab, tryIt));
      place.replaceChildren(opened.get(found).element);
      opened.get(found).goOn();
    } else if (place.firstChild !== opened.get(found).element) {
      place.replaceChildren(opened.get(found).element);
    }
  }

  return { title: "Course", element: element("div", { class: "course" }, notice, place), show };
}

// --- the list ----------------------------------------------------------------------------------

function tutorialList(tutorials, progress, onTaken) {
  const rows = element("ol");
  const fill = () => rows.replaceChildren(...tutorials.map((tutorial) => element("li", {
    value: tutorial.number }, element("a", { href: `#course?tutorial=${tutorial.number}` },
    tutorial.title), " ",
  element("span", { class: "faint" }, toldOf(tutorial, progress.of(tutorial.name))))));
  fill();
  const told = element("p", { role: "status" });
  const save = async () => download("course.json", await asBase64(new Blob([progress.text()])));
  const open = chooseFile("Open what I did", ".json", async (file) => {
    told.textContent = await takenOver(progress, file);
    onTaken();
    fill();
  });
  return element("section", {}, element("h2", {}, "The course"), rows,
    element("div", { class: "tools" }, button("Save what I did", null, save), open), told,
    element("p", { class: "faint" }, "This browser keeps what you do. A file takes it to another "
      + "one; the course in the terminal reads it, too, as its course.json."));
}

async function takenOver(progress, file) {
  try {
    progress.take(await file.text());
    return "It is taken over.";
  } catch (error) {
    return error.message;
  }
}

// --- a tutorial --------------------------------------------------------------------------------

/** {element, goOn()}: the tutorial, and the way to where one stopped. */
function tutorialView(tutorial, progress, lab, play) {
  const done = structuredClone(progress.of(tutorial.name));
  const told = element("p", { class: "faint" });
  const keep = () => {
    progress.keep(tutorial.name, done);
    told.textContent = toldOf(tutorial, done);
  };
  const desk = cellsDesk(tutorial, lab, (number, answer) => {
    if (answer.right !== null) done.answers[number] = answer;
    keep();
  });
  const sections = tutorial.pages.map((page) => element("section", {}, ...page.prose.map(madeOf),
    ...(page.cell === undefined ? [] : worked(page, done, keep, desk))));
  const tools = element("div", { class: "tools" },
    element("a", { href: "#course" }, "All tutorials"),
    button("Run all", null, () => inOrder(desk.cells.filter((each) => !each.isExercise))),
    play ? element("a", { href: `#play?${new URLSearchParams(play.settings)}` }, play.title)
      : null);
  keep();
  watchReading(tutorial, sections, done, keep);
  const start = tutorial.pages.findLastIndex((page) => page.first <= done.place);
  return { element: element("article", {}, tools, told, ...sections),
    goOn: () => start > 0 && sections[start].scrollIntoView() };
}

/** The cells of a tutorial, and what Python has of them.

`ask(question, cell, text, onPrinted)` promises what comes of a cell; `waiting(cell)` are those
above it that were not run and wait for no answer; `onAnswer(number, answer)` hears of answers. */
function cellsDesk(tutorial, lab, onAnswer) {
  const cells = [], ran = new Set(); // what ran since Python started

  function waiting(index) {
    return cells.filter((each) => each.index < index && !each.isExercise && !ran.has(each.index));
  }

  async function ask(question, cell, text, onPrinted) {
    const payload = { tutorial: tutorial.number, cell, text, after: [...ran] };
    const came = await lab.ask(`course/${question}`, payload, onPrinted).catch((error) => {
      if (error instanceof Stopped) ran.clear();
      throw error;
    });
    if (came.lost) {
      ran.clear();
      throw new Stopped("Python has started anew: what the cells above had computed is gone.");
    }
    ran.add(cell);
    if (came.given) onAnswer(came.given.number, { text: came.given.text, right: came.given.right });
    return { ...came, isAlone: Boolean(came.error) && waiting(cell).length > 0 };
  }

  return { cells, ask, waiting };
}

/** Run cells one after the other, as long as all goes well. */
async function inOrder(cells) {
  for (const cell of cells) if (!await cell.run()) return false;
  return true;
}

/** The cell of a page; that of an exercise folds away behind the field for the answer. */
function worked(page, done, keep, { cells, ask, waiting }) {
  const { cell: index, asked } = page;
  const above = () => inOrder(waiting(index));
  const cell = courseCell(page, { changed: done.changed[index], ask, above, keep: (text) => {
    if (text === null) delete done.changed[index];
    else done.changed[index] = text;
    keep();
  } });
  cells.push(cell);
  if (!asked) return [cell.element];
  const exercise = courseExercise(page, { given: done.answers[asked.number], ask, above });
  if (!asked.alone) return [cell.element, exercise];
  return [exercise, element("details", { open: index in done.changed },
    element("summary", {}, "The same in a cell"), cell.element)];
}

/** A page is read when its end was seen. */
function watchReading({ pages, cells }, sections, done, keep) {
  const watcher = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((each) => each.isIntersecting)) {
      const place = sections.indexOf(target.parentElement);
      const { first } = pages[place], after = pages[place + 1]?.first ?? cells;
      const these = Array.from({ length: after - first }, (_, step) => first + step);
      done.place = first;
      done.read = [...new Set([...done.read, ...these])];
    }
    if (seen.some((each) => each.isIntersecting)) keep();
  });
  for (const section of sections) watcher.observe(section.appendChild(element("i")));
}

/** The element that Python describes: [tag, attributes, ...children]. */
function madeOf(described) {
  if (typeof described === "string") return described;
  const [tag, attributes, ...children] = described;
  return element(tag, attributes, ...children.map(madeOf));
}
