"""The stepper in a terminal: one step per screen, moved by single letters.

A player holds the list of steps and a position; a command is a letter that moves it or changes the
graph, and what is shown depends on the position alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from ...optimizers import Optimizer
from . import Backward, Forward, Graph, Update
from .node import GraphNode

KEYS = "Enter: next   b: back   p: play   o NAME: open   c: close   j NAME: jump   q: quit"
PAUSE = 0.7  # seconds between the steps of `play`


def as_text(graph: Graph, optimizer: Optimizer | None = None) -> Iterator[str]:
    """All steps in a row, for a pipe or a file.

    >>> from tinynet import Tensor
    >>> x = Tensor(3.0, requires_grad=True)
    >>> y = x * 2
    >>> print("\\n".join(as_text(Graph(y))))
    1/3 forward   x is given: 3.
    2/3 forward   y = multiply(·, 2) of x = 3: 6.
    3/3 backward  y changes by 1 per unit of y; y changes by 2 per unit of x; so y changes by 1 · 2\
 = 2 per unit of x.
    """
    steps = list(graph.steps(optimizer))
    for i, step in enumerate(steps, 1):
        yield f"{i}/{len(steps)} {_kind(step):9} {step.sentence}"


class Player:
    """A graph, its steps, and the place where the reader is."""

    def __init__(self, graph: Graph, optimizer: Optimizer | None = None) -> None:
        self.history, self.optimizer = [graph], optimizer
        self.place, self.steps = 0, list(graph.steps(optimizer))

    @property
    def graph(self) -> Graph:
        return self.history[-1]

    def screen(self) -> str:
        """What is shown here: the sentence, the numbers, and the keys."""
        step = self.steps[self.place]
        head = f"── {self.place + 1}/{len(self.steps)} {_kind(step)} "
        return "\n".join([f"{head:─<92}", step.sentence, "", *_numbers(step), "", KEYS])

    def obey(self, command: str) -> bool:
        """Do what one line asks for; False to stop. ValueError for what cannot be done."""
        letter, _, name = command.strip().partition(" ")
        if letter in ("", "n"):
            self.move(1)
        elif letter == "b":
            self.move(-1)
        elif letter == "o":
            self.history.append(self.graph.open(name or self.steps[self.place].node))
            self._restart()
        elif letter == "c" and len(self.history) > 1:
            self.history.pop()
            self._restart()
        elif letter == "j":
            self.jump(name)
        elif letter != "q":
            raise ValueError(f"there is no command {letter!r} here")
        return letter != "q"

    def move(self, by: int) -> None:
        """Go on or back, as far as there are steps."""
        self.place = min(max(self.place + by, 0), len(self.steps) - 1)

    def jump(self, name: str) -> None:
        """To the next step of a node, after the last from the beginning, or to a number."""
        if name.isdigit():
            self.place = min(max(int(name), 1), len(self.steps)) - 1
            return
        node = self.graph.find(name)
        places = [i for i, step in enumerate(self.steps) if step.node is node]
        self.place = next((i for i in places if i > self.place), places[0])

    def _restart(self) -> None:
        self.place, self.steps = 0, list(self.graph.steps(self.optimizer))


def run(
    graph: Graph,
    optimizer: Optimizer | None = None,
    keys: TextIO | None = None,
    screen: TextIO | None = None,
) -> None:
    """Show one step after the other, as the reader asks for them, until q or the end of input."""
    player, keys, screen = Player(graph, optimizer), keys or sys.stdin, screen or sys.stdout
    print(player.screen(), file=screen, flush=True)
    for line in keys:
        try:
            if line.strip() == "p":
                _play(player, screen)
            elif not player.obey(line):
                return
            print(player.screen(), file=screen, flush=True)
        except ValueError as error:
            print(f"{error}\n{KEYS}", file=screen, flush=True)


def _play(player: Player, screen: TextIO) -> None:
    """To the end, with a pause after each step; Ctrl-C stops here."""
    try:
        while player.place < len(player.steps) - 1:
            player.move(1)
            print(player.screen().removesuffix(KEYS), file=screen, flush=True)
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        print(file=screen)


def _kind(step: Forward | Backward | Update) -> str:
    return type(step).__name__.lower()


def _numbers(step: Forward | Backward | Update) -> Iterator[str]:
    """The arrays of a step, large ones shortened."""
    if isinstance(step, Forward):
        for node in [node for _, node in step.node.inputs] + [step.node]:
            yield from _array(_titled(node), node.value)
    elif isinstance(step, Backward):
        yield from _array(f"gradient g of {step.node.name}", step.incoming)
        yield from _array(f"gradient of {step.input.name}: {step.formula}", step.contribution)
        if step.before is not None:
            yield from _array(f"gradient of {step.input.name} so far", step.after)
    else:
        yield from _array(f"{step.node.name} before", step.before)
        yield from _array(f"{step.node.name} after", step.after)


def _titled(node: GraphNode) -> str:
    return f"{node.name} = {node.label}" if node.operation else node.name


def _array(title: str, array: np.ndarray) -> Iterator[str]:
    """A heading and the numbers of an array; a single number stands beside its heading."""
    if np.size(array) == 1:
        yield f"  {title} = {np.asarray(array).item():.6g}"
        return
    yield f"  {title}, shape {array.shape}:"
    rows = np.array2string(array, precision=4, suppress_small=True, threshold=60, edgeitems=3)
    yield from (f"    {row}" for row in rows.splitlines())
