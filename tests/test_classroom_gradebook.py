"""The gradebook: a class is graded, kept, gone on with, and can be repeated bit for bit."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.classroom_class import ANSWERS, SOLUTION, assignment_in, handed_in, submissions
from tinynet.classroom.gradebook import gradebook
from tinynet.classroom.gradebook.gradebook import Gradebook, folder_name, folders, grade_class
from tinynet.classroom.judging.judgements import Fast
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.judging.report import Report, from_json
from tinynet.classroom.submissions.collect import Submission


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return assignment_in(tmp_path_factory.mktemp("assignments"))


@pytest.fixture(scope="module")
def key(source):
    with answer_key(source) as key:
        yield key


@pytest.fixture(autouse=True)
def one_key_for_all(key, monkeypatch):
    monkeypatch.setattr(gradebook, "answer_key", lambda source: contextlib.nullcontext(key))


@pytest.fixture(scope="module")
def graded(source, tmp_path_factory):
    """The folder of a class that was graded."""
    out = tmp_path_factory.mktemp("class") / "grades"
    grade_class(source, submissions(), out, progress=False)
    return out


def files(folder):
    """What lies there, but for what differs from run to run."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.name != "graded.json"
    }


def opened(folder):
    return from_json((folder / "report.json").read_text(encoding="utf-8"))


def test_each_student_earns_what_is_right_and_hears_what_is_wrong(graded):
    places = ("ann", "bob", "_cmd", "Zoë _script_")
    assert [opened(graded / place).earned for place in places] == [100, 60, 60, 0]
    assert opened(graded / "bob").tasks[0].misconceptions == ("missing_mean",)
    assert "SyntaxError" in opened(graded / places[3]).note


def test_the_same_class_gives_the_same_bytes(graded, source, tmp_path):
    grade_class(source, submissions(), tmp_path, jobs=4, progress=False)
    assert files(tmp_path) == files(graded)


def test_how_slow_it_was_is_no_part_of_a_report():
    reference = {"seconds": 0.001}
    faults = [Fast()({"result": 1, "seconds": seconds}, reference) for seconds in (1.0, 2.0)]
    assert faults[0] == faults[1] and faults[0].misconception == "slow_loop"


def test_what_was_handed_in_and_how_it_was_graded_are_kept(graded):
    assert (graded / "bob/handed_in/means.py").read_bytes() == ANSWERS["bob"].encode()
    kept = json.loads((graded / "bob/graded.json").read_text())
    assert kept["seconds"] > 0 and kept["graded"].startswith("20")
    assert kept["machine"] and kept["seed"] == 0
    assert {"tinynet", "numpy", "python", "assignment"} == {*opened(graded / "bob").versions}
    assert opened(graded / "bob").surroundings


def test_files_of_any_bytes_and_names_are_kept_below_the_student(source, tmp_path):
    odd = {"means.py": b"\xff\r\n", "../../up.py": b"1", "/etc/x": b"2", "a\nb": b"3"}
    book = Gradebook(source, tmp_path / "out")
    book.keep("eve", Submission("eve", odd), Report("01_means", "Means", "eve", ()), 0.1)
    kept = files(tmp_path / "out/eve/handed_in")
    assert sorted(kept.values()) == sorted(odd.values())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_second_run_grades_only_what_is_new(graded, source, tmp_path, monkeypatch):
    out = tmp_path / "out"
    shutil.copytree(graded, out)
    asked = []
    usual = gradebook.graded
    monkeypatch.setattr(gradebook, "graded", lambda *a: (asked.append(a[1]), usual(*a))[1])
    found = grade_class(source, submissions(ANSWERS | {"bob": SOLUTION}), out, progress=False)
    assert asked == ["bob"]
    assert [student.earned for student in found.students] == [100, 100, 60, 0]
    assert opened(out / "earlier/bob/1").earned == 60


