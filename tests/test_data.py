"""Data: what a Dataset refuses and makes of arrays, what a split keeps, what is scaled."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.preprocessing import StandardScaler

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


def cut(whole, *args):
    """The parts, whether or not one lacks a class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return whole.split(*args)


def fractions_of(shares):
    return tuple(share / sum(shares) for share in shares)


@given(COUNTS, SHARES, SEEDS, st.booleans())
def test_the_parts_of_a_split_are_disjoint_and_together_the_whole(counts, shares, seed, stratify):
    whole = numbered(*counts)
    parts = cut(whole, fractions_of(shares), seed, stratify)
    np.testing.assert_array_equal(np.sort(np.concatenate([part.x for part in parts]), 0), whole.x)
    for part, fraction in zip(parts, fractions_of(shares), strict=True):
        assert abs(len(part) - fraction * len(whole)) < 1
        np.testing.assert_array_equal(part.y, whole.y[part.x[:, 0].astype(int)])


@given(COUNTS, SHARES, SEEDS)
def test_a_stratified_part_has_its_share_of_every_class_within_one_row(counts, shares, seed):
    parts = cut(numbered(*counts), fractions_of(shares), seed)
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
        (0.8, r"one number for each part, such as \(0.8, 0.2\), not 0.8"),
    ],
)
def test_fractions_that_make_no_split_are_refused(fractions, text):
    with pytest.raises(ValueError, match=text):
        numbered(5, 5).split(fractions)


@pytest.mark.parametrize(
    "counts, fractions, sizes",
    [
        ([10] * 10, (0.7, 0.15, 0.15), [70, 15, 15]),
        ([9] * 26, (0.7, 0.15, 0.15), [164, 35, 35]),
        ([7] * 100, (0.8, 0.2), [560, 140]),
        ([50] * 3, (0.7, 0.15, 0.15), [105, 23, 22]),
        ([98, 2], (0.7, 0.15, 0.15), [70, 15, 15]),
        ([3] * 100, (0.7, 0.15, 0.15), [210, 45, 45]),
        ([10] * 10, (0.5, 0.2), [50, 20]),
    ],
)
def test_roundings_of_the_classes_do_not_add_up(counts, fractions, sizes):
    parts = cut(numbered(*counts), fractions)
    assert [len(part) for part in parts] == sizes
    if sum(fractions) == 1 and len(counts) <= sizes[-1]:
        peer = StratifiedShuffleSplit(1, test_size=len(parts[-1]), random_state=0)
        y = np.repeat(np.arange(len(counts)), counts)
        _, last = next(peer.split(y[:, None], y))
        theirs, ours = (np.bincount(ids, minlength=len(counts)) for ids in (y[last], parts[-1].y))
        assert np.abs(theirs - ours).max() <= 1 and theirs.sum() == ours.sum()


def test_a_class_that_can_be_cut_exactly_is():
    """Though 0.29 · 200 is 57.99999999999999 in floating point."""
    parts = cut(numbered(200, 7, 7), (0.2, 0.29, 0.27, 0.24))
    assert [np.sum(part.y == 0) for part in parts] == [40, 58, 54, 48]


@pytest.mark.parametrize("counts", [(98, 2), (99, 1)])
def test_a_class_that_is_missing_from_a_part_is_told(counts):
    text = "toy: .* part 2 of 3 has no row of the class 1; part 3 of 3 has no row of the class 1."
    with pytest.warns(UserWarning, match=text):
        numbered(*counts).split()


@pytest.mark.parametrize(
    "stratify, text", [(True, "toy is a regression"), ([0, 1], "True or False")]
)
def test_what_cannot_be_stratified_is_refused_for_that_reason(stratify, text):
    whole = dataset(np.arange(20)[:, None], np.arange(20.0), ("t",), "regression")
    with pytest.raises(ValueError, match=text):
        whole.split((0.5, 0.5), stratify=stratify)


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
def test_parts_with_other_features_are_not_scaled(features):
    other = dataset(np.ones((2, len(features))), [0, 1], features=features)
    with pytest.raises(ValueError, match=f"has the features x, but toy has {', '.join(features)}"):
        dataset([[1.0], [3.0]], [0, 1]).standardize(other)


@given(st.integers(2, 300), st.sampled_from([0.1, 0.7, 123.456, -1e-3, 5.0]))
def test_a_constant_column_is_only_shifted(rows, value):
    train, test = (dataset(np.full((rows, 1), v), np.arange(rows) % 2) for v in (value, value + 1))
    scaled, scaled_test = train.standardize(test)
    np.testing.assert_allclose(scaled.x, 0, atol=1e-9)
    np.testing.assert_allclose(scaled_test.x, 1)


@pytest.mark.parametrize(
    "column",
    [
        [14.62] * 99 + [np.nextafter(14.62, 15)],  # as scikit-learn's issue 19527
        [1e9] * 99 + [1e9 + 1e-6],
        [0.1 + 0.2, 0.3] * 50,
        [1e-300, 1e-300 * (1 + 1e-16)] * 50,
    ],
)
def test_a_column_constant_but_for_rounding_is_only_shifted(column):
    x = np.array(column)[:, None]
    theirs = StandardScaler().fit(x)
    assert theirs.scale_[0] == Standardizer.of(x).scale[0] == 1
    np.testing.assert_allclose(Standardizer.of(x).transform(x), 0, atol=1e-6)


def test_a_small_range_far_from_zero_is_scaled_however_many_rows_there_are():
    x = 1.7e12 + np.random.default_rng(0).uniform(0, 100, (1_000_000, 1))
    assert Standardizer.of(x).scale[0] == pytest.approx(100 / 12**0.5, rel=1e-2)


