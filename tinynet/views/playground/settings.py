"""Settings: what can be chosen on the page, and how far.

Settings are a frozen value that a URL can hold. Whatever comes in is checked here, once; what is
left out becomes what suits the data. Some settings may change while a run goes on (LIVE).
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import datasets, losses
from ...data import Dataset
from ...engine.names import lookup
from ...engine.tensor import Tensor
from ...layers import ACTIVATIONS
from ...losses.checks import Range
from ...optimizers import OPTIMIZERS, Optimizer, Proximal
from ...penalties import prox_l1
from ...training.suited import fitting, suited
from ..explorer.curves import called
from . import own
from .features import FEATURES, possible
from .own import OWN

LAYERS, UNITS = 4, Range(1, 64)
ROWS, BATCH = Range(20, 2000), Range(1, 2000)
NOISE, RATE, DECAY, SEED = Range(0, 5), Range(1e-6, 10), Range(0, 1), Range(0, 2**32 - 1)
WEIGHT = Range(-1000, 1000)  # that one may type
RATES = dict.fromkeys(OPTIMIZERS, 0.01) | {"sgd": 0.1, "adagrad": 0.05, "lion": 0.003}
LIVE = ("lr", "batch", "weight_decay", "l1")
KEYS = (
    *("data", "own", "rows", "noise", "features", "hidden", "activation", "optimizer", *LIVE),
    *("seed", "hide"),
)
LONGEST = dict.fromkeys(KEYS, 100) | {"own": own.LONGEST}  # characters of a value
HIDDEN = ("training", "data", "network", "loss", "seed", "weights", "surface")  # by `hide`
SPOKEN = {"lr": "lr, the learning rate,", "batch": "batch, the size of a mini-batch,"}
PLACES = ("loss", "beside")  # of a loss; its options are loss.delta, beside.delta


@dataclass(frozen=True)
class Choice:
    """A loss, and its options by name."""

    name: str
    options: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        """As one writes it, with the options that are not the defaults.

        >>> print(Choice("huber", (("delta", 2.0),)), Choice("huber", (("delta", 1.0),)))
        huber(delta=2) huber
        """
        loss = losses.names()[self.name]
        defaults = numeric_options(loss)
        return called(loss, {name: v for name, v in self.options if v != defaults[name]})


@dataclass(frozen=True)
class Settings:
    """Everything a run depends on: the same settings give the same numbers."""

    data: str
    own: str  # the points themselves where the data are somebody's own, see own.py
    rows: int  # to learn from
    noise: float
    features: tuple[str, ...]
    hidden: tuple[int, ...]
    activation: str
    losses: tuple[Choice, ...]  # one, or two side by side
    optimizer: str
    lr: float
    batch: int
    weight_decay: float  # λ, for ½ λ |w|² beside the loss
    l1: float  # λ, for λ Σ |w| beside the loss, over the weights without the biases
    seed: int
    hide: tuple[str, ...]  # what a page does not show

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Settings:
        """Settings from the part of a URL behind the question mark; ValueError says what is wrong.

        >>> Settings.from_query({"data": "sine", "loss": "huber", "loss.delta": "0.5"}).losses
        (Choice(name='huber', options=(('delta', 0.5),)),)
        """
        _check_keys(query)
        data, number = Source.of(query), functools.partial(_number, query)
        optimizer = query.get("optimizer") or "adam"
        lookup("optimizer", optimizer, OPTIMIZERS)
        activation = query.get("activation") or "tanh"
        lookup("activation", activation, ACTIVATIONS)
        settings = cls(
            data=data.name,
            own=data.own,
            rows=int(number("rows", data.rows, data.allowed, whole=True)),
            noise=number("noise", data.noise, NOISE),
            features=_features(query, data),
            hidden=_hidden(query.get("hidden", "8,8")),
            activation=activation,
            losses=tuple(_choices(query, data.losses[0])),
            optimizer=optimizer,
            lr=number("lr", RATES[optimizer], RATE),
            batch=int(number("batch", 32, BATCH, whole=True)),
            weight_decay=number("weight_decay", _decay(optimizer), DECAY),
            l1=number("l1", 0, DECAY),
            seed=int(number("seed", 0, SEED, whole=True)),
            hide=_listed(query, "hide", HIDDEN),
        )
        settings.penalized(settings.rule([Tensor(np.zeros((1, 1)), requires_grad=True)]))
        train, _ = settings.datasets()
        for choice in settings.losses:
            suited(losses.names()[choice.name], train, dict(choice.options))
        return settings

    @classmethod
    def what_fits(cls, query: Mapping[str, str]) -> tuple[Settings, list[str]]:
        """Settings from as much of a query as fits, and a sentence for each part that does not.

        >>> chosen, refused = Settings.what_fits({"rows": "50", "noise": "-1"})
        >>> chosen.rows, chosen.noise, refused
        (50, 0.1, ['noise must be from 0 to 5, not -1'])
        """
        taken: dict[str, str] = {}
        refused = []
        for key in sorted(query, key=_rank):
            try:
                cls.from_query(taken | {key: query[key]})
            except ValueError as error:
                refused.append(str(error))
            else:
                taken[key] = query[key]
        return cls.from_query(taken), refused

    def query(self) -> dict[str, str]:
        """What `from_query` reads: every setting by its name, as text."""
        meaningless = {"noise"} if self.own else {"own"}
        meaningless |= {"hide"} if not self.hide else set()
        query = {key: _text(getattr(self, key)) for key in KEYS if key not in meaningless}
        for place, choice in zip(PLACES, self.losses, strict=False):
            query[place] = choice.name
            query |= {f"{place}.{name}": _text(value) for name, value in choice.options}
        return query

    def rule(self, parameters: Iterable[Tensor]) -> Optimizer:
        """The optimizer."""
        make = OPTIMIZERS[self.optimizer]
        return make(parameters, lr=self.lr, weight_decay=self.weight_decay)

    def penalized(self, rule: Optimizer) -> Optimizer:
        """The optimizer with L1, if there is any; ValueError where it cannot follow it."""
        return Proximal(rule, prox_l1, self.l1) if self.l1 else rule

    def datasets(self) -> tuple[Dataset, Dataset | None]:
        """The points to learn from, and as many new ones of the same kind, or what is left."""
        if self.own:
            return own.parted(own.dataset(self.own), self.rows, self.seed)
        maker, rng = makers()[self.data], np.random.default_rng(self.seed)
        train, new = (maker(self.rows, noise=self.noise, rng=rng) for _ in range(2))
        return train, new


@dataclass(frozen=True)
class Source:
    """A data set: what it has where a query is silent, and what it allows."""

    name: str
    own: str
    rows: int
    allowed: Range
    noise: float
    losses: list[str]
    coordinates: tuple[str, ...]  # of a point, by their names

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Source:
        name = query.get("data") or "moons"
        lookup("dataset", name, {**makers(), OWN: None})
        if name == OWN:
            return cls._own(query)
        if query.get("own"):
            raise ValueError(f"own holds points, but data is {name}: it must be {OWN}")
        parameters, few = inspect.signature(makers()[name]).parameters, makers()[name](20)
        rows, noise = (parameters[key].default for key in ("n", "noise"))
        return cls(name, "", rows, ROWS, noise, fitting(few), few.feature_names)

    @classmethod
    def _own(cls, query: Mapping[str, str]) -> Source:
        if query.get("noise"):
            raise ValueError("noise is for data that are made: own data have theirs")
        text = own.canonical(query.get("own") or own.CLASSES)
        data, losses = own.dataset(text), own.about(text)["losses"]
        allowed = Range(2, len(data))
        return cls(OWN, text, own.rows_of(data), allowed, 0.0, losses, data.feature_names)


# --- what there is to choose ----------------------------------------------------------------


@functools.cache
def makers() -> dict[str, Callable[..., Dataset]]:
    """The data sets that are made, and that fit on a page: of one feature or two."""
    made = {n: f for n, f in datasets.names().items() if f.__name__.startswith("make_")}
    return {name: maker for name, maker in made.items() if maker(20).x.shape[1] <= 2}


def numeric_options(loss: losses.Loss) -> dict[str, Any]:
    """The options of a loss that are numbers, with their defaults; None where it may be left out.

    >>> numeric_options(losses.focal)
    {'alpha': None, 'gamma': 2.0, 'label_smoothing': 0.0}
    """
    parameters = inspect.signature(loss).parameters
    defaults = {name: parameters[name].default for name in sorted(loss.own_options)}
    return {
        name: value
        for name, value in defaults.items()
        if type(value) in (int, float) or (value is None and name in loss.ranges)
    }


# --- reading a query ------------------------------------------------------------------------


def _check_keys(query: Mapping[str, str]) -> None:
    """Texts by known names; the options of a loss are looked at with the loss."""
    for key, value in query.items():
        most = LONGEST.get(key, 100)
        if not isinstance(value, str) or len(value) > most:
            raise ValueError(f"the setting {key!r} must be a text of at most {most:,} characters")
        if key.partition(".")[0] not in PLACES:
            lookup("setting", key, dict.fromkeys((*KEYS, *PLACES)))


def _rank(key: str) -> int:
    """Where a setting stands among all: after what it depends on."""
    known = (*KEYS, *PLACES)
    return known.index(key) if key in known else len(known)


def _decay(optimizer: str) -> float:
    """The weight decay of an optimizer unless another one is asked for."""
    return inspect.signature(OPTIMIZERS[optimizer]).parameters["weight_decay"].default


def _choices(query: Mapping[str, str], default: str) -> Iterator[Choice]:
    """The loss, and the one next to it if there is one."""
    for place, name in zip(
        PLACES, (query.get("loss") or default, query.get("beside")), strict=True
    ):
        given = {key[len(place) + 1 :]: key for key in query if key.startswith(f"{place}.")}
        if not name:
            if given:
                raise ValueError(f"{place}.{min(given)} is given, but {place} is not: name a loss")
            continue
        loss = lookup("loss", name, losses.names())
        options = numeric_options(loss)
        if unknown := given.keys() - options:
            has = ", ".join(options) or "none"
            raise ValueError(f"{name} has no option {min(unknown)!r}; of numbers it has {has}")
        values = [
            (option, _option(query, f"{place}.{option}", value, loss.ranges.get(option, Range())))
            for option, value in options.items()
        ]
        yield Choice(name, tuple((option, value) for option, value in values if value is not None))


def _option(query: Mapping[str, str], key: str, default: Any, allowed: Range) -> Any:
    """The value of a loss's option; None only where it is left out and may be."""
    if default is None and not query.get(key):
        return None
    value = _number(query, key, default, allowed, whole=isinstance(default, int))
    return int(value) if isinstance(default, int) else value


