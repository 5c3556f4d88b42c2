"""The classroom: assignments, a judge that never runs a student's code, and reports that say why.

assignment.py    what is asked: tasks, checks, mistakes, hints
judgements.py    what must hold of an answer, and words.py, how that is said
runner.py        a process that holds a stranger's code (sandbox.py); worker/ is what runs inside it
replies.py       what it sends back, made harmless
submissions.py   what was handed in: files, folders, zips (trees.py) and notebooks (notebooks.py)
key.py           what the solution, and what each known mistake, answers
judge.py         asks and compares
naming.py        which misconception it is (misconceptions.py, and of derivatives, derivatives.py)
grading.py       files become a report (report.py)
gradebook.py     a class is graded, and kept; submissions.py is how it was handed in
class_report.py  who earned what and who thinks what; similarity.py, who is alike
pages.py         what a student and a teacher see of it, made of markup.py
pictures.py      the picture of an answer, its wrong entries marked
formats/         what other graders and gradebooks read, and take
"""

from .assignment import Assignment, Check, Source, Task, load
from .judgements import Alike, Equal, Fast, Grows, Raises, Rises, Scores, Slope, Unchanged
from .misconceptions import Misconception

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
