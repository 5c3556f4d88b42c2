"""What the benchmarks share: one thread, time taken in turn, memory, allocations, a table.

Time and memory are measured in passes of their own, since watching memory makes all slower.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")} | {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
}
SMALL = 1024  # bytes: below this NumPy keeps freed blocks for its next small array


def on_one_thread(main: Callable[[], None]) -> None:
    """Run `main` with one thread: libraries read this when they are imported, so begin again."""
    if os.environ.keys() >= ONE_THREAD.keys():
        main()
    else:
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)


def seconds(function: Callable[[], Any], repeats: int = 1) -> float:
    """The mean time of a call."""
    start = time.perf_counter()
    for _ in range(repeats):
        function()
    return (time.perf_counter() - start) / repeats


def interleaved(
    functions: dict[Any, Callable[[], Any]], rounds: int, turn: float = 0.02
) -> dict[Any, float]:
    """Median seconds per call of each function; they take turns (A B C A B C …) of `turn` s."""
    repeats = {name: 1 + int(turn / seconds(function)) for name, function in functions.items()}
    times: dict[Any, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(seconds(function, repeats[name]))
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def without_collector() -> Iterator[None]:
    """Inside, Python does not look for reference cycles, which it does at unforeseen times."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def traced(make: Callable[[], Callable[[], Any]], warm_up: int) -> Iterator[Callable[[], Any]]:
    """Inside, tracemalloc watches the step that `make` makes, which has run `warm_up` times."""
    tracemalloc.start()
    try:
        with without_collector():
            step = make()
            for _ in range(warm_up):
                step()
            yield step
    finally:
        tracemalloc.stop()


def memory(make: Callable[[], Callable[[], Any]], warm_up: int = 2) -> tuple[int, int]:
    """Bytes that a step keeps from call to call, and the most that a call needs besides.

    Counted is what tracemalloc sees, NumPy's arrays and Python's objects, except what was there
    before `make` made the step.
    """
    with traced(make, warm_up) as step:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        step()
        peak = tracemalloc.get_traced_memory()[1] - before
        gc.collect()
        return tracemalloc.get_traced_memory()[0], peak


def allocations(make: Callable[[], Callable[[], Any]]) -> int:
    """How often a step takes fresh memory: the interpreter's instructions that take 1 KiB or more.

    Counted is an instruction (an operator, a call of NumPy…) during which the traced memory rises
    at least 1 KiB above what it was at the start. That is an array of its own, be it temporary, or
    now and then NumPy's working memory for a reduction; views and small objects are not counted.
    Several arrays made inside one instruction count once. Python offers no count of all arrays.
    """
    count, before = 0, 0

    def look(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count, before
        frame.f_trace_opcodes = True  # be called at each instruction
        now, peak = tracemalloc.get_traced_memory()
        count += peak - before >= SMALL
        tracemalloc.reset_peak()
        before = now
        return look

    with traced(make, warm_up=2) as step:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        sys.settrace(look)
        try:
            step()
        finally:
            sys.settrace(None)
    return count


def table(title: str, columns: dict[str, dict[Any, str]]) -> None:
    """Print columns, header → {row → text}, with the rows of the first; no text is a dash."""
    print(f"\n{title}\n{'':<20}" + "".join(f"{header:>14}" for header in columns))
    for row in next(iter(columns.values())):
        texts = "".join(f"{column.get(row, '–'):>14}" for column in columns.values())
        print(f"  {row:<18}{texts}", flush=True)
