"""An assignment in the graders themselves, each installed in an environment of its own."""

import csv
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tinynet.classroom import load
from tinynet.classroom.formats import exported
from tinynet.classroom.handout.start import begin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the graders run on Unix"),
]

ROOT = Path(__file__).parents[1]
SHIPPED = (
    *("setup.cfg", "pyproject.toml", "README.md", "LICENSE"),
    *("tinynet", "datasets", "tutorials"),
)
PARTIAL = '''
def weighted_mean(values, weights):
    """It has the right numbers, and changes its argument: 40 of 50 points."""
    values *= 2.0
    return weights @ values / 2 / weights.sum()
'''
EARNED = {"full": 100, "partial": 90, "empty": 0}


@pytest.fixture
def source(tmp_path):
    """The assignment with which a teacher begins."""
    begin(tmp_path / "01_means")
    return load(tmp_path / "01_means")


@pytest.fixture
def installed(tmp_path):
    """Makes a virtual environment with these packages, and returns what runs a command in it."""
    place = tmp_path / "environment"
    kept = {n: v for n, v in os.environ.items() if n not in ("PYTHONPATH", "VIRTUAL_ENV")}
    kept |= {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}

    def run(*command, cwd=tmp_path, **environment):
        given = {"env": kept | environment, "cwd": cwd, "capture_output": True, "text": True}
        done = subprocess.run([str(word) for word in command], **given)
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout + done.stderr

    def install(*packages):
        venv.create(place, with_pip=True, symlinks=True)
        if packages:
            run(place / "bin" / "python", "-m", "pip", "install", "--quiet", *packages)
        return run

    return install


def checkout(folder):
    """What tinynet is installed from, in a copy, so that the checkout stays as it is."""
    for name in SHIPPED:
        here = ROOT / name
        leave = shutil.ignore_patterns("__pycache__", "bundled")
        copy = shutil.copytree if here.is_dir() else shutil.copy
        copy(here, folder / name, **({"ignore": leave} if here.is_dir() else {}))
    return folder


def handed_in(released, solution, places):
    """The notebook with all answers, with one that is worth less, and as it was handed out."""
    trying = "import no_such_package\n%time 1 + 1\nprint(2)"
    answers = {"full": [solution, trying], "partial": [solution + PARTIAL], "empty": []}
    for name, codes in answers.items():
        content = json.loads(released)
        written_in = (c for c in content["cells"] if c["cell_type"] == "code")
        cells = [c for c in written_in if "raise NotImplementedError" in "".join(c["source"])]
        for cell, code in zip(cells if codes else [], [*codes, ""], strict=False):
            cell["source"] = code
        places[name].parent.mkdir(parents=True, exist_ok=True)
        places[name].write_text(json.dumps(content))


def test_nbgrader_releases_validates_and_grades(source, installed, tmp_path):
    (tmp_path / "checkout").mkdir()
    run = installed("nbgrader==0.9.6", checkout(tmp_path / "checkout"))
    course, name = tmp_path / "course", source.name
    exported("nbgrader", source, course)
    of = f"source/{name}/{name}.ipynb"
    assert "Success!" in run("nbgrader", "validate", of, cwd=course)
    run("nbgrader", "generate_assignment", name, cwd=course)
    release = course / "release" / name / f"{name}.ipynb"
    told = run("nbgrader", "validate", release, cwd=course)
    assert "failed" in told and "not written yet" in told
    released = release.read_text()
    for secret in ("HIDDEN", "BEGIN", "np.dot", f'\\"{name}\\"'):
        assert secret not in released
    places = {n: course / "submitted" / n / name / f"{name}.ipynb" for n in EARNED}
    handed_in(released, source.solution, places)
    shutil.copy(release.with_name("checks.json"), places["full"].parent)
    assert "Success!" in run("nbgrader", "validate", places["full"], cwd=course)
    run("nbgrader", "autograde", name, cwd=course)
    run("nbgrader", "export", cwd=course)
    grades = csv.DictReader((course / "grades.csv").read_text().splitlines())
    assert {line["student_id"]: float(line["score"]) for line in grades} == EARNED
    graded = (course / "autograded" / "partial" / name / f"{name}.ipynb").read_text()
    assert "Changes its argument." in graded


def test_otter_makes_an_autograder_and_grades(source, installed, tmp_path):
    run = installed("otter-grader==7.0.0", "ipykernel", "numpy")
    course, name = tmp_path / "course", source.name
    exported("otter", source, course)
    command = ["otter", "generate", "-t", "tests", "-o", "../autograder.zip"]
    run(*command, f"{name}.zip", "tinynet", cwd=course / "autograder")
    places = {n: course / "submitted" / f"{n}.ipynb" for n in EARNED}
    handed_in((course / "student" / "means.ipynb").read_text(), source.solution, places)
    for student, place in places.items():
        out = course / student
        out.mkdir()
        run("otter", "run", "-a", "autograder.zip", "-o", out, place, cwd=course)
        tests = json.loads((out / "results.json").read_text())["tests"]
        assert sum(test.get("score", 0) for test in tests) == EARNED[student]
        told = "".join(test["output"] for test in tests)
        assert ("Changes its argument." in told) == (student == "partial")
        assert ("not written yet" in told) == (student == "empty")


def test_gradescope_needs_numpy_only_and_no_network(source, installed, tmp_path):
    run = installed()
    python, root = tmp_path / "environment" / "bin" / "python", tmp_path / "autograder"
    path, _ = exported("gradescope", source, tmp_path / "upload")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(root / "source")
    wheels = root / "source" / "wheels"
    run(python, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "-d", wheels, "numpy")
    (root / "submission").mkdir()
    (root / "submission" / "means.py").write_text(source.solution + PARTIAL)
    for script in ("setup.sh", "run_autograder"):
        given = {"PYTHON": str(python), "PIP_INDEX_URL": "http://127.0.0.1:9/"}
        run("bash", root / "source" / script, root, cwd=root, **given)
    found = json.loads((root / "results" / "results.json").read_text())
    assert found["score"] == EARNED["partial"]
    assert "Changes its argument." in json.dumps(found)
