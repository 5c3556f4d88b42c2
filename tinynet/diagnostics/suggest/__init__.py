"""Which loss suits a target? Its kind (targets.py), facts (evidence.py), and candidates for it."""

from .suggestions import Suggestion, suggest

__all__ = ["Suggestion", "suggest"]
