"""Every kind of page on every screen, in light, in dark, in forced colours, and on paper."""

import contextlib

import pytest

from tests import screens
from tests.browser import watched
from tests.test_playground_server import serving
from tinynet.views.colors import LIGHT

pytestmark = pytest.mark.slow  # a real browser

READ = {"light": "desk", "dark": "phone", "forced": "tablet"}  # by axe-core
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
@pytest.mark.parametrize("name", screens.NAMES)
def test_axe_finds_nothing_serious(shown, name, theme):
    assert screens.serious(shown(name, READ[theme], theme)) == []


COLOUR = "(made, name) => getComputedStyle(made)[name]"


def rgb(color):
    return "rgb({}, {}, {})".format(*bytes.fromhex(color[1:]))


@pytest.mark.parametrize("name", screens.NAMES)
def test_on_paper_a_dark_page_is_light_and_has_no_buttons(shown, name):
    page = shown(name, theme="dark", media="print")
    assert page.locator("button:visible, input[type=range]:visible").count() == 0
    assert screens.faults(page) == []
    if name != "notebook":  # whose paper is that of its reader
        colors = [page.locator("body").evaluate(COLOUR, key) for key in ("color", "background")]
        assert colors[0] == rgb(LIGHT["ink"]) and colors[1].startswith(rgb(LIGHT["paper"]))


def test_what_is_painted_is_painted_for_the_paper(shown):
    page = shown("iris", theme="dark", media="print")
    cells = page.locator(".confusion tbody td")
    shades = {cells.nth(i).evaluate(COLOUR, "backgroundColor") for i in range(cells.count())}
    assert rgb(LIGHT["paper"]) in shades


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
