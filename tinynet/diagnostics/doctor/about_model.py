"""Rules about model and loss before training: do they fit each other, and can they learn?"""

from __future__ import annotations

import copy
import math

import numpy as np

from ...data.dataset import few_whole
from ...engine.grad_mode import evaluating, no_grad
from ...engine.graph import behind
from ...engine.methods import raw
from ...engine.tensor import Tensor
from ...layers import Dropout, linear_layers, modules
from ...optimizers import Adam
from ...training import fit
from . import pictures
from .about_data import unscaled_features
from .case import Case, operation, quiet, wants_logits
from .findings import Rule, Seen, collector, listed

RULES: list[Rule] = []
rule = collector(RULES)

REFUSED = ("model refuses the data", "loss refuses the data")
SUMS = 1e-4  # how far a row of probabilities may be from 1 in float32
OUTSIDE = 0.02  # fraction of the targets that the output cannot reach: more than a few outliers
LOST = {False: 5.0, True: 10.0}  # start loss over that of a constant: for classes; for squares
TARGETS = 10.0  # how far the targets may lie from the first outputs, in their own spread or in 1
DROPPED = 0.75  # a rate above which fewer than a quarter of the units are left
STEPS, BATCH, RATE = 300, 16, 0.01  # of the test on one batch: Adam's own rate times ten
FEWEST = 8  # rows for which a model has twice as many weights; a smaller one can be too stiff
FLOPS = 3e9  # that the test may take: about a second; a third of the steps must fit into it
LEARNED = 0.7  # of the loss of a constant answer: after so many steps a working model is far below
RANGES = {"relu": (0, math.inf), "sigmoid": (0, 1), "softmax": (0, 1), "tanh": (-1, 1)}
RANGES |= {"softplus": (0, math.inf)}


@rule(
    "model refuses the data",
    why="The model cannot compute anything from these inputs.",
    advice="Make the first layer as wide as the data, or change the shape of the data.",
)
def model_refuses(case: Case) -> Seen | None:
    if not case.start.problem or not case.start.of_model:
        return None
    widths = [layer.weight.shape[0] for layer in linear_layers(case.model)[:1]]
    names = ["columns of x", "the first Linear takes"][: 1 + len(widths)]
    picture = pictures.bars(names, [case.table.shape[1], *widths], "columns")
    return Seen("error", f"x has shape {case.x.shape}, and {case.start.problem}", picture)


@rule(
    "loss refuses the data",
    why="Targets and predictions do not fit this loss, so no number would mean anything.",
    advice="What the message says; or another loss: tn.losses.suggest(data) names those that fit.",
)
def loss_refuses(case: Case) -> Seen | None:
    if not case.start.problem or case.start.of_model:
        return None
    given = {"y_true": case.y, "y_pred": raw(case.start.output)}
    return Seen("error", case.start.problem, pictures.histograms(given, "what the loss was given"))


@rule(
    "activation applied twice",
    why="Squeezed twice, even a sure answer stays unsure: the loss cannot come near 0, and"
    " gradients are small.",
    advice="Let the model end in its last Linear: the loss does the rest, and more exactly.",
)
def activation_twice(case: Case) -> Seen | None:
    output, squeezing = case.start.output, ("softmax", "sigmoid")
    last = case.start.operation
    if output is None or last not in squeezing:
        return None
    before = operation(output.node.args[0]) if output.node else ""
    twice = next((r for r in case.start.remarks if "applies" in r and "itself" in r), "")
    if not twice and before not in squeezing:
        return None
    told = twice.partition(". Remove")[0] or f"the model ends in {last} of {before}"
    z, others = np.linspace(0, 10, 60), max(case.start.columns, 2) - 1
    once = 1 / (1 + others * np.exp(-z))
    again = 1 / (1 + others * np.exp(-(once - (1 - once) / others)))
    curves = {"applied once": -np.log(once), "applied twice": -np.log(again)}
    picture = pictures.lines(z, curves, "logit of the true class, the others 0", "loss")
    return Seen("warning", told, picture)


