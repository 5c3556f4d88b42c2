"""Similarity: what is told, and what is left alone."""

import pytest

from tinynet.classroom.gradebook.similarity import alike

GIVEN = '''"""Losses."""
import numpy as np


def check(a, b):
    if np.shape(a) != np.shape(b):
        raise ValueError(f"{np.shape(a)} and {np.shape(b)} are not the same shape, so stop here")
    if np.ndim(a) > 2 or np.ndim(b) > 2:
        raise ValueError("a matrix at most, please")
    return np.asarray(a, float), np.asarray(b, float)
'''
LOOP = '''
def softmax(z):
    """By hand."""
    rows = []
    for row in z:
        top = max(row)
        shifted = [np.exp(v - top) for v in row]
        total = 0.0
        for v in shifted:
            total = total + v
        rows.append([v / total for v in shifted])
    return np.array(rows)
'''
ARRAYS = """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
CLASSES = """
class Softmax:
    def __init__(self, z):
        self.z = z

    def value(self):
        weights = np.exp(self.z)
        weights /= weights.sum(axis=1)[:, None]
        return weights


def softmax(z):
    return Softmax(z - np.max(z)).value()
"""


def renamed(text):
    text = text.replace("rows", "out").replace("shifted", "q").replace("total", "s")
    return text.replace("    rows = []", "    rows = []  # mine").replace('"By hand."', '"Mine."')


def test_a_copy_under_other_names_is_told_with_both_passages():
    texts = {"ann": GIVEN + LOOP, "bob": GIVEN + "\n\n" + renamed(LOOP), "cy": GIVEN + ARRAYS}
    (found,) = alike(texts, GIVEN)
    assert (found.one, found.other, found.share) == ("ann", "bob", 1.0)
    (passage,) = found.passages
    assert "rows.append([v / total for v in shifted])" in passage.text
    assert "out.append([v / s for v in q])" in passage.other_text
    lines = texts["bob"].splitlines()
    assert lines[passage.other_line - 1] == passage.other_text.splitlines()[0]


@pytest.mark.parametrize(
    "texts",
    [
        {"ann": GIVEN, "bob": GIVEN},
        {"ann": GIVEN + ARRAYS, "bob": GIVEN + CLASSES},
        {"ann": GIVEN + LOOP, "bob": GIVEN + CLASSES},
        {"ann": "", "bob": "\0", "cy": "def (:\n'''", "dan": "if x:\n  y\n z\n"},
    ],
    ids=["the handout", "two ways", "other two ways", "no Python"],
)
def test_what_is_given_or_differs_is_left_alone(texts):
    assert alike(texts, GIVEN) == []


def test_what_many_wrote_is_nothing_rare():
    assert len(alike({f"s{i}": LOOP for i in range(3)})) == 3
    assert alike({f"s{i}": LOOP for i in range(4)}) == []
