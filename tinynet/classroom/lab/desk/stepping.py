"""Step through your own: runs a script, answers with the stepper's page, and what that asks."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .... import losses
from ....views.experiment.questions import QUESTIONS as EXPERIMENTS
from ....views.experiment.questions import Experiment
from ....views.graph import demos, script

Payload = Mapping[str, Any]
NAME = "your_code.py"  # what warnings call it
_TITLES = {
    "network": "A network by hand",
    "neuron": "A neuron",
    "mlp": "An MLP on moons",
    "update": "A step of SGD",
}
_last: dict[int, Experiment] = {}  # the script that ran last, by its number


def _run(payload: Payload) -> dict[str, Any]:
    """The page of what a script computes, and its number; or its mistake, with the line."""
    code = payload["code"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_text(code, encoding="utf-8")
        try:
            graph, optimizer = script.graph_of(str(path))
            experiment = Experiment(graph, optimizer)
            html = experiment.html("asked_by_parent.js")
        except ValueError as error:
            return {"mistake": _told(str(error), str(path), code)}
    number = max(_last, default=0) + 1
    _last.clear()
    _last[number] = experiment
    return {"number": number, "html": html}


def _told(problem: str, path: str, code: str) -> dict[str, Any]:
    """A mistake: its sentence, and where there is one, the line of the script."""
    place, _, sentence = problem.partition(": ")
    line = place.removeprefix(f"{path}:")
    if place.startswith(path) and line.isdecimal():
        text = code.splitlines()[int(line) - 1].strip()
        return {"sentence": sentence, "line": int(line), "code": text}
    return {"sentence": problem.replace(path, "the code")}


def _asked(answer: Any, payload: Payload) -> Any:
    """What the page of a script asks."""
    if payload["run"] not in _last:
        raise ValueError("Python has forgotten this computation: press Run once more")
    return answer(_last[payload["run"]], payload)


QUESTIONS = {"step/run": _run} | {
    f"step/{name}": functools.partial(_asked, answer) for name, answer in EXPERIMENTS.items()
}


def face(yours: Sequence[Path] = ()) -> dict[str, Any]:
    """What the page needs: the examples, in groups, each with its name and title."""
    own = [
        {"name": path.stem, "title": path.name, "code": path.read_text(encoding="utf-8")}
        for path in yours
    ]
    scripts = [
        {"name": name, "title": _TITLES[name], "code": code} for name, code in demos.CODE.items()
    ]
    of_losses = [
        {"name": name, "title": name, "code": demos.code_of_loss(name)} for name in losses.names()
    ]
    groups = {"Yours": own} if own else {}
    return {"examples": {**groups, "Scripts": scripts, "Losses": of_losses}}
