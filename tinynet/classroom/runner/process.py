"""A process that holds a stranger's code, on the machine where it is judged.

What holds the process is sandbox.py; here it is started, written to and read from, and ended when
it is late. What is asked of it is exchange.py's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

from . import sandbox
from .exchange import Exchange
from .worker import wire


class Process(Exchange):
    """A process that answers questions, as Exchange has it.

    Parameters
    ----------
    *about, **more
        See Exchange.
    sandboxed : bool, optional
        Whether bubblewrap holds it: where it works, unless said otherwise.

    >>> with contextlib.closing(Process({"a.py": b"def f(x): return 2 * x"}, "a")) as process:
    ...     process.ask({"source": "f(x)", "inputs": {"x": 21}})["result"]
    42
    """

    def __init__(self, *about: Any, sandboxed: bool | None = None, **more: Any) -> None:
        super().__init__(*about, **more)
        self.sandboxed = sandbox.bubblewrap() is not None and sandboxed is not False
        self.process: subprocess.Popen | None = None
        self.folder: str | None = None

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

    def _is_there(self) -> bool:
        return self.process is not None

    def _open(self) -> None:
        if not self.sandboxed:
            self.folder = sandbox.scratch()
        self.process = subprocess.Popen(
            sandbox.command(self.packages, self.sandboxed),
            cwd=self.folder,
            env=sandbox.environment(),
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _held(self) -> dict[str, Any]:
        return {
            "limits": sandbox.limits(self.total),
            "readable": sandbox.readable(self.packages, self.sandboxed),
            "prepared": sandbox.prepared(self.packages, self.sandboxed),
        }

    def _carried(self, packed: bytes, seconds: float) -> Any:
        with self._clock(seconds):
            self._send(packed)
            return self._receive()

    @contextlib.contextmanager
    def _clock(self, seconds: float) -> Iterator[None]:
        """What takes longer than that is ended."""
        clock = threading.Timer(seconds, self._too_late)
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

    def _receive(self) -> Any:
        back = _there(_there(self.process).stdout)
        if not (head := back.readline(64)):
            raise EOFError("no answer")
        length, size = wire.sizes(head)
        return wire.opened(_read(back, length), _read(back, size))

    def _cause(self) -> str:
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return _exit(self.process.wait(timeout=0.5))
        return ""

    def _complaint(self) -> str:
        process = _there(self.process)
        _kill(process)
        said = process.stderr.read().decode(errors="replace").strip()
        return said.rpartition("\n")[2]


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
