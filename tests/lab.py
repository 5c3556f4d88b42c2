"""A lab written to a file, and opened in a browser without a network.

TINYNET_PYODIDE names the folder or archive that holds Pyodide; without it these tests are skipped.
"""

import contextlib
import os

import pytest

from tests.browser import opened
from tinynet.classroom.lab.page import lab

STARTS = 180_000  # milliseconds that Python may take on a busy machine


def pyodide():
    place = os.environ.get("TINYNET_PYODIDE")
    if not place:
        pytest.skip("TINYNET_PYODIDE=FOLDER names no Pyodide, of which a lab is made")
    return place


def lab_file(folder, faces, **options):
    """The path of a lab with these faces, in one file."""
    path = folder / "lab.html"
    made = lab(faces, pyodide(), progress=False, **options)
    path.write_text(made.one_file(), encoding="utf-8")
    return path


@contextlib.contextmanager
def at_work(browser, path, fragment="", **options):
    """A page that shows a lab in which Python is ready; neither error nor request may come."""
    with opened(browser, path, fragment=fragment, **options) as page:
        page.set_default_timeout(STARTS)
        page.get_by_text("Python is ready").wait_for()
        yield page
