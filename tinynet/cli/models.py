"""Saved models and rows with answers, as `predict`, `evaluate` and `compare` take them.

What all of those commands refuse is found here, before any work.
"""

from __future__ import annotations

import argparse
import sys

from ..data import Dataset, read_csv
from ..data.dataset import check_names
from ..training import checkpoints
from ..training.checkpoints.saved import SavedModel
from ..training.files import kind_of
from .options import bundled, is_file_name


def opened(path: str) -> SavedModel:
    """The model in a file that knows its data; ValueError says what else it is."""
    if kind_of(path) is None:
        raise ValueError(f"there is no file {path}")
    try:
        model = checkpoints.load_model(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    if model.preparation is None:
        raise ValueError(
            f"{path} does not say how columns become features: it was saved without data=, or with"
            " data that were changed before; save it with a Dataset from read_csv, as `tinynet"
            " train --save` does"
        )
    return model


def answered(model: SavedModel, options: argparse.Namespace) -> Dataset:
    """Rows with their answers, from a file or a bundled dataset, as the model reads them."""
    how = model.preparation
    assert how is not None  # by `opened`
    if is_file_name(options.data):
        reading = {"separator": options.separator, "decimal": options.decimal}
        return read_csv(options.data, how.target.column.name, preparation=how, **reading)
    if options.separator or options.decimal:
        raise ValueError(f"--separator, --decimal: only for CSV files, not for {options.data!r}")
    data = bundled(options.data)
    check_names("the model", "features", model.feature_names, data.name, data.feature_names)
    check_names("the model", "targets", model.target_names, data.name, data.target_names)
    return data


def note(text: str) -> None:
    """Say what a user may want to know, beside what comes out."""
    print(f"tinynet: note: {text}", file=sys.stderr)
