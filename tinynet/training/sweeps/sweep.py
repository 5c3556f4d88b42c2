"""A sweep: the same training with many settings and several seeds, side by side.

The one idea: a run is a function of its settings and its seed, and of nothing else. So runs can be
done in any order, in many processes or on a cluster, and one that was done need not be done again.
Needs the extra: ``pip install "tinynet-learn[sweep]"``.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.frames import users
from ..callbacks import EarlyStopping
from ..history import History, NonFiniteLoss
from .ranking import Ranking
from .trials import Folder, Trial


def sweep(
    make: Callable,
    grid: Mapping[str, Sequence] | Sequence[Mapping[str, Sequence]],
    seeds: int | Iterable[int] = 5,
    *,
    score: str = "val_loss",
    mode: str | None = None,
    folder: str | os.PathLike | None = None,
    jobs: int | None = None,
    progress: bool = True,
) -> Ranking:
    """Train with all combinations of some settings, several seeds each, and rank them.

    Parameters
    ----------
    make : callable
        ``make(seed=…, **settings)`` trains once and returns the History, a dict of scores, or both
        as ``history, scores``. All that is random in it comes from the seed.
    grid : dict of str to list
        The values of each setting; or a list of such dicts.
    seeds : int or iterable of int
        How many, counted from 0, or which.
    score : str
        What the settings are ranked by, such as "val_accuracy".
    mode : {"min", "max"}, optional
        Whether a smaller or a larger score is better, as for EarlyStopping.
    folder : path, optional
        Each run is written there when it ends, whole or not at all. The same sweep started again
        does only what is missing or has failed. It knows a run by its settings and seed alone:
        where `make` or the data changed, take another folder.
    jobs : int, optional
        How many processes; −1 is one for each core. Without it ``joblib.parallel_config`` decides,
        so that ``with joblib.parallel_config("dask"):`` takes a sweep to a cluster as it is.

    A run computes in one thread, so it gives the same bits wherever and beside whatever it runs.
    One that raises, or whose loss is no longer a number, is kept with the reason, and the others
    go on. Ctrl-C ends the sweep and returns the Ranking so far.

    >>> def make(power, seed):
    ...     noise = np.random.default_rng(seed).normal()
    ...     return {"val_loss": 2.0**power + 0.1 * noise}
    >>> sweep(make, {"power": [1, 0]}, seeds=3, progress=False).best
    {'power': 0}
    """
    sign = EarlyStopping(monitor=score, mode=mode).sign
    planned, kept = _planned(grid, seeds), Folder(folder)
    found = [_checked(trial, score) for trial in map(kept.read, planned) if trial]
    done = {trial.key: trial for trial in found if not trial.error}
    missing = [trial for trial in planned if trial.key not in done]
    stopped = ""
    with _bar(len(planned), len(done), progress) as bar:
        try:
            for trial in _results(make, missing, jobs):
                done[trial.key] = _checked(trial, score)
                kept.write(done[trial.key])
                bar.update()
        except KeyboardInterrupt:
            stopped = f"interrupted after {len(done)} of {len(planned)} runs"
    trials = [done[trial.key] for trial in planned if trial.key in done]
    return Ranking(trials, score, sign, stopped)


def _planned(grid: Any, seeds: Any) -> list[Trial]:
    """The runs to do, seed by seed, so that half a sweep compares all settings."""
    settings = []
    for each in [grid] if isinstance(grid, Mapping) else list(grid):
        for name, values in each.items():
            if isinstance(values, str) or not isinstance(values, (Sequence, np.ndarray)):
                raise TypeError(f"grid: {name} must be a list of values, not {values!r}")
        settings += [
            dict(zip(each, values, strict=True)) for values in itertools.product(*each.values())
        ]
    numbers = range(seeds) if isinstance(seeds, (int, np.integer)) else map(int, seeds)
    trials = [Trial(chosen, seed, {}) for seed in numbers for chosen in settings]
    if not trials:
        raise ValueError("there is nothing to run: the grid, or the list of seeds, is empty")
    keys = [trial.key for trial in trials]
    if len(set(keys)) < len(keys):
        twice = next(key for i, key in enumerate(keys) if key in keys[:i])
        raise ValueError(f"two runs would have the same settings and seed, {twice}")
    return trials


def _results(make: Callable, trials: Sequence[Trial], jobs: int | None) -> Iterator[Trial]:
    """The trials, each as it ends."""
    try:
        from joblib import Parallel, delayed
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise ImportError(
            f'sweep needs joblib and threadpoolctl: pip install "tinynet-learn[sweep]" ({error})'
        ) from None
    runs = (delayed(_run)(make, trial, threadpool_limits) for trial in trials)
    jobs = jobs and min(jobs, max(1, len(trials)))  # joblib starts as many processes as it is told
    yield from Parallel(jobs, return_as="generator_unordered", batch_size=1)(runs)


def _run(make: Callable, trial: Trial, threadpool_limits: Callable) -> Trial:
    """One run, in whatever process; a failure of `make` becomes a sentence."""
    start = time.perf_counter()
    try:
        with threadpool_limits(1):
            history, scores = _parted(make(seed=trial.seed, **trial.settings))
        error = ""
    except _NoResult:
        raise
    except Exception as problem:
        history, scores, error = getattr(problem, "history", None), {}, _sentence(problem)
    if history is not None and history.interrupted:
        raise KeyboardInterrupt  # `fit` took the Ctrl-C that was meant for the sweep
    return replace(
        trial, scores=scores, history=history, error=error, seconds=time.perf_counter() - start
    )


class _NoResult(TypeError):
    """`make` returned something that cannot be compared; so it will in every run."""


def _parted(result: Any) -> tuple[History | None, dict[str, float]]:
    """What `make` returned: the History, if any, and the scores."""
    history, given = result if isinstance(result, tuple) and len(result) == 2 else (result, {})
    if not isinstance(history, History):
        history, given = None, {**given, **history} if isinstance(history, Mapping) else None
    if given is None or not all(isinstance(v, (int, float, np.number)) for v in given.values()):
        raise _NoResult(
            "make must return a History, a dict of numbers, or both as (history, scores), not"
            f" {result!r:.80}"
        )
    if history and history.best_epoch == 0 and not given:
        raise ValueError("no epoch was better than the model before training, which was kept")
    at = (history.best_epoch or history.epochs) - 1 if history else 0
    of_history = {name: values[at] for name, values in (history or {}).items() if values}
    return history, {name: float(value) for name, value in (of_history | given).items()}


def _sentence(error: Exception) -> str:
    """What is wrong, and in which line of the user's."""
    if isinstance(error, NonFiniteLoss):
        return str(error)
    steps = traceback.walk_tb(error.__traceback__)
    lines = [f"{Path(f.f_code.co_filename).name}, line {line}" for f, line in steps if users(f)]
    where = f" ({lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {error}{where}"


def _checked(trial: Trial, score: str) -> Trial:
    """The trial, which has failed as well where its score is no number."""
    if trial.error:
        return trial
    if score not in trial.scores:
        known = ", ".join(trial.scores) or "nothing"
        raise ValueError(
            f"sweep ranks by {score!r}, but make returned {known}: pass validation= to fit, or"
            " sweep(…, score=…)"
        )
    value = trial.scores[score]
    return trial if math.isfinite(value) else replace(trial, error=f"{score} is {value}")


def _bar(total: int, done: int, progress: bool) -> Any:
    from tqdm import tqdm  # here, so that `import tinynet` stays fast

    hidden = not progress or sys.stderr is None or sys.stderr.closed
    return tqdm(total=total, initial=done, unit="run", disable=hidden)
