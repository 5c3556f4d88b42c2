"""Hostile submissions: each gets an honest grade, and nothing is harmed.

`hostile/` holds one small file for each thing that is tried; its first line says what, and what it
has honestly earned. They are graded by `hostile_assignment/`, with bubblewrap and with the limits
and Landlock alone. What else is handed in to do harm, names, links and zips, is in
test_classroom_submissions.py.
"""

import contextlib
import os
import re
import resource
import secrets
import socket
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.test_classroom_wire import VALUES
from tinynet.classroom import assignment
from tinynet.classroom.judging import grading
from tinynet.classroom.judging.judge import judged
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.judging.report import for_student, from_json
from tinynet.classroom.runner import sandbox
from tinynet.classroom.runner.process import Process
from tinynet.classroom.runner.worker import landlock, wire

HERE = Path(__file__).parent
BANK = {path.stem: path for path in sorted((HERE / "hostile").glob("*.py"))}
del BANK["conftest"]
DEFAULT = ("pytest_skip", "deletes_files")  # always run
RIGHT = "import numpy as np\ndef total(x): return np.sum(x)\ndef scaled(x, by): return x * by\n"
CLOSED = sandbox.bubblewrap() is not None or landlock.version() >= 6

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a submission is held by less"),
    pytest.mark.skipif(not CLOSED, reason="without bubblewrap and Landlock this could do harm"),
]


SYSTEM = re.compile(
    r"^(import|from) (ctypes|fcntl|glob|os|resource|shutil|signal|socket|sub)", re.M
)


def cases():
    """Each attack, held by bubblewrap (a few by default); on the system also by what else there is.

    What only forges data does not meet the sandbox.
    """
    ways = {"bubblewrap": sandbox.bubblewrap() is not None, "limits": landlock.version() >= 6}
    for way in (way for way, works in ways.items() if works):
        for name in BANK:
            if way == "limits" and ways["bubblewrap"] and not SYSTEM.search(BANK[name].read_text()):
                continue
            usual = name in DEFAULT and way == next(w for w, works in ways.items() if works)
            marks = () if usual else pytest.mark.slow
            yield pytest.param(name, way == "bubblewrap", marks=marks, id=f"{name}-{way}")


@pytest.fixture(scope="module")
def key():
    with answer_key(assignment.load(HERE / "hostile_assignment")) as key:
        yield key


class World:
    """What is worth protecting, and whether it is as it was."""

    def __init__(self, folder, server):
        self.folder, self.server, self.secret = folder, server, f"xyzzy-{secrets.token_hex(8)}"
        (folder / "secret.txt").write_text(self.secret)
        (folder / "ann.py").write_text(RIGHT)
        (folder / "solution.py").write_text(RIGHT)
        for path in folder.iterdir():
            os.chmod(path, 0o666)
        self.before = self.seen()
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.began = time.monotonic()

    def seen(self):
        files = {p.name: (p.read_text(), p.lstat().st_mode) for p in self.folder.iterdir()}
        places = (Path(place) for place in ("/tmp", "/var/tmp", "/dev/shm"))
        marked = [path for place in places for path in place.glob("*hostile-[0-9]*")]
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        own = os.getcwd(), resource.getrlimit(resource.RLIMIT_NOFILE), os.sched_getaffinity(0)
        return files, marked, environment, own, _children(), _scratch(), _marked(), _segments()

    def check(self, report):
        """What was seen before is still so; nothing of it, and nothing harmful, is reported."""
        assert time.monotonic() - self.began < 60
        until = time.monotonic() + 5  # the kernel takes a moment to end a namespace
        while self.seen() != self.before and time.monotonic() < until:
            time.sleep(0.05)
        assert self.seen() == self.before
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.memory < 400_000  # kB
        told = report.to_json()
        assert from_json(told) == report and len(told) < 100_000
        assert not any(secret in told for secret in (self.secret, "xyzzy", os.environ["SECRET"]))
        assert all(c.isprintable() or c == "\n" for c in told)
        self.server.settimeout(0.01)
        with pytest.raises(TimeoutError):
            self.server.accept()


def _children():
    lists = Path("/proc/self/task").glob("*/children")
    return {number for path in lists for number in path.read_text().split()}


def _scratch():
    return sorted(Path(tempfile.gettempdir()).glob("tinynet-*"))


def _segments():
    """The keys of shared memory that outlives its processes."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return sorted(line.split()[1] for line in lines)


def _marked():
    """Processes that a submission left behind."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += [path] if b"\x00271828" in path.read_bytes() else []
    return found


