"""Assignments in a written lab, in a browser: from nothing to all points, stopped, handed in."""

import re

import pytest

from tests.lab import at_work, lab_file
from tests.screens import faults, serious
from tests.test_classroom_self_check import RIGHT
from tests.test_lab_handing import check_tells_nothing, make_spread
from tinynet import cli
from tinynet.classroom.assignment import load
from tinynet.classroom.handout import public_key, self_check, start
from tinynet.classroom.lab.desk import cells, handing

pytestmark = pytest.mark.slow  # a real browser, and Python in it

MSE = "return np.mean((y_pred - y_true) ** 2)"
WRONG = MSE.replace("mean", "sum")
ENDLESS = "while True:\n        pass"


@pytest.fixture(scope="module")
def source():
    return load("03_losses")


@pytest.fixture(scope="module")
def face(tmp_path_factory, source):
    """An assignment of tinynet's, and one of a teacher's own, which uses a file of another."""
    folder = tmp_path_factory.mktemp("class")
    start.begin(folder / "means")
    return handing.face([source.folder, make_spread(folder / "spread")])


@pytest.fixture(scope="module")
def path(tmp_path_factory, face):
    return lab_file(tmp_path_factory.mktemp("lab"), {"hand": face, "course": cells.face([5])})


def write(page, text):
    page.get_by_role("textbox", name="losses.py").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def written(page):
    """The first lines of the editor, as far as it shows them."""
    return page.get_by_role("textbox").inner_text()


def report(page):
    """What the report says after one more check, asked for by the keyboard."""
    page.keyboard.press("Control+Enter")
    says(page, "Checked at")
    return page.frame_locator("iframe[title^=Report]").locator("main").inner_text()


def says(page, text):
    page.locator(".said", has_text=text).wait_for()


def points(page):
    return page.locator(".points").inner_text()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).press("Enter")


def handed_in(page, folder):
    with page.expect_download() as waiting:
        press(page, "Hand in")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_written_file_holds_nothing_of_the_solution_and_of_hidden_checks(path, source):
    page = path.read_text(encoding="utf-8")
    check_tells_nothing(source, {"data": re.search(r'id="data">(.*?)</script>', page)[1]})


def test_from_nothing_to_all_points_and_to_the_teacher(
    browser, path, face, source, tmp_path, capsys
):
    solution = source.solution
    with at_work(browser, path, "#hand") as page:
        assert points(page) == "0 of 19 points of the public checks"
        page.get_by_role("textbox").click()
        assert report(page).count("not written yet") >= 14 and points(page).startswith("0 of 19")

        wrong = solution.replace(MSE, WRONG)
        write(page, wrong)
        told = report(page)
        key = public_key.read(face["assignments"][0]["checks"])
        (mse, *others) = self_check.report_on(key, "losses.py", {"losses.py": wrong.encode()}).tasks
        (failed,) = mse.failed
        for words in (mse.told, mse.hints[0], failed.asked, failed.expected, failed.came):
            assert words and words in told
        assert not any(task.failed for task in others)
        assert points(page) == "18 of 19 points of the public checks (+18)"
        assert serious(page) == [] and faults(page) == []

        frame = page.frame_locator("iframe[title^=Report]")
        frame.get_by_role("link", name="tutorials/05_six_losses.py").click()
        page.locator("nav a[aria-current]", has_text="Course").wait_for()
        assert page.url.endswith("#course?tutorial=05")
        page.go_back()
        assert frame.locator("main").inner_text() == told

        write(page, solution.replace(MSE, ENDLESS))
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Stop").click()
        says(page, "It was at mse(y_true, y_pred). What you wrote is still here.")
        page.get_by_role("textbox").press("Control+Home")
        assert written(page).count("while True") == 1

        write(page, solution)
        assert "all checks hold" in report(page)
        says(page, "All public checks hold.")
        assert points(page) == "19 of 19 points of the public checks (+1)"
        file = handed_in(page, tmp_path)
        assert cli.main(["grade", str(file), "--assignment", "03_losses"]) == 0
        assert capsys.readouterr().out.endswith("total: 100 of 100 points\n")

        press(page, "Start again")
        assert "BEGIN SOLUTION" not in written(page)
        page.reload()  # what one left is there again
        assert points(page).startswith("19 of 19") and "BEGIN SOLUTION" not in written(page)
        with page.expect_file_chooser() as chooser:
            press(page, "Open …")
        chooser.value.set_files(file)
        says(page, "03_losses.zip is open.")
        assert "BEGIN SOLUTION" in written(page)
        press(page, "Back to what was here")
        assert "BEGIN SOLUTION" not in written(page)


def test_an_earlier_file_is_loaded_and_a_browser_that_keeps_nothing_says_so(opened, path, tmp_path):
    (tmp_path / "mine.py").write_text(RIGHT)
    with opened(path, fragment="#hand?assignment=spread", width=390, height=844) as page:
        press(page, "means.py")
        page.get_by_text("spread.py calls means.py, your answer to means.").wait_for()
        with page.expect_file_chooser() as chooser:
            press(page, "Load means.py …")
        chooser.value.set_files(tmp_path / "mine.py")
        page.get_by_role("textbox", name="means.py").click()
        assert "weighted_mean" in written(page)
        assert faults(page) == [] and serious(page) == []
        page.reload()
        press(page, "means.py")
        assert "weighted_mean" in written(page) and page.locator(".notice").is_hidden()

        page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
        page.get_by_role("textbox", name="means.py").press("x")
        page.get_by_text("This browser keeps nothing of what you write here").wait_for()
