"""export.torch and load_torch: the same outputs in PyTorch, and the same numbers back."""

import ast
import json
import runpy

import numpy as np
import pytest
from hypothesis import given, settings

import tinynet as tn
from tests.cases.models import few_and_many, models
from tinynet import datasets
from tinynet.engine.methods import raw
from tinynet.layers import (
    ELU,
    MLP,
    BatchNorm1d,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    Module,
    Residual,
    Sequential,
    Tanh,
    tensors,
)
from tinynet.training.units import InUnits, Units

torch = pytest.importorskip("torch", reason="pip install torch: the export is loaded in it")
safetensors = pytest.importorskip("safetensors.numpy", reason='pip install ".[safetensors]"')


def exported(model, folder):
    """PyTorch's model, as the program that was written makes it."""
    tn.export.torch(model, folder / "model.py")
    return runpy.run_path(str(folder / "model.py"))["load"]()


def compare(model, theirs, x, rtol):
    y = raw(model.eval()(x))
    with torch.no_grad():
        expected = theirs(torch.tensor(x)).numpy()
    assert expected.dtype == y.dtype
    np.testing.assert_allclose(y, expected, rtol=rtol, atol=rtol * np.abs(y).max())


def rows(dtype=np.float64, columns=3):
    return np.random.default_rng(0).normal(size=(6, columns)).astype(dtype)


