"""Assignments in a written lab, in a browser: from nothing to all points, stopped, handed in."""

import re

import pytest

from tests.browser import watched
from tests.lab import STARTS, at_work, lab_file
from tests.test_lab_handing import check_tells_nothing
from tinynet import cli
from tinynet.classroom.assignment import load
from tinynet.classroom.lab.desk import handing

pytestmark = pytest.mark.slow  # a real browser, and Python in it

MSE = "return np.mean((y_pred - y_true) ** 2)"
WRONG = MSE.replace("mean", "sum")
ENDLESS = "while True:\n        pass"


@pytest.fixture(scope="module")
def source():
    return load("03_losses")


@pytest.fixture(scope="module")
def path(tmp_path_factory, source):
    face = handing.face([source.folder])
    return lab_file(tmp_path_factory.mktemp("lab"), {"hand": face})


def write(page, text):
    page.get_by_role("textbox", name="losses.py").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def written(page):
    return "\n".join(page.locator(".cm-line").all_inner_texts())


def check(page):
    """Check by the keyboard; the text of the report."""
    page.keyboard.press("Control+Enter")
    page.get_by_text("Checking").wait_for(state="hidden")
    return page.frame_locator("iframe[title^=Report]").locator("main").inner_text()


def says(page, text):
    page.locator(".said", has_text=text).wait_for()


def points(page):
    return page.locator(".points").inner_text()
