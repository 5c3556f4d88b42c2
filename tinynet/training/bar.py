"""The progress bar of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .history import History


def epochs_of(history: History, progress: bool) -> Iterator[None]:
    """Count the epochs, with a progress bar that shows the last values of the history."""
    if not progress or sys.stderr is None or sys.stderr.closed:
        while not history.over:
            yield
        return
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    with tqdm(total=history.planned, initial=history.epochs, unit="epoch") as bar:
        while not history.over:
            yield
            bar.set_postfix({k: f"{v[-1]:.4g}" for k, v in history.items()}, refresh=False)
            bar.update()
