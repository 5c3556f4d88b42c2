"""Schedules: each step beside PyTorch's, joined, drawn, typed back, and in a run."""

import copy
import math
import pickle
import re

import numpy as np
import pytest

import tinynet as tn
from tinynet import Tensor, schedules
from tinynet.layers import MLP
from tinynet.optimizers import SGD, Adam, Nadam
from tinynet.schedules import (
    Schedule,
    constant,
    cosine,
    cosine_restarts,
    exponential,
    multi_step,
    one_cycle,
    polynomial,
    sequence,
    step,
    warmup,
)
from tinynet.training import Callback, ExponentialMovingAverage, ReduceOnPlateau

SCHEDULES = [
    constant(0.1),
    constant(0.1, steps=20),
    step(0.1, every=7),
    step(0.1, every=7, factor=0.5, steps=30),
    multi_step(0.1, at=(5, 6, 20), factor=0.5),
    exponential(0.1, factor=0.9),
    exponential(0.1, factor=0.5, every=8),
    polynomial(0.1, steps=30),
    polynomial(0.1, steps=30, power=2.5, end=0.01),
    cosine(0.1, steps=30),
    cosine(0.1, steps=30, end=0.01),
    cosine_restarts(0.1, every=7),
    cosine_restarts(0.1, every=3, growth=3, end=0.01, steps=20),
    warmup(0.1, steps=10),
    warmup(0.1, steps=10, start=0.02),
    one_cycle(0.1, steps=30),
    one_cycle(0.1, steps=30, rise=0.5, initial_divisor=5, final_divisor=10),
    warmup(0.1, steps=10) + constant(0.1, steps=5) + cosine(0.1, steps=20),
    warmup(0.1, steps=10) + step(0.1, every=7),
]
STEPS = 50


@pytest.fixture(scope="module")
def rates():
    """The rates that a PyTorch scheduler gives to SGD, until its end and then held."""
    torch = pytest.importorskip("torch", reason="pip install torch: rates are held against it")

    def found(make, lr=0.1, steps=STEPS):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
        scheduler, values = make(torch.optim.lr_scheduler, optimizer), []
        for _ in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return values

    return found