def test_another_assignment_or_a_spoilt_report_is_graded_again(graded, source, tmp_path):
    ann = submissions()[0]
    book = Gradebook(source, graded)
    assert book.kept("ann", ann).earned == 100
    book.stamp = book.stamp | {"assignment": "another"}
    assert book.kept("ann", ann) is None
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/report.json").write_text("{}")
    assert Gradebook(source, tmp_path).kept("ann", ann) is None


def test_the_digest_is_of_what_is_asked_and_not_of_the_banks(source, tmp_path):
    other = assignment_in(tmp_path)
    (other.folder / "wrong").mkdir()
    (other.folder / "wrong/mean.sign.py").write_text("")
    (other.folder / "README.md").write_text("new")
    assert gradebook.versions_of(other) == gradebook.versions_of(source)
    (other.folder / "numbers.csv").write_text("1")
    assert gradebook.versions_of(other) != gradebook.versions_of(source)


def test_what_is_stopped_keeps_what_is_done_and_leaves_nothing_half(source, key, tmp_path):
    slow = dict.fromkeys(("b", "c"), f"import time\ntime.sleep(0.3)\n{SOLUTION}")
    book, todo = Gradebook(source, tmp_path), folders(submissions({"a": SOLUTION} | slow))
    running = gradebook._side_by_side(book, key, todo, 1)
    assert next(running)[0] == "a"
    running.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_where_the_judge_fails_the_class_goes_on_and_nothing_is_kept(source, tmp_path, monkeypatch):
    usual = gradebook.graded

    def failing(key, name, files, *start):
        if name == "bob" and files:
            raise RecursionError("too deep")
        return usual(key, name, files, *start)

    two = [Submission("ann", {}), *submissions({"bob": SOLUTION})]
    monkeypatch.setattr(gradebook, "graded", failing)
    found = grade_class(source, two, tmp_path, progress=False)
    assert found.not_run[1].note.startswith("the judge failed, so grade it by hand: RecursionError")
    assert Gradebook(source, tmp_path).kept("bob", two[1]) is None


def test_what_stands_in_the_place_of_a_report_is_not_deleted(source, tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/thesis.txt").write_text("years of work")
    grade_class(source, [Submission("ann", {})], tmp_path, progress=False)
    assert (tmp_path / "earlier/ann/1/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "name, folder",
    [
        ("..", "_"),
        ("", "_"),
        ("a/b\\c", "a_b_c"),
        ("-rf", "_rf"),
        ("NUL", "_NUL"),
        ("x" * 300, "x" * 80),
        ("ends. ", "ends"),
        ("new\nline", "new_line"),
        ("Ångström", "Ångström"),
    ],
)
def test_a_name_becomes_one_folder(name, folder):
    assert folder_name(name) == folder


def test_no_two_share_a_folder():
    names = ["ann", "Ann", "a/n", "a_n", "earlier", "tutorials"]
    found = list(folders([Submission(name, {}) for name in names]))
    assert found == ["ann", "Ann-2", "a_n", "a_n-2", "earlier-2", "tutorials-2"]


@pytest.mark.slow
def test_ctrl_c_in_the_middle_and_the_same_command_again(source, tmp_path):
    answers = {f"s{i}": SOLUTION for i in range(6)}
    handed_in(tmp_path / "in", answers)
    command = [sys.executable, "-m", "tinynet", "grade", "in", "--out", "out", "--jobs", "1"]
    command += ["--assignment", str(source.folder)]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("out/*/report.json")):
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=30)[1]
    assert running.returncode == 130 and "what is graded is kept in out" in told
    assert "Traceback" not in told
    done = {path: path.stat().st_mtime_ns for path in tmp_path.glob("out/*/report.json")}
    assert 1 <= len(done) < 6 and not (tmp_path / "out/class.html").exists()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0 and (tmp_path / "out/class.html").exists()
    assert {path: path.stat().st_mtime_ns for path in done} == done
