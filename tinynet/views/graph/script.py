"""The graph of a script: run it, and take what it computed last."""

from __future__ import annotations

import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from ...engine.tensor import Tensor
from ...optimizers import Optimizer
from .graph import Graph


def graph_of(path: str, output: str | None = None) -> tuple[Graph, Optimizer | None]:
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
