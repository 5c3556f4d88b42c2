"""Step does what a loop of one's own does, to the bit; where it does not replay, it says why."""

import copy
import functools
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinynet import Tensor, debug, fit, functional, layers, losses, no_grad
from tinynet.layers import MLP, Dropout, Function, LeakyReLU, Linear, Module, ReLU, Sequential, Tanh
from tinynet.optimizers import SGD, Adam, RMSprop
from tinynet.training import Step
from tinynet.training.replay import PURE, Parts

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
IDS = RNG.integers(0, 3, 60)
NUMBERS = RNG.normal(size=(60, 3))
YES = (X[:, :3] > 0).astype(float)


def model(seed=0, *layers, dtype=np.float64, columns=3):
    return Sequential(
        *(Linear(4, 6, rng=seed, dtype=dtype), ReLU(), *layers),
        *(Linear(6, 5, rng=seed + 1, dtype=dtype), LeakyReLU(0.1)),
        Linear(5, columns, rng=seed + 2, dtype=dtype),
    )


class Ordinary:
    """The loop that everybody writes."""

    replayed = False

    def __init__(self, model, loss, optimizer):
        self.model, self.loss, self.optimizer = model, loss, optimizer

    def __call__(self, x, y, **options):
        loss = self.loss(y, self.model(x), **options)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss


def trace(kind, make, loss, optimizer, batches, change=None):
    """Losses, errors and weights of a loop, and which of its steps were replayed."""
    net = make()
    if isinstance(loss, functools.partial):
        loss = functools.partial(loss.func, **loss.keywords)
    step = kind(net, loss, optimizer(net.parameters(), lr=0.01))
    found, replayed = [], []
    for i, (x, y) in enumerate(batches):
        if change:
            change(i, net, loss)
        try:
            found.append(float(step(x, y)))
        except (ValueError, TypeError, RuntimeError) as error:
            found.append(f"{type(error).__name__}: {error}")
        found.append(step.optimizer.vector.tobytes())
        found.append([None if p.grad is None else p.grad.tobytes() for p in net.parameters()])
        replayed.append(step.replayed)
    return found, replayed


def same(*arguments, **options):
    """Both ways give the same; returns which steps were replayed."""
    with np.errstate(all="ignore"):
        found, replayed = trace(Step, *arguments, **options)
        ordinary, _ = trace(Ordinary, *arguments, **options)
    for one, other in zip(found, ordinary, strict=True):
        assert one == other or (one != one and other != other)  # NaN
    return replayed


def cut(y, sizes=(16, 16, 16, 12), x=X, epochs=3):
    """Batches of these sizes, a few times over, each time other rows."""
    rng = np.random.default_rng(5)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for rows in np.split(order, np.cumsum(sizes)[:-1]):
            yield x[rows], y[rows]


half = functools.partial(losses.huber, delta=0.5)
smooth = functools.partial(losses.cross_entropy, label_smoothing=0.1)
some = functools.partial(losses.cross_entropy, ignore_index=1)
probabilities = functools.partial(losses.log_loss, from_logits=False)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("loss", "y"),
    [
        *((losses.cross_entropy, IDS), (losses.cross_entropy, np.eye(3)[IDS])),
        *((losses.cross_entropy, IDS.astype(float)), (losses.cross_entropy, IDS.astype(np.int8))),
        *((smooth, IDS), (some, IDS), (losses.mse, NUMBERS), (half, NUMBERS), (losses.mae, YES)),
        *((losses.mse, NUMBERS.astype(np.float32)), (losses.mse, IDS[:, None] + [0, 1, 2])),
        (functools.partial(losses.log_loss, from_logits=True), YES),
    ],
)
def test_the_bits_of_a_loop_of_ones_own(loss, y, dtype):
    for x in (X.astype(dtype), X):  # float64 into a float32 model, too
        replayed = same(lambda: model(dtype=dtype), loss, SGD, list(cut(y, x=x)))
        assert replayed == [False, True, True, False] + [True] * 8


