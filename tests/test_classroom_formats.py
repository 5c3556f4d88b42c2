"""Reports as other graders write them, and assignments as other graders take them."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tinynet.classroom import load
from tinynet.classroom.formats import (
    EXPORTS,
    FORMATS,
    classroom50,
    exported,
    gradebooks,
    gradescope,
    junit,
    kernel,
    nbgrader,
    otter,
    packing,
    workflow,
    written,
)
from tinynet.classroom.formats.rows import rows
from tinynet.classroom.handout import public_key
from tinynet.classroom.handout.start import begin
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.judging.report import CheckResult, Report, TaskResult
from tinynet.classroom.submissions.notebooks import MARK, code_of
from tinynet.cli import main

SECRET = "0.8128"  # a number of a hidden check
ODD = "<b>&\"'\x00\ud800]]>"  # what a stranger prints

REPORT = Report(
    "03_losses",
    "Six losses",
    "ann",
    (
        TaskResult("mse", "", 3, 3, (CheckResult("paper", True, 3, True),)),
        TaskResult(
            "mae",
            "",
            4,
            2,
            (
                CheckResult("paper", True, 2, True),
                CheckResult(
                    "others", False, 2, False, "mae(a)", SECRET, f"{SECRET}1", "sign", f"p{SECRET}"
                ),
                CheckResult("speed", False, 0, False, "mae(b)", SECRET, SECRET),
            ),
            misconceptions=("sign",),
            told="The sign is flipped.",
            hints=("Mind the sign.", "Turn it."),
            given=("mse",),
        ),
        TaskResult(
            "gate",
            "",
            5,
            0,
            (
                CheckResult("first", True, 2, False, "gate(1)", "2", ODD, "", ODD),
                CheckResult("second", False, 3, True),
            ),
        ),
        TaskResult("none", "", 6, 0, (), note="not asked"),
    ),
    versions={"tinynet": "0.1"},
    files={ODD: "5e"},
    note="a note",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The assignment with which a teacher begins: means.py, of 100 points."""
    begin(tmp_path_factory.mktemp("assignments") / "01_means")
    return load(tmp_path_factory.getbasetemp() / "assignments0" / "01_means")


def from_class(name, earned):
    task = TaskResult("mse", "", 10, earned, (), told="=SUM(A1), said the report")
    return Report("03_losses", "Six losses", name, (task,))


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


# --- reports --------------------------------------------------------------------------------


def test_the_points_of_the_rows_add_up_to_the_report():
    found = list(rows(REPORT))
    assert [row.number for row in found] == ["1.1", "2.1", "2.2", "2.3", "3.1", "3.2", "4"]
    assert [row.earned for row in found] == [3, 2, 0, 0, 0, 0, 0]
    assert sum(row.points for row in found) == REPORT.points == 18
    assert "earns nothing while 'first' does not" in found[5].text
    assert found[6].text == "not asked"
    assert ["The sign is flipped." in row.text for row in found].count(True) == 1


def test_results_for_gradescope_have_its_fields_and_no_hidden_number():
    found = gradescope.results(REPORT, 1.23456, hidden="after_published")
    assert found["score"] == 5 and found["execution_time"] == 1.235
    assert found["output"] == "Six losses: 5 of 18 points.\na note"
    assert {found["visibility"], found["stdout_visibility"]} == {"visible", "hidden"}
    tests = found["tests"]
    assert sum(test["score"] for test in tests) == 5
    assert sum(test["max_score"] for test in tests) == 18
    assert [test["status"] for test in tests] == ["passed", "passed", *["failed"] * 5]
    assert [test["visibility"] for test in tests][1:3] == ["visible", "after_published"]
    assert tests[2]["tags"] == ["mae", "sign"] and tests[2]["name"] == "mae: others"
    said = tests[2]["output"]
    for words in ("hidden", "The sign is flipped.", "Hint: Mind the sign.", "mse, the reference"):
        assert words in said
    assert "Turn it." not in said
    assert "expected: 2" in tests[4]["output"]
    assert SECRET not in json.dumps(found)
    with pytest.raises(ValueError, match="Gradescope knows visible"):
        gradescope.results(REPORT, hidden="secret")


