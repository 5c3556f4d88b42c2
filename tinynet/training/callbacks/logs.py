"""Logs: a line of a file for each epoch, there as soon as the epoch ends, whatever comes then."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from pathlib import Path
from typing import Any

from ...layers import Module
from ..history import History
from .base import Callback, Run


class Log(Callback):
    """A callback that writes each epoch's number and values; `CSVLog` and `JSONLinesLog` say how.

    Lines are appended: what stands in the file stays, but for a line that a killed run left half
    written, and for epochs that a resumed run does again.
    """

    writes = True

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = Path(path)

    def on_train_begin(self, run: Run) -> None:
        from ..files import check_can_write  # here, so that `import tinynet` stays fast

        check_can_write(self.path)
        if self.path.exists():
            size = self._size_up_to(run.history.epochs)
            if size < self.path.stat().st_size:
                os.truncate(self.path, size)

    def on_epoch_end(self, history: History, model: Module) -> None:
        epoch = history.epochs
        now = {k: float(v[-1]) if len(v) == epoch else math.nan for k, v in history.items()}
        text = self._line({"epoch": epoch} | now)
        with open(self.path, "a", encoding="utf-8", newline="") as file:  # closed, so it is there
            file.write(text)

    def _size_up_to(self, epoch: int) -> int:
        """How many bytes to keep: whole lines, and of a resumed run those up to its epoch."""
        whole = last = 0
        with open(self.path, "rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    whole += len(line)
                    if epoch and self._epoch(line.decode("utf-8", "replace")) == epoch:
                        last = whole
        return last or whole

    def _line(self, values: dict[str, Any]) -> str:
        raise NotImplementedError

    def _epoch(self, line: str) -> int | None:
        """The epoch that a line is about."""
        raise NotImplementedError


class CSVLog(Log):
    """A callback: append a row to a CSV file after each epoch, under a header.

    The columns are the epoch and those of the history; a file with others is a ValueError.

    >>> tn.fit(…, callbacks=[tn.training.CSVLog("run.csv")])    # doctest: +SKIP
    """

    def on_train_begin(self, run: Run) -> None:
        super().on_train_begin(run)
        self.columns: list[str] | None = None
        if self.path.exists():
            with open(self.path, encoding="utf-8", newline="") as file:
                self.columns = next(csv.reader(file), None)

    def _line(self, values: dict[str, Any]) -> str:
        rows, names = [list(values.values())], list(values)
        if self.columns is None:
            rows, self.columns = [names, *rows], names
        if self.columns != names:
            raise ValueError(
                f"{self.path} has the columns {', '.join(self.columns)}, but this run has"
                f" {', '.join(names)}: give it another file, or remove this one; callbacks that add"
                " a column go before the log"
            )
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()

    def _epoch(self, line: str) -> int | None:
        number = line.partition(",")[0].strip()
        return int(number) if number.isdecimal() else None


class JSONLinesLog(Log):
    """A callback: append a JSON object to a file after each epoch, in a line of its own.

    NaN and infinity, which JSON does not have, become null.

    >>> tn.fit(…, callbacks=[tn.training.JSONLinesLog("run.jsonl")])    # doctest: +SKIP
    """

    def _line(self, values: dict[str, Any]) -> str:
        known = {k: v if math.isfinite(v) else None for k, v in values.items()}
        return json.dumps(known, ensure_ascii=False, allow_nan=False) + "\n"

    def _epoch(self, line: str) -> int | None:
        try:
            found = json.loads(line)
        except ValueError:
            return None
        return found.get("epoch") if isinstance(found, dict) else None
