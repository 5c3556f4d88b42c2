"""Saving: a model in a file, and back.

The file is NumPy's .npz without pickle, or .safetensors: reading one from a stranger runs none of
their code. What stands in it says contents.py; that of a run of `fit`, resuming.py.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from ...data import Dataset
from ...engine.frames import stacklevel
from ...engine.kinds import check_kinds
from ...layers import Module
from ..history import History
from .architecture import made
from .contents import Contents, description, judged, opened, write
from .resuming import history_in
from .saved import SavedModel


def save(
    model: Module, path: str | os.PathLike, data: Dataset | None = None, loss: Any = None
) -> None:
    """Write every parameter and buffer of `model` to `path`, whatever its ending.

    Of tinynet's own layers the file also says how they are arranged, so that `load_model` can make
    the model again. With `data`, such as the training part, it knows the names of features and
    classes, and how the columns of a CSV file became features; with `loss`, whether its answers
    can be read as probabilities. A path that ends with .safetensors gets that format
    (``pip install "tinynet-learn[safetensors]"``), any other NumPy's .npz.

    >>> import tempfile, tinynet as tn
    >>> path = tempfile.mkdtemp() + "/model.npz"
    >>> save(tn.layers.Linear(2, 1, initializer=tn.initializers.zeros), path)
    >>> load_model(path).predict([[1.0, 2.0]])
    array([[0.]])
    """
    check_kinds("save", (model, Module), (path, os.PathLike))
    if not isinstance(data, (Dataset, type(None))):
        raise TypeError(f"save: data must be a Dataset, such as the training part, not {data!r}")
    about = description(model, data, loss)
    write(path, about, model.state_dict())
    _warn_of_nan(model, f"the model that was saved as {path}")
    if data is not None and about["architecture"] is None:
        warnings.warn(_without_layers(path, about), stacklevel=stacklevel())


def load(model: Module, path: str | os.PathLike) -> None:
    """Read the numbers in a file written by `save`, or by a run, into a model of the same shape.

    Raises ValueError where the file is damaged, is not a checkpoint, or does not fit the model,
    which then stays as it was.
    """
    check_kinds("load", (model, Module), (path, os.PathLike))
    with opened(path) as contents:
        _fill(model, contents)


def load_model(path: str | os.PathLike) -> SavedModel:
    """The model in a file written by `save`, or by a run, with its layers, in evaluation mode.

    Raises ValueError where the file is damaged, is not a checkpoint, or is of a model with layers
    of one's own.
    """
    check_kinds("load_model", (path, os.PathLike))
    with opened(path) as contents:
        about = contents.about
        if about["architecture"] is None:
            raise ValueError(_without_layers(path, about))
        with judged(path):
            model = made(about["architecture"], contents.headers)
            saved = SavedModel.of(model.eval(), about["data"])
        _fill(model, contents)
    return saved


def load_history(path: str | os.PathLike) -> History:
    """The History in the file of a run, ``fit(…, resume=path)``, as far as the run came."""
    check_kinds("load_history", (path, os.PathLike))
    with opened(path) as contents:
        return history_in(contents)


def _fill(model: Module, contents: Contents) -> None:
    contents.fill(model)
    _warn_of_nan(model, f"the model in {contents.path}")


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
