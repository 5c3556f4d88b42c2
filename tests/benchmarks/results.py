"""How well, and how fast, does the same network learn in tinynet, scikit-learn and PyTorch?

    python tests/benchmarks/results.py [--seeds 5] [--only datasets | skewed | large]

datasets: every bundled dataset; the same split (70 % to train on, 30 % to test), the same scaled
arrays, the same layers, ReLU, Adam, batches of 32, without early stopping or weight decay. What
differs is what the libraries choose themselves: the initial weights, float32 in tinynet and
PyTorch. The score is accuracy, or R², on the test rows: mean over the seeds, with the standard
deviation; the time is the median of a training.

skewed: prices in the hundred thousands with a long tail, in a CSV file. Plain `tinynet train`
beside scikit-learn's MLPRegressor behind a StandardScaler, with and without scaled targets, on the
same test rows.

large: one epoch on 1,000,000 rows of 10 features, 10-16-16-1, batches of 256, each in a process of
its own: its time, and by how much its peak memory grows above that of the data.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from measure import on_one_thread

import tinynet as tn
from tinynet import cli
from tinynet.data import Dataset, Standardizer, read_csv

HIDDEN, LR, EPOCHS, BATCH = [16, 16], 0.01, 60, 32
ROWS, FEATURES = 1_000_000, 10


# --- the same network, three times: fitted to x and y, it returns what it predicts for new x -----


def with_tinynet(x, y, classes, seed, epochs=EPOCHS, batch=BATCH):
    model = tn.layers.MLP([x.shape[1], *HIDDEN, classes or 1], rng=seed, dtype=np.float32)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=LR)
    loss = tn.losses.cross_entropy if classes else tn.losses.mse
    tn.fit(
        *(model, loss, optimizer, (x, y)),
        epochs=epochs,
        batch_size=batch,
        rng=seed,
        progress=False,
    )
    return lambda new: tn.training.predict(model, new)


def with_scikit_learn(x, y, classes, seed, epochs=EPOCHS, batch=BATCH):
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    model = (MLPClassifier if classes else MLPRegressor)(
        hidden_layer_sizes=HIDDEN,
        learning_rate_init=LR,
        batch_size=min(batch, len(x)),
        max_iter=epochs,
        alpha=0,
        tol=0,
        n_iter_no_change=epochs,
        random_state=seed,
    )
    with warnings.catch_warnings():  # it says that it could go on
        warnings.simplefilter("ignore")
        model.fit(x, y.ravel())
    return model.predict_proba if classes else lambda new: model.predict(new)[:, None]


def with_pytorch(x, y, classes, seed, epochs=EPOCHS, batch=BATCH):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    widths = [x.shape[1], *HIDDEN]
    layers = [
        part
        for width, units in zip(widths, HIDDEN, strict=False)
        for part in (torch.nn.Linear(width, units), torch.nn.ReLU())
    ]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(widths[-1], classes or 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    loss = torch.nn.functional.cross_entropy if classes else torch.nn.functional.mse_loss
    inputs = torch.tensor(x, dtype=torch.float32)
    targets = torch.tensor(y) if classes else torch.tensor(y, dtype=torch.float32)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            value = loss(model(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
    return lambda new: model(torch.tensor(new, dtype=torch.float32)).detach().numpy()


LIBRARIES = {
    "tinynet": with_tinynet,
    "scikit-learn": with_scikit_learn,
    "PyTorch": with_pytorch,
}


# --- every bundled dataset -----------------------------------------------------------------------


def trained(library, data: Dataset, seed: int) -> tuple[float, float]:
    """The score on the test rows, and the seconds of the training."""
    train, test = data.split((0.7, 0.3), rng=seed)
    units = Standardizer.of(train.x)
    classes = 0 if data.task == "regression" else len(data.target_names)
    of_y = Standardizer.of(train.y) if not classes else None
    x, y = units.transform(train.x), of_y.transform(train.y) if of_y else train.y
    start = time.perf_counter()
    predict = library(x, y, classes, seed)
    seconds = time.perf_counter() - start
    found = predict(units.transform(test.x))
    if of_y:
        return tn.metrics.r2(test.y, found * of_y.scale + of_y.center), seconds
    return float(np.mean(np.argmax(found, axis=1) == test.y)), seconds


def datasets(seeds: int) -> None:
    print("\nscore on the test rows (R² for numbers, else accuracy), and ms of a training\n")
    print("| dataset | score | " + " | ".join(LIBRARIES) + " | ms: " + " | ".join(LIBRARIES) + " |")
    print("| --- " * (2 + 2 * len(LIBRARIES)) + "|")
    for name, make in tn.datasets.names().items():
        data, results = make(), {library: [] for library in LIBRARIES}
        for seed in range(seeds):
            for library, train in LIBRARIES.items():  # in turn
                results[library].append(trained(train, data, seed))
        scores, times = [], []
        for found in results.values():
            score, seconds = zip(*found, strict=True)
            scores.append(f"{statistics.mean(score):.3f} ± {statistics.stdev(score):.3f}")
            times.append(f"{1e3 * statistics.median(seconds):.0f}")
        kind = "R²" if data.task == "regression" else "accuracy"
        print(f"| {name} | {kind} | {' | '.join(scores)} | {' | '.join(times)} |", flush=True)


# --- a skewed target -----------------------------------------------------------------------------


def prices(rng: np.random.Generator, rows: int = 1000) -> tuple[list[str], np.ndarray]:
    """Houses: an invented market whose prices have a long tail, from some 60,000 to millions."""
    area = rng.lognormal(4.6, 0.4, rows)  # m²
    rooms = np.clip(np.round(area / 25 + rng.normal(0, 1, rows)), 1, None)
    age = rng.uniform(0, 100, rows)
    distance = rng.gamma(2, 5, rows)  # km from the centre
    log_price = 12.3 + 0.9 * np.log(area / 100) - 0.004 * age - 0.05 * distance + 0.03 * rooms
    price = np.exp(log_price + rng.normal(0, 0.2, rows))
    columns = np.column_stack([area, rooms, age, distance, price]).round(2)
    return ["area", "rooms", "age", "distance", "price"], columns


def skewed(seeds: int) -> None:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def behind_a_scaler(seed):
        return make_pipeline(StandardScaler(), MLPRegressor(random_state=seed))

    r2: dict[str, list[float]] = {}
    for seed in range(seeds):
        header, rows = prices(np.random.default_rng(seed))
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLPRegressor says that it did not converge
            path = Path(folder, "houses.csv")
            with open(path, "w", newline="") as file:
                csv.writer(file).writerows([header, *rows.tolist()])
            train, _, test = read_csv(path, "price").split(rng=seed)  # as `tinynet train` does
            r2.setdefault("tinynet train houses.csv", []).append(on_the_command_line(path, seed))
            for name, model in {
                "scikit-learn": behind_a_scaler(seed),
                "scikit-learn, y scaled": TransformedTargetRegressor(
                    behind_a_scaler(seed), transformer=StandardScaler()
                ),
            }.items():
                found = model.fit(train.x, train.y.ravel()).predict(test.x)
                r2.setdefault(name, []).append(tn.metrics.r2(test.y, found[:, None]))
    print("\nR² on the test rows, prices in the hundred thousands\n")
    for name, values in r2.items():
        print(f"  {name:<26}{statistics.mean(values):>8.3f} ± {statistics.stdev(values):.3f}")


def on_the_command_line(path: Path, seed: int) -> float:
    """R² on the test rows, which is the last column of their line."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        options = ["--target", "price", "--seed", str(seed), "--quiet", "--no-plot"]
        if cli.main(["train", str(path), *options]):
            raise SystemExit(f"tinynet train {path} failed")
    row = next(line for line in printed.getvalue().splitlines() if line.startswith("test "))
    return float(row.split()[-1])


