"""Optimizers: how a gradient becomes a step.

The one idea: all parameters live in one contiguous vector w, each parameter being a view into it,
and so do their gradients, g. An update rule is a few lines of vector arithmetic on w and g, as it
stands in the paper, and one call updates the whole model. Read base.py, then rules.py; proximal.py
is for exact zeros and exact rank. Where papers and PyTorch disagree on a detail, PyTorch's
convention is followed and the docstring says so.
"""

from collections.abc import Callable

from .base import Optimizer, clip_by_norm
from .proximal import Proximal
from .rules import SGD, Adagrad, Adam, AdamW, RMSprop

__all__ = ["Optimizer", "SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "Proximal", "clip_by_norm"]

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {  # as one names them in a command or on a page
    optimizer.__name__.lower(): optimizer for optimizer in (SGD, Adagrad, RMSprop, Adam, AdamW)
}
