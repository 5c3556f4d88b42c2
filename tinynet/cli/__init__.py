"""The command line, a file for each command; `tinynet --help` lists them.

Whatever a user can get wrong is found before the work starts, and is told in one
sentence with a way to fix it. Exit codes: 0, all went well; 1, the run failed (the loss is no
longer a number, memory does not suffice, a file cannot be written); 2, the command was wrong;
130, Ctrl-C: the model trained so far is still measured, drawn and saved; 128 + n, the same for
SIGTERM and SIGHUP, whose numbers n are 15 and 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .options import complain
from .process import interruptible, plain_warnings, streams


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    with streams(), plain_warnings(), interruptible() as came:
        code = _run(sys.argv[1:] if argv is None else argv)
    return 128 + came[0] if came else code


def _run(argv: Sequence[str]) -> int:
    try:
        options = _parser().parse_args(_attached(argv))
        code = options.command(options)
        sys.stdout.flush()  # here, where a full disk can still be told
        return code
    except SystemExit as stop:  # argparse has printed what was asked for, or what is wrong
        return int(stop.code or 0)
    except ValueError as error:
        return complain(error, 2)
    except OSError as error:
        return complain(_told(error), 1)
    except ImportError as error:  # an extra is not installed
        return complain(error, 1)
    except MemoryError as error:
        return complain(f"this takes more memory than there is. {error}".rstrip(". "), 1)
    except KeyboardInterrupt:
        return complain("interrupted", 130)


def _told(error: OSError) -> str:
    """What is wrong and where, without the number of the error."""
    where = f": {error.filename!r}" if error.filename else ""
    return f"{error.strerror}{where}" if error.strerror else str(error)


def _attached(argv: Sequence[str]) -> list[str]:
    """`--lr -1e-3` as `--lr=-1e-3`: argparse takes the number for an option (cpython#105712)."""
    words: list[str] = []
    for word in argv:
        if words and _is_option(words[-1]) and _is_negative(word):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _is_option(word: str) -> bool:
    return word.startswith("--") and word != "--" and "=" not in word


def _is_negative(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return word.startswith("-")


def _parser() -> argparse.ArgumentParser:
    from .. import __version__

    # here, where Ctrl-C is caught
    from . import (
        check,
        classroom,
        compare,
        datasets,
        doctor,
        evaluate,
        grade,
        lab,
        losses,
        play,
        predict,
        step,
        sweep,
        train,
        tutorial,
    )

    parser = argparse.ArgumentParser(
        prog="tinynet", description="Train small neural networks, and see what they learn."
    )
    parser.add_argument("--version", action="version", version=f"tinynet {__version__}")
    every = (
        *(train, predict, evaluate, compare, sweep, doctor, datasets, losses, step, play),
        *(tutorial, check, classroom, grade, lab),
    )
    names = " | ".join(command.__name__.rpartition(".")[2] for command in every)
    commands = parser.add_subparsers(required=True, metavar=names)
    for command in every:
        command.add_to(commands)
    return parser