def test_a_result_for_classroom_50_has_whole_points_and_whose_it_is():
    given = {"CLASSROOM": "cs", "COMMIT_URL": "https://c", "SUBMISSION_TAG": "submit/1"}
    when = datetime(2026, 6, 1, 16, 32, 1, tzinfo=timezone(timedelta(hours=2)))
    found = classroom50.result(REPORT, given, when)
    assert found["schema"] == "classroom50/result/v1"
    assert found["datetime"] == "2026-06-01T14:32:01Z"
    who = {"classroom": "cs", "assignment": "03_losses", "submission": "submit/1"}
    assert who.items() <= found.items()
    assert found["commit"] == found["review"] == "https://c"
    assert (found["score"], found["max-score"]) == (5, 18)
    for name, total in (("score", 5), ("max-score", 18)):
        assert sum(test[name] for test in found["tests"]) == total
        assert all(type(test[name]) is int for test in found["tests"])
    names = {test["test-name"]: test["passed"] for test in found["tests"]}
    assert names == {"mse": True, "mae": False, "gate": False, "none": False}
    assert SECRET not in json.dumps(found)


CHILDREN = {  # of the elements of junit-10.xsd, and their attributes: those that must be, and may
    "testsuites": ({"testsuite"}, set(), {"name", "tests", "failures", "errors", "time"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package"},
    ),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, set()),
    "testcase": ({"failure", "error", "skipped"}, {"name"}, {"classname", "time"}),
    "failure": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}


def test_junit_xml_keeps_to_the_schema_whatever_is_in_a_report():
    text = junit.xml([REPORT, replace(REPORT, submission=ODD)])
    root = ElementTree.fromstring(text.encode())
    for element in root.iter():
        children, required, optional = CHILDREN[element.tag]
        assert {child.tag for child in element} <= children
        assert required <= {*element.keys()} <= required | optional
    assert root.get("tests") == "14" and root.get("failures") == "10"
    cases = root.findall("testsuite[@name='ann']/testcase")
    assert [case.find("failure") is None for case in cases] == [True, True, *[False] * 5]
    assert cases[2].find("failure").get("type") == "sign"
    assert cases[2].get("classname") == "03_losses.mae" and SECRET in cases[2][0].text
    assert "<b>&\"'\ufffd\ufffd]]>" in cases[4][0].text
    assert root[1].get("name") == "<b>&\"'\ufffd\ufffd]]>"


def test_canvas_gets_its_columns_and_no_formula():
    names = ["ann", "Bob Lee", "=cmd|' /C calc'!A0", " +1", "@sum", "-2"]
    found = gradebooks.canvas([from_class(n, 7) for n in names], identities={"Bob Lee": "42"})
    lines = table(found)
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Six losses"]
    assert list(lines[0]) == columns
    assert lines[0]["Student"].strip() == "Points Possible" and lines[0]["Six losses"] == "10"
    assert [line["Six losses"] for line in lines[1:]] == ["7"] * 6
    assert lines[1]["SIS Login ID"] == "ann" and lines[2]["ID"] == "42"
    assert not [c for line in lines for c in line.values() if c.strip()[:1] in "=+-@" and c]


def test_moodle_gets_its_columns_and_the_reason():
    reports = [from_class("Bob Lee", 3), from_class("ann@uni.org", 10)]
    bob, ann = table(gradebooks.moodle(reports, identities={"Bob Lee": "42"}))
    assert bob["Identifier"] == "Participant 42" and bob["Full name"] == "Bob Lee"
    assert (bob["Grade"], bob["Maximum Grade"]) == ("3", "10")
    assert bob["Feedback comments"] == (
        "Six losses: 3 of 10 points.\nmse (3 of 10): =SUM(A1), said the report"
    )
    assert ann["Email address"] == "ann@uni.org" and "mse" not in ann["Feedback comments"]


def test_feedback_says_what_came_where_no_misconception_is_known_and_nothing_twice():
    late = CheckResult("paper", True, 5, False, "mse(1)", "1", "no answer within 5 seconds")
    hidden = CheckResult("others", False, 5, False, "mse(2)", SECRET, SECRET)
    tasks = (
        TaskResult("mse", "", 5, 0, (late,), hints=("Square.",), given=("mae",)),
        TaskResult("mae", "", 5, 0, (hidden,)),
        TaskResult("log", "", 5, 0, (late,), note="not written yet", given=("mse",)),
    )
    report = Report("03_losses", "Six losses", "Ann", tasks)
    assert gradebooks.feedback(report).splitlines()[1:] == [
        "mse (0 of 5): paper: no answer within 5 seconds. Hint: Square."
        " Where it calls mae, the reference stood in.",
        "mae (0 of 5): the hidden check 'others' does not hold",
        "log (0 of 5): not written yet",
    ]
    broken = replace(
        report, note="no Python", tasks=(TaskResult("mse", "", 5, 0, (), note="no Python"),)
    )
    assert gradebooks.feedback(broken) == "Six losses: 0 of 5 points.\nno Python\nmse (0 of 5)"


ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Six losses (77),Other (78)\n"
    "    Points Possible,,,,,10,5\n"
    '"Lee, Bob",1,s1,bob1,A,,\n"Lee, Bob",2,s2,bob2,A,,\n"Ray, Ann",3,s3,ann,B,,4\n'
)


