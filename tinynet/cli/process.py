"""The process around a command: its streams, its warnings, and the signals that end it."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import signal
import sys
import threading
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

_GONE = {errno.EPIPE, errno.EIO, errno.EINVAL}  # a closed pipe, a closed terminal; on Windows
_PACKAGE = Path(__file__).parents[1]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # but for tab, new line, return
_SIGNS = (
    {"−": "-", "–": "-", "·": "*", "×": "x", "…": "...", "±": "+-"}
    | {"←": "<-", "→": "->", "↑": "^", "↓": "v"}
    | {"≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∝": "~", "√": "sqrt", "∞": "inf", "‖": "||"}
    | {"∂": "d", "∫": "int", "⟨": "<", "⟩": ">", "─": "-", "⁄": "/", "ø": "o", "′": "'"}
    | {"│": "|", "├": "|", "└": "`", "▶": ">", "▀": "#", "↪": ">", "ᵀ": "^T"}
    | {"\u0302": "^", "\u0304": "_"}  # a hat, and a bar above
)
_SCRIPTS = {"<super>": "^", "<sub>": "_"}


class Output:
    """A stream to print to: it shows what its encoding lacks in other words, and may be gone.

    Without a reader (`| head`, a closed terminal, a service without streams) the work goes on, and
    its results are kept; only nobody hears of it.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream: Any = stream or io.StringIO()

    def write(self, text: str) -> int:
        """Write a text; control characters, as in a column's name, are shown and not obeyed."""
        self._attempt("write", showable(text, self._stream.encoding or "utf-8"))
        return len(text)

    def flush(self) -> None:
        """Hand on what is still in the buffer."""
        self._attempt("flush")

    def _attempt(self, method: str, *arguments: str) -> None:
        try:
            getattr(self._stream, method)(*arguments)
        except OSError as error:
            if error.errno not in _GONE:
                raise
            with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), self._stream.fileno())  # also for Python's last flush

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def streams() -> Iterator[None]:
    """Let stdout and stderr be an Output."""
    out: Any = Output(sys.stdout)
    err: Any = Output(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def showable(text: str, encoding: str) -> str:
    r"""The text in characters that the encoding has, and without control characters.

    >>> print(showable("β ≥ ½ x² − \x1b[1m", "ascii"))
    beta >= 1/2 x^2 - \x1b[1m
    """
    text = _CONTROL.sub(lambda found: _escaped(found[0]), text)
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return "".join(_shown(character, encoding) for character in text)


def _shown(character: str, encoding: str) -> str:
    """One character as it is, in other words, or by its number."""
    with contextlib.suppress(UnicodeEncodeError):
        character.encode(encoding)
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    script, _, name = unicodedata.name(character, "").partition(" ")  # GREEK SMALL LETTER BETA
    if script == "GREEK":
        letter = name.rpartition(" ")[2].lower().replace("lamda", "lambda")
        return letter.capitalize() if name.startswith("CAPITAL") else letter
    parts = unicodedata.normalize("NFKD", character)
    if parts == character:
        return _escaped(character)
    sign = _SCRIPTS.get(unicodedata.decomposition(character).partition(" ")[0], "")
    accents = (part for part in parts if not unicodedata.combining(part))
    return sign + "".join(_shown(part, encoding) for part in accents)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()


@contextlib.contextmanager
def plain_warnings() -> Iterator[None]:
    """Show what tinynet itself warns of as a sentence, without a line of its source."""
    with warnings.catch_warnings():
        usual, program = warnings.showwarning, sys.argv[0]

        def show(message: Any, category: Any, filename: str, *place: Any, **options: Any) -> None:
            if _PACKAGE in Path(filename).parents or filename == program:
                print(f"tinynet: warning: {message}", file=sys.stderr)
            else:
                usual(message, category, filename, *place, **options)

        shown: Any = show
        warnings.showwarning = shown
        yield


@contextlib.contextmanager
def interruptible() -> Iterator[list[int]]:
    """Let SIGTERM and SIGHUP end the work as Ctrl-C does; yields a list of those that came."""
    came: list[int] = []

    def interrupt(number: int, frame: Any) -> None:
        came.append(number)
        for each in ours:  # a closing terminal says it twice; the first is obeyed
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    ours: list[int] = []
    if threading.current_thread() is threading.main_thread():  # no other gets signals
        known = [getattr(signal, name, signal.SIGTERM) for name in ("SIGTERM", "SIGHUP")]
        ours += (number for number in known if signal.getsignal(number) is signal.SIG_DFL)
    for number in ours:  # one that nohup ignores stays ignored
        signal.signal(number, interrupt)
    try:
        yield came
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
