"""The state of an optimizer: what it must remember to go on as if it had never been interrupted."""

from __future__ import annotations

import numbers
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from .checks import CHECKS

KIND = "optimizer"  # the entry that says whose state it is
GROUPS = "groups"  # the entry that says with what options, which are not loaded but compared
_OF_THE_MODEL = ("vector", "gradient", "groups")  # saved with it, or made with it
_MAY_BE_NONE = {"clip_norm", "clip_value"}  # and then are left out


def state_of(optimizer: Any) -> dict[str, Any]:
    """The numbers, pairs and arrays among the attributes of an optimizer, copied."""
    state: dict[str, Any] = {KIND: type(optimizer).__name__}
    for name, value in vars(optimizer).items():
        kept = isinstance(value, (numbers.Real, tuple, np.ndarray)) and name not in _OF_THE_MODEL
        if kept and (name != "updates" or optimizer.schedule):
            state[name] = np.array(value) if np.ndim(value) else value
    if optimizer.groups:
        told = "; ".join(map(str, optimizer.groups))
        state[GROUPS] = f"{told}, beside a rate of {optimizer.groups[0].reference}"
    return state


def load(optimizer: Any, state: Mapping[str, Any]) -> None:
    """Set the attributes to the values of a state; ValueError with everything that does not fit."""
    kind, own, attributes = type(optimizer).__name__, state_of(optimizer), vars(optimizer)
    check_kind(kind, state)
    problems = [*_names(own, state), *_forms(optimizer, own, state)]
    if problems:
        raise ValueError(
            f"the state does not fit this {kind}: {'; '.join(problems)}. Make the optimizer as that"
            " one was made, of the same model and with a schedule if it had one, then load"
        )
    values: dict[str, Any] = dict.fromkeys(_MAY_BE_NONE & attributes.keys())
    for name in state.keys() - {KIND, GROUPS}:
        value = _like(attributes[name], state[name])
        values[name] = CHECKS[name](kind, value) if name in CHECKS else value
    attributes.update(values)


def _like(own: Any, value: Any) -> Any:
    """What was saved, as the attribute it was."""
    value = np.array(value)
    if isinstance(own, tuple):
        return tuple(value.tolist())
    return value if value.ndim else value.item()


def check_kind(kind: str, state: Any) -> None:
    """An error unless it is the state of such an optimizer."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{kind}.load_state_dict takes what state_dict() gave, not {type(state).__name__}"
        )
    saved = str(state.get(KIND, "something else"))
    if saved != kind:
        raise ValueError(
            f"{kind}.load_state_dict got the state of {saved}: make the optimizer as that one was"
        )


def _names(own: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    pairs = ((own, state), (state, own))
    missing, unknown = (a.keys() - b.keys() - _MAY_BE_NONE - {GROUPS} for a, b in pairs)
    if "updates" in missing | unknown:
        had, has = ("no", "one") if "updates" in missing else ("a", "none")
        yield f"it had {had} schedule, and this has {has}"
    yield from (f"{name} is missing" for name in sorted(missing - {"updates"}))
    yield from (f"{name} is unknown" for name in sorted(unknown - {"updates"}))


def _forms(optimizer: Any, own: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    """A count, of updates say, may also be an array: one for each parameter."""
    counts, options = {(), (len(optimizer.parameters),)}, {f.name for f in fields(optimizer)}
    if str(state.get(GROUPS)) != own.get(GROUPS, "None"):
        yield f"its groups are {state.get(GROUPS)}, not {own.get(GROUPS)}"
    for name in sorted(own.keys() & state.keys() - {KIND, GROUPS}):
        mine, value = np.asarray(own[name]), np.asarray(state[name])
        counted = name not in options and {mine.shape, value.shape} <= counts
        if value.shape != mine.shape and not counted:
            yield f"{name} has shape {value.shape}, not {mine.shape}"
        elif value.dtype != mine.dtype and not (counted and value.dtype.kind == mine.dtype.kind):
            yield f"{name} is {value.dtype}, not {mine.dtype}"
        elif counted and value.dtype.kind == "i" and np.min(value) < 0:
            yield f"{name} is {np.min(value)}, but counts from 0"
