"""Tutorials: each runs as a script, holds what it claims, and is cut into cells."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "tutorials"
TUTORIALS = sorted(path.name for path in FOLDER.glob("[0-9]*.py"))
SCRIPTS = sorted(path.name for path in FOLDER.glob("scripts/*.py"))
DRAWS = {"01_what_is_wrong.py", "09_what_a_line_cannot_do.py"}
EXERCISES = [  # what "Try it" asks for
    ("01_what_is_wrong.py", "learning_rate, w, b = 0.3", "learning_rate, w, b = 1.2"),
    ("09_what_a_line_cannot_do.py", "16, tn.layers.ReLU, 0.03 ", "2, tn.layers.ReLU, 0.03 "),
    ("09_what_a_line_cannot_do.py", "16, tn.layers.ReLU, 0.03 ", "16, tn.layers.Tanh, 0.03 "),
    ("09_what_a_line_cannot_do.py", "16, tn.layers.ReLU, 0.03 ", "16, tn.layers.ReLU, 0.1 "),
]


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


@pytest.mark.slow
@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_runs_and_writes_only_the_picture_asked_for(tmp_path, name):
    done = run(FOLDER / name, tmp_path, "-W", "error", FIGURES=".")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f"{name[:-3]}.png"] * (name in DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text", "tried"), EXERCISES)
def test_an_exercise_runs_to_its_picture(tmp_path, name, text, tried):
    source = (FOLDER / name).read_text(encoding="utf-8")
    assert source.count(text) == 1
    (tmp_path / name).write_text(source.replace(text, tried), encoding="utf-8")
    done = run(name, tmp_path, FIGURES=".")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / f"{name[:-3]}.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_to_copy_is_short_and_draws_its_picture(tmp_path, name):
    assert 20 <= len((FOLDER / "scripts" / name).read_text("utf-8").splitlines()) <= 30
    done = run(FOLDER / "scripts" / name, tmp_path, "-W", "error")
    assert done.returncode == 0, done.stderr
    assert done.stdout and (tmp_path / f"{name[:-3]}.png").stat().st_size > 10_000
    assert "warning" not in done.stderr.lower()


def test_the_readme_lists_every_script():
    listed = re.findall(r"\]\(scripts/(\w+\.py)\)", (FOLDER / "README.md").read_text("utf-8"))
    assert sorted(listed) == SCRIPTS != []


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_a_script_says_how_its_picture_is_kept(name):
    *_, last = (FOLDER / name).read_text(encoding="utf-8").split("# %%\n")
    assert re.search(r"else:\n    print\(.*FIGURES=.*\)\n    plt.show\(\)\n", last)


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_is_cells_of_prose_and_of_code_with_claims(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    before, *cells = re.split(r"^# %%", text, flags=re.MULTILINE)
    prose = [cell for cell in cells if cell.startswith(" [markdown]\n")]
    assert before == "" and prose[0] is cells[0] and prose[-1] is cells[-1]
    lines = [line for cell in prose for line in cell.splitlines()[1:]]
    assert all(line == "" or line.startswith("#") for line in lines)
    assert sum("\nassert " in cell for cell in cells) >= 3


def test_the_readme_lists_every_tutorial_in_order():
    listed = re.findall(r"\]\((\d\d_\w+\.py)\)", (FOLDER / "README.md").read_text("utf-8"))
    assert listed == TUTORIALS != []
