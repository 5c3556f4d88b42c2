"""`tinynet step`: walk through a forward and a backward pass, one operation at a time."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from typing import Any

from ..views import terminal
from ..views.graph import Graph, demos, script
from ..views.graph import terminal as stepper


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("step", help="walk through a computation step by step")
    parser.add_argument("file", nargs="?", metavar="FILE.py", help="a script that computes a loss")
    parser.add_argument(
        "--demo",
        nargs="+",
        metavar=("DEMO", "NAME"),
        help="instead of a file: neuron, mlp, or loss NAME",
    )
    parser.add_argument("--output", metavar="NAME", help="the variable to start from")
    parser.add_argument("--lines", action="store_true", help="plain lines in place of a screen")
    parser.add_argument("--text", action="store_true", help="print all steps, and stop")
    parser.set_defaults(command=step)


def step(options: argparse.Namespace) -> int:
    """Show the steps of a script's last loss, or of a demo."""
    if (options.file is None) == (options.demo is None):
        raise ValueError("give a script, or --demo neuron, --demo mlp, --demo loss huber")
    graph, optimizer = (
        (_demo(*options.demo), None)
        if options.file is None
        else script.graph_of(options.file, options.output)
    )
    if options.text:
        print("\n".join(stepper.as_text(graph, optimizer)))
        return 0
    if terminal.has_reader() and not options.lines:
        if terminal.is_installed():
            from ..views.terminal.stepper import StepperApp

            StepperApp(graph, optimizer).show()
            return 0
        print(terminal.MISSING)
    stepper.run(graph, optimizer, sys.stdin or io.StringIO())  # closed: nobody asks for more
    return 0


def _demo(name: str, *arguments: str) -> Graph:
    takes: dict[str, tuple[Callable[..., Graph], int]] = {
        "neuron": (demos.neuron, 0),
        "mlp": (demos.mlp, 0),
        "loss": (demos.loss, 1),
    }
    if name not in takes or len(arguments) != takes[name][1]:
        raise ValueError("--demo takes neuron, mlp, or loss and its name, as in --demo loss huber")
    return takes[name][0](*arguments)
