"""Rules about the run: what the losses and the looks tell together, when it is over."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import pictures
from .case import Case
from .findings import Rule, Seen, collector

RULES: list[Rule] = []
rule = collector(RULES)

AWAY = 10.0  # times what it began with: then the loss does not come back
JUMP = 3.0  # times what it began with: a bad batch does not do that
THROWN = 0.3  # of |w| in one step: ten times the most that is usual
RESTLESS, ROUGH = 0.35, 0.2  # fraction of epochs in which the loss rises, and by how much of itself
CAREFUL = -0.5  # overshoot: such steps are too short to be the reason
STILL = 0.1  # fraction of the first loss that a run should have lost at its end
STRAIGHT = -0.9  # overshoot: the slope after the step is 0.9 of what it was before
ROUNDED = 0.5  # of |g|²: most of the gradient moves nothing
DONE = 0.05  # of a constant answer's loss: what is below has been learned
SHRUNK = 0.5  # of the weights' norm at the start
CUT = 10.0  # times clip_norm: the cut decides the length of every step
RISE, WORTH = 1.3, 0.1  # of the validation loss over its best; in units of a constant's loss
GAP = 0.1  # training loss over validation loss: it knows its own rows ten times as well
QUARTER, HALF = 0.25, 0.5  # of a constant answer's loss: there was more to learn
FLAT = 0.01  # of the loss, over the second half of the epochs


def _losses(case: Case) -> np.ndarray:
    return np.array(case.history.get("loss", []), float)


def _begin(case: Case) -> float:
    """What the loss was, or would be for a constant answer: the larger."""
    found = [case.looks[0].loss if case.looks else math.nan, case.chance]
    return max((abs(value) for value in found if math.isfinite(value)), default=math.nan)


def _curves(case: Case, log: bool = False) -> dict:
    """The losses over the epochs, beside the loss of a constant answer."""
    curves = {"training": _losses(case)}
    if "val_loss" in case.history:
        curves["validation"] = np.array(case.history["val_loss"], float)
    epochs = np.arange(1, len(curves["training"]) + 1)
    levels = {"always the same answer": case.chance} if math.isfinite(case.chance) else {}
    return pictures.lines(epochs, curves, "epoch", "loss", levels=levels, log=log)


def _over_looks(case: Case, curves: dict[str, Any], label: str, **options) -> dict:
    return pictures.lines([look.epoch for look in case.looks], curves, "epoch", label, **options)


def _failed(case: Case) -> str:
    """Why the run could not go on, where its numbers were no longer finite."""
    stopped = case.history.stopped or ""
    wanted = stopped.startswith("interrupted") or " stopped the run after epoch " in stopped
    return "" if wanted else stopped


@rule(
    "divergence",
    why="Each step makes it worse: the weights leave the region where the loss means anything.",
    advice="A learning rate ten times smaller; if that does not help, look at the data, and at"
    " the sign of the loss.",
)
def divergence(case: Case) -> Seen | None:
    losses, begin = _losses(case), _begin(case)
    if failed := _failed(case):
        return Seen("error", failed.partition(". Try")[0], _curves(case, log=True))
    if not len(losses) or not abs(losses[-1]) > AWAY * begin:
        return None
    told = f"the loss went from {begin:.4g} to {losses[-1]:.4g} in {len(losses)} epochs"
    return Seen("error", told, _curves(case, log=bool(losses.min() > 0)))


@rule(
    "rate too high",
    why="The steps jump across the valley instead of going down into it: the loss leaps about,"
    " and units die or saturate on the way.",
    advice="Divide the learning rate by 3 to 10 (now {lr:g}), or let it fall: see tn.schedules.",
    unless=("divergence",),
)
def rate_too_high(case: Case) -> Seen | None:
    losses, begin = _losses(case), _begin(case)
    return _jumped(case, losses, begin) or _thrown(case) or _restless(case, losses, begin)


def _jumped(case: Case, losses: np.ndarray, begin: float) -> Seen | None:
    """Was an epoch much worse than knowing nothing?"""
    if len(losses) < 2 or not losses.max() > JUMP * begin:
        return None
    when = int(np.argmax(losses))
    told = f"the loss rose from {begin:.4g} to {losses[when]:.4g} in epoch {when + 1}"
    return Seen("warning", told, _curves(case, log=True))


def _thrown(case: Case) -> Seen | None:
    """Does a single step still change a layer by much of what it is?"""
    ratios = np.array([look.update_ratios for look in case.looks])
    later = np.where(np.isfinite(ratios), ratios, 0)[1:]  # weights may begin at 0
    if not later.size or later.max() < THROWN:
        return None
    when, worst = np.unravel_index(np.argmax(later), later.shape)
    told = (
        f"after epoch {case.looks[when + 1].epoch} a step moved {case.layers[worst].path} by"
        f" {later[when, worst]:.0%} of its weights (0.1 % to 3 % are usual)"
    )
    curves = {layer.path: ratios[:, i] for i, layer in enumerate(case.layers)}
    return Seen("warning", told, _over_looks(case, curves, "|Δw| / |w|", log=True))


def _restless(case: Case, losses: np.ndarray, begin: float) -> Seen | None:
    """Does the loss go up and down by much, with steps that reach across the valley?"""
    half = losses[len(losses) // 2 :]
    steps = np.diff(half)
    if len(steps) < 4 or half.mean() < DONE * begin:
        return None
    rising, rough = np.mean(steps > 0), np.std(steps) / half.mean()
    over = np.nanmedian([look.overshoot for look in case.looks[1:]])
    if rising < RESTLESS or rough < ROUGH or over < CAREFUL:
        return None
    told = (
        f"in the second half the loss rose in {rising:.0%} of the epochs, by {rough:.0%} of itself"
        f" on average; a step ends at α = {over:.2g} (0: the lowest point, 1: as high as before)"
    )
    return Seen("warning", told, _curves(case))


@rule(
    "loss of precision",
    why="The step is smaller than the distance to the next number of this dtype, so adding it"
    " changes nothing.",
    advice="float32 instead of float16, or float64; a larger learning rate; targets and features of"
    " size 1, so that weights are, too.",
)
def loss_of_precision(case: Case) -> Seen | None:
    if len(case.looks) < 2 or not case.looks[-1].loss > DONE * case.chance:
        return None
    lost = np.array([look.lost for look in case.looks])
    worst = int(np.argmax(lost[-1]))
    if lost[-1, worst] < ROUNDED:
        return None
    dtype = case.optimizer.vector.dtype
    told = (
        f"in {case.layers[worst].path} {lost[-1, worst]:.0%} of the gradient moved no weight: w +"
        f" Δ was rounded to w in {dtype}"
    )
    curves = {layer.path: lost[:, i] for i, layer in enumerate(case.layers)}
    return Seen("warning", told, _over_looks(case, curves, "fraction of |g|² that moved nothing"))


@rule(
    "clipped at every step",
    why="Every gradient is cut to the same length: clip_norm has become the learning rate, and a"
    " step does not get smaller as the minimum comes near.",
    advice="A clip_norm above the usual norm (see the picture), so that it cuts only the"
    " exceptions.",
)
def clipped_at_every_step(case: Case) -> Seen | None:
    limit = case.optimizer.clip_norm
    if limit is None or len(case.looks) < 2:
        return None
    norms = [float(np.linalg.norm(look.gradient_norms)) for look in case.looks]
    if not min(norms) > CUT * limit:
        return None
    told = f"clip_norm is {limit:g}, but the gradient never had less than {min(norms):.3g}"
    levels = {"clip_norm": limit}
    picture = _over_looks(case, {"norm of the gradient": norms}, "norm", levels=levels, log=True)
    return Seen("warning", told, picture)


@rule(
    "weight decay too strong",
    why="The pull towards 0 outweighs what the data say, and the model forgets as fast as it"
    " learns.",
    advice="Divide weight_decay by 10, or leave it out until the model fits its training data.",
)
def weight_decay_too_strong(case: Case) -> Seen | None:
    if not case.optimizer.weight_decay or len(case.looks) < 2:
        return None
    norms = [float(np.linalg.norm(look.weight_norms)) for look in case.looks]
    if norms[-1] > SHRUNK * norms[0] or not case.looks[-1].loss > HALF * case.chance:
        return None
    told = (
        f"the weights shrank from {norms[0]:.3g} to {norms[-1]:.3g} (weight_decay"
        f" {case.optimizer.weight_decay:g}), and the loss is {case.looks[-1].loss:.3g}, where a"
        f" constant answer has {case.chance:.3g}"
    )
    return Seen("warning", told, _over_looks(case, {"norm of the weights": norms}, "norm"))


@rule(
    "rate too low",
    why="The steps are so small that the model hardly moves: it will get there, in a hundred"
    " times as many epochs.",
    advice="Multiply the learning rate by 10 (now {lr:g}), as long as the loss goes down smoothly.",
    unless=(
        *("vanishing gradients", "dead units", "saturated units", "gradient does not reach"),
        *("identical units", "loss of precision", "clipped at every step", "output range"),
        *("weight decay too strong", "divergence", "rate too high"),
    ),
)
def rate_too_low(case: Case) -> Seen | None:
    if len(case.looks) < 2:
        return None
    first, last = case.looks[0], case.looks[-1]
    moved = (first.loss - last.loss) / abs(first.loss) if first.loss else 0.0
    learned = moved > STILL or last.loss < HALF * case.chance
    if learned or not last.overshoot < STRAIGHT or not case.more_to_learn:
        return None
    told = (
        f"the loss went from {first.loss:.4g} to {last.loss:.4g} in {last.epoch} epochs; a step"
        f" moves a layer by {np.nanmax(last.update_ratios):.1g} of its weights, and behind it the"
        f" slope is still {-last.overshoot:.1%} of what it was"
    )
    return Seen("warning", told, _curves(case))


@rule(
    "overfitting",
    why="What it still learns holds for the training rows only, so it gets worse on others.",
    advice="Stop in time, callbacks=[tn.training.EarlyStopping()]; weight_decay, dropout, a smaller"
    " network, or more rows.",
    unless=("divergence", "rate too high"),
)
def overfitting(case: Case) -> Seen | None:
    losses, validation = _losses(case), np.array(case.history.get("val_loss", []), float)
    if len(validation) < 3 or not case.chance > 0:
        return None
    best, last = validation.min(), validation[-1]
    risen = last > RISE * best and last - best > WORTH * case.chance and losses[-1] < losses[0]
    apart = losses[-1] < GAP * last and last > QUARTER * case.chance
    if not (risen or apart):
        return None
    told = (
        f"the validation loss was {best:.4g} in epoch {validation.argmin() + 1} and is {last:.4g}"
        f" now, while the training loss is {losses[-1]:.4g}"
    )
    kept = case.history.best_epoch
    if kept is not None:
        told += f"; the model was given back its parameters of epoch {kept}"
    return Seen("warning" if kept is None else "note", told, _curves(case))


@rule(
    "plateau",
    why="The loss has stopped falling long before there was nothing left to learn.",
    advice="Look at the learning rate (now {lr:g}) and at the units of each layer; another start"
    " (rng=) or Adam gets off many a plateau.",
    unless=("divergence", "rate too high", "loss of precision", "vanishing gradients"),
)
def plateau(case: Case) -> Seen | None:
    losses = _losses(case)
    half = losses[len(losses) // 2 :]
    if len(half) < 5 or not half.mean() > HALF * case.chance:
        return None
    if np.ptp(half) > FLAT * half.mean() or losses[0] - half[0] < FLAT * losses[0]:
        return None
    if not case.more_to_learn:
        return None
    told = (
        f"in the last {len(half)} of {len(losses)} epochs the loss moved by {np.ptp(half):.2g}, at"
        f" {half.mean():.4g}; {_compared(case)}"
    )
    return Seen("warning", told, _curves(case))


@rule(
    "underfitting",
    why="The model does not even get its training rows right, although there is something to"
    " learn.",
    advice="More epochs or a larger learning rate while the loss falls; then more units or another"
    " layer.",
    unless=(
        *("divergence", "rate too high", "rate too low", "dead units", "vanishing gradients"),
        *(
            "identical units",
            "gradient does not reach",
            "weight decay too strong",
            "unscaled targets",
        ),
        *("clipped at every step", "loss of precision", "output range", "heavy dropout"),
    ),
)
def underfitting(case: Case) -> Seen | None:
    losses = _losses(case)
    if not len(losses) or not losses[-1] > HALF * case.chance:
        return None
    if not case.more_to_learn:
        return None
    share = losses[-1] / case.chance
    told = f"the training loss is {losses[-1]:.4g}, {share:.0%} of a constant answer's;"
    return Seen("warning", f"{told} {_compared(case)}", _curves(case))


def _compared(case: Case) -> str:
    theirs, own = case.neighbours
    what = "an R² of {:.2f}" if case.labels is None else "{:.0%} right"
    return f"the five nearest rows tell {what.format(theirs)}, the model {what.format(own)}"


@rule(
    "edge of stability",
    why="Above 2 / lr gradient descent on a parabola overshoots further each time. Networks hover"
    " there and still learn (Cohen et al. 2021), but no larger rate is possible.",
    advice="Nothing, while the loss falls; a smaller rate where it is restless.",
    unless=("divergence", "rate too high"),
)
def edge_of_stability(case: Case) -> Seen | None:
    if len(case.looks) < 2:
        return None
    last = case.looks[-1]
    if not last.sharpness > last.stability_limit:
        return None
    told = f"the sharpness is {last.sharpness:.3g}, above the limit {last.stability_limit:.3g}"
    curves = {
        "sharpness": [look.sharpness for look in case.looks],
        "2 / lr": [look.stability_limit for look in case.looks],
    }
    return Seen("note", told, _over_looks(case, curves, "curvature", log=True))