@pytest.mark.parametrize(
    "schedule, make, steps",
    [
        (step(0.1, every=7, factor=0.5), lambda s, o: s.StepLR(o, 7, 0.5), STEPS),
        (
            multi_step(0.1, at=(5, 6, 20), factor=0.5),
            lambda s, o: s.MultiStepLR(o, [5, 6, 20], 0.5),
            STEPS,
        ),
        (exponential(0.1, factor=0.9), lambda s, o: s.ExponentialLR(o, 0.9), STEPS),
        (polynomial(0.1, steps=30, power=2.5), lambda s, o: s.PolynomialLR(o, 30, 2.5), STEPS),
        (cosine(0.1, steps=30, end=0.01), lambda s, o: s.CosineAnnealingLR(o, 30, 0.01), 31),
        (
            cosine_restarts(0.1, every=7, end=0.01),
            lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, 1, 0.01),
            STEPS,
        ),
        (
            cosine_restarts(0.1, every=3, growth=3),
            lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 3),
            STEPS,
        ),
        (warmup(0.1, steps=10, start=0.02), lambda s, o: s.LinearLR(o, 0.2, 1.0, 10), STEPS),
        (one_cycle(0.1, steps=30), lambda s, o: s.OneCycleLR(o, 0.1, 30, cycle_momentum=False), 30),
        (
            one_cycle(0.1, steps=31, rise=0.5, initial_divisor=5, final_divisor=10),
            lambda s, o: s.OneCycleLR(o, 0.1, 31, None, None, 0.5, "cos", False, 0, 0, 5, 10),
            31,
        ),
        (one_cycle(0.1, steps=2), lambda s, o: s.OneCycleLR(o, 0.1, 2, cycle_momentum=False), 2),
        (
            warmup(0.1, steps=10, start=0.01) + polynomial(0.1, steps=20),
            lambda s, o: s.SequentialLR(
                o, [s.LinearLR(o, 0.1, 1.0, 10), s.PolynomialLR(o, 20)], [10]
            ),
            STEPS,
        ),
        (constant(0.1), lambda s, o: s.ConstantLR(o, 1.0), STEPS),
    ],
    ids=lambda value: str(value) if isinstance(value, Schedule) else "",
)
def test_every_step_is_that_of_pytorch(rates, schedule, make, steps):
    expected = rates(make, schedule.peak, steps)
    found = [schedule(t) for t in range(steps)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_a_schedule_is_typed_back_copied_and_pickled(schedule):
    typed = eval(repr(schedule), vars(schedules))
    for other in (typed, copy.deepcopy(schedule), pickle.loads(pickle.dumps(schedule))):
        assert other == schedule and hash(other) == hash(schedule)
        assert [other(t) for t in range(STEPS)] == [schedule(t) for t in range(STEPS)]
    assert repr(typed) == repr(schedule)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_what_it_says_of_itself_is_so(schedule):
    values = [schedule(t) for t in range(400)]
    assert all(type(value) is float for value in values)
    assert max(values) == pytest.approx(schedule.peak, rel=1e-12)
    if math.isfinite(schedule.length):
        assert len(set(values[schedule.length :])) == 1, "the last rate is held"
        assert schedule(10**9) == values[-1]
    with pytest.raises(ValueError, match="begins with step 0"):
        schedule(-1)


def test_the_end_of_each_is_what_its_formula_says():
    ends = {
        constant(0.1, steps=9): 0.1,
        step(1.0, every=4, factor=0.5, steps=9): 0.25,
        exponential(1.0, factor=0.5, every=2, steps=4): 0.25,
        polynomial(1.0, steps=9, end=0.25): 0.25,
        cosine(1.0, steps=9, end=0.25): 0.25,
        warmup(1.0, steps=9): 1.0,
        one_cycle(1.0, steps=10, initial_divisor=10, final_divisor=10): 0.01,
        constant(1.0, steps=3) + cosine(0.5, steps=5, end=0.25): 0.25,
    }
    for schedule, end in ends.items():
        assert schedule(schedule.length) == pytest.approx(end, rel=1e-12), schedule


def test_schedules_follow_each_other_by_plus_and_in_a_list():
    a, b, c = warmup(0.1, steps=10), constant(0.1, steps=5), step(0.1, every=7)
    joined = a + b + c
    assert joined == sequence([a, b, c]) == a + (b + c) == sequence([a + b, c])
    assert repr(joined) == f"{a!r} + {b!r} + {c!r}"
    assert (joined.length, (a + b).length) == (math.inf, 15)
    for t in range(40):
        assert joined(t) == (a(t) if t < 10 else b(t - 10) if t < 15 else c(t - 15))


@pytest.mark.parametrize(
    "make, error, text",
    [
        (lambda: cosine(0, steps=3), ValueError, "cosine: lr, the learning rate, must be above 0"),
        (lambda: cosine("0.1", steps=3), TypeError, "must be a number, not '0.1'"),
        (lambda: cosine(0.1, steps=0), ValueError, "steps must be a whole.*epochs times the batch"),
        (lambda: cosine(0.1, steps=2.5), ValueError, "steps must be a whole number.*not 2.5"),
        (lambda: cosine(0.1, steps=True), ValueError, "steps must be a whole number"),
        (lambda: cosine(0.1), TypeError, "steps"),
        (lambda: cosine(0.1, steps=3, end=0.2), ValueError, "end=0.2 is above lr=0.1"),
        (lambda: warmup(0.1, steps=3, start=-1), ValueError, "start must be at least 0"),
        (lambda: step(0.1, every=3, factor=10), ValueError, "factor must be above 0 and at most 1"),
        (lambda: multi_step(0.1, at=(5, 3)), ValueError, r"at must rise, not \(5, 3\)"),
        (lambda: multi_step(0.1, at=5), TypeError, "at must be a list of steps"),
        (lambda: multi_step(0.1, at=()), TypeError, "at must be a list of steps"),
        (lambda: one_cycle(0.1, steps=9, rise=1.5), ValueError, "rise must be above 0"),
        (lambda: one_cycle(0.1, steps=9, final_divisor=0.5), ValueError, "must be at least 1"),
        (lambda: polynomial(0.1, steps=9, power=0), ValueError, "power must be above 0"),
        (lambda: cosine_restarts(0.1, every=3, growth=1.5), ValueError, "growth must be a whole"),
        (lambda: constant(0.1) + cosine(0.1, steps=3), ValueError, "never ends.*give it steps="),
        (lambda: warmup(0.1, steps=3) + 0.1, TypeError, r"0.1 is no schedule.*constant\(0.1\)"),
        (lambda: sequence([]), TypeError, "takes a list of schedules"),
        (lambda: SGD([Tensor([1.0], requires_grad=True)], lr=cosine), TypeError, "learning rate"),
    ],
)
def test_a_wrong_argument_teaches(make, error, text):
    with pytest.raises(error) as caught:
        make()
    assert re.search(text, str(caught.value))


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_a_schedule_draws_itself(schedule):
    ax = schedule.plot()
    drawn, *others = ax.lines
    for t, rate in zip(*drawn.get_data(), strict=True):
        assert rate == schedule(t)
    assert [line.get_linestyle() for line in others] == ["--", ":"] * math.isfinite(schedule.length)
    assert ax.get_title().replace("\n", " ") == repr(schedule)
    assert schedule.plot(ax, steps=7) is ax


# --- in a run -------------------------------------------------------------------------------


class Rates(Callback):
    def __init__(self):
        self.rates = []

    def on_batch_end(self, run):
        self.rates.append(run.optimizer.lr)


@pytest.mark.parametrize("replay", [False, True])
def test_fit_takes_the_rate_of_each_update_and_a_second_run_goes_on(replay):
    """Six epochs are three and three, and the same as setting the rate by hand."""
    data, schedule = (
        tn.datasets.make_moons(100, rng=0),
        warmup(0.05, steps=5) + cosine(0.05, steps=9),
    )
    runs = []
    for epochs in ([6], [3, 3]):
        model, watch = MLP([2, 8, 2], rng=0), Rates()
        optimizer = Adam(model.parameters(), lr=schedule)
        for part in epochs:
            given = {"epochs": part, "batch_size": 40, "replay": replay, "progress": False}
            tn.fit(model, tn.losses.cross_entropy, optimizer, data, callbacks=[watch], **given)
        assert watch.rates == [schedule(t) for t in range(18)] and optimizer.updates == 18
        runs.append(optimizer.vector.tobytes())
    assert runs[0] == runs[1]


@pytest.mark.parametrize("averaged", [True, False])
def test_a_run_that_is_resumed_ends_with_the_bits_of_one_that_never_stopped(averaged, tmp_path):
    data = tn.datasets.make_moons(100, rng=0)

    def run(epochs, **resume):
        model = MLP([2, 8, 2], rng=0)
        if averaged:
            optimizer = Nadam(model.parameters(), lr=warmup(0.1, steps=5) + cosine(0.1, steps=9))
            callback = ExponentialMovingAverage(model, 0.9)
        else:
            optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
            callback = ReduceOnPlateau(0.5, 1, min_delta=0.05)
        given = {"epochs": epochs, "batch_size": 40, "callbacks": [callback], "progress": False}
        loss, given["validation"] = tn.losses.cross_entropy, data
        tn.fit(model, loss, optimizer, data, **given, **resume)
        average = callback.average["layers.0.weight"].tobytes() if averaged else b""
        return optimizer.vector.tobytes(), optimizer.lr, optimizer.updates, average

    run(3, resume=tmp_path / "run.npz")
    assert run(6, resume=tmp_path / "run.npz") == run(6)


# --- ReduceOnPlateau ------------------------------------------------------------------------

LOSSES = [
    5.0,
    4.0,
    4.0,
    4.1,
    3.99,
    4.2,
    math.nan,
    4.0,
    3.0,
    3.0,
    3.0,
    3.0,
    3.0,
    3.0,
    2.0,
    *[2.5] * 9,
]


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("options", [{}, {"cooldown": 2}, {"lowest": 0.02}, {"min_delta": 0.5}])
def test_a_plateau_reduces_the_rate_as_in_pytorch(mode, options):
    """Whose patience counts the epochs that are forgiven: one fewer."""
    torch = pytest.importorskip("torch", reason="pip install torch: rates are held against it")
    ours = SGD([Tensor([1.0], requires_grad=True)], lr=0.1)
    theirs = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    names = {"lowest": "min_lr", "min_delta": "threshold"}
    given = {"threshold": 0.0} | {names.get(name, name): v for name, v in options.items()}
    peer = torch.optim.lr_scheduler.ReduceLROnPlateau(
        theirs, mode, 0.5, 2, threshold_mode="abs", eps=0, **given
    )
    plateau = ReduceOnPlateau(0.5, 3, "loss", mode=mode, **options)
    seen = []
    for value in LOSSES if mode == "min" else [-loss for loss in LOSSES]:
        plateau.look(value, ours)
        peer.step(value)
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)
        again = ReduceOnPlateau(0.5, 3, "loss", mode=mode, **options)
        again.load_state_dict(plateau.state_dict())
        plateau = again  # as in a run that is resumed
        seen.append(ours.lr)
    assert len(set(seen)) > 2


