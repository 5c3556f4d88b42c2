"""Pictures of answers: what the judge keeps for them, what is drawn, and what a student may see."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tinynet import cli
from tinynet.classroom import Assignment, Check, Raises, Task
from tinynet.classroom.judging.judge import MOST_PICTURED, judged
from tinynet.classroom.judging.key import Entry, Key
from tinynet.classroom.judging.report import CheckResult, Report, for_student, from_json
from tinynet.classroom.pages import pictures

PUZZLES = Path(__file__).parents[1] / "tutorials" / "assignments" / "02_puzzles"
RIGHT = np.array([[1.0, 0.0], [0.25, 2.0]])


class Answering:
    """A runner that has one answer."""

    def __init__(self, result):
        self.result = result

    def ask(self, question, reference=None):
        return {"result": self.result, "inputs": {}, "printed": ""}


def report(came, right=RIGHT, public=True, **about):
    """The report on one check of one task, whose right answer is `right`."""
    check = Check("a matrix", "f(x)", public=public, **about)
    key = Key("x", Assignment("x", "x.py", [Task("f", [check])]), {"f": (_entry(check, right),)})
    return Report("x", "x", "ann", judged(key, Answering(came)))


def _entry(check, right):
    return Entry(check, {"result": right, "inputs": {}})


def result(*arguments, **about):
    return report(*arguments, **about).tasks[0].checks[0]


# --- what the judge keeps -------------------------------------------------------------------

KEPT = {  # what came, what was right: the rows that are kept, and the places that are wrong
    "right": (RIGHT, RIGHT, (("1", "0"), ("0.25", "2")), ()),
    "one wrong": (RIGHT + [[0, 0.5], [0, 0]], RIGHT, (("1", "0.5"), ("0.25", "2")), ((0, 1),)),
    "a vector": (np.array([1.0, 3.0]), np.array([1.0, 2.0]), (("1", "3"),), ((0, 1),)),
    "lists": ([[1, 0], [0, 2]], RIGHT, (("1", "0"), ("0", "2")), ((1, 0),)),
    "truth values": (np.eye(2) == 1, np.eye(2), (("1", "0"), ("0", "1")), ()),
    "no number": (np.array([np.nan, -np.inf]), np.ones(2), (("nan", "-inf"),), ((0, 0), (0, 1))),
    "another shape": (np.array([1.0, 2.0]), RIGHT, (("1", "2"),), ()),
    "ragged": ([[1.0], [2.0, 3.0]], RIGHT, (), ()),
    "the right one ragged": (np.ones(2), [[1.0], [2.0, 3.0]], (("1", "1"),), ()),
    "a number": (1.5, 2.0, (), ()),
    "nothing": (None, RIGHT, (), ()),
    "empty": (np.zeros((0, 3)), RIGHT, (), ()),
    "too large": (np.zeros((MOST_PICTURED + 1, 2)), RIGHT, (), ()),
    "three axes": (np.zeros((2, 2, 2)), RIGHT, (), ()),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_small_array_is_kept_with_its_wrong_places(case):
    came, right, matrix, wrong = KEPT[case]
    kept = report(came, right)
    check = kept.tasks[0].checks[0]
    assert (check.matrix, check.wrong) == (matrix, wrong)
    assert from_json(kept.to_json()) == kept


def test_a_report_of_before_pictures_can_still_be_read():
    text = re.sub(r',\s+"(matrix|wrong)": \[\]', "", report(1.5, 2.0).to_json())
    assert '"matrix":' not in text
    assert from_json(text) == report(1.5, 2.0)


def test_of_a_hidden_check_only_a_wrong_answer_is_kept_and_not_for_the_student():
    assert result(RIGHT, public=False).matrix == ()
    hidden = report(2 * RIGHT, public=False)
    assert hidden.tasks[0].checks[0].wrong == ((0, 0), (1, 0), (1, 1))
    seen = for_student(hidden).tasks[0].checks[0]
    assert (seen.matrix, seen.wrong) == ((), ())
    assert pictures.matrix(seen) == ""
    assert for_student(report(2 * RIGHT)).tasks[0].checks[0].wrong


def test_only_what_is_compared_is_kept():
    assert result(RIGHT, judgement=Raises("ValueError")).matrix == ()


# --- what is drawn --------------------------------------------------------------------------


def drawn(rows, wrong=(), holds=False, came=""):
    matrix = tuple(tuple(f"{v:.4g}" for v in row) for row in rows)
    return CheckResult("x", True, 1, holds, came=came, matrix=matrix, wrong=tuple(wrong))


def parts(check):
    """The drawing's elements, by kind."""
    root = ElementTree.fromstring(pictures.matrix(check))
    assert root.get("role") == "img"
    found = {}
    for element in root.iter():
        found.setdefault(element.tag.rpartition("}")[2], []).append(element)
    return found


