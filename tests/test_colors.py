"""The colours of pages and pictures: what is to be told apart can be, also by the colour-blind."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

import tinynet as tn
from tinynet.classroom.pages import pictures
from tinynet.views import plots, web
from tinynet.views.colors import DARK, LIGHT, SERIES, contrast, css, ink_on

TUTORIALS = Path(__file__).parents[1] / "tutorials"
THEMES = {"light": LIGHT, "dark": DARK}
PAGE, BOXES = ("paper", "surface"), ("operation", "parameter", "data", "layer")
LINES = ("edge", "highlight", "accent", "full", "part", "none")
CLASSES = tuple(f"series-{i}" for i in range(1, 7))
NEEDED = [  # WCAG 2.2: 4.5 for text, 3 for what is no text but is looked at
    *itertools.product(("ink", "faint", "accent", "gradient", "none"), PAGE, [4.5]),
    *itertools.product(("ink", "gradient"), BOXES, [4.5]),
    ("accent-ink", "accent", 4.5),
    *itertools.product((*LINES, *CLASSES), PAGE, [3]),
    *itertools.product(("ink", "edge", "negative", "positive"), ("zero", "data"), [3]),
]


@pytest.mark.parametrize("theme", THEMES)
def test_text_marks_and_borders_have_the_contrast_that_is_needed(theme):
    colors = THEMES[theme]
    found = {(a, b): contrast(colors[a], colors[b]) for a, b, _ in NEEDED}
    assert {pair for pair, least in ((n[:2], n[2]) for n in NEEDED) if found[pair] < least} == set()


def test_the_highlight_of_a_box_stands_out_from_its_fill():
    for colors in THEMES.values():
        assert min(contrast(colors["highlight"], colors[box]) for box in BOXES) >= 2.5
        assert contrast(colors["highlight"], colors["surface"]) >= 3  # its other side


# Machado, Oliveira & Fernandes (2009), of linear RGB: without red, green or blue cones
SEEN = {
    "all": np.eye(3),
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def lab(color, seen):
    """A colour, as somebody sees it, in Oklab (Ottosson 2020)."""
    shares = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    light = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    cones = [[0.412, 0.536, 0.051], [0.212, 0.681, 0.107], [0.088, 0.282, 0.630]]
    axes = [[0.210, 0.794, -0.004], [1.978, -2.429, 0.451], [0.026, 0.783, -0.809]]
    return axes @ np.cbrt(cones @ np.clip(SEEN[seen] @ light, 0, 1))


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", THEMES)
def test_classes_are_told_apart_also_by_the_colour_blind(theme, seen):
    places = [lab(THEMES[theme][name], seen) for name in CLASSES]
    apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(places, 2)]
    assert min(apart) > 0.075  # 0.02 is just seen


@pytest.mark.parametrize("color", [*LIGHT.values(), *DARK.values(), "#757575", "#777777"])
def test_ink_is_read_on_any_colour(color):
    assert contrast(ink_on(color), color) >= 4.5


# --- one hand -------------------------------------------------------------------------------


def test_a_page_has_the_colours_and_dark_ones_on_a_dark_screen_only():
    light, dark = css().splitlines()
    for text, colors in ((light, LIGHT), (dark, DARK)):
        assert dict(re.findall(r"--([\w-]+): (#\w{6});", text)) == colors
    assert dark.startswith("@media screen and (prefers-color-scheme: dark)")
    assert css() in web.page("p", [], None) and css() in web.document("d", [], "")


def test_styles_and_scripts_name_colours_and_have_none_of_their_own():
    folder = Path(web.__file__).parent
    used = {}
    for path in [*folder.glob("*.css"), *folder.glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        used[path.name] = set(re.findall(r"(?:var\(|\")--([\w-]*\w)[\"),]", text))
        own = {"#000000", "#ffffff"} if path.name == "arrays.js" else set()  # inkOn
        assert set(re.findall(r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b", text)) == own, path.name
    assert set.union(*used.values()) <= {*LIGHT}


def test_a_class_has_the_same_colour_in_pictures_and_pages():
    clouds = plots.dataset(tn.datasets.make_blobs(classes=6, rng=0)).collections
    assert [to_hex(cloud.get_facecolor()[0]) for cloud in clouds] == [*SERIES]
    assert tuple(LIGHT[name] for name in CLASSES) == SERIES


def test_a_matrix_is_as_blue_and_as_orange_as_a_heat_map():
    shades = [pictures._colour(entry, 2.0) for entry in ("-2", "0", "2", "nan")]
    assert shades == [LIGHT[name] for name in ("negative", "zero", "positive", "ink")]


@pytest.mark.parametrize("path", sorted(TUTORIALS.glob("*.py")), ids=lambda p: p.stem)
def test_a_tutorial_draws_in_the_same_colours(path):
    assert {*re.findall("#[0-9A-F]{6}", path.read_text("utf-8"))} <= {c.upper() for c in SERIES}
