/* Grading as a face of the lab: hand-ins are dropped, and the class's grades and pages come out.

Offers gradeFace.
Uses elements.js: element, button, scrolling; arrays.js: bytes; kernel.js: Stopped;
grading/handed_in.js: droppedFiles, chosenFiles; grading/runners.js: startRunners. */
"use strict";

const IN_FRAMES = ["pyodide.asm.js", "pyodide.js", "python.js", "grading/runner_worker.js"];

function gradeFace(data, lab) {
  const status = element("p", { role: "status" }, "Nothing leaves this computer.");
  const bar = element("progress", { "aria-label": "Graded", hidden: true });
  const table = element("tbody"), downloads = element("p", { class: "downloads" });
  const shown = element("section", { class: "shown", "aria-label": "Page", tabindex: -1 });
  const results = scrolling("Grades", element("table", { hidden: true },
    element("caption", {}, data.title), heading(data), table));
  const whole = element("div", { class: "grading" }, dropZone(data, grade), bar, status, downloads,
    results, shown);
  let isBusy = false;

  /** Grade what lies in these files; what is graded stays, whatever comes then. */
  async function grade(blobs) {
    if (isBusy || !blobs.length) return;
    isBusy = true;
    clear();
    const kept = {};
    const runners = startRunners(data.frame, first(data, await lab.files()));
    const wanted = async (name, payload) =>
      (name === "mount" ? { blobs } : runners.answer(name, payload));
    const ask = (name, payload) => lab.ask(`grade/${name}`, payload, undefined, wanted);
    try {
      await each(ask, kept);
      say("The class …");
      finish(await ask("class", { kept }), kept);
    } catch (error) {
      runners.end();
      say(error.message);
      if (error instanceof Stopped && Object.keys(kept).length) await rest(ask, kept, error);
    } finally {
      runners.end();
      bar.hidden = true;
      isBusy = false;
    }
  }

  async function each(ask, kept) {
    say("What was handed in is read …");
    const places = Object.entries((await ask("begin", data)).places);
    Object.assign(bar, { hidden: false, max: places.length, value: 0 });
    for (const [place, name] of places) {
      say(`${bar.value} of ${places.length} graded; now ${name} …`);
      const found = await ask("one", { place });
      kept[place] = { ...found.kept, page: found.page };
      table.append(row(data, name, found, () => open(name, found.page)));
      table.parentElement.hidden = false;
      bar.value += 1;
    }
  }

  /** After Python was ended, the class is what was graded until then. */
  async function rest(ask, kept, error) {
    await ask("begin", data);
    finish(await ask("class", { kept }), kept);
    say(`${error.message} Of ${bar.max} hand-ins ${Object.keys(kept).length} are graded.`);
  }

  function finish(found, kept) {
    const page = new TextDecoder().decode(bytes(found["class.html"]));
    const byLink = (link) => {
      const place = decodeURIComponent(link).replace(/\/report\.html$/, "");
      if (place in kept) open(place, kept[place].page);
      else say(`${link} lies beside the pages in the gradebook.`);
    };
    const ofClass = [`The class: ${data.title}`, page, byLink];
    downloads.replaceChildren(
      button("The class page", "Show the class page", () => open(...ofClass)),
      downloadLink("grades.csv", found["grades.csv"], "text/csv"),
      downloadLink("class.html", found["class.html"], "text/html"),
      downloadLink(`${data.name}-grades.zip`, found.zip, "application/zip"));
    show(...ofClass);
    const count = Object.keys(kept).length;
    say(`${count} graded. The gradebook holds all pages and what was handed in.`);
  }

  /** Show a page that is asked for: go there, past however many rows. */
  function open(...page) {
    show(...page);
    shown.focus();
  }

  function show(title, html, onLink = (link) => say(`${link} lies in the gradebook.`)) {
    shown.replaceChildren(element("h2", {}, title), quiet(title, html, onLink));
  }

  function clear() {
    for (const part of [table, downloads, shown]) part.replaceChildren();
  }

  function say(text) {
    status.textContent = text;
  }

  return { title: "Grading", element: whole };
}

/** Where hand-ins are dropped or chosen. */
function dropZone({ file }, grade) {
  const field = (label, attributes) => element("label", {}, `${label} `,
    element("input", { type: "file", ...attributes,
      change: ({ target }) => grade(chosenFiles(target.files))
        .then(() => { target.value = ""; }) }));
  return element("section", { class: "panel hand-in", "aria-label": "Hand-ins",
    dragover: (event) => event.preventDefault(),
    drop: async (event) => {
      event.preventDefault();
      grade(await droppedFiles(event.dataTransfer.items));
    } },
  element("p", {}, `Drop a folder or a zip here, with a folder or a ${file} for each student.`),
  field("Or choose a folder:", { webkitdirectory: true }),
  field("a zip, or files:", { multiple: true, accept: ".zip,.py,.ipynb" }));
}

function heading({ tasks }) {
  const names = ["name", "total", ...tasks, "note"];
  const cells = names.map((name) => element("th", { scope: "col" }, name));
  return element("thead", {}, element("tr", {}, cells));
}

function row({ tasks }, name, { total, points, earned, note }, onOpen) {
  const cells = [`${total} of ${points}`, ...tasks.map((task) => earned[task]), note];
  const open = button(name, `Show the page of ${name}`, onOpen);
  return element("tr", {}, element("th", { scope: "row" }, open),
    cells.map((cell) => element("td", {}, cell)));
}

function downloadLink(name, text, type) {
  const address = URL.createObjectURL(new Blob([bytes(text)], { type }));
  return element("a", { href: address, download: name }, name);
}

/** A page without scripts; the frame lets it run none, and its links are told, not followed. */
function quiet(title, html, onLink) {
  const frame = element("iframe", { title, sandbox: "allow-same-origin", srcdoc: html,
    load: () => frame.contentDocument.addEventListener("click", (event) => {
      const link = event.target.closest("a")?.getAttribute("href");
      if (!link || link.startsWith("#")) return;
      event.preventDefault();
      onLink(link);
    }) });
  return frame;
}

/** The first message to a frame: Python, what the assignment allows to import, and the worker. */
function first({ packages, worker }, files) {
  const all = [...files.keys()];
  const wheels = all.filter((name) => name.endsWith(".whl")
    && (name.startsWith("numpy-") || packages.includes("matplotlib")));
  const zips = packages.includes("tinynet") ? ["tinynet.zip", "tqdm.zip"] : [];
  const names = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", ...wheels, ...zips];
  const held = new Map(names.map((name) => [name, files.get(name)]));
  held.set("worker.zip", bytes(worker));
  return { source: IN_FRAMES.map((name) => files.get(name)),
    packed: { files: held, wheels, zips: [...zips, "worker.zip"] } };
}
