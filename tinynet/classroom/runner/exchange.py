"""The exchange: a question goes to a submission, an answer comes back in time, or it is ended.

The one idea: nothing but plain data comes back (worker/wire.py), and whatever is worth protecting
is not there. Where a submission is held differs: in a process (process.py), or in a browser
(framed.py); what is asked of it, for how long, and what is said where no answer comes, does not.
"""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

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


class Exchange(ABC):
    """A runner that is asked by messages; it is started again where a submission ended it.

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
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        main: str,
        packages: Sequence[str] = ("numpy",),
        seconds: float = 5.0,
        missing: Sequence[str] = (),
        total: float | None = None,
    ) -> None:
        if strange := [name for name in files if not _is_plain(name)]:
            raise ValueError(f"{strange[0]!r} is a path: a submission's files lie in one folder")
        self.files, self.main, self.packages, self.seconds = files, main, packages, seconds
        self.missing, self.total, self.used = missing, 12 * seconds if total is None else total, 0.0
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

    @abstractmethod
    def close(self) -> None:
        """End it, and all that it started."""

    # --- what differs from place to place -------------------------------------------------------

    @abstractmethod
    def _is_there(self) -> bool:
        """Has it been opened, and not been closed since?"""

    @abstractmethod
    def _open(self) -> None:
        """Let there be a worker (worker/main.py), which waits for its first message."""

    def _held(self) -> dict[str, Any]:
        """What holds the submission from within, as worker/main.py understands it."""
        return {"limits": {}, "readable": [], "prepared": []}

    @abstractmethod
    def _carried(self, packed: bytes, seconds: float) -> Any:
        """The message that answers this one.

        OSError where it ended before, EOFError where it ends now; where the seconds are over, it is
        ended, and is `late`.
        """

    @abstractmethod
    def _cause(self) -> str:
        """How it ended by itself; "" where it did not."""

    def _complaint(self) -> str:
        """What it said, in its last line, where it could not even begin."""
        return ""

    # --- what does not --------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start it, unless it is there; ValueError where this machine cannot."""
        if self._is_there():
            return
        packed = wire.packed(self._start())
        begins = time.monotonic()
        self._open()
        try:
            self._reply(packed, BEGINNING)
        except (wire.NotPlain, EOFError, OSError) as error:
            reason = self._complaint() or str(error)  # no line of the submission has run
            self.close()
            raise ValueError(f"no submission can be run on this machine: {reason}") from error
        if self.begun:  # ending Python again and again costs time, too
            self.used += time.monotonic() - begins
        self.begun = True

    def _start(self) -> dict[str, Any]:
        """The first message."""
        files = {name: np.frombuffer(content, np.uint8) for name, content in self.files.items()}
        modules = [name.removesuffix(".py") for name in files if name.endswith(".py")]
        about: dict[str, Any] = {"files": files, "main": self.main, "modules": modules}
        return about | {"missing": list(self.missing)} | self._held()

    def _exchange(self, message: Mapping[str, Any], since: float, again: bool = False) -> Answer:
        """Send a message and wait for the next one; the time of a question began at `since`.

        With `again`, what ended after its last answer is started once more.
        """
        packed = wire.packed(message)
        begins = time.monotonic()
        try:
            return self._reply(packed, min(since + self.seconds, self.total) - self.used)
        except OSError:
            if self.late or not again:
                raise
        finally:
            self.used += time.monotonic() - begins
        self.close()
        self._begin()
        return self._exchange(message, self.used)

    def _reply(self, packed: bytes, seconds: float) -> Answer:
        self.late = False
        reply = self._carried(packed, max(seconds, 0))
        if not isinstance(reply, dict):
            raise wire.NotPlain("no answer")
        return reply

    def _ended(self, error: Exception) -> dict[str, Any]:
        """Why there is no answer; the next question starts it again."""
        late = self.late
        cause = "" if late or isinstance(error, wire.NotPlain) else self._cause()
        self.close()
        if late:
            return failure("Timeout", f"no answer within {self.seconds:g} seconds")
        if not cause:
            return failure("Unreadable", str(error))
        return failure("Ended", f"it ended Python ({cause}) instead of answering")


def _is_plain(name: str) -> bool:
    return Path(name).name == name and name not in ("", "..") and "\0" not in name


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
