"""A saved model: new rows go in by name, and are never taken for something else."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from tinynet import Tensor, checkpoints, datasets, losses, optimizers
from tinynet.data import Dataset, read_csv
from tinynet.layers import MLP, Linear, Residual, Sequential, Sigmoid, Softmax
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
    "end, loss, output",
    [
        ([], losses.cross_entropy, "logits"),
        ([], None, ""),
        ([Softmax()], losses.nll, "probabilities"),
    ],
)
def test_probabilities_of_many_classes_are_those_of_torch(end, loss, output, tmp_path):
    torch = pytest.importorskip("torch")
    line = Linear(4, 3, rng=0)
    checkpoints.save(Sequential(line, *end), tmp_path / "m.npz", data=IRIS, loss=loss)
    model = checkpoints.load_model(tmp_path / "m.npz")
    found, logits = model.probabilities(IRIS), torch.tensor(predict(line, IRIS.x))
    np.testing.assert_allclose(found, torch.softmax(logits, 1), rtol=1e-6)
    assert (model.output, model.loss) == (output, loss.__name__ if loss else "")
    assert [IRIS.target_names[i] for i in found.argmax(1)] == model.classify(IRIS)


@pytest.mark.parametrize("end", [[], [Sigmoid()]], ids=["logit", "sigmoid"])
def test_the_probabilities_of_two_classes_come_from_one_column(end, tmp_path):
    data = Dataset("toy", [[-1.0], [0.2], [800.0]], [0, 1, 1], ("x",), ("no", "yes"), "binary")
    line = Linear(1, 1, rng=0)
    line.weight.data[...] = 1
    checkpoints.save(Sequential(line, *end), tmp_path / "m.npz", data=data)
    found = checkpoints.load_model(tmp_path / "m.npz").probabilities(data)
    yes = 1 / (1 + np.exp(-data.x[:, 0]))
    np.testing.assert_allclose(found, np.stack([1 - yes, yes], axis=1), rtol=1e-6)


def test_a_sigmoid_to_which_something_is_added_gives_no_probabilities(tmp_path):
    data = Dataset("toy", [[-1.0], [-0.2], [3.0]], [0, 1, 1], ("x",), ("no", "yes"), "binary")
    model = Sequential(Linear(1, 1, rng=0), Residual(Sigmoid()))  # z + sigmoid(z)
    model.layers[0].weight.data[...] = 1
    loss = functools.partial(losses.log_loss, from_logits=True)
    checkpoints.save(model, tmp_path / "m.npz", data=data, loss=loss)
    saved = checkpoints.load_model(tmp_path / "m.npz")
    assert saved.output == "logits" and saved.classify(data) == ["no", "yes", "yes"]


@pytest.mark.parametrize(
    "options, told, output, middle",
    [
        ({"from_logits": True}, "focal", "logits", 0.0),
        ({"from_logits": False}, "focal", "probabilities", 0.5),
        ({"from_logits": True, "gamma": 3}, "focal(gamma=3)", "logits", 0.0),
    ],
)
def test_the_options_of_a_loss_say_what_the_model_gives(options, told, output, middle, tmp_path):
    data = Dataset("toy", [[-1.0], [0.2], [1.0]], [0, 1, 1], ("x",), ("no", "yes"), "binary")
    line = Linear(1, 1, rng=0)
    line.weight.data[...] = 1
    loss = functools.partial(losses.focal, **options)
    checkpoints.save(line, tmp_path / "m.npz", data=data, loss=loss)
    model = checkpoints.load_model(tmp_path / "m.npz")
    assert (model.loss, model.output) == (told, output)
    assert model.classify(data) == [("no", "yes")[int(x > middle)] for x in data.x[:, 0]]


def test_scores_of_a_hinge_loss_are_no_probabilities(tmp_path):
    data = datasets.load("moons")
    checkpoints.save(Linear(2, 1, rng=0), tmp_path / "m.npz", data=data, loss=losses.hinge)
    model = checkpoints.load_model(tmp_path / "m.npz")
    assert len(model.classify(data)) == len(data)
    with pytest.raises(ValueError, match="the scores of hinge are no probabilities"):
        model.probabilities(data)


@pytest.mark.parametrize("weight", [np.nan, 1e38])
@pytest.mark.filterwarnings("ignore:overflow", "ignore:.*NaN or inf")
def test_what_is_no_number_is_no_answer(weight, tmp_path):
    for name, ask in [("moons", "classify"), ("moons", "probabilities"), ("friedman1", "numbers")]:
        data = datasets.load(name)
        width = data.x.shape[1]
        model = Linear(width, 2 - (ask == "numbers"), rng=0, dtype=np.float32)
        model.weight.data[:] = weight
        checkpoints.save(model, tmp_path / "m.npz", data=data)
        saved = checkpoints.load_model(tmp_path / "m.npz")
        rows = np.zeros((3, width))
        rows[2] = 1e300
        first = 0 if np.isnan(weight) else 2
        with pytest.raises(ValueError, match=rf"output for row {first} .* is (nan|inf): a number"):
            getattr(saved, ask)(saved.predict(rows) if ask == "numbers" else rows)


def test_many_rows_go_through_the_model_in_parts(iris, monkeypatch):
    expected = iris.predict(IRIS)
    monkeypatch.setattr("tinynet.training.checkpoints.saved.BATCH", 7)
    np.testing.assert_allclose(iris.predict(IRIS), expected, rtol=1e-6)
    assert iris.predict(IRIS.x[:0]).shape == (0, 3)


def test_it_shows_what_is_done_to_a_row(saved):
    data = datasets.load("auto_mpg")
    units = Units.of(data)
    text = repr(saved(InUnits(MLP([data.x.shape[1], 1], rng=0), units), data))
    center, scale = units.x.center[0], units.x.scale[0]
    assert f"(cylinders − {center:.6g}) / {scale:.6g}" in text
    assert f"output · {units.y.scale[0]:.6g} + {units.y.center[0]:.6g}" in text
    assert "Preparation: 7 columns become" in text and "0 or 1 for each of" in text
    below = Units.of(Dataset("d", [[-3.0], [-1.0]], [1, 2.0], ("t",), ("y",), "regression"))
    assert "(t + 2) / 1" in InUnits(Linear(1, 1, rng=0), below).figures(("t",), ("y",))


def test_datasets_that_are_made_are_read_from_files_too(saved, tmp_path):
    for name, row in [("moons", "0.5,1"), ("friedman1", ",".join(["0.5"] * 10))]:
        data = datasets.load(name)
        model = saved(Linear(data.x.shape[1], 1, rng=0), data)
        (tmp_path / "new.csv").write_text(f"{','.join(data.feature_names)}\n{row}\n")
        x = np.array([row.split(",")], float)
        np.testing.assert_array_equal(model.predict(tmp_path / "new.csv"), model.predict(x))


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
