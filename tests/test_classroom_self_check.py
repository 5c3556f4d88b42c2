"""`tinynet check` and pytest in a handout: what a student is told, and how mistakes are met."""

import re
import shutil

import pytest

from tests.handouts import pytest_in
from tinynet import cli
from tinynet.classroom import load
from tinynet.classroom.handout import make as handout
from tinynet.classroom.handout import public_key, start
from tinynet.classroom.judging.grading import graded
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.judging.misconceptions import CATALOGUE
from tinynet.classroom.pages.text import told

RIGHT = """import numpy as np

def weighted_mean(values, weights):
    return weights @ values / weights.sum()

def weighted_variance(values, weights):
    return weighted_mean((values - weighted_mean(values, weights)) ** 2, weights)
"""


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """A handout of the template, whose questions may take a second only."""
    folder = tmp_path_factory.mktemp("class")
    start.begin(folder / "mine")
    handout.make(load(folder / "mine"), folder / "handout")
    checks = folder / "handout" / "checks.json"
    checks.write_text(checks.read_text().replace('"seconds": 5.0', '"seconds": 1.0'))
    return folder / "handout"


@pytest.fixture
def folder(handed_out, tmp_path, monkeypatch):
    """A student's copy of it, and the place where the student is."""
    copy = shutil.copytree(handed_out, tmp_path / "handout")
    monkeypatch.chdir(copy)
    return copy


def quick(cases, *chosen):
    """The cases, of which all but those that begin so are slow."""
    return [c if c.startswith(chosen) else pytest.param(c, marks=pytest.mark.slow) for c in cases]


def check(capsys, *words):
    code = cli.main(["check", *words])
    output = capsys.readouterr()
    return code, output.out, output.err


# --- the command is wrong -------------------------------------------------------------------

WRONG_COMMANDS = {
    ("losses.py",): "there is no file losses.py: name the one that you wrote in",
    (".",): "there is no file .",
    ("../handout",): "there is no file ../handout, but a folder: name the file",
    ("other/means.py",): "there is no checks.json beside other/means.py: work in the folder",
    ("mean.py",): "asks for means.py, not mean.py: rename it, and hand it in",
    ("means.ipynb",): "means.ipynb is no notebook that can be read",
    ("means.py", "--task", "weighted_maen"): "did you mean 'weighted_mean'?",
    ("means.py", "--hint", "0"): "must be a whole number of at least 1, not '0'",
    ("damaged/means.py",): "checks.json holds no checks",
}


@pytest.mark.parametrize("words", WRONG_COMMANDS)
def test_a_wrong_command_is_told_in_one_sentence(folder, capsys, words):
    for name in ("other", "damaged"):
        (folder / name).mkdir()
        (folder / name / "means.py").write_text(RIGHT)
    (folder / "damaged" / "checks.json").write_text("{")
    (folder / "mean.py").write_text(RIGHT)
    (folder / "means.ipynb").write_text(RIGHT)
    code, out, err = check(capsys, *words)
    assert code == 2 and out == "" and WRONG_COMMANDS[words] in err
    assert "Traceback" not in err


# --- what a file can be ---------------------------------------------------------------------

TABS = RIGHT.replace("    ", "\t")
FILES = {  # its bytes, and what is said
    "right": (RIGHT.encode(), "total: 20 of 20 points"),
    "BOM, Windows' line ends, tabs": (
        b"\xef\xbb\xbf" + TABS.replace("\n", "\r\n").encode(),
        "total: 20 of 20 points",
    ),
    "only printing": (f"print('begins')\n{RIGHT}".encode(), "total: 20 of 20 points"),
    "empty": (b"", "NameError: name 'weighted_mean' is not defined"),
    "not Python": (
        b"def weighted_mean(values weights):\n    return 1\n",
        "The file cannot be run: SyntaxError: invalid syntax",
    ),
    "tabs and spaces": (
        b"def weighted_mean(values, weights):\n\tx = 1\n        return x\n",
        "The file cannot be run: TabError",
    ),
    "not UTF-8": ("name = 'Zoë'\n".encode("latin-1"), "cannot be run: SyntaxError"),
    "an import that is not there": (b"import torch\n", "cannot be run: ModuleNotFoundError"),
    "an endless loop": (
        RIGHT.replace("return weights", "while True: pass\n    return weights").encode(),
        "came      no answer within 1 seconds",
    ),
    "ends Python": (b"import os\nos._exit(0)\n", "it ended Python (exit code 0)"),
    "prints, and is wrong": (
        RIGHT.replace("return weights", "print('w', weights)\n    return -weights").encode(),
        "  printed   w [2. 1.]\n",
    ),
}


