"""Data sets: the real ones against published figures, the made ones against their formulas."""

import csv
import re
from collections import Counter

import numpy as np
import pytest
from sklearn import datasets as published

from tinynet import datasets, losses
from tinynet.data import read_csv

REAL = ["auto_mpg", "breast_cancer", "digits", "iris", "penguins", "wine"]
CLASSES = ["blobs", "circles", "imbalanced", "label_noise", "moons", "spirals", "xor"]
YEARS = [str(year) for year in range(1970, 1983)]
NUMBERS = ["friedman1", "heteroscedastic", "outliers", "sine", "sparse_linear"]
MADE = CLASSES + NUMBERS


def rows_of(name):
    with open(datasets.FOLDER / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cells(name, column):
    return [row[column] for row in rows_of(name)]


def by_order(names, *counts):
    return dict(zip(names, counts, strict=True))


def make(name, *args, **options):
    return datasets.names()[name](*args, **options)


# --- real data ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_every_cell_is_that_of_scikit_learn(name):
    ours, theirs = datasets.load(name), getattr(published, f"load_{name}")()
    np.testing.assert_array_equal(ours.x, theirs.data)
    ours_named = np.array(ours.target_names)[ours.y]
    np.testing.assert_array_equal(ours_named, theirs.target_names.astype(str)[theirs.target])


@pytest.mark.parametrize(
    "name, counts",
    [  # from the pages of the UCI repository; penguins from the manual of palmerpenguins
        ("iris", {"setosa": 50, "versicolor": 50, "virginica": 50}),
        ("wine", {"class_0": 59, "class_1": 71, "class_2": 48}),
        ("breast_cancer", {"benign": 357, "malignant": 212}),
        ("digits", by_order("0123456789", 178, 182, 177, 183, 181, 182, 181, 179, 174, 180)),
        ("penguins", {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123}),  # the 342 measured ones
    ],
)
def test_each_class_has_the_published_number_of_rows(name, counts):
    made = datasets.load(name)
    assert Counter(np.array(made.target_names)[made.y].tolist()) == counts


@pytest.mark.parametrize(
    "name, means, half_a_digit",
    [  # R's summary() of iris, of palmerpenguins, and of Auto in "Statistical Learning" (ISLR)
        ("iris", [876.5 / 150, 458.6 / 150, 563.7 / 150, 179.9 / 150], 1e-12),
        ("penguins", [43.92, 17.15, 200.9, 4202], [0.005, 0.005, 0.05, 0.5]),
        (
            "auto_mpg",
            [5.472, 194.4, 104.5, 2978, 15.54, 1975.98],
            [5e-4, 0.05, 0.05, 0.5, 5e-3, 5e-3],
        ),
    ],
)
def test_the_mean_of_each_column_is_the_published_one(name, means, half_a_digit):
    ours = datasets.load(name).x.mean(axis=0)[: len(means)]
    assert np.all(np.abs(ours - means) <= half_a_digit)


@pytest.mark.parametrize(
    "name, column, counts",
    [  # from the same manuals, before rows are dropped
        ("penguins", "species", {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}),
        ("penguins", "island", {"Biscoe": 168, "Dream": 124, "Torgersen": 52}),
        ("penguins", "sex", {"female": 165, "male": 168, "": 11}),
        ("penguins", "year", {"2007": 110, "2008": 114, "2009": 120}),
        ("auto_mpg", "origin", {"USA": 249, "Europe": 70, "Japan": 79}),
        ("auto_mpg", "cylinders", {"3": 4, "4": 204, "5": 3, "6": 84, "8": 103}),
        (
            "auto_mpg",
            "model_year",
            by_order(YEARS, 29, 28, 28, 40, 27, 30, 34, 28, 36, 29, 29, 29, 31),
        ),
    ],
)
def test_a_column_of_a_file_holds_the_published_counts(name, column, counts):
    assert Counter(cells(name, column)) == counts


def test_two_penguins_were_not_measured():
    measured = [[v for v in row.values() if v] for row in rows_of("penguins")]
    assert Counter(map(len, measured)) == {8: 333, 7: 9, 3: 2}  # nine lack the sex only


def test_the_whole_of_auto_mpg_has_the_published_mean_and_six_gaps():
    whole = read_csv(datasets.FOLDER / "auto_mpg.csv", "mpg", columns=["weight_lb"])
    assert len(whole) == 398 and cells("auto_mpg", "horsepower").count("") == 6
    assert whole.y.mean() == pytest.approx(23.5146, abs=5e-5)  # pandas' describe(), as often shown
    assert len(datasets.load("auto_mpg")) == 392


@pytest.mark.parametrize("row, flower", [(35, (4.9, 3.1, 1.5, 0.2)), (38, (4.9, 3.6, 1.4, 0.1))])
def test_two_flowers_are_as_in_fishers_table_and_not_as_in_ucis_file(row, flower):
    assert tuple(datasets.load("iris").x[row - 1]) == flower


# --- files and cards ------------------------------------------------------------------------


def test_the_files_are_small_enough_to_bundle():
    assert sum(path.stat().st_size for path in datasets.FOLDER.glob("*.csv")) < 400_000


def test_every_file_has_a_loader_and_a_card():
    assert sorted(path.stem for path in datasets.FOLDER.glob("*.csv")) == REAL
    assert sorted(path.stem for path in datasets.FOLDER.glob("*.md")) == REAL


@pytest.mark.parametrize("name", REAL)
def test_a_card_names_rows_source_licence_loss_and_what_to_beware_of(name):
    card = datasets.load(name).card
    for part in (
        r"\*\*Source\*\*: .+",
        r"\*\*Licence\*\*: CC",
        r"doi:10\.",
        r"\*\*Beware\.\*\* .+",
    ):
        assert re.search(part, card), part
    size = re.search(r"\*\*Size\*\*: (\d+)", card)[1]
    assert int(size) == len(rows_of(name))
    suggested = re.search(r"\*\*Suggested loss\*\*:(.+(?:\n  .+)*)", card)[1]
    assert set(re.findall(r"`(\w+)`", suggested)) & set(losses.names())


@pytest.mark.parametrize("name", ["auto_mpg", "iris", "penguins", "wine"])
def test_a_card_names_every_column_of_its_file(name):
    card = datasets.load(name).card
    assert [column for column in rows_of(name)[0] if f"`{column}`" not in card] == []


# --- names ----------------------------------------------------------------------------------


def test_names_lists_them_all_the_real_ones_first():
    assert list(datasets.names()) == REAL + sorted(MADE)


@pytest.mark.parametrize("name", REAL + MADE)
def test_load_gives_the_set_of_that_name_the_same_each_time(name):
    one, again = datasets.load(name), datasets.load(name)
    assert one.name == name and len(one.feature_names) == one.x.shape[1]
    np.testing.assert_array_equal(one.x, again.x)
    np.testing.assert_array_equal(one.y, again.y)


@pytest.mark.parametrize(
    "typed, meant", [("irsi", "iris"), ("Moons", "moons"), ("breast-cancer", "breast_cancer")]
)
def test_a_misspelt_name_is_answered_with_the_right_one(typed, meant):
    with pytest.raises(ValueError, match=f"unknown dataset '{typed}'; did you mean '{meant}'"):
        datasets.load(typed)


# --- made data ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
def test_a_seed_gives_the_same_points_and_another_seed_others(name):
    one, same, other = (make(name, 60, rng=rng) for rng in (7, np.random.default_rng(7), 8))
    np.testing.assert_array_equal(one.x, same.x)
    np.testing.assert_array_equal(one.y, same.y)
    assert not np.any(one.x == other.x)


@pytest.mark.parametrize("name", MADE)
def test_a_made_set_has_its_shape_its_task_and_a_card(name):
    made = make(name, 61)
    columns = {"friedman1": 10, "sparse_linear": 20}.get(name, 1 if name in NUMBERS else 2)
    assert made.x.shape == (61, columns)
    assert made.y.shape == ((61, 1) if name in NUMBERS else (61,))
    many = {"blobs": "multiclass", "spirals": "multiclass"}
    assert made.task == ("regression" if name in NUMBERS else many.get(name, "binary"))
    assert re.match(rf"# {name}\n\n.{{40}}", made.card)


@pytest.mark.parametrize(
    "name, options, counts",
    [
        ("moons", {}, [51, 50]),
        ("circles", {}, [51, 50]),
        ("xor", {}, [51, 50]),
        ("label_noise", {"noise": 0}, [51, 50]),
        ("blobs", {}, [34, 34, 33]),
        ("blobs", {"classes": 5}, [21, 20, 20, 20, 20]),
        ("spirals", {"arms": 2}, [51, 50]),
        ("spirals", {"arms": 5}, [21, 20, 20, 20, 20]),
        ("imbalanced", {}, [96, 5]),
        ("imbalanced", {"share": 0.3}, [71, 30]),
        ("imbalanced", {"share": 1e-9}, [100, 1]),  # the rare class is never without a point
        ("imbalanced", {"share": 1 - 1e-9}, [1, 100]),
    ],
)
def test_the_classes_are_as_large_as_they_are_said_to_be(name, options, counts):
    assert np.bincount(make(name, 101, **options).y).tolist() == counts


def on_moons(x, y):
    height = np.where(y == 0, x[:, 1], 0.5 - x[:, 1])
    return np.hypot(np.where(y == 0, x[:, 0], 1 - x[:, 0]), height) - 1 + 1e9 * (height < -1e-12)


def on_spirals(x, y, arms=3):
    radius, turns = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi)
    return np.abs((turns - radius - y / arms + 0.5) % 1 - 0.5) + (radius < 0.1) + (radius > 1)