def _number(
    query: Mapping[str, str], key: str, default: float, allowed: Range, whole: bool = False
) -> float:
    text, what = query.get(key) or str(default), SPOKEN.get(key, key)
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{what} must be a number, not {text!r}") from None
    if not math.isfinite(value) or (whole and value != round(value)):
        raise ValueError(f"{what} must be a {'whole' if whole else 'finite'} number, not {text}")
    if not allowed.holds(value):
        raise ValueError(f"{what} must be {allowed}, not {text}")
    return value


def _hidden(text: str) -> tuple[int, ...]:
    """The width of each hidden layer: "8,8" → (8, 8), and none at all for ""."""
    widths = [width for width in text.split(",") if width.strip()]
    if len(widths) > LAYERS:
        raise ValueError(f"there can be at most {LAYERS} hidden layers, not {len(widths)}")
    what = "the width of a hidden layer"
    return tuple(int(_number({what: w}, what, 0, UNITS, whole=True)) for w in widths)


def _listed(query: Mapping[str, str], key: str, known: Iterable[str]) -> tuple[str, ...]:
    """Names with commas between them, in the order in which they are known."""
    known = dict.fromkeys(known)
    given = {name.strip() for name in query.get(key, "").split(",")} - {""}
    for name in sorted(given):
        lookup(f"name in {key}", name, known)
    return tuple(name for name in known if name in given)


def _features(query: Mapping[str, str], data: Source) -> tuple[str, ...]:
    """What the network sees of a point: unless said, its coordinates."""
    chosen = _listed(query, "features", FEATURES)
    if lost := set(chosen) - set(possible(data.coordinates)):
        raise ValueError(
            f"the feature {min(lost)} needs a second coordinate, and {data.name} has one"
        )
    return chosen or tuple(FEATURES)[: len(data.coordinates)]


def _text(value: Any) -> str:
    """A number or a tuple of them as in a URL; floats as short as they can be read back."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, float):
        return str(int(value)) if value == round(value) and abs(value) < 1e15 else repr(value)
    return str(value)
