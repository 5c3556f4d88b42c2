"""The course: tutorials of prose and code, and exercises with a judge.

tutorials.py   a tutorial is a Python file in cells
exercises.py   what an exercise asks, its answer with the reason, and what wrong answers show
check.py       is this answer right, and if not, what is behind it?
"""

from .check import check
from .exercises import Exercise
from .tutorials import Tutorial, find, tutorials

__all__ = ["Exercise", "Tutorial", "check", "find", "tutorials"]