def test_a_plateau_in_fit_and_a_run_that_begins_anew():
    data, plateau = (np.zeros((4, 1)), np.ones((4, 1))), ReduceOnPlateau(0.5, 2, "loss")
    for _ in range(2):
        model = MLP([1, 1], rng=0)
        optimizer = SGD(model.parameters(), lr=1e-20)
        given = {"epochs": 4, "batch_size": 4, "callbacks": [plateau], "progress": False}
        tn.fit(model, tn.losses.mse, optimizer, data, **given)
        assert optimizer.lr == 1e-20 / 2
    assert schedules.ReduceOnPlateau is ReduceOnPlateau
    with pytest.raises(ValueError, match="the history has loss: pass validation="):
        given["callbacks"] = [ReduceOnPlateau()]
        tn.fit(model, tn.losses.mse, optimizer, data, **given)
    optimizer.lr = cosine(0.1, steps=3)
    with pytest.raises(ValueError, match=r"cosine\(0.1, steps=3\) sets before each"):
        plateau.look(1.0, optimizer)


@pytest.mark.parametrize(
    "options", [{"factor": 1}, {"factor": 0}, {"patience": 0}, {"cooldown": -1}, {"lowest": -1}]
)
def test_a_plateau_refuses_what_makes_no_sense(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ReduceOnPlateau(**options)
