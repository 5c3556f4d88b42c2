"""Assignments are fair: the solution earns all, the handout nothing, and each wrong answer is told.

Every wrong answer of the banks loses points in its own task, in no other, and is told why; every
right one in another style earns 100 %. `tinynet classroom check` holds the same of any assignment.
"""

import doctest
import importlib
import re
import sys
from itertools import accumulate

import pytest

from tinynet.classroom.assignment import load, shelves
from tinynet.classroom.check import UNKNOWN, bank, proved
from tinynet.classroom.judging.grading import graded
from tinynet.classroom.judging.key import answer_key, files_of

NAMES = sorted(path.parent.name for path in shelves()[-1].glob("*/assignment.py"))
EACH = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def source(name):
    return load(shelves()[-1] / name)


@pytest.mark.slow
@EACH
def test_every_answer_of_the_banks_gets_what_it_deserves(source):
    proof = proved(source)
    named, wrong = proof.named
    print(f"{source.name}: {named} of {wrong} told their misconception")
    assert proof.faults == ()
    assert {row.answer.name: row.fault for row in proof.rows if row.fault} == {}
    assert named >= 0.9 * wrong


def test_some_answers_of_a_bank_get_what_they_deserve():
    source = load(shelves()[-1] / "01_finite_differences")
    answers = {answer.name: answer for answer in bank(source)}
    reports, wrong = {}, "wrong/central.one_sided.py"
    with answer_key(source) as key:
        for name in ("solution", "handout", wrong, "right/one_from_another.py"):
            files = {source.assignment.file: answers[name].text.encode()}
            reports[name] = graded(key, name, files)
    assert [report.earned for report in reports.values()] == [100, 0, 88, 100]
    lost = [task for task in reports[wrong].tasks if task.failed]
    assert [(task.name, task.misconceptions) for task in lost] == [("central", ("one_sided",))]


def test_the_banks_are_large_and_nearly_all_of_them_have_names():
    answers = [answer for name in NAMES for answer in bank(load(shelves()[-1] / name))]
    wrong = [answer.misconception for answer in answers if answer.task]
    right = [answer for answer in answers if answer.name.startswith("right/")]
    assert len(wrong) >= 80 and len(right) >= 25
    assert wrong.count(UNKNOWN) <= 0.1 * len(wrong)


# --- what a student reads -------------------------------------------------------------------


@EACH
def test_an_assignment_is_worth_100_points(source):
    assert source.assignment.points == 100


@EACH
def test_the_readme_says_the_points_of_the_tasks_in_their_order(source):
    text = (source.folder / "README.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\|.*\| (\d+(?:, \d+)*) \|$", text, re.MULTILINE)
    said = accumulate(int(points) for cell in cells for points in cell.split(", "))
    due = accumulate(task.points for task in source.assignment.tasks)
    assert {100} <= {*said} <= {*due}, "a row is a task, or several that follow each other"


@EACH
def test_the_readme_names_file_and_commands(source):
    text = (source.folder / "README.md").read_text(encoding="utf-8")
    for words in (f"tinynet check {source.assignment.file}", "python -m pytest", "## For teachers"):
        assert words in text


@EACH
def test_the_examples_of_the_docstrings_are_right(source, tmp_path, monkeypatch):
    for file, content in files_of(source).items():
        (tmp_path / file).write_bytes(content)
        monkeypatch.delitem(sys.modules, file.removesuffix(".py"), raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module(source.assignment.module)
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@EACH
def test_every_misconception_that_is_named_is_explained(source):
    for name, known in source.assignment.known_misconceptions.items():
        assert known.title and not known.title.endswith("."), name
        assert known.told.endswith((".", "?")) and known.hint, name
        assert (shelves()[-1].parents[1] / known.tutorial).is_file(), name
