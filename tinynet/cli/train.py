"""`tinynet train`: train a network on a dataset or a CSV file, and see what it learned."""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import datasets, layers, losses, metrics
from ..data import Dataset, read_csv
from ..engine.names import lookup
from ..engine.tables import table
from ..layers import ACTIVATIONS, linear_layers
from ..optimizers import OPTIMIZERS
from ..training import History, NonFiniteLoss, checkpoints, evaluate, fit
from ..training import suited as tasks
from ..training.units import Units
from .options import complain, number

DEFAULTS = {
    "hidden": [16, 16],
    "activation": "relu",
    "loss": None,  # what fits the task
    "optimizer": "adam",
    "lr": 0.01,
    "epochs": 60,
    "batch_size": 32,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "seed": 0,
}
TUNED: dict[str, dict] = {  # what suits a dataset better, found on its validation part
    "auto_mpg": {"weight_decay": 0.01},
    "digits": {"hidden": [64, 32], "lr": 0.003, "epochs": 30},
    "friedman1": {"weight_decay": 0.01, "epochs": 200},
    "heteroscedastic": {"hidden": []},  # a line
    "iris": {"weight_decay": 0.01},
    "outliers": {"hidden": [], "loss": "huber"},
    "sine": {"activation": "tanh", "epochs": 300},
    "sparse_linear": {"hidden": [], "epochs": 200},
    "wine": {"weight_decay": 0.01},
}


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("train", help="train a network on a dataset or a CSV file")
    add = parser.add_argument
    add("data", nargs="?", default="penguins", metavar="DATASET | FILE.csv", help="what to learn")
    add("--target", metavar="COLUMN", help="the column of the CSV file to predict")
    add("--missing", choices=("drop", "impute", "error"), help="what to do with missing cells")
    width = number(int, "a whole number of at least 1", lambda n: n >= 1)
    positive = number(float, "a number above 0", lambda n: 0 < n < math.inf)
    add("--hidden", nargs="*", type=width, metavar="N", help="the width of each hidden layer")
    add("--activation", metavar="NAME", help=", ".join(ACTIVATIONS))
    add("--loss", metavar="NAME", help=", ".join(losses.names()))
    add("--optimizer", metavar="NAME", help=", ".join(OPTIMIZERS))
    add("--lr", type=positive, metavar="RATE", help="the learning rate")
    add("--epochs", type=width, metavar="N", help="number of passes over the data")
    add("--batch-size", type=width, metavar="N", help="rows per step")
    fraction = number(float, "at least 0 and below 1", lambda n: 0 <= n < 1)
    add("--dropout", type=fraction, metavar="RATE", help="the fraction of hidden units to drop")
    decay = number(float, "a number of at least 0", lambda n: 0 <= n < math.inf)
    add("--weight-decay", type=decay, metavar="RATE", help="how strongly weights shrink")
    seed = number(int, "a whole number of at least 0", lambda n: n >= 0)
    add(
        "--seed",
        type=seed,
        metavar="N",
        help="seed of the split, the initial weights and the batch order",
    )
    add("--plot", metavar="FILE", help="file for the picture (default: tinynet-NAME.png)")
    add("--no-plot", action="store_true", help="draw nothing")
    add("--save", metavar="FILE", help="file for the trained model (default: not saved)")
    add("--quiet", action="store_true", help="no model table, no progress bar")
    parser.set_defaults(command=train)


def train(options: argparse.Namespace) -> int:
    """Train an MLP; print how good it is, draw it, save it."""
    data = _load(options)
    settings = _settings(options, data)
    loss, encode = tasks.suited(lookup("loss", settings.loss, losses.names()), data)
    picture = None if options.no_plot else options.plot or f"tinynet-{data.name}.png"
    _check_outputs(picture, options.save)

    parts = data.split(rng=settings.seed)
    units = Units.of(parts[0])
    pairs = [units.remove(part.x, encode(part.y)) for part in parts]
    model = _model(settings, data, pairs[0])
    if not options.quiet:
        print(f"{data!r}\n{_command(options, settings)}\n\n{model}\n", flush=True)
    try:
        history = _fit(model, loss, settings, pairs, progress=not options.quiet)
    except NonFiniteLoss as error:
        return _report_failure(error, picture)

    print(f"epochs: {history.epochs}, seconds: {history.seconds:.2f}")
    print(_scores(model, loss, parts, pairs, units))
    units.restore(model)
    if options.save:
        _save(model, settings, options.save)
    if picture:
        _draw_run(model, history, parts[-1], picture)
    return complain(history.stopped, 130) if history.stopped else 0


def _load(options: argparse.Namespace) -> Dataset:
    """A bundled dataset by its name, or a CSV file with what happened to its missing cells."""
    if not _is_file_name(options.data):
        if options.target or options.missing:
            raise ValueError(f"--target and --missing are for CSV files, not for {options.data!r}")
        return lookup("dataset", options.data, datasets.names())()
    if not options.target:
        raise ValueError(f"say which column of {options.data} to predict: --target COLUMN")
    data = read_csv(options.data, options.target, missing=options.missing or "drop")
    print(data.card.partition("\n\n")[2])  # what happened to missing cells, without the heading
    return data