def friedman(x):
    a, b, c, d, e = x.T[:5]
    return 10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e


def blob_centre(y, classes=3):
    return 3 * np.exp(2j * np.pi * y / classes)


@pytest.mark.parametrize(
    "name, options, off",
    [  # `off` is 0 where a point lies on the curve that the docstring states
        ("moons", {}, on_moons),
        ("circles", {}, lambda x, y: np.hypot(*x.T) - np.where(y == 0, 1, 0.5)),
        ("circles", {"ratio": 0.9}, lambda x, y: np.hypot(*x.T) - np.where(y == 0, 1, 0.9)),
        ("blobs", {}, lambda x, y: x @ [1, 1j] - blob_centre(y)),
        ("blobs", {"classes": 4}, lambda x, y: x @ [1, 1j] - blob_centre(y, 4)),
        ("xor", {}, lambda x, y: (x[:, 0] * x[:, 1] > 0) != (y == 0)),
        ("spirals", {}, on_spirals),
        ("spirals", {"arms": 5}, lambda x, y: on_spirals(x, y, 5)),
        ("imbalanced", {}, lambda x, y: x - np.outer(3 * y - 1, [1, 0])),
        ("sine", {}, lambda x, y: y - np.sin(2 * x)),
        ("outliers", {"share": 0}, lambda x, y: y - (2 * x + 1)),
        ("heteroscedastic", {}, lambda x, y: y - (2 * x + 1)),
        ("sparse_linear", {}, lambda x, y: y[:, 0] - x[:, :4] @ [3, -2, 1.5, -1]),
        ("friedman1", {}, lambda x, y: y[:, 0] - friedman(x)),
        ("sparse_linear", {"features": 4}, lambda x, y: y[:, 0] - x @ [3, -2, 1.5, -1]),
    ],
)
def test_without_noise_every_point_lies_on_the_stated_curve(name, options, off):
    made = make(name, 200, noise=0, **options)
    np.testing.assert_allclose(np.abs(off(made.x, made.y)), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "options", "truth"),
    [
        ("outliers", {"share": 0}, [2, 1]),
        ("heteroscedastic", {}, [2, 1]),
        ("sparse_linear", {"features": 4}, [3, -2, 1.5, -1, 0]),
        ("sparse_linear", {}, [3, -2, 1.5, -1, *[0] * 17]),
    ],
)
def test_a_linear_set_knows_its_weights_and_bias(name, options, truth):
    made = make(name, noise=0, **options)
    assert made.truth.tolist() == truth
    np.testing.assert_allclose(made.x @ made.truth[:-1, None] + made.truth[-1], made.y, atol=1e-12)