@pytest.mark.parametrize("name", quick(FILES, "BOM", "not Python", "prints, and is wrong"))
def test_whatever_is_in_the_file_is_met_with_a_sentence(folder, capsys, name):
    content, said = FILES[name]
    (folder / "means.py").write_bytes(content)
    code, out, err = check(capsys, "means.py")
    assert said in out and err == "" and "Traceback" not in out
    points = 20 if said.startswith("total") else 0
    assert out.splitlines()[-1] == f"total: {points} of 20 points of the public checks"
    assert code == (0 if points else 1)


def test_hints_go_from_a_nudge_to_nearly_the_answer(folder, capsys):
    wrong = RIGHT.replace("weights.sum()", "len(values)")
    (folder / "means.py").write_text(wrong)
    assert "hint      Divide by weights.sum(). (hint 1 of 2)" in check(capsys, "means.py")[1]
    for level in ("2", "9"):
        out = check(capsys, "means.py", "--hint", level)[1]
        assert "hint      What is the mean, if all the weights are 1?" in out


def test_one_task_is_checked_alone(folder, capsys):
    broken = RIGHT.replace("** 2", "** 4")
    (folder / "means.py").write_text(broken)
    code, out, _ = check(capsys, "means.py", "--task", "weighted_mean")
    assert code == 0 and out.splitlines()[0].split() == ["weighted_mean", "10", "of", "10"]
    assert "weighted_variance" not in out
    code, out, _ = check(capsys, "means.py", "--task", "weighted_variance")
    assert code == 1 and [line.split()[0] for line in out.split("\n\n")[0].splitlines()] == [
        "weighted_variance"
    ]


# --- under pytest ---------------------------------------------------------------------------


SKIPS = """
import pytest
pytest.skip(allow_module_level=True)
"""


def test_skipping_earns_nothing_and_the_total_is_the_last_line(folder):
    (folder / "means.py").write_text(SKIPS + RIGHT)
    code, lines = pytest_in(folder)
    assert code == 1 and lines[-1] == "total: 0 of 20 points of the public checks"
    assert any("2 failed" in line for line in lines) and not any("skipped" in o for o in lines)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["-m", "task1"], ["-m", "weighted_mean"], ["-k", "mean:"]])
def test_one_task_is_tested_alone(folder, words):
    (folder / "means.py").write_text(RIGHT.replace("** 2", "** 4"))
    code, lines = pytest_in(folder, "-q", "--strict-markers", *words)
    assert code == 0 and lines[-1] == "total: 10 of 10 points of the public checks"


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, "{"])
def test_missing_or_damaged_checks_are_told_without_a_traceback(folder, content):
    (folder / "checks.json").unlink()
    if content:
        (folder / "checks.json").write_text(content)
    code, lines = pytest_in(folder)
    told = "holds no checks" if content else "there is no checks.json beside"
    assert code == 2
    assert any(told in line for line in lines) and not any("raise ValueError" in o for o in lines)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["-n", "2"], ["--collect-only"], ["-p", "no:terminal"]])
def test_pytest_may_be_run_in_other_ways(folder, words):
    (folder / "means.py").write_text(RIGHT)
    assert pytest_in(folder, *words)[0] == 0


