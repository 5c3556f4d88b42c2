"""The worker: beside a submission, it answers questions until there are no more.

The first message says what the submission consists of and how much it may use; then the file's
doors are closed, and each further message is a question. Only standard input and output, moved to
where the submission does not print, lead to the judge; in a browser (browser.py), its messages.
"""

import builtins
import contextlib
import ctypes
import importlib.machinery
import os
import signal
import sys

DIES_WITH_PARENT = 1  # of prctl
OWN_SEGMENTS = 0x08000000  # of unshare
PREPARED = ("linalg", "random", "fft", "polynomial", "testing", "ma", "lib.stride_tricks")


class Only:
    """Finds packages in the folder where they are installed, but only the named ones."""

    def __init__(self, folders, names):
        self.folders, self.names = folders, names

    def find_spec(self, name, path=None, target=None):
        if path is None and name in self.names:
            return importlib.machinery.PathFinder.find_spec(name, self.folders)
        return None


def main():
    calls, answers = _private(0, os.O_RDONLY, "rb"), _private(1, os.O_WRONLY, "wb")
    packages, folders = sys.argv[1].split(","), sys.argv[2:]
    sys.meta_path.append(Only(folders, packages))
    from . import wire

    def receive():
        head = calls.readline(64)
        if not head:
            os._exit(0)
        length, size = wire.sizes(head)
        return wire.opened(calls.read(length), calls.read(size))

    def send(message):
        answers.write(wire.packed(message))
        answers.flush()

    serve(receive, send)


def serve(receive, send):
    """Answer what `receive` gives, by `send`."""
    from .answers import Submission

    def ask(name, arguments, keywords):
        """Let the judge call a function that stands in for one that failed."""
        send({"needs": name, "arguments": list(arguments), "keywords": keywords})
        reply = receive()
        if "error" in reply:
            raise getattr(builtins, reply["error"]["kind"], ValueError)(reply["error"]["text"])
        return reply["result"]

    start = receive()
    _prepare(start)
    given = start["main"], start["modules"], os.getcwd(), ask, start["missing"]
    submission = Submission(*given)
    send({"ready": True})
    while True:
        question = receive()
        number = question.pop("number")
        send(submission.answer(question) | {"number": number})


def _prepare(start):
    """Import and write what could not be afterwards, then give up all that is not needed."""
    from . import landlock

    for name in [*(f"numpy.{part}" for part in PREPARED), *start["prepared"]]:
        __import__(name)
    for name, content in start["files"].items():
        with open(name, "wb") as file:
            file.write(content.tobytes())
    if start["readable"]:
        landlock.close([*start["readable"], os.getcwd()])
    _confine(start["limits"])
    sys.path.append(os.getcwd())
    os.dup2(1, 2)


def _private(number, flags, mode):
    """Standard input or output, moved away from what the submission reads and prints."""
    moved = os.fdopen(os.dup(number), mode)
    os.dup2(os.open(os.devnull, flags), number)
    return moved


def _confine(limits):
    """From here on: another user where this is root, and not more than the limits."""
    if os.name != "posix" or not limits:
        return
    import resource

    linux = ctypes.CDLL(None) if sys.platform == "linux" else None
    if "user" in limits:
        if linux:
            linux.unshare(OWN_SEGMENTS)  # shared memory would outlive it
        os.setgroups([])
        os.setresgid(*[limits["user"]] * 3)
        os.setresuid(*[limits["user"]] * 3)
    for name, value in limits.items():
        if name.startswith("RLIMIT_") and hasattr(resource, name):
            limit = getattr(resource, name)
            hard = resource.getrlimit(limit)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(OSError, ValueError):  # macOS does not take all of them
                resource.setrlimit(limit, (value, value))
    if linux:
        linux.prctl(DIES_WITH_PARENT, signal.SIGKILL)
