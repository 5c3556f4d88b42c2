"""export.onnx: the same outputs in onnxruntime, for any number of rows."""

import json

import numpy as np
import pytest
from hypothesis import given, settings

import tinynet as tn
from tests.cases.models import few_and_many, models
from tinynet import datasets
from tinynet.engine.methods import raw
from tinynet.layers import MLP, Embedding, Flatten, Linear, Sequential, Softplus
from tinynet.training.units import InUnits, Units

onnx = pytest.importorskip("onnx", reason='pip install ".[onnx]"')
ort = pytest.importorskip("onnxruntime", reason="pip install onnxruntime: the export is run in it")


def session(model, folder):
    tn.export.onnx(model, folder / "model.onnx")
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(folder / "model.onnx"), options)


def compare(model, run, x, rtol=1e-6):
    (name,) = (given.name for given in run.get_inputs())
    for rows in (x, x[:1]):
        y = raw(model.eval()(rows))
        (found,) = run.run(None, {name: rows})
        assert found.dtype == y.dtype and found.shape == y.shape
        np.testing.assert_allclose(found, y, rtol=rtol, atol=rtol * max(1, np.abs(y).max()))


def gives_the_same_in_onnxruntime(model, tmp_path_factory):
    run = session(model, tmp_path_factory.mktemp("onnx"))
    compare(model, run, np.random.default_rng(0).normal(size=(6, 3)))


test_any_model, test_many_models = few_and_many(15, models(), gives_the_same_in_onnxruntime)


# Always the same models: a LayerNorm of nearly equal numbers enlarges rounding up to 1 / √ε times.
@settings(max_examples=10, deadline=None, derandomize=True)
@given(model=models(dtype=np.float32))
def test_float32_stays_float32(model, tmp_path_factory):
    run = session(model, tmp_path_factory.mktemp("onnx"))
    compare(model, run, np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32), 1e-5)


def test_a_frozen_model_of_float32_stays_float32(tmp_path):
    model = MLP([3, 4, 2], rng=0, dtype=np.float32)
    for parameter in model.parameters():
        parameter.requires_grad = False
    compare(model, session(model, tmp_path), np.ones((2, 3), np.float32), 1e-5)


@pytest.mark.parametrize("name", ["auto_mpg", "iris", "breast_cancer"])
def test_a_model_in_the_units_of_its_data(name, tmp_path):
    data = datasets.load(name)
    columns, out = data.x.shape[1], {"auto_mpg": 1, "iris": 3, "breast_cancer": 1}[name]
    model = InUnits(MLP([columns, 5, out], rng=0, dtype=np.float32), Units.of(data))
    model.feature_names, model.target_names = data.feature_names, data.target_names
    run = session(model, tmp_path)
    compare(model, run, data.x[:20].astype(float))
    given, found = run.get_inputs()[0], run.get_outputs()[0]
    assert (given.name, given.shape) == ("features", ["N", columns])
    output = data.target_names[0] if len(data.target_names) == 1 else "classes"
    assert (found.name, found.shape) == (output, ["N", out])
    known = run.get_modelmeta().custom_metadata_map
    assert json.loads(known["feature_names"]) == list(data.feature_names)
    assert json.loads(known["target_names"]) == list(data.target_names)


@pytest.mark.parametrize(
    ("features", "targets", "names"),
    [
        (None, None, ("x", "y")),
        (("sepal length (cm)",), ("mpg",), ("sepal_length_cm_", "mpg")),
        (("",), ("y",), ("x", "y")),
        (("a",), ("a",), ("a", "a_predicted")),
    ],
)
def test_input_and_output_have_names(features, targets, names, tmp_path):
    model = MLP([1, 2, 1], rng=0)
    model.feature_names, model.target_names = features, targets
    run = session(model, tmp_path)
    assert (run.get_inputs()[0].name, run.get_outputs()[0].name) == names


def test_an_embedding(tmp_path):
    model = Sequential(Embedding(5, 3, rng=0), Flatten(), Linear(6, 2, rng=1))
    compare(model, session(model, tmp_path), np.array([[0.0, 4.0], [2.0, 2.0]]))


@pytest.mark.parametrize("model", [Sequential(), Sequential(np.exp, np.square, np.log), Softplus()])
def test_a_model_without_numbers_takes_any_columns(model, tmp_path):
    x = np.abs(np.random.default_rng(0).normal(size=(4, 7)))
    compare(model, session(model, tmp_path), x)


def test_far_out_nothing_overflows(tmp_path):
    model = Sequential(*(kind() for kind in tn.layers.ACTIVATIONS.values()))
    for layer in model.layers:
        compare(layer, session(layer, tmp_path), np.array([[-1e3, -30.0, 0.0, 30.0, 1e3]]))


def test_a_failed_write_leaves_the_old_file(tmp_path):
    with pytest.raises(ValueError, match="there is no folder"):
        tn.export.onnx(MLP([2, 1]), tmp_path / "none" / "model.onnx")
