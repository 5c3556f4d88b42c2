"""The runner: holds a stranger's code in a process of its own, and carries questions to it.

The one idea: nothing but plain data comes back (worker/wire.py), and whatever is worth protecting
is not there. The process has limits of time, memory, files and processes, an empty environment, and
a folder that vanishes. With bubblewrap (Linux) it also sees no file but Python and NumPy, no
network and no other process, and what it starts ends with it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .worker import wire

Answer = dict[str, Any]
Reference = Callable[[str, list, dict], Any]

NOBODY = 65534
LIMITS = {  # of a submission, on Unix
    "RLIMIT_CPU": 60,  # seconds of all questions together
    "RLIMIT_AS": 2 * 2**30,  # bytes of memory
    "RLIMIT_FSIZE": 2**24,  # bytes of one file
    "RLIMIT_NOFILE": 64,
    "RLIMIT_NPROC": 0,  # neither processes nor threads, once it has begun
    "RLIMIT_CORE": 0,
}
SCRATCH = 2**26  # bytes of the folder, with bubblewrap
_START = (
    "import sys; place = sys.argv.pop(1); sys.path.insert(0, place);"
    " from worker import main; sys.path.remove(place); main.main()"
)


class Runner(Protocol):
    """Whatever can answer questions about a submission: a process, a worker in a browser."""

    def ask(self, question: Mapping[str, Any], reference: Reference | None = None) -> Answer:
        """What came of a question: a dict with result, or with error, and what was printed."""

    def close(self) -> None:
        """End it, and all that it started."""


class Process:
    """A process that answers questions; it is started again where a submission ended it.

    Parameters
    ----------
    files : mapping from file names to bytes
        What was handed in: Python files and what they read, all in one folder.
    main : str
        The module that is asked.
    packages : sequence of str
        What can be imported beside the standard library.
    seconds : float
        For one question.
    missing : sequence of str
        Modules that were not handed in, and for which the reference stands in.

    >>> with contextlib.closing(Process({"a.py": b"def f(x): return 2 * x"}, "a")) as process:
    ...     process.ask({"source": "f(x)", "inputs": {"x": 21}})["result"]
    42
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        main: str,
        packages: Sequence[str] = ("numpy",),
        seconds: float = 5.0,
        missing: Sequence[str] = (),
    ) -> None:
        self.files, self.main, self.packages, self.seconds = files, main, packages, seconds
        self.missing = missing
        self.process: subprocess.Popen | None = None
        self.late = False

    def ask(self, question: Mapping[str, Any], reference: Reference | None = None) -> Answer:
        """One question; what stands in for failed work is asked of `reference`."""
        number = secrets.randbits(40)  # so that nothing said before can be the answer
        try:
            if self.process is None:
                self._start()
            reply = self._exchange({**question, "number": number})
            while "needs" in reply and reference is not None:
                reply = self._exchange(_called(reference, reply))
            if reply.get("number") != number or not ("error" in reply or "result" in reply):
                raise wire.NotPlain("no answer to what was asked")
            return reply
        except (wire.NotPlain, OSError, KeyError, AttributeError, TypeError) as error:
            return {"error": self._ended(error), "printed": ""}

    def close(self) -> None:
        """End the process, and all that it started."""
        if self.process is not None:
            _kill(self.process)
            for stream in _pipes(self.process):
                with contextlib.suppress(OSError):
                    stream.close()
            self.process.wait()
            self.process = None
            shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="tinynet-")
        if _is_root():
            os.chmod(self.folder, 0o777)  # for the user that it will be
        self.process = subprocess.Popen(
            _command(self.folder, self.packages),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=_environment(),
            start_new_session=True,
        )
        files = {name: np.frombuffer(content, np.uint8) for name, content in self.files.items()}
        modules = [name.removesuffix(".py") for name in files if name.endswith(".py")]
        limits = LIMITS | ({"user": NOBODY} if _can_be_nobody() else {})
        start = {"files": files, "main": self.main, "modules": modules, "limits": limits}
        start["missing"] = list(self.missing)
        self._exchange(start, seconds=30)  # importing NumPy, on a busy machine

    def _exchange(self, message: Mapping[str, Any], seconds: float | None = None) -> Answer:
        """Send a message, and wait for the next one."""
        self.late = False
        to, back = _pipes(self.process)
        clock = threading.Timer(seconds or self.seconds, self._too_late)
        clock.start()
        try:
            to.write(wire.packed(message))
            to.flush()
            length, size = wire.sizes(back.readline(64))
            reply = wire.opened(_read(back, length), _read(back, size))
        finally:
            clock.cancel()
        if not isinstance(reply, dict):
            raise wire.NotPlain("no answer")
        return reply

    def _too_late(self) -> None:
        self.late = True
        if self.process is not None:
            _kill(self.process)

    def _ended(self, error: Exception) -> dict[str, Any]:
        """Why there is no answer; the next question starts the process again."""
        late, process = self.late, self.process
        self.close()
        code = process.returncode if process is not None else None
        if late:
            kind, text = "Timeout", f"no answer within {self.seconds:g} seconds"
        elif code in (-signal.SIGKILL, None):
            kind, text = "Unreadable", str(error)
        else:
            kind, text = "Ended", f"it ended Python (exit code {code}) instead of answering"
        return {"kind": kind, "kinds": [kind], "text": text, "places": []}


