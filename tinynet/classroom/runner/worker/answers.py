"""Answers: a submission is loaded, and what is asked of it is computed in its own world.

A question is Python source with its variables; the value of its last line is the answer. Whatever a
submission does to itself, to NumPy or to this file, only plain data leave (wire.py).
"""

import ast
import contextlib
import io
import linecache
import os
import random
import sys
import time
import traceback
import types

import numpy as np

from . import cells, wire

SEED = 0  # of what a submission draws without a seed of its own, in each question
_SEEDS = (random.seed, np.random.seed)
_NUMPY = types.ModuleType("numpy")  # as it is before a submission changes it
vars(_NUMPY).update(vars(np))
# seconds that this process works; in a browser that clock stands still, so it is the wall's there
_clock = time.perf_counter if sys.platform == "emscripten" else time.process_time
PRINTED = 2000  # characters of what a submission prints that are handed on


class Submission:
    """The module of a submission, imported from the folder where its files are."""

    def __init__(self, main, names, folder, ask, missing=()):
        self.main, self.names = main, names  # the module asked, and all that were handed in
        self.folder, self.error, self.notes = folder, None, []
        self.ask = ask  # function of (name, arguments, keywords): the judge's reference
        for module in missing:  # what was not handed in: the reference stands in for all of it
            sys.modules[module] = _Missing(module, ask)

    def answer(self, question):
        """What came of a question: a dict with result, or with error, and the rest."""
        printed = _Printed()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                for seed in _SEEDS:
                    seed(SEED)
                module = self._module()
                print(*self.notes, sep="\n", end="\n" * bool(self.notes))
                with _standing_in(question.get("given", ()), self._modules(), self.ask):
                    start = _clock()
                    space = vars(module) | {"np": _NUMPY} | question["inputs"]
                    result = evaluated(question["source"], space)
                    seconds = _clock() - start
                inputs = {name: space[name] for name in question["inputs"]}
                answer = {"result": result, "inputs": inputs, "seconds": seconds}
                wire.packed(answer)
            except BaseException as error:  # also SystemExit, and what pytest.skip raises
                answer = {"error": failure(error, self.folder)}
        return answer | {"printed": printed.getvalue()[:PRINTED]}

    def _module(self):
        """Import it, once; a file that cannot be imported says so to each question."""
        if self.error is not None:
            raise self.error
        try:
            if self.main not in sys.modules and (found := cells.module(self.main, self.folder)):
                self.notes = found[1]
            return __import__(self.main)
        except BaseException as error:
            self.error = error
            raise

    def _modules(self):
        return [sys.modules[name] for name in self.names if name in sys.modules]


class _Printed(io.StringIO):
    """What is printed, as far as it is wanted."""

    def write(self, text):
        if self.tell() < PRINTED:
            super().write(str(text)[:PRINTED])
        return len(text)


class _Missing(types.ModuleType):
    """A module that was not handed in: each of its functions is the reference's."""

    def __init__(self, name, ask):
        super().__init__(name)
        self._ask = ask

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _stand_in(name, self._ask)


@contextlib.contextmanager
def _standing_in(names, modules, ask):
    """Let the judge answer calls of these functions, wherever the submission has them."""
    before = []
    for name in names:
        for module in modules:
            before.append((module, name, getattr(module, name, None)))
            setattr(module, name, _stand_in(name, ask))
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _stand_in(name, ask):
    def function(*arguments, **keywords):
        return ask(name, arguments, keywords)

    function.__name__ = name
    return function


def evaluated(source, space):
    """Run the source in this namespace; the value of its last line, if that is an expression.

    >>> evaluated("a = 3\\na + b", {"b": 4})
    7
    """
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    linecache.cache["<question>"] = (len(source), None, source.splitlines(True), "<question>")
    exec(compile(tree, "<question>", "exec"), space)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<question>", "eval"), space)


def failure(error, folder):
    """What was raised: its kind and those that it is one of, its text, and where in the folder."""
    frames = traceback.extract_tb(error.__traceback__)[-50:]
    places: list = [(frame.filename, frame.lineno, frame.line) for frame in frames]
    if isinstance(error, SyntaxError):
        places.append((error.filename, error.lineno, error.text))
    own = [
        [os.path.basename(file), line or 0, str(text or "").strip()[:200]]
        for file, line, text in places
        if os.path.dirname(str(file)) == folder
    ]
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:1000]
    except BaseException:
        text = ""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return {"kind": kinds[0], "kinds": kinds, "text": text, "places": own[-3:]}
