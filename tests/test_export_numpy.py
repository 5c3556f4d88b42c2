"""export.numpy: a program by hand whose numbers are the engine's."""

import ast
import functools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

import tinynet as tn
from tests.cases.models import few_and_many, models, trained
from tinynet import datasets, losses
from tinynet.export.by_hand_losses import LOSSES
from tinynet.layers import (
    MLP,
    BatchNorm1d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    Residual,
    Sequential,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
    modules,
)
from tinynet.training.units import InUnits, Units

X = np.random.default_rng(0).normal(size=(6, 3))


def loaded(text, model=None, folder=None):
    """The names of the program; with the numbers of a model, from the file beside it."""
    names = {"__file__": str(folder / "model.py") if folder else "model.py", "__name__": "program"}
    exec(compile(text, "model.py", "exec"), names)
    return names


def compare(model, loss, x, y, folder, rtol=1e-12):
    """Prediction, loss and every gradient of the program and of the engine, in training."""
    program = loaded(tn.export.numpy(model, loss, folder / "model.py"), model, folder)
    p, one = program["numbers"](), np.random.default_rng(0)
    for layer in modules(model):
        if isinstance(layer, Dropout):
            layer.rng = one
    close = functools.partial(np.testing.assert_allclose, rtol=rtol)
    before = model.state_dict()
    prediction = program["forward"](p, x)[0]
    close(prediction, model.eval()(x).data, atol=rtol * np.abs(prediction).max())
    value = loss(y, model.train()(x))
    value.backward()
    found, d = program["gradients"](p, x, y)
    close(found, float(value))
    learned = dict(zip(program["LEARNED"], model.named_parameters(), strict=True))
    largest = max(np.abs(g).max() for g in d.values())
    for name, (path, parameter) in learned.items():
        grad = np.zeros(parameter.shape) if parameter.grad is None else parameter.grad
        close(d[name], grad, atol=rtol * largest, err_msg=path)
        parameter.grad = None
    model.load_state_dict(before)
    return program, p


def has_the_gradients_of_the_engine(model, tmp_path_factory):
    y = np.array([0, 1, 1, 0, 1, 0])
    compare(model, losses.cross_entropy, X, y, tmp_path_factory.mktemp("numpy"))


test_any_model, test_many_models = few_and_many(20, models(), has_the_gradients_of_the_engine)


def targets(kind, shape, rng):
    """Random y_true, of shape (N, columns); class ids of shape (N,)."""
    return {
        "numbers": rng.normal(size=shape),
        "counts": rng.poisson(2, shape).astype(float),
        "amounts": rng.gamma(2, size=shape) + 0.1,
        "labels": rng.integers(2, size=shape).astype(float),
        "signs": rng.choice([-1.0, 1.0], shape),
        "classes": rng.integers(shape[1], size=len(shape) and shape[0]),
    }[kind]


OPTIONS = {
    "smooth_l1": {"beta": 0.3},
    "huber": {"delta": 0.3},
    "pseudo_huber": {"delta": 2},
    "quantile": {"q": 0.9},
    "expectile": {"tau": 0.2},
    "cauchy": {"c": 0.5},
    "welsch": {"c": 2.0},
    "cross_entropy": {"label_smoothing": 0.1},
    "cross_entropy, from_logits=False": {"label_smoothing": 0.1},
    "brier": {"label_smoothing": 0.2},
    "log_loss": {"label_smoothing": 0.1, "pos_weight": 3.0},
    "log_loss, from_logits=False": {"label_smoothing": 0.1, "pos_weight": 3.0},
}
ENDS = {  # what makes the prediction that the loss takes
    "cross_entropy, from_logits=False": Softmax,
    "log_loss, from_logits=False": Sigmoid,
    "poisson_nll, log_input=False": Softplus,
}


def loss_of(key, options):
    name, _, variant = key.partition(", ")
    variant = {variant.removesuffix("=False"): False} if variant else {}
    if name == "log_loss" and not variant:
        variant = {"from_logits": True}
    return functools.partial(getattr(losses, name), **variant, **options)


@pytest.mark.parametrize("with_options", [False, True])
@pytest.mark.parametrize("key", LOSSES)
def test_every_loss(key, with_options, tmp_path):
    if with_options and key not in OPTIONS:
        return
    loss = loss_of(key, OPTIONS[key] if with_options else {})
    rng = np.random.default_rng(1)
    model = trained(Sequential(Linear(3, 2, rng=rng), *([ENDS[key]()] if key in ENDS else [])), rng)
    compare(model, loss, X, targets(LOSSES[key].targets, (6, 2), rng), tmp_path)


def test_targets_of_the_other_shape(tmp_path):
    model = MLP([3, 4, 2], Tanh, rng=0)
    rows = np.array([[0.3, 0.7]] * 6)
    program, p = compare(model, losses.cross_entropy, X, rows, tmp_path)
    program, p = compare(MLP([3, 4, 1], Tanh, rng=0), losses.mse, X, X[:, :1], tmp_path)
    flat = program["gradients"](p, X, X[:, 0])  # as a file of one's own may hold them
    assert flat[0] == program["gradients"](p, X, X[:, :1])[0]


@pytest.mark.parametrize("name", ["auto_mpg", "iris"])
def test_a_model_in_the_units_of_its_data(name, tmp_path):
    data = datasets.load(name)
    columns, regression = data.x.shape[1], name == "auto_mpg"
    bare = MLP([columns, 5, 1 if regression else 3], Tanh, rng=0)
    loss = losses.mse if regression else losses.cross_entropy
    model = InUnits(bare, Units.of(data))
    compare(model, loss, data.x[:30].astype(float), data.y[:30], tmp_path)
    names = loaded(tn.export.numpy(model, loss))
    p = names["numbers"]()
    assert np.array_equal(p["x_scale"], model.x_scale.data)
    assert names["check"](p, *names["data"](p), most=3) < 1e-5


