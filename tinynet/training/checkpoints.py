"""Checkpoints: a model in a file, and back.

The format is NumPy's .npz without pickle: reading a file from a stranger runs none of their code.
Beside the arrays it holds a version and, as JSON, what the layers and the data were.
"""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..data import Dataset
from ..engine.frames import stacklevel
from ..engine.kinds import check_kinds
from ..engine.state import check_state
from ..layers import Module, tensors
from .architecture import UnknownLayer, described, made
from .archive import Archive
from .files import atomic_write, kind_of
from .saved import SavedModel, facts_of

_VERSION, _ABOUT, _STATE = "tinynet.checkpoint", "tinynet.about", "state."
_LATEST = 2  # in version 1 there was no _ABOUT


def save(
    model: Module, path: str | os.PathLike, data: Dataset | None = None, loss: Any = None
) -> None:
    """Write every parameter and buffer of `model` to `path`, whatever its ending.

    Of tinynet's own layers the file also says how they are arranged, so that `load_model` can make
    the model again. With `data`, such as the training part, it knows the names of features and
    classes, and how the columns of a CSV file became features; with `loss`, whether its answers
    can be read as probabilities.

    >>> import tempfile, tinynet as tn
    >>> path = tempfile.mkdtemp() + "/model.npz"
    >>> save(tn.layers.Linear(2, 1, initializer=tn.initializers.zeros), path)
    >>> load_model(path).predict([[1.0, 2.0]])
    array([[0.]])
    """
    check_kinds("save", (model, Module), (path, os.PathLike))
    if not isinstance(data, (Dataset, type(None))):
        raise TypeError(f"save: data must be a Dataset, such as the training part, not {data!r}")
    about = _description(model, data, loss)
    arrays: dict[str, Any] = {_VERSION: np.array(_LATEST)}
    arrays[_ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    arrays |= {_STATE + name: value for name, value in model.state_dict().items()}
    with atomic_write(path) as file:
        np.savez(file, **arrays)
    _warn_of_nan(model, f"the model that was saved as {path}")
    if data is not None and about["architecture"] is None:
        warnings.warn(_without_layers(path, about), stacklevel=stacklevel())


def load(model: Module, path: str | os.PathLike) -> None:
    """Read the numbers in a file written by `save` into a model of the same shape.

    Raises ValueError where the file is damaged, is not a checkpoint, or does not fit the model,
    which then stays as it was.
    """
    check_kinds("load", (model, Module), (path, os.PathLike))
    with _opened(path) as archive:
        _fill(model, archive, path)


def load_model(path: str | os.PathLike) -> SavedModel:
    """The model in a file written by `save`, with its layers, in evaluation mode.

    Raises ValueError where the file is damaged, is not a checkpoint, or is of a model with layers
    of one's own.
    """
    check_kinds("load_model", (path, os.PathLike))
    with _opened(path) as archive:
        about = _about(archive, path)
        if about["architecture"] is None:
            raise ValueError(_without_layers(path, about))
        with _judged(path):
            model = made(about["architecture"], archive.inside(_STATE))
            saved = SavedModel.of(model.eval(), about["data"])
        _fill(model, archive, path)
    return saved


def _description(model: Module, data: Dataset | None, loss: Any) -> dict[str, Any]:
    """What the layers and the data are, as plain data; for layers of one's own, their name."""
    about: dict[str, Any] = {"data": facts_of(model, data, loss)}
    try:
        return about | {"architecture": described(model)}
    except UnknownLayer as unknown:
        return about | {"architecture": None, "unknown": str(unknown)}


def _without_layers(path: Any, about: dict[str, Any]) -> str:
    unknown = f" ({about['unknown']!s:.80})" if "unknown" in about else ""
    return (
        f"{path} holds the numbers of a model, but not its layers{unknown}: make the model"
        " yourself, then tn.checkpoints.load(model, path)"
    )


def _warn_of_nan(model: Module, what: str) -> None:
    for name, parameter in model.named_parameters():
        if not np.isfinite(parameter.data).all():
            warnings.warn(f"{what} holds NaN or inf in {name}", stacklevel=stacklevel())


# --- reading: what a file claims is looked at before what it holds --------------------------


@contextlib.contextmanager
def _judged(path: Any) -> Iterator[None]:
    """Whatever fails inside means a bad file."""
    try:
        yield
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(f"{path} is not a tinynet checkpoint, or is damaged: {error}") from error


@contextlib.contextmanager
def _opened(path: Any) -> Iterator[Archive]:
    kind = kind_of(path)
    if kind not in (None, "a file"):
        raise ValueError(f"{path} is {kind}, not a checkpoint")
    with open(path, "rb") as file:
        with _judged(path):
            archive = Archive(file)
            if _VERSION not in archive:
                raise ValueError("it was not written by tinynet")
            strange = [n for n in archive if n not in (_VERSION, _ABOUT) and n[:6] != _STATE]
            if strange:
                raise ValueError(f"it holds {strange[0]:.80}, which was not written by tinynet")
            version = int(archive.read(_VERSION))
        if not 1 <= version <= _LATEST:
            raise ValueError(
                f"{path} has version {version} of the format, and this tinynet reads up to"
                f" {_LATEST}: pip install -U tinynet-learn"
            )
        yield archive


def _about(archive: Archive, path: Any) -> dict[str, Any]:
    """What the file says of the layers and of the data: None where it says nothing."""
    nothing = {"architecture": None, "data": None}
    with _judged(path):
        return nothing | json.loads(bytes(archive.read(_ABOUT))) if _ABOUT in archive else nothing


def _fill(model: Module, archive: Archive, path: Any) -> None:
    """Copy the numbers in, if names, shapes and dtypes are those of the model."""
    own, state = tensors(model), archive.inside(_STATE)
    with _judged(path):
        headers = {name: state[name] if name in own else None for name in state}
    known = _about(archive, path)["architecture"] is not None
    check_state(own, headers, "; tn.checkpoints.load_model makes the right one" if known else "")
    with _judged(path):
        values = {name: state.read(name) for name in own}
    model.load_state_dict(values)
    _warn_of_nan(model, f"the model in {path}")
