"""Data: what a Dataset refuses, what a split keeps, and what is read from a file, or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinynet.data import Dataset, Standardizer, read_csv


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


# --- read_csv -------------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path):
    """read_csv, given the content of a file instead of its name."""

    def reader(content, target="y", **options):
        path = tmp_path / "my.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_csv(path, target, **options)

    return reader


@pytest.mark.parametrize(
    "content",
    [
        "a,b,y\n1,2,0.5\n3,4,1.5\n",
        "a,b,y\n1,2,0.5\n3,4,1.5",  # no line end at the end
        "a,b,y\r\n1,2,0.5\r\n3,4,1.5\r\n",
        "\ufeffa,b,y\n1,2,0.5\n3,4,1.5\n",
        "\n\na,b,y\n\n1,2,0.5\n\n\n3,4,1.5\n\n",
        "a,b,y\n1,2,0.5\n   \n3,4,1.5\n",  # a line that only looks empty
        ' a ,"b",y\n"1", 2 ,0.5\n+3,4e0,1.5\n',
        'a,b,y\n1, "2",0.5\n3,4,1.5\n',  # spaces beside a cell do not count, as above
        "y,a,b\n0.5,1,2\n1.5,3,4\n",
    ],
    ids=[
        "plain",
        "unended",
        "CRLF",
        "BOM",
        "empty lines",
        "blank line",
        "quotes",
        "space and quote",
        "order",
    ],
)
def test_the_same_table_written_in_other_ways_reads_the_same(read, content):
    made = read(content)
    assert made.x.tolist() == [[1, 2], [3, 4]] and made.y.tolist() == [[0.5], [1.5]]
    assert (made.feature_names, made.target_names, made.name) == (("a", "b"), ("y",), "my")


def test_text_becomes_one_column_per_category(read):
    made = read('job,age,y\n"cook, head",30,1.5\nwaiter,20,2.5\n"a ""b""",25,3.5\n')
    assert made.feature_names == ('job=a "b"', "job=cook, head", "job=waiter", "age")
    assert made.x.tolist() == [[0, 1, 0, 30], [0, 0, 1, 20], [1, 0, 0, 25]]


def test_identifiers_with_an_underscore_are_text(read):
    assert read("flat,y\n1_2,0.5\n12,1.5\n").feature_names == ("flat=12", "flat=1_2")


@pytest.mark.parametrize(
    "columns, names",
    [(["b"], ("b",)), (["b", "a"], ("b", "a")), (["y", "c"], ("c",)), (None, ("a", "b", "c"))],
)
def test_only_the_columns_asked_for_are_read(read, columns, names):
    made = read("a,b,c,y\n1,2,3,0.5\n4,5,6,1.5\n", columns=columns)
    assert made.feature_names == names
    assert made.x[1].tolist() == [{"a": 4, "b": 5, "c": 6}[name] for name in names]


def test_missing_cells_in_a_column_not_asked_for_cost_no_row(read):
    assert len(read("a,b,y\n1,,0.5\n2,3,1.5\n", columns=["a"])) == 2


@pytest.mark.parametrize(
    "cells, options, task, classes, y",
    [
        ("no yes no", {}, "binary", ("no", "yes"), [0, 1, 0]),
        ("c a b", {}, "multiclass", ("a", "b", "c"), [2, 0, 1]),
        ("0 1 1 0", {}, "binary", ("0", "1"), [0, 1, 1, 0]),
        ("1.0 0 1 0.0", {}, "binary", ("0", "1"), [1, 0, 1, 0]),
        ("-0 1 1 0", {}, "binary", ("0", "1"), [0, 1, 1, 0]),
        ("10 9 10 9 2 2", {}, "multiclass", ("2", "9", "10"), [2, 1, 2, 1, 0, 0]),
        ("1234567 1234568 1234567 1234568", {}, "binary", ("1234567", "1234568"), [0, 1, 0, 1]),
        ("1 2 3 4", {}, "regression", ("y",), [1, 2, 3, 4]),  # each only once
        ("0.5 0.5 1 1", {}, "regression", ("y",), [0.5, 0.5, 1, 1]),
        ("7.5 7.5", {}, "regression", ("y",), [7.5, 7.5]),
        (" ".join(map(str, [*range(11)] * 2)), {}, "regression", ("y",), [*range(11)] * 2),
        ("0 1 1 0", {"task": "regression"}, "regression", ("y",), [0, 1, 1, 0]),
        ("1 2 3 4", {"task": "multiclass"}, "multiclass", ("1", "2", "3", "4"), [0, 1, 2, 3]),
        ("0.5 2", {"task": "binary"}, "binary", ("0.5", "2"), [0, 1]),
        ("0 1 0 1", {"task": "multiclass"}, "multiclass", ("0", "1"), [0, 1, 0, 1]),
    ],
)
def test_the_target_column_decides_on_the_task_unless_told(read, cells, options, task, classes, y):
    made = read("a,y\n" + "".join(f"1,{cell}\n" for cell in cells.split()), **options)
    assert (made.task, made.target_names, made.y.ravel().tolist()) == (task, classes, y)


GAPS = "a,b,y\n1,red,0.5\n,red,1.5\n4,?,2.5\n10,blue,3.5\n5,red,NA\n"


@pytest.mark.parametrize(
    "missing, x, notes",
    [
        (
            "drop",
            [[1, 0, 1], [10, 1, 0]],
            [
                "Dropped 3 rows: a is missing in line 3; b is missing in line 4; y is missing in"
                " line 6."
            ],
        ),
        (
            "impute",  # the median of 1, 4 and 10, the most frequent of red, red and blue
            [[1, 0, 1], [4, 0, 1], [4, 0, 1], [10, 1, 0]],
            [
                "Filled in 1 missing cell of a with the median, 4.0: line 3.",
                "Filled in 1 missing cell of b with the most frequent value, red: line 4.",
                "Dropped 1 row: y is missing in line 6.",
            ],
        ),
    ],
)
def test_gaps_are_dropped_or_filled_in_and_the_card_says_which(read, missing, x, notes):
    made = read(GAPS, missing=missing)
    assert made.feature_names == ("a", "b=blue", "b=red") and made.x.tolist() == x
    assert [note for note in notes if note not in made.card] == []


