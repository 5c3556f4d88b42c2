"""Losses as one writes them by hand: their values and slopes, as lines of NumPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..losses import Loss, names
from ..training.arguments import unwrapped

_LEFT_OUT: dict[str, Any] = {"label_smoothing": 0, "pos_weight": 1}  # of what changes nothing
_VARIANTS = ("from_logits", "log_input")  # options that make another loss


@dataclass(frozen=True)
class HandLoss:
    """The text of a loss: what comes first, then its values and their slopes in y_pred.

    There is one value for each number, or for each row. In braces stand the options.
    """

    targets: str  # what y_true is, so that random ones can be drawn
    formula: str
    values: str
    slopes: str
    first: tuple[str, ...] = ()

    @property
    def options(self) -> set[str]:
        return set(re.findall(r"{(\w+)}", " ".join((*self.first, self.values, self.slopes))))

    def lines(self, options: dict[str, Any]) -> list[str]:
        """The body of the function, with these options."""
        made = [*self.first, f"values = {self.values}", f"slopes = {self.slopes}"]
        for name, value in options.items():
            if _LEFT_OUT.get(name) == value:
                made = [line.replace(f"{{{name}}} * ", "") for line in made]
                made = [line for line in made if f"{{{name}}}" not in line]
            made = [line.replace(f"{{{name}}}", repr(value)) for line in made]
        return [*made, "return values.mean(), slopes / values.size"]


def by_hand(loss: Callable) -> tuple[str, HandLoss, list[str]]:
    """A loss under its name in the table, and its lines; ValueError names those that are there."""
    function, given = unwrapped(loss)
    name = getattr(function, "__name__", type(function).__name__)
    if not isinstance(function, Loss) or names().get(name) is not function:
        raise ValueError(_unknown(f"{name} is not one of tinynet's losses"))
    options: dict[str, Any] = dict.fromkeys(function.own_options) | {"label_smoothing": 0.0}
    options |= function.defaults | given
    options = {k: float(v) if type(v) is int else v for k, v in options.items()}
    key = name + "".join(f", {v}=False" for v in _VARIANTS if options.get(v) is False)
    if name == "smooth_l1" and not options["beta"]:
        key = "mae"
    if key not in LOSSES:
        written = key if any(known.startswith(f"{name}") for known in LOSSES) else name
        raise ValueError(_unknown(f"the loss {written} is not known here"))
    found = LOSSES[key]
    strange = {k: v for k, v in options.items() if k not in (*found.options, *_VARIANTS) and v}
    strange |= {k: options[k] for k in found.options if not isinstance(options[k], float)}
    strange.pop("beta", None)
    if strange:
        listed = ", ".join(f"{k}={v!r:.40}" for k, v in strange.items())
        raise ValueError(f"export.numpy: the loss {name} with {listed} is not known here")
    return key, found, found.lines({k: options[k] for k in found.options})


def _unknown(what: str) -> str:
    return f"export.numpy: {what}; known are {', '.join(LOSSES)}"


# --- the table ------------------------------------------------------------------------------

_ALIKE = "y_true = y_true.reshape(y_pred.shape)"
_ROWS = "t = y_true if y_true.ndim > 1 else np.eye(y_pred.shape[-1])[y_true.astype(int)]"
_SMOOTH_ROWS = "t = (1 - {label_smoothing}) * t + {label_smoothing} / t.shape[-1]"
_SMOOTH = "y_true = (1 - {label_smoothing}) * y_true + {label_smoothing} / 2"
_SHIFT = "z = y_pred - y_pred.max(axis=-1, keepdims=True)  # so that no exponential overflows"
_LOG_P = "log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))"
_EPS = "eps = np.finfo(float).eps"
_CLIP = "p = np.clip(y_pred, eps, 1 - eps)  # so that log p is finite"


def _errors(formula: str, values: str, slopes: str, *first: str) -> HandLoss:
    """A loss of the error e."""
    return HandLoss("numbers", formula, values, slopes, (_ALIKE, "e = y_pred - y_true", *first))


def _margins(formula: str, values: str, slopes: str) -> HandLoss:
    """A loss of the margin m, for targets −1 and 1."""
    return HandLoss("signs", formula, values, slopes, (_ALIKE, "m = y_true * y_pred"))


LOSSES: dict[str, HandLoss] = {
    "mse": _errors("e²; its slope is 2e", "e**2", "2 * e"),
    "mae": _errors("|e|; its slope is the sign of e", "np.abs(e)", "np.sign(e)"),
    "smooth_l2": _errors("e²/2; its slope is e", "e**2 / 2", "e"),
    "smooth_l1": _errors(
        "e²/2β where |e| < β, else |e| − β/2; its slope is e/β, or the sign of e",
        "np.where(np.abs(e) < {beta}, e**2 / (2 * {beta}), np.abs(e) - {beta} / 2)",
        "np.clip(e / {beta}, -1, 1)",
    ),
    "huber": _errors(
        "e²/2 where |e| < δ, else δ(|e| − δ/2); its slope is e, but no steeper than δ",
        "np.where(np.abs(e) < {delta}, e**2 / 2, {delta} * (np.abs(e) - {delta} / 2))",
        "np.clip(e, -{delta}, {delta})",
    ),
    "pseudo_huber": _errors(
        "δ²(√(1 + (e/δ)²) − 1); its slope is e / √(1 + (e/δ)²)",
        "e**2 / (1 + root)  # the formula, without a difference of equals",
        "e / root",
        "root = np.sqrt(1 + (e / {delta}) ** 2)",
    ),
    "log_cosh": _errors(
        "log cosh e; its slope is tanh e",
        "np.logaddexp(e, -e) - np.log(2)",
        "np.tanh(e)",
    ),
    "quantile": _errors(
        "q|e| where y_true is above y_pred, else (1 − q)|e|",
        "tilt * np.abs(e)",
        "tilt * np.sign(e)",
        "tilt = np.where(e > 0, 1 - {q}, {q})",
    ),
    "expectile": _errors(
        "τ e² where y_true is above y_pred, else (1 − τ) e²",
        "tilt * e**2",
        "2 * tilt * e",
        "tilt = np.where(e > 0, 1 - {tau}, {tau})",
    ),
    "cauchy": _errors(
        "c²/2 log(1 + (e/c)²); its slope is e / (1 + (e/c)²)",
        "{c} ** 2 / 2 * np.log1p((e / {c}) ** 2)",
        "e / (1 + (e / {c}) ** 2)",
    ),
    "welsch": _errors(
        "c²(1 − exp(−½(e/c)²)); its slope is e exp(−½(e/c)²)",
        "{c} ** 2 * (1 - bell)",
        "e * bell",
        "bell = np.exp(-((e / {c}) ** 2) / 2)",
    ),
    "poisson_nll": HandLoss(
        "counts",
        "exp(z) − t z, for z = y_pred, the log of the rate; its slope is exp(z) − t",
        "np.exp(y_pred) - y_true * y_pred",
        "np.exp(y_pred) - y_true",
        (_ALIKE,),
    ),
    "poisson_nll, log_input=False": HandLoss(
        "counts",
        "μ − t log μ, for μ = y_pred, the rate; its slope is 1 − t/μ",
        "y_pred - y_true * np.log(y_pred)",
        "1 - y_true / y_pred",
        (_ALIKE,),
    ),
    "gamma_nll": HandLoss(
        "amounts",
        "t exp(−z) + z, for z = y_pred, the log of the mean; its slope is 1 − t exp(−z)",
        "y_true * np.exp(-y_pred) + y_pred",
        "1 - y_true * np.exp(-y_pred)",
        (_ALIKE,),
    ),
    "cross_entropy": HandLoss(
        "classes",
        "−Σ t log p for each row, with p = softmax(y_pred); its slope is p − t",
        "-(t * log_p).sum(axis=-1)",
        "np.exp(log_p) - t",
        (_ROWS, _SMOOTH_ROWS, _SHIFT, _LOG_P),
    ),
    "cross_entropy, from_logits=False": HandLoss(
        "classes",
        "−Σ t log p for each row, with p = y_pred; its slope is −t/p",
        "-(t * np.log(p)).sum(axis=-1)",
        "-t / p",
        (_ROWS, _SMOOTH_ROWS, _EPS, _CLIP),
    ),
    "brier": HandLoss(
        "classes",
        "Σ (p − t)² for each row, with p = softmax(y_pred), whose slope is diag(p) − p pᵀ",
        "((p - t) ** 2).sum(axis=-1)",
        "2 * p * (p - t - (p * (p - t)).sum(axis=-1, keepdims=True))",
        (_ROWS, _SMOOTH_ROWS, _SHIFT, _LOG_P, "p = np.exp(log_p)"),
    ),
    "log_loss": HandLoss(
        "labels",
        "−t log p − (1 − t) log(1 − p), with p = sigmoid(y_pred); its slope is p − t",
        "{pos_weight} * y_true * np.logaddexp(0, -y_pred) + (1 - y_true) * np.logaddexp(0, y_pred)",
        "(1 - y_true) * p - {pos_weight} * y_true * (1 - p)",
        (_ALIKE, _SMOOTH, "p = np.exp(-np.logaddexp(0, -y_pred))  # sigmoid: 1 / (1 + e⁻ᶻ)"),
    ),
    "log_loss, from_logits=False": HandLoss(
        "labels",
        "−t log p − (1 − t) log(1 − p), with p = y_pred; its slope is (1 − t)/(1 − p) − t/p",
        "-({pos_weight} * y_true * np.log(p)) - (1 - y_true) * np.log(1 - p)",
        "(1 - y_true) / (1 - p) - {pos_weight} * y_true / p",
        (_ALIKE, _SMOOTH, _EPS, _CLIP),
    ),
    "hinge": _margins(
        "max(0, 1 − m), with the margin m = y_true · y_pred; its slope is −y_true where m < 1",
        "np.maximum(1 - m, 0)",
        "-y_true * (m < 1)",
    ),
    "squared_hinge": _margins(
        "max(0, 1 − m)², with the margin m = y_true · y_pred",
        "np.maximum(1 - m, 0) ** 2",
        "-2 * y_true * np.maximum(1 - m, 0)",
    ),
    "perceptron": _margins(
        "max(0, −m), with the margin m = y_true · y_pred; its slope is −y_true where m < 0",
        "np.maximum(-m, 0)",
        "-y_true * (m < 0)",
    ),
    "soft_margin": _margins(
        "log(1 + e⁻ᵐ), with the margin m = y_true · y_pred",
        "np.logaddexp(0, -m)",
        "-y_true * np.exp(-np.logaddexp(0, m))  # sigmoid(−m) = 1 / (1 + eᵐ)",
    ),
    "exponential": _margins(
        "e⁻ᵐ, with the margin m = y_true · y_pred; its slope is −y_true e⁻ᵐ",
        "np.exp(-m)",
        "-y_true * np.exp(-m)",
    ),
}
