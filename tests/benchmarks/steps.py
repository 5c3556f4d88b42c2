"""What does a training step cost, compared with NumPy by hand and with other frameworks?

    python tests/benchmarks/steps.py [--rounds 40]

All run in this one process, on one thread, in float32, in turn (A B C A B C …), so a machine that
changes its speed changes it for all; the median of the rounds counts. What is not installed is left
out: `pip install ".[bench]"` installs them all.

The columns: time per step; the same in units of three of the rows, so 3.00 under "× tinynet" means
that tinynet is three times as fast; the memory that a step keeps from one to the next (parameters,
their gradients, buffers); the most that it needs above that; and how often it takes fresh memory,
as measure.py defines it. A dash: memory that is neither Python's nor NumPy's cannot be seen.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from measure import allocations, interleaved, memory, on_one_thread, table
from peers import OUTSIDE_NUMPY, RUNS, STEPS, problem

WORKLOADS = {  # layer sizes, batch
    "moons": ([2, 16, 16, 2], 32),
    "digits": ([64, 64, 32, 10], 64),
    "MNIST-sized": ([784, 256, 128, 10], 128),
}
BY_HAND = "NumPy by hand"
UNITS = {BY_HAND: "× by hand", "tinynet": "× tinynet", "tinynet, replayed": "× replayed"}


def installed(makers, *arguments):
    """Make every step that can be imported here."""
    made = {}
    for name, make in makers.items():
        try:
            made[name] = make(*arguments)
        except ImportError:
            print(f"({name} is not installed)")
    return made


def check_losses(steps):
    """All must compute the same loss, or their times say nothing."""
    losses = {name: float(step()) for name, step in steps.items()}
    for name, loss in losses.items():
        if not np.isclose(loss, losses[BY_HAND], rtol=1e-4):
            raise SystemExit(f"{name} computes another loss: {loss}, not {losses[BY_HAND]}")


def relative(values):
    """Columns that give the values in units of some of the rows."""
    return {
        unit: {name: f"{value / values[row]:.2f}" for name, value in values.items()}
        for row, unit in UNITS.items()
        if row in values
    }


def step_table(name, sizes, batch, rounds):
    """Measure and print one workload."""
    arguments = problem(sizes, batch)
    steps = installed(STEPS, *arguments)
    check_losses(steps)
    times = interleaved(steps, rounds)
    makers = {n: partial(STEPS[n], *arguments) for n in steps if n not in OUTSIDE_NUMPY}
    bytes_of = {name: memory(make) for name, make in makers.items()}
    columns = {
        "µs": {name: f"{time * 1e6:.1f}" for name, time in times.items()},
        **relative(times),
        "kept KiB": {name: f"{kept / 1024:.1f}" for name, (kept, _) in bytes_of.items()},
        "peak KiB": {name: f"{peak / 1024:.1f}" for name, (_, peak) in bytes_of.items()},
        "peak × hand": {
            n: f"{peak / bytes_of[BY_HAND][1]:.2f}" for n, (_, peak) in bytes_of.items()
        },
        "fresh memory": {name: f"{allocations(make)}" for name, make in makers.items()},
    }
    table(f"{name}: {'-'.join(map(str, sizes))}, batch {batch}, one training step", columns)


def run_table(rounds):
    """Measure and print a whole training run."""
    import tinynet as tn

    digits = tn.datasets.load_digits()
    x, y = (digits.x / 16).astype(np.float32), digits.y
    runs, accuracies = {}, {}
    for name, run in RUNS.items():
        try:
            accuracies[name] = f"{run(x, y):.4f}"
        except ImportError:
            continue
        runs[name] = partial(run, x, y)
    times = interleaved(runs, max(3, rounds // 8))
    columns = {"ms": {name: f"{time * 1e3:.1f}" for name, time in times.items()}}
    columns |= relative(times) | {"accuracy": accuracies}
    table("digits: 64-64-32-10, Adam, 30 epochs, batch 64, whole run", columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    for name, (sizes, batch) in WORKLOADS.items():
        step_table(name, sizes, batch, rounds)
    run_table(rounds)


if __name__ == "__main__":
    on_one_thread(main)
