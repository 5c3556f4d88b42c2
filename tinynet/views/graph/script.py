"""The graph of a script: run it, and take what it computed last, or differentiated last.

Numbers are computed anew from the leaves before they are shown: an optimizer's step after
`backward()` has moved the parameters, and the graph would mix what was before with what came after.
"""

from __future__ import annotations

import runpy
import sys
import traceback
import weakref
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.frames import frames, users
from ...engine.grad_mode import recording
from ...engine.graph import behind
from ...engine.tensor import Primitive, Tensor
from ...optimizers import Optimizer
from .graph import Graph
from .node import Choice


def graph_of(path: str, output: str | None = None) -> tuple[Graph, Optimizer | None]:
    """The graph behind a variable of a script, and its optimizer, where there is one.

    Without a name it is the single number computed last that a variable holds; where none does,
    the one that was differentiated last, inside a function or a loop.
    """
    with _watching() as last:
        variables = _variables_of(path)
    computed = {name: value for name, value in variables.items() if _is_computed(value)}
    if output is not None and output not in computed:
        listed = f"; it has {', '.join(computed)}" if computed else ""
        raise ValueError(f"{path} has no computed Tensor {output}{listed}")
    single = {name: value for name, value in computed.items() if value.size == 1}
    if output is not None:
        chosen = computed[output]
    elif not single and last.output is not None:
        chosen, variables = last.output, variables | last.variables
    elif computed:
        chosen = max((single or computed).values(), key=lambda value: value.node.number)
    else:
        raise ValueError(
            f"{path} keeps no computed Tensor in a variable and differentiates none: give it a line"
            " such as loss = tn.losses.mse(y, model(x)), or see tinynet step --demo neuron"
        )
    new: dict[int, Tensor] = {}
    call_again(behind(chosen), new)
    variables = {name: new.get(id(value), value) for name, value in variables.items()}
    optimizer = next((v for v in variables.values() if isinstance(v, Optimizer)), None)
    graph = Graph(new[id(chosen)], variables=variables).collapse()
    now = {tensor: new[id(tensor)] for tensor in behind(chosen) if tensor.node}
    for node in graph.flat():
        if id(node.tensor) in last.choices:
            _, function, args, options = last.choices[id(node.tensor)]
            node.choice = Choice(function, args, options, now)
    return graph, optimizer


def _is_computed(value: Any) -> bool:
    """Was it computed, with NumPy's arrays? Others cannot be shown in numbers."""
    is_tensor = isinstance(value, Tensor) and value.node is not None
    return is_tensor and isinstance(value.data, (np.ndarray, np.generic))


def call_again(tensors: Iterable[Tensor], new: dict[int, Any]) -> None:
    """Make the calls behind these Tensors once more, the oldest first.

    `new` holds by identity what stands in for an argument, and gets what comes of each call.
    """
    computed = (tensor for tensor in tensors if tensor.node)
    for tensor in sorted(computed, key=lambda tensor: tensor.node.number):
        node = tensor.node
        args = (new.get(id(arg), arg) for arg in node.args)
        again = Primitive.__call__(node.operation, *args, **node.options)  # past a loss's checks
        again.name = tensor.name
        new[id(tensor)] = again


class _Last:
    """Is told of every backward pass, and keeps the last that began at a single number.

    It also keeps how data was made of Tensors, as long as the data is there.
    """

    def __init__(self) -> None:
        self.output: Tensor | None = None
        self.variables: dict[str, Any] = {}  # of the function that asked for it
        self.choices: dict[int, tuple] = {}  # by the identity of the data

    def left(self, data: Any, *made: Any) -> None:
        if isinstance(data, np.ndarray):
            key = id(data)
            there = weakref.ref(data, lambda _: self.choices.pop(key, None))
            self.choices[key] = (there, *made)

    def swept(self, output: Tensor, wanted: Collection[Tensor]) -> None:
        if _is_computed(output) and output.size == 1:
            self.output = output
            caller = next(filter(users, frames(sys._getframe(1))), None)
            self.variables = dict(caller.f_locals) if caller else {}

    def pulled(self, *_: Any) -> None:
        """One gradient of many."""

    without_gradient = pulled


@contextmanager
def _watching() -> Iterator[_Last]:
    before, recording.watcher = recording.watcher, _Last()
    try:
        yield recording.watcher
    finally:
        recording.watcher = before


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
        ran = (frame for frame, _ in traceback.walk_tb(end.__traceback__))
        return next(frame.f_globals for frame in ran if frame.f_code.co_filename == path).copy()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever the script does
        places = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
        line = f":{places[-1]}" if places else f":{getattr(error, 'lineno', None) or 1}"
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise ValueError(f"{path}{line}: {said}") from error
    finally:
        sys.argv = before
        sys.path.pop(0)
