"""Sweeps: many settings, each with several seeds; sweep.py runs them, ranking.py compares."""

from .ranking import Ranking
from .sweep import sweep

__all__ = ["Ranking", "sweep"]
