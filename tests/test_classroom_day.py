"""A teacher's day: an assignment of one's own is made, proven, handed out, and a class graded."""

import contextlib
import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from tests.classroom_class import class_from_banks, downloaded
from tests.test_classroom_evening import is_shown
from tinynet.classroom import load
from tinynet.cli import main

PAGE = Path(__file__).parents[1] / "tutorials" / "assignments" / "TEACHING.md"


def commands():
    """The commands of the page, each with the lines that it shows."""
    blocks = re.findall(r"^```console\n\$ (.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return [(block.splitlines()[0], block.splitlines()[1:]) for block in blocks]


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A place in which all commands of the page were run, each showing what the page says."""
    folder = tmp_path_factory.mktemp("day")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command, expected in commands():
            if command.startswith("tinynet grade") and not (folder / "downloaded").exists():
                answers = class_from_banks(load("means"))
                downloaded(folder / "downloaded", answers, "means.py")
            lines = printed(shlex.split(command)[1:])
            assert is_shown(expected, lines), "\n".join([command, *lines])
    return folder, answers


def printed(words):
    """What a command prints, line by line."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(words) == 0, words
    return out.getvalue().splitlines()


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_each_of_sixty_earns_what_is_due(day):
    folder, answers = day
    totals = {row["name"]: int(row["total"]) for row in rows(folder / "grades/grades.csv")}
    assert totals.keys() == answers.keys() and len(totals) == 60
    for student, (answer, _) in answers.items():
        kind = answer.partition("/")[0]
        due = {"solution": [100], "right": [100], "wrong": range(1, 100)}.get(kind, [0])
        assert totals[student] in due, answer
    uploaded = {row["Full name"]: int(row["Grade"]) for row in rows(folder / "grades/moodle.csv")}
    assert uploaded == totals


@pytest.mark.slow
def test_the_class_page_knows_who_thinks_what(day):
    folder, answers = day
    found = json.loads((folder / "grades/class.json").read_text(encoding="utf-8"))
    held = {idea["name"]: {*idea["students"]} for idea in found["misconceptions"]}
    for name in ("root", "count_of_values", "changes_argument"):
        assert held[name] == {who for who, (answer, _) in answers.items() if f".{name}." in answer}
    page = (folder / "grades/class.html").read_text(encoding="utf-8")
    assert "8 of 54: the standard deviation instead of the variance" in page
