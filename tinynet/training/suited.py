"""Which loss fits which data, how it wants the targets, and what its predictions mean.

A loss says itself what it takes: each way to write the targets is tried on it, so that its own
checks decide, and its gradients say in which units it wants numbers. Only what neither can know,
numbers from classes, is read off its card: what y_true may be.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from .. import losses
from ..data import Dataset
from ..engine.tensor import Tensor
from ..functional import sigmoid, softmax
from ..losses import Loss
from ..losses.base import card_of
from .arguments import name_of, unwrapped

_TO_ANY_NUMBERS = ("from_logits", "log_input")  # options with which a Linear may end the model

# targets and predictions in two columns, on which a loss is asked for its gradients
_TRUE = np.array([[1.0, 6.0], [5.0, 0.5], [2.0, 3.0], [7.0, 4.0], [3.0, 2.0]])
_PRED = np.array([[2.5, 4.0], [4.5, 0.9], [2.2, 6.0], [3.0, 4.1], [3.3, 1.5]])
_BELOW_ZERO, _TO_OTHER_UNITS = -9.0, np.array([3.0, 0.2])
_SCORES, _SURE = np.linspace(-0.9, 0.9, 7)[:, None], 300.0  # e^300 is a number


def as_they_are(y: np.ndarray) -> np.ndarray:
    """Numbers (N, 1), or class ids (N,)."""
    return y


def zeros_and_ones(y: np.ndarray) -> np.ndarray:
    """Ids of two classes as a column: (N,) → (N, 1)."""
    return y[:, None].astype(float)


def signs(y: np.ndarray) -> np.ndarray:
    """Ids of two classes as a column of −1 and 1: (N,) → (N, 1)."""
    return 2.0 * y[:, None] - 1


def suited(
    loss: Callable, data: Dataset, options: Mapping[str, Any] | None = None
) -> tuple[Callable, Callable]:
    """The loss for a model that ends in a Linear, and the function that writes the targets for it.

    `loss` is one of the catalogue, or for numbers any function of (y_true, y_pred). ValueError
    where they do not fit, with the losses that do.

    >>> from tinynet import datasets
    >>> suited(losses.hinge, datasets.make_moons())[1] is signs
    True
    """
    loss, bound = unwrapped(loss)
    options = {**bound, **(options or {})}
    known = isinstance(loss, Loss) and loss.card is not None
    try:
        return _suited(loss, data, options) if known else _own(loss, data, options)
    except ValueError as error:
        raise ValueError(
            f"the loss {name_of(loss)} does not fit {data.name}, a {data.task} task: {error}. Those"
            f" that do: {', '.join(fitting(data))}"
        ) from None


def fitting(data: Dataset) -> list[str]:
    """The names of the losses that fit a dataset."""
    return [name for name, loss in losses.names().items() if _fits(loss, data)]


def outputs(targets: np.ndarray, data: Dataset) -> int:
    """How many columns the model needs: one per column of the targets, or one per class."""
    return targets.shape[1] if targets.ndim == 2 else len(data.target_names)


# --- numbers: their units -------------------------------------------------------------------


def target_units(loss: Callable) -> Literal["standardized", "scaled", "own"]:
    """In which units of the targets a loss of numbers, perhaps with options, can be trained.

    ``"standardized"``
        Moved and scaled: the loss looks at differences, its gradient is the same at y + c, p + c.
    ``"scaled"``
        Scaled, but with their own zero: the gradient at a·y, a·p is that at y, p times a constant
        for each column, so that the best model in one unit is the best in every unit.
    ``"own"``
        As they are: counts, logarithms, rows whose columns belong together, classes.

    Decided by the gradients themselves; a copy of the targets that the loss refuses is none that
    it can be trained on.

    >>> target_units(losses.mse), target_units(losses.mape), target_units(losses.poisson_nll)
    ('standardized', 'scaled', 'own')
    """
    own = _gradient(loss, _TRUE, _PRED)
    moved = _gradient(loss, _TRUE + _BELOW_ZERO, _PRED + _BELOW_ZERO)
    if np.allclose(moved, own, rtol=1e-9):  # never where a copy was refused, since NaN ≠ NaN
        return "standardized"
    scaled = _gradient(loss, _TRUE * _TO_OTHER_UNITS, _PRED * _TO_OTHER_UNITS)
    same_ratios = np.allclose(scaled * own[0], scaled[0] * own, rtol=1e-9)
    return "scaled" if same_ratios else "own"


def inverse_link(loss: Callable) -> Callable[[np.ndarray], np.ndarray]:
    """From what the model gives to numbers like the targets: exp where the loss is of log μ.

    Decided by the gradient, which is 0 where the prediction is right.

    >>> inverse_link(losses.poisson_nll)(np.zeros(2))
    array([1., 1.])
    """
    at_the_number, at_the_log = _gradient(loss, _TRUE, _TRUE), _gradient(loss, _TRUE, np.log(_TRUE))
    of_logs = np.allclose(at_the_log, 0, atol=1e-9) and not np.allclose(at_the_number, 0)
    return np.exp if of_logs else np.positive


def _gradient(loss: Callable, y_true: np.ndarray, y_pred: np.ndarray, **options: Any) -> np.ndarray:
    """In the predictions; NaN where the loss refuses the targets or predictions."""
    prediction = Tensor(y_pred, requires_grad=True)
    try:
        return loss(y_true, prediction, **options).gradient(prediction)
    except (TypeError, ValueError):
        return np.full_like(y_pred, np.nan)


# --- classes: scores and probabilities --------------------------------------------------------


def probabilities(loss: Callable) -> Callable[[np.ndarray], np.ndarray] | None:
    """From what the model gives, (N, 1) or (N, C), to the probability of each class; None without.

    Sigmoid or softmax for a loss of logits. For a loss of a margin, the p at which the score z
    costs least on average, so that p l'(z) = (1 − p) l'(−z) (Buja et al. 2005); a loss that is
    indifferent between many z, such as a hinge, knows no probability.

    >>> probabilities(losses.exponential)(np.array([[0.0], [1.0]])).round(3)  # sigmoid of 2 z
    array([[0.5  , 0.5  ],
           [0.119, 0.881]])
    >>> probabilities(losses.hinge) is None
    True
    """
    if "from_logits" in getattr(unwrapped(loss)[0], "own_options", ()):
        return _of_logits
    found = functools.partial(_of_margins, loss)
    with np.errstate(invalid="ignore"):  # 0 / 0, where neither answer costs anything
        rises = np.diff(found(_SCORES)[:, 1]) > 0  # never for NaN, of a loss that refuses margins
    return found if rises.all() else None


def decision(outputs: np.ndarray) -> np.ndarray:
    """What is above 0 for the second of two classes, (N,); else a score for each class, (N, C)."""
    columns = outputs.shape[1]
    if columns > 2:
        return outputs
    return outputs[:, 0] if columns == 1 else outputs[:, 1] - outputs[:, 0]


def _of_logits(z: np.ndarray) -> np.ndarray:
    return softmax(z) if z.shape[1] > 1 else _of_two(sigmoid(z))


def _of_margins(loss: Callable, z: np.ndarray) -> np.ndarray:
    z = np.clip(z.astype(np.float64), -_SURE, _SURE)
    no, yes = (_gradient(loss, np.full(z.shape, t), z, reduction="sum") for t in (-1.0, 1.0))
    return _of_two(no / (no - yes))


def _of_two(yes: np.ndarray) -> np.ndarray:
    return np.concatenate([1 - yes, yes], axis=1)


# --- each way to write the targets, tried ---------------------------------------------------


def _own(loss: Callable, data: Dataset, options: Mapping[str, Any]) -> tuple[Callable, Callable]:
    if data.task != "regression":
        raise ValueError("nothing says how a loss of your own wants classes")
    return functools.partial(loss, **options) if options else loss, as_they_are


def _fits(loss: Loss, data: Dataset) -> bool:
    try:
        return bool(_suited(loss, data, {}))
    except ValueError:
        return False


def _any_numbers(rows: int, columns: int) -> np.ndarray:
    """What a Linear may give: numbers of both signs."""
    return np.resize([-1.0, 1.0], (rows, columns))


def _suited(loss: Any, data: Dataset, options: Mapping[str, Any]) -> tuple[Callable, Callable]:
    y_true, numbers = card_of(loss).y_true, data.task == "regression"
    if loss.arrays != ("y_true", "y_pred"):
        raise ValueError(f"it compares {', '.join(loss.arrays)}")
    if loss.rows and "class ids" not in y_true and data.y[:1].size == 1:
        raise ValueError(f"its targets are {y_true}, and here there is one column")
    if ("numbers" in y_true) != numbers:
        raise ValueError(f"it is for {'classes' if numbers else 'numbers'}")
    if data.task == "multiclass" and "class ids" not in y_true:
        raise ValueError("it is for two classes")
    unbounded = {name: True for name in _TO_ANY_NUMBERS if loss.defaults.get(name) is False}
    options = {**unbounded, **options}
    function = functools.partial(loss, **options) if options else loss
    problem: Exception | None = None
    for encode in (zeros_and_ones, signs, as_they_are)[0 if data.task == "binary" else 2 :]:
        targets = encode(data.y)
        try:
            with np.errstate(all="ignore"):
                function(targets, _any_numbers(len(data), outputs(targets, data)))
            return function, encode
        except (TypeError, ValueError) as error:
            problem = error
    limit, of_predictions, _ = str(problem).partition(", but ranges from -1 to 1")
    if of_predictions:  # of the numbers it was tried with
        raise ValueError(f"{limit}, and a Linear layer gives numbers of both signs")
    raise ValueError(str(problem))
