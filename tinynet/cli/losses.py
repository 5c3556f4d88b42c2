"""`tinynet losses`: list the losses, show one, compare several, or train with each of them."""

from __future__ import annotations

import argparse
import ast
import math
from collections.abc import Sequence
from typing import Any

from .. import datasets, losses
from ..engine.names import lookup
from ..losses import Loss
from ..training import NonFiniteLoss
from ..views import explorer
from .options import complain, new_file, number


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("losses", help="list the losses, show, compare or train with them")
    add = parser.add_argument
    add("losses", nargs="*", metavar="LOSS", help="the ones to show; without any, all are listed")
    add("--compare", action="store_true", help="overlay several, and drag one bad point away")
    add("--train", metavar="DATASET", help="train the same model with each")
    add("--set", action="append", default=[], metavar="OPTION=VALUE", help="such as delta=2")
    seed = number(int, "a whole number of at least 0", lambda n: n >= 0)
    add("--seed", type=seed, metavar="N", help="of the first weights, with --train")
    unit = number(float, "a number above 0", lambda n: 0 < n < math.inf)
    add("--unit", type=unit, metavar="SIZE", help="what an error of 1 is, with --train (the noise)")
    add("--text", action="store_true", help="numbers in place of the picture")
    add(
        "--save",
        type=new_file,
        metavar="FILE",
        help="where the picture goes (tinynet-loss-NAME.png)",
    )
    parser.set_defaults(command=show)


def show(options: argparse.Namespace) -> int:
    """Do what the options ask for, and print it; the picture goes to a file."""
    chosen = [lookup("loss", name, losses.names()) for name in options.losses]
    settings = _settings(chosen, options.set)
    _check(chosen, options)
    if options.save:
        from ..views import plots

        plots.check_path(options.save)
    if options.train is not None:
        return _train(chosen, settings, options)
    if options.compare:
        _compare(chosen, settings, options)
    elif chosen:
        _show_one(chosen[0], settings[0], options)
    else:
        print(explorer.text.listing())
    return 0


def _check(chosen: Sequence[Loss], options: argparse.Namespace) -> None:
    """Which options go together."""
    names = " ".join(options.losses)
    if options.compare and options.train is not None:
        raise ValueError("--compare draws the losses, --train trains with them: ask for one")
    if options.compare and len(chosen) < 2:
        raise ValueError("--compare needs two losses, as in `tinynet losses mse mae --compare`")
    if len(set(options.losses)) < len(chosen):
        raise ValueError(f"a loss is named twice: {names}")
    if options.train is not None and not chosen:
        raise ValueError(
            "--train takes the dataset, and then the losses, as in"
            " `tinynet losses --train outliers mse mae huber`"
        )
    if options.train is None and (options.seed is not None or options.unit is not None):
        raise ValueError("--seed and --unit are for --train")
    if not chosen and (options.save or options.text or options.set):
        raise ValueError(
            "--save, --text and --set are for some loss: `tinynet losses huber --text`"
        )
    if len(chosen) > 1 and options.train is None and not options.compare:
        raise ValueError(f"to overlay several losses: `tinynet losses {names} --compare`")


def _show_one(loss: Loss, settings: dict[str, Any], options: argparse.Namespace) -> None:
    print(explorer.text.card(loss))
    curve, swept = explorer.curve(loss, settings), explorer.swept(loss, settings)
    print(f"\n{explorer.text.curve(curve, swept)}" if options.text else "")
    if path := _path(options, f"tinynet-loss-{loss.__name__}.png"):
        from ..views import plots

        _write(plots.curves(curve, swept), path)


def _compare(
    chosen: Sequence[Loss], settings: Sequence[dict[str, Any]], options: argparse.Namespace
) -> None:
    curves = explorer.compared(chosen, settings)
    pairs = zip(chosen, settings, strict=True)
    influences = [each for pair in pairs if (each := explorer.influence(*pair))]
    text = explorer.text.compare(curves, influences)
    print(text if options.text else text.rpartition("\n\n")[2])
    if path := _path(options, f"tinynet-losses-{'-'.join(options.losses)}.png"):
        from ..views import plots

        _write(plots.compare(curves, influences), path)


def _train(
    chosen: Sequence[Loss], settings: Sequence[dict[str, Any]], options: argparse.Namespace
) -> int:
    data = lookup("dataset", options.train, datasets.names())()
    seed = options.seed or 0
    try:
        fits = explorer.train(chosen, data, options=settings, seed=seed, unit=options.unit)
    except NonFiniteLoss as error:
        return complain(error, 1)
    print(explorer.text.fits(fits))
    if path := _path(options, f"tinynet-{data.name}-losses.png"):
        from ..views import plots

        _write(plots.fits(fits), path)
    return 0


def _path(options: argparse.Namespace, default: str) -> str | None:
    """Where the picture goes; with --text nowhere, unless a file is named."""
    return options.save or (None if options.text else default)


def _write(figure: Any, path: str) -> None:
    from ..views import plots

    plots.save(figure, path)
    print(f"picture: {path}")


# --- options of losses ----------------------------------------------------------------------


def _settings(chosen: Sequence[Loss], assignments: Sequence[str]) -> list[dict[str, Any]]:
    """For each loss those of the OPTION=VALUE that it has; each must be known to one of them.

    Whether predictions are logits is not an option here, since the axis of the loss says so.
    """
    known = {name: loss for loss in chosen for name in loss.own_options - {"from_logits"}}
    values = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"--set takes OPTION=VALUE, as in delta=2, not {text!r}")
        if not known:
            raise ValueError(f"--set {text}: {', '.join(_names(chosen))} has no options")
        lookup("option", name, known)
        values[name] = _value(value)
    settings = [{k: v for k, v in values.items() if k in loss.own_options} for loss in chosen]
    for loss, options in zip(chosen, settings, strict=True):
        _try(loss, options)
    return settings


def _names(chosen: Sequence[Loss]) -> list[str]:
    return [loss.__name__ for loss in chosen]


def _value(text: str) -> Any:
    """A number, True, False, None or a list as Python writes it; inf; else the text itself."""
    try:
        return float(text) if text.strip("+-") == "inf" else ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # of literal_eval
        return text


def _try(loss: Loss, settings: dict[str, Any]) -> None:
    """Find out at once whether the options can be used."""
    if settings and loss.card:
        try:
            explorer.curves.at(loss, (loss.card.axis.low + loss.card.axis.high) / 2, settings)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ValueError(f"--set: {error}") from None
