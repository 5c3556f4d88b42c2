"""`tinynet datasets`: list the datasets, or show one."""

from __future__ import annotations

import argparse
import inspect
from typing import Any

from .. import datasets
from ..engine.names import lookup
from ..engine.tables import table
from .options import new_file


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    shown = commands.add_parser("datasets", help="list the datasets, or show one")
    shown.add_argument("data", nargs="?", metavar="DATASET", help="the one to show")
    shown.add_argument("--plot", type=new_file, metavar="FILE", help="where its picture goes")
    shown.set_defaults(command=show)


def show(options: argparse.Namespace) -> int:
    """List the datasets, or show the card of one and draw it."""
    if options.data is None:
        if options.plot:
            raise ValueError("--plot draws one dataset: say which, as in `tinynet datasets moons`")
        heading = ("name", "rows", "features", "task", "what it is")
        print(table([heading, *map(_summary, datasets.names())]))
        return 0
    from ..views import plots

    data = lookup("dataset", options.data, datasets.names())()
    path = options.plot or f"tinynet-{data.name}-data.png"
    plots.check_path(path)
    plots.save(plots.dataset(data).figure, path)
    print(f"{data.card.strip()}\n\n{data!r}")
    print(f"picture: {path}")
    return 0


def _summary(name: str) -> tuple[str, ...]:
    data, make = datasets.load(name), datasets.names()[name]
    what = (inspect.getdoc(make) or "").partition("\n")[0]  # `python -OO` drops docstrings
    return name, *map(str, data.x.shape), data.task, what
