"""The way to scikit-learn: MLPClassifier and MLPRegressor, for its pipelines and searches.

A thin face on `fit`. What a loss wants (training/suited.py) and in which units it is trained
(training/scaling.py) is decided there; here it is put into scikit-learn's words. Needs the extra:
``pip install "tinynet-learn[sklearn]"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import losses
from .data import Dataset
from .engine.names import lookup
from .layers import ACTIVATIONS, MLP
from .optimizers import OPTIMIZERS, Optimizer
from .training import EarlyStopping, History, fit, predict
from .training.arguments import name_of
from .training.checkpoints.settings import differences, told
from .training.scaling import Scaling, scaled, unscaled
from .training.suited import decision, outputs, probabilities, suited

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state, compute_sample_weight
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import (
        _check_sample_weight,
        check_is_fitted,
        column_or_1d,
        validate_data,
    )
except ImportError as error:
    raise ImportError(
        'tinynet.sklearn needs scikit-learn 1.6 or newer: pip install "tinynet-learn[sklearn]"'
        f" ({error})"
    ) from error

__all__ = ["MLPClassifier", "MLPRegressor"]

_FLOATS = (np.float64, np.float32)
_CAN_CHANGE = ("lr", "weight_decay")  # while a training goes on
_MADE_WITH = ("hidden", "activation", "loss", "loss_options", "optimizer", "dropout", "standardize")


@dataclass
class _Training:
    """What a later fit goes on with."""

    bare: MLP
    scaling: Scaling
    optimizer: Optimizer
    rng: np.random.Generator
    made_with: dict[str, Any]

    def with_options(self, now: dict[str, Any]) -> _Training:
        """Itself, with the rate and the decay as they are now; ValueError for other changes."""
        before = self.made_with
        fixed = ({k: told(v) for k, v in o.items() if k not in _CAN_CHANGE} for o in (now, before))
        if changed := differences(*fixed):
            raise ValueError(
                f"{changed[0]}; but warm_start and partial_fit go on with the model that was made"
                " then: set warm_start=False and fit a new one"
            )
        for name in _CAN_CHANGE:
            if now[name] != before[name]:
                setattr(self.optimizer, name, now[name])
        self.made_with = now
        return self


@dataclass(eq=False, repr=False)
class _MLP(BaseEstimator):
    """What both share.

    One hidden layer of 100, as scikit-learn has it. The rate and the decay were chosen among six
    pairs by the bundled datasets, on splits of seeds that tests/benchmarks/scikit_learn.py, which
    compares, does not use.
    """

    hidden: int | Sequence[int] = (100,)
    activation: Any = "relu"
    loss: Any = "mse"
    loss_options: Mapping[str, Any] | None = None
    optimizer: Any = "adam"
    lr: Any = 0.005
    epochs: int = 60
    batch_size: int | None = 32
    dropout: float = 0.0
    weight_decay: float = 0.005
    standardize: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    patience: int = 10
    callbacks: Sequence[Callable] = ()
    warm_start: bool = False
    random_state: Any = None
    verbose: bool = False

    @property
    def n_iter_(self) -> int:
        """How many epochs were trained."""
        return self.history_.epochs

    @property
    def loss_curve_(self) -> list[float]:
        """The loss of each epoch."""
        return self.history_["loss"]

    def _loss(self) -> Callable:
        return _named("loss", self.loss, losses.names())

    def _checked(self, X: Any, y: Any, weights: Any, first: bool, **how: Any) -> tuple:
        """Arrays of numbers, and a weight for each row, if any has one."""
        X, y = validate_data(self, X, y, dtype=_FLOATS, reset=first, **how)
        if weights is not None:
            weights = _check_sample_weight(weights, X, ensure_non_negative=True)
        return X, y, weights

    def _known(self, partial: bool) -> _Training | None:
        """What this training goes on with, if it does."""
        return getattr(self, "_training", None) if partial or self.warm_start else None

    def _train(self, data: Dataset, weights: Any, dtype: Any, partial: bool) -> None:
        """Train from the start, or from where an earlier training ended."""
        known = self._known(partial)
        rng = known.rng if known else _generator(self.random_state)
        stops = self.early_stopping and not partial
        rows, held_out = self._split(data, rng) if stops else (slice(None), None)
        train, weights = data.take(rows), None if weights is None else weights[rows]
        options = {name: getattr(self, name) for name in (*_MADE_WITH, *_CAN_CHANGE)}
        state = known and known.with_options(options)
        state = state or self._started(train, weights, dtype, rng, options)
        scaling = state.scaling
        history = fit(
            state.bare,
            scaling.trained,
            state.optimizer,
            scaling.pair(train),
            epochs=1 if partial else self.epochs,
            batch_size=len(train) if self.batch_size is None else self.batch_size,
            validation=scaling.pair(data.take(held_out)) if stops else None,
            callbacks=[*self.callbacks, *([EarlyStopping(self.patience)] if stops else [])],
            sample_weight=weights,
            rng=rng,
            progress=bool(self.verbose),
        )
        self._keep(state, scaling.told(history), known)

    def _split(self, data: Dataset, rng: np.random.Generator) -> list[np.ndarray]:
        """The rows to train on and those held out, with all classes in both."""
        return train_test_split(
            np.arange(len(data)),
            test_size=self.validation_fraction,
            stratify=None if data.task == "regression" else data.y,
            random_state=int(rng.integers(2**31)),
        )

    def _started(
        self, train: Dataset, weights: Any, dtype: Any, rng: Any, options: dict[str, Any]
    ) -> _Training:
        """A new model, its units and its optimizer."""
        loss, encode = suited(self._loss(), train, self.loss_options)
        if self.standardize:
            scaling = scaled(loss, encode, train, weights)
        else:
            scaling = unscaled(loss, encode, train)
        widths = np.atleast_1d(np.asarray(self.hidden, int)).tolist()
        bare = MLP(
            [train.x.shape[1], *widths, outputs(encode(train.y), train)],
            activation=_named("activation", self.activation, ACTIVATIONS),
            dropout=self.dropout,
            rng=rng,
            dtype=dtype,
        )
        make = _named("optimizer", self.optimizer, OPTIMIZERS)
        optimizer = make(bare.parameters(), self.lr, weight_decay=self.weight_decay)
        return _Training(bare, scaling, optimizer, rng, options)

    def _keep(self, state: _Training, history: History, known: _Training | None) -> None:
        """What was learned, also in a run that Ctrl-C ended; it is to end a search as well."""
        scaling = state.scaling
        self._training, self.model_ = state, scaling.answering(scaling.between(state.bare))
        self.history_: History = _joined(self.history_, history) if known else history
        if history.interrupted:
            raise KeyboardInterrupt(history.stopped)

    def _outputs(self, X: Any) -> np.ndarray:
        """What the model gives for new rows: (N, outputs)."""
        check_is_fitted(self)
        return predict(self.model_, validate_data(self, X, dtype=_FLOATS, reset=False))


def _joined(before: History, after: History) -> History:
    """The epochs of both; the rest is told by the later one."""
    for name, values in after.items():
        after[name] = before.get(name, []) + values
    after.seconds += before.seconds
    if after.best_epoch is not None:
        after.best_epoch += before.epochs
    return after


def _generator(random_state: Any) -> np.random.Generator:
    return np.random.default_rng(check_random_state(random_state).randint(2**31))


def _named(kind: str, given: Any, known: Mapping[str, Any]) -> Any:
    """What a parameter means that is a name or the thing itself."""
    return lookup(kind, given, known) if isinstance(given, str) else given


def _probabilities(self: MLPClassifier) -> Callable[[np.ndarray], np.ndarray]:
    """From outputs to probabilities; AttributeError, as `available_if` has it, where none are."""
    try:
        loss = self._training.scaling.trained if hasattr(self, "_training") else self._loss()
    except ValueError as error:  # it is unknown
        raise AttributeError(str(error)) from None
    if found := probabilities(loss):
        return found
    raise AttributeError(
        f"with the loss {name_of(loss)} the scores are no probabilities: use decision_function, or"
        ' a loss that knows them, such as "log_loss" or "soft_margin"'
    )


@dataclass(eq=False, repr=False)
class MLPClassifier(ClassifierMixin, _MLP):
    """A multilayer perceptron that tells classes apart, with any loss of the catalogue.

    Parameters
    ----------
    hidden : int or sequence of int
        The width of each hidden layer; () for a linear model.
    activation : str or Module class
        "relu", "leaky_relu", "tanh", "sigmoid" …, or a class such as ``tn.layers.Tanh``.
    loss : str or callable
        Of the catalogue, by name or as a function; `loss_options` are its options, a dict.
    optimizer : str or callable
        "adam", "sgd" …, or a class; ``functools.partial(tn.optimizers.SGD, momentum=0.9)``, say.
    lr : float or schedule
        The learning rate.
    epochs, batch_size : int
        Passes over the data, and rows per step; ``batch_size=None`` is all rows in one step.
    dropout, weight_decay : float
        The fraction of hidden units to drop in training; how strongly weights shrink.
    standardize : bool
        Whether features, and the targets of a loss of differences, are moved and scaled to mean 0
        and deviation 1. It is learned from the rows that `fit` gets, so a search or a
        cross-validation does not leak; after a StandardScaler it changes nothing. Predictions are
        in the units of y in any case. scikit-learn's own MLP leaves this to a pipeline.
    early_stopping : bool
        Whether to hold out the `validation_fraction` of the rows, to stop after `patience` epochs
        without a lower loss on them, each of which counts the same, and to go back to the best
        epoch.
    callbacks : sequence of callables
        As for ``tn.fit``.
    warm_start : bool
        Whether `fit` goes on with the model, the optimizer and the scaling of the last `fit`;
        then lr, weight_decay, epochs and batch_size may be others than before.
    random_state : int, RandomState or None
        Of the first weights, the batches, dropout and the rows held out.
    verbose : bool
        Whether to show a progress bar.
    class_weight : dict, "balanced" or None
        What the rows of a class count, times their sample_weight. A row of weight w counts as w
        equal rows, also where data are standardized.

    Attributes
    ----------
    classes_ : ndarray
        The labels.
    model_ : Module
        What was trained, for tinynet: it takes the columns of X as they are.
    history_ : History
        What happened, epoch by epoch, also as `loss_curve_`; `n_iter_` says how many.

    `predict_proba` exists where the loss knows probabilities; with a hinge there is only
    `decision_function`. Ctrl-C ends `fit` with KeyboardInterrupt, but what was learned is kept.

    >>> from tinynet import datasets
    >>> moons = datasets.make_moons()
    >>> model = MLPClassifier(loss="hinge", random_state=0).fit(moons.x, moons.y)
    >>> model.score(moons.x, moons.y) > 0.97, hasattr(model, "predict_proba")
    (True, False)
    """

    loss: Any = "cross_entropy"
    class_weight: Any = None

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPClassifier:
        """Train on rows X, (N, features), and their labels y, (N,)."""
        return self._fit(X, y, sample_weight)

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> MLPClassifier:
        """One epoch more; the first call tells all `classes`, if y lacks some, and the scale."""
        if self.class_weight == "balanced":
            raise ValueError(
                'class_weight="balanced" needs all rows at once, but partial_fit sees only some:'
                " give a dict, or sample_weight"
            )
        return self._fit(X, y, sample_weight, partial=True, classes=classes)

    def _fit(
        self, X: Any, y: Any, weights: Any, partial: bool = False, classes: Any = None
    ) -> MLPClassifier:
        first = self._known(partial) is None
        X, y, weights = self._checked(X, y, weights, first)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        if self.class_weight is not None:
            of_class = compute_sample_weight(self.class_weight, y)
            weights = of_class if weights is None else weights * of_class
        X, y, weights = _counting(X, y, weights)
        if first:
            self.classes_ = np.unique(y if classes is None else classes)
        names = tuple(map(str, self.classes_.tolist()))
        task = "binary" if len(names) == 2 else "multiclass"
        data = Dataset("the data", X, self._ids(y, names), target_names=names, task=task)
        self._train(data, weights, X.dtype, partial)
        return self

    def _ids(self, y: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """The number of the class of each row."""
        if len(names) < 2:
            raise ValueError(
                f"MLPClassifier tells classes apart, but there is only 1 class, {names[0]}, in the"
                " rows that count"
            )
        unknown = set(y.tolist()) - set(self.classes_.tolist())
        if unknown:
            raise ValueError(
                f"y holds {min(unknown, key=str)}, but the model began with the classes"
                f" {', '.join(names)}: tell them all in the first call, partial_fit(…, classes=…)"
            )
        return np.searchsorted(self.classes_, y)

    def decision_function(self, X: Any) -> np.ndarray:
        """The scores: (N,) for two classes, above 0 for the second; else one per class, (N, C)."""
        return decision(self._outputs(X))

    def predict(self, X: Any) -> np.ndarray:
        """The label of each row."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(1)]

    @available_if(_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, (N, classes), where the loss knows it."""
        return _probabilities(self)(self._outputs(X))

    @available_if(_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Their logarithms."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, _MLP):
    """A multilayer perceptron that predicts numbers, with any loss of the catalogue.

    The parameters are those of MLPClassifier, without class_weight. The loss may also be one of
    your own, any function of (y_true, y_pred).

    Attributes
    ----------
    model_ : Module
        What was trained, for tinynet: from the columns of X as they are to numbers like y.
    history_ : History
        What happened, epoch by epoch, also as `loss_curve_`; `n_iter_` says how many.

    >>> from tinynet import datasets
    >>> cars = datasets.load("auto_mpg")
    >>> model = MLPRegressor(loss="huber", loss_options={"delta": 0.5}, random_state=0)
    >>> model.fit(cars.x, cars.y[:, 0]).score(cars.x, cars.y[:, 0]) > 0.88
    True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train on rows X, (N, features), and numbers y, (N,) or (N, targets)."""
        return self._fit(X, y, sample_weight)

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """One epoch more; the first call decides on the scale."""
        return self._fit(X, y, sample_weight, partial=True)

    def _fit(self, X: Any, y: Any, weights: Any, partial: bool = False) -> MLPRegressor:
        how = {"multi_output": True, "y_numeric": True}
        X, y, weights = self._checked(X, y, weights, self._known(partial) is None, **how)
        X, y, weights = _counting(X, y, weights)
        self._one_column = y.ndim == 1
        data = Dataset("the data", X, y, task="regression")
        self._train(data, weights, X.dtype, partial)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The numbers predicted for each row, in the shape of the y it was trained on."""
        answers = self._outputs(X)
        return answers[:, 0] if self._one_column else answers

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _counting(X: np.ndarray, y: np.ndarray, weights: Any) -> tuple:
    """Without the rows of weight 0, which are as good as absent."""
    if weights is None:
        return X, y, None
    counts = weights > 0
    if not counts.any():
        raise ValueError("every row has weight 0, so there is nothing to learn from")
    return X[counts], y[counts], weights[counts]
