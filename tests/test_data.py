"""Data: what a Dataset refuses and makes of arrays, what a split keeps, what is scaled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinynet.data import Dataset, Standardizer


def dataset(x, y, classes=("no", "yes"), task="binary", features=("x",), truth=None):
    return Dataset("toy", x, y, features, classes, task, truth=truth)


def numbered(*counts):
    """A dataset of so many rows per class, in which x is the number of the row."""
    y = np.repeat(np.arange(len(counts)), counts)
    return dataset(np.arange(len(y))[:, None], y, tuple(map(str, range(len(counts)))), "multiclass")


# --- Dataset --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x, y, options, text",
    [
        ([[1.0]], [0], {"task": "clustering"}, "toy: the task must be one of .*, not 'clustering'"),
        ([1.0, 2.0], [0, 1], {}, r"toy: x must have shape \(rows, features\), not \(2,\)"),
        (np.empty((0, 1)), [], {}, "toy: the dataset is empty"),
        ([[1.0], [2.0]], [0], {}, "toy: x has 2 rows but y has 1"),
        ([[1.0], [np.nan]], [0, 1], {}, "x holds NaN or inf in 1 places, first in row 1, column 0"),
        ([[1.0, -np.inf]], [0], {"features": ("a", "b")}, "first in row 0, column 1: drop such"),
        ([[1.0], [2.0]], [0, np.inf], {}, "y holds NaN or inf .* row 1"),
        ([[1.0], [2.0]], [0, 2], {}, "class ids must be 0 to 1, but they range from 0 to 2"),
        ([[1.0], [2.0]], [-1, 1], {}, "class ids must be 0 to 1, but they range from -1 to 1"),
        ([[1.0], [2.0]], [0, 0.5], {}, "class ids"),  # half a class
        ([[1.0], [2.0]], [[1, 0], [0, 1]], {}, r"\(2, 2\)"),  # one-hot rows are not ids
        ([[1.0, 2.0]], [0], {"features": ("a", "b", "c")}, "2 .* 3|3 .* 2"),  # names too many
        (
            [[1.0], [2.0]],
            [0, 1],
            {"classes": ("a", "b", "c")},
            "binary needs 2 .*, but there are 3",
        ),
        ([[1.0], [2.0]], [0, 1], {"task": "regression"}, "regression needs 1 .*, but there are 2"),
        ([[1.0]], [0], {"truth": [[2.0, 1.0]]}, r"weight .* 1 columns .* bias.* \(1, 2\)"),
    ],
)
def test_a_dataset_that_cannot_be_right_is_refused(x, y, options, text):
    with pytest.raises(ValueError, match=text):
        dataset(x, y, **options)


@pytest.mark.parametrize(
    "made, text, shape",
    [
        (
            dataset([[0.0, 1], [1, 2], [2, 3]], [0, 1, 1], features=("a", "b")),
            "binary, 3 rows, 2 features, classes no (1), yes (2)",
            (3,),
        ),
        (
            dataset([[0.0]] * 2, [[0], [0]]),
            "binary, 2 rows, 1 feature, classes no (2), yes (0)",
            (2,),
        ),
        (
            dataset([[0.0]] * 2, [2.5, 3], ("mpg",), "regression"),
            "regression, 2 rows, 1 feature, target mpg",
            (2, 1),
        ),
    ],
)
def test_a_dataset_says_what_it_is_and_gives_y_the_shape_of_its_task(made, text, shape):
    assert repr(made) == f"Dataset toy: {text}" and len(made) == len(made.x)
    assert made.y.shape == shape


@pytest.mark.parametrize("rows", [[3, 0], np.array([True, False, False, True, False]), slice(2)])
def test_take_takes_rows_of_x_and_y_together(rows):
    whole = numbered(2, 3)
    part = whole.take(rows)
    np.testing.assert_array_equal(part.x, whole.x[rows])
    np.testing.assert_array_equal(part.y, whole.y[rows])
    assert (part.target_names, part.feature_names) == (whole.target_names, whole.feature_names)


# --- split ----------------------------------------------------------------------------------

COUNTS = st.lists(st.integers(10, 60), min_size=2, max_size=6)
SHARES = st.lists(st.integers(1, 4), min_size=1, max_size=4)
SEEDS = st.integers(0, 2**32)


def fractions_of(shares):
    return tuple(share / sum(shares) for share in shares)


@given(COUNTS, SHARES, SEEDS, st.booleans())
def test_the_parts_of_a_split_are_disjoint_and_together_the_whole(counts, shares, seed, stratify):
    whole = numbered(*counts)
    parts = whole.split(fractions_of(shares), seed, stratify)
    np.testing.assert_array_equal(np.sort(np.concatenate([part.x for part in parts]), 0), whole.x)
    for part, fraction in zip(parts, fractions_of(shares), strict=True):
        assert stratify or abs(len(part) - fraction * len(whole)) <= 1
        np.testing.assert_array_equal(part.y, whole.y[part.x[:, 0].astype(int)])


@given(COUNTS, SHARES, SEEDS)
def test_a_stratified_part_has_its_share_of_every_class_within_one_row(counts, shares, seed):
    parts = numbered(*counts).split(fractions_of(shares), seed)
    for part, fraction in zip(parts, fractions_of(shares), strict=True):
        found = np.bincount(part.y, minlength=len(counts))
        np.testing.assert_allclose(found, fraction * np.array(counts), rtol=0, atol=1 + 1e-9)


def test_the_rows_of_a_part_are_in_random_order():
    for part in numbered(60, 60, 60).split():
        steps = np.diff(part.x[:, 0])
        assert 0.3 < np.mean(steps > 0) < 0.7 and np.mean(np.diff(part.y) != 0) > 0.4


@given(COUNTS, SEEDS)
def test_the_same_seed_gives_the_same_split_and_another_seed_another(counts, seed):
    one, same, other = (numbered(*counts).split(rng=s) for s in (seed, seed, seed + 1))
    assert all(np.array_equal(a.x, b.x) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0].x, other[0].x)


def test_fractions_may_leave_rows_over_and_a_regression_is_split_too():
    whole = dataset(np.arange(100)[:, None], np.arange(100.0), ("t",), "regression")
    parts = whole.split((0.5, 0.2))
    assert [len(part) for part in parts] == [50, 20]
    assert len(np.unique(np.concatenate([part.y for part in parts]))) == 70


@pytest.mark.parametrize(
    "fractions, text",
    [
        ((), "above 0 and sum to at most 1"),
        ((0.5, 0.6), r"above 0 and sum to at most 1, not \(0.5, 0.6\)"),
        ((1.2, -0.2), "above 0"),
        ((0.0, 1.0), "above 0"),
        ((np.nan, 0.5), "above 0 and sum to at most 1"),
        ((0.99, 0.01), r"10 rows are too few to split into \(0.99, 0.01\)"),
    ],
)
def test_fractions_that_make_no_split_are_refused(fractions, text):
    with pytest.raises(ValueError, match=text):
        numbered(5, 5).split(fractions)


# --- standardize ----------------------------------------------------------------------------


def test_all_parts_are_scaled_by_the_mean_and_deviation_of_the_training_part():
    train, test = dataset([[1.0], [3.0]], [0, 1]), dataset([[5.0], [2.0]], [1, 0])
    scaled, scaled_test = train.standardize(test)  # mean 2, deviation 1
    assert scaled.x.ravel().tolist() == [-1, 1] and scaled_test.x.ravel().tolist() == [3, 0]
    assert train.x.ravel().tolist() == [1, 3] and test.x.ravel().tolist() == [5, 2]
    assert scaled_test.y.tolist() == [1, 0]
    np.testing.assert_array_equal(train.standardize().x, scaled.x)


def test_the_truth_goes_with_the_rows_but_not_with_other_columns():
    whole = dataset([[0.0], [1.0], [2.0]], [1.0, 3, 5], ("t",), "regression", truth=[2, 1])
    assert whole.take([0, 2]).truth.tolist() == whole.split((0.4, 0.6))[0].truth.tolist() == [2, 1]
    assert whole.standardize().truth is None


def test_a_standardizer_takes_away_the_center_and_divides_by_the_scale():
    scaler = Standardizer.of(np.array([[1.0, 5.0], [3.0, 5.0]]))  # the second column is constant
    assert (scaler.center.tolist(), scaler.scale.tolist()) == ([2, 5], [1, 1])
    assert Standardizer(np.array([1.0]), np.array([4.0])).transform([[9.0]]).tolist() == [[2]]


@pytest.mark.parametrize("features", [("a",), ("x", "y")])
def test_parts_with_other_columns_are_not_scaled(features):
    other = dataset(np.ones((2, len(features))), [0, 1], features=features)
    with pytest.raises(ValueError, match=f"has the features x, but toy has {', '.join(features)}"):
        dataset([[1.0], [3.0]], [0, 1]).standardize(other)


@given(st.integers(2, 300), st.sampled_from([0.1, 0.7, 123.456, -1e-3, 5.0]))
def test_a_constant_column_is_only_shifted(rows, value):
    train, test = (dataset(np.full((rows, 1), v), np.arange(rows) % 2) for v in (value, value + 1))
    scaled, scaled_test = train.standardize(test)
    np.testing.assert_allclose(scaled.x, 0, atol=1e-9)
    np.testing.assert_allclose(scaled_test.x, 1)
