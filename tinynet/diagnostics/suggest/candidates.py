"""The losses that `suggest` ranks: a table of candidates, each with what speaks for it and against.

A reason looks at the facts (evidence.py), gives or takes points, and says why with the number it
looked at. Thresholds are marks on a scale, not laws: read them, and disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .targets import (
    AMOUNTS,
    BINARY,
    CLASSES,
    COLUMNS,
    COUNTS,
    FRACTIONS,
    LABELS,
    NUMBERS,
    POSITIVE,
    ROWS,
    SIGNS,
)

Facts = dict[str, Any]  # the values of the facts, by name
Options = dict[str, Any]

GOALS = {
    "mean": "the mean of y for given features",
    "median": "the value that y exceeds as often as not",
    "quantile": "a value that y exceeds with a chosen probability",
    "width": "how far y may be off, as well as its middle",
    "ratio": "an error in percent, not in units of y",
    "robust": "that a few wrong targets do not decide",
    "probability": "probabilities that one can trust",
    "decision": "the right class, or to miss no rare one, not its probability",
    "order": "classes in an order, as bad, fair, good",
}
ONLY_IF_ASKED = {"order", "quantile"}  # no number speaks for these


@dataclass(frozen=True)
class Reason:
    """Points for a candidate if each fact named in `where` lies in its range, low <= fact < high.

    In `text`, {outliers:.1%} and the like are filled in.
    """

    points: int
    text: str
    where: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def applies(self, facts: Facts) -> bool:
        """Whether all of its facts are known and in range."""
        return all(n in facts and low <= facts[n] < high for n, (low, high) in self.where.items())


def always(**options: Any) -> Callable[[Facts], Options]:
    """These options, whatever the facts."""
    return lambda facts: options


@dataclass(frozen=True)
class Candidate:
    """A loss for some kinds of targets and some goals, and what speaks for it and against it."""

    loss: str
    kinds: tuple[str, ...]
    goals: tuple[str, ...]
    options: Callable[[Facts], Options] = always()
    reasons: tuple[Reason, ...] = ()

    def because(self, *reasons: Reason) -> Candidate:
        """The same candidate, with these reasons."""
        return replace(self, reasons=reasons)


# Marks. Outliers of a large sample: Gaussian 0.05 %, Laplace 2.7 %, Student's t with 3 degrees
# 2.9 %. Tails: 2.91, 4.3, 4.2, and 25 % above the first is taken as heavy. A rank correlation of
# 0.3 is three standard errors for 100 rows. If a fraction v of the labels is wrong wherever
# one looks, 1 row and its 10 neighbours all agree with probability (1 − v)¹¹: `pure` is what
# exceeds that, 0.1 and more where classes overlap in one place. The other marks are conventions.
ANY = float("inf")
REAL = (NUMBERS, POSITIVE, AMOUNTS, COUNTS)
OUTLIERS, MANY = {"outliers": (0.02, ANY)}, {"outliers": (0.05, ANY)}
CROWDED, TAILED = {"outliers": (0.2, ANY)}, {"tail": (3.64, ANY)}
FANNED, MUCH_FANNED = {"fan": (0.3, ANY)}, {"fan": (0.5, ANY)}
SKEWED = {"skew": (0.1, ANY), "spread": (2, ANY), "log_outliers": (0, 0.1)}
ZEROS, LONG = {"zeros": (0.05, ANY)}, {"skew": (0.1, ANY), "zeros": (0, 0.05)}
RARE = {"imbalance": (10, ANY)}
NOISY = {"outvoted": (0.1, ANY), "pure": (-1, 0.08)}
OVERLAP = {"outvoted": (0.1, ANY), "pure": (0.08, 1)}
SPREAD_OUT, UNITS = {"dispersion": (2, ANY)}, {"units": (10, ANY)}
IN_LOGITS = always(from_logits=True)

START = Reason(-1, "not convex: where training starts matters, so begin with huber")
ONE_SIDED = (
    Reason(-3, "skew {skew:.2f}: what looks like outliers is one long side", SKEWED),
    Reason(-3, "{zeros:.0%} are 0: what looks like outliers is the rest", ZEROS),
    Reason(-3, "skew {skew:.2f}: what looks like outliers is one long side", LONG),
    Reason(-2, "counts with a mean of {mean:.3g} are skewed by nature", {"mean": (0, 10)}),
)
WIDER = Reason(-1, "where the noise is wide (fan {fan:.2f}), nothing may be wrong", MUCH_FANNED)
WRONG = Reason(3, "{outvoted:.0%} outvoted, all over: labels are wrong, or classes mixed", NOISY)
EXPECTED = Reason(0, "{outvoted:.0%} outvoted, but only in places: classes overlap there", OVERLAP)
TWO_OUTPUTS = "for two classes the model needs two outputs, as for cross_entropy"


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _times_sigma(option: str, factor: float) -> Callable[[Facts], Options]:
    """An option that is given in widths of the noise: 95 % as good as mse if it is Gaussian."""
    return lambda facts: {option: _rounded(factor * facts.get("sigma", 0) or 1)}


def _pos_weight(facts: Facts) -> Options:
    return {"from_logits": True, "pos_weight": _rounded(facts["no"] / facts["yes"])}


def _class_weight(facts: Facts) -> Options:
    total, counts = facts["counts"].sum(), facts["counts"]
    return {"class_weight": tuple(_rounded(total / (len(counts) * count)) for count in counts)}


CANDIDATES = (
    # --- numbers ---
    Candidate("mse", (*REAL, FRACTIONS, COLUMNS), ("mean",)).because(
        Reason(2, "the usual first try"),
        Reason(
            1,
            "{outliers:.1%} outliers and tails of {tail:.3g}, as Gaussian noise has",
            {"outliers": (0, 0.02), "tail": (0, 3.64)},
        ),
        Reason(-3, "{outliers:.1%} outliers, of which each counts squared", OUTLIERS),
        Reason(-1, "tails of {tail:.3g}, where Gaussian ones have 2.91", TAILED),
        Reason(-1, "noise that grows with y (fan {fan:.2f}) is not alike everywhere", FANNED),
        Reason(-2, "skew {skew:.2f}: a few large targets decide", SKEWED),
        Reason(-1, "the noise of counts grows with their mean, here {mean:.3g}", {"mean": (0, 30)}),
        Reason(-2, "columns differ in width by a factor of {units:.3g}", UNITS),
    ),
    Candidate("huber", (*REAL, FRACTIONS), ("robust",), _times_sigma("delta", 1.345)).because(
        Reason(1, "with this delta hardly worse than mse for Gaussian noise (delta = 1.345 sigma)"),
        Reason(2, "{outliers:.1%} outliers, of which none pulls harder than delta", OUTLIERS),
        Reason(1, "tails of {tail:.3g}, where Gaussian ones have 2.91", TAILED),
        Reason(-1, "the width of the noise changes (fan {fan:.2f}): so should delta", FANNED),
        WIDER,
        Reason(-2, "{outliers:.0%} outliers all pull with delta", CROWDED),
        *ONE_SIDED,
    ),
    Candidate("mae", (*REAL, FRACTIONS, COLUMNS), ("median", "robust")).because(
        Reason(2, "{outliers:.1%} outliers, of which none pulls harder than any other", OUTLIERS),
        Reason(1, "tails of {tail:.3g}; those of its own noise, Laplace, have 4.32", TAILED),
        Reason(-1, "its slope does not shrink near the goal: lower the learning rate in the end"),
        WIDER,
        *ONE_SIDED,
    ),
    Candidate("cauchy", REAL, ("robust",), _times_sigma("c", 2.385)).because(
        Reason(2, "{outliers:.1%} outliers hardly pull at all", MANY),
        Reason(1, "the farthest is {farthest:.3g} sigma off", {"farthest": (20, ANY)} | MANY),
        Reason(2, "at {outliers:.0%} outliers, huber gives way", CROWDED),
        START,
        *ONE_SIDED,
    ),
    Candidate("tukey_biweight", REAL, ("robust",), _times_sigma("c", 4.685)).because(
        Reason(2, "{outliers:.1%} outliers do not pull at all", MANY),
        Reason(1, "at {outliers:.0%} outliers, huber gives way", CROWDED),
        START,
        *ONE_SIDED,
    ),
    Candidate("quantile", REAL, ("quantile",), always(q=0.9)).because(
        Reason(0, "q is yours to choose: with 0.9, one target in ten is above"),
    ),
    Candidate("expectile", REAL, ("quantile",), always(tau=0.9)).because(
        Reason(-1, "smooth, but no probability belongs to its value"),
    ),
    Candidate(
        "gaussian_nll", (NUMBERS, POSITIVE), ("width", "mean"), always(log_variance=True)
    ).because(
        Reason(2, "noise that grows with y (fan {fan:.2f}): it learns how wide it is", FANNED),
        Reason(2, "and it grows much", MUCH_FANNED),
        Reason(-1, "a second output is needed, for the variance"),
        Reason(-1, "one far target ({farthest:.3g} sigma) pulls hard", {"farthest": (10, ANY)}),
    ),
    Candidate(
        "laplace_nll", (NUMBERS, POSITIVE), ("width", "median"), always(log_scale=True)
    ).because(
        Reason(1, "noise that grows with y (fan {fan:.2f}): it learns how wide it is", FANNED),
        Reason(1, "{outliers:.1%} outliers, whose pull is bounded", OUTLIERS),
        Reason(-1, "a second output is needed, for the width"),
    ),
    Candidate("gamma_nll", (POSITIVE,), ("mean",)).because(
        Reason(5, "positive, skew {skew:.2f}, upper quartile {spread:.2g} times the lower", SKEWED),
        Reason(2, "noise that grows with y (fan {fan:.2f}), as it assumes", FANNED),
        Reason(-1, "the model's output is read as log μ"),
    ),
    Candidate("msle", (POSITIVE, AMOUNTS), ("ratio",)).because(
        Reason(3, "skew {skew:.2f}, upper quartile {spread:.2g} times the lower", SKEWED),
        Reason(1, "noise that grows with y (fan {fan:.2f})", FANNED),
        Reason(-1, "predictions come out below the mean"),
    ),
    Candidate("mape", (POSITIVE,), ("ratio",)).because(
        Reason(0, "reads as a percentage"),
        Reason(-1, "upper quartile {spread:.2g} times the lower: too high costs more", SKEWED),
    ),
    Candidate("tweedie", (AMOUNTS, COUNTS), ("mean",), always(power=1.5, log_input=True)).because(
        Reason(4, "{zeros:.0%} are exactly 0, the others are amounts", ZEROS),
        Reason(4, "skew {skew:.2f}, and zeros, which gamma_nll refuses", LONG),
        Reason(4, "the variance is {dispersion:.3g} times the mean", SPREAD_OUT),
        Reason(-1, "its power, between 1 and 2, is to be chosen: 1.5 is a start"),
    ),
    Candidate("poisson_nll", (COUNTS,), ("mean",)).because(
        Reason(4, "counts, with a mean of {mean:.3g}"),
        Reason(0, "variance / mean is {dispersion:.2f}, not 1: the mean stays right", SPREAD_OUT),
        Reason(-1, "{more_zeros:.0%} more zeros than a Poisson has", {"more_zeros": (0.1, ANY)}),
    ),
    Candidate("r2_loss", (COLUMNS,), ("mean",)).because(
        Reason(3, "widths differ by a factor of {units:.3g}", UNITS),
    ),
    Candidate("cosine_similarity", (COLUMNS,), ("mean",)).because(
        Reason(4, "all rows have the same length: directions", {"lengths": (0, 1e-6)}),
    ),
    # --- classes ---
    Candidate("log_loss", (BINARY, FRACTIONS, LABELS), ("probability", "mean"), IN_LOGITS).because(
        Reason(4, "its optimum is the probability itself, and it stays between 0 and 1"),
        Reason(-2, "{outvoted:.0%} outvoted: a wrong label counts without bound", NOISY),
        EXPECTED,
    ),
    Candidate("log_loss", (BINARY,), ("decision",), _pos_weight).because(
        Reason(5, "{imbalance:.3g} to 1: the weight lets both classes count the same", RARE),
        Reason(-1, "wrong labels of the rare class count more, too", NOISY),
        Reason(0, "odds come out pos_weight times too large: divide them, or move the threshold"),
    ),
    Candidate("focal", (BINARY,), ("decision",), IN_LOGITS).because(
        Reason(4, "{imbalance:.3g} to 1: the many easy rows count less", RARE),
        Reason(-1, "wrong labels count as hard ones, which it looks for", NOISY),
        Reason(0, "its probabilities are drawn towards ½"),
    ),
    Candidate("cross_entropy", (CLASSES, BINARY, ROWS), ("probability",)).because(
        Reason(4, "its optimum is the probability of each class"),
        Reason(-2, "{outvoted:.0%} outvoted: a wrong label counts without bound", NOISY),
        EXPECTED,
        Reason(-1, "two outputs where one would do; else as log_loss", {"yes": (0, ANY)}),
        Reason(-1, "not 0 for a perfect model (largest entry: {top:.2f})", {"top": (0, 0.99)}),
    ),
    Candidate("cross_entropy", (CLASSES,), ("decision",), _class_weight).because(
        Reason(5, "{imbalance:.3g} to 1: the weights let all classes count the same", RARE),
        Reason(-1, "wrong labels of a rare class count more, too", NOISY),
        Reason(0, "its probabilities are those of classes that are equally frequent"),
    ),
    Candidate("categorical_focal", (CLASSES,), ("decision",)).because(
        Reason(4, "{imbalance:.3g} to 1: the many easy rows count less", RARE),
    ),
    Candidate("generalized_cross_entropy", (BINARY, CLASSES), ("robust",)).because(
        WRONG,
        Reason(1, "what a wrong label can cost is bounded, by 1/q"),
        Reason(-1, "slow where all labels are right, and not convex"),
        Reason(0, TWO_OUTPUTS, {"yes": (0, ANY)}),
    ),
    Candidate("symmetric_cross_entropy", (BINARY, CLASSES), ("robust",)).because(
        WRONG,
        Reason(-1, "two weights to choose"),
        Reason(0, TWO_OUTPUTS, {"yes": (0, ANY)}),
    ),
    Candidate("brier", (BINARY, CLASSES), ("probability", "robust")).because(
        Reason(1, "its optimum is the probability, and no label costs more than 2"),
        Reason(1, "{outvoted:.0%} of the rows are outvoted by their neighbours", NOISY),
    ),
    Candidate("hinge", (BINARY, SIGNS), ("decision",)).because(
        Reason(1, "a large margin, no probability"),
        Reason(0, "labels −1 and 1: 2 * y - 1"),
    ),
    Candidate("soft_margin", (SIGNS,), ("probability",)).because(
        Reason(4, "log_loss for labels −1 and 1"),
    ),
    Candidate("multiclass_hinge", (CLASSES,), ("decision",)).because(
        Reason(1, "a large margin, no probability"),
    ),
    Candidate("ordinal", (CLASSES,), ("order",)).because(
        Reason(1, "{classes:.0f} classes, of which you say that they have an order"),
    ),
    Candidate("multilabel_soft_margin", (LABELS,), ("probability",)).because(
        Reason(3, "{labels:.0f} labels, {per_row:.3g} of them true at once: one mean per row"),
    ),
    Candidate("dice", (LABELS,), ("decision",), IN_LOGITS).because(
        Reason(2, "{true:.1%} are 1: overlap ignores the many zeros", {"true": (0, 0.1)}),
    ),
    Candidate("kl_divergence", (ROWS,), ("probability",), IN_LOGITS).because(
        Reason(4, "0 for a perfect model, even where targets are unsure (largest: {top:.2f})"),
    ),
    Candidate("js_divergence", (ROWS,), ("robust",)).because(
        Reason(2, "bounded by log 2"),
    ),
)
