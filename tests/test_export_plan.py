"""What cannot be exported says what it is, where it is, and what could."""

import numpy as np
import pytest

import tinynet as tn
from tinynet import datasets, functional
from tinynet.layers import MLP, Linear, Module, ReLU, Residual, Sequential, Tanh
from tinynet.training.units import InUnits, Units


class Own(Module):
    def forward(self, x):
        return x


class Tanh2(Tanh):
    def forward(self, x):
        return 2 * np.tanh(x)


def another_forward():
    layer = ReLU()
    layer.forward = lambda x: x
    return layer


def shared():
    layer = Linear(3, 3)
    return Sequential(layer, Tanh(), layer)


def twice_in_units():
    units = Units.of(datasets.load("auto_mpg"))
    return InUnits(Sequential(InUnits(Linear(9, 1), units)), units)


REFUSED = {
    "own": (
        lambda: Sequential(Linear(2, 2), Residual(Own())),
        r"layers.1.layers.0 is a Own, whose",
    ),
    "subclass": (lambda: Sequential(Tanh2()), "layers.0 is a Tanh2, .*known are Linear"),
    "itself": (Own, "the model is a Own"),
    "another forward": (lambda: Sequential(another_forward()), "layers.0 is a ReLU with another"),
    "function": (
        lambda: Sequential(functional.relu),
        "layers.0 is the function relu; known .*np.exp",
    ),
    "lambda": (lambda: Sequential(lambda x: x), "layers.0 is the function <lambda>"),
    "shared": (shared, "layers.0.weight and layers.2.weight are one array"),
    "units": (twice_in_units, "the model and model.layers.0 are both in units"),
}
EXPORTS = {
    "torch": lambda model, path: tn.export.torch(model, path / "model.py"),
    "onnx": lambda model, path: tn.export.onnx(model, path / "model.onnx"),
    "numpy": lambda model, path: tn.export.numpy(model, tn.losses.mse, path / "model.py"),
}


@pytest.mark.parametrize("to", EXPORTS)
@pytest.mark.parametrize(("make", "text"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_leave_is_named_with_its_place(make, text, to, tmp_path):
    with pytest.raises(ValueError, match=f"export.{to}: {text}"):
        EXPORTS[to](make(), tmp_path)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("to", EXPORTS)
def test_what_is_no_model_is_told_what_one_is(to, tmp_path):
    with pytest.raises(TypeError, match=f"export.{to} takes a model, such as"):
        EXPORTS[to]("model", tmp_path)


@pytest.mark.parametrize("to, module", [("torch", "safetensors"), ("onnx", "onnx")])
def test_a_missing_extra_says_how_to_install_it(to, module, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    monkeypatch.setitem(__import__("sys").modules, f"{module}.numpy", None)
    extra = {"torch": "safetensors", "onnx": "onnx"}[to]
    with pytest.raises(ImportError, match=rf'pip install "tinynet-learn\[{extra}\]"'):
        EXPORTS[to](MLP([2, 1]), tmp_path)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("to", ["torch", "numpy"])
def test_a_disk_that_fails_leaves_the_old_files(to, tmp_path, monkeypatch):
    EXPORTS[to](MLP([2, 1], rng=0), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 2

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        EXPORTS[to](MLP([2, 3, 1], rng=0), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_model_that_was_trained_and_saved_leaves_with_the_names_of_its_data(tmp_path):
    data = datasets.load("iris")
    model = MLP([4, 8, 3], rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    tn.fit(model, tn.losses.cross_entropy, optimizer, data, epochs=2, batch_size=50, progress=False)
    tn.checkpoints.save(model, tmp_path / "iris.npz", data=data)
    saved = tn.checkpoints.load_model(tmp_path / "iris.npz")
    for to in EXPORTS:
        (tmp_path / to).mkdir()
        EXPORTS[to](saved, tmp_path / to)
    source = (tmp_path / "torch" / "model.py").read_text(encoding="utf-8")
    assert ", ".join(data.feature_names) in source and "setosa" in source