def residual(dtype):
    return layers.Residual(Linear(6, 6, rng=3, dtype=dtype), Tanh())


MADE = {kind: lambda dtype, kind=kind: kind() for kind in PURE}  # most take nothing
MADE |= {Linear: lambda dtype: Linear(6, 6, rng=4, dtype=dtype), layers.Residual: residual}
MADE |= {layers.LayerNorm: lambda dtype: layers.LayerNorm(6, dtype=dtype)}
MADE |= {Function: lambda dtype: Function(np.tanh)}
MADE |= {MLP: lambda dtype: MLP([6, 2, 6], rng=5, dtype=dtype)}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", PURE)
def test_every_layer_that_is_known_to_be_pure_is_replayed(kind, dtype):
    replayed = same(
        lambda: model(0, MADE[kind](dtype), dtype=dtype),
        losses.cross_entropy,
        Adam,
        list(cut(IDS, x=X.astype(dtype))),
    )
    assert replayed == [False, True, True, False] + [True] * 8


def one_column():
    return model(columns=1)


def squashed():
    return Sequential(*model().layers, functional.sigmoid)


def test_a_column_of_targets_and_probabilities():
    assert any(same(one_column, losses.mse, Adam, list(cut(NUMBERS[:, :1].copy()))))
    assert not any(same(one_column, losses.mse, Adam, list(cut(NUMBERS[:, 0]))))  # an error
    assert any(same(squashed, probabilities, SGD, list(cut(YES))))


def with_one_wrong(y, value):
    batches = list(cut(y.astype(float) if y.ndim > 1 else y))
    batches[5][1].flat[3] = value
    return batches


@pytest.mark.parametrize(
    ("make", "loss", "batches"),
    [
        *(
            (model, losses.cross_entropy, with_one_wrong(IDS, wrong))
            for wrong in (3, -1, -9, 10**9)
        ),
        (model, losses.cross_entropy, with_one_wrong(np.eye(3)[IDS], 0.5)),
        (model, losses.cross_entropy, with_one_wrong(np.eye(3)[IDS], np.nan)),
        (model, functools.partial(losses.log_loss, from_logits=True), with_one_wrong(YES, 2)),
        *((model, losses.mse, with_one_wrong(NUMBERS, wrong)) for wrong in (np.nan, np.inf, 1e200)),
        (model, losses.hinge, with_one_wrong(2 * YES - 1, 0)),
        (squashed, probabilities, with_one_wrong(YES, -0.1)),
    ],
)
def test_every_batch_is_checked_as_ever(make, loss, batches):
    replayed = same(make, loss, SGD, batches)
    assert replayed[4] and not replayed[5]


def test_values_of_x_that_are_no_numbers_do_what_they_always_do():
    batches = list(cut(NUMBERS))
    batches[6][0][2, 1] = np.nan
    replayed = same(model, losses.mse, SGD, batches)
    assert replayed[5] and not any(replayed[6:])  # the weights are NaN by then


def test_zero_times_infinity_in_a_gradient_is_left_to_the_engine():
    def make():
        net = Sequential(Linear(4, 2, rng=0), ReLU(), Linear(2, 3, rng=1))
        net.layers[0].weight.data[:, 0] = net.layers[0].bias.data[0] = -1.0  # a unit that is off
        net.layers[2].weight.data[0] = 1e300
        return net

    x = np.abs(X)
    batches = [(x, NUMBERS)] * 3 + [(x, NUMBERS + 1e10)]
    assert same(make, losses.mse, SGD, batches) == [False, True, True, False]


def test_a_warning_that_is_an_error_does_not_come_from_the_replay():
    step = ready()
    step.model.layers[-1].bias.data[0] = 1e200
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="overflow") as error:
            step(X, NUMBERS)
    assert "overflow" in step.why_not
    assert all("replay.py" not in str(entry.path) for entry in error.traceback)


def layer_replaced(net):
    net.layers[1] = Tanh()


