"""Every kind of page, and what can be wrong with one on a screen: cut off, overlapping, too wide.

A page is looked at as it opens and as it is in use; axe-core reads it, where it is installed.
"""

import functools
import importlib.util
from pathlib import Path

import numpy as np
import pytest

import tinynet as tn
from tests.test_classroom_pages import REPORT, a_class
from tinynet.classroom.pages.html import class_page, student_page
from tinynet.views.graph import Graph, demos

SIZES = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
THEMES = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


# --- the pages ------------------------------------------------------------------------------


def chain():
    """A graph that is far wider than any screen."""
    y = tn.Tensor(0.5, requires_grad=True)
    for _ in range(60):
        y = np.tanh(y)
    return Graph(y)


@functools.cache
def run(name):
    """A short recorded run, of moons with all instruments."""
    data, sizes, loss = {
        "moons": (tn.datasets.make_moons(n=200), [2, 8, 8, 2], tn.losses.cross_entropy),
        "digits": (
            tn.datasets.load_digits().take(range(400)),
            [64, 24, 10],
            tn.losses.cross_entropy,
        ),
        "iris": (tn.datasets.load_iris(), [4, 8, 3], tn.losses.cross_entropy),
        "sine": (tn.datasets.make_sine(n=60), [1, 8, 1], tn.losses.mse),
        "numbers": (tn.datasets.make_sparse_linear(n=40), [20, 1], tn.losses.mse),
    }[name]
    train, new = data.split((0.8, 0.2), rng=0)
    model = tn.layers.MLP(sizes, tn.layers.Tanh, rng=0)
    options = {"epochs": 20, "batch_size": 32, "progress": False, "record": True}
    options |= {"validation": new, "diagnose": name == "moons"}
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    return model, train, tn.fit(model, loss, optimizer, train, **options)


def saved(thing):
    """The page that a graph or a history writes."""

    def write(path):
        thing().save_html(path)

    return write


def written(make):
    def write(path):
        path.write_text(make(), encoding="utf-8")

    return write


def notebook():
    """What a notebook shows of each thing, one below the other."""
    model, data, history = run("moons")
    loss = tn.losses.cross_entropy(data.y[:8], model(data.x[:8]))
    things = (model, data, tn.losses.huber, loss, Graph(loss), history)
    shown = "".join(f"<section>{thing._repr_html_()}</section>" for thing in things)
    return f'<!doctype html><html lang="en"><title>notebook</title><main>{shown}</main>'


RUNS = ("moons", "digits", "iris", "sine", "numbers")
FILES = {
    "neuron": saved(demos.neuron),
    "network": saved(demos.mlp),
    "chain": saved(chain),
    **{name: saved(lambda n=name: run(n)[2]) for name in RUNS},
    "notebook": written(notebook),
    "student": written(lambda: student_page(REPORT)),
    "class": written(lambda: class_page(a_class())),
}
ASKED = {
    "playground": "?data=spirals&hidden=8,4",
    "two runs": "?data=sine&loss=huber&beside=mse",
}
NAMES = (*FILES, *ASKED)


def visit(page, name, folder, port):
    """Open a page, a file or that of a playground's server, and use it."""
    if name in FILES:
        path = folder / f"{name}.html"
        FILES[name](path)
        page.goto(path.as_uri())
    else:
        page.goto(f"http://127.0.0.1:{port}/{ASKED[name]}")
        page.wait_for_selector(".run")
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_selector(".charts .chart")
    if name in ("neuron", "network", "chain"):
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")  # a step of the backward pass


# --- looking --------------------------------------------------------------------------------

# Text that overlaps other text, or that leaves what cuts it off, and controls that overlap. The
# sheet of a graph moves below its buttons, and what scrolls may be wider than its frame.
FAULTS = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), pieces = [];
  const faults = [], room = document.documentElement.clientWidth;
  const cuts = (e) => e instanceof SVGSVGElement ? getComputedStyle(e).overflow !== "visible"
    : getComputedStyle(e).overflowX !== "visible";
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, text = node.data.trim();
    const unseen = "script, style, noscript, option, title, .spoken, .sheet, .overview, .zooms";
    if (!text || parent.closest(unseen) || !parent.checkVisibility({visibilityProperty: true}))
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let frame = parent;
    while (frame && frame !== document.body && !cuts(frame)) frame = frame.parentElement;
    const edge = frame && frame !== document.body ? frame.getBoundingClientRect() : null;
    const scrolls = edge && /auto|scroll/.test(getComputedStyle(frame).overflowX);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      if (edge && !scrolls && (box.left < edge.left - 2 || box.right > edge.right + 2
          || box.top < edge.top - 3 || box.bottom > edge.bottom + 3))
        faults.push(`cut off: ${text}`);
      if (!scrolls && (box.right > room + 1 || box.left < -1)) faults.push(`outside: ${text}`);
      pieces.push([text, box]);
    }
  }
  const controls = [...document.querySelectorAll("button, select, input, summary, .overview")];
  const boxes = controls.filter((e) => e.checkVisibility({visibilityProperty: true})).map(
    (e) => [e.title || e.name || e.className || e.textContent, e.getBoundingClientRect()]);
  for (const things of [pieces, boxes]) {
    things.forEach(([text, a], i) => things.slice(i + 1).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 4) faults.push(`${text} over ${other}`);
    }));
  }
  return faults;
}"""


def faults(page):
    """What is wrong with the page as it is now."""
    room = page.viewport_size["width"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*page.evaluate(FAULTS), *([f"{wide} pixels wide"] if wide > room else [])]


@functools.cache
def axe():
    folder = importlib.util.find_spec("axe_core_python")
    if folder is None:
        pytest.skip("python -m pip install axe-core-python")
    return (Path(folder.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def serious(page):
    """What axe-core finds that keeps somebody from using the page."""
    page.evaluate(axe())
    found = page.evaluate("axe.run({iframes: false}).then((result) => result.violations)")
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