# --- a million rows ------------------------------------------------------------------------------


def one_epoch(name: str) -> None:
    """Run in a process of its own; prints seconds, and MiB above what the data needed."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((ROWS, FEATURES), np.float32)  # so without memory that is free again
    y = x[:, :1] * x[:, 1:2]
    LIBRARIES[name](x[:64], y[:64], 0, 0, epochs=1)  # imports, and whatever is done only once
    before = peak_memory()
    start = time.perf_counter()
    LIBRARIES[name](x, y, 0, 0, epochs=1, batch=256)
    seconds = time.perf_counter() - start
    print(f"{seconds:.2f} {(peak_memory() - before) / 1024:.0f}")


def peak_memory() -> int:
    """KiB, of this process alone (Linux): ru_maxrss begins with what the parent had."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def large(seeds: int) -> None:
    print(f"\none epoch on {ROWS:,} × {FEATURES}: seconds, and MiB more than before\n")
    for name in LIBRARIES:
        runs = [
            subprocess.run(
                [sys.executable, __file__, "--one-epoch", name],
                check=True,
                capture_output=True,
                text=True,
                env=os.environ,
            ).stdout.split()
            for _ in range(min(seeds, 3))
        ]
        seconds, memory = (
            statistics.median(map(float, column)) for column in zip(*runs, strict=True)
        )
        print(f"  {name:<16}{seconds:>8.2f}{memory:>8.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=["datasets", "skewed", "large"])
    parser.add_argument("--one-epoch", choices=LIBRARIES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_epoch:
        one_epoch(options.one_epoch)
        return
    for part in (datasets, skewed, large):
        if options.only in (None, part.__name__):
            part(options.seeds)


if __name__ == "__main__":
    on_one_thread(main)
