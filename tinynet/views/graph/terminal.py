"""The stepper in plain lines: one step after the other, moved by single letters.

A player holds the list of steps and a position; a command is a letter that moves it or changes the
graph, and what is shown depends on the position alone. With Textual it has another face, see
views/terminal/stepper.py.
"""

from __future__ import annotations

import re
import sys
import textwrap
import time
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from ...optimizers import Optimizer
from ..numerals import number, typeset
from . import Backward, Forward, Graph, Update
from .node import GraphNode
from .tree import drawn

WIDTH = 80  # characters of a line
KEYS = "Enter: next  b: back  p: play  o: open  c: close  j: jump  ?: help  q: quit"
HELP = """\
Enter  n  →    the next step
b  ←           the step before
p              play: all steps to the end, one after the other; Ctrl-C stops
o  o NAME      open this operation, or the one of that name: see what is inside
c              close what was opened last
j NAME  j 12   jump to the next step of a node, or to a step by its number
g              the graph: ▶ marks where you are
q              quit"""
PAUSE = 0.7  # seconds between the steps of `play`
_ARROW = re.compile(r"\x1b[\[O]([A-D])")  # what a terminal sends for up, down, right, left


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
        yield f"{i}/{len(steps)} {kind(step):9} {step.sentence}"


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
        head = f"── {self.place + 1}/{len(self.steps)} {kind(step)} "
        said = textwrap.wrap(step.sentence, WIDTH, break_on_hyphens=False)
        return "\n".join([f"{head:─<{WIDTH}}", *said, "", *numbers(step), "", KEYS])

    def obey(self, command: str) -> bool:
        """Do what one line asks for; False to stop. ValueError for what cannot be done."""
        letter, _, name = command.strip().partition(" ")
        if by := arrows(letter):
            self.move(by)
        elif letter in ("", "n"):
            self.move(1)
        elif letter == "b":
            self.move(-1)
        elif letter == "o":
            self.history.append(self.graph.open(name or self.steps[self.place].node))
            self._restart()
        elif letter == "c":
            if len(self.history) == 1:
                raise ValueError("nothing is open here; o opens an operation")
            self.history.pop()
            self._restart()
        elif letter == "j":
            self.jump(name)
        elif letter != "q":
            raise ValueError(f"there is no command {letter!r} here; ? lists them")
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
            if line.strip() in ANSWERS:
                print(ANSWERS[line.strip()](player), file=screen, flush=True)
                continue
            if line.strip() == "p":
                _play(player, screen)
            elif not player.obey(line):
                return
            print(player.screen(), file=screen, flush=True)
        except ValueError as error:
            said = textwrap.fill(str(error), WIDTH, break_on_hyphens=False)
            print(f"{said}\n{KEYS}", file=screen, flush=True)


def _play(player: Player, screen: TextIO) -> None:
    """To the end, with a pause after each step; Ctrl-C stops here."""
    try:
        while player.place < len(player.steps) - 1:
            player.move(1)
            print(player.screen().removesuffix(KEYS), file=screen, flush=True)
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        print(file=screen)


def arrows(text: str) -> int:
    """How many steps the arrow keys in a line ask for: right and down go on, left and up back.

    >>> arrows("\\x1b[C\\x1b[C"), arrows("\\x1b[D"), arrows("n")
    (2, -1, 0)
    """
    return sum(1 if key in "BC" else -1 for key in _ARROW.findall(text))


def kind(step: Forward | Backward | Update) -> str:
    """What a step is: forward, backward, or update."""
    return type(step).__name__.lower()


def numbers(step: Forward | Backward | Update, width: int = WIDTH) -> Iterator[str]:
    """The arrays of a step, large ones shortened."""
    if isinstance(step, Forward):
        for node in [node for _, node in step.node.inputs] + [step.node]:
            yield from _array(_titled(node), node.value, width)
    elif isinstance(step, Backward):
        yield from _array(f"gradient g of {step.node.name}", step.incoming, width)
        title = f"gradient of {step.input.name}: {step.formula}"
        yield from _array(title, step.contribution, width)
        if step.terms:
            yield from _indented(f"with {', '.join(step.terms)}", width)
        if step.before is not None:
            yield from _array(f"gradient of {step.input.name} so far", step.after, width)
    else:
        yield from _array(f"{step.node.name} before", step.before, width)
        yield from _array(f"{step.node.name} after", step.after, width)


def graph_lines(player: Player) -> str:
    """The graph as it is known at this step."""
    lines = (line.text for line in drawn(player.graph, player.steps, player.place))
    return "\n".join(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines)


def _titled(node: GraphNode) -> str:
    return f"{node.name} = {node.label}" if node.operation else node.name


def _indented(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="      ")


def _array(title: str, array: np.ndarray, width: int) -> Iterator[str]:
    """A heading and the numbers of an array; a single number stands beside its heading."""
    single = np.size(array) == 1
    title += f" = {number(array)}" if single else f", shape {array.shape}:"
    yield from _indented(title, width)
    if single:
        return
    rows = np.array2string(
        array, width - 4, precision=4, suppress_small=True, threshold=60, edgeitems=3
    )
    yield from (f"    {row}" for row in typeset(rows).splitlines())


ANSWERS = {"?": lambda player: f"{HELP}\n{KEYS}", "g": graph_lines}