def _is_file_name(name: str) -> bool:
    return bool(Path(name).suffix) or Path(name).name != name


def _settings(options: argparse.Namespace, data: Dataset) -> argparse.Namespace:
    """What the command says; else what suits the dataset; else the defaults."""
    chosen = {k: v for k, v in vars(options).items() if k in DEFAULTS and v is not None}
    loss = {"loss": "mse" if data.task == "regression" else "cross_entropy"}
    settings = argparse.Namespace(**(DEFAULTS | loss | TUNED.get(options.data, {}) | chosen))
    lookup("activation", settings.activation, ACTIVATIONS)
    lookup("optimizer", settings.optimizer, OPTIMIZERS)
    return settings


def _command(options: argparse.Namespace, settings: argparse.Namespace) -> str:
    """The command that repeats this run."""
    words = ["tinynet", "train", options.data]
    source = {"target": options.target, "missing": options.missing}
    for name, value in ({k: v for k, v in source.items() if v} | vars(settings)).items():
        words.append("--" + name.replace("_", "-"))
        words += map(str, value if isinstance(value, list) else [value])
    return shlex.join(words)


def _check_outputs(picture: str | None, checkpoint: str | None) -> None:
    """Find out before the run, not after it, that a file cannot be written."""
    if picture:
        from ..views import plots

        plots.check_path(picture)
    if checkpoint and not Path(checkpoint).parent.is_dir():
        raise ValueError(f"cannot write {checkpoint}: there is no folder {Path(checkpoint).parent}")
    for path in filter(None, (picture, checkpoint)):
        if Path(path).is_dir():
            raise ValueError(f"cannot write {path}: it is a folder")


def _model(settings: argparse.Namespace, data: Dataset, pair: tuple) -> layers.MLP:
    """One output per class; a single one for regression, and for losses of yes and no."""
    x, y = pair
    return layers.MLP(
        [x.shape[1], *settings.hidden, tasks.outputs(y, data)],
        activation=ACTIVATIONS[settings.activation],
        dropout=settings.dropout,
        rng=settings.seed,
        dtype=np.float32,
    )


def _fit(
    model: layers.MLP, loss: Callable, settings: argparse.Namespace, pairs: list, progress: bool
) -> History:
    make_optimizer = OPTIMIZERS[settings.optimizer]
    optimizer = make_optimizer(model.parameters(), settings.lr, weight_decay=settings.weight_decay)
    return fit(
        model,
        loss,
        optimizer,
        pairs[0],
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        validation=pairs[1],
        rng=settings.seed,
        progress=progress,
    )


def _scores(
    model: layers.MLP, loss: Callable, parts: Sequence[Dataset], pairs: list, units: Units
) -> str:
    """A table of loss and metrics on each part."""

    def accuracy(y_true: Any, y_pred: Any) -> float:
        kind = "scores" if y_pred.shape[1] > 1 else "logits"
        return metrics.accuracy(y_true, y_pred, kind=kind)

    def rmse(y_true: Any, y_pred: Any) -> float:
        return metrics.rmse(y_true, y_pred) * scale

    regression, scale = units.y is not None, float(units.y.scale[0]) if units.y else 1.0
    chosen: tuple[Callable, ...] = (rmse, metrics.r2) if regression else (accuracy,)
    rows = []
    for name, pair in zip(("train", "validation", "test"), pairs, strict=True):
        scores = evaluate(model, loss, pair, chosen)
        rows.append((name, str(len(pair[0])), *(f"{score:.4g}" for score in scores.values())))
    units_note = f"\nrmse is in units of {parts[0].target_names[0]}, loss that of y standardized"
    return table([("part", "rows", *scores), *rows]) + (units_note if regression else "")


def _draw_run(model: layers.MLP, history: History, test: Dataset, path: str) -> None:
    from ..views import plots

    figure = plots.run(model, history, test)
    figure.suptitle(f"{test.name}: the run, and the model on the {len(test)} test rows")
    plots.save(figure, path)
    print(f"picture: {path}")


def _save(model: layers.MLP, settings: argparse.Namespace, path: str) -> None:
    """Write the checkpoint, and say what reads it."""
    checkpoints.save(model, path)
    linear, activation = linear_layers(model), ACTIVATIONS[settings.activation].__name__
    sizes = [linear[0].weight.shape[0], *(layer.weight.shape[1] for layer in linear)]
    made = f"tn.layers.MLP({sizes}, tn.layers.{activation}, {settings.dropout:g})"
    print(f"model: {path} (for tn.checkpoints.load({made}, {path!r}); it takes raw data)")


def _report_failure(error: NonFiniteLoss, picture: str | None) -> int:
    """A failed run still shows the epochs before, if there were any."""
    if picture and error.history.epochs:
        from ..views import plots

        plots.save(error.history.plot().figure, picture)
        print(f"picture: {picture}")
    return complain(error, 1)
