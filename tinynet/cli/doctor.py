"""`tinynet doctor`: what is wrong with this run? It trains as `tinynet train` does, and looks."""

from __future__ import annotations

import argparse
import warnings
from typing import Any

from ..diagnostics.doctor import Doctor
from ..training import NonFiniteLoss, fit
from . import train
from .options import check_apart, complain, new_file


def add_to(commands: Any) -> None:
    """Add the command and its options, which are those of `tinynet train`."""
    parser = commands.add_parser(
        "doctor",
        help="look for what is wrong with the data, the network and the run",
        epilog="Exit code 0: nothing worse than a note was found; 1: a warning or an error was.",
    )
    train.add_options(parser)
    add = parser.add_argument_group("what comes out").add_argument
    add("--plot", type=new_file, metavar="FILE", help="file for a picture per finding (none)")
    add("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(command=doctor)


def doctor(options: argparse.Namespace) -> int:
    """Train with a doctor at each epoch, and print what was found."""
    setup = prepared(options)
    if options.plot:
        from ..views import plots

        check_apart({"--plot": options.plot}, [options.data])
        plots.check_path(options.plot)
    setup["callbacks"].append(Doctor(every=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what it found is printed
        try:
            history = fit(**setup, progress=not options.quiet)
        except NonFiniteLoss as error:
            history = error.history
    diagnosis = history.diagnosis
    print(diagnosis)
    if options.plot:
        plots.save(diagnosis.plot(), options.plot)
        print(f"picture: {options.plot}")
    if history.interrupted:
        return complain(str(history.stopped), 130)
    return 0 if diagnosis.worst in (None, "note") else 1


def prepared(options: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `fit` for the run that `tinynet train` with these options is."""
    data = train.load(options)
    settings = train.chosen(options, data)
    _, scaling, pairs, model = train.prepared(settings, data)
    return train.arguments(model, scaling.trained, settings, pairs)
