"""A lesson: the steps of a model, forward and backward, with names for every array on the way."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..layers import Linear, Residual
from ..training.units import InUnits
from .by_hand_layers import ARRAYS, KEPT, Step, into_units, out_of_units, step_of
from .plan import Part, flat, input_shape, uses_bias

_ANY = 3  # columns, of a model that takes any number of them


@dataclass
class Written:
    """A step with its place in the program."""

    number: int  # 0 for what only joins two ways
    name: str
    step: Step
    x: str
    y: str
    shapes: str = ""

    @property
    def place(self) -> str:
        return f"step {self.number}, {self.name}" if self.number else self.name


class Lesson:
    """The steps of a model, and its arrays by the names they have in the program."""

    def __init__(self, parts: list[Part]) -> None:
        self.arrays: dict[str, Any] = {}
        self.learned: list[str] = []
        self.steps: list[Written] = []
        rows, columns = input_shape(parts)
        self.input = self.shape = (rows, _ANY if columns == "?" else columns)
        self.parts = parts
        self.last = self._row(parts, "a0")

    def has(self, kind: type) -> bool:
        return any(part.kind is kind for part in flat(self.parts))

    def _row(self, parts: list[Part], x: str) -> str:
        """Parts one after the other: the name of what comes out."""
        for part in parts:
            if part.kind is Residual:
                x = self._residual(part, x)
            elif part.kind is InUnits:
                x = self._in_units(part, x)
            else:
                x = self._layer(part, x)
        return x

    def _layer(self, part: Part, x: str) -> str:
        layer: Any = part.layer
        number = part.name.lstrip("abcdefghijklmnopqrstuvwxyz_")
        tokens = {
            n: (token, to.format(number)) for n, (token, to) in ARRAYS.get(part.kind, {}).items()
        }
        for name, array in part.arrays().items():
            self.arrays[tokens[name][1]] = array
            if getattr(layer, name).requires_grad:
                self.learned.append(tokens[name][1])
        biased = part.kind is Linear and uses_bias(layer)
        step = step_of(layer, len(self.shape), biased)
        before, self.shape = self.shape, layer.output_shape(self.shape)
        return self._add(part.name, step, x, dict(tokens.values()), before)

    def _in_units(self, part: Part, x: str) -> str:
        self.arrays |= part.arrays()
        x = self._row(part.inside, self._add("the units of x", into_units, x))
        return self._add("the units of y", out_of_units, x) if "y_scale" in self.arrays else x

    def _residual(self, part: Part, x: str) -> str:
        begin = Written(0, part.name, Step("", [], "", []), x, x)
        self.steps.append(begin)
        inner = self._row(part.inside, x)
        join = Step(
            f"y = {x} + x, what came in and what was made of it",
            [f"y = {x} + x"],
            "a sum hands its gradient to both",
            ["dx = dy"],
        )
        y = self._add(part.name, join, inner)
        begin.step.why = f"{x} has two ways to the loss, so its gradients add"
        begin.step.to_x = [f"d{x} = d{x} + d{y}"]
        return y

    def _add(
        self,
        name: str,
        step: Step,
        x: str,
        tokens: Mapping[str, str] = MappingProxyType({}),
        before: tuple = (),
    ) -> str:
        """Number the step, and name what it is about."""
        number = 1 + max((written.number for written in self.steps), default=0)
        y = f"a{number}"
        kept = {token: f"{token}{number}" for token in KEPT}
        shapes = f"{_told(before)} → {_told(self.shape)}" if before not in ((), self.shape) else ""
        named = step.numbered({"x": x, "y": y} | kept | {**tokens})
        self.steps.append(Written(number, name, named, x, y, shapes or _told(self.shape)))
        return y

    # --- the lines of the program -----------------------------------------------------------

    def forward(self) -> Iterator[str]:
        for written in self.steps:
            if written.number:
                yield from _comment(f"{written.place}: {written.step.formula}")
                yield f"# {written.shapes}"
                yield from written.step.forward

    def backward(self) -> Iterator[str]:
        for i, written in reversed([*enumerate(self.steps)]):
            step = written.step
            gradients = {name: g for name, g in step.gradients.items() if name in self.learned}
            needed = any(set(s.step.gradients) & {*self.learned} for s in self.steps[:i])
            if gradients or needed:
                why = step.why if needed else step.why.partition(f", d{written.x} = ")[0]
                yield from _comment(f"{written.place}: {why}")
            yield from (f'd["{name}"] = {g}' for name, g in gradients.items())
            if needed:
                yield from step.to_x

    def remember(self) -> list[str]:
        return [line for written in self.steps for line in written.step.remember]

    def kept(self) -> list[str]:
        """What the way back needs of what was computed on the way there."""
        later = " ".join([*self.backward(), *self.remember()])
        made = [
            "a0",
            *(line.partition(" = ")[0].strip() for line in self.forward() if " = " in line),
        ]
        made = [name for name in dict.fromkeys(made) if name.isidentifier()]
        words = set(re.findall(r"\w+", later))
        return [name for name in made if name in words] + ["training"] * ("training" in words)


def chain(parts: list[Part]) -> str:
    """The layers in one line, such as Linear(2, 8) → x + (LayerNorm(8) → ReLU)."""
    told = {Residual: "x + ({})", InUnits: "units of the data → {} → units of the data"}
    return " → ".join(
        told.get(part.kind, part.layer.describe()).format(chain(part.inside)) for part in parts
    )


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 94, initial_indent="# ", subsequent_indent="#     ")


def _told(shape: tuple) -> str:
    return f"({', '.join(map(str, shape))})"
