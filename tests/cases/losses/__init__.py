"""The cases of the losses, one file per family."""

from . import (
    classification,
    distributions,
    likelihoods,
    margins,
    overlap,
    regression,
    relative,
    reweighted,
    robust,
    similarity,
)

ALL = [regression, robust, likelihoods, relative]
ALL += [classification, reweighted, margins, overlap, distributions, similarity]
