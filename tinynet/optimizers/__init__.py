"""Optimizers: how a gradient becomes a step.

The one idea: all parameters live in one contiguous vector w, each parameter being a view into it,
and so do their gradients, g. An update rule is a few lines of vector arithmetic on w and g, as it
stands in the paper, and one call updates the whole model. Read base.py, then rules.py; more rules
stand in variants.py, proximal.py is for exact zeros and exact rank, second_order.py for minima of
small problems. Where papers and PyTorch disagree on a detail, PyTorch's convention is followed and
the docstring says so.
"""

from collections.abc import Callable

from .base import Optimizer
from .clipping import clip_by_norm
from .proximal import Proximal
from .rules import SGD, Adagrad, Adam, AdamW, RMSprop
from .second_order import LBFGS, Minimum, Newton
from .variants import AMSGrad, Lion, Nadam, RAdam

__all__ = ["Optimizer", "SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "AMSGrad", "Nadam", "RAdam"]
__all__ += ["Lion", "LBFGS", "Newton", "Minimum", "Proximal", "clip_by_norm"]

_BY_STEPS = (SGD, Adagrad, RMSprop, Adam, AdamW, AMSGrad, Nadam, RAdam, Lion)

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {  # as one names them in a command or on a page
    optimizer.__name__.lower(): optimizer for optimizer in _BY_STEPS
}