@rule(
    "probabilities into a loss of logits",
    why="The loss takes e to the power of what it gets: of numbers between 0 and 1 that is nearly"
    " the same for all classes, so that the loss has a floor far above 0.",
    advice="Give it what stands before the softmax, or pass from_logits=False.",
    unless=("activation applied twice",),
)
def probabilities_into_logits(case: Case) -> Seen | None:
    if case.start.output is None or not wants_logits(case.loss) or case.start.columns < 2:
        return None
    p = case.start.output.data
    if p.min() < 0 or np.abs(p.sum(axis=-1) - 1).max() > SUMS or len(p) < 2:
        return None
    told = (
        f"all {len(p)} rows of predictions lie between {p.min():.3g} and {p.max():.3g} and sum to"
        f" 1; with them the loss cannot fall below {math.log(math.e + p.shape[-1] - 1) - 1:.3f}"
    )
    picture = pictures.histograms({"y_pred": p}, "what the loss takes for logits")
    return Seen("warning", told, picture)


@rule(
    "classes as numbers",
    why="To the loss class 4 lies between 3 and 5, and mistaking 0 for 9 is 81 times as bad as"
    " for 1. Names have no such order.",
    advice="If these numbers are names, give the model one output per class and use cross_entropy.",
)
def classes_as_numbers(case: Case) -> Seen | None:
    y = case.y.ravel()
    if not case.numeric or y.size != len(y) or not few_whole(y):
        return None
    values, counts = np.unique(y, return_counts=True)
    consecutive = np.array_equal(values, values[0] + np.arange(len(values)))
    if len(values) < 3 or not consecutive or counts.min() < 0.5 * counts.mean():
        return None
    told = (
        f"the targets are the {len(values)} whole numbers from {values[0]:g} to {values[-1]:g},"
        f" each about as often ({counts.min()} to {counts.max()} rows), and the loss compares"
        " differences"
    )
    return Seen("warning", told, pictures.bars([f"{v:g}" for v in values], counts, "rows"))


@rule(
    "output range",
    why="The last operation cannot give these numbers, whatever the weights are.",
    advice="End the model in a Linear for numbers, or bring the targets into the range.",
    unless=REFUSED,
)
def output_range(case: Case) -> Seen | None:
    low, high = RANGES.get(case.start.operation, (-math.inf, math.inf))
    if not case.numeric or math.isinf(low) or case.start.output is None:
        return None
    outside = np.mean((case.y < low) | (case.y > high))
    if outside < OUTSIDE:
        return None
    told = (
        f"the model ends in {case.start.operation}, which gives {low:g} to {high:g}, but"
        f" {outside:.0%} of the targets lie outside (they range from {case.y.min():.3g} to"
        f" {case.y.max():.3g})"
    )
    both = {"targets": case.y, "predictions": case.start.output.data}
    return Seen("error" if outside > 0.25 else "warning", told, pictures.histograms(both, "value"))


@rule(
    "no activation between",
    why="Linear maps one after the other are one linear map: depth adds nothing, and only straight"
    " lines can be learned.",
    advice="Put an activation between them: layers.ReLU().",
)
def no_activation_between(case: Case) -> Seen | None:
    output = case.start.output
    if output is None:
        return None
    stacked = [t for t in behind(output) if operation(t) == "linear"]
    found = [t for t in stacked if operation(_through(t.node.args[0])) == "linear"]
    if not found:
        return None
    widths = " → ".join(f"{t.shape[-1]}" for t in sorted(stacked, key=lambda t: t.node.number))
    told = f"{len(found)} of {len(stacked)} Linear layers take the output of another ({widths})"
    t = np.linspace(0, 1, 40)
    ends = case.x[case.rows[:2]].astype(float)
    if len(ends) < 2:
        return Seen("warning", told, pictures.bars(["Linear after Linear"], [len(found)], "layers"))
    between = np.stack([(1 - s) * ends[0] + s * ends[1] for s in t]).astype(case.x.dtype)
    with evaluating(), no_grad(), quiet():
        y = raw(case.model(between)).reshape(len(t), -1)
    curves = {f"output {i}": y[:, i] for i in range(min(3, y.shape[1]))}
    where = "on the way from one row to another"
    return Seen("warning", told, pictures.lines(t, curves, where, "what the model gives"))


def _through(value) -> Tensor | None:
    """What a tensor was computed from, past operations that change nothing but its shape."""
    while operation(value) in ("reshape", "transpose", "ravel"):
        value = value.node.args[0]
    return value if isinstance(value, Tensor) else None


