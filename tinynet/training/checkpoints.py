"""Checkpoints: a model in a file, and back.

The format is NumPy's .npz without pickle: reading a file from a stranger runs none of their code.
Beside the arrays it holds a version and, as JSON, what the layers and the data were. What a file
claims is looked at before what it holds: names, shapes and dtypes first, then the numbers.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ..data import Dataset
from ..engine.frames import stacklevel
from ..layers import Module, check_state
from .architecture import UnknownLayer, described, made
from .files import atomic_write, kind_of
from .saved import SavedModel

_VERSION, _ABOUT, _PREFIX = "tinynet.checkpoint", "tinynet.about", "state."
_LATEST = 2  # in version 1 there was no _ABOUT
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def save(model: Module, path: str | os.PathLike, data: Dataset | None = None) -> None:
    """Write every parameter and buffer of `model` to `path`, whatever its ending.

    Of tinynet's own layers the file also says how they are arranged, so that `load_model` makes
    the model again. With `data`, such as the training part, it knows the names of features and
    classes, and how the columns of a CSV file became features.

    >>> import tempfile, tinynet as tn
    >>> path = tempfile.mkdtemp() + "/model.npz"
    >>> save(tn.layers.MLP([2, 3], rng=0), path)
    >>> load_model(path).predict([[0.0, 0.0]])
    array([[0., 0., 0.]])
    """
    _check_kinds("save", model, path)
    if not isinstance(data, (Dataset, type(None))):
        raise TypeError(f"data must be a Dataset, such as the training part, not {data!r}")
    try:
        architecture = described(model)
    except UnknownLayer:  # who made it will have to make it again
        architecture = None
    about = {"architecture": architecture, "data": None if data is None else SavedModel.of(data)}
    arrays: dict[str, Any] = {_VERSION: np.array(_LATEST)}
    arrays[_ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    arrays |= {_PREFIX + name: value for name, value in model.state_dict().items()}
    _warn_of_nan(model, "the model to be saved")
    with atomic_write(path) as file:
        np.savez(file, **arrays)


def load(model: Module, path: str | os.PathLike) -> None:
    """Read the numbers of a file written by `save` into a model of the same shape.

    Raises ValueError where the file is damaged, is not a checkpoint, or does not fit the model,
    which then stays as it was.
    """
    _check_kinds("load", model, path)
    with _opened(path) as file:
        file.fill(model)


def load_model(path: str | os.PathLike) -> SavedModel:
    """The model in a file written by `save`, with its layers, in evaluation mode.

    Raises ValueError where the file is damaged, or is of a model with layers of one's own.
    """
    _check_kinds("load_model", None, path)
    with _opened(path) as file:
        about = file.about()
        if about["architecture"] is None:
            raise ValueError(
                f"{path} holds the numbers of a model, but not its layers: make the model yourself,"
                " then tn.checkpoints.load(model, path)"
            )
        with file.judged():
            saved = SavedModel.of(made(about["architecture"], file.state), about["data"])
        file.fill(saved.model.eval())
    return saved