def slope(net):
    net.layers[-2].slope = 0.3


def sign_of_zero(net):
    net.layers[-2].slope = -0.0 if net.layers[-2].slope == 0 else 0.0


def weights_set(net):
    net.layers[0].weight.data[...] = 0.01


def frozen(net):
    net.layers[0].weight.requires_grad ^= True


def dropping(net):
    net.layers.insert(2, Dropout(0.5, rng=0))


def not_dropping(net):
    net.eval()


def another_kind(net):
    net.layers[1].__class__ = Tanh


def overwritten(net):
    net.layers[1].forward = lambda x: x * 2


def bias_of_the_same_value(net):
    net.layers[-1].bias = Tensor(net.layers[-1].bias.data.copy(), requires_grad=True)


def data_replaced(net):
    net.layers[-1].bias.data = net.layers[-1].bias.data.copy()


def attributes_of_another(net):
    net.layers[-2].__dict__ = vars(LeakyReLU(0.7))


CHANGES = [
    *(layer_replaced, slope, sign_of_zero, weights_set, frozen, dropping, not_dropping),
    *(another_kind, overwritten, bias_of_the_same_value, data_replaced, attributes_of_another),
]


@pytest.mark.parametrize("columns", [3, 1])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_model_may_change_between_two_steps(change, columns):
    def now(i, net, loss):
        if i in (6, 8):
            change(net)

    y = NUMBERS[:, :columns].copy()
    replayed = same(lambda: model(columns=columns), losses.mse, SGD, list(cut(y)), change=now)
    assert replayed[5] and (not replayed[6] or change in (weights_set, data_replaced))


@pytest.mark.parametrize("columns", [3, 1])
def test_an_array_that_the_optimizer_does_not_hold_may_be_replaced(columns):
    ends = []
    for kind in (Step, Ordinary):
        net = model(columns=columns)
        last = net.layers[-1].bias
        last.requires_grad = False
        step = kind(net, losses.mse, SGD(net.parameters(), lr=0.01))
        for i in range(5):
            if i == 3:
                last.data = last.data + 1
            step(X, NUMBERS[:, :columns].copy())
        ends.append(step.optimizer.vector.tobytes())
    assert ends[0] == ends[1]


def test_numbers_that_are_equal_are_not_the_same():
    net = model()
    for before, after in ((0.0, -0.0), (1, 1.0), (1.0, np.float32(1.0))):
        net.layers[-2].slope = before
        parts = Parts(net, losses.mse, SGD(net.parameters()))
        assert parts.unchanged()
        net.layers[-2].slope = after
        assert not parts.unchanged()


def test_options_of_the_loss_may_change():
    def now(i, net, loss):
        if i >= 6:
            loss.keywords["delta"] = 0.25 if i < 9 else 0.1

    replayed = same(model, half, SGD, list(cut(NUMBERS, epochs=4)), change=now)
    assert replayed[5] and replayed[8] and not replayed[6] and not replayed[9]


def mine(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true) ** 1.5)


class Plus(Module):
    def forward(self, x):
        return x + 1


def read(x):
    return x * float(np.max(x.data if isinstance(x, Tensor) else x))


WHY = [
    (model, losses.mse, X.tolist(), "lists are not replayed"),
    (model, losses.mse, Tensor(X), "lists are not replayed"),
    (model, losses.mse, np.hstack([X, X])[:, ::2], "x is a view with gaps: np.ascontiguousarray"),
    (
        lambda: model(0, Dropout(0.5, rng=0)),
        losses.mse,
        X,
        r"layers.2 \(Dropout\(0.5\)\) is not kn",
    ),
    (lambda: model(0, Plus()), losses.mse, X, "layers.2 .Plus. is not known to compute the same"),
    (lambda: model(0, Function(read)), losses.mse, X, "layers.2: <function read"),
    (model, mine, X, "the loss mine is not known to be the same each time: it is your own"),
    (model, functools.partial(losses.quantile, q=[0.5] * 3), X, "the option q= of the loss can be"),
]


