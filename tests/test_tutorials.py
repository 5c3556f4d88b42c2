"""Tutorials: each runs as a script, holds what it claims, and is cut into cells."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "tutorials"
TUTORIALS = sorted(path.name for path in FOLDER.glob("[0-9]*.py"))
DRAWS = {"01_fit_a_line.py", "03_spirals.py"}


@pytest.mark.slow
@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_runs_and_writes_only_the_picture_asked_for(tmp_path, name):
    run = subprocess.run(
        [sys.executable, "-W", "error", FOLDER / name],
        cwd=tmp_path,
        env=os.environ
        | {
            "PYTHONPATH": str(FOLDER.parent),
            "PYTHONUTF8": "1",
            "MPLBACKEND": "Agg",
            "FIGURES": ".",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f"{name[:-3]}.png"] * (name in DRAWS)


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
