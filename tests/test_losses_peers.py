"""The losses that PyTorch has, too: the same values and gradients, reduction by reduction."""

import numpy as np
import pytest

from tests.cases.losses import ALL
from tests.numerical import tensors

pytestmark = pytest.mark.slow  # imports PyTorch

torch = pytest.importorskip("torch", reason="pip install torch: the losses are held against it")
F = torch.nn.functional

CASES = [case for module in ALL for case in module.CASES if case.torch]
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}


def at_random(case, seed):
    """Other arguments from the same domain: rows shuffled, and predictions mixed."""
    arrays = case.arrays
    if seed is None:
        return arrays
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(arrays[1]), size=(2, 7))
    share = rng.uniform(size=7)

    def mixed(i, x):
        if not np.ndim(x) or len(x) != len(arrays[1]):
            return x
        if i == 0:
            return x[rows[0]]
        s = share.reshape(-1, *(1 for _ in x.shape[1:]))
        return case.inside.get(i, np.asarray)(s * x[rows[0]] + (1 - s) * x[rows[1]])

    return tuple(mixed(i, x) for i, x in enumerate(arrays))


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_gradient_are_those_of_torch(case, reduction, dtype, seed):
    arrays = at_random(case, seed)
    arrays = [x.astype(dtype) if x.dtype.kind == "f" else x for x in arrays]
    first = int(case.loss.labelled)
    xs = tensors(arrays[first:])
    found = case.loss(*arrays[:first], *xs, reduction=reduction, **case.options)
    theirs = [torch.tensor(x) for x in arrays]
    for x in theirs[first:]:
        x.requires_grad = True
    expected = case.torch(F, *theirs, reduction=reduction)
    upstream = np.cos(np.arange(found.size)).reshape(found.shape).astype(dtype)
    expected.backward(torch.tensor(upstream))
    close = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    np.testing.assert_allclose(found.data, expected.detach().numpy(), **close)
    for x, their in zip(xs, theirs[first:], strict=True):
        np.testing.assert_allclose(
            found.gradient(x, gradient=upstream), their.grad.numpy(), **close
        )
