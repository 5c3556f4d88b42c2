"""What `tinynet train` says of a model: the table, the baseline, the kept epoch, the remarks."""

import argparse
import re

import numpy as np
import pytest

import tinynet as tn
from tinynet import Dataset, cli
from tinynet.cli.scores import Scores, remarks
from tinynet.training.suited import fitting


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(capsys, words, target=None, **columns):
    """The printed lines of a run on a bundled dataset, or on these columns."""
    command = words.split()
    if columns:
        header, rows = ",".join(columns), zip(*columns.values(), strict=True)
        with open("mine.csv", "w") as file:
            file.write("\n".join([header, *(",".join(map(str, row)) for row in rows)]))
        command = ["mine.csv", "--target", target, *command]
    assert cli.main(["train", *command, "--quiet", "--no-plot"]) == 0
    return capsys.readouterr().out.splitlines()


def numbers(lines, part):
    row = next(line for line in lines if line.startswith(part)).split()
    return [float(cell) for cell in row[2:]]


RNG = np.random.default_rng(0)
SIZE = RNG.normal(size=300).round(4)
PRICES = {"size": SIZE, "price": (20_000 * np.exp(SIZE + RNG.normal(size=300))).round(2)}


# --- the loss, and the baseline -------------------------------------------------------------


def test_a_relative_loss_makes_relative_errors_small(capsys):
    found = {}
    for loss in ("mape", "mse"):
        words = f"--loss {loss} --save {loss}.npz"
        found[loss] = train(capsys, words, "price", **PRICES)
    test = tn.data.read_csv("mine.csv", "price").split(rng=0)[2]
    mape = {
        loss: np.mean(abs(tn.checkpoints.load_model(f"{loss}.npz").predict(test) / test.y - 1))
        for loss in found
    }
    assert numbers(found["mape"], "test")[0] == pytest.approx(mape["mape"], rel=1e-3)
    assert mape["mape"] < min(mape["mse"], numbers(found["mape"], "baseline")[0])
    assert "loss: mape of price" in found["mape"]


@pytest.mark.parametrize(("loss", "best"), [("mse", np.mean), ("mae", np.median)])
def test_the_baseline_of_numbers_is_their_mean_or_median(loss, best, capsys):
    lines = train(capsys, f"--loss {loss} --epochs 2", "price", **PRICES)
    parts = tn.data.read_csv("mine.csv", "price").split(rng=0)
    constant = best(parts[0].y)
    error = parts[2].y - constant
    expected = {"mse": np.mean(error**2), "mae": np.mean(np.abs(error))}[loss]
    assert numbers(lines, "baseline")[0] == pytest.approx(expected, rel=1e-3)
    name = best.__name__
    said = f"baseline: always {constant:.5g}, the {name} of price in the training part"
    assert said in lines


@pytest.mark.parametrize("loss", ["cross_entropy", "log_loss", "hinge"])
def test_the_baseline_of_classes_is_the_largest(loss, capsys):
    lines = train(capsys, f"imbalanced --epochs 2 --loss {loss}")
    test = tn.datasets.load("imbalanced").split(rng=0)[2]
    assert numbers(lines, "baseline") == [pytest.approx(np.mean(test.y == 0), rel=1e-3)]
    assert "baseline: always common, the largest class in the training part" in lines


# --- the kept epoch -------------------------------------------------------------------------


@pytest.fixture
def histories(monkeypatch):
    found = []
    fit = tn.fit

    def kept(*args, **options):
        found.append(fit(*args, **options))
        return found[-1]

    monkeypatch.setattr("tinynet.cli.train.fit", kept)
    return found


@pytest.mark.parametrize(("words", "epochs"), [("", 40), (" --patience 2", None)])
def test_the_epoch_with_the_lowest_validation_loss_is_kept(words, epochs, histories, capsys):
    lines = train(capsys, f"iris --epochs 40 --lr 0.1 --weight-decay 0{words}")
    losses = histories[0]["val_loss"]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == (epochs or best + 2) and best < 40
    assert lines[0].startswith(
        f"epochs: {len(losses)}, kept: epoch {best} (lowest validation loss), seconds: "
    )
    assert numbers(lines, "validation")[0] == pytest.approx(min(losses), rel=1e-3)


# --- the remarks ----------------------------------------------------------------------------


def test_what_holds_only_for_the_training_rows_is_told(capsys):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 60)).round(3)
    y = (x[:, 0] + x[:, 1] + rng.normal(size=120) > 0).astype(int)
    lines = train(capsys, "", "y", **{f"c{i}": column for i, column in enumerate(x.T)}, y=y)
    assert numbers(lines, "train")[1] > max(
        numbers(lines, part)[1] + 0.2 for part in ("validation", "test")
    )
    remark = next(line for line in lines if "only for the" in line)
    assert "the 84 training rows" in remark and "features (now 60;" in remark


def test_rows_that_stand_in_both_parts_are_told(capsys):
    x = np.repeat(np.arange(40.0), 6)
    lines = train(capsys, "", "y", x=x, y=np.repeat(RNG.permutation([0, 1] * 20), 6))
    said = r"Of the 36 test rows 3\d are equal to a row of the training part"
    assert any(re.match(said, line) for line in lines)


def test_r2_of_a_single_row_is_left_out_and_nothing_is_said_of_it(capsys):
    lines = train(capsys, "", "y", x=[1, 2, 3, 4, 5], y=[2, 4, 6, 8, 10.5])
    assert len(numbers(lines, "train")) == 3 and len(numbers(lines, "test")) == 2
    assert not any("holds only" in line for line in lines)


def test_a_model_that_learned_nothing_is_told(capsys):
    lines = train(capsys, "xor --hidden --lr 1e-6 --epochs 1")
    assert numbers(lines, "test")[1] <= numbers(lines, "baseline")[0]
    assert any(line.startswith("On the test rows the model is no better") for line in lines)


@pytest.mark.parametrize(("test", "told"), [(1.0, 0), (0.9, 1)])
def test_a_perfect_model_is_not_told_to_be_better(test, told):
    parts = {
        "train": {"accuracy": 1.0},
        "validation": {"accuracy": 1.0},
        "test": {"accuracy": test},
    }
    shapes, better = {"test": (10, 2)}, {"train": True, "test": False}
    found = Scores(parts, shapes, "yes, the largest class", 0, better)
    assert len(remarks(found, argparse.Namespace(lr=0.01))) == told


@pytest.mark.parametrize("name", ["iris", "moons", "auto_mpg", "friedman1"])
def test_a_model_that_learned_something_is_left_in_peace(name, capsys):
    lines = train(capsys, name)
    assert lines[-1].startswith("baseline: always")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["moons", "iris", "sine", "counts"])
def test_every_loss_that_fits_is_trained_and_told(name, capsys):
    if name == "counts":
        x = RNG.normal(size=(200, 1))
        y = RNG.poisson(5 * np.exp(x)) + 1.0
        data, columns = (
            Dataset(name, x, y, ("x",), ("y",), "regression"),
            {"x": x[:, 0], "y": y[:, 0]},
        )
    else:
        data, columns = tn.datasets.load(name), {}
    for loss in fitting(data):
        words = f"{'' if columns else name} --loss {loss} --epochs 100"
        lines = train(capsys, words, "y", **columns)
        assert not any("no better" in line for line in lines), loss
