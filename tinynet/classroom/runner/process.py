"""The runner: holds a stranger's code in a process of its own, and carries questions to it.

The one idea: nothing but plain data comes back (worker/wire.py), and whatever is worth protecting
is not there. What holds the process is sandbox.py; here it is asked, and ended when it is late.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from . import sandbox
from .replies import Answer, answer_of, failure
from .worker import wire

Reference = Callable[[str, list, dict], Any]
SLACK = 1.0  # seconds from question to answer that a busy machine may take beside its own
BEGINNING = 60  # seconds for Python and NumPy to be there, on a busy machine


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
    total : float, optional
        Seconds for all questions together: twelve times those for one, unless said otherwise. When
        they are used, what is asked is answered at once, with a Timeout.
    sandboxed : bool, optional
        Whether bubblewrap holds it: where it works, unless said otherwise.

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
        total: float | None = None,
        sandboxed: bool | None = None,
    ) -> None:
        if strange := [name for name in files if not _is_plain(name)]:
            raise ValueError(f"{strange[0]!r} is a path: a submission's files lie in one folder")
        self.files, self.main, self.packages, self.seconds = files, main, packages, seconds
        self.missing, self.total, self.used = missing, 12 * seconds if total is None else total, 0.0
        self.sandboxed = sandbox.bubblewrap() is not None and sandboxed is not False
        self.process: subprocess.Popen | None = None
        self.folder: str | None = None
        self.begun = self.late = False

    def ask(self, question: Mapping[str, Any], reference: Reference | None = None) -> Answer:
        """One question; what stands in for failed work, by name in `given`, is the reference's."""
        if self.used >= self.total:
            text = f"all its time, {self.total:g} seconds, is used"
            return {"error": failure("Timeout", text), "printed": ""}
        number = secrets.randbits(40)  # so that nothing said before can be the answer
        try:
            self._begin()
            before = self.used
            reply = self._exchange({**question, "number": number}, before, again=True)
            while "needs" in reply:
                call = _called(reference, question.get("given", ()), reply)
                reply = self._exchange(call, before)
            answer = answer_of(reply, number)
        except (wire.NotPlain, EOFError, OSError) as error:
            return {"error": self._ended(error), "printed": ""}
        if "result" in answer:  # its own clock may have been turned back
            answer["seconds"] = max(answer["seconds"], self.used - before - SLACK)
        return answer

    def close(self) -> None:
        """End the process, and all that it started."""
        process, self.process = self.process, None
        if process is not None:
            _kill(process)
            for stream in (process.stdin, process.stdout, process.stderr):
                with contextlib.suppress(OSError):
                    _there(stream).close()
            process.wait()
        if self.folder is not None:
            _remove(self.folder)
            self.folder = None

    def _begin(self) -> None:
        """Start the process, unless it is there; ValueError where this machine cannot."""
        if self.process is not None:
            return
        packed = wire.packed(self._start())
        if not self.sandboxed:
            self.folder = sandbox.scratch()
        begins = time.monotonic()
        self.process = subprocess.Popen(
            sandbox.command(self.packages, self.sandboxed),
            cwd=self.folder,
            env=sandbox.environment(),
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            with self._clock(BEGINNING):
                self._send(packed)
                self._receive()
        except (wire.NotPlain, EOFError, OSError) as error:
            _kill(self.process)  # no line of the submission has run: it is not to blame
            said = _there(self.process.stderr).read().decode(errors="replace").strip()
            self.close()
            reason = said.rpartition("\n")[2] or str(error)
            raise ValueError(f"no submission can be run on this machine: {reason}") from error
        if self.begun:  # ending Python again and again costs time, too
            self.used += time.monotonic() - begins
        self.begun = True

    def _start(self) -> dict[str, Any]:
        """The first message."""
        files = {name: np.frombuffer(content, np.uint8) for name, content in self.files.items()}
        modules = [name.removesuffix(".py") for name in files if name.endswith(".py")]
        about: dict[str, Any] = {"files": files, "main": self.main, "modules": modules}
        about |= {"missing": list(self.missing), "limits": sandbox.limits(self.total)}
        about |= {"readable": sandbox.readable(self.packages, self.sandboxed)}
        return about | {"prepared": sandbox.prepared(self.packages, self.sandboxed)}

    def _exchange(self, message: Mapping[str, Any], since: float, again: bool = False) -> Answer:
        """Send a message and wait for the next one; the time of a question began at `since`.

        With `again`, a process that ended after its last answer is started once more.
        """
        packed = wire.packed(message)
        begins = time.monotonic()
        try:
            with self._clock(min(since + self.seconds, self.total) - self.used):
                self._send(packed)
                return self._receive()
        except OSError:
            if self.late or not again:
                raise
        finally:
            self.used += time.monotonic() - begins
        self.close()
        self._begin()
        return self._exchange(message, self.used)

    @contextlib.contextmanager
    def _clock(self, seconds: float) -> Iterator[None]:
        """What takes longer than that is ended."""
        self.late = False
        clock = threading.Timer(max(seconds, 0), self._too_late)
        clock.daemon = True  # Ctrl-C may come before it can be cancelled
        try:
            clock.start()
            yield
        finally:
            clock.cancel()
            if clock.is_alive():
                clock.join()

    def _too_late(self) -> None:
        self.late = True
        if (process := self.process) is not None:
            _kill(process)

    def _send(self, packed: bytes) -> None:
        to = _there(_there(self.process).stdin)
        to.write(packed)
        to.flush()

    def _receive(self) -> Answer:
        back = _there(_there(self.process).stdout)
        if not (head := back.readline(64)):
            raise EOFError("no answer")
        length, size = wire.sizes(head)
        reply = wire.opened(_read(back, length), _read(back, size))
        if not isinstance(reply, dict):
            raise wire.NotPlain("no answer")
        return reply

    def _ended(self, error: Exception) -> dict[str, Any]:
        """Why there is no answer; the next question starts the process again."""
        late, process, code = self.late, self.process, None
        if process is not None and not late and not isinstance(error, wire.NotPlain):
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=0.5)
        self.close()
        if late:
            return failure("Timeout", f"no answer within {self.seconds:g} seconds")
        if code is None:
            return failure("Unreadable", str(error))
        return failure("Ended", f"it ended Python ({_exit(code)}) instead of answering")


