"""A student's evening: from the untouched handout to all points, in a file and in a notebook."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.handouts import pytest_in, run
from tinynet import cli
from tinynet.classroom import load
from tinynet.classroom.assignment import names
from tinynet.classroom.handout import make as handout
from tinynet.classroom.handout import start

PAGE = Path(__file__).parents[1] / "tutorials" / "assignments" / "README.md"
WRONG = "return weights @ values / len(values)"
RIGHT = "return weights @ values / weights.sum()"
VARIANCE = "return weighted_mean((values - weighted_mean(values, weights)) ** 2, weights)"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The template, and a place to work."""
    start.begin(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    return load(tmp_path / "mine")


def checked(capsys, file):
    """Exit code, and the lines."""
    code = cli.main(["check", str(file)])
    return code, capsys.readouterr().out.splitlines()


def write(file, task, code):
    """Write the code of a task, in the file or in its cell."""
    text = file.read_text(encoding="utf-8")
    error = f'raise NotImplementedError("task {task}")'
    if file.suffix == ".ipynb":
        error, code = json.dumps(error)[1:-1], json.dumps(code)[1:-1]
    assert text.count(error) == 1
    file.write_text(text.replace(error, code), encoding="utf-8")


def evening(file, capsys):
    """First wrong, then right, then all of it."""
    text = file.read_text(encoding="utf-8")
    code, lines = checked(capsys, file)
    assert code == 1 and lines[-1] == "total: 0 of 20 points of the public checks"
    write(file, "weighted_mean", WRONG)
    code, lines = checked(capsys, file)
    assert code == 1 and lines[-1] == "total: 0 of 20 points of the public checks"
    assert any("Divided by the number of values instead of the sum of the we" in o for o in lines)
    file.write_text(text, encoding="utf-8")
    write(file, "weighted_mean", RIGHT)
    code, lines = checked(capsys, file)
    assert code == 1 and lines[-1] == "total: 10 of 20 points of the public checks"
    assert "Next: weighted_variance (how far values are from their mean)" in lines[3]
    code, tests = pytest_in(file.parent)
    assert code == 1 and tests[-1] == lines[-1] and "1 failed, 1 passed" in tests[-2]
    write(file, "weighted_variance", VARIANCE)
    code, lines = checked(capsys, file)
    assert code == 0 and lines[-1] == "total: 20 of 20 points of the public checks"


def test_a_students_evening(mine, tmp_path, capsys):
    handout.make(mine, tmp_path / "evening")
    evening(tmp_path / "evening" / "means.py", capsys)


@pytest.mark.slow
def test_a_students_evening_in_a_notebook(mine, tmp_path, capsys):
    handout.make(mine, tmp_path / "evening", as_notebook=True)
    evening(tmp_path / "evening" / "means.ipynb", capsys)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_tinynet_check_and_pytest_agree_in_every_handout(name, tmp_path, capsys):
    source = load(name)
    folder = tmp_path / "evening"
    handout.make(source, folder, with_earlier=True)
    file = folder / source.assignment.file
    code, lines = checked(capsys, file)
    assert code == 1 and lines[-1].startswith("total: 0 of ")
    assert pytest_in(folder)[1][-1] == lines[-1]
    file.write_text(source.solution, encoding="utf-8")
    code, lines = checked(capsys, file)
    points = re.fullmatch(r"total: (\d+) of (\d+) points of the public checks", lines[-1])
    assert code == 0 and points[1] == points[2]
    code, tests = pytest_in(folder)
    assert code == 0 and tests[-1] == lines[-1]


# --- the page -------------------------------------------------------------------------------


def blocks():
    """The commands of the page with what they print, and the functions that it writes."""
    section = PAGE.read_text(encoding="utf-8").partition("## A student's evening")[2]
    return re.findall(r"^```(console|python)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def printed(command, folder):
    words = shlex.split(command.removeprefix("$ "))
    start = {"tinynet": ["-m", "tinynet"], "python": []}[words[0]]
    return run(folder, *start, *words[1:])[1]


def is_shown(expected, lines):
    """Does the page show these lines? An … stands for any number of them."""
    pattern = "\n".join(re.escape(line) if line != "…" else r"(?:.*\n)*?.*" for line in expected)
    return re.fullmatch(pattern, "\n".join(lines)) is not None


@pytest.mark.slow
def test_the_page_of_the_evening_shows_what_happens(tmp_path):
    handout.make(load("03_losses"), tmp_path / "evening")
    file = tmp_path / "evening" / "losses.py"
    for kind, text in blocks():
        if kind == "python":
            name = re.match(r"def (\w+)", text)[1]
            before = file.read_text(encoding="utf-8")
            after = re.sub(rf"(?ms)^def {name}\(.*?(?=^\S|\Z)", f"{text}\n\n", before, count=1)
            assert after != before
            file.write_text(after, encoding="utf-8")
        else:
            command, *expected = text.splitlines()
            lines = printed(command, file.parent)
            assert is_shown(expected, lines), "\n".join(lines)
