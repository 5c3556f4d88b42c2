"""The runner: a submission is asked, held and ended, with bubblewrap and without it."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tinynet.classroom.runner import sandbox
from tinynet.classroom.runner.process import Process
from tinynet.classroom.runner.worker import landlock

ROOT = Path(__file__).parents[1]
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux holds a submission in this way")
WAYS = [pytest.param(False, id="limits")]
if sandbox.bubblewrap():
    WAYS.insert(0, pytest.param(True, id="bubblewrap"))


@contextlib.contextmanager
def running(code, sandboxed=None, files=(), **about):
    """A process that holds this code."""
    process = Process({"a.py": code.encode(), **dict(files)}, "a", sandboxed=sandboxed, **about)
    with contextlib.closing(process):
        yield process


def asked(process, source, reference=None, **question):
    return process.ask({"source": source, "inputs": {}, **question}, reference)


def kind(answer):
    """What kind of error it is; "" where it is a result."""
    return answer["error"]["kind"] if "error" in answer else ""


def children():
    """The processes that this one started and that are still there, zombies included."""
    lists = Path("/proc/self/task").glob("*/children")
    return {number for path in lists for number in path.read_text().split()}


@pytest.fixture
def shared():
    """A folder in which other users can look."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def nothing_left(shared, monkeypatch):
    """Fails where a process or a folder is left behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    before = children() if sys.platform == "linux" else set()
    yield
    assert list(shared.iterdir()) == []
    if sys.platform == "linux":
        assert children() == before


def test_a_folder_is_made_where_the_submission_gets_at_it(tmp_path, monkeypatch, nothing_left):
    os.chmod(tmp_path, 0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with running("x = 3", sandboxed=False) as process:
        assert asked(process, "x")["result"] == 3


CODE = """
import os, socket, sys, threading, time
count = 0
def up():
    global count
    count += 1
    return count
def touched(x):
    x += 1
    print("hello")
    return x.sum()
