"""The files of tutorials/: each runs as a script; as notebooks the site executes them."""

import os
import re
import subprocess
import sys

import pytest

from tests.test_course import FOLDER, each
from tinynet.classroom.course import find

SCRIPTS = sorted(path.name for path in FOLDER.glob("scripts/*.py"))
pytestmark = pytest.mark.slow


def run(script, folder, *options, **settings):
    """Run a script in a folder, with these environment variables."""
    surroundings = {"PYTHONPATH": str(FOLDER.parent), "PYTHONUTF8": "1", "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, *options, script],
        cwd=folder,
        env=os.environ | surroundings | settings,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@each
def test_a_tutorial_runs_as_a_script_and_leaves_nothing_behind(tmp_path, tutorial):
    done = run(tutorial.path, tmp_path, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("number", [2, 6, 10, 14, 19, 21])  # of each kind one
def test_a_tutorial_can_be_stepped_through_unless_nothing_in_it_is_differentiated(tmp_path, number):
    done = run("--text", tmp_path, "-m", "tinynet", "step", find(number).path)
    if number == 6:
        assert done.returncode == 2
        *_, said = done.stderr.splitlines()
        assert said.startswith("tinynet: error: ") and said.endswith("tinynet step --demo neuron")
    else:
        assert (done.returncode, done.stderr) == (0, "")
        assert re.search(r"^ *\d+/\d+ backward", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_to_copy_is_short_and_draws_its_picture(tmp_path, name):
    assert 20 <= len((FOLDER / "scripts" / name).read_text("utf-8").splitlines()) <= 30
    done = run(FOLDER / "scripts" / name, tmp_path, "-W", "error")
    assert done.returncode == 0, done.stderr
    assert done.stdout and (tmp_path / f"{name[:-3]}.png").stat().st_size > 10_000
    assert "warning" not in done.stderr.lower()
