"""A worker in a frame of a page, which holds a stranger's code in a browser.

The frame has an origin of its own, so there is no storage, no other page and no file; its policy
lets it ask nobody in the network; and the page ends it when it is late. Here the page is asked to
do so, and waited for.
"""

from __future__ import annotations

from typing import Any, Protocol

from .exchange import Exchange
from .worker import wire


class Page(Protocol):
    """What holds the frames (lab/web/runners.js); it is asked by name, and answers a dict."""

    def __call__(self, name: str, **payload: Any) -> dict[str, Any]:
        """What came of it."""


class Framed(Exchange):
    """A worker in a frame that answers questions, as Exchange has it.

    Parameters
    ----------
    *about, **more
        See Exchange.
    page : Page
        "open" answers {number} or {problem}; "carry", for a number, a message and seconds,
        {message}, {late}, {gone} or {cause}; "close", for a number, an empty dict.
    """

    def __init__(self, *about: Any, page: Page, **more: Any) -> None:
        super().__init__(*about, **more)
        self.page, self.number, self.cause = page, 0, ""

    def close(self) -> None:
        """End the worker, and its frame."""
        if self._is_there():
            self.page("close", number=self.number)
            self.number = 0

    def _is_there(self) -> bool:
        return self.number > 0

    def _open(self) -> None:
        opened = self.page("open")
        if "problem" in opened:
            raise ValueError(f"no submission can be run in this browser: {opened['problem']}")
        self.number, self.cause = opened["number"], ""

    def _carried(self, packed: bytes, seconds: float) -> Any:
        reply = self.page("carry", number=self.number, message=packed, seconds=seconds)
        if "message" in reply:
            return wire.unpacked(bytes(reply["message"]))
        self.late = "late" in reply
        if self.late or "gone" in reply:
            raise OSError("it has ended")
        self.cause = str(reply["cause"])
        raise EOFError("no answer")

    def _cause(self) -> str:
        return self.cause