def test_a_roster_says_whose_a_grade_is_and_never_guesses(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(ROSTER, encoding="utf-8-sig")
    roster = gradebooks.roster(path)
    reports = [from_class(name, i) for i, name in enumerate(["bob2", "Ann Ray"])]
    body = table(gradebooks.canvas(reports, roster))[1:]
    assert [(line["ID"], line["Section"]) for line in body] == [("2", "A"), ("3", "B")]
    assert [line["Six losses (77)"] for line in body] == ["0", "1"]  # where Canvas finds it again
    for name in ("Bob Lee", "Cy"):  # two of the name, and none
        with pytest.raises(ValueError, match=f"no row of their own for {name}"):
            gradebooks.canvas([from_class(name, 1)], roster)
    with pytest.raises(ValueError, match="no row of their own for ann"):
        gradebooks.canvas([from_class("Ann Ray", 1), from_class("ann", 2)], roster)
    path.write_text("name,points\nann,1\n")
    with pytest.raises(ValueError, match="neither a column ID"):
        gradebooks.roster(path)


def test_the_number_in_the_name_that_moodle_gave_comes_back_to_it(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("Ann Lee_42", "Bob Ray_7"):
        folder = tmp_path / "class" / f"{name}_assignsubmission_file_"
        folder.mkdir(parents=True)
        (folder / "means.py").write_text("")
    assignment = ["--assignment", str(source.folder), "--quiet"]
    assert main(["grade", "class", *assignment, "--format", "moodle", "--out", "out"]) == 0
    lines = table((tmp_path / "out" / "moodle.csv").read_text())
    who = {(line["Identifier"], line["Full name"], line["Grade"]) for line in lines}
    assert who == {("Participant 42", "Ann Lee", "0"), ("Participant 7", "Bob Ray", "0")}


@pytest.mark.parametrize("format", FORMATS)
def test_reports_are_written_for_one_and_for_many(format, source, tmp_path):
    many = [replace(REPORT, submission=name) for name in ("ann", "../bob")]
    for reports in (many[:1], many):
        files = written(format, reports, source, tmp_path / "out" / f"{len(reports)}")
        assert len(files) == (len(reports) if format in ("gradescope", "classroom50") else 1)
        folder = tmp_path / "out" / ("2" if len(files) == 2 else "")
        assert all(file.stat().st_size and file.resolve().parent == folder for file in files)


@pytest.mark.parametrize(
    "given, told",
    [
        (("nope", [REPORT]), "no format 'nope': take gradescope"),
        (("junit", []), "no submission of 01_means"),
        (("junit", [REPORT], "roster.csv"), "a roster is for moodle and canvas"),
    ],
)
def test_what_cannot_be_written_is_told(given, told, source, tmp_path):
    format, reports, *roster = given
    with pytest.raises(ValueError, match=told):
        written(format, reports, source, tmp_path / "x", *map(Path, roster))


# --- assignments ----------------------------------------------------------------------------


def test_an_export_is_written_once_and_holds_no_solution_for_students(source, tmp_path, capsys):
    secrets = ("np.dot(weights", "values - weighted_mean(", "other numbers")
    for format in EXPORTS:
        where = tmp_path / format
        assert main(["classroom", "export", format, str(source.folder), str(where)]) == 0
        assert f"for {format}: " in capsys.readouterr().out
    seen = [tmp_path / "otter" / "student", tmp_path / "classroom50", tmp_path / "workflow"]
    files = [path for place in seen for path in place.rglob("*") if path.is_file()]
    texts = [p.read_text() for p in files if "tinynet" not in p.relative_to(tmp_path).parts]
    assert len(texts) > 10
    assert [secret for secret in secrets for text in texts if secret in text] == []
    assert not list(tmp_path.rglob(".git"))
    assert main(["classroom", "export", "workflow", str(source.folder), str(where)]) == 2
    assert "is there already" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no format 'nope': take gradescope"):
        exported("nope", source, tmp_path)


def released(text):
    """What nbgrader makes of a cell."""
    lines, hidden = [], False
    for line in text.splitlines():
        if "### BEGIN" in line:
            hidden = True
        elif "### END" in line:
            hidden = False
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)


def test_cells_for_nbgrader_have_its_metadata_and_all_points(source):
    cells = json.loads(nbgrader.written(source))["cells"]
    graded = [c for c in cells if c["metadata"].get("nbgrader")]
    kinds = [c["metadata"]["nbgrader"] for c in graded]
    assert all(kind["schema_version"] == 3 and kind["task"] is False for kind in kinds)
    assert len({kind["grade_id"] for kind in kinds}) == len(kinds)
    assert sum(kind.get("points", 0) for kind in kinds) == source.assignment.points
    names = ["weighted_mean", "weighted_mean-checks", "weighted_variance"]
    assert [kind["grade_id"] for kind in kinds][1:4] == names
    for cell, kind in zip(graded, kinds, strict=True):
        text = "".join(cell["source"])
        assert kind["solution"] == ("### BEGIN SOLUTION" in text) == (not kind["locked"])
        assert kind["grade"] == ("### BEGIN HIDDEN TESTS" in text) == ("points" in kind)
        assert text.count("### BEGIN") == text.count("### END")
        assert not {"np.dot", "01_means"} & set(released(text).replace("(", '"').split('"'))


def test_cells_that_hold_checks_are_no_part_of_an_answer(source):
    code = code_of(nbgrader.written(source).encode())
    assert "def weighted_variance(" in code and "tinynet" not in code


def test_an_import_that_tells_is_in_a_region_of_the_cell_that_needs_it(source, tmp_path):
    begin(tmp_path / "a")
    path = tmp_path / "a" / "solution.py"
    text = path.read_text().replace(
        "import numpy", "import math\nfrom itertools import chain\nimport numpy"
    )
    path.write_text(text.replace("return np.dot", "math.pi, chain\n    return np.dot"))
    helper = (
        "### BEGIN SOLUTION\ndef a():\n    pass\n\n\ndef b():\n    pass\n\n\n### END SOLUTION\n"
    )
    path.write_text(path.read_text() + f"\n\n{helper}")
    *_, last = (code for _, code in nbgrader.pieces(load(tmp_path / "a")))
    assert last.count("### BEGIN SOLUTION") == last.count("### END SOLUTION") == 1
    given, mean, variance, *_ = (code for _, code in nbgrader.pieces(load(tmp_path / "a")))
    assert "math" not in given and "import numpy as np" in given
    assert "### BEGIN SOLUTION\n    import math\n    from itertools import chain\n" in mean
    assert "import" not in variance and variance.endswith("### END SOLUTION")


def test_a_test_file_for_otter_has_a_case_for_each_check_and_no_answer(source):
    task = source.assignment.tasks[0]
    text = otter.test(task, task.checks, "01_means.zip")
    space, cases = {}, []

    def test_case(name, points):
        return lambda case: cases.append((name, points, case.__code__.co_varnames))

    lines = (line for line in text.splitlines() if not line.startswith("from "))
    exec("\n".join(lines), {"test_case": test_case, "holds": None}, space)
    assert space["OK_FORMAT"] is False and space["name"] == "weighted_mean"
    assert [name for name, *_ in cases] == [check.title for check in task.checks]
    assert sum(points for _, points, _ in cases) == task.points
    assert {variables for *_, variables in cases} == {("In",)}
    assert "np." not in text and "expected" not in text


def test_tests_for_classroom_50_are_public_commands_of_ten_seconds(source):
    setup, *tests = classroom50.tests(source)
    assert setup["points"] == 0 and all(test["timeout"] <= 10 for test in tests)
    assert [test["points"] for test in tests] == [10, 10]
    assert tests[0]["run"] == "python3 -m tinynet check means.py --task weighted_mean"


def test_the_autograder_for_classroom_50_writes_its_result(source, tmp_path, monkeypatch):
    with answer_key(source) as key:
        (tmp_path / "checks.json").write_text(public_key.public(key))
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "means.py").write_text(source.solution.replace("/ np.sum(weights)", ""))
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("CLASSROOM", "cs")
    classroom50.main(tmp_path)
    found = json.loads((checkout / "result.json").read_text())
    assert found["classroom"] == "cs" and found["assignment"] == "01_means"
    mean, variance = found["tests"]
    assert mean["max-score"] == variance["max-score"] == 10 and found["max-score"] == 20
    assert mean["score"] == 0 and "The 1/N of the mean is missing" in mean["output"]
    assert variance["score"] == 0 and "needs weighted_mean" in variance["output"]


