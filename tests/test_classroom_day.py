"""A teacher's day: an assignment of one's own is made, proven, handed out, and graded for a class."""

import csv
import json

import pytest

from tests.classroom_class import class_from_banks, downloaded
from tinynet.classroom import load
from tinynet.cli import main


@pytest.mark.slow
def test_a_teachers_day(tmp_path, monkeypatch, capsys):
    """The commands are those of tutorials/assignments/TEACHING.md, in its order."""
    monkeypatch.chdir(tmp_path)
    for command in (
        ["classroom", "new", "means"],
        ["classroom", "check", "means", "--quiet"],
        ["classroom", "make", "means", "handout"],
    ):
        assert main(command) == 0, command
    assert (tmp_path / "handout/means.py").is_file()

    source = load("means")
    answers = class_from_banks(source)
    downloaded(tmp_path / "downloaded", answers, "means.py")
    upload = ["--format", "moodle", "--roster", "downloaded.csv"]
    command = ["grade", "downloaded", "--assignment", "means", "--out", "grades", "--quiet"]
    assert main([*command, *upload]) == 0

    with open("grades/grades.csv", encoding="utf-8-sig", newline="") as file:
        totals = {row["name"]: int(row["total"]) for row in csv.DictReader(file)}
    assert totals.keys() == answers.keys() and len(totals) == 60
    for name, total in totals.items():
        kind = name.split()[0]
        due = {"solution": [100], "right": [100], "wrong": range(1, 100)}.get(kind, [0])
        assert total in due, name

    found = json.loads((tmp_path / "grades/class.json").read_text(encoding="utf-8"))
    held = {idea["name"]: len(idea["students"]) for idea in found["misconceptions"]}
    wrong = {n: sum(f".{n} " in a for a in answers) for n in ("root", "count_of_values")}
    assert {name: held[name] for name in wrong} == wrong
    told = capsys.readouterr().out
    assert f"{wrong['root']} of 54: the standard deviation instead of the variance" in told

    with open("grades/moodle.csv", encoding="utf-8", newline="") as file:
        uploaded = {row["Full name"]: int(row["Grade"]) for row in csv.DictReader(file)}
    assert uploaded == totals
    assert (tmp_path / "grades/class.html").stat().st_size > 10_000