@pytest.mark.parametrize("name", ["sine", "friedman1", "moons", "auto_mpg", "iris"])
def test_other_sets_have_no_such_truth(name):
    assert datasets.load(name).truth is None


@pytest.mark.parametrize(
    "name, low, high",
    [("sine", -3, 3), ("outliers", -1, 1), ("heteroscedastic", 0, 3), ("friedman1", 0, 1)],
)
def test_x_fills_its_stated_range_and_keeps_to_it(name, low, high):
    x = make(name, 2000).x
    assert low <= x.min() < low + 0.1 and high - 0.1 < x.max() <= high


@pytest.mark.parametrize(
    "name, size, low, high",
    [
        ("spirals", lambda x: np.hypot(*x.T), 0.1, 1),
        ("xor", lambda x: np.abs(x).ravel(), 0.02, 1),
    ],
)
def test_points_of_classes_are_as_far_out_as_stated(name, size, low, high):
    sizes = size(make(name, 2000, noise=0).x)
    assert low <= sizes.min() < low + 0.01 and high - 0.01 < sizes.max() <= high


@pytest.mark.parametrize("share, raised", [(0.1, 20), (0.5, 100), (0.004, 1)])
def test_so_many_targets_are_raised_and_by_as_much_as_stated(share, raised):
    made = make("outliers", 200, share=share, noise=0)
    far = made.y - (2 * made.x + 1)
    assert np.sum(far > 1e-9) == raised
    np.testing.assert_allclose(far[far > 1e-9], 10 * (1 + made.x[far > 1e-9]))


