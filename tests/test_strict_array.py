"""Arrays that follow NEP 13 and 18 but are not NumPy's: the same numbers, and kept apart."""

import numpy as np
import pytest

import tinynet as tn
from tests.cases import losses as cases
from tests.strict_array import StrictArray
from tinynet import Tensor, functional, layers, losses, optimizers

CASES = [case for family in cases.ALL for case in family.CASES]
X, IDS = np.random.default_rng(0).normal(size=(8, 3)), np.arange(8) % 2


def same(strict, array):
    """Both hold these numbers, each in its own kind of array."""
    assert isinstance(strict, StrictArray)
    np.testing.assert_allclose(strict.get(), array, rtol=1e-12)


def tensors(arrays, send):
    """Those of floats ask for a gradient, but for the first, y_true."""
    return [
        Tensor(send(a), requires_grad=True) if i and a.dtype.kind == "f" else send(a)
        for i, a in enumerate(map(np.asarray, arrays))
    ]


def sent(model):
    for tensor in layers.tensors(model).values():
        tensor.data = StrictArray(tensor.data)
    return model


def net(*between):
    return layers.Sequential(layers.Linear(3, 4, rng=0), *between, layers.Linear(4, 2, rng=1))


def test_the_stand_in_refuses_what_it_should():
    strict = StrictArray([1.0, 2.0])
    for refused in (
        lambda: np.asarray(strict),
        lambda: strict + np.ones(2),
        lambda: np.concatenate([strict, np.ones(2)]),
        lambda: strict[np.array([0, 1])],
        lambda: strict.__setitem__(0, np.ones(())),
    ):
        with pytest.raises(TypeError):
            refused()
    assert isinstance(strict + 1.0, StrictArray)


def test_the_cases_are_of_all_losses():
    assert {case.loss.__name__ for case in CASES} == set(losses.names())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_loss_and_its_gradients(case):
    options = {
        name: StrictArray(value) if isinstance(value, np.ndarray) else value
        for name, value in case.options.items()
    }
    here, there = tensors(case.arrays, np.array), tensors(case.arrays, StrictArray)
    value = case.loss(*here, **case.options)
    strict = case.loss(*there, **options)
    same(strict.data, value.data)
    for total in (np.sum(value), np.sum(strict)):
        total.backward()
        total.backward()
    for x, y in zip(here, there, strict=True):
        if isinstance(x, Tensor):
            same(y.grad, x.grad)


def test_weights_masks_and_classes_that_are_ignored():
    def value(send):
        y_pred = Tensor(send(X[:, :2]), requires_grad=True)
        mask = send(np.arange(8) > 2)
        total = losses.cross_entropy(send(IDS), y_pred, where=mask)
        total += losses.cross_entropy(
            send(IDS), y_pred, ignore_index=1, class_weight=send(X[0, :2] ** 2)
        )
        total += losses.mse(send(X[:, 1:]), y_pred, sample_weight=send(np.arange(8.0)))
        return total.gradient(y_pred)

    same(value(StrictArray), value(np.array))


OF_SEVERAL = {"linear", "dropout", "layer_norm", "batch_norm", "embedding"}  # see test_layers


@pytest.mark.parametrize("name", sorted({*functional.__all__} - OF_SEVERAL))
def test_functional_to_second_order(name):
    def slopes(send):
        x = Tensor(send(np.abs(X) % 1), requires_grad=True)
        y = getattr(functional, name)(x)
        slope = np.sum(y * y).gradient(x, create_graph=True)
        return slope.data, np.sum(slope * slope).gradient(x)

    for strict, array in zip(slopes(StrictArray), slopes(np.array), strict=True):
        same(strict, array)


@pytest.mark.parametrize(
    "layer",
    [
        *(layers.ReLU, layers.LeakyReLU, layers.Sigmoid, layers.Tanh, layers.Softmax),
        *(layers.ELU, layers.GELU, layers.SiLU, layers.Softplus),
        *(layers.Flatten, lambda: layers.Dropout(0.5, rng=0)),
        *(lambda: layers.BatchNorm1d(4), lambda: layers.BatchNorm1d(4).eval()),
        *(lambda: layers.LayerNorm(4), lambda: layers.Residual(layers.Linear(4, 4, rng=2))),
    ],
)
def test_layers(layer):
    here, there = net(layer()), sent(net(layer()))
    losses.cross_entropy(IDS, here(X)).backward()
    losses.cross_entropy(StrictArray(IDS), there(StrictArray(X))).backward()
    for p, q in zip(here.state_dict().values(), layers.tensors(there).values(), strict=True):
        same(q.data, p)
    for p, q in zip(here.parameters(), there.parameters(), strict=True):
        same(q.grad, p.grad)


def test_an_embedding():
    here, there = layers.Embedding(2, 3, rng=0), sent(layers.Embedding(2, 3, rng=0))
    for layer, ids in ((here, IDS), (there, StrictArray(IDS))):
        np.sum(layer(ids) ** 2).backward()
    same(there.weight.grad, here.weight.grad)


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1, "clip_norm": 0.01}])
@pytest.mark.parametrize("kind", optimizers.OPTIMIZERS.values())
def test_optimizers(kind, options):
    def trained(model, x, y):
        optimizer = kind(model.parameters(), lr=0.01, **options)
        for _ in range(3):
            optimizer.zero_grad()
            losses.cross_entropy(y, model(x)).backward()
            optimizer.step()
        return [parameter.data for parameter in model.parameters()]

    strict = trained(sent(net()), StrictArray(X), StrictArray(IDS))
    for q, p in zip(strict, trained(net(), X, IDS), strict=True):
        same(q, p)


@pytest.mark.parametrize("replay", [True, False])
def test_fit(replay):
    def history(model, send):
        optimizer, data = optimizers.SGD(model.parameters(), lr=0.1), (send(X), send(IDS))
        return tn.fit(
            *(model, losses.cross_entropy, optimizer, data),
            epochs=3,
            batch_size=4,
            progress=False,
            replay=replay,
            validation=data,
        )

    here, there = history(net(), np.array), history(sent(net()), StrictArray)
    assert there["loss"] == pytest.approx(here["loss"], rel=1e-12)
    assert there["val_loss"] == pytest.approx(here["val_loss"], rel=1e-12)


def cubes(x):
    return x * x * x


@pytest.mark.parametrize(
    "transform",
    [
        lambda x: tn.grad(lambda x: np.sum(cubes(x)))(x),
        lambda x: tn.jacobian(cubes)(x),
        lambda x: tn.hessian(lambda x: np.sum(cubes(x)))(x),
        lambda x: tn.jvp(cubes, [x], [x])[1],
        lambda x: tn.hvp(lambda x: np.sum(cubes(x)), [x], [x])[0],
    ],
)
def test_transforms(transform):
    same(transform(StrictArray([1.0, 2.0])), transform(np.array([1.0, 2.0])))


def test_a_tensor_shows_its_numbers():
    assert repr(Tensor(StrictArray([1.0, 2.0]))) == "Tensor([1., 2.])"