@pytest.mark.slow
def test_a_missing_file_is_told_by_each_test(folder):
    (folder / "means.py").unlink()
    code, lines = pytest_in(folder)
    told = [line for line in lines if line.startswith("there is no file")]
    assert code == 1 and len(told) == 2


# --- what the first assignment's grading did wrong ------------------------------------------

OWN = """
import numpy as np
from tinynet.classroom import Assignment, Check, Task

def asked(source):
    three, zero = {"x": np.array([1.0, 2.0, -3.0])}, {"x": np.zeros(3)}
    return [Check("three", source, three, public=True), Check("zero", source, zero)]

assignment = Assignment("Squares", "squares.py", [
    Task("power", asked("power(x)")),
    Task("slope", asked("slope(x)"), derivative_of="power(x)", by="x"),
])
"""
SQUARES = """import numpy as np

def power(x):
    ### BEGIN SOLUTION
    return np.mean(x * x)
    ### END SOLUTION

def slope(x):
    ### BEGIN SOLUTION
    return 2 * x / x.size
    ### END SOLUTION
"""


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    folder = tmp_path_factory.mktemp("squares")
    (folder / "assignment.py").write_text(OWN)
    (folder / "solution.py").write_text(SQUARES)
    with answer_key(load(folder)) as key:
        yield key


def report_on(key, old, new):
    assert old in SQUARES
    return graded(key, "ann", {"squares.py": SQUARES.replace(old, new).encode()})


ENDS = ["import pytest; pytest.skip()", "raise Skipped", "exit(0)"]


@pytest.mark.parametrize("error", quick(ENDS, "raise"))
def test_what_ends_a_test_earns_no_points(squares, error):
    text = f"class Skipped(BaseException): ...\ndef power(x): {error}\ndef slope(x): {error}\n"
    report = graded(squares, "ann", {"squares.py": text.encode()})
    assert report.earned == 0 and all(task.failed for task in report.tasks)


EXTREMES = ["np.inf", "1e308", "1e308 * (x + 2)", "np.nan", "5e-324", "10**400"]


@pytest.mark.parametrize("value", quick(EXTREMES, "np.inf", "1e308"))
def test_no_ratio_crashes_the_judge(squares, value):
    report = report_on(squares, "2 * x / x.size", f"x * 0 + {value}")
    assert [task.earned for task in report.tasks] == [2, 0]
    assert " instead of " in report.tasks[1].failed[0].came or "Error" in str(report.tasks[1])
    assert told(report).splitlines()[-1] == "total: 2 of 4 points"


def test_a_right_derivative_is_not_blamed_for_a_wrong_value(squares):
    report = report_on(squares, "np.mean(x * x)", "np.sum(x * x)")
    assert [task.earned for task in report.tasks] == [0, 2]
    assert report.tasks[1].failed == [] and report.tasks[1].told == ""


def test_what_was_tried_is_told_before_what_was_not(squares):
    text = "def power(x):\n    raise NotImplementedError\ndef slope(x):\n    return -x\n"
    said = told(graded(squares, "ann", {"squares.py": text.encode()})).splitlines()
    assert said[0].endswith("not written yet") and said[3] == "slope, three"


@pytest.mark.slow
def test_a_lost_mean_is_named_without_the_reference_too(squares, tmp_path):
    (tmp_path / "checks.json").write_text(public_key.public(squares))
    home = public_key.opened(tmp_path / "checks.json")
    for new, name in (("2 * x", "missing_mean"), ("2 * x / x.size**2", "extra_mean")):
        for key in (squares, home):
            report = report_on(key, "2 * x / x.size", new)
            assert report.tasks[1].misconceptions == (name,)
    assert report_on(home, "2 * x / x.size", "x / x.size").tasks[1].misconceptions == ("factor",)


def test_no_hint_names_what_is_not_there(squares):
    report = report_on(squares, "2 * x", "-2 * x")
    assert report.tasks[1].misconceptions == ("sign",)
    for idea in CATALOGUE.values():
        said = f"{idea.title} {idea.told} {idea.hint}"
        assert not re.search(r"y_pred|y_true|\be is\b", said), said
