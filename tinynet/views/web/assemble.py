"""One HTML file out of style, scripts and data, or out of style and text.

A page can do no harm, whatever the names in its data are. Data is JSON in which no tag can begin,
scripts write it as text only, and the page's own policy lets the browser run these scripts and
load nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...training.files import atomic_write
from .. import colors

FOLDER = Path(__file__).parent
SHARED = ("elements.js", "arrays.js", "chart.js")
_LARGE = 1000  # elements; from here on an array is shown in single precision

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
connect-src {connect}; img-src data:; \
style-src 'unsafe-inline'; script-src {hashes}">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<noscript><p>This page needs JavaScript. The same as text:</p><pre>{text}</pre></noscript>
<main id="page"></main>
<script type="application/json" id="data">{data}</script>
{scripts}
</body>
</html>
"""
_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(
    title: str, names: Sequence[str], data: Any, text: str = "", connect: str = "'none'"
) -> str:
    """The HTML of a page: what all pages share, then the parts named, and `data` for them to show.

    Parameters
    ----------
    title : str
        What the browser's tab is called.
    names : sequence of str
        Files of tinynet/views/web: styles (.css) and scripts (.js), in this order after the shared
        ones. The scripts share one scope, each uses only those before it, and the last shows
        `pageData()`.
    data : any
        What JSON can hold; arrays as `packed` makes them.
    text : str
        What a browser without JavaScript shows instead.
    connect : str
        Where its scripts may ask, as a Content-Security-Policy says it: nowhere, or "'self'".

    >>> "<script>alert" in page("<script>alert(1)</script>", [], ["<script>alert(1)</script>"])
    False
    """
    styles = [name for name in names if name.endswith(".css")]
    scripts = [script(name) for name in (*SHARED, *names) if name not in styles]
    return _PAGE.format(
        title=html.escape(title),
        style=style(*styles),
        text=html.escape(text),
        connect=connect,
        data=as_data(data),
        hashes=" ".join(map(allowed, scripts)),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def document(title: str, styles: Sequence[str], body: str) -> str:
    """The HTML of a page without scripts: `body` is HTML already, the styles are files as above.

    >>> document("<b>", [], "<p>all well</p>").count("<b>")
    0
    """
    return _DOCUMENT.format(title=html.escape(title), style=style(*styles), body=body)


def packed(array: Any, most: int | None = None) -> dict[str, Any]:
    """An array as JSON: its shape, and its numbers as base64 of little-endian floats.

    Small arrays travel as float64; those of more than 1000 elements as float32, seven digits; those
    of int8 or uint8 as the bytes that they are. Where
    there are more than `most` numbers, the first rows travel, or of one row the first columns, with
    the norm and the largest size of the whole.

    >>> packed([1.0, 2.0])
    {'shape': [2], 'dtype': 'float64', 'data': 'AAAAAAAA8D8AAAAAAAAAQA=='}
    """
    array = np.asarray(array)
    single = array.dtype.itemsize <= 4 and array.dtype.kind == "f" or array.size > _LARGE
    is_bytes = array.dtype.name in ("int8", "uint8")
    name = array.dtype.name if is_bytes else "float32" if single else "float64"
    with np.errstate(over="ignore", under="ignore"):
        numbers = array.astype(np.dtype(name).newbyteorder("<"))
    about: dict[str, Any] = {"shape": list(array.shape), "dtype": name}
    if most is not None and array.size > most:
        about |= _measures(array)
        matrix = numbers.reshape(-1, array.shape[-1])
        numbers = matrix[: max(most // matrix.shape[1], 1), :most]
        about["kept"] = list(numbers.shape)
    return about | {"data": base64.b64encode(numbers.tobytes()).decode("ascii")}


def _measures(array: np.ndarray) -> dict[str, float | None]:
    """The norm, None where it is not finite, and the largest size among the finite numbers."""
    norm = np.linalg.norm(array.astype(float))
    peak = np.max(abs(array), where=np.isfinite(array), initial=0)
    return {"norm": finite(norm), "peak": float(peak)}


def finite(number: Any) -> float | None:
    """A float, or None for NaN and infinities, which JSON does not have.

    >>> finite(np.float32(0.5)), finite(np.inf)
    (0.5, None)
    """
    return float(number) if np.isfinite(number) else None


def save(text: str, path: str | os.PathLike) -> None:
    """Write a page whole or not at all."""
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))


def style(*names: str) -> str:
    """The colours, the shared style, and the style files named."""
    return colors.css() + "".join(_read(name) for name in ("style.css", *names))


def script(name: str) -> str:
    """The text of a script element, out of a script file."""
    return f"\n{_read(name)}"


def allowed(script: str) -> str:
    """How a Content-Security-Policy names the text of a script that may run."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def as_data(data: Any) -> str:
    """JSON for a script element: nothing but a "<" can begin a tag, and so end the element."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", r"\u003c")


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
