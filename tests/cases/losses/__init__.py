"""The cases of the losses, one file per family."""

from . import (
    classification,
    distributions,
    margins,
    overlap,
    regression,
    reweighted,
    robust,
)

ALL = [
    regression,
    robust,
    classification,
    reweighted,
    margins,
    overlap,
    distributions,
]