@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (3, 4), (8, 8), (9, 2), (20, 20)])
def test_every_entry_is_drawn_within_the_picture_and_told_in_words(shape):
    rows = np.random.default_rng(0).normal(size=shape)
    found = parts(drawn(rows, [(0, 0)]))
    width, height = (int(found["svg"][0].get(name)) for name in ("width", "height"))
    for box in found["rect"]:
        x, y = float(box.get("x", 0)), float(box.get("y", 0))
        assert x + float(box.get("width")) <= width
        assert y + float(box.get("height")) <= height
    assert width <= 450
    told = [title.text for title in found["title"]]
    assert len(told) == 1 + rows.size
    assert sum(text.endswith(", wrong") for text in told) == 1


def test_the_picture_in_words():
    told = pictures.told
    assert told(drawn(RIGHT, holds=True)) == "2 × 2 numbers; all right"
    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert told(drawn(RIGHT, places)).endswith("row 0, column 1; row 1, column 0; and 1 more")
    assert told(drawn([[1, 2, 3]], [(0, 2)])) == "3 numbers; wrong: number 2"
    assert told(drawn([[1, 2]], came="the shape (2,) instead of (2, 2)")).endswith("of (2, 2)")


def test_signs_and_marks_do_not_need_colours():
    large = parts(drawn(np.diag([-1.0, 1, 0, 1] * 3), [(0, 0)]))
    signs = [text.text for text in large["text"][24:]]
    assert (signs.count("−"), signs.count("+")) == (3, 6)
    assert len(large["path"]) == 1
    small = [text.text for text in parts(drawn([[-0.12345, 1e-9, 123456]]))["text"][3:]]
    assert small == ["−0.123", "1e−09", "1e+05"]
    odd = [text.text for text in parts(drawn([[np.nan, -np.inf]]))["text"][2:]]
    assert odd == ["nan", "-inf"]


def test_a_wrong_shape_has_a_dashed_frame():
    assert "stroke-dasharray" in pictures.matrix(drawn(RIGHT, came="the shape …"))
    assert "stroke-dasharray" not in pictures.matrix(drawn(RIGHT, holds=True))


def test_what_came_cannot_add_markup():
    assert parts(drawn(RIGHT, came="</title><script>"))["title"][0].text.endswith("<script>")
    assert "script" not in parts(drawn(RIGHT, came="</title><script>"))


def test_the_pictures_of_the_readme_are_what_is_drawn():
    beside = [(i, j) for i in range(3) for j in range(3) if i != j]
    half = np.eye(3) / 2, np.full((3, 3), 0.5)
    for name, check in {
        "half_right": drawn(half[0], holds=True),
        "half_wrong": drawn(half[1], beside),
    }.items():
        assert (PUZZLES / f"{name}.svg").read_text() == f"{pictures.matrix(check)}\n"
        assert f"({name}.svg)" in (PUZZLES / "README.md").read_text()


# --- all of a report ------------------------------------------------------------------------


def test_a_report_becomes_one_picture_of_what_fails(tmp_path):
    wrong = report(2 * RIGHT)
    pictures.save(wrong, tmp_path / "answers.png")
    assert (tmp_path / "answers.png").read_bytes().startswith(b"\x89PNG")
    axes = pictures.figure(wrong).axes[0]
    assert axes.get_title() == "f\nwrong"
    assert sum(patch.get_linewidth() == 1.8 for patch in axes.patches) == 3
    assert pictures.figure(report(RIGHT)).axes[0].get_title() == "f\nright"
    assert pictures.figure(report(RIGHT[0])).axes[0].get_title() == "f\nwrong shape"


def test_where_nothing_can_be_drawn_it_says_so(tmp_path):
    with pytest.raises(ValueError, match="nothing to draw yet"):
        pictures.save(report(None), tmp_path / "answers.png")


@pytest.mark.parametrize(
    ("picture", "said"),
    [("answers.doc", "the ending of the file"), ("puzzles.py", "--pictures"), ("", "a file")],
)
def test_a_picture_that_cannot_be_written_is_told_before_anything_is_asked(
    tmp_path, capsys, monkeypatch, picture, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "puzzles.py").write_text("")
    assert cli.main(["check", "puzzles.py", "--pictures", picture]) == 2
    assert said in capsys.readouterr().err