def _pipes(process: Any) -> tuple[Any, Any]:
    """To the process, and back from it."""
    return process.stdin, process.stdout


def _read(pipe: Any, length: int) -> bytes:
    """So many bytes, or NotPlain."""
    content = pipe.read(length)
    if len(content) != length:
        raise wire.NotPlain("an answer that is cut off")
    return content


def _called(reference: Reference, call: Answer) -> dict[str, Any]:
    """What the reference gives for a call."""
    try:
        return {"result": reference(str(call["needs"]), call["arguments"], call["keywords"])}
    except Exception as error:
        return {"error": {"kind": type(error).__name__, "text": str(error)}}


# --- where it runs --------------------------------------------------------------------------


def surroundings() -> str:
    """What a submission is held by on this machine, in a sentence for the report."""
    if bubblewrap():
        return "bubblewrap: no files but Python's, no network, no other processes; limits"
    if os.name == "posix":
        return (
            "a process with limits; without bubblewrap it could read this user's files and use the"
            " network"
        )
    return "a process with a limit of time only, as this system offers no more"


@functools.cache
def bubblewrap() -> str | None:
    """The program bwrap, where it is there and works."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    trial = [*_inside(program, "/scratch", []), _python(), "-I", "-S", "-c", ""]
    done = subprocess.run(trial, capture_output=True, timeout=60)
    return program if done.returncode == 0 else None


def _inside(program: str, folder: str, places: Sequence[Path]) -> list[str]:
    """The command that shows Python and these places to what follows, and an empty folder."""
    python = Path(_python())
    system = (Path(p) for p in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"))
    seen = sorted({*system, Path(sys.base_prefix), python.parent, *places})
    above = sorted({parent for place in seen for parent in place.parents[:-1]})
    binds = [word for parent in above for word in ("--perms", "0755", "--dir", str(parent))]
    binds += [word for place in seen for word in ("--ro-bind-try", str(place), str(place))]
    apart = ["--unshare-all"]
    if _is_root():  # a user's namespace has no other user to become
        apart = [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup-try")]
        apart += [word for what in ("SETUID", "SETGID") for word in ("--cap-add", f"CAP_{what}")]
    return [
        *(program, "--die-with-parent", "--new-session", "--cap-drop", "ALL", *apart),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH), "--perms", "1777"),
        *("--tmpfs", folder, *binds, "--chdir", folder),
    ]


def _command(folder: str, packages: Sequence[str]) -> list[str]:
    """How the worker is started."""
    here, found = Path(__file__).parent, [_place(name) for name in packages]
    folders = dict.fromkeys(str(place.parent) for place in found)
    start = [_python(), "-I", "-S", "-B", "-c", _START, str(here), ",".join(packages), *folders]
    program = bubblewrap()
    if program is None:
        return start
    libraries = [place.with_name(f"{place.name}.libs") for place in found]
    return _inside(program, folder, [here / "worker", *found, *libraries]) + start


def _python() -> str:
    return os.path.realpath(sys.executable)


def _place(name: str) -> Path:
    """The folder of an installed package."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"the package {name}, which this assignment needs, is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _environment() -> dict[str, str]:
    """An empty one, but for one thread and what Windows cannot do without."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return one | kept | {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _can_be_nobody() -> bool:
    """Can the worker be another user, who still gets at Python?"""
    if not _is_root():
        return False
    if bubblewrap():
        return True
    places = (Path(_python()), Path(np.__file__))
    return all(p.stat().st_mode & 0o001 for place in places for p in place.parents)


def _kill(process: subprocess.Popen) -> None:
    """The process, and its group."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
