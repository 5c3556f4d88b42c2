"""Runs a submission in a process of its own: python runner.py losses.py

Calls come in and answers go out, one line of JSON each, so that nothing but numbers reaches the
tests: whatever the file does, to NumPy, to pytest or to itself, it does here.
"""

import importlib.util
import json
import os
import sys
import traceback

import numpy as np


def main(path):
    """Load the file, then answer calls until there are no more."""
    calls, answers = private(0, os.O_RDONLY, "r"), private(1, os.O_WRONLY, "w")
    module, answer = load(path)
    while True:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        line = calls.readline()
        if not line:
            return
        answer = called(module, json.loads(line), path)


def private(number, flags, mode):
    """Standard input or output, moved away from what the submission reads and prints."""
    moved = os.fdopen(os.dup(number), mode, encoding="utf-8")
    os.dup2(os.open(os.devnull, flags), number)
    return moved


def load(path):
    """The file as a module, and the first answer."""
    spec = importlib.util.spec_from_file_location("submission", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # also SystemExit, and what pytest.skip raises
        return None, failure(error, path)
    return module, {}


def called(module, call, path):
    """The result of one call, and its arguments afterwards; or what went wrong."""
    arguments = [decode(argument) for argument in call["arguments"]]
    try:
        result = encode(getattr(module, call["name"])(*arguments))
    except BaseException as error:
        return failure(error, path)
    return {"result": result, "arguments": [encode(argument) for argument in arguments]}


def failure(error, path):
    """What was raised, and where in the submission."""
    lines = [f"{type(error).__name__}: {error}"]
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == path:
            lines.append(f"  line {frame.lineno}, in {frame.name}: {frame.line}")
    return {"error": "\n".join(lines), "kinds": [kind.__name__ for kind in type(error).__mro__]}


def encode(value):
    """A number or an array as plain data."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a number or an array of numbers was expected, not {value!r}")
    return {"dtype": str(array.dtype), "shape": array.shape, "values": array.ravel().tolist()}


def decode(data):
    """The array of `encode`; a single number as a number."""
    array = np.array(data["values"], data["dtype"]).reshape(data["shape"])
    return array if array.ndim else array.item()


if __name__ == "__main__":
    main(sys.argv[1])
