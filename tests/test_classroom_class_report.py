"""The class report: quartiles, misconceptions counted, checks, and a table for spreadsheets."""

import csv
import io
import json

import pytest

from tinynet.classroom.gradebook.class_report import class_report, to_csv, told_class
from tinynet.classroom.judging.report import CheckResult, Report, TaskResult


def report(name, earned, *misconceptions, note=""):
    """One task of two checks, both failing where there is a misconception."""
    checks = [CheckResult("by hand", True, 4, not misconceptions)]
    checks += [CheckResult("others", False, 6, earned == 10)]
    tasks = TaskResult("mse", "", 10, earned, () if note else tuple(checks), misconceptions)
    return Report("03_losses", "Losses", name, (tasks,), note=note)


CLASS = {
    "ann": report("ann", 10),
    "bob": report("bob", 0, "missing_mean", "sign"),
    "cy": report("cy", 0, "missing_mean"),
    "dan": report("dan", 4),
    "eve": report("eve", 0, note="the file cannot be run: SyntaxError"),
}


def test_points_misconceptions_checks_and_what_could_not_be_run():
    found = class_report(CLASS)
    (task,) = found.tasks
    assert (task.low, task.median, task.high, task.full, task.none) == (0, 0, 4, 1, 3)
    held = [(each.name, each.students) for each in found.misconceptions]
    assert held == [("missing_mean", ("bob", "cy")), ("sign", ("bob",))]
    assert [(each.title, each.failed) for each in found.checks] == [("others", 3), ("by hand", 2)]
    assert [student.name for student in found.not_run] == ["eve"]
    assert json.loads(found.to_json())["students"][1]["misconceptions"] == ["missing_mean", "sign"]


def test_the_text_counts_among_those_that_ran():
    told = told_class(class_report(CLASS))
    assert "Losses: 5 submissions, median 0 of 10" in told
    assert "2 of 4: the 1/N of the mean is missing" in told
    assert "could not be run: eve: the file cannot be run: SyntaxError" in told


def test_a_class_of_nobody_is_refused():
    with pytest.raises(ValueError, match="no reports"):
        class_report({})


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x"]
)
def test_no_cell_is_a_formula(name):
    safe = f"'{name.strip()}"
    table = to_csv(class_report({"x": report(name, 10, note=name)}))
    (_, line) = csv.reader(io.StringIO(table))
    assert line == [safe, "10", "10", safe]


def test_the_table_has_a_column_for_each_task():
    lines = to_csv(class_report(CLASS)).splitlines()
    assert lines[0] == "name,total,mse,note"
    assert lines[1] == "ann,10,10," and lines[5] == "eve,0,0,the file cannot be run: SyntaxError"
