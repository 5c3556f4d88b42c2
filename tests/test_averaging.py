"""Averages of weights: beside PyTorch's, in fit, in a loop of one's own, and in a resumed run."""

import numpy as np
import pytest

import tinynet as tn
from tinynet.layers import MLP
from tinynet.losses import cross_entropy
from tinynet.optimizers import SGD, Adam
from tinynet.training import ExponentialMovingAverage


def own_loop(model, optimizer, after, steps=20):
    data = tn.datasets.make_moons(64, rng=0)
    for _ in range(steps):
        optimizer.zero_grad()
        cross_entropy(data.y, model(data.x)).backward()
        optimizer.step()
        after()


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
def test_the_average_is_that_of_pytorch(decay):
    torch = pytest.importorskip("torch", reason="pip install torch: averages are held against it")
    swa = torch.optim.swa_utils
    model = MLP([2, 4, 2], rng=0)
    peer = torch.nn.ParameterList(torch.tensor(p.data) for p in model.parameters())
    average = swa.AveragedModel(peer, multi_avg_fn=swa.get_ema_multi_avg_fn(decay))
    ema = ExponentialMovingAverage(model, decay)

    def both():
        ema.update()
        for p, q in zip(model.parameters(), peer, strict=True):
            q.data[...] = torch.tensor(p.data)
        average.update_parameters(peer)

    own_loop(model, SGD(model.parameters(), lr=0.5), both)
    for mine, theirs in zip(ema.average.values(), average.module, strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_as_a_callback_it_sees_every_update_and_changes_nothing():
    data, results = tn.datasets.make_moons(64, rng=0), []
    for averaged in (False, True):
        model = MLP([2, 4, 2], rng=0)
        optimizer = Adam(model.parameters())
        ema = ExponentialMovingAverage(model, 0.9)
        given = {"epochs": 3, "batch_size": 20, "progress": False}
        callbacks = [ema] if averaged else []
        tn.fit(model, cross_entropy, optimizer, data, callbacks=callbacks, **given)
        results.append(optimizer.vector.tobytes())
    assert results[0] == results[1] and ema.updates == 12
    assert any((ema.average[n] != p.data).any() for n, p in model.named_parameters())


def test_the_average_is_applied_for_a_while_or_for_good():
    model = MLP([2, 4, 2], rng=0)
    optimizer, ema = SGD(model.parameters(), lr=0.5), ExponentialMovingAverage(model, 0.9)
    with pytest.raises(RuntimeError, match="nothing was averaged yet.*callbacks="), ema.applied():
        pass
    own_loop(model, optimizer, ema.update)
    before = model.state_dict()
    with pytest.raises(KeyError), ema.applied() as averaged:
        assert averaged is model
        for name, p in model.named_parameters():
            assert p.data.tobytes() == ema.average[name].tobytes() != before[name].tobytes()
            assert np.shares_memory(p.data, optimizer.vector)
        with pytest.raises(RuntimeError, match="train outside"):
            ema.update()
        raise KeyError
    assert all((before[name] == p.data).all() for name, p in model.named_parameters())
    ema.update()
    ema.apply()
    assert all((ema.average[name] == p.data).all() for name, p in model.named_parameters())


def test_it_goes_on_from_its_state_and_refuses_another():
    model = MLP([2, 4, 2], rng=0)
    optimizer = SGD(model.parameters(), lr=0.5)
    first, second = (ExponentialMovingAverage(model, 0.9) for _ in range(2))
    own_loop(model, optimizer, first.update, 5)
    second.load_state_dict(first.state_dict())
    own_loop(model, optimizer, lambda: (first.update(), second.update()), 5)
    for name, array in first.average.items():
        assert array.tobytes() == second.average[name].tobytes()
    with pytest.raises(ValueError, match="layers.0.weight has shape"):
        ExponentialMovingAverage(MLP([3, 4, 2], rng=0)).load_state_dict(first.state_dict())


def test_what_it_cannot_use_is_told():
    model = MLP([2, 4, 2], rng=0)
    with pytest.raises(ValueError, match="decay must be at least 0 and below 1, not 1"):
        ExponentialMovingAverage(model, 1)
    with pytest.raises(TypeError, match="model must be a Module"):
        ExponentialMovingAverage(0.99)
    ema, other = ExponentialMovingAverage(model), MLP([2, 4, 2], rng=0)
    data, optimizer = tn.datasets.make_moons(64, rng=0), SGD(other.parameters())
    given = {"epochs": 1, "batch_size": 20, "progress": False, "callbacks": [ema]}
    with pytest.raises(ValueError, match="another model than the one that is trained"):
        tn.fit(other, cross_entropy, optimizer, data, **given)
