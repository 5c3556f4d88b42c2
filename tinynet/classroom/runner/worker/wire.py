"""The wire between judge and worker: numbers, texts, arrays and lists of them, and nothing else.

A message is a line of JSON, and behind it the bytes of the arrays in it. What arrives is data: no
class, no code, no object of the other side. Sizes are bounded before anything is read, so that an
answer of a gigabyte is an answer that was not given.

This file and its neighbours run beside a submission; they need NumPy and the standard library only.
"""

import json
import math
import re

import numpy as np

LONGEST_LINE = 2**20  # bytes of JSON
MOST_BYTES = 2**26  # of all arrays in a message
LONGEST_TEXT = 20_000  # characters
MOST_VALUES = 10_000  # in lists and dicts, all together
DEEPEST = 20  # lists in lists
KINDS = "biuf"  # of NumPy's dtypes: truth values, whole numbers, floats
DTYPE = re.compile(r"[<|][biuf][1248]")


class NotPlain(ValueError):
    """A value that cannot travel, or a message that is none."""


def packed(message):
    """The bytes of a message; NotPlain for what is no plain data, or too much of it.

    >>> unpacked(packed({"x": np.arange(3), "name": "mse"}))
    {'x': array([0, 1, 2]), 'name': 'mse'}
    """
    buffers: list = []
    count = [0]
    line = json.dumps(_flat(message, buffers, count, 0), ensure_ascii=True).encode()
    size = sum(len(buffer) for buffer in buffers)
    if len(line) > LONGEST_LINE or size > MOST_BYTES:
        raise NotPlain(f"{len(line) + size:,} bytes, which is more than a message may have")
    return b"".join([b"%d %d\n" % (len(line), size), line, *buffers])


def _flat(value, buffers, count, depth):
    """The value as JSON has it; the arrays' bytes go to `buffers`."""
    count[0] += 1
    if count[0] > MOST_VALUES or depth > DEEPEST:
        raise NotPlain("more values, or deeper lists, than a message may have")
    if value is None or isinstance(value, bool):
        return value
    if type(value) in (int, float):
        return {"number": repr(_number(value))}
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise NotPlain(f"a text of {len(value):,} characters")
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_flat(inner, buffers, count, depth + 1) for inner in value]
    if isinstance(value, dict):
        pairs = [(str(key), _flat(v, buffers, count, depth + 1)) for key, v in value.items()]
        return {"dict": pairs}
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(np.asarray(value), buffers)
    raise NotPlain(f"{type(value).__name__}, where a number or an array was expected")


def _number(value):
    """It, or a float in the place of a whole number that no array could hold."""
    if type(value) is float or -(2**63) <= value < 2**63:
        return value
    if abs(value) < 2**1023:
        return float(value)
    return math.inf if value > 0 else -math.inf


def _array(array, buffers):
    if array.dtype.kind not in KINDS or array.dtype.itemsize > 8:
        raise NotPlain(f"an array of {array.dtype}, where numbers were expected")
    if array.nbytes + sum(map(len, buffers)) > MOST_BYTES:
        raise NotPlain(f"an array of shape {array.shape}, {array.nbytes:,} bytes")
    little = array.dtype.newbyteorder("<")
    buffers.append(array.astype(little).tobytes())
    return {"array": little.str, "shape": list(array.shape)}


def unpacked(content):
    """The message in these bytes; NotPlain where there is none."""
    head, _, rest = content.partition(b"\n")
    length, size = sizes(head)
    if len(rest) != length + size:
        raise NotPlain("a message that is cut off")
    return opened(rest[:length], rest[length:])


def sizes(head):
    """How long the line and the arrays of a message are, from its first line."""
    parts = head.split()
    if len(parts) != 2 or not all(part.isdigit() and len(part) < 12 for part in parts):
        raise NotPlain("no message")
    length, size = map(int, parts)
    if length > LONGEST_LINE or size > MOST_BYTES:
        raise NotPlain(f"{length + size:,} bytes, which is more than a message may have")
    return length, size


def opened(line, buffer):
    """The message of a line and the bytes behind it."""
    rest = _Rest(memoryview(buffer))
    try:
        message = _deep(json.loads(line), rest, 0)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotPlain(f"no message: {error}") from None
    except RecursionError as error:
        raise NotPlain(f"no message: {error}") from None
    if rest.place != len(buffer):
        raise NotPlain("a message with more bytes than arrays")
    return message


class _Rest:
    """What of a message has not been opened yet."""

    def __init__(self, buffer):
        self.buffer, self.place, self.count = buffer, 0, 0

    def take(self, size):
        self.place += size
        if size < 0 or self.place > len(self.buffer):
            raise NotPlain("an array that is cut off")
        return self.buffer[self.place - size : self.place]


def _deep(value, rest, depth):
    """The value of its JSON; what arrives may have been made by anyone."""
    rest.count += 1
    if rest.count > MOST_VALUES or depth > DEEPEST:
        raise NotPlain("more values, or deeper lists, than a message may have")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, list):
        return [_deep(inner, rest, depth + 1) for inner in value]
    if "number" in value:
        text = value["number"]
        return _number(int(text) if text.lstrip("-").isdigit() else float(text))
    if "dict" in value:
        return {str(key): _deep(inner, rest, depth + 1) for key, inner in value["dict"]}
    if not DTYPE.fullmatch(value["array"]):
        raise NotPlain("no array")
    dtype, shape = np.dtype(value["array"]), tuple(map(int, value["shape"]))
    if min(shape, default=0) < 0 or len(shape) > 16:
        raise NotPlain("no array")
    content = rest.take(math.prod(shape) * dtype.itemsize)
    array = np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    return array if array.ndim else array[()]