def gives_the_same_in_pytorch_and_comes_back(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("torch")
    theirs = exported(model, folder)
    compare(model, theirs, rows(), 1e-12)
    again = tn.load_torch(folder / "model.safetensors")
    assert repr(again) == repr(model)
    assert np.array_equal(again(rows()).data, model.eval()(rows()).data)
    for parameter in model.parameters():
        parameter.data += 1
    tn.load_torch(theirs.state_dict(), model)
    assert np.array_equal(again(rows()).data, model(rows()).data)


test_any_model, test_many_models = few_and_many(
    15, models(), gives_the_same_in_pytorch_and_comes_back
)


# Always the same models: a LayerNorm of nearly equal numbers enlarges rounding up to 1 / √ε times.
@settings(max_examples=10, deadline=None, derandomize=True)
@given(model=models(dtype=np.float32))
def test_float32_stays_float32(model, tmp_path_factory):
    theirs = exported(model, tmp_path_factory.mktemp("torch"))
    assert {p.dtype for p in theirs.parameters()} == {torch.float32}
    compare(model, theirs, rows(np.float32), 1e-5)


def test_the_source_is_what_one_would_write(tmp_path):
    residual = Residual(LayerNorm(8), Linear(8, 8, rng=1, bias=False), ELU())
    model = Sequential(Linear(3, 8, rng=0), Tanh(), residual, Linear(8, 1, rng=2))
    model.feature_names, model.target_names = ("a", "b", '"""'), ("price",)
    tn.export.torch(model, tmp_path / "model.py")
    source = (tmp_path / "model.py").read_text(encoding="utf-8")
    assert source.startswith("\"\"\"a, b, ''' → price\n")
    body = source.partition("class Model")[2].partition("def load")[0]
    assert body.splitlines()[1:-2] == [
        "    def __init__(self):",
        "        super().__init__()",
        "        self.linear1 = nn.Linear(3, 8, dtype=torch.float64)",
        "        self.layer_norm1 = nn.LayerNorm(8, eps=1e-05, dtype=torch.float64)",
        "        self.linear2 = nn.Linear(8, 8, bias=False, dtype=torch.float64)",
        "        self.linear3 = nn.Linear(8, 1, dtype=torch.float64)",
        "",
        "    def forward(self, x):",
        "        x = self.linear1(x)",
        "        x = torch.tanh(x)",
        "        residual1 = x",
        "        x = self.layer_norm1(x)",
        "        x = self.linear2(x)",
        "        x = F.elu(x, 1.0)",
        "        x = residual1 + x",
        "        x = self.linear3(x)",
        "        return x",
    ]
    assert "tinynet" not in {
        name.name for name in ast.walk(ast.parse(source)) if hasattr(name, "name")
    }


@pytest.mark.parametrize("name", ["auto_mpg", "iris"])
def test_a_model_in_the_units_of_its_data(name, tmp_path):
    data = datasets.load(name)
    columns, out = data.x.shape[1], 1 if name == "auto_mpg" else 3
    model = InUnits(MLP([columns, 5, out], rng=0, dtype=np.float32), Units.of(data))
    theirs = exported(model, tmp_path)
    compare(model, theirs, data.x[:20].astype(float), 1e-5)
    again = tn.load_torch(tmp_path / "model.safetensors")
    assert np.array_equal(again(data.x).data, model(data.x).data)
    other = InUnits(MLP([columns, 5, out], rng=1, dtype=np.float32), Units.of(data))
    tn.load_torch(theirs.state_dict(), other)
    assert np.array_equal(other(data.x).data, model(data.x).data)


def test_far_out_too(tmp_path):
    x = np.array([[-1e3, -22.0, -1e-9, 0.0, 1e-9, 22.0, 1e3]])
    for kind in tn.layers.ACTIVATIONS.values():
        compare(kind(), exported(kind(), tmp_path), x, 1e-15)


def test_an_embedding(tmp_path):
    model = Sequential(Embedding(5, 3, rng=0), Flatten(), Linear(6, 2, rng=1))
    ids = np.array([[0.0, 4.0], [2.0, 2.0]])
    theirs = exported(model, tmp_path)
    compare(model, theirs, ids, 1e-12)
    assert np.array_equal(tn.load_torch(tmp_path / "model.safetensors")(ids).data, model(ids).data)


def test_what_is_frozen_stays_frozen(tmp_path):
    model = MLP([2, 3, 1], rng=0)
    model.layers[0].weight.requires_grad = False
    theirs = exported(model, tmp_path)
    assert [name for name, p in theirs.named_parameters() if not p.requires_grad] == [
        "linear1.weight"
    ]
    again = tn.load_torch(tmp_path / "model.safetensors")
    assert not again.layers[0].weight.requires_grad and again.layers[0].bias.requires_grad


def test_frozen_layers_of_float32_stay_float32(tmp_path):
    data = datasets.load("iris")
    bare = MLP([4, 3, 3], rng=0, dtype=np.float32)
    for parameter in bare.parameters()[:2]:
        parameter.requires_grad = False
    compare(bare, exported(bare, tmp_path), rows(np.float32, 4), 1e-5)
    for parameter in bare.parameters():
        parameter.requires_grad = False
    whole = InUnits(bare, Units.of(data))
    compare(whole, exported(whole, tmp_path), data.x[:20].astype(float), 1e-5)


def test_training_on_goes_the_same_way(tmp_path):
    model = Sequential(Linear(3, 4, rng=0), BatchNorm1d(4), Tanh(), Linear(4, 1, rng=1))
    theirs, x = exported(model, tmp_path).train(), rows()
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        tn.losses.mse(x[:, :1], model(x)).backward()
        optimizer.step()
        theirs.zero_grad()
        torch.nn.functional.mse_loss(theirs(torch.tensor(x)), torch.tensor(x[:, :1])).backward()
        with torch.no_grad():
            for parameter in theirs.parameters():
                parameter -= 0.1 * parameter.grad
    compare(model, theirs.eval(), x, 1e-10)


# --- the way back, from PyTorch's own ---------------------------------------------------------

TORCHS = torch.nn.Sequential(
    torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
).eval()


def ours():
    return Sequential(Linear(3, 4), Tanh(), BatchNorm1d(4), Linear(4, 2)).eval()


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
def test_a_file_of_pytorchs(suffix, tmp_path):
    path, state = tmp_path / f"theirs{suffix}", TORCHS.state_dict()
    if suffix == ".safetensors":
        safetensors.save_file({k: v.numpy() for k, v in state.items()}, path)
    else:
        torch.save(state, path)
    compare(tn.load_torch(path, ours()), TORCHS.double(), rows(), 1e-6)
    TORCHS.float()


def named(*names):
    """PyTorch's model of equal layers under these names, and a file of it, which sorts them."""

    class Theirs(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name in names:
                self.add_module(name, torch.nn.Linear(3, 3))

    return Theirs()


def test_the_order_of_layers_in_a_file_that_sorts_them(tmp_path):
    path = tmp_path / "theirs.safetensors"

    def of_file(theirs, model):
        safetensors.save_file({k: v.numpy() for k, v in theirs.state_dict().items()}, path)
        return tn.load_torch(path, model)

    twelve = named(*(f"layer{i}" for i in range(12)))
    model = of_file(twelve, MLP([3] * 13))
    for layer, other in zip(model.layers[::2], twelve.children(), strict=True):
        assert np.array_equal(layer.bias.data, other.bias.detach().numpy())
    with pytest.raises(ValueError, match="layers.0.*decoder, encoder.*does not keep the order"):
        of_file(named("encoder", "decoder"), MLP([3, 3, 3]))
    with pytest.raises(ValueError, match="nothing of this shape"):
        of_file(named("one", "two"), MLP([3, 4, 3]))
    loaded = tn.load_torch(named("encoder", "decoder").state_dict(), MLP([3, 3, 3]))
    assert len(loaded.parameters()) == 4


def test_tensors_on_a_graph_and_of_bfloat16():
    state = {
        name: value.bfloat16() if value.ndim else value
        for name, value in TORCHS.state_dict().items()
    }
    model = tn.load_torch(state, ours())
    expected = state["0.weight"].float().numpy().T
    assert np.array_equal(model.layers[0].weight.data, expected)
    tn.load_torch(dict(TORCHS.named_parameters()) | dict(TORCHS.named_buffers()), model)


def changed(**arrays):
    state = {name: value.numpy() for name, value in TORCHS.state_dict().items()} | arrays
    return {name: value for name, value in state.items() if value is not None}


@pytest.mark.parametrize(
    ("state", "model", "text"),
    [
        (TORCHS.state_dict(), None, r"give the model.*Linear\(3, 4\), Linear\(4, 2\)"),
        (
            TORCHS.state_dict(),
            MLP([3, 4, 2]),
            r"2 layers.*Linear\(4, 2\)\), and the state 3 \(0, 2",
        ),
        (TORCHS.state_dict(), MLP([3, 4, 4, 2]), r"2.weight.*in their order: 0 → layers.0"),
        (changed(**{"3.bias": None}), ours(), "missing: layers.3.bias"),
        (changed(**{"3.scale": np.ones(2)}), ours(), "not in this model: layers.3.scale"),
        (changed(**{"0.weight": np.ones((4, 2))}), ours(), r"\(2, 4\), the model's has \(3, 4\)"),
        (changed(**{"0.weight": "abc"}), ours(), "0.weight holds no numbers"),
        ({}, ours(), "3 layers with numbers"),
    ],
)
def test_numbers_that_do_not_fit_say_how_and_change_nothing(state, model, text):
    before = model.state_dict() if model else {}
    with pytest.raises(ValueError, match=text):
        tn.load_torch(state, model)
    assert all(np.array_equal(model.state_dict()[name], a) for name, a in before.items())


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 100, b"PK\x03\x04" + b"0" * 50])
@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_file_that_is_none(content, suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"model{suffix}"):
        tn.load_torch(path, ours())