@pytest.mark.parametrize(("make", "loss", "x", "why"), WHY, ids=[why for *_, why in WHY])
def test_it_says_why_it_does_not_replay(make, loss, x, why):
    net = make()
    step = Step(net, loss, SGD(net.parameters()))
    for _ in range(3):
        step(x, NUMBERS)
    assert not step.replayed
    with pytest.raises(ValueError, match=why):
        raise ValueError(step.why_not)


def ready(loss=losses.mse, y=NUMBERS, optimizer=SGD):
    net = model()
    step = Step(net, loss, optimizer(net.parameters(), lr=0.01))
    for _ in range(3):
        step(X, y)
    assert step.replayed and step.why_not == ""
    return step


def test_debug_mode_sees_each_operation_and_no_grad_is_an_error():
    step = ready()
    with debug():
        step(X, NUMBERS)
    assert "debug mode" in step.why_not
    with no_grad(), pytest.raises(RuntimeError):
        step(X, NUMBERS)
    step(X, NUMBERS)
    assert step.replayed


def test_a_loss_is_a_number_that_stays():
    step = ready()
    first, second = step(X, NUMBERS), step(X, NUMBERS)
    assert first.dtype == np.float64 and float(first) > float(second)


def test_two_steps_and_fit_take_turns_on_one_model():
    ends = []
    for kind in (Step, Ordinary):
        net = model()
        optimizer = RMSprop(net.parameters(), lr=0.01)
        steps = [kind(net, loss, optimizer) for loss in (losses.mse, losses.mae)]
        for _ in range(5):
            for step in steps:
                step(X, NUMBERS)
            options = {"epochs": 1, "batch_size": 16, "progress": False, "rng": 0}
            fit(net, losses.mse, optimizer, (X, NUMBERS), replay=kind is Step, **options)
        ends.append((optimizer.vector.tobytes(), [step.replayed for step in steps]))
    assert ends[0][0] == ends[1][0] and ends[0][1] == [True, True]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_copy_goes_on_by_itself(copied):
    step = ready(y=NUMBERS, optimizer=Adam)
    other = copied(step)
    before = step.optimizer.vector.copy()
    ends = [[float(one(X, NUMBERS)) for _ in range(3)] for one in (other, step)]
    assert ends[0] == ends[1] and other.replayed
    assert not np.array_equal(before, step.optimizer.vector)
    assert other.model.layers[0].weight.data.base is not step.model.layers[0].weight.data.base


def test_sample_weights_are_replayed_and_may_change():
    weights = np.arange(60) % 4.0
    ends = []
    for replay in (True, False):
        net = model()
        step = Step(net, losses.mse, SGD(net.parameters(), lr=0.01), replay=replay)
        for i in range(4):
            step(X, NUMBERS, sample_weight=weights + i)
        ends.append(step.optimizer.vector.tobytes())
        assert step.replayed == replay
    assert ends[0] == ends[1]
    with pytest.raises(ValueError, match="sample weights must be at least 0"):
        step(X, NUMBERS, sample_weight=-weights)


def test_rows_of_arrays_do_what_their_batch_does():
    """Also when another array comes, and when a row's class is none any more."""
    x, y, others = X.copy(), IDS.copy(), (X[::-1].copy(), IDS[::-1].copy())
    nets = [model(), model()]
    steps = [Step(net, losses.cross_entropy, SGD(net.parameters(), lr=0.1)) for net in nets]
    replayed = []
    for i in range(24):
        rows = np.random.default_rng(i).permutation(60)[: 8 if i % 3 else 5]
        all_x, all_y = others if i > 15 else (x, y)
        found = [
            steps[0].backward_rows(all_x, all_y, rows),
            steps[1].backward(all_x[rows], all_y[rows]),
        ]
        replayed.append(steps[0].replayed)
        assert found[0] == found[1] and steps[0].replayed == steps[1].replayed
        for step in steps:
            step.optimizer.step()
    assert replayed.count(False) == 2, "the first batch of each size"
    assert nets[0].layers[0].weight.data.tobytes() == nets[1].layers[0].weight.data.tobytes()
    step, single = steps[0], X.astype(np.float32)
    assert step.backward_rows(single, others[1], rows) == steps[1].backward(
        single[rows], others[1][rows]
    )
    assert not step.replayed, "numbers of another precision are a batch of another kind"
    with no_grad(), pytest.raises(RuntimeError, match="no_grad"):
        step.backward_rows(*others, rows)
    others[1][rows[0]] = 3
    with pytest.raises(ValueError, match="class ids must be whole numbers from 0 to 2"):
        steps[0].backward_rows(*others, rows)


