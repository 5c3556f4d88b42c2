"""What every face for a terminal does at its beginning and at its end."""

from __future__ import annotations

import asyncio
import signal
import sys

from textual.app import App


class Program(App[None]):
    """An app that leaves the terminal as it was, also where a signal ends it."""

    ENABLE_COMMAND_PALETTE = False

    def show(self) -> None:
        """Run it; a signal that ended it is then obeyed as the program does it elsewhere."""
        self.ended_by: signal.Signals | None = None
        before = {number: signal.getsignal(number) for number in _signals()}
        try:
            self.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if self.ended_by:
            signal.raise_signal(self.ended_by)

    def on_load(self) -> None:
        """Before the terminal is taken."""
        for number in _signals() if not self.is_headless else ():
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def _end(self, number: signal.Signals) -> None:
        self.ended_by = number
        self.exit()


def _signals() -> list[signal.Signals]:
    return [] if sys.platform == "win32" else [signal.SIGTERM, signal.SIGHUP]