def test_the_workflow_checks_the_file(source):
    text = workflow.written(source)
    assert "      - run: python -m tinynet check means.py\n" in text and "\t" not in text


# --- in a kernel ----------------------------------------------------------------------------


@pytest.fixture
def course(source, tmp_path, monkeypatch):
    """Where nbgrader runs a notebook: below a folder with assignments/."""
    packing.unpacked(packing.packed(source, "assignments/"), tmp_path)
    here = tmp_path / "autograded" / "ann"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    (here / "numpy.py").write_text("raise SystemExit('a module that a student wrote')")
    yield here
    kernel._judge(str(tmp_path / "assignments" / "01_means")).communicate()
    kernel._judge.cache_clear()


def test_a_cell_shows_the_points_and_why_and_asks_in_another_process(source, course, capsys):
    cells = ["", *(code for _, code in nbgrader.pieces(source)), f"{MARK}: x\nimport no"]
    code = "values *= 2.0\n    return weights @ values / 2 / weights.sum()"
    cells.append(f"def weighted_mean(values, weights):\n    {code}")
    assert kernel.points("weighted_mean", cells, "01_means") == 40
    assert "Changes its argument." in capsys.readouterr().out
    (task,) = kernel._report("weighted_mean", tuple(cells), "01_means").tasks
    assert [check.expected for check in task.checks if not check.public] == [""] * 3
    kernel.holds("weighted_mean", 0, cells, "01_means")
    with pytest.raises(AssertionError, match="Changes its argument"):
        kernel.holds("weighted_mean", 3, cells, "01_means")
    with pytest.raises(AssertionError, match="not written yet"):
        kernel.points(
            "weighted_variance",
            ["def weighted_variance(v, w): raise NotImplementedError"],
            "01_means",
        )
    with pytest.raises(ValueError, match="there is no 02_none in"):
        kernel.points("weighted_mean", cells, "02_none")