def _is_plain(name: str) -> bool:
    return Path(name).name == name and name not in ("", "..") and "\0" not in name


def _there(value: Any) -> Any:
    """What is there while a process runs."""
    if value is None:
        raise wire.NotPlain("no process")
    return value


def _read(pipe: Any, length: int) -> bytes:
    """So many bytes."""
    content = pipe.read(length)
    if len(content) != length:
        raise EOFError("an answer that is cut off")
    return content


def _called(
    reference: Reference | None, given: Sequence[str], call: Mapping[str, Any]
) -> dict[str, Any]:
    """What the reference gives for a call; NotPlain for a function that is not given."""
    name, arguments, keywords = (call.get(part) for part in ("needs", "arguments", "keywords"))
    if reference is None or not isinstance(name, str) or name not in given:
        raise wire.NotPlain("a call of what is not given")
    if not isinstance(arguments, list) or not isinstance(keywords, dict):
        raise wire.NotPlain("a call without arguments")
    try:
        return {"result": reference(name, arguments, keywords)}
    except Exception as error:
        return {"error": {"kind": type(error).__name__, "text": str(error)}}


def _exit(code: int) -> str:
    """How a process ended; bubblewrap adds 128 to the number of a signal."""
    number = -code if code < 0 else code - 128
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"exit code {code}"


def _kill(process: subprocess.Popen) -> None:
    """The process, and its group."""
    if hasattr(os, "killpg") and process.returncode is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()


def _remove(folder: str) -> None:
    """A folder, also where a submission locked it, or nested it a thousand deep."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.exists(folder) and os.name == "posix":
        for command in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
            subprocess.run([*command, folder], stderr=subprocess.DEVNULL)
