"""Step: a whole training step as one call, as fast as it can be without changing a bit.

It is the ordinary path, forward, loss, zero_grad, backward, update, written once; and where a step
is certain to be the same calls as before, their list is run again instead (replay.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.grad_mode import recording
from ..layers import Module
from ..optimizers import Optimizer
from .arguments import check_arguments
from .replay import Parts, Replay, uncertain
from .tape import Otherwise, place_like

LAYOUTS = 8  # of batches that one Step keeps in mind
_layout = operator.attrgetter("__class__", "shape", "dtype", "strides")


class Step:
    """``loss = step(x, y)`` does one training step on a batch, and returns its loss, a number.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(y_true, y_pred)``, for example ``tn.losses.mse``.
    optimizer : Optimizer
        Made of the model's parameters.
    replay : bool
        Whether a step that is certain to be the same list of NumPy calls each time may be written
        down and run again, which is faster.

    Attributes
    ----------
    replayed : bool
        Was the last step replayed? It has the same bits either way.
    why_not : str
        Why it was not: what is new, or not certain to be as before; empty if it was.

    A batch whose shape is seen for the first time takes the ordinary path, the next such batch is
    written down. The model, the options of the loss and the learning rate may change at any time,
    and the loss checks every batch as ever.

    >>> import tinynet as tn
    >>> x = np.linspace(-1, 1, 32)[:, None]
    >>> model = tn.layers.MLP([1, 1], rng=0)
    >>> step = Step(model, tn.losses.mse, tn.optimizers.SGD(model.parameters(), lr=0.5))
    >>> for _ in range(30):
    ...     loss = step(x, 2 * x + 1)
    >>> bool(loss < 1e-6), step.replayed
    (True, True)
    >>> loss = step(x[:8], 2 * x[:8] + 1)
    >>> print(step.why_not)
    x (8, 1), y (8, 1) is new: a batch like this will be written down the next time
    """

    def __init__(
        self, model: Module, loss: Callable, optimizer: Optimizer, *, replay: bool = True
    ) -> None:
        check_arguments(model, optimizer, loss, (), ())
        self._model, self._loss, self._optimizer = model, loss, optimizer
        self._enabled, self.why_not = replay, "no step was taken yet"
        self._forget()

    model = property(lambda self: self._model)
    loss = property(lambda self: self._loss)
    optimizer = property(lambda self: self._optimizer)
    replayed = property(lambda self: not self.why_not)

    def __call__(self, x: Any, y: Any, **per_row: Any) -> Any:
        if not self._parts.unchanged():
            self._forget()
        loss = self._backward(x, y, per_row)
        self._optimizer.step()
        return loss

    def look(self) -> None:
        """See whether the model and the options of the loss are as they were.

        ``step(x, y)`` does so by itself. Before `backward` call it when something has run that may
        have changed them.
        """
        if not self._parts.unchanged():
            self._forget()

    def backward(self, x: Any, y: Any, **per_row: Any) -> Any:
        """The step without its last part, the update: ``optimizer.step()`` is left to you.

        `per_row` are options of the loss with one number per row, such as its sample weights.
        """
        return self._backward(x, y, per_row)

    def backward_rows(self, x: Any, y: Any, rows: np.ndarray) -> Any:
        """`backward` for the rows of x and y with these numbers, from 0 to len(x) − 1.

        It is quicker than to take them before: they are copied once, and not looked at again.
        """
        all_x, all_y, replay = self._at_once.get(len(rows), (None, None, None))
        if all_x is x and all_y is y and recording.on is True:
            try:
                loss = replay.of_rows(x, y, rows)
                self.why_not = ""
                return loss
            except Otherwise:  # the ordinary path will find it, too
                pass
        batch = x.take(rows, 0), y.take(rows, 0)
        loss = self._backward(*batch, {})
        if self.replayed:
            self._at_once[len(rows)] = x, y, self._known[tuple(map(_layout, batch))]
        return loss

    def _backward(self, x: Any, y: Any, per_row: dict[str, Any]) -> Any:
        try:
            if recording.on is not True:
                raise Otherwise("debug mode looks at each operation, and no_grad records none")
            try:
                layout: tuple = (_layout(x), _layout(y))
                if per_row:
                    layout += (*per_row, *map(_layout, per_row.values()))
            except AttributeError:
                raise Otherwise("x or y is no array: lists are not replayed") from None
            replay = self._known.get(layout)
            if type(replay) is not Replay:
                replay = self._written(layout, {"x": x, "y": y} | per_row)
            loss = replay(x, y, *per_row.values()) if per_row else replay(x, y)
            self.why_not = ""
            return loss
        except Otherwise as reason:
            self.why_not = str(reason)
        return self._ordinary(x, y, per_row)

    def _ordinary(self, x: Any, y: Any, per_row: dict[str, Any]) -> Any:
        loss = self.loss(y, self.model(x), **per_row)
        if not hasattr(loss, "backward"):
            raise TypeError(
                f"the loss gave {type(loss).__name__}, not a Tensor: return what was computed from"
                " y_pred with NumPy's functions, without .data, .item() or float()"
            )
        self.optimizer.zero_grad()
        loss.backward()
        return np.reshape(loss.data, ())[()]

    def _forget(self) -> None:
        """Look at what the step consists of; what was written down was about another one."""
        self._parts = Parts(self.model, self.loss, self.optimizer)
        self._uncertain = "replay=False" if not self._enabled else uncertain(self.model, self.loss)
        self._known: dict[tuple, Replay | dict | str] = {}  # layout -> replay, batch, or why not
        self._at_once: dict[int, tuple] = {}  # how many rows -> the arrays they are of, and replay

    def _written(self, layout: tuple, batch: dict[str, Any]) -> Replay:
        """Remember the first batch of a layout, and write the step down at the second."""
        if self._uncertain:
            raise Otherwise(self._uncertain)
        known = self._known.get(layout)
        if known is None:
            known = self._known[layout] = self._remembered(batch)
            self._forget_some()
            if isinstance(known, dict):
                shapes = ", ".join(f"{name} {array.shape}" for name, array in batch.items())
                raise Otherwise(
                    f"{shapes} is new: a batch like this will be written down the next time"
                )
        if isinstance(known, dict):
            known = self._known[layout] = self._tried(known, batch)
        if isinstance(known, str):
            raise Otherwise(known)
        return known

    def _tried(self, *batches: Any) -> Replay | str:
        """What two batches make, or why they do not."""
        try:
            return Replay(self.model, self.loss, self.optimizer, batches)
        except (Otherwise, ValueError) as error:  # of a check: it is this batch, not the step
            raise Otherwise(f"the loss or the model refuses it: {error}") from None
        except Exception as error:  # whatever it is, the ordinary path can do it or tells
            return f"the step cannot be written down: {error}"

    def _remembered(self, batch: dict[str, Any]) -> dict[str, Any] | str:
        """A copy of a batch; or why it is of no use."""
        for name, array in batch.items():
            if type(array) is not np.ndarray:
                return f"{name} is a {type(array).__name__}: only NumPy's own arrays are replayed"
            if not array.flags.forc:
                return f"{name} is a view with gaps: np.ascontiguousarray({name}) has none"
        copies = {name: place_like(array) for name, array in batch.items()}
        for name, array in batch.items():
            copies[name][...] = array
        return copies

    def _forget_some(self) -> None:
        """Keep few layouts in mind: a batch that came only once is forgotten first."""
        if len(self._known) > LAYOUTS:
            once = [key for key, known in self._known.items() if not isinstance(known, Replay)]
            del self._known[once[0]]

    def __reduce__(self) -> tuple:
        """A copy has a model and an optimizer of its own, and writes its steps down anew."""
        return Step, (self.model, self.loss, self.optimizer)
