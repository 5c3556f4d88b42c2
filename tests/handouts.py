"""Running pytest in a handout, as a student does."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SURROUNDINGS = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "100"}


def run(folder, *words):
    """Exit code, and the lines that Python printed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYT")} | SURROUNDINGS,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.returncode, done.stdout.splitlines()


def pytest_in(folder, *words):
    """The same, of pytest."""
    return run(folder, "-m", "pytest", "-p", "no:cacheprovider", *words)