@pytest.mark.parametrize("gap", ["", "  ", "NA", "n/a", "NaN", "null", "None", "?"])
def test_gaps_can_be_an_error_and_have_many_spellings(read, gap):
    with pytest.raises(ValueError, match='a is missing in line 3; use missing="drop"'):
        read(f"a,y\n1,0.5\n{gap},1.5\n", missing="error")


@pytest.mark.parametrize(
    "content, note",
    [
        ("a,b,y\n\n,1,0.5\n2,2,1.5\n,3,2.5\n", "Dropped 2 rows: a is missing in lines 3, 5."),
        ('a,b,y\n1,"p\nq\nr",0.5\n,s,1.5\n2,t,2.5\n', "a is missing in line 5."),
        ('a,b,y\n1,x,0.5\n,"p\nq",1.5\n', "a is missing in line 3."),  # where the row begins
        ("a,b,y\r\n1,x,0.5\r\n,x,1.5\r\n", "a is missing in line 3."),
        ("a,y\n" + ",1\n" * 12 + "1,2\n", "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …."),
    ],
    ids=["empty lines", "after a long cell", "in a long row", "CRLF", "many"],
)
def test_line_numbers_are_those_of_an_editor(read, content, note):
    assert note in read(content, task="regression").card


def test_a_name_and_a_card_of_ones_own(read):
    made = read("a,y\n1,0.5\n", name="mine", card="From my notebook.")
    assert (made.name, made.card) == ("mine", "From my notebook.")


GOOD = "age,species\n1,cat\n2,dog\n"


@pytest.mark.parametrize(
    "content, options, text",
    [
        ("", {}, "my.csv is empty"),
        ("\n\n", {}, "my.csv is empty"),
        ("a,y\n", {}, "my.csv has a header but no rows"),
        ("a,y\n1,2\n1,2,3\n", {}, r"my.csv, line 3: 3 fields, but the header \(line 1\) has 2"),
        ("a,y\n\n1\n", {}, r"my.csv, line 3: 1 fields, but the header \(line 1\) has 2"),
        ('a,y\n1,0.5\n"2,1.5\n3,2.5\n', {}, r'line 3: a quote \("\) opens'),
        ("a,y, a\n1,2,3\n", {}, "the column 'a' stands in the header twice"),
        (GOOD, {"target": "specie"}, "unknown column in my.csv 'specie'; did you mean 'species'"),
        (GOOD, {"target": "species", "columns": ["Age"]}, "'Age'; did you mean 'age'?"),
        ("y\n1\n", {}, "no column besides the target 'y'"),
        (GOOD, {"target": "species", "columns": ["species"]}, "no column besides the target"),
        ("a,y\n1,1.5\n,2.5\ninf,3.5\n", {}, "my.csv, line 4: a is infinite"),
        ("a,y\n1,1.5\n-1e999,2.5\n", {}, "my.csv, line 3: a is infinite"),
        ("a,y\n1,1.5\n2,inf\n", {}, "my.csv, line 3: y is infinite"),
        ("a,y\n1,0\n2,inf\n3,0\n4,inf\n", {}, "my.csv, line 3: y is infinite"),
        (
            "a,y\n,1\nNA,2\n",
            {},
            "no column to predict 'y' from. a was left out: it holds no values",
        ),
        ("a,b,y\n,1,1\n2,,2\n", {}, 'every row has a missing value; try missing="impute"'),
        ("a,y\n1,cat\n2,cat\n", {}, "the target y has only one value, 'cat'"),
        ("a,y\n1,1\n2,1.0\n", {}, "the target y has only one value, '1'"),
        (GOOD, {"target": "species", "task": "regression"}, "species holds text"),
        (GOOD, {"target": "species", "task": "classify"}, "task must be one of .* 'classify'"),
        ("a,y\n1,0\n1,1\n1,2\n", {"task": "binary"}, "binary"),  # three classes are not two
        (GOOD, {"target": "species", "missing": "fill"}, "missing must be one of .*, not 'fill'"),
        (b"a,y\n1,caf\xe9\n", {}, "my.csv is not UTF-8 text: .*; save it as UTF-8"),
        (b"a,y\n" + b"1" * 200_000 + b",2\n", {}, "my.csv is not a CSV file: field larger"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_that_says_why(read, content, options, text):
    with pytest.raises(ValueError, match=text):
        read(content, **options)


def test_a_row_that_lacks_two_cells_is_dropped_once(read):
    made = read("a,b,y\n1,2,0.5\n,,1.5\n3,4,2.5\n")
    assert "Dropped 1 row: a is missing in line 3; b is missing in line 3." in made.card


@pytest.mark.parametrize("missing", ["drop", "impute"])
def test_to_fill_in_is_no_advice_where_every_target_is_missing(read, missing):
    with pytest.raises(ValueError, match="every row has a missing value") as caught:
        read("a,y\n1,\n2,\n", missing=missing)
    assert 'try missing="impute"' not in str(caught.value)


@pytest.mark.parametrize("name, text", [("no.csv", "there is no file"), ("", "is a folder, not")])
def test_a_path_that_is_no_file_is_named(tmp_path, name, text):
    with pytest.raises(ValueError, match=text) as caught:
        read_csv(tmp_path / name, "y")
    assert str(tmp_path) in str(caught.value)
