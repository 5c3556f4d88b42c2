"""Rules about the layers, at the last look: gradients that vanish or explode, idle units."""

from __future__ import annotations

import numpy as np

from . import pictures
from .about_run import HALF
from .case import Case
from .findings import Rule, Seen, collector
from .looks import Look

RULES: list[Rule] = []
rule = collector(RULES)

VANISHED = 1e-3  # of a weight's gradient in the first layer to the last: five sigmoids, ¼ each
WEAK = 0.02  # three sigmoids: enough of a reason where the run has learned little
EXPLODED = 1e3  # of |g|: with weights and inputs of size 1 it is of size 1, and grows with √layers
IDLE, GONE = 0.5, 0.9  # fraction of a layer: half as wide as it looks; hardly there any more


@rule(
    "exploding gradients",
    why="Backwards through each layer the gradient is multiplied by its weights: where these are"
    " too large it grows from layer to layer, and one step throws the model off.",
    advice="Keep the initial weights of the layers; or cut the gradient to a length:"
    " clip_norm=1.0.",
    unless=("unscaled targets",),
)
def exploding_gradients(case: Case) -> Seen | None:
    norms = np.array([look.gradient_norms for look in case.looks])  # (looks, layers)
    if not norms.size or not np.nanmax(norms) > EXPLODED:
        return None
    when = int(np.nanargmax(np.nanmax(norms, axis=1)))
    worst = int(np.nanargmax(norms[when]))
    told = (
        f"the gradient of {case.layers[worst].path} has the norm {norms[when, worst]:.3g}"
        f" {_at(case.looks[when])}"
    )
    return Seen("warning", told, _per_layer(case, norms[when], "norm of the gradient"))


@rule(
    "vanishing gradients",
    why="Backwards through each layer the gradient is multiplied by its weights and slopes: where"
    " these are small, the first layers get next to nothing and stay random.",
    advice="Fewer layers, relu instead of sigmoid, and the initial weights that suit it (the"
    " default of layers.MLP).",
    unless=("dead units", "saturated units", "gradient does not reach", "identical units"),
)
def vanishing_gradients(case: Case) -> Seen | None:
    if len(case.layers) < 3:
        return None
    sizes = np.sqrt([layer.size for layer in case.layers])
    per_weight = np.array([look.gradient_norms / sizes for look in case.looks])
    some = np.all(per_weight[:, [0, -1]] > 0, axis=1)  # where units are dead there is none at all
    ratios = per_weight[some, 0] / per_weight[some, -1]
    if not len(ratios):
        return None
    ratio = np.median(ratios)
    reason = _learned_little(case) and max(ratio, ratios[-1]) < WEAK
    if not (ratio < VANISHED or reason):
        return None
    told = (
        f"a weight of {case.layers[0].path} gets a gradient {1 / ratio:.3g} times"
        f" smaller than one of {case.layers[-1].path}, {len(case.layers) - 1} layers later"
    )
    typical = np.nanmedian(per_weight, axis=0)
    return Seen("warning", told, _per_layer(case, typical, "gradient of a weight (rms)"))


def _learned_little(case: Case) -> bool:
    losses = case.history.get("loss", [])
    return bool(losses) and losses[-1] > HALF * case.chance and case.more_to_learn


@rule(
    "dead units",
    why="A relu that is 0 for every row passes no gradient on: its weights never change again,"
    " and the layer is narrower than it looks.",
    advice="A smaller learning rate, standardized features, biases that begin at 0; or LeakyReLU.",
    unless=("identical units",),
)
def dead_units(case: Case) -> Seen | None:
    return _idle(case, "dead", "relu units are 0 for every row", GONE)


@rule(
    "saturated units",
    why="At its ends a sigmoid or tanh is flat: hardly any gradient passes, and the weights"
    " before it change no more.",
    advice="Smaller initial weights, standardized features, a smaller learning rate.",
)
def saturated_units(case: Case) -> Seen | None:
    return _idle(case, "saturated", "outputs lie within 1 % of the range from an end", GONE)


def _idle(case: Case, which: str, what: str, severe: float) -> Seen | None:
    """The layer with the largest fraction of idle units at the last look."""
    if not case.looks:
        return None
    look = case.looks[-1]
    fractions = getattr(look, which)
    if not np.isfinite(fractions).any() or not np.nanmax(fractions) >= IDLE:
        return None
    worst = int(np.nanargmax(fractions))
    layer = case.layers[worst]
    told = f"behind {layer.path} {fractions[worst]:.0%} of the {what}, {_at(look)}"
    centres = (layer.edges[1:] + layer.edges[:-1]) / 2
    picture = {
        "kind": "strip",
        "epochs": [each.epoch for each in case.looks],
        "centres": centres,
        "counts": np.array([each.histograms[worst] for each in case.looks]),
        "label": f"{layer.activation} behind {layer.path}",
    }
    return Seen("error" if fractions[worst] >= severe else "warning", told, picture)


def _at(look: Look) -> str:
    return f"after epoch {look.epoch}" if look.epoch else "before training"


def _per_layer(case: Case, values: np.ndarray, label: str) -> dict:
    return pictures.bars([layer.path for layer in case.layers], values, label, log=True)
