"""Architecture: a model made of what was written down is the model; or nothing is written."""

import json

import numpy as np
import pytest

from tinynet import Tensor, checkpoints, datasets
from tinynet.layers import (
    ELU,
    GELU,
    MLP,
    BatchNorm1d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    modules,
    tensors,
)
from tinynet.training.checkpoints.architecture import UnknownLayer, described, made
from tinynet.training.units import InUnits, Units


def frozen(model):
    model.layers[0].weight.requires_grad = False
    return model


def in_units(name, model):
    return InUnits(model, Units.of(datasets.load(name)))


def moved(model):
    """With running statistics, weights and biases that are not what they start as."""
    rng = np.random.default_rng(0)
    for tensor in tensors(model).values():
        tensor.data[...] = rng.uniform(0.5, 2, tensor.shape)
    model(rng.normal(2, 3, (9, 4)))
    return model


KNOWN = {
    "linear": lambda: Linear(4, 3, rng=0),
    "no bias": lambda: Linear(4, 3, bias=False, rng=0),
    "float32": lambda: MLP([4, 5, 3], Tanh, rng=0, dtype=np.float32),
    "dropout": lambda: MLP([4, 5, 3], dropout=0.25, rng=0),
    "activations": lambda: Sequential(
        *(Flatten(), Linear(4, 5, rng=0), ReLU(), LeakyReLU(), LeakyReLU(0.3), LeakyReLU(slope=0)),
        *(Sigmoid(), Tanh(), Softmax(), Dropout(0.5)),
        *(ELU(), ELU(0.3), ELU(alpha=2), GELU(), SiLU(), Softplus()),
    ),
    "normalized": lambda: moved(
        Sequential(
            *(Linear(4, 5, rng=0), BatchNorm1d(5, eps=1e-3, momentum=0.5), LayerNorm(5, eps=0.1)),
            *(BatchNorm1d(5, dtype=np.float64), Linear(5, 3, rng=1)),
        )
    ),
    "float32, normalized": lambda: moved(
        Sequential(BatchNorm1d(4, dtype=np.float32), LayerNorm(4, dtype=np.float32))
    ),
    "residual": lambda: Sequential(Residual(Linear(4, 4, rng=0), Residual(Tanh())), Residual()),
    "functions": lambda: Sequential(np.tanh, Linear(4, 3, rng=0), np.exp),
    "nested": lambda: Sequential(Sequential(Linear(4, 4, rng=0)), MLP([4, 2, 3], rng=0)),
    "nothing": lambda: Sequential(),
    "frozen": lambda: frozen(MLP([4, 5, 3], rng=0)),
    "classes": lambda: in_units("iris", MLP([4, 5, 3], rng=0, dtype=np.float32)),
    "numbers": lambda: in_units("auto_mpg", MLP([9, 5, 1], rng=0, dtype=np.float32)),
    "inside": lambda: Sequential(in_units("iris", Linear(4, 3, rng=0)), np.exp),
}


@pytest.mark.parametrize("make", KNOWN.values(), ids=KNOWN)
def test_a_model_comes_back_with_its_layers_and_answers_to_the_last_bit(make, tmp_path):
    model = make()
    checkpoints.save(model, tmp_path / "model.npz")
    again = checkpoints.load_model(tmp_path / "model.npz").model
    assert repr(again) == repr(model) and not again.training
    assert [type(part) for part in modules(again)] == [type(part) for part in modules(model)]
    mine, theirs = tensors(model), tensors(again)
    assert list(mine) == list(theirs)
    for name in mine:
        assert np.array_equal(mine[name].data, theirs[name].data)
        assert mine[name].dtype == theirs[name].dtype
        assert mine[name].requires_grad == theirs[name].requires_grad
    x = np.random.default_rng(0).normal(size=(50, 9 if "y_center" in mine else 4))
    y, again_y = model.eval()(x), again(x)
    assert y.dtype == again_y.dtype and np.array_equal(
        getattr(y, "data", y), getattr(again_y, "data", again_y)
    )


class Own(Module):
    def forward(self, x):
        return x


class Tanh2(Tanh):
    def forward(self, x):
        return 2 * np.tanh(x)


def shared():
    layer = Linear(3, 3, rng=0)
    return Sequential(layer, Tanh(), layer)


def changed(model, **attributes):
    vars(model).update(attributes)
    return model


def appended():
    model = MLP([4, 3], rng=0)
    model.layers.append(lambda x: x + 1)
    return model