@pytest.mark.parametrize("size", [1.7e308, 1e200, 1.0, 1e-200, 1e-320])
def test_huge_and_tiny_columns_keep_what_they_hold(size):
    x = np.tile([[-1.0], [1.0], [1.0], [0.5]], (25, 1))
    train = dataset(x * size, np.arange(100) % 2).standardize()
    np.testing.assert_allclose(
        train.x, (x - x.mean()) / x.std(), rtol=1e-3 if size < 1e-300 else 1e-14
    )


@given(st.integers(0, 2**32), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_ordinary_columns_are_scaled_to_the_bit_as_the_formula_says(seed, scale, shift):
    x = np.random.default_rng(seed).normal(size=(20, 3)) * scale + shift
    np.testing.assert_array_equal(Standardizer.of(x).transform(x), (x - x.mean(0)) / x.std(0))


# --- two datasets ---------------------------------------------------------------------------

COLORS = ("color=blue", "color=red")


@pytest.mark.parametrize(
    "features, classes, text",
    [
        (("color=blue", "color=green"), ("a", "b"), "difference is color=red and color=green in"),
        (COLORS[::-1], ("a", "b"), "difference is color=blue and color=red in place 1"),
        (COLORS, ("b", "c"), "difference is a and b in place 2"),
        (COLORS, ("a", "b", "c"), "difference is binary and multiclass in place 1"),
        ((*COLORS, "size"), ("a", "b"), "difference is none and size in place 3"),
    ],
)
def test_features_and_classes_are_compared_by_name(features, classes, text):
    one = dataset(np.ones((2, 2)), [0, 1], ("a", "b"), features=COLORS)
    task = "binary" if len(classes) == 2 else "multiclass"
    other = dataset(np.ones((2, len(features))), [0, 1], classes, task, features)
    one.check_alike(one.take([0]))
    for check in (one.check_alike, one.standardize):
        with pytest.raises(ValueError, match=text):
            check(other)


def test_a_message_about_many_features_is_short():
    names = tuple(f"feature {i}" for i in range(5000))
    one, other = (dataset(np.ones((1, 5000)), [0], features=f) for f in (names, names[::-1]))
    with pytest.raises(ValueError, match="feature 0 and feature 4999 in place 1") as caught:
        one.check_alike(other)
    assert len(str(caught.value)) < 1000


# --- arrays of one's own --------------------------------------------------------------------


@pytest.mark.parametrize(
    "y, task, names, ids",
    [
        (["no", "yes", "no"], "binary", ("no", "yes"), [0, 1, 0]),
        (np.array(["c", "a", "b"], dtype=object), "multiclass", ("a", "b", "c"), [2, 0, 1]),
        ([0, 1, 0, 1], "binary", ("0", "1"), [0, 1, 0, 1]),
        ([1.0, 3.0, 2.0] * 2, "multiclass", ("1", "2", "3"), [0, 2, 1] * 2),
        ([True, False], "binary", ("False", "True"), [1, 0]),
        ([0.5, 1.5], "regression", ("y",), [[0.5], [1.5]]),
        ([1, 2, 3, 4], "regression", ("y",), [[1], [2], [3], [4]]),
        ([[1.0], [2.0]], "regression", ("y",), [[1], [2]]),
    ],
)
def test_a_dataset_of_arrays_needs_no_more_than_a_name(y, task, names, ids):
    made = Dataset("toy", np.zeros((len(y), 2)), y)
    assert (made.task, made.target_names, made.y.tolist()) == (task, names, ids)
    assert made.feature_names == ("x0", "x1")
    assert Dataset("toy", np.zeros((len(y), 1)), y).feature_names == ("x",)


@pytest.mark.parametrize(
    "options, task, names",
    [
        ({"task": "regression"}, "regression", ("y",)),
        ({"task": "multiclass"}, "multiclass", ("0", "1")),
        ({"target_names": ["no", "yes"]}, "binary", ("no", "yes")),
        ({"target_names": ["no", "yes", "maybe"]}, "multiclass", ("no", "yes", "maybe")),
        ({"target_names": ["mpg"]}, "regression", ("mpg",)),
    ],
)
def test_what_is_given_decides_on_the_rest(options, task, names):
    made = Dataset("toy", np.zeros((4, 1)), [0, 1, 0, 1], **options)
    assert (made.task, made.target_names) == (task, names)
    assert made.y.ravel().tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("y, text", [(3, "one number"), ([[1, "a"], [2, "b"]], "y holds")])
def test_targets_that_are_none_are_refused(y, text):
    with pytest.raises(ValueError, match=text):
        Dataset("toy", np.zeros((2, 1)), y)


def test_changing_the_arrays_given_changes_no_dataset():
    x, y, truth = np.zeros((4, 1)), np.array([0.0, 1, 2, 3]), np.ones(2)
    made = Dataset("toy", x, y, task="regression", truth=truth)
    part = made.take(slice(2))
    for array in (x, y, truth, made.x):
        array += 5
    assert (made.y.tolist(), made.truth.tolist()) == ([[0], [1], [2], [3]], [1, 1])
    assert part.x.tolist() == [[0], [0]] and made.x[0] == 5


def test_a_row_of_weight_3_counts_as_three():
    rng = np.random.default_rng(0)
    x, weights = rng.normal(1e6, 1e-3, (50, 2)), rng.integers(1, 5, 50)
    weighted, repeated = Standardizer.of(x, weights), Standardizer.of(x.repeat(weights, axis=0))
    np.testing.assert_allclose(weighted.center, repeated.center, rtol=1e-15)
    np.testing.assert_allclose(weighted.scale, repeated.scale)
    assert np.array_equal(Standardizer.neutral(2).transform(x), x)
