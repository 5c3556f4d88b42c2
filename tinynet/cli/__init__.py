"""The command line: `tinynet train`, `datasets`, `losses`, `step` and `play`.

Whatever a user can get wrong is found before the work starts, and is told in one
sentence with a way to fix it. Exit codes: 0, all went well; 1, the run failed (the loss is no
longer a number, a file cannot be written); 2, the command was wrong; 130, Ctrl-C: the model
trained so far is still measured, drawn and saved.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .. import __version__
from . import datasets, losses, play, step, train
from .options import complain


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(argv)
        return options.command(options)
    except SystemExit as stop:  # argparse has printed what was asked for, or what is wrong
        return int(stop.code or 0)
    except ValueError as error:
        return complain(error, 2)
    except OSError as error:
        return complain(error, 1)
    except KeyboardInterrupt:
        return complain("interrupted", 130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinynet", description="Train small neural networks, and see what they learn."
    )
    parser.add_argument("--version", action="version", version=f"tinynet {__version__}")
    names = "train | datasets | losses | step | play"
    commands = parser.add_subparsers(required=True, metavar=names)
    for command in (train, datasets, losses, step, play):
        command.add_to(commands)
    return parser
