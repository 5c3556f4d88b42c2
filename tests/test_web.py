"""The scripts one by one: what they use of each other, keys, charts, colours, pictures, settings.

One page is open for all tests of this file; each draws on it what it looks at.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.browser import opened
from tinynet.classroom.lab import page as lab
from tinynet.views import training_page, web
from tinynet.views.colors import DARK, LIGHT, ink_on
from tinynet.views.experiment import questions as experiment
from tinynet.views.graph import page as graph_page
from tinynet.views.playground import questions as playground
from tinynet.views.web.assemble import SHARED

pytestmark = pytest.mark.slow  # a real browser

FOLDER = Path(web.__file__).parent
FOLDERS = (FOLDER, lab.WEB)
BUNDLED = "codemirror.js"  # not by hand
PAGES = [
    [*SHARED, *(name for name in files if name.endswith(".js"))]
    for files in (
        *(graph_page.FILES, training_page.FILES, ("asked_by_http.js", *playground.SCRIPTS)),
        (*graph_page.FILES, "asked_by_parent.js", *experiment.FILES),
        [name for name in lab.SCRIPTS if name != BUNDLED],
    )
]
PARTS = [
    "stepper/heat_map.js",
    "boundary.js",
    "network.js",
    "playground/settings.js",
    "playground/weights.js",
    "playground/landscape.js",
    "playground/runs.js",
]  # that have no page of their own
ARRAY = np.arange(12.0).reshape(4, 3)


@pytest.fixture(scope="module")
def window(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("web") / "page.html"
    path.write_text(web.page("parts", PARTS, web.packed(ARRAY)), encoding="utf-8")
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

    def draw(*lines, **options):
        series = [{"name": f"line {i}", "x": x, "y": y} for i, (x, y) in enumerate(lines)]
        window.evaluate(
            """([series, options]) => {
          globalThis.moved = null;
          const words = {title: "t", xLabel: "x", yLabel: "y", onCursor: (x) => { moved = x; }};
          const made = lineChart({...words, ...options, series});
          document.querySelector("#page").replaceChildren(made.element);
        }""",
            [series, options],
        )
        return window.locator("svg")

    return draw


# --- scripts --------------------------------------------------------------------------------


def source(name):
    """What a script opens with, and its code."""
    (path,) = (folder / name for folder in FOLDERS if (folder / name).exists())
    return path.read_text(encoding="utf-8").split("*/\n", maxsplit=1)


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
        for other, names in re.findall(r"([\w/]+\.js): ([\w,\s]+)", uses):
            if other == BUNDLED:
                continue
            assert other in before, script
            assert words(names) <= words(code) & set(declared(other)), script
            used.setdefault(other, set()).update(words(names))
    twin = offered.pop("asked_by_parent.js")
    assert twin == offered["asked_by_http.js"] >= used.pop("asked_by_parent.js")
    assert {name: names for name, names in offered.items() if names} == used


WRITTEN = [
    path
    for folder in FOLDERS
    for path in folder.rglob("*")
    if path.suffix in (".js", ".css") and path.name != BUNDLED
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_no_line_is_longer_than_100_characters(path):
    assert [x for x in path.read_text(encoding="utf-8").splitlines() if len(x) > 100] == []


WRITTEN_IN_CELLS = """(array) => new Promise((done) => {
  const { prototype } = CanvasRenderingContext2D, { fillText } = prototype, texts = [];
  prototype.fillText = (text) => texts.push(text);
  document.querySelector("#page").replaceChildren(arrayFigure(decode(array), "A"));
  setTimeout(() => { prototype.fillText = fillText; done(texts); }, 200);
})"""


def test_a_number_that_is_too_long_for_its_cell_is_written_in_fewer_digits(window):
    array = web.packed([[-0.000421286, 0.125]])
    assert window.evaluate(WRITTEN_IN_CELLS, array) == ["−0.00042", "0.125"]


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
    svg = chart(([4], [2]), ([1, 2, 4], [1, 2, 3]))
    reads = [("ArrowRight", 1), ("ArrowRight", 2), ("End", 4), ("ArrowRight", 4), ("Home", 1)]
    keys, places = zip(*reads, strict=True)
    found = svg.evaluate(PRESS, keys)
    assert [place for place, _ in found] == list(places)
    assert [text for _, text in found[-2:]] == ["x 4: line 0 2, line 1 3", "x 1: line 1 1"]
    assert window.locator("circle").count() == 1  # only what was measured there
    box = svg.bounding_box()
    svg.click(position={"x": box["width"] * (62 + 0.6 * 378) / 560, "y": 50})  # of 1 to 4, 2.8
    assert window.evaluate("moved") == 2


# --- charts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [[5, 5.1, 4.9, 5], [0, 0, 0.1, 9]])
def test_labels_at_the_ends_of_lines_do_not_overlap_and_stay_above_the_axis(window, chart, ends):
    chart(*[([0, 1], [i * 3.3, end]) for i, end in enumerate(ends)])
    heights = window.eval_on_selector_all(
        ".label", "(labels) => labels.map((label) => Number(label.getAttribute('y')))"
    )
    assert len(heights) == len(ends)
    assert min(np.diff(sorted(heights))) >= 16 - 1e-9
    assert max(heights) <= 300 - 44


def test_a_name_stands_behind_a_sample_of_its_line(window, chart):
    chart(*[([0, 1], [i, 2 * i]) for i in range(7)])
    look = "(all) => all.map((e) => [e.getAttribute('stroke'), e.getAttribute('stroke-dasharray')])"
    looks = [tuple(pair) for pair in window.eval_on_selector_all(".series", look)]
    lines, samples = looks[:7], looks[7:]
    assert sorted(samples) == sorted(lines) and len({dash for _, dash in lines}) == 6
    assert len({*lines}) == 6 and lines[6] == lines[0]  # then they begin again
    edges = [
        window.eval_on_selector_all(selector, f"(all) => all.map((e) => e.getBBox().{edge})")
        for selector, edge in ((".series ~ .series", "x"), (".label", "x"))
    ]
    assert min(edges[1]) >= max(edges[0]) + 16  # the samples are so long


def test_ticks_say_what_they_stand_at(window, chart):
    chart(([0, 1000], [1.0512, 1.0644]))
    assert window.locator("[text-anchor=end]").all_text_contents() == ["1.055", "1.06"]
    assert "1000" in window.locator("[text-anchor=middle]").all_text_contents()


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ([0.03, 2.4], ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
        ([0.003, 2.4], ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]),
        ([0.0005, 2.4], ["0.001", "0.01", "0.1", "1"]),
    ],
)
def test_a_log_axis_has_twos_and_fives_where_its_powers_are_few(window, chart, ends, ticks):
    chart(([0, 1], ends), logarithmic=True)
    assert window.locator("text[x='54']").all_text_contents() == ticks


def test_levels_and_marks_are_in_the_picture_and_not_read_as_data(window, chart):
    levels, marks = [{"name": "healthy", "y": 9}], [{"name": "best", "x": 3}]
    svg = chart(([1, 4], [1, 2]), levels=levels, marks=marks)
    level, mark = window.locator(".level").all()
    assert 30 <= float(level.get_attribute("y1")) <= 300 - 44  # though all data lie below 2
    assert float(mark.get_attribute("x1")) == pytest.approx(62 + 378 * 2 / 3)
    assert {"healthy", "best"} <= {*svg.locator("text").all_text_contents()}
    svg.evaluate(PRESS, ["Home"])
    assert window.locator("output").inner_text() == "x 1: line 0 1"


def test_a_line_has_a_gap_where_a_number_is_not_finite(window, chart):
    chart(([0, 1, 2, 3, 4], [0, 1, np.nan, 3, np.inf]))
    path = window.get_attribute(".series", "d")
    assert [piece.count("L") for piece in path.split("M")[1:]] == [1, 0]


# --- colours and pictures -------------------------------------------------------------------

PIXELS = """async (href) => {
  const image = Object.assign(new Image(), {src: href});
  await image.decode();
  const context = element("canvas", {width: image.width, height: image.height}).getContext("2d");
  context.drawImage(image, 0, 0);
  return [...context.getImageData(0, 0, image.width, image.height).data].slice(0, 80);
}"""


def test_ink_is_black_or_white_as_in_pictures(window):
    shades = [*LIGHT.values(), *DARK.values(), "#757575", "#777777"]
    bytes_of = [[*bytes.fromhex(shade[1:])] for shade in shades]
    assert window.evaluate("(all) => all.map(inkOn)", bytes_of) == [ink_on(s) for s in shades]


def test_classes_have_the_colours_and_marks_of_pictures(window):
    key = window.evaluate_handle("classKey(['a', 'b', 'c', 'd', 'e', 'f', 'g'])").as_element()
    fills = key.eval_on_selector_all("path", "(all) => all.map((e) => e.getAttribute('fill'))")
    assert fills == [f"var(--series-{1 + i % 6})" for i in range(7)]


def test_numbers_are_blue_below_0_paper_at_0_and_orange_above(window):
    shades = window.evaluate("[-2, -1, 0, 1, 2, Infinity].map(colouring(2))")
    blue, paper, orange, ink = [0, 114, 178], [255] * 3, [213, 94, 0], [29, 33, 38]
    assert shades == [blue, [128, 185, 217], paper, [234, 175, 128], orange, ink]


def test_what_is_painted_is_painted_again_in_the_dark(window, heat):
    shades = []
    for scheme in ("dark", "light"):
        window.emulate_media(color_scheme=scheme)
        href = heat.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")
        shades.append(window.evaluate(PIXELS, href)[:3])
    assert shades == [[0x14, 0x17, 0x1B], [255, 255, 255]]  # ARRAY begins with a 0


@pytest.fixture
def picture(window):
    """Draws what a model predicts in a plane."""

    def draw(values, classes):
        data = {"points": web.packed([[0.0, 0.0]]), "targets": web.packed([0.0])}
        data |= {"axes": ["a", "b"], "classes": classes, "box": [[0, 0], [1, 1]]}
        window.evaluate(
            """([data, values]) => {
              const made = answerPicture(data);
              document.querySelector("#page").replaceChildren(made.element);
              made.show(values);
            }""",
            [data, web.packed(values)],
        )

    return draw


def test_regions_stand_where_their_rows_are_as_strong_as_the_lead_with_a_line_between(
    window, picture
):
    """The lowest of four rows is class 1, all others are class 0; each leads by 0.8."""
    probabilities = np.full((4, 5, 2), [0.9, 0.1])
    probabilities[0] = [0.1, 0.9]
    picture(probabilities, ["p", "q"])
    pixels = window.evaluate(PIXELS, window.get_attribute("image", "href"))
    rows = np.reshape(pixels, (4, 5, 4))[:, 0]
    np.testing.assert_allclose(rows, [[0, 114, 178, 100]] * 3 + [[213, 94, 0, 100]], atol=2)
    line = re.findall(r"[ML]([\d.]+) ([\d.]+)", window.get_attribute(".edge", "d"))
    ends = [x for x, _ in line]
    assert {y for _, y in line} == {"290.5"}  # a quarter of the height above the floor
    assert {min(ends, key=float), max(ends, key=float)} == {"97.2", "426.8"}  # centres of cells


def test_a_curve_runs_from_edge_to_edge(window, picture):
    picture([0.0, 0.5, 1.0], [])
    assert window.get_attribute(".curve", "d") == "M56.0 384.0L262.0 197.0L468.0 10.0"


# --- the playground's settings and measurements ---------------------------------------------

CHOICES = {"datasets": {"moons": {"losses": ["hinge"]}, "sine": {"losses": ["mse", "huber"]}}}
SINE = {"data": "sine", "noise": "1", "optimizer": "adam", "lr": "1", "loss": "huber"}
DELTA = {"loss.delta": "2"}


@pytest.mark.parametrize(
    ("settings", "key", "value", "gone", "new"),
    [
        (SINE | {"weight_decay": "0.1"}, "optimizer", "sgd", ["lr", "weight_decay"], {}),
        (SINE, "seed", "3", [], {}),
        (SINE | DELTA, "data", "moons", ["noise", "loss", "loss.delta"], {}),
        (SINE | DELTA, "data", "sine", ["noise"], {}),
        (SINE | DELTA, "loss", "mse", ["loss.delta"], {"beside": "huber", "beside.delta": "2"}),
        (SINE | {"beside": "huber", "beside.delta": "1"}, "loss", "mse", [], {}),
        (SINE | {"beside": "huber", "beside.delta": "1"}, "beside", "", ["beside.delta"], {}),
    ],
)
def test_a_changed_setting_takes_with_it_what_depends_on_it(
    window, settings, key, value, gone, new
):
    changed = window.evaluate(
        "([settings, key, value, choices]) => changed(settings, key, value, choices)",
        [settings, key, value, CHOICES],
    )
    expected = {name: v for name, v in (settings | {key: value} | new).items() if name not in gone}
    expected = {name: v for name, v in expected.items() if name != "beside" or v}
    assert changed == expected


@pytest.mark.parametrize(
    ("numbers", "drawn"),
    [([1, 9, 10], [1, 9, 10]), ([1, 30, 400, None, 2], [1, 10, None, None, 2]), ([-90], [-10])],
)
def test_a_line_ends_at_the_limit_and_comes_back_below_it(window, numbers, drawn):
    ask = "(numbers) => clipped(numbers.map((v) => v ?? NaN), 10).map((v) => isNaN(v) ? null : v)"
    assert window.evaluate(ask, numbers) == drawn


@pytest.mark.parametrize(("count", "left"), [(6, [1, 3, 5]), (5, [0, 2, 4]), (1, [0])])
def test_of_too_many_measurements_every_second_is_kept_and_the_last(window, count, left):
    thinned = "(count) => { const kept = [...Array(count).keys()]; thin(kept); return kept; }"
    assert window.evaluate(thinned, count) == left
