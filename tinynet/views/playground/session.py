"""Sessions: training that waits between two steps for whoever watches it.

A run is the loop of `tn.fit`, one step at a time. The same settings give the same numbers, in
however many requests they are asked for; only the time a request may take is limited. Rate, size
of the mini-batches and weight decay may change on the way.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ... import layers, losses
from ...data import Dataset
from ...layers import ACTIVATIONS, linear_layers
from ...training import Step, predict
from ...training.scaling import scaled, unscaled
from ...training.suited import outputs, suited
from ..explorer.fits import score
from ..explorer.surfaces import flat
from ..network_picture import NetworkPicture
from ..predictions import answer_for
from ..web.assemble import finite, packed
from .features import Inputs
from .landscape import Path
from .settings import LIVE, WEIGHT, Choice, Settings

SECONDS = 0.15  # of training in one request
EPOCHS = 10_000  # in one session
DIVERGED = (
    "since each step overshoots further than the one before. Try a smaller learning rate, and Reset"
)
KEPT = 16  # sessions; the one that was not used for the longest time is forgotten


class Run:
    """One model in training with one loss.

    Attributes
    ----------
    steps, points : int
        How many mini-batches were learned from, and how many points they had together.
    stopped : str
        Why it ended; empty while it goes on.
    """

    def __init__(
        self, settings: Settings, choice: Choice, train: Dataset, new: Dataset | None
    ) -> None:
        loss, encode = suited(losses.names()[choice.name], train, dict(choice.options))
        self.scaling = (scaled if settings.own else unscaled)(loss, encode, train)
        self.choice, self.stopped = choice, ""
        self.steps = self.points = 0
        self.parts = {"train": train} | ({"new": new} if new else {})
        self.inputs = Inputs(settings.features, self.scaling.units.x)
        self.x = self.inputs(train.x)
        y = self.y = self.scaling.pair(train)[1]
        columns = outputs(y, train)
        self.answer = answer_for(train, (train.x, train.y), (train.x, train.y), columns)
        sizes = [len(settings.features), *settings.hidden, columns]
        self.model = layers.MLP(sizes, ACTIVATIONS[settings.activation], rng=settings.seed)
        self.rule = settings.rule(self.model.parameters())
        self.learn = Step(self.model, self.scaling.trained, self.rule)
        self.linear = linear_layers(self.model)
        named = replace(self.answer, features=self.inputs.called(train.feature_names))
        self.network = NetworkPicture(self.model, named, self.inputs)
        self.batches = self._batches(np.random.default_rng(settings.seed))
        self.path = Path()
        self.adjust(settings)

    def adjust(self, settings: Settings) -> None:
        """Go on with these settings, of which only those in LIVE may be other than before."""
        self.rule.lr, self.rule.weight_decay = settings.lr, settings.weight_decay
        self.optimizer = settings.penalized(self.rule)
        self.batch_size = settings.batch

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The outputs for points of the data, numbers in the units of the data."""
        y, units = predict(self.model, self.inputs(x)), self.scaling.units.y
        return y if units is None else y * units.scale + units.center

    def _batches(self, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """The rows of one mini-batch after the other, as many as are wanted at that moment."""
        while True:
            rows = rng.permutation(len(self.x))
            while rows.size:
                batch, rows = np.split(rows, [self.batch_size])
                yield batch

    def step(self) -> None:
        """Learn from one mini-batch."""
        rows = next(self.batches)
        try:
            value = self.learn.backward(self.x[rows], self.y[rows])
            if not np.isfinite(value):
                raise ValueError(f"the loss became {value}, {DIVERGED}")
        except ValueError as error:  # or the loss refuses what the model predicts
            self.stopped = f"{self.choice} stopped after {self.steps} mini-batches: {error}"
            return
        self.optimizer.step()
        self.steps += 1
        self.points += len(rows)

    def weight(self, place: Any) -> tuple[np.ndarray, tuple[int, ...]]:
        """The array that holds a weight, and where: of (layer, from, to), counted from 0, where the
        bias of a unit comes from None."""
        try:
            layer, start, to = place
            index = (to,) if start is None else (start, to)
            if not all(type(number) is int and number >= 0 for number in (layer, *index)):
                raise ValueError
            linear = self.linear[layer]
            array = (linear.bias if start is None else linear.weight).data
            array[index]  # is there one?
        except (TypeError, ValueError, IndexError):
            raise ValueError(f"there is no weight {place!r} in this network") from None
        return array, index

    def called(self, place: Any) -> str:
        """A weight in words.

        >>> Session(Settings.from_query({})).runs[0].called((0, 1, 2))
        'x1 → unit 3 of layer 1'
        """
        layer, start, to = place
        about = self.network.about()
        last = layer == len(self.linear) - 1
        target = about["outputs"][to] if last else f"unit {to + 1} of layer {layer + 1}"
        if start is None:
            return f"bias of {target}"
        return f"{about['inputs'][start] if layer == 0 else f'unit {start + 1}'} → {target}"

    def put(self, place: Any, value: Any) -> None:
        """Give a weight another value."""
        array, index = self.weight(place)
        if type(value) not in (int, float) or not WEIGHT.holds(value):
            raise ValueError(f"a weight must be a number {WEIGHT}, not {value!r}")
        array[index] = value

    def measure(self) -> dict[str, Any]:
        """Loss and score of the model as it is, on both parts; the gradient of each layer."""
        self.path.add(flat(self.model))
        epoch = self.points / len(self.x)
        record: dict[str, Any] = {"epoch": epoch, "gradients": self._gradient_norms(), "new": None}
        for which, part in self.parts.items():
            y_pred = self.predict(part.x)
            loss = _loss(self.scaling.reported, self.scaling.encode(part.y), y_pred)
            record[which] = {"loss": finite(loss), "score": finite(score(part, y_pred))}
        return record

    def _gradient_norms(self) -> list[float | None]:
        """The norm of the gradient of the loss on all points, layer by layer."""
        value = _loss(self.scaling.trained, self.y, self.model(self.x))
        if not np.isfinite(float(value)):
            return [None for _ in self.linear]
        self.optimizer.zero_grad()
        value.backward()
        pairs = [(layer.weight.grad, layer.bias.grad) for layer in self.linear]
        return [finite(np.sqrt(np.sum(w**2) + np.sum(b**2))) for w, b in pairs]

    def now(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """Where it stands, with what was measured on the way."""
        y_pred = self.predict(self.answer.inputs)
        return {
            "loss": str(self.choice),
            "layers": [layer.describe() for layer in self.linear],
            "records": records,
            "stopped": self.stopped,
            "picture": packed(self.answer.values(y_pred, "linear")),
            "wrong": self.answer.wrong(self.predict(self.answer.points), "linear").tolist(),
            "network": self.network.about() | self.network.now().packed(),
        }


def _loss(loss: Callable, y_true: Any, y_pred: Any) -> Any:
    """The loss; NaN where it refuses what the model predicts."""
    try:
        return loss(y_true, y_pred)
    except ValueError:
        return np.nan


class Session:
    """One run, or two that differ in the loss alone and go on step by step together.

    Where one loss wants one output and the other one per class, the last layers differ, too.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings, self.lock = settings, threading.Lock()
        self.data, new = settings.datasets()
        self.runs = [Run(settings, choice, self.data, new) for choice in settings.losses]
        self._count()

    @property
    def steps(self) -> int:
        """How many mini-batches were learned from."""
        return max(run.steps for run in self.runs)

    @property
    def points(self) -> int:
        """How many points they had together, a point counting anew in each epoch."""
        return max(run.points for run in self.runs)

    def adjust(self, settings: Settings) -> None:
        """Go on with other settings; ValueError if they are not all in LIVE."""
        changes = {key: getattr(settings, key) for key in LIVE}
        if replace(self.settings, **changes) != settings:
            raise ValueError(f"only {', '.join(LIVE)} can change while a run goes on: press Reset")
        self.settings = settings
        for run in self.runs:
            run.adjust(settings)
        self._count()

    def _count(self) -> None:
        """How many mini-batches an epoch has, where this one ends, and where the last."""
        size, batch = len(self.data), self.settings.batch
        epochs, rest = divmod(self.points, size)
        self.per_epoch = -(-size // batch)
        self.epoch_end = self.steps + -(-(size - rest) // batch)
        self.last = self.epoch_end + (EPOCHS - epochs - 1) * self.per_epoch

    def train(self, until: int, every: int) -> list[list[dict[str, Any]]]:
        """Train up to this mini-batch, or until the time is up; per run, what was measured after
        every so many, counted from the end of an epoch."""
        _check(until=until, every=every)
        end, until = time.perf_counter() + SECONDS, min(until, self.last)
        records: list[list[dict[str, Any]]] = [[] for _ in self.runs]
        going = list(zip(self.runs, records, strict=True))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # see Run.step
            while self.steps < until and time.perf_counter() < end:
                for run, _ in going:
                    run.step()
                going = [(run, measured) for run, measured in going if not run.stopped]
                if not going:
                    break
                if (self.steps - self.epoch_end) % every == 0:
                    for run, measured in going:
                        measured.append(run.measure())
        return records

    def put(self, number: Any, place: Any, value: Any) -> dict[str, Any]:
        """Give a weight of one run another value, and measure anew."""
        chosen = self.run(number)
        chosen.put(place, value)
        return self.now([[run.measure()] if run is chosen else [] for run in self.runs])

    def run(self, number: Any) -> Run:
        """The first run is 0."""
        if type(number) is not int or number not in range(len(self.runs)):
            raise ValueError(f"there is no run {number!r}")
        return self.runs[number]

    def start(self) -> dict[str, Any]:
        """What the page needs once: the data, and the first look at each run."""
        answer = self.runs[0].answer  # its data are the same for all
        once = {
            "points": packed(answer.points),
            "targets": packed(answer.targets),
            "axes": answer.axes,
            "classes": answer.classes,
            "box": np.array(answer.box).tolist(),
        }
        return once | self.now([[run.measure()] for run in self.runs])

    def go_on(self, until: int, every: int) -> dict[str, Any]:
        """Train, as `train` does, and say what the page needs to go on."""
        return self.now(self.train(until, every))

    def now(self, records: list[list[dict[str, Any]]]) -> dict[str, Any]:
        """Where every run stands, with what was measured on the way."""
        runs = zip(self.runs, records, strict=True)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return {
                "steps": self.steps,
                "epoch": self.points / len(self.data),
                "per_epoch": self.per_epoch,
                "epoch_end": self.epoch_end,
                "last": self.last,
                "runs": [run.now(measured) for run, measured in runs],
            }


def _check(**counts: Any) -> None:
    for name, count in counts.items():
        if type(count) is not int or count < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {count!r}")


class Forgotten(LookupError):
    """There is no such session, or it has expired."""


class Sessions:
    """The sessions of all pages by their ids, of which only the last few are kept."""

    def __init__(self) -> None:
        self.lock, self.sessions = threading.Lock(), OrderedDict[str, Session]()

    def open(self, settings: Settings, instead_of: str = "") -> str:
        """Start a session in the place of another; returns its id."""
        session, name = Session(settings), secrets.token_urlsafe(9)
        with self.lock:
            self.sessions.pop(instead_of, None)
            self.sessions[name] = session
            while len(self.sessions) > KEPT:
                self.sessions.popitem(last=False)
        return name

    def __getitem__(self, name: str) -> Session:
        with self.lock:
            if name not in self.sessions:
                raise Forgotten(f"this session has expired ({KEPT} are kept): press Reset")
            self.sessions.move_to_end(name)
            return self.sessions[name]
