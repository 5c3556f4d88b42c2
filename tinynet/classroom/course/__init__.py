"""The course: tutorials of prose and code, and exercises with a judge.

tutorials.py   a tutorial is a Python file in cells
exercises.py   what an exercise asks, its answer with the reason, and what wrong answers show
check.py       is this answer right, and if not, what is behind it?
player.py      runs a tutorial cell by cell, and keeps what it shows; answers.py, notebooks.py
reading.py     a reader in a tutorial; progress.py, what is kept of it
lines.py       in plain lines, prose.py; app.py, with a screen of its own; elements.py, for a page
"""

from .check import check
from .exercises import Exercise
from .tutorials import Tutorial, find, tutorials

__all__ = ["Exercise", "Tutorial", "check", "find", "tutorials"]