@pytest.mark.parametrize(
    "about",
    [
        "{",
        "[]",
        json.dumps({"architecture": {"model": {"layer": "os"}, "trained": []}, "paths": {}}),
        json.dumps({"architecture": {"model": {"layer": "Linear"}, "trained": []}, "paths": {}}),
        json.dumps({"architecture": None, "paths": {"weight": "weight"}}),
        json.dumps({"architecture": {}, "paths": {"other": "weight"}}),
    ],
)
def test_what_a_file_says_of_its_layers_is_judged(about, tmp_path):
    path = tmp_path / "model.safetensors"
    safetensors.save_file({"weight": np.ones((2, 2))}, path, metadata={"tinynet": about})
    with pytest.raises(ValueError, match="damaged"):
        tn.load_torch(path)


def test_a_path_that_leads_nowhere(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.safetensors"):
        tn.load_torch(tmp_path / "none.safetensors")
    with pytest.raises(ValueError, match=r"such as model.py, not .*model.pt"):
        tn.export.torch(MLP([2, 1]), tmp_path / "model.pt")
    with pytest.raises(ValueError, match="there is no folder"):
        tn.export.torch(MLP([2, 1]), tmp_path / "none" / "model.py")


def test_a_model_of_ones_own_takes_numbers_in_the_order_of_its_layers():
    class Own(Module):
        def __init__(self):
            self.first, self.rest = Linear(3, 4), {"last": [Tanh(), BatchNorm1d(4), Linear(4, 2)]}

    own = tn.load_torch(TORCHS.state_dict(), Own())
    expected = TORCHS.state_dict()["3.bias"].numpy()
    assert np.array_equal(tensors(own)["rest.last.2.bias"].data, expected)
