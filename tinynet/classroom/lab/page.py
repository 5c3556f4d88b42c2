"""The lab as HTML: one file that holds all, or a page beside its files, for a web server.

The policy of the page lets the browser run the scripts that are written here, and Python; nothing
is loaded from elsewhere, whatever a tutorial, an answer or a data file says.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...views.web import assemble
from . import packing, pyodide

WEB = Path(__file__).parent / "web"
SCRIPTS = (
    *("files.js", "kernel.js", "frames.js", "printed.js", "codemirror.js", "editor.js"),
    *("keeping.js", "play_face.js", "step_face.js", "course/progress.js", "course/cell.js"),
    *("course/course_face.js", "hand_face.js", "grading/handed_in.js", "grading/runners.js"),
    *("grading/grade_face.js", "lab.js"),
)
STYLES = ("lab.css", "course/course.css", "hand.css", "grading/grade.css")
SOURCE = ("pyodide.asm.js", "pyodide.js", "python.js", "worker.js")  # of the worker, in this order
COMPRESSED = (".whl", ".zip")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; \
form-action 'none'; connect-src {connect}; img-src data: blob:; style-src 'unsafe-inline'; \
worker-src blob:; script-src 'wasm-unsafe-eval' {hashes}">
<title>tinynet lab</title>
<style>
{style}</style>
</head>
<body>
<noscript><p>The lab needs JavaScript.</p></noscript>
<main id="page"></main>
{files}
<dialog id="licences" aria-label="Licences"><form method="dialog"><button>Close</button></form>
<pre>{licences}</pre></dialog>
<script type="application/json" id="data">{data}</script>
{scripts}
</body>
</html>
"""


@dataclass(frozen=True)
class Lab:
    """What a lab consists of.

    Attributes
    ----------
    faces : dict
        What each face needs to be shown, by its name.
    contents : dict
        The bytes of all files, by their names.
    """

    faces: Mapping[str, Any]
    contents: Mapping[str, bytes]

    def one_file(self) -> str:
        """The HTML that holds everything."""
        listed, held = [], []
        for name, content, is_small in self._packed():
            listed.append({"name": name, "gzip": is_small})
            text = base64.b64encode(content).decode("ascii")
            held.append(f'<script type="text/plain" id="{html.escape(name)}">{text}</script>')
        return self._html(listed, "\n".join(held), connect="'none'")

    def site(self) -> dict[str, bytes]:
        """The files of a static site by their paths; a name changes with its content."""
        listed, files = [], {}
        for name, content, is_small in self._packed():
            address = f"files/{hashlib.sha256(content).hexdigest()[:12]}-{name}"
            listed.append({"name": name, "gzip": is_small, "address": address})
            files[address] = content
        return {"index.html": self._html(listed, "", connect="'self'").encode(), **files}

    def _packed(self) -> Iterable[tuple[str, bytes, bool]]:
        """Each file: its name, its bytes as they travel, and whether they are in gzip's format."""
        for name, content in self.contents.items():
            is_small = not name.endswith(COMPRESSED)
            yield name, packing.small(content) if is_small else content, is_small

    def _html(self, listed: list[dict[str, Any]], held: str, connect: str) -> str:
        wheels = {name: self.contents[name] for name in self.contents if name.endswith(".whl")}
        data = {
            "files": listed,
            "faces": self.faces,
            "wheels": list(wheels),
            "zips": [name for name in self.contents if name in ("tinynet.zip", "tqdm.zip")],
            "source": SOURCE,
        }
        scripts = [assemble.script(name) for name in assemble.SHARED]
        scripts += [_read(name) for name in SCRIPTS]
        return _PAGE.format(
            connect=connect,
            hashes=" ".join(assemble.allowed(script) for script in (*scripts, *_of_frames())),
            style=assemble.style() + "".join(map(_read, STYLES)),
            files=held,
            licences=html.escape(packing.licences(wheels)),
            data=assemble.as_data(data),
            scripts="\n".join(f"<script>{script}</script>" for script in scripts),
        )


def lab(
    faces: Mapping[str, Any],
    place: str = pyodide.ADDRESS,
    matplotlib: bool = False,
    progress: bool = True,
) -> Lab:
    """A lab with these faces, out of the Pyodide at this place (see `pyodide.collected`)."""
    groups = ["runtime", *(["matplotlib"] if matplotlib else [])]
    contents = pyodide.collected(groups, place, progress)
    own = ("python.js", "worker.js", *(["grading/runner_worker.js"] if "grade" in faces else []))
    contents |= {name: _read(name).encode() for name in own}
    contents["pyodide-lock.json"] = _lock()
    contents |= {"tinynet.zip": packing.tinynet(), "tqdm.zip": packing.tqdm()}
    return Lab(faces, contents)


def _lock() -> bytes:
    """Pyodide's list of packages: none, as a lab unpacks its own."""
    info = {"abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58"}
    info |= {"python": "3.12.7", "version": pyodide.VERSION}
    return json.dumps({"info": info, "packages": {}}).encode()


def _read(name: str) -> str:
    return "\n" + (WEB / name).read_text(encoding="utf-8")


def _of_frames() -> list[str]:
    """The scripts of all pages: a frame may run what the page around it may."""
    folder = assemble.FOLDER
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.js"))
    return [*map(assemble.script, names), _read("grading/runner_frame.js")]
