"""The runner in place answers as a process does, and leaves nothing behind."""

import contextlib
import os
import random
import sys
import tempfile

import numpy as np
import pytest

from tinynet.classroom.runner.in_place import InPlace
from tinynet.classroom.runner.process import Process

CODE = """
import dataclasses, random, statistics
import numpy as np
import helper

calls = []

@dataclasses.dataclass
class Pair:
    first: float

def f(x):
    calls.append(1)
    return 2 * x

def changes(x):
    x *= 2

def fails(x):
    print("begins")
    raise KeyError(x)

def leaves():
    raise SystemExit(3)

def draws():
    return [random.random(), float(np.random.rand())]

def imports(name):
    __import__(name)
    return True
"""
FILES = {"a.py": CODE.encode(), "helper.py": b"two = 2\n"}
X = np.array([1.0, 2.0])
QUESTIONS = {
    "f(x)": {"x": X},
    "f(x)[0]": {"x": X},
    "f(3)": {},
    "f('é')": {},
    "changes(x)": {"x": X},
    "fails(x)": {"x": 1},
    "leaves()": {},
    "draws()": {},
    "Pair(1.0).first": {},
    "Pair(1.0)": {},
    "len(calls)": {},
    "helper.two": {},
    "__import__('helper').two": {},
    "imports('tinynet')": {},
    "imports('matplotlib')": {},
    "imports('statistics')": {},
    "imports('numpy.linalg')": {},
    "nothing": {},
    "f(": {},
    "y = f(x)\nz = y + 1\nz": {"x": X},
}


def answers(runner):
    with contextlib.closing(runner):
        given = [
            runner.ask({"source": s, "inputs": v, "public": True}) for s, v in QUESTIONS.items()
        ]
    for answer in given:
        answer.pop("seconds", None)
    return given


def test_it_answers_as_a_process_does():
    here, apart = answers(InPlace(FILES, "a")), answers(Process(FILES, "a"))
    for source, one, other in zip(QUESTIONS, here, apart, strict=True):
        np.testing.assert_equal(one, other, source)
    kinds = {s: a["error"]["kind"] for s, a in zip(QUESTIONS, here, strict=True) if "error" in a}
    assert kinds["imports('tinynet')"] == kinds["imports('matplotlib')"] == "ModuleNotFoundError"


BROKEN = {
    "not Python": b"def f(x:\n",
    "raises": b"x = 1\nraise ValueError('no')\n",
    "asks for what is not there": b"import torch\n",
    "cells": b"# the cells of a notebook\n# cell 1\nx = 1\n# cell 2\n1 / 0\ny = undefined\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_run_says_the_same(name):
    given = []
    for kind in (InPlace, Process):
        with contextlib.closing(kind({"a.py": BROKEN[name]}, "a")) as runner:
            given.append(runner.ask({"source": "x", "inputs": {}}))
    for answer in given:
        answer.pop("seconds", None)
    assert given[0] == given[1]


def test_each_one_begins_anew_and_remembers_until_it_is_closed():
    for _ in range(2):
        with contextlib.closing(InPlace(FILES, "a")) as runner:
            counts = [runner.ask({"source": "f(1)\nlen(calls)", "inputs": {}}) for _ in range(2)]
        assert [count["result"] for count in counts] == [1, 2]


def test_a_file_that_is_missing_is_named_where_it_is_used():
    code = b"from earlier import loss\ndef f(x): return 2 * x\ndef g(x): return loss(x)\n"
    with contextlib.closing(InPlace({"a.py": code}, "a", missing=["earlier"])) as runner:
        assert runner.ask({"source": "f(2)", "inputs": {}})["result"] == 4
        error = runner.ask({"source": "g(2)", "inputs": {}})["error"]
    assert error["text"] == "loss is in a file that was not handed in, or cannot be run"


MEDDLES = b"""
import sys, random, numpy as np
sys.path.append("/nowhere"); sys.meta_path.clear()
sys.modules["tinynet"] = None; sys.modules["of_its_own"] = sys
np.sum = lambda *a, **k: 0
np.added = 1
np.seterr(all="raise")
def f(): return float(np.sum([1.0]))
"""


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = dict(sys.modules), sys.path[:], sys.meta_path[:], np.geterr(), np.sum
    with contextlib.closing(InPlace({"a.py": MEDDLES}, "a")) as runner:
        assert len(os.listdir(tmp_path)) == 1
        assert runner.ask({"source": "f()", "inputs": {}})["result"] == 0.0
        assert (sys.path, sys.meta_path, np.geterr()) == before[1:4]
    after = dict(sys.modules), sys.path[:], sys.meta_path[:], np.geterr(), np.sum
    assert {n: m for n, m in after[0].items() if before[0].get(n) is not m} == {}
    assert after[1:] == before[1:] and not hasattr(np, "added")
    assert os.listdir(tmp_path) == []


def test_what_it_draws_is_the_same_each_time():
    with contextlib.closing(InPlace(FILES, "a")) as runner:
        one = runner.ask({"source": "draws()", "inputs": {}})["result"]
        random.random()
        assert runner.ask({"source": "draws()", "inputs": {}})["result"] == one


def test_a_package_is_there_only_where_the_assignment_names_it(tmp_path, monkeypatch):
    (tmp_path / "only_here").mkdir()
    (tmp_path / "only_here" / "__init__.py").write_text("three = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    question = {"source": "__import__('only_here').three", "inputs": {}}
    given = []
    for packages in (["numpy"], ["numpy", "only_here"]):
        with contextlib.closing(InPlace({"a.py": b""}, "a", packages)) as runner:
            given.append(runner.ask(question))
    assert given[0]["error"]["kind"] == "ModuleNotFoundError" and given[1]["result"] == 3
    sys.modules.pop("only_here", None)
