"""Which file is tested, and what it earns: a task's points count when all its tests pass.

The file is losses.py beside this one, or the one that the environment variable SUBMISSION names.
It runs in a process of its own (runner.py), from which only numbers come back to the tests.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from runner import decode, encode

POINTS = {"task1": 10, "task2": 10, "task3": 20, "task4": 10, "task5": 30, "task6": 20}
FOLDER = Path(__file__).resolve().parent
SECONDS = 10  # for one call; and for NumPy to be imported
LONGEST = 10_000_000  # characters of an answer


class SubmissionError(Exception):
    """What the submission raised, or did instead of answering."""


class Submission:
    """The functions of a file: each call is sent to the runner, and its answer is judged here."""

    def __init__(self, path):
        self.path, self.process, self.stuck = str(path), None, set()

    def __getattr__(self, name):
        def function(*arguments):
            if name in self.stuck:
                raise SubmissionError(f"{name} did not end within {SECONDS} seconds before")
            answer = self.ask({"name": name, "arguments": [encode(a) for a in arguments]})
            result, *after = map(decode, (answer["result"], *answer["arguments"]))
            for argument, changed in zip(arguments, after, strict=True):
                if hasattr(argument, "shape"):
                    argument[...] = changed  # as if it had been called here
            return result

        function.__name__ = name
        return function

    def start(self):
        """Start the runner, in an empty folder; an error if the file cannot be run."""
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(FOLDER / "runner.py"), self.path],  # -B: leaves no files
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            encoding="utf-8",
        )
        self.answer("the file")

    def ask(self, call):
        """Send one call and wait for its answer."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(call) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it has ended; the answer will be empty
        return self.answer(call["name"])

    def answer(self, what):
        """The next line of the runner, or the error that it stands for."""
        late = threading.Timer(SECONDS, self.stop, [what])
        late.start()
        line = self.process.stdout.readline(LONGEST)
        late.cancel()
        try:
            answer = json.loads(line)
            error = answer.get("error")
        except (ValueError, AttributeError):
            error, answer = self.ended(what), {"kinds": []}
        if error is not None:
            raise ValueError(error) if "ValueError" in answer["kinds"] else SubmissionError(error)
        return answer

    def stop(self, what):
        """End what takes too long, and remember it."""
        self.stuck.add(what)
        self.process.kill()

    def ended(self, what):
        """Why there is no answer; the next call starts the runner again."""
        self.process.kill()
        code, self.process = self.process.wait(), None
        if what in self.stuck:
            return f"{what} did not end within {SECONDS} seconds"
        return f"{what} gave no answer, but ended Python (exit code {code})"


# --- pytest -------------------------------------------------------------------------------------


def pytest_collection_finish(session):
    """Start the submission when the tests have been read; a file that cannot be run is one line."""
    path = Path(os.environ.get("SUBMISSION", FOLDER / "losses.py")).resolve()
    session.config.submission, session.config.before = Submission(path), contents(path)
    try:
        session.config.submission.start()
    except Exception as error:
        first = str(error).partition("\n")[0]
        raise pytest.UsageError(f"{path} cannot be run: {first}") from error


def contents(submission):
    """What the tests consist of, to see that it stays so."""
    files = (path for path in FOLDER.rglob("*") if path.suffix in {".py", ".ini", ".pyc", ".toml"})
    return {path: path.read_bytes() for path in files if path != submission}


@pytest.fixture
def losses(request):
    """The functions under test."""
    return request.config.submission


def pytest_sessionfinish(session):
    """End the runner; a submission that changed the tests fails."""
    config = session.config
    if getattr(config, "submission", None) and config.submission.process:
        config.submission.process.kill()
        config.submission.process.wait()
    config.changed = bool(hasattr(config, "before")) and changed(config)
    if config.changed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def changed(config):
    """The files that are not what they were, by name."""
    after = contents(Path(config.submission.path))
    paths = config.before.keys() | after.keys()
    return sorted(path.name for path in paths if config.before.get(path) != after.get(path))


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
    if config.changed:
        earned = 0
        names = ", ".join(config.changed)
        terminalreporter.line(f"no points: while it ran, these files changed: {names}")
    terminalreporter.line(f"total: {earned} of {possible} points")


def _count(stats, task, which):
    """How many tests of a task ended as `which`; all of them for ""."""
    outcomes = [which] if which else ["passed", "failed", "error", "skipped", "xfailed", "xpassed"]
    return sum(task in report.keywords for name in outcomes for report in stats.get(name, []))
