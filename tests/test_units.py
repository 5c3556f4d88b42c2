"""Units: a model trained on standardized numbers takes and gives those of the data."""

import numpy as np
import pytest

from tinynet import datasets
from tinynet.layers import MLP, Linear
from tinynet.training.units import Units


@pytest.mark.parametrize("name", ["auto_mpg", "iris"])
@pytest.mark.parametrize("make", [lambda n: Linear(n, 1, rng=0), lambda n: MLP([n, 5, 1], rng=0)])
def test_the_restored_model_gives_the_same_answers_in_the_units_of_the_data(name, make):
    data = datasets.load(name)
    units, model = Units.of(data), make(data.x.shape[1])
    x, y = units.remove(data.x, data.y)
    np.testing.assert_allclose([x.mean(axis=0), x.std(axis=0) - 1], 0, atol=1e-12)
    answers = model(x).data
    units.restore(model)
    if data.task == "regression":
        np.testing.assert_allclose([y.mean(), y.std()], [0, 1], atol=1e-12)
        answers = answers * data.y.std() + data.y.mean()
    else:
        assert y is data.y
    np.testing.assert_allclose(model(data.x).data, answers, rtol=1e-9)