# --- Gradescope's autograder ----------------------------------------------------------------


def autograded(source, root, text):
    """What Gradescope shows of a submission, in a folder that stands for /autograder."""
    (root / "submission").mkdir(parents=True)
    (root / "submission" / "means.py").write_text(text)
    path, _ = gradescope.export(source, root)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(root / "source")
    given = {"PYTHON": sys.executable, "PATH": "/usr/bin:/bin:/usr/local/bin"}
    for script in ("setup.sh", "run_autograder"):
        done = subprocess.run(
            ["bash", root / "source" / script, root], env=given, capture_output=True
        )
        assert done.returncode == 0, done.stderr
    return json.loads((root / "results" / "results.json").read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="Gradescope's images are Linux")
@pytest.mark.parametrize(
    "wrong, score, told",
    [
        ("import os\nos._exit(0)\n", 0, "it ended Python"),
        pytest.param("", 100, "100 of 100 points", marks=pytest.mark.slow),
        pytest.param(None, 0, "The autograder itself failed", marks=pytest.mark.slow),
    ],
)
def test_the_autograder_always_writes_results(source, tmp_path, wrong, score, told):
    if wrong is None:  # a teacher's mistake
        begin(tmp_path / "broken")
        source, wrong = load(tmp_path / "broken"), ""
        (source.folder / "assignment.py").write_text("assignment = None")
    found = autograded(source, tmp_path / "autograder", wrong + source.solution)
    assert found["score"] == score and told in found["output"]


def test_the_zip_has_its_scripts_at_the_root_and_no_bank(source, tmp_path):
    path, _ = gradescope.export(source, tmp_path)
    with zipfile.ZipFile(path) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["run_autograder"] & modes["setup.sh"] & 0o111
    assert {"tinynet/__init__.py", "tinynet/bundled/iris.csv"} < modes.keys()
    assert "assignments/01_means/solution.py" in modes
    assert not [n for n in modes if "wrong/" in n and n.startswith("assignments")]
    again = packing.zip_of({"b": b"2", "a": b"1"})
    assert again == packing.zip_of({"a": b"1", "b": b"2"})
