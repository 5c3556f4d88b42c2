"""The colours of all that tinynet draws: of pages in light and in dark, and of pictures.

The hues are those of Okabe & Ito (2008), safe for the colour-blind; of the six series the last
three are darker in light and lighter in dark than theirs, so that each stands out from the page.
A page has them as properties of CSS, a picture takes the light ones.
"""

from __future__ import annotations

LIGHT = {
    # the page, and text on it
    "paper": "#ffffff",
    "surface": "#f5f6f8",
    "ink": "#1d2126",
    "faint": "#4f5861",
    "accent": "#0072b2",
    "accent-ink": "#ffffff",
    "gradient": "#9a4400",
    # lines: what only parts, the border of what can be used, and what is looked at now
    "line": "#c3c9d0",
    "edge": "#78828c",
    "highlight": "#d55e00",
    # numbers, from below 0 to above
    "negative": "#0072b2",
    "zero": "#ffffff",
    "positive": "#d55e00",
    # boxes of a graph
    "operation": "#cfe6f5",
    "parameter": "#fbe3b3",
    "data": "#ffffff",
    "layer": "#cdebdd",
    # how much of a task is right
    "full": "#00805d",
    "part": "#a87200",
    "none": "#b84900",
    # classes and curves: blue, vermilion, green, pink, indigo, brown
    "series-1": "#0072b2",
    "series-2": "#d55e00",
    "series-3": "#009e73",
    "series-4": "#a03070",
    "series-5": "#2a2a6e",
    "series-6": "#7a5200",
}
DARK = {
    "paper": "#14171b",
    "surface": "#1e2329",
    "ink": "#e9ecef",
    "faint": "#b8c0c8",
    "accent": "#56b4e9",
    "accent-ink": "#10202b",
    "gradient": "#ffc68a",
    "line": "#475059",
    "edge": "#7d8791",
    "highlight": "#f0a050",
    "negative": "#56b4e9",
    "zero": "#14171b",
    "positive": "#f0803c",
    "operation": "#1d4460",
    "parameter": "#5a4411",
    "data": "#14171b",
    "layer": "#17503c",
    "full": "#2fc79a",
    "part": "#f0c050",
    "none": "#f0854a",
    "series-1": "#56b4e9",
    "series-2": "#f0803c",
    "series-3": "#2aa87f",
    "series-4": "#f7c0e0",
    "series-5": "#8f7df0",
    "series-6": "#f6ec8a",
}
SERIES = tuple(color for name, color in LIGHT.items() if name.startswith("series"))
_CSS = """:root {{ color-scheme: light dark; {light} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
"""


def css() -> str:
    """Each colour as a property, such as --paper; paper that is printed on is light."""
    light, dark = (
        " ".join(f"--{name}: {color};" for name, color in table.items()) for table in (LIGHT, DARK)
    )
    return _CSS.format(light=light, dark=dark)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(color: str) -> str:
    """Black or white, whichever is read more easily on the colour.

    >>> ink_on("#0072b2"), ink_on("#d55e00")
    ('#ffffff', '#000000')
    """
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, color))


def _luminance(color: str) -> float:
    """The light that a colour gives, from 0 to 1."""
    shares = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
