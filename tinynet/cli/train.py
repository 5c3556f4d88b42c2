"""`tinynet train`: train a network on a dataset or a CSV file, and see what it learned."""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import layers, losses
from ..data import MISSING, TASKS, Dataset, read_csv
from ..engine.names import lookup
from ..layers import ACTIVATIONS
from ..optimizers import OPTIMIZERS
from ..training import EarlyStopping, History, NonFiniteLoss, checkpoints, fit
from ..training.checkpoints.resuming import Resume
from ..training.files import check_can_write
from ..training.scaling import Scaling, scaled
from ..training.suited import outputs, suited
from .options import add_notation, bundled, check_apart, complain, is_file_name, new_file, number
from .scores import Scores, remarks, scores

DEFAULTS = {
    "hidden": [16, 16],
    "activation": "relu",
    "loss": None,  # what fits the task
    "optimizer": "adam",
    "lr": 0.01,
    "epochs": 60,
    "patience": None,  # as long as there are epochs
    "batch_size": 32,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "seed": 0,
}
READING = ("target", "columns", "drop", "categories", "missing", "task", "separator", "decimal")
TUNED: dict[str, dict] = {  # what suits a dataset better, found on its validation part
    "auto_mpg": {"weight_decay": 0.01},
    "breast_cancer": {"weight_decay": 0.01},
    "digits": {"hidden": [64, 32], "lr": 0.003, "epochs": 30, "weight_decay": 0.01},
    "friedman1": {"weight_decay": 0.01, "epochs": 200},
    "heteroscedastic": {"hidden": []},  # a line
    "iris": {"weight_decay": 0.03},
    "outliers": {"hidden": [], "loss": "huber"},
    "sine": {"activation": "tanh", "epochs": 300},
    "sparse_linear": {"hidden": [], "epochs": 200},
    "wine": {"weight_decay": 0.01},
}


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network on a dataset or a CSV file",
        epilog="For some of the bundled datasets other defaults are better; the line `tinynet"
        " train …` that is printed shows all that were taken.",
    )
    add_options(parser)
    add = parser.add_argument_group("what comes out").add_argument
    add("--plot", type=new_file, metavar="FILE", help="file for the picture (tinynet-NAME.png)")
    add("--no-plot", action="store_true", help="draw nothing")
    add("--save", type=new_file, metavar="FILE", help="file for the trained model (not saved)")
    add(
        "--resume",
        type=new_file,
        metavar="FILE",
        help="file in which the run is kept, and from which the same command goes on (not kept)",
    )
    add("--quiet", action="store_true", help="no model table, no progress bar")
    parser.set_defaults(command=train)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is learned, and how: the options that other commands share."""
    parser.add_argument(
        "data",
        nargs="?",
        default="penguins",
        metavar="DATASET | FILE.csv",
        help="what to learn (%(default)s)",
    )
    add_reading(parser.add_argument_group("reading a CSV file").add_argument)
    add_learning(parser.add_argument_group("the network, and how it learns").add_argument)


def add_reading(add: Callable) -> None:
    """How a CSV file is read; the names are those of `read_csv`."""
    several: dict[str, Any] = {"nargs": "+", "action": "extend", "metavar": "COLUMN"}
    add("--target", metavar="COLUMN", help="the column to predict")
    add("--columns", **several, help="those to predict from (all others)")
    add("--drop", **several, help="those to leave out")
    add("--categories", **several, help="those whose numbers are codes")
    add("--missing", choices=MISSING, help="what to do with missing cells (drop their rows)")
    add("--task", choices=TASKS, help="what the target is (as its cells look)")
    add_notation(add)


def add_learning(add: Callable, several: bool = False) -> None:
    """The settings, with their defaults in the help; perhaps several values of each."""
    count = number(int, "a whole number of at least 1", lambda n: n >= 1)
    positive = number(float, "a number above 0", lambda n: 0 < n < math.inf)
    fraction = number(float, "at least 0 and below 1", lambda n: 0 <= n < 1)
    decay = number(float, "a number of at least 0", lambda n: 0 <= n < math.inf)
    seed = number(int, "a whole number of at least 0", lambda n: n >= 0)

    def setting(name: str, help: str, metavar: str = "N", **options: Any) -> None:
        value = DEFAULTS[name]
        between = "," if several else " "
        default = between.join(map(str, value)) if isinstance(value, list) else value
        told = help if default is None else f"{help} ({default})"
        options |= {"nargs": "+"} if several else {}
        add("--" + name.replace("_", "-"), metavar=metavar, help=told, **options)

    if several:
        told = "the widths of the hidden layers in one word, 16,16 or none"
        setting("hidden", told, metavar="WIDTHS", type=widths)
    else:
        setting("hidden", "the width of each hidden layer", nargs="*", type=count)
    setting("activation", ", ".join(ACTIVATIONS), metavar="NAME")
    names = ", ".join(losses.names())
    setting("loss", f"{names} (cross_entropy, and mse for numbers)", metavar="NAME")
    setting("optimizer", ", ".join(OPTIMIZERS), metavar="NAME")
    setting("lr", "the learning rate", type=positive, metavar="RATE")
    setting("epochs", "number of passes over the data", type=count)
    setting("patience", "end after N epochs without a lower validation loss (never)", type=count)
    setting("batch_size", "rows per step", type=count)
    setting("dropout", "the fraction of hidden units to drop", type=fraction, metavar="RATE")
    setting("weight_decay", "how strongly weights shrink", type=decay, metavar="RATE")
    if not several:
        setting("seed", "of the split, the initial weights and the batch order", type=seed)


def widths(text: str) -> list[int]:
    """A type for argparse: the widths of the hidden layers, in one word."""
    parts = [] if text == "none" else text.split(",")
    if not all(part.isdecimal() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(f"must be like 16,16 or 32, or none, not {text!r}")
    return [int(part) for part in parts]


def train(options: argparse.Namespace) -> int:
    """Train an MLP; save it, print how good it is, draw it."""
    data = load(options)
    settings = chosen(options, data)
    parts, scaling, pairs, bare = prepared(settings, data)
    picture = None if options.no_plot else options.plot or f"tinynet-{data.name}.png"
    _check_outputs(picture, options)

    if not options.quiet:
        print(f"{data!r}\n{command(options, settings)}\n\n{bare}\n", flush=True)
    try:
        resume = options.resume and Resume(options.resume, _must_be_alike(options, settings))
        given = arguments(bare, scaling.trained, settings, pairs)
        history = fit(**given, progress=not options.quiet, resume=resume)
    except NonFiniteLoss as error:
        return _report_failure(error, scaling, picture)

    model = scaling.between(bare)
    try:
        if options.save:
            loss, _ = chosen_loss(settings, data)
            checkpoints.save(scaling.answering(model), options.save, data=parts[0], loss=loss)
    finally:  # what has been learned is told in any case
        print(_report(history, settings, scaling, scores(model, scaling, parts)))
    if options.save:
        print(_recipe(options, data))
    if picture:
        _draw_run(scaling.answering(model), scaling.told(history), parts[-1], picture)
    return complain(str(history.stopped), 130) if history.interrupted else 0


def load(options: argparse.Namespace) -> Dataset:
    """A bundled dataset by its name, or a CSV file, with what was done to it."""
    given = {name: vars(options)[name] for name in READING if vars(options)[name] is not None}
    if not is_file_name(options.data):
        if given:
            names = ", ".join(f"--{name}" for name in given)
            raise ValueError(
                f"{names}: only for CSV files, not for {options.data!r}; the name of the file"
                " stands first, as in `tinynet train FILE.csv --target COLUMN`"
            )
        return bundled(options.data)
    if not options.target:
        raise ValueError(f"say which column of {options.data} to predict: --target COLUMN")
    data = read_csv(options.data, **given)
    if data.task == "regression" and data.y.min() == data.y.max():
        raise ValueError(
            f"{options.data}: the target {options.target} is {data.y[0, 0]:g} in every row, so"
            " there is nothing to learn"
        )
    print(data.card.partition("\n\n")[2])  # without the heading
    return data


def chosen(options: argparse.Namespace, data: Dataset) -> argparse.Namespace:
    """What the command says; else what suits the dataset; else the defaults."""
    said = {k: v for k, v in vars(options).items() if k in DEFAULTS and v is not None}
    loss = {"loss": "mse" if data.task == "regression" else "cross_entropy"}
    settings = argparse.Namespace(**(DEFAULTS | loss | TUNED.get(options.data, {}) | said))
    lookup("activation", settings.activation, ACTIVATIONS)
    lookup("optimizer", settings.optimizer, OPTIMIZERS)
    return settings


def command(options: argparse.Namespace, settings: argparse.Namespace) -> str:
    """The command that repeats this run."""
    words = ["tinynet", "train", options.data]
    reading = {name: vars(options)[name] for name in READING}
    for name, value in (reading | vars(settings)).items():
        if value is not None:
            words += _words("--" + name.replace("_", "-"), value)
    return shlex.join(words)


def _words(option: str, value: Any) -> list[str]:
    """One option of a command, also where a value begins with a dash."""
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    if any(each.startswith("-") for each in values):
        return [f"{option}={each}" for each in values]
    return [option, *values]


def _check_outputs(picture: str | None, options: argparse.Namespace) -> None:
    """Find out before the run, not after it, that a file cannot be written, or is another one."""
    if picture:
        from ..views import plots

        plots.check_path(picture)
    if options.save:
        check_can_write(options.save)
    written = {"--plot": picture, "--resume": options.resume, "--save": options.save}
    check_apart(written, filter(is_file_name, [options.data]))


def chosen_loss(settings: argparse.Namespace, data: Dataset) -> tuple[Callable, Callable]:
    """The loss, and what writes the targets for it."""
    return suited(lookup("loss", settings.loss, losses.names()), data)


def prepared(
    settings: argparse.Namespace, data: Dataset
) -> tuple[tuple[Dataset, ...], Scaling, list[tuple], layers.MLP]:
    """The parts of the data, their scaling, what to train and validate on, and the bare model."""
    parts = data.split(rng=settings.seed)
    scaling = scaled(*chosen_loss(settings, data), parts[0])
    pairs = [scaling.pair(part) for part in parts[:2]]
    return parts, scaling, pairs, _model(settings, data, pairs[0])


def _model(settings: argparse.Namespace, data: Dataset, pair: tuple) -> layers.MLP:
    """One output per class; a single one for regression, and for losses of yes and no."""
    x, y = pair
    return layers.MLP(
        [x.shape[1], *settings.hidden, outputs(y, data)],
        activation=ACTIVATIONS[settings.activation],
        dropout=settings.dropout,
        rng=settings.seed,
        dtype=np.float32,
    )


def arguments(
    model: layers.MLP, loss: Callable, settings: argparse.Namespace, pairs: list
) -> dict[str, Any]:
    """What `fit` is given."""
    make = OPTIMIZERS[settings.optimizer]
    return {
        "model": model,
        "loss": loss,
        "optimizer": make(model.parameters(), settings.lr, weight_decay=settings.weight_decay),
        "train": pairs[0],
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "validation": pairs[1],
        "callbacks": [EarlyStopping(settings.patience or settings.epochs)],
        "rng": settings.seed,
    }


def _must_be_alike(options: argparse.Namespace, settings: argparse.Namespace) -> dict[str, Any]:
    """What a command says, but for how long the run may take."""
    said = {name: vars(options)[name] for name in ("data", *READING)} | vars(settings)
    return {
        "data" if name == "data" else "--" + name.replace("_", "-"): value
        for name, value in said.items()
        if name not in ("epochs", "patience")
    }


def _report(history: History, settings: argparse.Namespace, scaling: Scaling, found: Scores) -> str:
    """The table, what its numbers are, and what they say."""
    kept = "the model before training" if history.best_epoch == 0 else f"epoch {history.best_epoch}"
    kept = f", kept: {kept} (lowest validation loss)" if history.best_epoch is not None else ""
    lines = [f"epochs: {history.epochs}{kept}, seconds: {history.seconds:.2f}", str(found)]
    if scaling.of:
        lines.append(f"loss: {settings.loss} of {scaling.of}")
    lines.append(f"baseline: always {found.constant} in the training part")
    return "\n".join([*lines, *remarks(found, settings)])


def _draw_run(model: layers.Module, history: History, test: Dataset, path: str) -> None:
    from ..views import plots

    figure = plots.run(model, history, test)
    figure.suptitle(
        f"{plots.literal(test.name)}: the run, and the model on the {len(test)} test rows"
    )
    plots.save(figure, path)
    print(f"picture: {path}")


def _recipe(options: argparse.Namespace, data: Dataset) -> str:
    """How the saved model is used."""
    use = "predict" if data.task == "regression" else "classify"
    what = f"like {options.data}" if is_file_name(options.data) else "with its columns"
    command = shlex.join(["tinynet", "predict", options.save, "NEW.csv"])
    return (
        f"model: {options.save}, for tn.checkpoints.load_model({options.save!r}).{use}(rows), where"
        f" rows is an array of shape (N, {data.x.shape[1]}), or a file or dataframe {what}"
        f"\nnew rows: {command}"
    )


def _report_failure(error: NonFiniteLoss, scaling: Scaling, picture: str | None) -> int:
    """A failed run still shows the epochs before, if there were any."""
    if picture and error.history.epochs:
        from ..views import plots

        plots.save(scaling.told(error.history).plot().figure, picture)
        print(f"picture: {picture}")
    return complain(error, 1)
