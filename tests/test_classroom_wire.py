"""The wire: what is packed comes back; what is no message is NotPlain, and never anything else."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tinynet.classroom.runner.replies import answer_of, harmless
from tinynet.classroom.runner.worker import wire

DTYPES = st.sampled_from(["?", "i1", "i4", "i8", "u1", "u8", "f2", "f4", "f8", ">f8", ">i4"])
ARRAYS = DTYPES.flatmap(
    lambda d: arrays.arrays(d, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ARRAYS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
quick = settings(max_examples=50, deadline=None, derandomize=True)


def same(one, other):
    """Equal, and of the same kind; whole numbers beyond 64 bits travel as floats."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (np.ndarray, np.generic)):
        alike = np.shape(one) == np.shape(other) and one.dtype.newbyteorder("=") == other.dtype
        nan = one.dtype.kind == "f"
        return alike and np.array_equal(one, other, equal_nan=nan)
    if type(one) is int and not -(2**63) <= one < 2**63:
        return type(other) is float and other == pytest.approx(float(one), rel=1e-15)
    return type(one) is type(other) and (one == other or one != one)


@quick
@given(VALUES)
def test_what_is_packed_comes_back(value):
    assert same(value, wire.unpacked(wire.packed(value)))


def not_plain(content):
    """Whether it is refused; every other exception fails the test."""
    try:
        wire.unpacked(content)
    except wire.NotPlain:
        return True
    return False


@quick
@given(st.binary(max_size=200), VALUES, st.data())
def test_bytes_that_are_no_message_are_not_plain(noise, value, data):
    good = wire.packed(value)
    place = data.draw(st.integers(0, len(good)))
    not_plain(noise)
    not_plain(good[:place] + noise[:3] + good[place + 1 :])
    assert not_plain(good[:place]) or place == len(good)
    assert not_plain(good + b"x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["number", "dict", "array", "shape"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@quick
@given(JSON, st.binary(max_size=16))
def test_json_of_another_make_is_not_plain(value, rest):
    line = json.dumps(value).encode()
    not_plain(b"%d %d\n" % (len(line), len(rest)) + line + rest)


def framed(line, rest=b""):
    return b"%d %d\n" % (len(line), len(rest)) + line + rest


BOMBS = {
    "deep lists": framed(b"[" * 100_000),
    "deep lists that end": framed(b"[" * 900 + b"]" * 900),
    "many values": framed(json.dumps([None] * 20_000).encode()),
    "a long number": framed(b'{"number": "%s"}' % (b"9" * 900_000)),
    "a long number of JSON": framed(b"9" * 900_000),
    "a gigabyte that is said": b"10 1000000000\n",
    "a line that is said": b"9999999999 1\n",
    "a large shape": framed(b'{"array": "<f8", "shape": [999999999, 999999999]}'),
    "a negative shape": framed(b'{"array": "<f8", "shape": [-1, -8]}', b"\0" * 64),
    "a shape of nothing": framed(b'{"array": "<f8", "shape": [0, 1e400]}'),
    "objects": framed(b'{"array": "|O8", "shape": [1]}', b"\0" * 8),
    "bare numbers": framed(b"3"),
    "half a line": b"5",
    "signs": b"+1 -1\n",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_not_plain(kind):
    assert not_plain(BOMBS[kind])


class Lying:
    def __array__(self, dtype=None, copy=None):
        return np.zeros(3)


@pytest.mark.parametrize(
    "value",
    [Lying(), 1j, b"x", {1, 2}, lambda: 0, np.array([object()]), np.array(["a"]), np.zeros(2, "M8")]
    + [np.zeros(2**24), "x" * 30_000, [0] * 20_000, np.broadcast_to(np.float64(0), (2**40,))],
)
def test_what_is_no_plain_data_does_not_travel(value):
    with pytest.raises(wire.NotPlain):
        wire.packed({"result": value})


class Always(np.ndarray):
    """An array that says that it is equal to everything."""

    def __eq__(self, other):
        return True


def test_an_array_of_a_class_of_its_own_arrives_as_its_numbers():
    came = wire.unpacked(wire.packed(np.arange(3.0).view(Always)))
    assert type(came) is np.ndarray and list(came) == [0, 1, 2]


RIGHT = {"number": 7, "result": 1, "inputs": {}, "seconds": 0.5, "printed": ""}
FAILED = {"kind": "ValueError", "kinds": ["ValueError"], "text": "no", "places": []}


@quick
@given(st.sampled_from([RIGHT, {**RIGHT, "error": FAILED}]), st.data())
def test_replies_with_parts_of_any_kind_are_answers_or_not_plain(reply, data):
    name = data.draw(st.sampled_from([*reply, *FAILED]))
    value = data.draw(VALUES)
    reply = (
        {**reply, "error": {**FAILED, name: value}} if name in FAILED else {**reply, name: value}
    )
    try:
        answer = answer_of(reply, 7)
    except wire.NotPlain:
        return
    assert answer["printed"].isprintable() or "\n" in answer["printed"]
    if "error" in answer:
        assert all(map(str.isprintable, [answer["error"]["text"], *answer["error"]["kinds"]]))
    else:
        assert answer["seconds"] >= 0 and isinstance(answer["inputs"], dict)


def test_an_answer_to_another_question_is_none():
    assert answer_of(RIGHT, 7)["result"] == 1
    for number in (8, True, None, np.int64(7), np.arange(2), "7"):
        with pytest.raises(wire.NotPlain):
            answer_of({**RIGHT, "number": number}, 7)


@pytest.mark.parametrize(
    "text, shown",
    [("a\x1b[2Jb", "a�[2Jb"), ("1\n2", "1 2"), ("\u202eab\ud800", "�ab�"), ("é ≠ 3", "é ≠ 3")],
)
def test_texts_are_harmless(text, shown):
    assert harmless(text) == shown and len(harmless(text * 9999)) == 1000
