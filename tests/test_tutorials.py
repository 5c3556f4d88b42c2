"""The files of tutorials/: each runs as a script and as a notebook, and draws what it says."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from tests.test_course import FOLDER, each
from tinynet.classroom.course.notebooks import notebook

INLINE = "module://matplotlib_inline.backend_inline"
IN_NOTEBOOKS = os.environ | {"PYTHONPATH": str(FOLDER.parent), "MPLBACKEND": INLINE}
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


@each
def test_a_tutorial_runs_as_a_notebook_and_draws_its_figures(tmp_path, tutorial):
    made = nbformat.reads(notebook(tutorial), as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(made, timeout=60, resources=where).execute(env=IN_NOTEBOOKS)
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    figures = [output for output in outputs if "image/png" in output.get("data", {})]
    shown = tutorial.path.read_text(encoding="utf-8").count("plt.show()")
    assert len(figures) == shown >= 2
    assert not [output for output in outputs if output.get("name") == "stderr"]


@each
def test_a_tutorial_can_be_stepped_through_unless_nothing_in_it_is_differentiated(
    tmp_path, tutorial
):
    done = run("--text", tmp_path, "-m", "tinynet", "step", tutorial.path)
    if tutorial.path.name == "06_where_losses_come_from.py":
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
