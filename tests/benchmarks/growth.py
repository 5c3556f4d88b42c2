"""How do time and memory of a training step grow with the batch, the depth and the graph?

    python tests/benchmarks/growth.py [--quick]

In proportion, they should. The exponent under each column is the p in cost ~ size^p, and 1 is what
to expect: the slope of log cost over log size by least squares, through the points that cost at
least ten times as much as the first one, since below that the fixed cost of a call rules.

Time is given twice: as it is, and without Python's search for reference cycles. That search visits
the nodes of a long graph again and again, though it finds no cycle there. A large batch rises above
1 since the system takes the memory of its arrays back after each step and hands it out again page
by page, as with NumPy by hand. Where the C library is glibc, MALLOC_TRIM_THRESHOLD_,
MALLOC_MMAP_THRESHOLD_ and MALLOC_TOP_PAD_ of 100000000 prevent that, and the exponent is near 1.

All on one thread. Memory is left out where a step takes a second: watching it takes ten times as
long. --quick takes one round instead of three, and leaves out the longest chain.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from measure import interleaved, memory, on_one_thread, table, without_collector
from peers import problem, tinynet

import tinynet as tn


def batch(size):
    """A step of the moons MLP on a batch of this size."""
    return tinynet(*problem([2, 16, 16, 2], size))


def depth(layers):
    """A step of an MLP of so many layers of width 16, batch 32."""
    return tinynet(*problem([16] * (layers + 1), 32))


def chain(operations):
    """So many products, one after the other, and the way back."""
    x = tn.Tensor(1.0, requires_grad=True)

    def step():
        y = x
        for _ in range(operations):
            y = y * 1.0000001
        return y.gradient(x)

    return step


GROWTHS = {  # what grows: what makes the step, its sizes, how often each is timed
    "rows in the batch of the moons MLP, 2-16-16-2": (batch, [2**i for i in range(5, 17)], 3),
    "layers of width 16, batch 32": (depth, [2, 5, 10, 20, 50, 100, 200, 500, 1000], 3),
    "operations in a chain": (chain, [10**i for i in range(2, 7)], 1),
}


def exponent(costs):
    """The p in cost ~ size^p, for costs by size, where the fixed cost no longer rules."""
    first = next(iter(costs.values()))
    upper = np.array([(size, cost) for size, cost in costs.items() if cost >= 10 * first])
    return np.polyfit(*np.log(upper.T), 1)[0]


def grow(make, sizes, rounds):
    """Costs by size, one dict per column."""
    steps = {size: make(size) for size in sizes}
    times = interleaved(steps, rounds)
    with without_collector():
        bare = interleaved(steps, rounds)
    light = [size for size in sizes if bare[size] < 1]
    peaks = {size: memory(partial(make, size), warm_up=0)[1] for size in light}
    return {
        "ms": {size: time * 1e3 for size, time in times.items()},
        "collector off": {size: time * 1e3 for size, time in bare.items()},
        "peak KiB": {size: peak / 1024 for size, peak in peaks.items()},
    }


def written(costs):
    """A column of the table: row → text."""
    texts = {f"{size:,}": f"{cost:,.3f}" for size, cost in costs.items()}
    return texts | {"exponent": f"{exponent(costs):.2f}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, no longest chain")
    quick = parser.parse_args().quick
    for title, (make, sizes, rounds) in GROWTHS.items():
        if quick:
            sizes, rounds = [size for size in sizes if size < 10**6], 1
        columns = grow(make, sizes, rounds)
        table(title, {header: written(costs) for header, costs in columns.items()})


if __name__ == "__main__":
    on_one_thread(main)
