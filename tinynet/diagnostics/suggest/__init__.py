"""Which loss suits a target: evidence.py measures, candidates.py rates losses by what it found."""

from .suggestions import Suggestion, suggest

__all__ = ["Suggestion", "suggest"]