@pytest.fixture
def world(monkeypatch):
    with tempfile.TemporaryDirectory() as shared, contextlib.ExitStack() as stack:
        for name in ("canary", "tmp"):
            os.mkdir(f"{shared}/{name}")
        os.chmod(shared, 0o755)
        os.chmod(f"{shared}/canary", 0o777)
        monkeypatch.setattr(tempfile, "tempdir", f"{shared}/tmp")
        os.chmod(f"{shared}/tmp", 0o755)
        monkeypatch.setenv("SECRET", f"plugh-{secrets.token_hex(8)}")
        server = stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))
        yield World(Path(shared, "canary"), server)


def graded(key, world, source, sandboxed):
    """The report on this source, in which the places of the world are named."""
    names = {"/CANARY": world.folder, "SOLUTION": HERE / "hostile_assignment"}
    names |= {'"JUDGE"': f'"{os.getpid()}"', '"PORT"': f'"{world.server.getsockname()[1]}"'}
    for name, value in names.items():
        source = source.replace(name, str(value))
    start = partial(grading.Apart, held=partial(Process, sandboxed=sandboxed))
    return grading.graded(key, "hostile", {"small.py": source.encode()}, start)


@pytest.mark.parametrize("name, sandboxed", [*cases()])
def test_it_gets_an_honest_grade_and_harms_nothing(name, sandboxed, key, world):
    source = BANK[name].read_text(encoding="utf-8")
    report = graded(key, world, source, sandboxed)
    world.check(report)
    assert f"{report.earned} of {report.points}" == re.match(r'"""(\d+ of 10): ', source)[1]


def test_a_student_is_not_shown_what_hidden_checks_asked(key, world):
    report = graded(key, world, BANK["leaks_hidden_inputs"].read_text(), None)
    assert "2.5, 7.0" in report.to_json()  # for the teacher
    told = for_student(report).to_json()
    assert "seen: [[1.0, 2.0, 3.0]]" in told and "2.5, 7.0" not in told


def test_the_next_submission_is_graded_as_before(key, world):
    assert graded(key, world, BANK["sys_exit"].read_text(), None).earned == 0
    assert graded(key, world, HONEST, None).earned == 10


class Says:
    """A runner that brings back whatever plain data it is told to."""

    def __init__(self, value):
        self.value = value

    def ask(self, question, reference=None):
        about = {"seconds": 0.1, "printed": "", "inputs": {"x": self.value}}
        return {"result": wire.unpacked(wire.packed(self.value)), **about}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(VALUES)
def test_no_plain_data_that_a_worker_can_send_ends_the_judge(key, value):
    results = judged(key, Says(value))
    earned = sum(result.earned for result in results)
    assert earned < 10 and all(isinstance(result.told, str) for result in results)


HONEST = (HERE / "hostile_assignment" / "solution.py").read_text()
ODD = {  # what no file of its own can hold
    "nothing": b"",
    "zeros": bytes(1000),
    "noise": bytes(range(256)) * 40,
    "UTF-16": HONEST.encode("utf-16"),
    "nested deep": b"x = " + b"(" * 100_000 + b")" * 100_000,
    "a long sum": b"x = 1" + b" + 1" * 200_000,
    "signs": b"x = " + b"-" * 200_000 + b"1",
    "a long line": b"x = '" + b"x" * 2_000_000 + b"'",
    "an odd codec": b"# coding: rot13\n" + HONEST.encode(),
    "letters that look alike": "def tоtal(x): return 6.0\n".encode(),  # a Cyrillic o
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_sources_that_are_none_earn_nothing_and_harm_nothing(name, key, world):
    report = grading.graded(key, name, {"small.py": ODD[name]})
    world.check(report)
    assert report.earned == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["numpy.py", "json.py", "worker.py", "os.py", "sitecustomize.py"])
def test_files_with_the_names_of_modules_are_not_imported_in_their_place(name, key, world):
    other = b"raise SystemExit('hostile')"
    report = grading.graded(key, name, {"small.py": HONEST.encode(), name: other})
    world.check(report)
    assert report.earned == 10


def test_the_bank_is_large_and_is_run_only_where_it_is_graded():
    assert len(BANK) >= 60
    for path in BANK.values():
        source = path.read_text(encoding="utf-8")
        assert 'assert __name__ == "small"' in source and re.match(r'"""\d+ of 10: ', source)
