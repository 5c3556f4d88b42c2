"""A saved model: new rows go in by name, and are never taken for something else."""

from dataclasses import replace

import numpy as np
import pytest

from tinynet import Tensor, checkpoints, datasets, losses, optimizers
from tinynet.data import Dataset, read_csv
from tinynet.layers import MLP, Linear, Sequential, Sigmoid
from tinynet.training import evaluate, fit, predict
from tinynet.training.units import InUnits, Units

IRIS = datasets.load("iris")


@pytest.fixture
def saved(tmp_path):
    """Save and load a model with the data that it is for."""

    def save(model, data):
        checkpoints.save(model, tmp_path / "model.npz", data=data)
        return checkpoints.load_model(tmp_path / "model.npz")

    return save


@pytest.fixture
def iris(saved):
    return saved(InUnits(MLP([4, 3], rng=0, dtype=np.float32), Units.of(IRIS)), IRIS)


def test_it_knows_the_names_and_the_task(iris):
    assert iris.feature_names == IRIS.feature_names and iris.target_names == IRIS.target_names
    assert iris.task == "multiclass" and iris.preparation == IRIS.preparation
    first = "SavedModel: multiclass, sepal_length_cm, sepal_width_cm, petal_length_cm"
    assert repr(iris).startswith(first) and "Linear(4, 3)" in repr(iris)


def test_rows_may_be_an_array_a_list_a_tensor_or_a_dataset(iris):
    for rows in (IRIS.x, IRIS.x.tolist(), Tensor(IRIS.x), IRIS):
        assert np.array_equal(iris.predict(rows), predict(iris.model, IRIS.x))


def test_without_data_it_takes_what_its_layers_take(saved):
    model = saved(Linear(2, 1, rng=0), None)
    assert model.predict([[1.0, 2.0]]).shape == (1, 1)
    assert "of unknown data" in repr(model)
    with pytest.raises(ValueError, match=r"Linear\(2, 1\) takes 2 columns"):
        model.predict(np.ones((5, 3)))
    with pytest.raises(ValueError, match="what has no names, and not classes"):
        model.classify([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"rows.csv cannot be read.*saved with data="):
        model.predict("rows.csv")


def renamed(*names):
    return Dataset("other", IRIS.x[:, : len(names)], IRIS.y, names, IRIS.target_names, IRIS.task)


A, B, C, D = IRIS.feature_names


class Frame:  # as pandas: an array whose columns have names
    columns = [A, B, D, C]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (np.ones((2, 3)), r"4 columns \(sepal_length_cm, .*\(N, 4\), not \(2, 3\)"),
        (np.ones(4), r"\(N, 4\), not \(4,\)"),
        ([["a", "b", "c", "d"]], "must hold numbers, not <U1"),
        ([[1, 2, 3, 4], [1, 2, np.nan, 4]], "row 1 holds NaN or inf"),
        (renamed(A, B, C), f"other has {A}, {B}, {C}: the first difference is {D} and none"),
        (renamed(A, B, C, "x"), f"the first difference is {D} and x in place 4"),
        (renamed(A, B, D, C), f"the first difference is {C} and {D} in place 3"),
        (Frame(), f"the table has .*: the first difference is {C} and {D} in place 3"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_what_differs(rows, text, iris):
    for ask in (iris.predict, iris.classify):
        with pytest.raises(ValueError, match=text):
            ask(rows)


def test_hundreds_of_names_are_told_in_a_few_words(saved):
    names = tuple(f"pixel {i}" for i in range(500))
    data = Dataset("wide", np.ones((2, 500)), [0, 1], names, ("no", "yes"), "binary")
    model = saved(Linear(500, 2, rng=0), data)
    with pytest.raises(ValueError, match="pixel 9, …, but wide has cell 0") as caught:
        model.predict(replace(data, feature_names=tuple(f"cell {i}" for i in range(500))))
    assert len(str(caught.value)) < 600


def test_classes_are_told_by_name(iris):
    ids = np.argmax(iris.predict(IRIS), axis=1)
    assert iris.classify(IRIS) == [IRIS.target_names[i] for i in ids]


@pytest.mark.parametrize("end, middle", [([], 0.0), ([Sigmoid()], 0.5)], ids=["logit", "sigmoid"])
def test_one_column_is_yes_above_its_middle(end, middle, saved):
    data = Dataset("toy", [[-1.0], [0.2], [1.0]], [0, 1, 1], ("x",), ("no", "yes"), "binary")
    line = Linear(1, 1, rng=0)
    line.weight.data[...] = 1
    model = saved(Sequential(line, *end), data)
    assert model.classify(data) == ["no", "yes", "yes"]
    assert ((model.predict(data) > middle).ravel() == [False, True, True]).all()


@pytest.mark.parametrize(
    ("name", "columns", "text"),
    [("auto_mpg", 1, "numbers, mpg, and not classes"), ("iris", 5, r"\(\d+, 5\), .* 3 classes")],
)
def test_classes_are_not_made_up(name, columns, text, saved):
    data = datasets.load(name)
    with pytest.raises(ValueError, match=text):
        saved(Linear(data.x.shape[1], columns, rng=0), data).classify(data)


ROWS = [f"{size},{color},{kind}" for size, color, kind in [(1, "red", "a"), (2, "blue", "b")] * 10]


def test_a_csv_file_is_read_as_the_first_one_was(tmp_path, saved):
    (tmp_path / "old.csv").write_text("\n".join(["size,color,kind", *ROWS]))
    data = read_csv(tmp_path / "old.csv", "kind")
    bare, units = MLP([3, 2], rng=0), Units.of(data)
    optimizer = optimizers.Adam(bare.parameters(), 0.1)
    pair = units.remove(data.x, data.y)
    fit(bare, losses.cross_entropy, optimizer, pair, epochs=30, batch_size=20, progress=False)
    model = saved(InUnits(bare, units), data)

    assert np.array_equal(model.predict(tmp_path / "old.csv"), predict(model.model, data.x))
    new = tmp_path / "new.csv"  # other columns, in another order, and no target
    new.write_text("note,color,size\nx,blue,2\ny,red,1\n")
    assert model.classify(new) == ["b", "a"] == model.classify(str(new))
    assert np.array_equal(model.predict(new), model.predict(data.x[[1, 0]]))
    for text, problem in [
        ("color,size\nred,1\ngreen,2\n", "line 3.*green"),
        ("color\nred\n", "lacks the column 'size'"),
        ("color,size\nred,big\n", "line 2.*big"),
    ]:
        new.write_text(text)
        with pytest.raises(ValueError, match=problem):
            model.predict(new)


def test_rows_of_a_file_are_not_taken_for_standardized_ones(saved):
    model = saved(MLP([4, 3], rng=0), IRIS.standardize())
    with pytest.raises(ValueError, match="iris.csv cannot be read"):
        model.classify("iris.csv")


def test_the_names_that_fit_remembers_are_saved_and_compared_as_before(saved):
    bare, data = MLP([4, 3], rng=0), IRIS.standardize()
    optimizer = optimizers.SGD(bare.parameters(), 0.1)
    fit(bare, losses.cross_entropy, optimizer, data, epochs=1, batch_size=50, progress=False)
    model = saved(bare, None)
    assert model.feature_names == IRIS.feature_names
    assert model.classify(data) == saved(bare, data).classify(data)
    for loaded in (model, saved(bare, IRIS)):
        with pytest.raises(ValueError, match="first difference"):
            evaluate(loaded.model, losses.cross_entropy, renamed(A, B, D, C))
