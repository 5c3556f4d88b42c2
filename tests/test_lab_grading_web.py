"""Grading in a written lab, in a browser: a class, and what is handed in to do harm."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.browser import watched
from tests.lab import STARTS, lab_file
from tests.screens import faults, serious
from tests.test_classroom_hostile import BANK, RIGHT
from tinynet.classroom.lab.desk import grading
from tinynet.cli import main

pytestmark = pytest.mark.slow  # a real browser, and Python in it, once for each submission

ASSIGNMENT = Path(__file__).parent / "hostile_assignment"
KINDS = (
    "endless_import",
    "memory_bomb",
    "disk_bomb",
    "forges_answers",
    "reads_solution",
    "network",
)
WRONG = RIGHT.replace("x * by", "x + by")
SLOW = """import numpy as np
def total(x): return sum(x.ravel()[i : i + 14].sum() for i in range(0, x.size, 14))
def scaled(x, by): return x * by
"""
CLASS = {
    "=ann": RIGHT,
    "bob": WRONG,
    "Cem <b>": "def total(x:\n",
    "dana": "def total(x):\n    print(x)\n    raise KeyError('é')\n",
    "eva": RIGHT.replace("return np.sum(x)", "np.sum(x)"),
    "finn": "import scipy\n" + RIGHT,
    "gita": SLOW,
}
FOCUSED = """() => {
  const { labels, textContent } = document.activeElement;
  return (labels?.[0] ?? { textContent }).textContent;
}"""


def handed_in(folder, answers):
    for name, text in answers.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "small.py").write_text(text, encoding="utf-8")
    return folder


def harmful(name):
    """What is handed in; where it calls home, there is a number for the port."""
    return BANK[name].read_text(encoding="utf-8").replace('"PORT"', '"9"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("grading")


@pytest.fixture(scope="module")
def by_command(folder):
    """The gradebook that the command line makes of the class."""
    given, out = handed_in(folder / "class", CLASS), folder / "grades"
    about = ["--assignment", str(ASSIGNMENT), "--out", str(out), "--quiet", "--csv"]
    assert main(["grade", str(given), *about]) == 0
    return out


@pytest.fixture(scope="module")
def lab(browser, folder):
    """A lab that has graded the class and some that would do harm; and what its page said."""
    path = lab_file(folder, {"grade": grading.face(ASSIGNMENT)})
    given = handed_in(folder / "all", CLASS | {name: harmful(name) for name in KINDS})
    complaints, requests = [], []
    with browser.new_context(offline=True, accept_downloads=True) as context:
        page = watched(context.new_page(), complaints, requests)
        page.set_default_timeout(STARTS)
        page.goto(path.as_uri())
        page.get_by_label("Or choose a folder").set_input_files(given)
        page.get_by_role("status").filter(
            has_text=f"{len(CLASS) + len(KINDS)} graded. The"
        ).wait_for(timeout=10 * STARTS)
        yield page
    assert [url for url in requests if not url.startswith(("data:", "blob:", path.as_uri()))] == []
    assert [told for told in complaints if "policy" not in told] == []  # it kept them in


def downloaded(page, name, folder):
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    path = folder / name
    download.value.save_as(path)
    return path


def test_the_class_gets_what_it_gets_on_the_command_line(lab, by_command, tmp_path):
    ours = downloaded(lab, "grades.csv", tmp_path).read_bytes().split(b"\r\n")
    theirs = (by_command / "grades.csv").read_bytes().split(b"\r\n")
    kinds = [line for line in ours if line.partition(b",")[0].decode() in KINDS]
    assert [line for line in ours if line not in kinds] == theirs and len(kinds) == len(KINDS)
    book = zipfile.ZipFile(downloaded(lab, "hostile_assignment-grades.zip", tmp_path))
    for path in by_command.glob("[!g]*/report.json"):  # on a busy computer gita is timed out
        theirs = json.loads(path.read_text(encoding="utf-8"))
        ours = json.loads(book.read(path.relative_to(by_command).as_posix()))
        for about in ("surroundings", "versions"):  # another Python holds and asks it
            assert ours.pop(about) != theirs.pop(about)
        assert ours == theirs


@pytest.mark.parametrize("name", KINDS)
def test_what_would_do_harm_gets_an_honest_grade(lab, name):
    row = lab.get_by_role("row").filter(has=lab.get_by_role("button", name=f"of {name}")).first
    due = re.match(r'"""(\d+ of 10): ', BANK[name].read_text(encoding="utf-8"))[1]
    assert row.get_by_role("cell").first.inner_text() == due


def test_the_page_of_a_student_opens_from_the_class(lab):
    lab.get_by_role("button", name="Show the class page").click()
    shown = lab.frame_locator("iframe[title^='The class']")
    shown.get_by_role("link", name="bob").first.click()
    page = lab.frame_locator("iframe[title=bob]")
    assert "9 of 10" not in page.locator("header").inner_text()
    assert "scaled" in page.locator("main").inner_text()


def tab_to(page, name, frame=None):
    """Press Tab until the focus is on what has this text or label."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if (frame or page.main_frame).evaluate(FOCUSED).strip() == name:
            return
    raise AssertionError(f"the key Tab does not lead to {name}")


def test_all_is_reached_with_the_keyboard_alone(lab):
    lab.evaluate("document.activeElement.blur()")
    tab_to(lab, "Or choose a folder:")
    with lab.expect_file_chooser():
        lab.keyboard.press("Enter")
    tab_to(lab, "The class page")
    lab.keyboard.press("Enter")
    lab.get_by_role("heading", name="The class:").wait_for()
    tab_to(lab, "finn", lab.main_frame.child_frames[0])
    lab.keyboard.press("Enter")
    lab.get_by_role("heading", name="finn").wait_for()
    lab.evaluate("document.activeElement.blur()")
    tab_to(lab, "dana")
    lab.keyboard.press("Enter")
    assert "KeyError" in lab.frame_locator("iframe[title=dana]").locator("main").inner_text()
    box = lab.locator("iframe[title=dana]").bounding_box()
    assert box["y"] < lab.viewport_size["height"] / 2  # it has come into view


def test_all_can_be_seen_and_heard_at_any_width(lab):
    lab.evaluate("document.querySelector('.grading').scrollTop = 0")
    for width in (1440, 390):
        lab.set_viewport_size({"width": width, "height": 900})
        assert faults(lab) == []
    assert serious(lab) == []
