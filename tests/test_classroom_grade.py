"""`tinynet grade`: what is printed, and what is told of a user's mistakes."""

import pytest

from tests.classroom_class import SOLUTION, assignment_in, handed_in
from tests.test_classroom_class_report import report
from tinynet.classroom.gradebook import gradebook
from tinynet.cli import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the assignment in assignments/, and a class in class/."""
    assignment_in(tmp_path / "assignments")
    handed_in(tmp_path / "class", {"ann": SOLUTION, "bob": "def mean(v):\n    return sum(v)\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


MEANS = ["--assignment", "assignments/01_means"]


def test_one_submission_is_printed_and_nothing_is_written(here, capsys):
    before = sorted(here.rglob("*"))
    assert main(["grade", "class/ann/means.py", *MEANS]) == 0
    assert "100 of 100" in capsys.readouterr().out
    assert [path for path in sorted(here.rglob("*")) if "__pycache__" not in path.parts] == before


def test_what_is_wrong_is_told_beside_a_note_on_the_file(here, capsys):
    handed_in(here / "more", {"cy": "def mean(v):\n    return sum(v)\n"})
    (here / "more/cy/means.py").rename(here / "more/cy/mine.py")
    assert main(["grade", "more/cy", *MEANS]) == 0
    told = capsys.readouterr().out
    assert "mean      0 of  40  The 1/N of the mean is missing\n" in told
    assert "\n\nmine.py was taken for means.py\n\nmean, by hand\n" in told


def test_a_package_that_is_not_there_is_told_with_those_that_are(here, capsys):
    handed_in(here / "more", {"cy": "import matplotlib\n"})
    assert main(["grade", "more/cy", *MEANS]) == 0
    assert "beside Python's own modules there is only numpy" in capsys.readouterr().out


def test_a_class_is_told_and_written(here, capsys):
    assert main(["grade", "class", *MEANS, "--quiet", "--format", "canvas"]) == 0
    told = capsys.readouterr()
    assert "1 of 2: the 1/N of the mean is missing" in told.out and told.err == ""
    out = here / "01_means-grades"
    names = (
        "class.html",
        "class.json",
        "grades.csv",
        "canvas.csv",
        "ann/report.html",
        "ann/handed_in/means.py",
    )
    assert all((out / name).is_file() for name in names)
    for option in ("--json", "--csv", "--html"):
        main(["grade", "class", *MEANS, "--quiet", option])
        printed = capsys.readouterr().out.strip().replace("\r\n", "\n")
        name = {"--json": "class.json", "--csv": "grades.csv", "--html": "class.html"}[option]
        kept = (out / name).read_text(encoding="utf-8-sig")
        assert printed == kept.strip()


@pytest.mark.parametrize(
    "platform, name, row",
    [
        ("moodle", "Ann Lee_7_assignsubmission_file", "Participant 7,Ann Lee,,100,100,"),
        ("canvas", "leeann_7_13_means.py", "leeann,7,,,,100"),
    ],
)
def test_the_number_by_which_a_platform_knows_a_student_comes_back(here, platform, name, row):
    file = here / "down" / name
    file = file if file.suffix else file / "means.py"
    file.parent.mkdir(parents=True)
    file.write_text(SOLUTION)
    assert main(["grade", "down", *MEANS, "--quiet", "--out", "out", "--format", platform]) == 0
    assert row in (here / f"out/{platform}.csv").read_text()


@pytest.mark.parametrize(
    "option, told",
    [
        ("--json", '"submission": "bob"'),
        ("--csv", "bob,4,4,\r\n"),
        ("--html", "<title>bob: Losses</title>"),
    ],
)
def test_one_report_in_other_forms(here, capsys, monkeypatch, option, told):
    monkeypatch.setattr(gradebook, "grade_one", lambda *_: report("bob", 4))
    assert main(["grade", "class/bob", *MEANS, option]) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, told",
    [
        (["empty", *MEANS], "there is no submission in empty"),
        (["nowhere", *MEANS], "nowhere"),
        (["class", "--assignment", "99_none"], "there is no assignment 99_none"),
        (["empty"], "say which assignment it is: --assignment NAME"),
        (["class", *MEANS, "--out", "file"], "cannot write to file: File exists"),
        (["class", *MEANS, "--out", "/proc/grades"], "cannot write to /proc/grades"),
        (["class", *MEANS, "--out", "class"], "would write into or around class"),
        (["class", *MEANS, "--out", "class/grades"], "would write into or around class"),
        (["class/ann", *MEANS, "--out", "."], "would write into or around"),
        (["class", *MEANS, "--roster", "file"], "--roster is for --format moodle or canvas"),
        (["class", *MEANS, "--format", "moodle", "--roster", "file"], "file has neither a column"),
        (["class", *MEANS, "--jobs", "0"], "must be a whole number from 1 on"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(here, capsys, words, told):
    (here / "empty").mkdir()
    (here / "file").write_text("x")
    before = {path: path.read_bytes() for path in (here / "class").rglob("*.py")}
    assert main(["grade", *words]) == 2
    assert told in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (here / "class").rglob("*.py")} == before


def test_the_assignment_is_known_by_its_file(here, capsys, monkeypatch):
    monkeypatch.setattr(gradebook, "grade_one", lambda source, _: report(source.name, 10))
    monkeypatch.chdir(here / "assignments")
    assert main(["grade", "../class/ann", "--csv"]) == 0
    assert "01_means,10" in capsys.readouterr().out
