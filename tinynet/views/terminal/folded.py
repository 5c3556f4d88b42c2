"""Code in colours whose long lines go on below, further in, so that nothing is hidden."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Span, Text

MARK = "↪ "  # before what belongs to the line above


class Folded:
    """Text that is folded to the width it gets.

    Parameters
    ----------
    text : str
        What is shown.
    lexer : str
        Its language, for the colours; "text" for none.
    """

    def __init__(self, text: str, lexer: str = "text") -> None:
        self.text = Text(text)
        if lexer != "text":
            self.text = Syntax("", lexer, theme="monokai").highlight(text)
            self.text.style = ""
            self.text.spans = [_without_background(span) for span in self.text.spans]
        self.text.rstrip()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n", allow_blank=True):
            yield from _folded(line, options.max_width)


def _without_background(span: Span) -> Span:
    """The colour of some code, on the background of the page."""
    style = Style.parse(span.style) if isinstance(span.style, str) else span.style
    return Span(span.start, span.end, Style(color=style.color, bold=style.bold))


def _folded(line: Text, width: int) -> Iterator[Text]:
    """The parts of a line, each as wide as there is room, broken behind a space or a comma."""
    begin = len(line.plain) - len(line.plain.lstrip())
    indent = Text().append(" " * min(begin + 2, max(width - 20, 0)) + MARK, "dim")
    while line.cell_len > width:
        room = line.plain[: width + 1]
        place = max(room.rfind(" "), room.rfind(",")) + 1
        if place <= begin + 4:
            place = width
        yield line[:place]
        line, begin = indent + line[place:], len(indent)
    yield line
