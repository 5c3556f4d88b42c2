"""Parts: groups of parameters with options of their own, and parameters without a gradient.

The one idea: a parameter is a slice of the vector, and of every array that an optimizer remembers;
a group, whose parameters follow each other, is one too. So what updates the whole vector updates a
slice as well, and what must not move can be put back.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import compress
from typing import Any

import numpy as np

from ..engine.tensor import Tensor
from .checks import CHECKS, check_parameters

_OF_ALL = ("clip_norm", "clip_value")  # they look at the gradient as a whole


@dataclass(frozen=True)
class Group:
    """Some of the parameters, and the options in which they differ from the others."""

    parameters: list[Tensor]
    options: dict[str, Any]
    reference: float = 1.0  # the rate of the optimizer to which its own was given

    def __str__(self) -> str:
        """How many parameters, and its options."""
        options = [f"{name}={value}" for name, value in self.options.items()]
        return ", ".join([str(len(self.parameters)), *options])

    def rate(self, lr: float) -> float:
        """Its own rate, which stays in proportion to that of the optimizer."""
        return self.options["lr"] * (lr / self.reference) if "lr" in self.options else lr


def flattened(kind: type, given: Any) -> tuple[Any, tuple[Group, ...]]:
    """The parameters in one list, and the groups, if there are any."""
    listed = list(given) if isinstance(given, Iterable) and not isinstance(given, Tensor) else given
    if not (isinstance(listed, list) and any(isinstance(item, Mapping) for item in listed)):
        return listed, ()
    groups = tuple(_group(kind, item) for item in listed)
    return [parameter for group in groups for parameter in group.parameters], groups


def _group(kind: type, given: Any) -> Group:
    options = dict(given) if isinstance(given, Mapping) else {}
    allowed = [f.name for f in fields(kind) if f.init and f.name not in ("parameters", *_OF_ALL)]
    if "params" not in options or options.keys() - {"params", *allowed}:
        raise ValueError(
            f'{kind.__name__}: a group is a dict {{"params": [w, b], "lr": 0.01}}, with options'
            f" among {', '.join(allowed)}, not {list(options) or given!r}"
        )
    parameters = check_parameters(kind.__name__, options.pop("params"))
    for name in options.keys() & CHECKS.keys():
        options[name] = CHECKS[name](kind.__name__, options[name])
    return Group(parameters, options)


def referred(optimizer: Any) -> tuple[Group, ...]:
    """The groups, which remember the rate of the optimizer at the start: its largest one."""
    schedule = optimizer.schedule
    reference = getattr(schedule, "peak", optimizer.lr)
    if not reference and any("lr" in group.options for group in optimizer.groups):
        raise ValueError(
            f"{type(optimizer).__name__}: the rate of a group stays in proportion to that of the"
            f" optimizer, but {schedule!r} begins with 0: let it begin with more"
        )
    return tuple(replace(group, reference=reference) for group in optimizer.groups)


def update_parts(optimizer: Any, g: np.ndarray) -> None:
    """Update all, then put back what belongs to parameters without gradient, memory and all.

    A count, such as the steps of Adam, becomes an array then: one for each parameter.
    """
    absent = [parameter.grad is None for parameter in optimizer.parameters]
    places, state = list(compress(optimizer._places(), absent)), vars(optimizer)
    kept = {k: v for k, v in state.items() if isinstance(v, (int, float, np.ndarray))}
    before: dict[str, Any] = copy.deepcopy(kept) if places else {}
    if optimizer.groups:
        _update_groups(optimizer, g)
    else:
        optimizer.update(optimizer.vector, optimizer.decayed(g))
    for name, old in before.items():
        if np.shape(old) == optimizer.vector.shape:
            for place in places:
                state[name][place] = old[place]
        elif np.size(old) in (1, len(absent)) and np.any(state[name] != old):  # a count
            state[name] = np.where(absent, old, state[name])


def _update_groups(optimizer: Any, g: np.ndarray) -> None:
    """Update each group by itself: its slice of every array, with its options.

    A count that is not the same in all of them becomes an array: one for each parameter.
    """
    state, first, start = vars(optimizer), 0, 0
    options = {f.name for f in fields(optimizer)}
    numbers = (k for k, v in state.items() if isinstance(v, (int, float)) and k not in options)
    counts: dict[str, list] = {name: [] for name in numbers}
    sizes = [len(group.parameters) for group in optimizer.groups]
    for group, size in zip(optimizer.groups, sizes, strict=True):
        each = slice(first, first + size)
        weights = slice(start, start + sum(parameter.size for parameter in group.parameters))
        cuts = {(len(optimizer.parameters),): each, optimizer.vector.shape: weights}
        own = {**group.options, "lr": group.rate(optimizer.lr), "parameters": group.parameters}
        _update_member(optimizer, g[weights], cuts, own, counts)
        first, start = each.stop, weights.stop
    for name, values in counts.items():
        same = all(value == values[0] for value in values)
        state[name] = values[0] if same else np.repeat(values, sizes)


def _update_member(optimizer: Any, g: np.ndarray, cuts: Any, own: dict, counts: dict) -> None:
    """Update one group, as an optimizer whose arrays are slices of this one's."""

    def cut(value: Any) -> bool:
        return isinstance(value, np.ndarray) and value.shape in cuts

    state, member = vars(optimizer), object.__new__(type(optimizer))
    part = {k: v[cuts[v.shape]] if cut(v) else v for k, v in state.items()} | own
    vars(member).update(part)
    member.update(member.vector, member.decayed(g))
    for name, value in vars(member).items():
        if name in counts:
            counts[name].append(value)
        elif value is not part[name] and cut(state[name]):  # made anew
            state[name][cuts[state[name].shape]] = value
        elif value is not part[name]:
            state[name] = value