@pytest.mark.parametrize("noise, wrong", [(0, 0), (0.2, 20), (0.5, 50), (1, 100)])
def test_so_many_labels_are_turned_round_and_no_point_is_moved(noise, wrong):
    right, noisy = (make("label_noise", 100, noise=share, rng=3) for share in (0, noise))
    np.testing.assert_array_equal(right.x, noisy.x)
    assert np.sum(right.y != noisy.y) == wrong


@pytest.mark.parametrize(
    "name, residual",
    [  # what the noise adds, divided by what it should be: standard deviation 1
        ("sine", lambda x, y: (y - np.sin(2 * x)) / 0.3),
        ("heteroscedastic", lambda x, y: (y - 2 * x - 1) / (0.3 * x)),
        ("imbalanced", lambda x, y: (x - np.outer(3 * y - 1, [1, 0])) / 0.3),
        ("sparse_linear", lambda x, y: (y[:, 0] - x[:, :4] @ [3, -2, 1.5, -1]) / 0.3),
    ],
)
def test_the_noise_has_the_deviation_asked_for(name, residual):
    made = make(name, 5000, noise=0.3)
    assert residual(made.x, made.y).std() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    "name, options, text",
    [
        *((name, {"noise": -0.1}, "noise must be at least 0 .* not -0.1") for name in MADE),
        *((name, {"noise": np.nan}, "noise must be .* finite, not nan") for name in MADE),
        *((name, {"noise": np.inf}, "noise must be .* finite, not inf") for name in MADE),
        *((name, {"n": 1}, "n must be at least [23], .* not 1") for name in CLASSES),
        *((name, {"n": 0}, "n must be at least 1, .*not 0") for name in NUMBERS),
        ("blobs", {"n": 4, "classes": 5}, "n must be at least 5, one point per class, not 4"),
        ("blobs", {"classes": 1}, "at least 2 classes, not 1"),
        ("spirals", {"arms": 1}, "2 to 5 arms, not 1"),
        ("spirals", {"arms": 6}, "2 to 5 arms, not 6"),
        ("spirals", {"n": 3, "arms": 4}, "n must be at least 4"),
        *(("circles", {"ratio": r}, f"between 0 and 1, not {r}") for r in (0, 1, -2, np.nan)),
        *(("imbalanced", {"share": s}, f"between 0 and 1, not {s}") for s in (0, 1, 1.5, np.nan)),
        *(("outliers", {"share": s}, f"0 to 0.5, not {s}") for s in (-0.1, 0.6, np.nan)),
        ("label_noise", {"noise": 1.1}, "fraction of the labels .* not 1.1"),
        ("sparse_linear", {"features": 3}, "at least 4, not 3"),
    ],
)
def test_options_that_make_no_data_are_refused(name, options, text):
    with pytest.raises(ValueError, match=text):
        make(name, **options)


def test_an_error_about_numbers_speaks_of_no_classes():
    with pytest.raises(ValueError) as caught:
        make("sine", 0)
    assert "class" not in str(caught.value)
