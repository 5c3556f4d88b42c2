"""Comparing answers, saying how they differ, and telling what any wrong answer shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinynet.classroom import Check
from tinynet.classroom.judging.judgements import (
    Equal,
    Fast,
    Raises,
    Rises,
    Scores,
    Unchanged,
    error,
)
from tinynet.classroom.judging.key import Entry
from tinynet.classroom.judging.misconceptions import alike, of_any_answer
from tinynet.classroom.judging.naming import _blamed
from tinynet.classroom.judging.words import call, difference, number, shown

NAN, INF = float("nan"), float("inf")
finite = st.floats(-1e6, 1e6, allow_subnormal=False)
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@st.composite
def arrays(draw):
    shape = draw(shapes)
    size = int(np.prod(shape))
    return np.array(draw(st.lists(finite, min_size=size, max_size=size))).reshape(shape)


# --- what differs ---------------------------------------------------------------------------


@given(arrays())
def test_equal_arrays_do_not_differ(array):
    assert difference(array, array.copy(), 0.0, 0.0) is None
    assert difference(array, array.tolist(), 0.0, 0.0) is None


@given(arrays(), st.data())
def test_one_changed_element_is_found_where_it_is(array, data):
    place = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    changed = array.copy()
    changed[place] += 1 + abs(changed[place])
    told = difference(array, changed, 1e-7, 1e-12)
    at = place[0] if len(place) == 1 else place
    assert told is not None and told.startswith(f"at index {at}: ") and "more" not in told
    came, expected = told.split(": ")[1].split(" instead of ")
    assert came != expected


@given(arrays(), st.floats(0, 1))
def test_what_is_within_the_tolerance_does_not_count(array, part):
    allowed = 1e-7 * abs(array)
    assert difference(array, array + 0.99 * part * allowed, 1e-7, 1e-12) is None


@given(arrays())
def test_all_that_differ_are_counted(array):
    told = difference(array, array + 1 + abs(array), 1e-7, 1e-12)
    assert told is not None
    assert (f"and {array.size - 1} more" in told) == (array.size > 1)


DIFFERENCES = [  # expected, what came, how they differ
    (2.0, 2, None),
    (2.0, np.float32(2), None),
    (2.0, np.array(2.0), None),
    (np.array([1.0, 2.0]), [1, 2], None),
    (np.array([1.0, NAN, INF]), [1, NAN, INF], None),
    (np.array([1.0, INF]), [1, -INF], "at index 1: -inf instead of inf"),
    (np.array([1.0, 2.0]), [1, NAN], "at index 1: nan instead of 2"),
    (np.array([1.0, NAN]), [1, 2], "at index 1: 2 instead of nan"),
    (np.array([True, False]), [1, 0], None),
    (np.array([True, False]), [True, True], "at index 1: True instead of False"),
    (np.ones((2, 3)), np.ones((3, 2)), "the shape (3, 2) instead of (2, 3)"),
    (1.0, np.ones(1), "the shape (1,) instead of ()"),
    (1.0, 1.0000001, "1.0000001 instead of 1"),
    (1.0, None, "None, so nothing was returned"),
    (1.0, "one", "'one' instead of a number"),
    (1.0, {"a": 1}, "{'a': 1} instead of a number"),
    ("one", "one", None),
    ("one", "two", "'two' instead of 'one'"),
    ("one", 1.0, "1 instead of 'one'"),
    (True, True, None),
    (True, np.True_, None),
    (True, 1, "1 instead of True"),
    (None, None, None),
    (None, 1.0, "1 instead of None"),
    ({"a": 1}, {"a": 1}, None),
    ({"a": 1}, {"a": 2}, "{'a': 2} instead of {'a': 1}"),
    (["a", 1.0], ["a", 1.0], None),
    (["a", 1.0], ["a", 2.0], "in value 2: 2 instead of 1"),
    (["a", 1.0], ["a"], "1 values instead of 2"),
    (["a", 1.0], 3.0, "3 instead of 2 values"),
]


@pytest.mark.parametrize(("expected", "came", "told"), DIFFERENCES)
def test_a_difference_is_told_in_a_few_words(expected, came, told):
    assert difference(expected, came, 1e-9, 1e-12) == told


def test_small_numbers_beside_large_ones_may_have_lost_digits():
    assert difference(np.array([1e6, 1e-9]), np.array([1e6, 2e-9]), 1e-7, 1e-12) is None
    assert difference(np.array([1.0, 1e-9]), np.array([1.0, 2e-9]), 1e-7, 1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ("a", "'a'"),
        (1 / 3, "0.333333"),
        (-0.0, "0"),
        (INF, "inf"),
        (np.True_, "True"),
        ([1, 2.5], "[1, 2.5]"),
        (["a", None], "['a', None]"),
        ({"a": [1, 2]}, "{'a': [1, 2]}"),
        (np.eye(2), "[[1, 0], [0, 1]]"),
        (np.zeros((0, 2)), "an empty array of shape (0, 2)"),
        (np.zeros(13), "an array of shape (13,)"),
    ],
)
def test_a_value_is_shown_in_a_few_words(value, text):
    assert shown(value) == text


def test_a_question_is_shown_as_one_would_type_it():
    assert call(" f(1) ", {}) == "f(1)"
    assert call("f(x)", {"x": np.zeros(2)}) == "f(x), where x = [0, 0]"
    assert number(1234567.0) == "1.23457e+06"


# --- judgements -----------------------------------------------------------------------------


def raised(*kinds, text="", places=()):
    return {"error": {"kind": kinds[0], "kinds": kinds, "text": text, "places": places}}


JUDGED = {  # judgement, answer, reference: what came, and the misconception
    "equal": (Equal(), {"result": 1.0}, {"result": 1.0}, None),
    "not equal": (Equal(), {"result": 2.0}, {"result": 1.0}, ("2 instead of 1", "")),
    "within a wide tolerance": (Equal(0.1), {"result": 1.05}, {"result": 1.0}, None),
    "nothing": (
        Equal(),
        {"result": None},
        {"result": 1.0},
        ("None, so nothing was returned", "missing_return"),
    ),
    "None, as it must be": (Equal(), {"result": None}, {"result": None}, None),
    "an error": (
        Equal(),
        raised("KeyError", text="'a'", places=[["f.py", 3, "d['a']"]]),
        {"result": 1.0},
        ("KeyError: 'a' (f.py, line 3: d['a'])", ""),
    ),
    "the error asked for": (Raises("ValueError"), raised("ValueError", "Exception"), {}, None),
    "one of its kind": (Raises("ValueError"), raised("Special", "ValueError"), {}, None),
    "another error": (Raises("ValueError"), raised("KeyError"), {}, ("KeyError", "")),
    "not written": (
        Raises("RuntimeError"),
        raised("NotImplementedError", "RuntimeError"),
        {},
        ("NotImplementedError", ""),
    ),
    "no error": (Raises("ValueError"), {"result": 1.0}, {}, ("no error, but 1", "")),
    "as it was": (Unchanged(), {"inputs": {"x": 1}}, {"inputs": {"x": 1}}, None),
    "changed": (
        Unchanged(),
        {"inputs": {"x": 2}},
        {"inputs": {"x": 1}},
        ("x changed: 2 instead of 1", "changes_argument"),
    ),
    "deleted": (
        Unchanged(),
        {"inputs": {}},
        {"inputs": {"x": 1}},
        ("x changed: None, so nothing was returned", "changes_argument"),
    ),
    "an error instead": (Unchanged(), raised("KeyError"), {"inputs": {}}, ("KeyError", "")),
    "fast": (Fast(10), {"seconds": 0.1}, {"seconds": 0.01}, None),
    "too late": (
        Fast(10),
        raised("Timeout", text="no answer"),
        {"seconds": 0.01},
        ("no answer", "slow_loop"),
    ),
    "an error soon": (Fast(10), raised("KeyError"), {"seconds": 0.01}, ("KeyError", "")),
    "good enough": (Scores("accuracy", [0, 1], 0.5), {"result": np.array([0, 0])}, {}, None),
    "not good enough": (
        Scores("accuracy", [0, 1], 0.9),
        {"result": np.array([0, 0])},
        {},
        ("accuracy 0.5", ""),
    ),
    "near enough": (Scores("rmse", [0, 1], 1.0), {"result": np.array([0, 2])}, {}, None),
    "too far": (
        Scores("mae", [0.0, 1.0], 0.4),
        {"result": np.array([0.0, 2.0])},
        {},
        ("mae 0.5", ""),
    ),
    "no number": (
        Scores("mae", [0.0, 1.0], 0.4),
        {"result": np.array([0.0, NAN])},
        {},
        ("a NaN or an infinity", "not_finite"),
    ),
    "one for all": (Scores("mae", [0, 1], 0.4), {"result": 0.5}, {}, ("0.5", "")),
    "no prediction": (Scores("mae", [0, 1], 0.4), raised("KeyError"), {}, ("KeyError", "")),
}


@pytest.mark.parametrize("case", JUDGED)
def test_a_judgement_says_what_came_instead(case):
    judgement, answer, reference, expected = JUDGED[case]
    fault = judgement(answer, reference)
    assert (fault and (fault.came, fault.misconception)) == expected


@pytest.mark.parametrize(
    ("judgement", "came", "name"),
    [
        (Rises(), np.array([2.0, 1.0]), "idea"),
        (Rises(), 2.0, ""),  # one number instead of many: it neither rises nor falls
        (Scores("mae", [0.0, 1.0], 0.4), np.array([0.0, 2.0]), "idea"),
        (Scores("mae", [0.0, 1.0], 0.4), np.array([0.0]), ""),
    ],
)
def test_another_kind_of_answer_shows_nothing_of_what_a_check_blames(judgement, came, name):
    entry = Entry(Check("", "f(x)", judgement=judgement, blames="idea"), {}, {})
    answer = {"result": came}
    assert _blamed(entry, answer, judgement(answer, {})) == name


def test_what_was_slow_is_told_apart_from_what_is_quick():
    fault = Fast(10)({"seconds": 9.0}, {"seconds": 0.01})
    assert fault is not None and fault.misconception == "slow_loop"


def test_what_the_runner_says_needs_no_kind_of_error():
    assert error(raised("Ended", text="it ended Python")) == "it ended Python"


# --- what any answer can show ---------------------------------------------------------------

V, W, M = np.array([1.0, -2.0, 4.0]), np.array([0.5, 3.0]), np.arange(6.0).reshape(2, 3)
SHOWN = {  # pairs that are right, pairs that are wrong: the name
    "nothing wrong": ([(V, V)], [], ""),
    "the sign": ([], [(V, -V), (W, -W)], "sign"),
    "the sign of some": ([], [(V, -V), (W, 2 * W)], ""),
    "truth values": ([], [(V > 0, V < 0)], ""),
    "transposed": ([], [(M, M.T)], "transposed"),
    "another order": ([], [(V, V[::-1]), (M, M[::-1])], "permuted"),
    "a factor": ([], [(V, 2 * V), (W, 2 * W)], "factor"),
    "two factors": ([], [(V, 3 * V), (W, 2 * W)], ""),
    "too few to tell a factor": ([], [(W, 2 * W)], ""),
    "another shape": ([], [(V, V[:, None]), (M, M.ravel())], "other_shape"),
    "another shape and order": ([], [(V, V[::-1, None])], ""),
    "zeros": ([], [(V, 0 * V)], ""),
    "always the same": ([], [(V, 7.0), (W, 7.0)], "constant"),
    "always the same, as it should be": ([], [(V, 7.0), (V, 7.0)], ""),
    "wrong in the same way where the same is asked": ([(V, V)], [(W, M), (W, M)], ""),
    "always yes": ([], [(V > 0, True), (W > 0, True)], ""),
    "one answer is no constant": ([], [(V, 7.0)], ""),
    "that of a right one": ([(V, V)], [(2 * V, V)], "hard_coded"),
    "the same where wrong": ([(V, V)], [(M, W), (W + 1, W)], "hard_coded"),
    "another shape here and there": ([(V, V)], [(M, M.ravel())], "other_shape"),
    "right here and wrong there": ([(V, V)], [(W, -W)], ""),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_any_answer_shows(case):
    right, wrong, name = SHOWN[case]
    assert of_any_answer(right, wrong) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"result": V}, {"result": V * (1 + 1e-9)}, True),
        ({"result": V}, {"result": -V}, False),
        ({"result": V}, raised("KeyError"), False),
        (raised("KeyError"), raised("KeyError"), True),
        (raised("KeyError"), raised("TypeError"), False),
    ],
)
def test_answers_are_alike_to_six_digits_or_as_errors_of_one_kind(one, other, same):
    assert alike(one, other) is same
