"""What all pages share: scripts that say what they use of each other, heat maps, charts, keys."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.browser import opened
from tinynet.views import web

FOLDER = Path(web.__file__).parent
SHARED = ["elements.js", "arrays.js", "chart.js"]
PAGES = [
    [*SHARED, "graph.js", "step.js"],
    [*SHARED, "boundary.js", "training_answers.js", "training.js"],
    [*SHARED, "boundary.js", "play_settings.js", "play_runs.js", "play.js"],
]
ARRAY = np.arange(12.0).reshape(4, 3)


@pytest.fixture(scope="module")
def window(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("web") / "page.html"
    path.write_text(web.page("parts", [], web.packed(ARRAY)), encoding="utf-8")
    with opened(browser, path) as window:
        yield window


@pytest.fixture
def heat(window):
    """A heat map of ARRAY."""
    window.evaluate(
        "document.querySelector('#page').replaceChildren(arrayFigure(decode(pageData()), 'A'))"
    )
    return window.locator(".heat")


@pytest.fixture
def chart(window):
    """Draws a chart of lines, pairs of x and y; its cursor writes the global `moved`."""

    def draw(*lines):
        series = [{"name": f"line {i}", "x": x, "y": y} for i, (x, y) in enumerate(lines)]
        window.evaluate(
            """(series) => {
          globalThis.moved = null;
          const words = {title: "t", xLabel: "x", yLabel: "y", onCursor: (x) => { moved = x; }};
          const made = lineChart({...words, series});
          document.querySelector("#page").replaceChildren(made.element);
        }""",
            series,
        )
        return window.locator("svg")

    return draw


# --- scripts --------------------------------------------------------------------------------


def source(name):
    """What a script opens with, and its code."""
    return (FOLDER / name).read_text(encoding="utf-8").split("*/\n", maxsplit=1)


def declared(name):
    return re.findall(r"^(?:async )?(?:function|class|const) (\w+)", source(name)[1], re.MULTILINE)


def words(text):
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("scripts", PAGES)
def test_a_name_belongs_to_one_script_of_a_page(scripts):
    names = [name for script in scripts for name in declared(script)]
    assert sorted(set(names)) == sorted(names)


def test_scripts_open_with_what_they_offer_and_what_they_use_of_those_before():
    offered, used = {}, {}
    for script, before in ((script, page[:i]) for page in PAGES for i, script in enumerate(page)):
        head, code = source(script)
        offers, uses = re.search(r"[Oo]ffers ([\s\w,]+)\.\nUses ([\S\s]+)", head).groups()
        offered[script] = words(offers) - {"nothing"}
        for other, names in re.findall(r"(\w+\.js): ([\w,\s]+)", uses):
            assert other in before
            assert words(names) <= words(code) & set(declared(other)), script
            used.setdefault(other, set()).update(words(names))
    assert {name: names for name, names in offered.items() if names} == used


@pytest.mark.parametrize("path", [p for p in FOLDER.iterdir() if p.suffix in (".js", ".css")])
def test_no_line_is_longer_than_100_characters(path):
    assert [x for x in path.read_text(encoding="utf-8").splitlines() if len(x) > 100] == []


# --- keys -----------------------------------------------------------------------------------


PRESS = """(made, keys) => keys.map((key) => {
  made.dispatchEvent(new KeyboardEvent("keydown", {key}));
  return [made.dataset.place ?? moved, document.querySelector("output").value];
})"""


def test_keys_move_by_a_cell_or_a_row_of_a_heat_map_and_stay_at_its_ends(heat):
    """ARRAY has 4 rows and 3 columns, and each of its numbers is its place."""
    ways = ["Right", "Down", "Left", "Up", "Up", "Left", "Down", "Down", "Down", "Down", "Right"]
    places = [1, 4, 3, 0, 0, 0, 3, 6, 9, 9, 10, 11, 11, 0]
    keys = [*(f"Arrow{way}" for way in ways), "End", "ArrowRight", "Home"]
    expected = [[str(i), f"[{i // 3}, {i % 3}] = {i}"] for i in places]
    assert heat.evaluate(PRESS, keys) == expected


def test_a_key_is_used_once_and_with_ctrl_or_alt_it_is_the_browsers(heat):
    heard = heat.evaluate("""(heat) => {
      let heard = 0;
      document.addEventListener("keydown", () => { heard += 1; });
      return [{}, {ctrlKey: true}, {altKey: true}, {metaKey: true}, {key: "x"}].map((change) => {
        const how = {key: "ArrowRight", bubbles: true, cancelable: true, ...change};
        return [heat.dispatchEvent(new KeyboardEvent("keydown", how)), heard];
      });
    }""")
    assert heard == [[False, 0], [True, 1], [True, 2], [True, 3], [True, 4]]
    assert heat.get_attribute("data-place") == "1"


def test_a_chart_is_read_by_key_and_pointer(window, chart):
    svg = chart(([1, 2, 4], [1, 2, 3]), ([4], [2]))
    reads = [("ArrowRight", 1), ("ArrowRight", 2), ("End", 4), ("ArrowRight", 4), ("Home", 1)]
    keys, places = zip(*reads, strict=True)
    assert [place for place, _ in svg.evaluate(PRESS, keys)] == list(places)
    assert window.locator("output").inner_text() == "x 1: line 0 1, line 1 2"
    box = svg.bounding_box()
    svg.click(position={"x": box["width"] * (62 + 0.6 * 402) / 560, "y": 50})  # of 1 to 4, 2.8
    assert window.evaluate("moved") == 2


# --- charts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [[5, 5.1, 4.9, 5], [0, 0, 0.1, 9]])
def test_labels_at_the_ends_of_lines_do_not_overlap_and_stay_above_the_axis(window, chart, ends):
    chart(*[([0, 1], [i * 3.3, end]) for i, end in enumerate(ends)])
    heights = window.eval_on_selector_all(
        "[class^=label-]", "(labels) => labels.map((label) => Number(label.getAttribute('y')))"
    )
    assert len(heights) == len(ends)
    assert min(np.diff(sorted(heights))) >= 16 - 1e-9
    assert max(heights) <= 300 - 44


def test_ticks_say_what_they_stand_at(window, chart):
    chart(([0, 1000], [1.0512, 1.0644]))
    assert window.locator("[text-anchor=end]").all_text_contents() == ["1.055", "1.06"]
    assert "1000" in window.locator("[text-anchor=middle]").all_text_contents()
