"""Against PyTorch: values, gradients and running statistics of each layer that both have."""

import numpy as np
import pytest

from tinynet import Tensor, layers
from tinynet.layers import MLP, BatchNorm1d, Embedding, LayerNorm, Linear, Residual, Sequential

torch = pytest.importorskip("torch", reason="pip install torch: the layers are held against it")
nn = torch.nn
rng = np.random.default_rng(0)
X = rng.normal(size=(7, 5)) * [1, 1e-3, 100, 0, 1] + [0, 1, -50, 3, 0]  # one column is constant
WIDE = np.concatenate([X, np.linspace(-40, 40, 35).reshape(7, 5)])


def close(ours, theirs, scale=1.0):
    theirs = np.asarray(theirs.detach() if isinstance(theirs, torch.Tensor) else theirs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * scale)


def pairs(model, theirs):
    """Each parameter, PyTorch's, and how an array of the one becomes one of the other."""
    of_linear = {m.weight for m in theirs.modules() if isinstance(m, nn.Linear)}
    for parameter, other in zip(model.parameters(), theirs.parameters(), strict=True):
        yield parameter, other, np.transpose if other in of_linear else np.asarray


def randomized(model, theirs):
    """Both with the same random numbers in their parameters."""
    for parameter, other, turned in pairs(model, theirs):
        parameter.data[...] = rng.normal(size=parameter.shape)
        other.data = torch.tensor(turned(parameter.data))
    return model, theirs.double()


def compare(model, theirs, x):
    """The output, and the gradients of x and of each parameter, for a gradient of many sizes."""
    ours, other = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = model(ours), theirs(other)
    close(y.data, expected)
    upstream = np.cos(np.arange(y.size)).reshape(y.shape)
    y.backward(upstream)
    expected.backward(torch.tensor(upstream))
    close(ours.grad, other.grad, scale=max(1, np.abs(ours.grad).max()))
    for parameter, p, turned in pairs(model, theirs):
        close(turned(parameter.grad), p.grad, scale=max(1, np.abs(parameter.grad).max()))


@pytest.mark.parametrize(
    ("layer", "theirs"),
    [
        (layers.ELU(), nn.ELU()),
        (layers.ELU(0.3), nn.ELU(0.3)),
        (layers.GELU(), nn.GELU(approximate="tanh")),
        (layers.SiLU(), nn.SiLU()),
        (layers.Softplus(), nn.Softplus(threshold=50)),  # beyond it PyTorch's is a straight line
        (layers.ReLU(), nn.ReLU()),
        (layers.LeakyReLU(0.2), nn.LeakyReLU(0.2)),
    ],
    ids=str,
)
def test_an_activation(layer, theirs):
    compare(layer, theirs, WIDE)


@pytest.mark.parametrize("eps", [1e-5, 0.1])
@pytest.mark.parametrize("x", [X, X[:1], X.reshape(1, 7, 5), X * 1e-8])
def test_layer_norm(x, eps):
    compare(*randomized(LayerNorm(5, eps), nn.LayerNorm(5, eps)), x)


@pytest.mark.parametrize("options", [{}, {"eps": 0.1, "momentum": 0.4}, {"momentum": 1.0}])
def test_batch_norm_in_training_and_in_evaluation(options):
    model, theirs = randomized(BatchNorm1d(5, **options), nn.BatchNorm1d(5, **options))
    for scale in (1.0, -3.0, 0.5):
        compare(model, theirs, scale * X + scale)
        model.parameters()[0].grad = model.parameters()[1].grad = None
        theirs.zero_grad()
        close(model.running_mean.data, theirs.running_mean)
        close(model.running_var.data, theirs.running_var)
    compare(model.eval(), theirs.eval(), X)


def test_an_embedding_with_repeated_ids():
    model, theirs = randomized(Embedding(4, 3), nn.Embedding(4, 3))
    ids = np.array([[1, 3, 1], [1, 0, 0]])
    upstream = np.cos(np.arange(18.0)).reshape(2, 3, 3)
    y, expected = model(ids), theirs(torch.tensor(ids))
    close(y.data, expected)
    y.backward(upstream)
    expected.backward(torch.tensor(upstream))
    close(model.weight.grad, theirs.weight.grad)


def test_a_whole_network():
    class Shortcut(nn.Module):
        def __init__(self, *inner):
            super().__init__()
            self.inner = nn.Sequential(*inner)

        def forward(self, x):
            return x + self.inner(x)

    ours = Sequential(
        *(Linear(5, 4), BatchNorm1d(4), layers.GELU()),
        Residual(LayerNorm(4), Linear(4, 4), layers.SiLU()),
        MLP([4, 6, 2], layers.ELU),
    )
    theirs = nn.Sequential(
        *(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.GELU(approximate="tanh")),
        Shortcut(nn.LayerNorm(4), nn.Linear(4, 4), nn.SiLU()),
        *(nn.Linear(4, 6), nn.ELU(), nn.Linear(6, 2)),
    )
    compare(*randomized(ours, theirs), X / 50)