@rule(
    "identical units",
    why="Units that begin alike get the same gradient and stay alike for ever: so wide a layer"
    " can do no more than one unit.",
    advice="Leave the weights random: layers.Linear(…, rng=0) draws them. Only biases, and the"
    " weights of the last layer, may begin at 0.",
)
def identical_units(case: Case) -> Seen | None:
    hidden = linear_layers(case.model)[:-1]
    alike = [w for w in (layer.weight.data for layer in hidden) if w.shape[1] > 1 and _same(w)]
    if not alike:
        return None
    told = (
        f"{len(alike)} of {len(hidden)} hidden layers: all {alike[0].shape[1]} units of the first"
        f" of them have the same weights (the first is {alike[0].flat[0]:.3g})"
    )
    curves = {f"unit {i}": alike[0][:, i] for i in range(min(4, alike[0].shape[1]))}
    picture = pictures.lines(np.arange(len(alike[0])), curves, "input", "weight")
    return Seen("error", told, picture)


def _same(weight: np.ndarray) -> bool:
    return bool(np.all(weight == weight[:, :1]))


@rule(
    "unscaled targets",
    why="The model starts near 0 and each step moves it by about the learning rate: it spends its"
    " time on the way there, and the first errors are so large that they throw the weights about.",
    advice="Train on (y − mean) / standard deviation and undo it afterwards; tinynet train does.",
    unless=REFUSED,
)
def unscaled_targets(case: Case) -> Seen | None:
    if not case.numeric or case.start.output is None:
        return None
    y, output = case.y[case.rows].astype(float), case.start.output.data.astype(float)
    distance = math.sqrt(np.mean((y - output) ** 2))
    if distance < TARGETS * max(1.0, float(output.std())):
        return None
    told = (
        f"the targets are {y.mean():.4g} ± {y.std():.3g}, but the model begins with"
        f" {output.mean():.3g} ± {output.std():.3g}"
    )
    both = {"targets": y, "first predictions": output}
    return Seen("warning", told, pictures.histograms(both, "value"))


@rule(
    "loss at the start",
    why="Before training a model should know nothing: log C for C classes, the variance for"
    " numbers. A larger loss means that it is sure of wrong answers, which it must unlearn first.",
    advice="Scale the features, and leave the initial weights to the layers (they keep the size of"
    " what passes through); a smaller last layer helps, too.",
    unless=(*REFUSED, "unscaled targets"),
)
def loss_at_the_start(case: Case) -> Seen | None:
    start, guess = case.start.loss, case.guess
    if not guess > 0 or not start > LOST[case.labels is None] * guess:
        return None
    what = "always the mean" if case.labels is None else "guessing"
    told = f"the loss begins at {start:.4g}, {start / guess:.3g} times that of {what} ({guess:.4g})"
    picture = pictures.bars([what, "the model"], [guess, start], "loss", marked=[1], log=True)
    return Seen("warning", told, picture)


@rule(
    "gradient does not reach",
    why="A parameter without gradient stays as it is: that part of the model does not learn.",
    advice="Compute the output from it with NumPy's functions on Tensors, without .data, .item() or"
    " float() on the way; remove what is not used.",
    unless=REFUSED,
)
def gradient_does_not_reach(case: Case) -> Seen | None:
    gradients = case.start.gradients
    cut = [path for path, g in gradients.items() if g is None]
    zero = [p for p, g in gradients.items() if g is not None and g.size > 1 and not np.any(g)]
    if not cut and (not zero or unscaled_features(case)):  # these saturate a softmax or a sigmoid
        return None
    told = f"{listed(cut or zero)} of {len(gradients)} parameters " + (
        "did not take part in computing the loss" if cut else "have a gradient of exactly 0"
    )
    norms = [0.0 if g is None else np.linalg.norm(g.astype(float)) for g in gradients.values()]
    picture = pictures.bars([*gradients][:16], norms[:16], "norm of the gradient")
    return Seen("error", told, picture)


