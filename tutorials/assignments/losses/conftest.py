"""Which file is tested, and what it earns: a task's points count when all its tests pass.

The file is losses.py beside this one, or the one that the environment variable SUBMISSION names.
"""

import importlib.util
import os
from pathlib import Path

import pytest

POINTS = {"task1": 10, "task2": 10, "task3": 20, "task4": 10, "task5": 30, "task6": 20}


def pytest_configure(config):
    """Load the submission once; a file that cannot be read ends the run with one line."""
    path = os.environ.get("SUBMISSION", Path(__file__).with_name("losses.py"))
    spec = importlib.util.spec_from_file_location("submission", path)
    try:
        config.submission = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(config.submission)
    except Exception as error:
        raise pytest.UsageError(f"{path} cannot be run: {type(error).__name__}: {error}") from error


@pytest.fixture
def losses(request):
    """The module under test."""
    return request.config.submission


def pytest_terminal_summary(terminalreporter, config):
    """Print a line per task that was run, and the sum of the points."""
    earned = possible = 0
    terminalreporter.section("points")
    for task, points in POINTS.items():
        passed, total = (_count(terminalreporter.stats, task, which) for which in ("passed", ""))
        if not total:
            continue
        possible += points
        earned += points * (passed == total)
        score = f"{points * (passed == total)} of {points} points"
        terminalreporter.line(f"{task}: {passed} of {total} tests, {score}")
    terminalreporter.line(f"total: {earned} of {possible} points")


def _count(stats, task, which):
    """How many tests of a task ended as `which`; all of them for ""."""
    outcomes = [which] if which else ["passed", "failed", "error"]
    return sum(task in report.keywords for name in outcomes for report in stats.get(name, []))
