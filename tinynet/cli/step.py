"""`tinynet step`: walk through a forward and a backward pass, one operation at a time."""

from __future__ import annotations

import argparse
import io
import runpy
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..engine.tensor import Tensor
from ..optimizers import Optimizer
from ..views import terminal
from ..views.graph import Graph, demos
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
        else _from_script(options.file, options.output)
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


def _from_script(path: str, output: str | None) -> tuple[Graph, Optimizer | None]:
    """The graph behind a variable of a script, or the last that it computed; its optimizer."""
    variables = _variables_of(path)
    computed = {
        name: value
        for name, value in variables.items()
        if isinstance(value, Tensor) and value.node is not None
    }
    if not computed:
        raise ValueError(
            f"{path} keeps no computed Tensor in a variable: give it a line such as"
            " loss = tn.losses.mse(y, model(x))"
        )
    if output is None:
        output = max(computed, key=lambda name: computed[name].node.number)
    if output not in computed:
        raise ValueError(f"{path} has no computed Tensor {output}; it has {', '.join(computed)}")
    optimizer = next((v for v in variables.values() if isinstance(v, Optimizer)), None)
    return Graph(computed[output], variables=variables).collapse(), optimizer


def _variables_of(path: str) -> dict[str, Any]:
    """Run a script; what goes wrong in it is told with its line."""
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}")
    before, sys.argv = sys.argv, [path]
    sys.path.insert(0, str(Path(path).parent))
    try:
        return runpy.run_path(path, run_name="__main__")
    except SystemExit as end:  # `sys.exit(main())`: a script may end as it likes
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        frames = (frame for frame, _ in traceback.walk_tb(end.__traceback__))
        return next(frame.f_globals for frame in frames if frame.f_code.co_filename == path).copy()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever the script does
        places = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
        line = f":{places[-1]}" if places else f":{getattr(error, 'lineno', None) or 1}"
        raise ValueError(f"{path}{line}: {type(error).__name__}: {error}") from error
    finally:
        sys.argv = before
        sys.path.pop(0)
