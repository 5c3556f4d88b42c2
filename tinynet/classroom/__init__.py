"""The classroom: assignments, a judge that never runs a student's code, and reports that say why.

assignment.py   what is asked: tasks, checks, mistakes, hints
runner/         a process that holds a stranger's code, and answers questions
judging/        what must hold of the answers, and which misconception it is if it does not
check.py        is the grading fair? an assignment's banks of answers prove it
handout/        what students get, and with what they check themselves
submissions/    what was handed in
gradebook/      a class is graded
pages/          what students and teachers see of it
formats/        what other graders and gradebooks read, and take
course/         the tutorials, their exercises, and who shows them
lab/            all of it in one HTML file, for a computer without Python
"""

from .assignment import Assignment, Check, Source, Task, load
from .judging.judgements import Alike, Equal, Fast, Grows, Raises, Rises, Scores, Slope, Unchanged
from .judging.misconceptions import Misconception

__all__ = [
    "Alike",
    "Assignment",
    "Check",
    "Equal",
    "Fast",
    "Grows",
    "Misconception",
    "Raises",
    "Rises",
    "Scores",
    "Slope",
    "Source",
    "Task",
    "Unchanged",
    "load",
]