"""


@pytest.mark.parametrize("sandboxed", WAYS)
def test_questions_are_answered_one_after_the_other(sandboxed, nothing_left):
    with running(CODE, sandboxed, files={"data.txt": b"12"}.items()) as process:
        assert [asked(process, "up()")["result"] for _ in range(3)] == [1, 2, 3]
        answer = process.ask({"source": "touched(x)", "inputs": {"x": np.zeros(2)}})
        assert answer["result"] == 2 and answer["printed"] == "hello\n"
        np.testing.assert_array_equal(answer["inputs"]["x"], [1, 1])
        assert asked(process, "int(open('data.txt').read())")["result"] == 12
        assert kind(asked(process, "1 / 0")) == "ZeroDivisionError"
        assert asked(process, "up()")["result"] == 4


HELD = {  # what is tried, and the kinds of error that it gets
    "memory": ("np.ones(2**28)", {"MemoryError"}),
    "a list of everything": ("list(range(10**9))", {"MemoryError"}),
    "a child": ("os.fork()", {"BlockingIOError"}),
    "a program": ("__import__('subprocess').run(['true'])", {"BlockingIOError", "PermissionError"}),
    "a thread": ("threading.Thread(target=up).start()", {"RuntimeError"}),
    "many files": ("[open(os.devnull) for _ in range(99)]", {"OSError", "PermissionError"}),
    "writing": (
        "with open('x', 'wb', 0) as file: file.write(b'1')\n1",
        {"OSError", "PermissionError"},
    ),
    "its ending": ("os._exit(0)", {"Ended"}),
    "a crash": ("os.kill(os.getpid(), 11)", {"Ended"}),
    "sys.exit": ("sys.exit()", {"SystemExit"}),
    "sleep": ("time.sleep(99)", {"Timeout"}),
    "a loop": ("while True: pass", {"Timeout"}),
}


@pytest.mark.slow
@linux
@pytest.mark.parametrize("sandboxed", WAYS)
def test_limits_hold_and_what_follows_is_answered(sandboxed, nothing_left):
    with running(CODE, sandboxed, seconds=1, total=60) as process:
        came = {name: kind(asked(process, source)) for name, (source, _) in HELD.items()}
        assert {name: one for name, one in came.items() if one not in HELD[name][1]} == {}
        assert asked(process, "1 + 1")["result"] == 2


SECRETS = ["/etc/passwd", str(ROOT / "setup.cfg"), f"/proc/{os.getpid()}/environ"]
CLOSED = ["PermissionError", "FileNotFoundError"]
NETWORK = "socket.socket().connect(('127.0.0.1', {port}))"


@linux
@pytest.mark.parametrize("sandboxed", WAYS)
def test_what_is_worth_protecting_is_out_of_reach(sandboxed, shared):
    if not sandboxed and landlock.version() < 6:
        pytest.skip("neither bubblewrap nor a Landlock that closes all of it")
    canary = shared / "canary"
    canary.write_text("here")
    os.chmod(shared, 0o777)
    with running(CODE, sandboxed) as process, contextlib.closing(_listening()) as server:
        for path in [*SECRETS, canary]:
            assert kind(asked(process, f"open({str(path)!r}).read()")) in CLOSED, path
        assert kind(asked(process, f"os.unlink({str(canary)!r})")) in CLOSED
        assert kind(asked(process, NETWORK.format(port=server.getsockname()[1]))) in {
            "ConnectionRefusedError",  # by another network, where nobody listens
            "PermissionError",
        }
        gone = kind(asked(process, f"os.kill({os.getpid()}, 0)"))
        assert gone in ("PermissionError", "ProcessLookupError")
        seen = asked(process, "list(os.environ)")["result"]
        assert {*seen} <= {*sandbox.environment(), "PWD"}
    assert canary.read_text() == "here"


def _listening():
    import socket

    return socket.create_server(("127.0.0.1", 0))


def test_the_report_says_what_cannot_be_prevented(monkeypatch):
    if sandbox.bubblewrap():
        assert "no files but Python's, no network" in sandbox.surroundings()
    told = []
    for version in (0, 3, 6):
        monkeypatch.setattr(landlock, "version", lambda version=version: version)
        told.append(sandbox.surroundings(sandboxed=False))
    assert "without bubblewrap it could read" in told[0] and "use the network" in told[0]
    assert "use the network" in told[1] and "read" not in told[1].split(";")[1]
    assert "use UDP" in told[2]
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: 1000)
    assert "read and delete this user's files" in sandbox._without_bubblewrap(0)


@pytest.mark.slow
@linux
def test_without_bubblewrap_and_landlock_files_can_be_read_as_it_says(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert "it could read" in sandbox.surroundings(sandboxed=False)
    with running(CODE, sandboxed=False) as process:
        assert kind(asked(process, "open('/etc/passwd').read(1)")) == ""


def test_all_questions_together_have_one_time(nothing_left):
    began = time.monotonic()
    with running(CODE, seconds=0.3, total=1) as process:
        answers = [asked(process, "while True: pass") for _ in range(40)]
    assert {kind(answer) for answer in answers} == {"Timeout"}
    assert "no answer within 0.3 seconds" in answers[0]["error"]["text"]
    assert answers[-1]["error"]["text"] == "all its time, 1 seconds, is used"
    assert time.monotonic() - began < 15  # 12 seconds of loops, were they all waited for


@pytest.mark.slow
def test_ending_python_again_and_again_uses_the_time(nothing_left):
    with running(CODE, seconds=5, total=0.3) as process:
        kinds = [kind(asked(process, "os._exit(0)")) for _ in range(20)]
    assert kinds[0] == "Ended" and kinds[-1] == "Timeout"


@pytest.mark.slow
def test_what_ends_between_two_questions_begins_again():
    with running(CODE + "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\n") as process:
        assert asked(process, "up()")["result"] == 1
        time.sleep(0.3)
        assert asked(process, "up()")["result"] == 1


FORGED = """
import sys
def frame(name="answers"):
    f = sys._getframe()
    while name not in f.f_locals or "receive" not in f.f_locals:
        f = f.f_back
    return f.f_locals
def written(content):
    frame()["answers"].write(content)
    frame()["answers"].flush()
    return 1
def sent(message):
    from worker import wire
    return written(wire.packed(message))
def flood():
    while True:
        written(b"9" * 2**16)
def close():
    frame()["answers"].close()