@rule(
    "left out of the optimizer",
    why="What the optimizer does not hold is never changed: it keeps its random initial values.",
    advice="Make the optimizer last, from model.parameters(). To freeze a part on purpose, say"
    " parameter.requires_grad = False.",
)
def left_out(case: Case) -> Seen | None:
    if not case.left_out:
        return None
    paths = [path for path, _ in case.model.named_parameters()]
    told = f"the optimizer does not hold {listed(case.left_out)} of {len(paths)} parameters"
    sizes = [parameter.size for parameter in case.model.parameters()]
    marked = [i for i, path in enumerate(paths[:16]) if path in case.left_out]
    picture = pictures.bars(paths[:16], sizes[:16], "numbers (red: never change)", marked=marked)
    return Seen("warning", told, picture)


@rule(
    "heavy dropout",
    why="So few units are left in a step that hardly anything can be learned, and in use, where all"
    " are there, the model is another one.",
    advice="Begin with 0.1 to 0.5, and with none where the training loss is high anyway.",
)
def heavy_dropout(case: Case) -> Seen | None:
    rates = [part.rate for part in modules(case.model) if isinstance(part, Dropout)]
    if max(rates, default=0) < DROPPED:
        return None
    told = f"a Dropout leaves {1 - max(rates):.0%} of its units in each step"
    names = [f"Dropout {i}" for i in range(1, len(rates) + 1)]
    return Seen("warning", told, pictures.bars(names, rates, "rate", limits=[0.5]))


# --- the test on one batch ------------------------------------------------------------------

ONE_BATCH: list[Rule] = []


@collector(ONE_BATCH)(
    "one batch cannot be learned",
    why="A model that works can learn a handful of rows by heart. Where it cannot, something"
    " between data, model and loss is broken, and more rows or epochs will not help.",
    advice="Look at what each layer gives for two different rows, and at the sign of the loss: it"
    " must be smallest where y_pred is y_true.",
    unless=(
        *REFUSED,
        *("unscaled features", "unscaled targets", "constant target", "contradictory rows"),
        *("activation applied twice", "output range", "no activation between"),
        *("gradient does not reach", "identical units", "saturated units"),
    ),
)
def one_batch(case: Case) -> Seen | None:
    columns = max(case.start.columns, 1)
    size = sum(parameter.size for parameter in case.model.parameters())
    rows = case.rows[: min(BATCH, size // (2 * columns))]
    x, y = case.x[rows], case.y[rows]
    comparable = case.labels is not None or case.numeric  # else its lowest value is not known
    if not comparable or len(rows) < FEWEST or np.all(y == y[:1]):
        return None
    steps = min(STEPS, int(FLOPS / (6 * size * len(x))))
    if steps < STEPS // 3:  # too large to be tried
        return None
    few = Case(case.model, case.optimizer, case.loss, {"": (x, y)}, case.features)
    losses, distances = _by_heart(case, x, y, steps)
    backwards = case.numeric and distances[1] > 2 * distances[0]
    if not backwards and not (few.chance > 0 and losses[-1] > LEARNED * few.chance):
        return None
    told = f"after {len(losses)} steps on the same {len(x)} rows the loss is {losses[-1]:.4g}"
    if backwards:
        told += ", but predictions went from {:.3g} to {:.3g} off the targets".format(*distances)
    else:
        told += f", hardly better than always the same answer ({few.chance:.4g})"
    taken, levels = np.arange(1, len(losses) + 1), {"always the same answer": few.chance}
    picture = pictures.lines(taken, {"the model": losses}, "step", "loss", levels=levels)
    return Seen("error", told, picture)


def _by_heart(case: Case, x: np.ndarray, y: np.ndarray, steps: int) -> tuple[list, tuple]:
    """The losses while a copy learns these rows, and how far off it was before and after."""
    model = copy.deepcopy(case.model)
    for part in modules(model):
        if isinstance(part, Dropout):
            part.rate = 0.0
    before = _distance(model, x, y)
    with quiet():
        try:
            optimizer = Adam(model.parameters(), RATE)
            history = fit(
                *(model, case.loss, optimizer, (x, y)),
                epochs=steps,
                batch_size=len(x),
                progress=False,
            )
        except FloatingPointError as error:
            history = vars(error)["history"]
    return history.get("loss") or [math.inf], (before, _distance(model, x, y))


def _distance(model, x: np.ndarray, y: np.ndarray) -> float:
    """How far the predictions are from the targets: the root of the mean square."""
    with evaluating(), no_grad(), quiet():
        output = raw(model(x))
        return float(np.sqrt(np.mean((output - y) ** 2))) if output.shape == y.shape else math.nan
