"""How long does a training step take, compared with NumPy by hand and with other frameworks?

    python tests/benchmarks/steps.py [--rounds 40]

All run in this one process, on one thread, in float32, in turn (A B C A B C …), so a machine that
changes its speed changes it for all; the median of the rounds counts. What is not installed is left
out: `pip install ".[bench]"` installs them all.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

import numpy as np
from peers import RUNS, STEPS

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")} | {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
}
WORKLOADS = {  # layer sizes, batch
    "moons": ([2, 16, 16, 2], 32),
    "digits": ([64, 64, 32, 10], 64),
    "MNIST-sized": ([784, 256, 128, 10], 128),
}


def problem(sizes, batch):
    """He-initialised weights and a random batch."""
    rng = np.random.default_rng(0)
    weights = [
        (
            (rng.normal(size=(a, b)) * np.sqrt(2 / a)).astype(np.float32),
            np.zeros(b, np.float32),
        )
        for a, b in zip(sizes, sizes[1:], strict=False)
    ]
    x = rng.normal(size=(batch, sizes[0])).astype(np.float32)
    return weights, x, rng.integers(0, sizes[-1], batch)


def installed(makers, *arguments):
    """Make every step that can be imported here."""
    made = {}
    for name, make in makers.items():
        try:
            made[name] = make(*arguments)
        except ImportError:
            print(f"({name} is not installed)")
    return made


def interleaved(functions, rounds, repeats):
    """Median seconds per call of each function, measured in turn."""
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            for _ in range(repeats):
                function()
            times[name].append((time.perf_counter() - start) / repeats)
    return {name: statistics.median(values) for name, values in times.items()}


def table(title, seconds, unit, scale, reference):
    print(f"\n{title}")
    for name, value in seconds.items():
        ratio = value / seconds[reference]
        print(f"  {name:<16}{value * scale:>10.1f} {unit}   {ratio:6.2f} × {reference}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    for name, (sizes, batch) in WORKLOADS.items():
        steps = installed(STEPS, *problem(sizes, batch))
        first = {name: float(step()) for name, step in steps.items()}
        reference = first["NumPy by hand"]
        for peer, loss in first.items():
            if not np.isclose(loss, reference, rtol=1e-4):
                raise SystemExit(f"{peer} computes another loss: {loss} instead of {reference}")
        repeats = max(3, int(0.02 / interleaved({"": steps["NumPy by hand"]}, 3, 20)[""]))
        title = f"{name}: {'-'.join(map(str, sizes))}, batch {batch}, one training step"
        table(title, interleaved(steps, rounds, repeats), "µs", 1e6, "NumPy by hand")

    import tinynet as tn

    digits = tn.datasets.load_digits()
    x, y = (digits.x / 16).astype(np.float32), digits.y
    runs = {}
    for name, run in RUNS.items():
        try:
            print(f"\n{name}: accuracy after training on digits {run(x, y):.4f}", end="")
        except ImportError:
            continue
        runs[name] = lambda run=run: run(x, y)
    reference = "scikit-learn" if "scikit-learn" in runs else "tinynet"
    title = "\ndigits: 64-64-32-10, Adam, 30 epochs, batch 64, whole run"
    table(title, interleaved(runs, max(3, rounds // 8), 1), "ms", 1e3, reference)


if __name__ == "__main__":
    if os.environ.keys() >= ONE_THREAD.keys():
        main()
    else:  # libraries read these when they are imported, so begin again
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
