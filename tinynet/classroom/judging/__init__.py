"""Judging: what must hold of an answer, whether it does, and if not, what a student believes.

key.py           what the solution, and what each known mistake, answers
judgements.py    what must hold, and words.py, how that is said
judge.py         asks and compares
naming.py        which misconception it is (misconceptions.py, and of derivatives, derivatives.py)
grading.py       files become a report (report.py)
"""
