"""Every kind of page on every screen, in light, in dark, in forced colours, and on paper."""

import contextlib

import pytest

from tests import screens
from tests.browser import watched
from tests.test_colors import CLASSES
from tests.test_playground_server import serving
from tinynet.views.colors import DARK, LIGHT

pytestmark = pytest.mark.slow  # a real browser

READ = {"light": "desk", "dark": "phone", "forced": "tablet"}  # by axe-core
ALIKE = ("network", "chain", "moons", "two runs")  # to pages that axe-core reads
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"


@pytest.fixture(scope="module")
def shown(browser, tmp_path_factory):
    """Shows a page; each is opened once, and then looked at on other screens."""
    folder, pages, complaints = tmp_path_factory.mktemp("screens"), {}, []
    with serving() as (_, port), contextlib.ExitStack() as windows:

        def show(name, size="desk", theme="light", media="screen"):
            if name not in pages:
                window = windows.enter_context(browser.new_context())
                pages[name] = watched(window.new_page(), complaints, [])
                screens.visit(pages[name], name, folder, port)
            width, height = screens.SIZES[size]
            pages[name].set_viewport_size({"width": width, "height": height})
            pages[name].emulate_media(media=media, **screens.THEMES[theme])
            pages[name].evaluate(FRAME)
            return pages[name]

        yield show
    assert complaints == []


@pytest.mark.parametrize("size", screens.SIZES)
@pytest.mark.parametrize("name", screens.NAMES)
def test_nothing_is_cut_off_overlaps_or_is_wider_than_the_screen(shown, name, size):
    assert screens.faults(shown(name, size)) == []


@pytest.mark.parametrize("theme", READ)
@pytest.mark.parametrize("name", [name for name in screens.NAMES if name not in ALIKE])
def test_axe_finds_nothing_serious(shown, name, theme):
    assert screens.serious(shown(name, READ[theme], theme)) == []


COLOUR = "(made, name) => getComputedStyle(made)[name]"
DRAWN = """([selector, name]) => [...new Set([...document.querySelectorAll(selector)].map(
  (made) => getComputedStyle(made)[name]))]"""
MARKS = ".series, .axis, .chart .cursor, .plane .edge, .plane .curve, .rings, .box .frame, .arrow"
MARKS += ", .weight, .unit .frame, .diagonal, .spot"


def rgb(color):
    return "rgb({}, {}, {})".format(*bytes.fromhex(color[1:]))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [name for name in screens.NAMES if name != "notebook"])
def test_what_is_drawn_has_colours_of_enough_contrast(shown, name, theme):
    """axe-core reads no drawings; test_colors.py holds these colours against the page."""
    colors, page = {"light": LIGHT, "dark": DARK}[theme], shown(name, theme=theme)
    texts = {*page.evaluate(DRAWN, [".chart text, .sheet text", "fill"])}
    assert texts <= {rgb(colors[name]) for name in ("ink", "faint", "gradient")}
    lines = {*page.evaluate(DRAWN, [MARKS, "stroke"])}
    named = ("ink", "faint", "edge", "highlight", "accent", *CLASSES)
    assert lines <= {rgb(colors[name]) for name in named}


def test_a_line_is_told_from_others_without_its_colour(shown):
    page = shown("moons")
    dashes = page.evaluate(DRAWN, [".series[stroke='var(--series-2)']", "strokeDasharray"])
    assert dashes == ["6px, 3px"]
    weights = {
        sign: page.evaluate(DRAWN, [f".weight.{sign}", "strokeDasharray"])
        for sign in ("above", "below")
    }
    assert weights == {"above": ["none"], "below": ["5px, 3px"]}


def test_the_box_of_a_step_is_not_below_the_buttons(shown):
    page = shown("neuron", "phone")
    page.set_viewport_size({"width": 390, "height": 560})
    page.evaluate(FRAME)
    buttons = page.locator(".zooms").bounding_box()["y"]
    page.keyboard.press("Home")
    for _ in range(8):  # the forward pass, through all rows
        box = page.locator(".box.active .frame").bounding_box()
        assert box["y"] + box["height"] <= buttons
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")


@pytest.mark.parametrize("name", screens.NAMES)
def test_on_paper_a_dark_page_is_light_and_has_no_buttons(shown, name):
    page = shown(name, theme="dark", media="print")
    assert page.locator("button:visible, input[type=range]:visible").count() == 0
    assert screens.faults(page) == []
    if name != "notebook":  # whose paper is that of its reader
        colors = [page.locator("body").evaluate(COLOUR, key) for key in ("color", "background")]
        assert colors[0] == rgb(LIGHT["ink"]) and colors[1].startswith(rgb(LIGHT["paper"]))


def shades_of_cells(page):
    return {*page.evaluate(DRAWN, [".confusion tbody td", "backgroundColor"])}


def test_what_is_painted_is_painted_for_the_paper(shown):
    page = shown("iris", theme="dark")
    assert shades_of_cells(page) & {rgb(DARK["paper"])}
    assert shades_of_cells(shown("iris", theme="dark", media="print")) & {rgb(LIGHT["paper"])}


def test_forced_colours_leave_the_keys_of_colours_and_what_is_pressed(shown):
    page = shown("network", theme="forced")
    page.get_by_text("Predict", exact=True).click()
    pressed = page.locator("[aria-pressed=true]").first
    assert pressed.evaluate(COLOUR, "borderTopWidth") == "4px"
    page.get_by_text("Predict", exact=True).click()
    legend = page.locator(".legend i").first
    assert "linear-gradient" in legend.evaluate(COLOUR, "backgroundImage")
    swatch = shown("class", theme="forced").locator(".key i").first
    assert swatch.evaluate(COLOUR, "backgroundColor") == rgb("#2fc79a")