"""
NUMBER = "frame('number')['number']"
RIGHT = f"{{'number': {NUMBER}, 'result': 4, 'inputs': {{}}, 'seconds': 0.0, 'printed': ''}}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "source, expected",
    [
        ("written(b'9' * 99)", "Unreadable"),
        ("written(b'10 900000000000\\n')", "Unreadable"),
        ("written(b'\\xff\\n')", "Unreadable"),
        ("written(b'5 0\\nhello')", "Unreadable"),
        ("written(b'4 0\\nnull')", "Unreadable"),
        ("written(b'1000 1000\\n')", "Timeout"),
        ("flood()", "Unreadable"),
        ("close()", "Unreadable"),
        ("sent({'number': 3, 'result': 4})", "Unreadable"),
        ("sent({'number': np.arange(3), 'result': 4})", "Unreadable"),
        (f"sent({{'number': {NUMBER}, 'error': 3, 'printed': ''}})", "Unreadable"),
        (f"sent({RIGHT} | {{'seconds': -1.0}})", "Unreadable"),
        (f"sent({RIGHT} | {{'inputs': None}})", "Unreadable"),
        ("sent({'needs': 'mse', 'arguments': [], 'keywords': {}})", "Unreadable"),
        ("sent({'needs': ['given'], 'arguments': [], 'keywords': {}})", "Unreadable"),
        ("sent({'needs': 'given', 'arguments': {}, 'keywords': {}})", "Unreadable"),
    ],
)
def test_what_is_forged_or_flooded_is_no_answer(source, expected):
    called = []
    with running(FORGED, seconds=1.5) as process:
        answer = asked(process, source, lambda *call: called.append(call), given=["given"])
        assert kind(answer) in (expected, "Ended", "ValueError") and called == []
        assert asked(process, "2 + 2")["result"] == 4


def test_what_is_no_message_and_what_calls_the_reference_unasked_is_no_answer():
    called = []
    with running(FORGED) as process:
        for source in (
            "written(b'9' * 99)",
            "sent({'needs': 'mse', 'arguments': [], 'keywords': {}})",
        ):
            answer = asked(process, source, lambda *call: called.append(call), given=["given"])
            assert kind(answer) == "Unreadable" and called == []


def test_a_forged_right_answer_is_a_right_answer_and_counts_once():
    with running(FORGED) as process:
        assert asked(process, f"sent({RIGHT})\n5")["result"] == 4
        assert kind(asked(process, "6")) == "Unreadable"  # the 5 that was left
        assert asked(process, "6")["result"] == 6


def test_the_reference_stands_in_only_where_it_is_given():
    def reference(name, arguments, keywords):
        if name == "bad":
            raise KeyError("no")
        return [name, *arguments, keywords]

    code = "def mse(*a, **k): return 'own'\ndef bad(): pass\nkept = []"
    with running(code) as process:
        assert asked(process, "mse(1)", reference)["result"] == "own"
        found = asked(process, "kept.append(mse)\nmse(1, b=2)", reference, given=["mse"])
        assert found["result"] == ["mse", 1, {"b": 2}]
        assert kind(asked(process, "bad()", reference, given=["bad"])) == "KeyError"
        assert kind(asked(process, "kept[0](1)", reference)) == "Unreadable"
        assert kind(asked(process, "mse(1)", given=["mse"])) == "Unreadable"  # no reference


@pytest.mark.slow
def test_calls_of_the_reference_without_end_are_late():
    with running("def f(): pass", seconds=1) as process:
        assert kind(asked(process, "while True: f()", lambda *_: 1, given=["f"])) == "Timeout"


@pytest.mark.slow
def test_the_time_of_the_reference_is_not_the_submissions():
    with running("def f(): pass", seconds=1) as process:
        assert (
            asked(process, "f()", lambda *_: time.sleep(1.5), given=["f"]).get("result", 0) is None
        )


@pytest.mark.slow
def test_a_clock_that_was_turned_back_does_not_make_it_fast():
    code = "import sys, time\nsys.modules['worker.answers']._clock = lambda: 0.0\n"
    with running(code) as process:
        asked(process, "1")
        assert 0.5 < asked(process, "time.sleep(2)")["seconds"] < 6


def test_what_a_submission_makes_of_numpy_is_not_what_a_question_calls():
    code = "import numpy as np\nnp.linspace = np.sum = lambda *a: np.zeros(2)\ntwo = np.sum(1)"
    with running(code) as process:
        sized = asked(process, "[np.linspace(0, 1, 5).size, np.sum(np.ones(3)), two.size]")
        assert sized["result"] == [5, 3.0, 2]
        assert asked(process, "np.linalg.norm(np.ones(4))")["result"] == 2.0


def test_errors_are_harmless():
    code = (
        "Bad = type('\\x1b[2JPassed\\n', (Exception,), {})\n"
        "class Worse(Exception):\n    def __str__(self): raise SystemExit\n"
    )
    with running(code) as process:
        answer = asked(
            process,
            "print('\\x1b[2J\\n2')\nraise Bad('\\x1b[2J\\nall passed \\u202e\\ud800' * 999)",
        )
        texts = [answer["error"]["kind"], *answer["error"]["kinds"], answer["error"]["text"]]
        assert all(map(str.isprintable, texts)) and len(answer["error"]["text"]) == 1000
        assert answer["printed"] == "�[2J\n2\n"
        assert asked(process, "raise Worse")["error"]["text"] == ""


@pytest.mark.slow
def test_several_are_asked_at_once_by_threads(nothing_left):
    def ask(number):
        with running(CODE) as process:
            found[number] = process.ask({"source": "x * 2", "inputs": {"x": number}})["result"]

    found: dict = {}
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: 0, 1: 2, 2: 4, 3: 6}


def test_names_are_no_paths():
    for name in ("../a.py", "/etc/x", "a/b.py", "..", "", "a\0.py"):
        with pytest.raises(ValueError, match="is a path"):
            Process({name: b""}, "a")


def test_more_files_than_a_message_holds_are_no_answer():
    with running(CODE, files={"x": bytes(2**26 + 1)}.items()) as process:
        assert kind(asked(process, "1")) == "Unreadable"


def test_a_machine_that_cannot_begin_says_so_and_blames_no_student(monkeypatch, nothing_left):
    broken = [sys.executable, "-c", "import nothing_of_this_name"]
    monkeypatch.setattr(sandbox, "command", lambda *_: broken)
    with (
        running(CODE) as process,
        pytest.raises(ValueError, match="on this machine: ModuleNotFoundError: No module named"),
    ):
        asked(process, "1")


JUDGE = """
import contextlib, tempfile, sys
from tinynet.classroom.runner.process import Process
tempfile.tempdir = sys.argv[1]
code = b"import time"
with contextlib.closing(Process({"a.py": code}, "a", seconds=99, sandboxed=SANDBOXED)) as process:
    process.ask({"source": "1", "inputs": {}})
    print("asks", flush=True)
    process.ask({"source": "time.sleep(99)", "inputs": {}})