UNKNOWN = {
    "own layer": lambda: Sequential(Own()),
    "subclass": lambda: Sequential(Tanh2()),
    "of the same name": lambda: type("Tanh", (Tanh2,), {})(),
    "function": lambda: Sequential(lambda x: x),
    "appended": appended,
    "own forward": lambda: changed(MLP([4, 3], rng=0), forward=lambda x: x),
    "another layer": lambda: changed(MLP([4, 3], rng=0), head=Linear(3, 3)),
    "another tensor": lambda: changed(MLP([4, 3], rng=0), scale=Tensor([1.0])),
    "computed": lambda: changed(
        MLP([4, 3], rng=0), layers=[Linear(4, 3), Tensor(1.0, requires_grad=True) * 2]
    ),
    "array as slope": lambda: LeakyReLU(np.array([0.1, 0.2, 0.3])),
    "float32 as slope": lambda: LeakyReLU(np.float64(0.1)),
    "shared": shared,
    "reshaped": lambda: changed(Linear(4, 3), bias=Tensor(np.zeros((1, 3)), requires_grad=True)),
    "three axes": lambda: changed(Linear(2, 2), weight=Tensor(np.ones((1, 2, 2)))),
    "no bias any more": lambda: changed(Linear(2, 2), bias=None),
    "array as eps": lambda: changed(LayerNorm(2), eps=np.array([0.1, 0.2])),
    "no running mean": lambda: changed(BatchNorm1d(2), running_mean=None),
    "trains its mean": lambda: changed(
        BatchNorm1d(2), running_mean=Tensor(np.zeros((1, 2)), requires_grad=True)
    ),
    "another around": lambda: changed(Residual(Tanh()), around=False),
    "drops all": lambda: changed(Dropout(0.5), rate=1),
}


@pytest.mark.parametrize("make", UNKNOWN.values(), ids=UNKNOWN)
def test_of_any_other_model_the_numbers_are_saved_and_nothing_is_guessed(make, tmp_path):
    with pytest.raises(UnknownLayer):
        described(make())
    with pytest.warns(UserWarning, match="holds the numbers of a model, but not its layers"):
        checkpoints.save(make(), tmp_path / "model.npz", data=datasets.load("iris"))
    checkpoints.save(make(), tmp_path / "model.npz")
    checkpoints.load(make(), tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"not its layers \(.+\): make the model yourself"):
        checkpoints.load_model(tmp_path / "model.npz")


def test_it_is_plain_data():
    model = in_units("iris", MLP([4, 5, 3], LeakyReLU, rng=0))
    text = json.dumps(described(model))
    assert repr(made(json.loads(text), tensors(model))) == repr(model)


def test_a_dropout_that_comes_back_drops_in_training(tmp_path):
    checkpoints.save(Sequential(Dropout(0.5)), tmp_path / "model.npz")
    model, x = checkpoints.load_model(tmp_path / "model.npz").model, np.ones((4, 50))
    assert np.array_equal(model(x), x) and not np.array_equal(model.train()(x), x)


def test_an_embedding_comes_back(tmp_path):
    model = Sequential(Embedding(5, 3, rng=0), Flatten(), Linear(6, 2, rng=0))
    checkpoints.save(model, tmp_path / "model.npz")
    again = checkpoints.load_model(tmp_path / "model.npz").model
    ids = np.array([[0, 4], [2, 2]])
    assert repr(again) == repr(model) and np.array_equal(again(ids).data, model(ids).data)


@pytest.mark.parametrize(
    "layer",
    [
        {"layer": "LayerNorm", "eps": "1e-5"},
        {"layer": "LayerNorm", "eps": -1},
        {"layer": "LayerNorm", "dtype": 3},
        {"layer": "BatchNorm1d", "eps": 1e-5, "momentum": True},
        {"layer": "BatchNorm1d", "eps": 1e-5, "momentum": 0.1, "features": 10**12},
        {"layer": "ELU", "alpha": [1]},
        {"layer": "Dropout", "rng": 0},
        {"layer": "Embedding"},
        {"layer": "Residual", "layers": "Tanh"},
        {"layer": "InUnits"},
        {"layer": "Function"},
    ],
    ids=str,
)
def test_what_a_layer_cannot_be_is_refused(layer):
    state = {"weight": np.ones(3), "bias": np.ones(3)}
    with pytest.raises(ValueError):
        made({"model": layer, "trained": []}, state)


@pytest.mark.parametrize("name", ["Module", "Linear2", "os", "__class__", None, 3, ["Tanh"]])
def test_a_name_that_is_not_in_the_table_is_refused(name):
    with pytest.raises(ValueError, match="not known here"):
        made({"model": {"layer": name}, "trained": []}, {})
