"""The course with a screen of its own: a page of prose and code, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Input, Markdown, Static, TextArea

from ...views.graph import Graph
from ...views.terminal.folded import Folded
from ...views.terminal.pictures import picture
from ...views.terminal.program import Program
from ...views.terminal.stepper import Help, StepperScreen
from .player import Shown
from .prose import markdown
from .reading import Reading

HELP = """\
Enter  Space     read on, to the end of the page; run the code;
                 once it has run, the next page
→  ←             the next page, the page before
Home  End        the first page, the last
↑ ↓  PgUp PgDn   scroll
r                run the code again
a                answer the exercise: Enter hands in what you typed,
                 Ctrl+S where it has several lines; Esc leaves the field
s                step through the graph, where the code ends in one
v                view the figures as a browser shows them
Ctrl+C           stop code that runs too long; else quit
q                quit; you begin on this page the next time"""


class Line(Input):
    """Where an answer of one line is typed."""

    BINDINGS: ClassVar = [
        Binding("enter", "submit", "hand it in; empty: go on", key_display="Enter"),
        Binding("escape", "screen.unfocus", "leave the field", key_display="Esc"),
    ]


class Lines(TextArea):
    """Where an answer of several lines is typed."""

    BINDINGS: ClassVar = [
        Binding("ctrl+s,f5", "screen.hand_in", "hand it in", key_display="Ctrl+S"),
        Binding(
            "escape", "screen.unfocus", "leave the field", key_display="Esc", priority=True
        ),  # or it would go to the next field
    ]


class CourseScreen(Screen[None]):
    """One page, and the keys that turn it."""

    AUTO_FOCUS = ""
    CSS = """
    #title { height: 1; background: $primary; color: $text; padding: 0 1; }
    #page { height: 1fr; padding: 0 1; scrollbar-gutter: stable; }
    #page > * { max-width: 100; height: auto; }
    #page > Markdown { margin: 0; padding: 0 1; background: transparent; }
    MarkdownH1, MarkdownH2, MarkdownH3 { margin: 0 0 1 0; content-align: left middle; }
    .code { border-left: thick $primary; padding: 0 1; margin: 0 1 1 1; }
    .output { padding: 0 1; margin: 0 1; color: $success; }
    .error { padding: 0 1; margin: 0 1; color: $error; }
    .figure { padding: 0 1; margin: 1 1 0 1; }
    .right { padding: 0 1; margin: 0 1; color: $success; text-style: bold; }
    .wrong { padding: 0 1; margin: 0 1; color: $warning; }
    .path { color: $text-muted; padding: 0 1; margin: 0 1; }
    #page > TextArea { min-height: 6; margin: 0 1; }
    Input { margin: 0 1; }
    """
    BINDINGS: ClassVar = [
        Binding("enter,space", "on", "run, next", key_display="Enter"),
        Binding("left,b", "move(-1)", "back", key_display="←"),
        Binding("right,n", "move(1)", "next", key_display="→"),
        Binding("r", "again", "again"),
        Binding("a", "field", "answer"),
        Binding("s", "step", "step"),
        Binding("v", "view", "view"),
        Binding("question_mark,h", "help", "help", key_display="?"),
        Binding("q", "leave", "quit"),
        Binding("home", "move(-1000)", show=False),
        Binding("end", "move(1000)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
        Binding("pagedown", "scroll(15)", show=False),
    ]

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self.busy = False
        self._thread = ThreadPoolExecutor(1)  # one for all cells: some state belongs to a thread
        self._ident = self._thread.submit(threading.get_ident).result()

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield VerticalScroll(id="page", can_focus=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.work(self.reading.begin)

    def on_unmount(self) -> None:
        self.stop()  # or Python would wait for it
        self._thread.shutdown(wait=False, cancel_futures=True)

    # --- what is shown ---

    async def show(self, below: bool = False) -> None:
        """Draw the page; with `below`, look at what came of its code."""
        reading, page = self.reading, self.reading.page
        self._title()
        parts: list[Widget] = [Markdown(markdown(page.prose), open_links=False)]
        if page.code and not (page.asked and page.asked.alone):
            parts.append(Static(Folded(page.code, "python"), classes="code"))
        if page.asked:
            parts.append(self._field())
        outputs = self._outputs(reading.shown) if reading.shown else []
        parts += outputs
        view = self.query_one("#page")
        with self.app.batch_update():
            await view.remove_children()
            await view.mount_all(parts)
        if page.asked and not (reading.given and reading.given.right):
            self.action_field()
        self.refresh_bindings()
        if below and outputs:
            self.call_after_refresh(self._look_at, outputs)
        else:
            view.scroll_home(animate=False)

    def _look_at(self, outputs: list[Widget]) -> None:
        """Scroll to the end, but not past where the outputs begin."""
        view = self.query_one("#page")
        begin = outputs[0].virtual_region.y - 1
        view.scroll_to(y=min(view.max_scroll_y, begin), animate=False)

    def _title(self) -> None:
        reading = self.reading
        tutorial, done = reading.tutorial, reading.done
        words = f"{tutorial.number}. {tutorial.title}   page {reading.place + 1}"
        words += f" of {len(reading.pages)}"
        if asked := [page.asked.number for page in reading.pages if page.asked]:
            words += f"   exercises right: {done.right} of {len(asked)}"
        self.query_one("#title", Static).update(words)

    def _field(self) -> Widget:
        """Where the answer is typed."""
        asked, given = self.reading.page.asked, self.reading.given
        if asked and asked.head:
            area = Lines(given.text if given else f"{asked.head}\n    ", tab_behavior="indent")
            area.move_cursor(area.document.end)
            return area
        return Line(given.text if given else "", placeholder="your answer, then Enter")

    def _outputs(self, shown: Shown) -> list[Widget]:
        """What came of the code."""
        parts: list[Widget] = []
        words = shown.told.removesuffix(shown.error).rstrip("\n")
        kind = {None: "output", True: "right", False: "wrong"}[shown.right]
        if words:
            prose = shown.right is not None
            parts.append(Static(Text(words) if prose else Folded(words), classes=kind))
        if shown.error:
            parts.append(Static(Folded(shown.error), classes="error"))
        if isinstance(shown.value, Graph):
            parts.append(Static("s steps through this graph", classes="path"))
        width = min(self.size.width - 2, 100) - 6  # beside the bar to scroll with
        for path in shown.figures:
            parts.append(Static(picture(path, width, self.size.height - 5), classes="figure"))
            parts.append(Static(Text(str(path), overflow="fold"), classes="path"))
        if not parts:
            parts.append(Static("This has nothing to show.", classes="path"))
        return parts

    # --- what is done ---

    def work(self, task: Callable[[], Any], below: bool = False) -> None:
        """Do what may take time, in the thread of the cells, and draw the page then."""

        def guarded() -> None:
            with contextlib.suppress(KeyboardInterrupt):  # it came when the code had ended
                task()

        async def done() -> None:
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, guarded)
                await self.show(below)
            finally:
                self.busy = False
            if self.reading.trouble:
                self.notify(self.reading.trouble, severity="warning", markup=False)
                self.reading.trouble = ""

        if not self.busy:
            self.busy = True
            self.query_one("#title", Static).update("running …")
            self.run_worker(done())

    def action_on(self) -> None:
        view = self.query_one("#page")
        if view.scroll_offset.y < view.max_scroll_y:
            view.scroll_page_down(animate=False)
        elif self.reading.waits and not self.reading.page.asked:
            self.work(self.reading.run, below=True)
        else:
            self.action_move(1)

    def action_again(self) -> None:
        self.work(self.reading.run, below=True)

    def action_move(self, by: int) -> None:
        self.work(lambda: self.reading.move(by))

    def action_field(self) -> None:
        for field in self.query("Input, TextArea"):
            field.focus()

    def action_hand_in(self) -> None:
        for area in self.query(TextArea):
            self.work(partial(self.reading.answer, area.text), below=True)

    def on_input_submitted(self, typed: Input.Submitted) -> None:
        text = typed.value
        if text.strip():
            self.work(partial(self.reading.answer, text), below=True)
        else:
            self.action_move(1)

    def action_unfocus(self) -> None:
        self.set_focus(None)

    def action_step(self) -> None:
        if self.reading.shown and isinstance(self.reading.shown.value, Graph):
            self.app.push_screen(StepperScreen(self.reading.shown.value))

    def action_view(self) -> None:
        for path in self.reading.shown.figures if self.reading.shown else ():
            self.app.open_url(path.resolve().as_uri())

    def action_scroll(self, by: int) -> None:
        self.query_one("#page").scroll_relative(y=by, animate=False)

    def action_help(self) -> None:
        self.app.push_screen(Help(HELP))

    def stop(self) -> bool:
        """Let the code that runs be interrupted; False where none runs."""
        if self.busy:
            interrupt, set_exception = KeyboardInterrupt, ctypes.pythonapi.PyThreadState_SetAsyncExc
            set_exception(ctypes.c_ulong(self._ident), ctypes.py_object(interrupt))
        return self.busy

    def action_leave(self) -> None:
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something here."""
        shown, page = self.reading.shown, self.reading.page
        if action == "on":
            return not isinstance(self.focused, Lines)
        if action == "field":
            return page.asked is not None
        if action == "step":
            return shown is not None and isinstance(shown.value, Graph)
        if action == "view":
            return shown is not None and bool(shown.figures)
        if action == "again":
            return shown is not None and page.asked is None
        return True


class CourseApp(Program):
    """`tinynet tutorial 7`."""

    BINDINGS: ClassVar = [Binding("ctrl+c", "stop", show=False, priority=True)]

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.first = CourseScreen(reading)

    def on_mount(self) -> None:
        self.push_screen(self.first, lambda _: self.exit())

    def action_stop(self) -> None:
        """Stop the code that runs; where none runs, quit."""
        if not self.first.stop():
            self.exit()