@pytest.mark.parametrize("last", [lambda: [Flatten(), Linear(6, 2, rng=1)], list])
def test_an_embedding_with_repeats(last, tmp_path):
    ids = np.array([[0.0, 4.0], [2.0, 2.0], [4.0, 2.0]])
    inner = [LayerNorm(3), Linear(3, 3, rng=2), Tanh()]
    model = Sequential(Embedding(5, 3, rng=0), Residual(*inner), *last())
    y = np.random.default_rng(0).normal(size=model(ids).shape)
    compare(model, losses.mse, ids, y, tmp_path)


def test_what_is_not_learned_gets_no_gradient_and_no_line(tmp_path):
    model = MLP([3, 4, 4, 2], Tanh, rng=0)
    for layer in (model.layers[0], model.layers[2]):
        layer.weight.requires_grad = layer.bias.requires_grad = False
    program, p = compare(model, losses.mse, X, X[:, :2], tmp_path)
    text = (tmp_path / "model.py").read_text(encoding="utf-8")
    assert program["LEARNED"] == ["W3", "b3"] and "W1" in p
    assert "da4 =" not in text and "da1 =" not in text


def test_batch_norm_remembers_for_predictions(tmp_path):
    model = Sequential(Linear(3, 4, rng=0), BatchNorm1d(4, momentum=0.3), Linear(4, 2, rng=1))
    program, p = compare(model, losses.mse, X, X[:, :2], tmp_path)
    model.train()(X)
    program["remember"](p, program["forward"](p, X, training=True)[1])
    assert np.allclose(p["bn1_mean"], model.layers[1].running_mean.data, rtol=1e-12)
    assert np.allclose(p["bn1_var"], model.layers[1].running_var.data, rtol=1e-12)
    expected = model.eval()(X[:1]).data
    assert np.allclose(program["forward"](p, X[:1])[0], expected, rtol=1e-12)


# --- the program itself -----------------------------------------------------------------------


def run(path, *arguments):
    command = [sys.executable, "-W", "error", "-I", str(path), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent)


EVERYTHING = Sequential(
    *(Linear(4, 8, rng=0), BatchNorm1d(8), tn.layers.GELU(), Dropout(0.2, rng=0)),
    Residual(LayerNorm(8), Linear(8, 8, bias=False, rng=1), tn.layers.SiLU()),
    *(tn.layers.ELU(0.5), Linear(8, 3, rng=2)),
)


@pytest.mark.parametrize("weights", [True, False])
def test_it_runs_alone_checks_itself_and_learns(weights, tmp_path):
    tn.export.numpy(EVERYTHING, losses.cross_entropy, tmp_path / "net.py", weights=weights)
    assert (tmp_path / "net.npz").exists() == weights
    data = datasets.load("iris")
    np.savez(tmp_path / "iris.npz", x=data.x / 5, y=data.y)
    for arguments in ((), (tmp_path / "iris.npz",))[: 1 + weights]:
        done = run(tmp_path / "net.py", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        values = [float(line.split()[-1]) for line in done.stdout.splitlines() if "loss" in line]
        assert values[-1] < 0.9 * values[0]
        assert done.stdout.count(" of the largest slope") == 9


def test_it_finds_a_derivative_that_is_wrong(tmp_path):
    text = tn.export.numpy(MLP([2, 4, 1], Tanh, rng=0), losses.mse)
    assert text.count("(1 - a2**2)") == 1
    (tmp_path / "wrong.py").write_text(text.replace("(1 - a2**2)", "(1 - a2)"), encoding="utf-8")
    done = run(tmp_path / "wrong.py")
    assert done.returncode == 1 and done.stderr.startswith("a derivative is wrong")


@settings(max_examples=10, deadline=None)
@given(model=models())
def test_it_is_a_program_of_short_lines_that_knows_nothing_of_tinynet(model):
    text = tn.export.numpy(model, losses.huber)
    tree = ast.parse(text)
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert imported == {"sys", "numpy"}
    assert [line for line in text.splitlines() if len(line) > 100 or line != line.rstrip()] == []
    names = loaded(text)
    p = names["numbers"]()
    assert names["check"](p, *names["data"](p), most=3) < 1e-5


# --- what cannot leave ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (losses.dice, "the loss dice is not known here; known are mse, mae"),
        (lambda t, y: t, "<lambda> is not one of tinynet's losses; known are mse"),
        (functools.partial(losses.cross_entropy, class_weight=[1, 2]), r"class_weight=\[1, 2\]"),
        (functools.partial(losses.cross_entropy, ignore_index=1), "ignore_index=1"),
        (functools.partial(losses.poisson_nll, full=True), "full=True"),
        (functools.partial(losses.quantile, q=[0.1, 0.9]), r"q=\[0.1, 0.9\]"),
        (functools.partial(losses.mse, reduction="sum"), "reduction='sum'"),
        (functools.partial(losses.mse, sample_weight=[1, 2]), "sample_weight"),
        (functools.partial(losses.brier, from_logits=False), "brier, from_logits=False is not"),
    ],
)
def test_a_loss_that_is_not_known_names_those_that_are(loss, text):
    with pytest.raises(ValueError, match=f"export.numpy: .*{text}"):
        tn.export.numpy(MLP([2, 1]), loss)


def test_a_model_that_learns_nothing_has_no_lesson():
    with pytest.raises(ValueError, match="nothing of this model is learned"):
        tn.export.numpy(Sequential(Tanh()), losses.mse)
