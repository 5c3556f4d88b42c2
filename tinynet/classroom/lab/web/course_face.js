/* The course as a face of the lab: the list of tutorials, and one that is read and worked with.

Offers courseFace.
Uses elements.js: element, button; kernel.js: Stopped; course_progress.js: courseProgress, toldOf;
course_cell.js: courseCell, courseExercise. */
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
      opened.set(found, tutorialView(found, progress, lab, play[found.number]));
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
  const fill = () => rows.replaceChildren(...tutorials.map((tutorial) => element("li", {},
    element("a", { href: `#course?tutorial=${tutorial.number}` }, tutorial.title), " ",
    element("span", { class: "faint" }, toldOf(tutorial, progress.of(tutorial.name))))));
  fill();
  const told = element("p", { role: "status" });
  const chosen = element("input", { type: "file", accept: ".json", "aria-label": "A file of yours",
    hidden: true, change: async () => {
      told.textContent = await taken(progress, chosen.files[0]);
      chosen.value = "";
      onTaken();
      fill();
    } });
  return element("section", {}, element("h2", {}, "The course"), rows, element("div", { class: "tools" },
    button("Save what I did", "As a file, for another computer", () => saved(progress.text())),
    button("Open what I did", "A file that was saved", () => chosen.click()), chosen), told);
}

async function taken(progress, file) {
  try {
    progress.take(await file.text());
    return "It is taken over.";
  } catch (error) {
    return error.message;
  }
}

function saved(text) {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href, download: "course.json" }).click();
  URL.revokeObjectURL(href);
}

// --- a tutorial --------------------------------------------------------------------------------

/** {element, goOn()}: the tutorial, and the way to where one stopped. */
function tutorialView(tutorial, progress, lab, play) {
  const done = structuredClone(progress.of(tutorial.name));
  const told = element("p", { class: "faint" });
  const cells = [], ran = new Set(); // what ran since Python started
  const keep = () => {
    progress.keep(tutorial.name, done);
    told.textContent = toldOf(tutorial, done);
  };

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
    const { number, text: said, right = null } = came.given ?? {};
    if (right !== null) done.answers[number] = { text: said, right };
    keep();
    return { ...came, isAlone: Boolean(came.error) && waiting(cell).length > 0 };
  }

  /** What stands above a cell, was not run, and waits for no answer. */
  function waiting(index) {
    return cells.filter((each) => each.index < index && !each.isExercise && !ran.has(each.index));
  }

  const sections = tutorial.pages.map((page) => {
    const above = () => inOrder(waiting(page.cell));
    const section = element("section", {}, ...page.prose.map(madeOf));
    if (page.cell !== undefined) section.append(...worked(page, { done, keep, ask, above, cells }));
    return section;
  });
  const tools = element("div", { class: "tools" }, element("a", { href: "#course" }, "All tutorials"),
    button("Run all", null, () => inOrder(cells.filter((each) => !each.isExercise))),
    ...(play ? [element("a", { href: `#play?${new URLSearchParams(play.settings)}` }, play.title)] : []));
  keep();
  watchReading(tutorial, sections, done, keep);
  const start = tutorial.pages.findLastIndex((page) => page.first <= done.place);
  return { element: element("article", {}, tools, told, ...sections),
    goOn: () => start > 0 && sections[start].scrollIntoView() };
}

/** Run cells one after the other, as long as all goes well. */
async function inOrder(cells) {
  for (const cell of cells) if (!await cell.run()) return false;
  return true;
}

/** The cell of a page; that of an exercise folds away behind the field for the answer. */
function worked(page, { done, keep, ask, above, cells }) {
  const { cell: index, asked } = page;
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
      done.place = first;
      for (let cell = first; cell < after; cell += 1) if (!done.read.includes(cell)) done.read.push(cell);
    }
    if (seen.some((each) => each.isIntersecting)) keep();
  });
  for (const section of sections) watcher.observe(section.appendChild(element("i", { class: "end" })));
}

/** The element that Python describes: [tag, attributes, ...children]. */
function madeOf(described) {
  if (typeof described === "string") return described;
  const [tag, attributes, ...children] = described;
  return element(tag, attributes, ...children.map(madeOf));
}
