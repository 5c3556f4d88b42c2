"""An answer that is asked here, in this process: it is the reader's own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...engine.tensor import Tensor
from ..runner.exchange import Answer, Reference
from ..runner.worker import wire
from ..runner.worker.answers import evaluated, failure


class Here:
    """A runner (runner/exchange.py) for one answer, a value or a function.

    >>> Here(lambda x: x * x).ask({"source": "answer(x)", "inputs": {"x": 3}})["result"]
    9
    """

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.answers: list[Answer] = []

    def ask(self, question: Mapping[str, Any], reference: Reference | None = None) -> Answer:
        """What comes of a question; it is kept, too."""
        self.answers.append(self._asked(question))
        return self.answers[-1]

    def _asked(self, question: Mapping[str, Any]) -> Answer:
        inputs = copy.deepcopy(question["inputs"])
        try:
            space = {"answer": self.answer, "np": np, **inputs}
            result = plain(evaluated(question["source"], space))
            wire.packed({"result": result})  # what is no plain data cannot be compared
        except Exception as error:  # whatever the reader's function does
            return {"error": failure(error, "")}
        return {"result": result, "inputs": inputs}

    def close(self) -> None:
        """There is nothing to end."""


def plain(value: Any) -> Any:
    """The numbers of Tensors, a text as it is meant, None where three dots stand.

    >>> plain(" B ")
    'b'
    """
    if isinstance(value, str):
        return value.strip().lower()
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is ...:
        return None
    return value.data if isinstance(value, Tensor) else value
