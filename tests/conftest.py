"""What several files of tests share: a browser, and pages opened in it."""

import functools
import gc
import importlib
import os

import pytest

from tests import browser as browsers
from tests import course as courses

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy: each core has its own process


def pytest_collection_finish():
    """What exists by now stays to the end: no collection of garbage need look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser():
    with browsers.launched() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """Opens a page; see `tests.browser.opened`."""
    return functools.partial(browsers.opened, browser)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The folder of a small course, see tests/course.py: the course while a test runs."""
    courses.write(tmp_path / "tutorials")
    tutorials = importlib.import_module("tinynet.classroom.course.tutorials")
    monkeypatch.setattr(tutorials, "FOLDER", tmp_path / "tutorials")
    monkeypatch.setenv("TINYNET_STATE", str(tmp_path / "state"))
    return tmp_path / "tutorials"


@pytest.fixture
def begun(course, tmp_path):
    """Opens its tutorial, as one who comes to it or comes back."""
    from tinynet.classroom.course import find
    from tinynet.classroom.course.progress import Progress
    from tinynet.classroom.course.reading import Reading

    def begin():
        reading = Reading(find(7), Progress(), tmp_path / "figures")
        reading.begin()
        return reading

    return begin
