"""What if: a graph with other numbers and operations, computed again; and gradients, measured.

Start at recompute.py, which makes the calls of a graph once more; then calls.py, one call with
other arguments or by another operation; nudge.py measures a gradient; questions.py answers a page.
"""

from .calls import alternatives
from .nudge import Nudge, nudged
from .recompute import recomputed

__all__ = ["Nudge", "alternatives", "nudged", "recomputed"]