"""


@pytest.mark.slow
@linux
@pytest.mark.parametrize("sandboxed", WAYS)
@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])
def test_a_judge_that_ends_leaves_no_process_behind(sandboxed, way, shared):
    script = JUDGE.replace("SANDBOXED", str(sandboxed))
    with subprocess.Popen(
        [sys.executable, "-c", script, shared],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as judge:
        assert judge.stdout.readline() == b"asks\n"
        workers = _below(judge.pid)
        assert workers
        judge.send_signal(way)
        judge.wait(timeout=20)
    ends = time.monotonic() + 10
    while (left := [n for n in workers if _alive(n)]) and time.monotonic() < ends:
        time.sleep(0.05)
    assert left == []
    assert way == signal.SIGKILL or list(shared.iterdir()) == []


def _below(number):
    """All processes that it started, and that they did."""
    found = []
    for path in Path(f"/proc/{number}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *_below(child)]
    return found


def _alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


ELSEWHERE = """
import os, sys
for name in ("killpg", "geteuid", "setresuid", "getpgid"):
    delattr(os, name)
sys.modules["resource"] = None
sys.platform = "somewhere"
from tinynet.classroom.runner import sandbox
from tinynet.classroom.runner.process import Process
sandbox.bubblewrap = lambda: None
process = Process({"a.py": b"x = 3"}, "a", seconds=1)
assert process.ask({"source": "x", "inputs": {}})["result"] == 3
assert process.ask({"source": "while True: pass", "inputs": {}})["error"]["kind"] == "Timeout"
answer = process.ask({"source": "__import__('os')._exit(3)", "inputs": {}})
assert answer["error"]["kind"] == "Ended"
process.close()
print(sandbox.surroundings())
os.name = "nt"
print(sandbox.surroundings())
"""


@pytest.mark.slow
def test_systems_without_the_calls_of_linux_can_grade_and_say_what_lacks():
    told = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert told.returncode == 0, told.stderr.decode()
    unix, windows = told.stdout.decode().splitlines()
    assert "not all of which this system keeps" in unix and "without bubblewrap" in unix
    assert "a limit of time, as this system offers no more" in windows


@linux
@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not sandbox.bubblewrap(),
    reason="takes root, and bubblewrap, to be another user",
)
@pytest.mark.slow
def test_all_of_this_holds_for_another_user(shared):
    """This file and some attacks once more, as nobody, with a user's namespace for bubblewrap."""
    os.chmod(shared, 0o777)
    hostile = str(ROOT / "tests" / "test_classroom_hostile.py")
    tests = [__file__, hostile, "-q", "-p", "no:cacheprovider", f"--basetemp={shared}/base"]
    done = subprocess.run(
        [*_as_nobody(), sys.executable, "-m", "pytest", *tests, "-k", "not another_user"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(shared),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=shared,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout.decode()[-3000:]


def _as_nobody():
    """A command that runs another as the user nobody, who can reach Python and this checkout."""
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    locked = [p for place in needed for p in place.parents if not p.stat().st_mode & 0o001]
    words = []
    for top in {path for path in locked if not {*path.parents} & {*locked}}:
        words += ["--perms", "0755", "--tmpfs", top]
        for place in (place for place in needed if top in place.parents):
            between = [p for p in reversed(place.parents) if top in p.parents]
            words += [word for path in between for word in ("--perms", "0755", "--dir", path)]
            words += ["--ro-bind", place, place]
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return ["bwrap", "--dev-bind", "/", "/", *map(str, words), *user]
