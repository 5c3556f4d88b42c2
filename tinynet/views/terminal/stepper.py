"""The stepper with a screen of its own: the graph, and below or beside it the step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ScrollableContainer, VerticalScroll
from textual.events import Key, Resize
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Footer, Input, Static

from ...optimizers import Optimizer
from ..graph import Graph
from ..graph.terminal import PAUSE, Player, kind, numbers
from ..graph.tree import Line, drawn
from .program import Program

HELP = """\
→  Enter  Space    the next step
←  b               the step before
Home  End          the first step, the last
p                  play: step by step to the end; any key stops
o                  open this operation: see what is inside
c                  close what was opened last
j                  jump to a node by its name, or to a step by its number
↑  ↓               scroll the numbers
PgUp  PgDn         scroll the graph
q  Esc             quit

▶ marks the node where you are, and the way that its gradient takes."""

ROOM = 24  # columns of a node that should be seen, behind its rails
STYLES = {"node": "bold reverse", "edge": "bold", "known": "", "ahead": "dim"}


class Help(ModalScreen[None]):
    """The keys; any key closes it."""

    CSS = """
    Help { align: center middle; }
    Help > Static { width: auto; max-width: 100%; height: auto; max-height: 100%;
                    padding: 1 2; border: round $primary; background: $surface; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Static(self.text, markup=False)

    def on_key(self, event: Key) -> None:
        event.stop()  # or the screen below would obey it too
        event.prevent_default()
        if self.is_current:
            self.dismiss()


class Jump(ModalScreen[str]):
    """Asks for the name of a node, or the number of a step; Esc goes back."""

    CSS = """
    Jump { align: center bottom; }
    Jump > Input { width: 100%; margin-bottom: 1; }
    """
    BINDINGS: ClassVar = [Binding("escape", "dismiss('')", "back")]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names

    def compose(self) -> ComposeResult:
        yield Input(
            placeholder="jump to the node, or the number of the step",
            suggester=SuggestFromList(self.names, case_sensitive=False),
        )

    def on_input_submitted(self, typed: Input.Submitted) -> None:
        self.dismiss(typed.value.strip())


class StepperScreen(Screen[None]):
    """Steps through a graph; leaving it goes back to where one came from."""

    CSS = """
    StepperScreen { layout: vertical; }
    StepperScreen > #title { height: 1; background: $primary; color: $text; padding: 0 1; }
    StepperScreen > #panes { layout: vertical; height: 1fr; }
    StepperScreen.wide > #panes { layout: horizontal; }
    #graph, #step { border: round $primary; padding: 0 1; height: 1fr; width: 1fr; }
    #graph > Static { width: auto; }
    """
    BINDINGS: ClassVar = [
        Binding("right,enter,space,n", "move(1)", "next", key_display="→"),
        Binding("left,b,backspace", "move(-1)", "back", key_display="←"),
        Binding("p", "play", "play"),
        Binding("o", "open", "open"),
        Binding("c", "close", "close"),
        Binding("j", "jump", "jump"),
        Binding("question_mark,h", "help", "help", key_display="?"),
        Binding("q,escape", "leave", "quit", key_display="q"),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("up", "scroll('#step', -1)", show=False),
        Binding("down", "scroll('#step', 1)", show=False),
        Binding("pageup", "scroll('#graph', -5)", show=False),
        Binding("pagedown", "scroll('#graph', 5)", show=False),
    ]
    WIDE = 140  # columns from which the panes stand side by side

    def __init__(self, graph: Graph, optimizer: Optimizer | None = None) -> None:
        super().__init__()
        self.player = Player(graph, optimizer)
        self.playing: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        with ScrollableContainer(id="panes", can_focus=False):
            with ScrollableContainer(id="graph", can_focus=False):
                yield Static(markup=False)
            with VerticalScroll(id="step", can_focus=False):
                yield Static(markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#graph").border_title = "the graph"
        self.show()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= self.WIDE, "wide")
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Draw the graph and the step."""
        player = self.player
        step = player.steps[player.place]
        self.query_one("#title", Static).update(
            f"{player.graph.output.name}   step {player.place + 1} of {len(player.steps)}"
            f"   {kind(step)}"
        )
        lines = drawn(player.graph, player.steps, player.place)
        tree = Text("\n", no_wrap=True).join(map(_coloured, lines))
        graph, pane = self.query_one("#graph"), self.query_one("#step")
        graph.query_one(Static).update(tree)
        width = max(pane.size.width - 4, 30)
        words = Text(step.sentence + "\n\n")
        words.append("\n".join(numbers(step, width)))
        pane.border_title = kind(step)
        pane.query_one(Static).update(words)
        pane.scroll_home(animate=False)
        marked = [i for i, line in enumerate(lines) if line.state in ("edge", "node")]
        self.call_after_refresh(self._look_at, [lines[i].text for i in marked], marked)

    def _look_at(self, texts: list[str], marked: list[int]) -> None:
        """Scroll the graph so that the marked lines are seen, from where their text begins."""
        if not marked:
            return
        starts, graph = [*map(_start, texts)], self.query_one("#graph")
        width = graph.size.width
        left = 0 if max(starts) + ROOM <= width else max(min(starts) - 4, 0)
        rows = max(marked) - min(marked) + 1
        graph.scroll_to_region(Region(left, min(marked), width, rows), animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.stop()
        self.player.move(by)
        self.show()

    def action_play(self) -> None:
        if self.playing:
            self.stop()
        else:
            self.playing = self.set_interval(PAUSE, self._next)

    def _next(self) -> None:
        self.player.move(1)
        self.show()
        if self.player.place == len(self.player.steps) - 1:
            self.stop()

    def stop(self) -> None:
        """End playing."""
        if self.playing:
            self.playing.stop()
            self.playing = None

    def on_key(self) -> None:
        self.stop()

    def action_open(self) -> None:
        self.obey("o")

    def action_close(self) -> None:
        self.obey("c")

    def action_jump(self) -> None:
        names = [node.name for node in self.player.graph]
        self.app.push_screen(Jump(names), lambda name: self.obey(f"j {name}") if name else None)

    def obey(self, command: str) -> None:
        """A command of the plain lines; what cannot be done is told."""
        self.stop()
        try:
            self.player.obey(command)
        except ValueError as error:
            self.notify(str(error), markup=False)
        self.show()

    def action_scroll(self, pane: str, by: int) -> None:
        self.query_one(pane).scroll_relative(y=by, animate=False)

    def action_help(self) -> None:
        self.app.push_screen(Help(HELP))

    def action_leave(self) -> None:
        self.dismiss()


def _start(text: str) -> int:
    """Where a line of the tree has its node, behind the rails."""
    return len(text) - len(text.lstrip(" ▶│├└─"))


def _coloured(line: Line) -> Text:
    start = _start(line.text)
    rails = "bold" if line.state == "edge" else "dim"
    return Text().append(line.text[:start], rails).append(line.text[start:], STYLES[line.state])


class StepperApp(Program):
    """`tinynet step`."""

    BINDINGS: ClassVar = [Binding("ctrl+c", "quit", show=False, priority=True)]

    def __init__(self, graph: Graph, optimizer: Optimizer | None = None) -> None:
        super().__init__()
        self.first = StepperScreen(graph, optimizer)

    def on_mount(self) -> None:
        self.push_screen(self.first, lambda _: self.exit())
