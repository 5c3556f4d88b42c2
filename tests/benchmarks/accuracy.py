"""How well does plain `tinynet train NAME` do? Mean and spread over five seeds, as README says.

python tests/benchmarks/accuracy.py
"""

from __future__ import annotations

import contextlib
import io
import statistics

from tinynet import cli

SEEDS = range(5)  # of the split, the first weights and the batches
NAMES = ["penguins", "iris", "wine", "breast_cancer", "digits", "moons", "spirals", "auto_mpg"]


def test_score(name: str, seed: int) -> float:
    """The last column of the row "test" in the table that the command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = cli.main(["train", name, "--seed", str(seed), "--quiet", "--no-plot"])
    if code:
        raise SystemExit(f"tinynet train {name} --seed {seed} ended with exit code {code}")
    row = next(line for line in printed.getvalue().splitlines() if line.startswith("test "))
    return float(row.split()[-1])


if __name__ == "__main__":
    print(f"{'dataset':<16}{'mean':>7}{'spread':>8}{'worst':>7}")
    for name in NAMES:
        scores = [test_score(name, seed) for seed in SEEDS]
        mean, spread = statistics.mean(scores), statistics.stdev(scores)
        print(f"{name:<16}{mean:>7.3f}{spread:>8.3f}{min(scores):>7.3f}")