def test_a_few_shapes_are_kept_however_many_come():
    step = ready()
    for size in range(1, 40):
        step(X[:size], NUMBERS[:size])
    assert len(step._known) <= 8
    step(X, NUMBERS)
    assert step.replayed


def test_a_parameter_without_a_part_in_the_loss_has_no_gradient():
    for kind in (Step, Ordinary):
        net, extra = model(), Tensor([1.0], requires_grad=True)
        step = kind(net, losses.mse, SGD([*net.parameters(), extra], lr=0.1, weight_decay=0.1))
        for _ in range(3):
            extra.grad = np.ones(1)
            step(X, NUMBERS)
        assert extra.grad is None and extra.data == 1.0


def test_what_is_no_tensor_is_refused_and_a_step_keeps_what_it_is_made_of():
    net = model()
    step = Step(net, lambda y_true, y_pred: 1.0, SGD(net.parameters()))
    with pytest.raises(TypeError, match="the loss gave float, not a Tensor"):
        step(X, NUMBERS)
    with pytest.raises(AttributeError):
        step.model = model()
    with pytest.raises(TypeError, match="must be a Module"):
        Step(np.tanh, losses.mse, step.optimizer)


LOSSES = [
    *((losses.mse, NUMBERS), (half, NUMBERS), (losses.cross_entropy, IDS), (smooth, IDS)),
    *((some, IDS), (losses.mae, YES), (losses.brier, np.eye(3)[IDS]), (mine, NUMBERS)),
    *((functools.partial(losses.mse, reduction="sum"), NUMBERS), (losses.categorical_focal, IDS)),
]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    inner=st.lists(
        st.sampled_from([ReLU, Tanh, LeakyReLU, Dropout, Plus, layers.GELU, layers.Softplus]),
        max_size=2,
    ),
    which=st.integers(0, len(LOSSES) - 1),
    optimizer=st.sampled_from([SGD, Adam, RMSprop]),
    sizes=st.sampled_from([(16, 16, 16, 12), (20, 20, 20), (7, 33, 7, 13), (60,)]),
    dtype=st.sampled_from([np.float32, np.float64]),
    changes=st.dictionaries(st.integers(0, 11), st.sampled_from(CHANGES), max_size=3),
)
def test_random_models_losses_and_changes_have_the_bits_of_the_ordinary_loop(
    inner, which, optimizer, sizes, dtype, changes
):
    def make():
        parts = [kind(0.5, 0) if kind is Dropout else kind() for kind in inner]
        return model(0, *parts, dtype=dtype)

    def change(i, net, loss):
        if i in changes:
            changes[i](net)

    loss, y = LOSSES[which]
    same(make, loss, optimizer, list(cut(y, sizes, X.astype(dtype))), change=change)


def test_a_dataset_gives_its_rows():
    net = MLP([4, 5, 3], rng=0)
    step = Step(net, losses.cross_entropy, Adam(net.parameters(), lr=0.05))
    order, found = np.random.default_rng(0), []
    for _ in range(20):
        for rows in np.split(order.permutation(60), 4):
            found.append(float(step(X[rows], IDS[rows])))
    assert step.replayed and found[-1] < found[0]
