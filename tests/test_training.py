"""Training: the loop learns, repeats itself, and keeps the History whatever stops it."""

import contextlib
import copy
import functools
import gc
import math
import pickle
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse

from tinynet import Dataset, fit, losses, metrics, no_grad
from tinynet.layers import MLP, Dropout, Linear, Module, Sequential
from tinynet.optimizers import SGD, Adam
from tinynet.training import EarlyStopping, History, NonFiniteLoss, evaluate, predict

X = np.linspace(-1, 1, 10)[:, None]
Y = 2 * X + 1
IDS = np.arange(10) % 3
NAN, INF = float("nan"), float("inf")


def run(model=None, data=(X, Y), loss=losses.mse, lr=0.1, epochs=3, batch_size=4, **options):
    """Fit a line, unless told otherwise."""
    model = model or Linear(1, 1, rng=0)
    options = {"progress": False} | options
    optimizer = SGD(model.parameters(), lr=lr)
    return fit(model, loss, optimizer, data, epochs=epochs, batch_size=batch_size, **options)


class Watched:
    """A loss that remembers its batches, and calls `at[n]` in place of its n-th value."""

    def __init__(self, at=None):
        self.at, self.batches, self.values, self.dtypes = at or {}, [], [], set()

    def __call__(self, y_true, y_pred):
        value = losses.mse(y_true, y_pred)
        self.batches.append(y_true[:, 0].tolist())
        self.values.append(float(value))
        self.dtypes |= {y_true.dtype, y_pred.dtype, value.dtype}
        return self.at.get(len(self.batches), lambda value: value)(value)


def named(name):
    def metric(y_true, y_pred):
        return 0.0

    metric.__name__ = name
    return metric


def ravelled(y_true, y_pred):
    return losses.mse(y_true, np.ravel(y_pred))


def poke(array, row, value):
    """A copy of the array with one value changed."""
    array = array.copy()
    array[row] = value
    return array


# --- learning -------------------------------------------------------------------------------


def test_fit_learns_a_line():
    model = Linear(1, 1, rng=0)
    history = run(model, lr=0.5, epochs=60)
    assert history["loss"][-1] < 1e-8 and history.epochs == 60 and history.stopped is None
    assert model.weight.item() == pytest.approx(2, abs=1e-3)
    assert model.bias.item() == pytest.approx(1, abs=1e-3)
    assert history.seconds > 0 and not model.training


def test_every_row_is_seen_once_an_epoch_in_a_new_order_with_a_smaller_last_batch():
    loss = Watched()
    run(loss=loss, epochs=2)
    assert [len(batch) for batch in loss.batches] == [4, 4, 2] * 2
    first, second = sum(loss.batches[:3], []), sum(loss.batches[3:], [])
    assert sorted(first) == sorted(second) == Y[:, 0].tolist()
    assert first != second and first != Y[:, 0].tolist()


def test_x_and_y_are_shuffled_together():
    def check(y_true, y_pred):
        assert np.allclose(y_true, -y_pred.data)
        return losses.mse(y_true, y_pred)

    run(identity(), (X, -X), check, lr=1e-300)


def identity():
    model = Linear(1, 1, rng=0)
    model.load_state_dict({"weight": [[1.0]], "bias": [0.0]})
    return model


@pytest.mark.parametrize("batch_size", [1, 3, 4, 10, 1000])
def test_the_loss_of_an_epoch_is_the_mean_over_rows_not_over_batches(batch_size):
    history = run(identity(), lr=1e-300, batch_size=batch_size, epochs=1)
    assert history["loss"] == pytest.approx([np.mean((X - Y) ** 2)])


def test_one_full_batch_is_gradient_descent():
    model = identity()
    run(model, batch_size=10, epochs=1, lr=0.1)
    error = X - Y
    assert model.weight.item() == pytest.approx(1 - 0.1 * np.mean(2 * error * X))
    assert model.bias.item() == pytest.approx(0 - 0.1 * np.mean(2 * error))


def results(seed, model_seed=0):
    model = MLP([1, 8, 1], dropout=0.2, rng=model_seed)
    history = run(model, rng=seed, epochs=8, validation=(X, Y), metrics=[metrics.mae])
    return dict(history), [p.data.tolist() for p in model.parameters()]


def test_a_seed_repeats_every_number_and_another_seed_does_not():
    assert results(1) == results(1) == results(np.random.default_rng(1))
    assert results(1) != results(2)


def test_threads_training_at_once_get_the_numbers_they_get_alone():
    alone = [results(seed) for seed in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(results, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert together == alone


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_are_cast_to_the_dtype_of_the_model_which_stays(dtype):
    model, loss = MLP([1, 4, 1], dropout=0.5, rng=0, dtype=dtype), Watched()
    optimizer = Adam(model.parameters())
    data = (np.arange(10)[:, None], Y.astype(np.float16))
    fit(model, loss, optimizer, data, epochs=2, batch_size=4, progress=False)
    arrays = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    arrays += [optimizer.vector, optimizer.first_moment, optimizer.second_moment]
    assert loss.dtypes | {array.dtype for array in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    "ids", [np.arange(10) % 3, (np.arange(10) % 3).tolist(), np.uint8(X[:, 0] > 0)]
)
def test_class_ids_of_any_kind_train_a_classifier(ids):
    model = MLP([1, 8, 3], rng=0)
    history = run(model, (X, ids), losses.cross_entropy, metrics=[metrics.accuracy])
    assert history["accuracy"][-1] == np.mean(np.argmax(predict(model, X), 1) == ids)


def test_a_dataset_is_a_pair_with_names():
    data = Dataset("line", X, Y, ["x"], ["y"], "regression", "")
    assert run(data=data, validation=data) == run(validation=(X, Y))


def test_fit_leaves_the_data_alone_and_no_garbage_behind():
    x, y, model = X.copy(), Y.copy(), MLP([1, 4, 1], rng=0)
    gc.collect()
    run(model, (x, y), validation=(x, y), epochs=2)
    assert gc.collect() == 0
    assert np.array_equal(x, X) and np.array_equal(y, Y)


# --- what is reported -----------------------------------------------------------------------


def test_history_holds_loss_and_metrics_of_both_parts():
    model, validation = MLP([1, 8, 1], dropout=0.5, rng=0), (X * 2, Y * 2)
    history = run(model, validation=validation, metrics=[metrics.mae, metrics.r2])
    assert set(history) == {"loss", "mae", "r2", "val_loss", "val_mae", "val_r2"}
    assert {len(values) for values in history.values()} == {history.epochs} == {3}
    p = predict(model, 2 * X)
    assert history["val_loss"][-1] == pytest.approx(np.mean((p - 2 * Y) ** 2))
    assert history["val_mae"][-1] == pytest.approx(np.mean(np.abs(p - 2 * Y)))
    assert history["mae"][-1] == pytest.approx(np.mean(np.abs(predict(model, X) - Y)))


@pytest.mark.parametrize(
    "metric, name",
    [(losses.mae, "mae"), (functools.partial(losses.huber, delta=0.7), "huber")],
)
def test_a_loss_or_a_partial_function_can_be_a_metric(metric, name):
    assert len(run(metrics=[metric])[name]) == 3


@pytest.mark.parametrize("flat", [np.squeeze, np.ravel, lambda p: p[:, 0]])
def test_a_function_of_ones_own_may_bring_the_shapes_together_itself(flat):
    def distance(y_true, y_pred):
        return np.mean(np.abs(y_true - flat(y_pred)))

    model = Linear(1, 1, rng=0)
    history = run(model, (X, Y[:, 0]), distance, metrics=[distance], validation=(X, Y[:, 0]))
    expected = np.mean(np.abs(Y - predict(model, X)))
    assert history["distance"][-1] == history["val_loss"][-1] == pytest.approx(expected)


class Spy(Module):
    """Hands its input on and notes whether it is being trained, and on a graph."""

    def __init__(self):
        self.calls = []

    def forward(self, x):
        self.calls.append((self.training, x.requires_grad))
        return x


def test_batches_are_trained_with_a_graph_and_evaluated_without():
    model = Sequential(Linear(1, 1, rng=0), Spy()).eval()
    run(model, validation=(X, Y), epochs=2)
    epoch = [(True, True)] * 3 + [(False, False)]
    assert model.layers[1].calls == epoch * 2 and not model.training


@pytest.mark.parametrize("progress", [True, False])
def test_the_progress_bar_is_there_or_not(progress, capsys):
    run(progress=progress, validation=(X, Y))
    out, err = capsys.readouterr()
    assert out == ""
    assert all((part in err) == progress for part in ("3/3", "loss=", "val_loss=", "epoch"))
    assert progress or err == ""


def test_predict_gives_a_plain_array_and_keeps_the_mode_even_after_an_error():
    model = MLP([1, 4, 1], dropout=0.5, rng=0)
    first = predict(model, X)
    assert type(first) is np.ndarray and np.array_equal(first, predict(model, X))
    with pytest.raises(ValueError, match=r"Linear\(1, 4\)"):
        predict(model, np.ones((3, 2)))
    assert model.training and model.layers[2].training


def test_predict_leaves_a_frozen_part_frozen():
    model = Sequential(Dropout(0.5).eval(), Linear(1, 1, rng=0))
    predict(model, X)
    assert model.training and not model.layers[0].training


def test_evaluate_agrees_with_fit_and_is_empty_when_nothing_is_asked():
    model = Linear(1, 1, rng=0)
    history = run(model, validation=(X, Y), metrics=[metrics.mae])
    scores = evaluate(model, losses.mse, (X, Y), [metrics.mae])
    assert scores == {"loss": history["val_loss"][-1], "mae": history["val_mae"][-1]}
    assert evaluate(model, None, (X, Y)) == {}
    with no_grad():
        assert evaluate(model, losses.mse, (X.tolist(), Y.tolist()))["loss"] == scores["loss"]


# --- callbacks ------------------------------------------------------------------------------


def test_callbacks_run_after_every_epoch_all_of_them_until_one_stops_the_run():
    def first(history, model):
        calls.append(("first", history.epochs))
        return history.epochs == 2

    def second(history, model):
        calls.append(("second", history.epochs))

    calls = []
    history = run(callbacks=[first, second], epochs=9)
    assert calls == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]
    assert history.epochs == 2 and history.stopped == "first stopped the run after epoch 2"


def epochs_until(stopping, values):
    """The epoch in which EarlyStopping stops, and that from which the weights then come."""
    model, history = Linear(1, 1, rng=0), History()
    for epoch, value in enumerate(values, 1):
        model.weight.data[...] = epoch
        history.append(**{stopping.monitor: value})
        if stopping(history, model):
            return epoch, model.weight.item()
    return None, model.weight.item()


@pytest.mark.parametrize(
    "options, values, expected",
    [
        ({"patience": 2}, [3, 2, 2.5, 2.6, 1], (4, 2)),
        ({"patience": 2}, [3, 2, 2.5, 1, 2, 2], (6, 4)),
        ({"patience": 2, "restore_best": False}, [3, 2, 2.5, 2.6], (4, 4)),
        ({"patience": 1}, [3, 3], (2, 1)),
        ({"patience": 3}, [3, 2, 1, 0.5, 0.2], (None, 5)),
        ({"patience": 2}, [1, NAN, NAN], (3, 1)),
        ({"patience": 1, "monitor": "loss"}, [1, 2], (2, 1)),
        ({"patience": 2, "monitor": "val_accuracy"}, [0.5, 0.6, 0.7, 0.8], (None, 4)),
        ({"patience": 2, "monitor": "val_r2"}, [-1, 0.6, 0.5, 0.4], (4, 2)),
        ({"patience": 2, "monitor": "kappa", "mode": "max"}, [0.3, 0, 0.6, 0.7, 0.5, 0.5], (6, 4)),
        ({"patience": 2}, [NAN, 0.4, 0.3, 0.5, 0.6], (5, 3)),
        ({"patience": 2, "min_delta": 0.5}, [3, 2.8, 2.2, 2.1, 2], (5, 3)),
    ],
    ids=str,
)
def test_early_stopping_waits_for_its_patience_and_restores_the_best(options, values, expected):
    assert epochs_until(EarlyStopping(**options), values) == expected


def test_early_stopping_starts_afresh_with_every_run():
    stopping = EarlyStopping(patience=2)
    assert epochs_until(stopping, [1, 2, 3]) == epochs_until(stopping, [1, 2, 3]) == (3, 1)
    assert epochs_until(stopping, [9, 8, 9, 9, 9]) == (4, 2)


def test_early_stopping_restores_the_best_also_when_the_epochs_run_out():
    def worse(y_true, y_pred):
        weights.append(model.weight.item())
        return float(len(weights))

    model, weights = Linear(1, 1, rng=0), []
    run(model, metrics=[worse], callbacks=[EarlyStopping(9, "worse", mode="min")])
    assert model.weight.item() == weights[0]


@contextlib.contextmanager
def interruptible():
    """Ctrl-C as in a terminal, also where the tests themselves run with it ignored (nohup)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    "end",
    [
        *(lambda: True, lambda: 1 / 0, lambda: signal.raise_signal(signal.SIGINT)),
        *(lambda: math.sqrt(-1), lambda: False),
    ],
    ids=["a callback", "an error", "Ctrl-C", "another error", "the last epoch"],
)
def test_the_best_epoch_is_restored_whatever_ends_the_run(end):
    def spoil(history, model):  # so that epoch 3 is bad
        if history.epochs == 2:
            model.weight.data[...] = 50
        return history.epochs == 3 and end()

    model, stopping = Linear(1, 1, rng=0), EarlyStopping()
    with contextlib.suppress(ZeroDivisionError, ValueError), interruptible():
        run(model, epochs=3, validation=(X, Y), callbacks=[stopping, spoil])
    assert evaluate(model, losses.mse, (X, Y))["loss"] == stopping.best
    assert stopping.best_epoch == stopping.history.best_epoch == 2


def test_the_best_epoch_is_found_also_where_a_callback_before_ends_the_run():
    def ends(history, model):
        if history.epochs == 3:
            signal.raise_signal(signal.SIGINT)

    model, stopping = Linear(1, 1, rng=0), EarlyStopping()
    with interruptible():
        history = run(model, epochs=9, validation=(X, Y), callbacks=[ends, stopping])
    assert history.stopped == "interrupted after epoch 3" and history.best_epoch == 3
    assert evaluate(model, losses.mse, (X, Y))["loss"] == history["val_loss"][-1]


def test_what_a_callback_sees_behind_one_that_stops_is_the_model_of_that_epoch():
    rising = iter(range(99))

    def worse(y_true, y_pred):
        return float(next(rising))

    def watch(history, model):
        seen.append(evaluate(model, losses.mse, (X, Y))["loss"] == history["val_loss"][-1])

    seen, model = [], Linear(1, 1, rng=0)
    first, second = EarlyStopping(2, "worse", mode="min"), EarlyStopping(9)
    history = run(
        model, epochs=9, validation=(X, Y), metrics=[worse], callbacks=[first, second, watch]
    )
    assert history.epochs == 3 and seen == [True] * 3
    assert history.best_epoch == second.best_epoch == 3
    assert evaluate(model, losses.mse, (X, Y))["loss"] == history["val_loss"][2]


def test_a_run_that_diverges_ends_with_its_best_epoch():
    def spoil(history, model):
        if history.epochs == 2:
            model.weight.data[...] = 1e200

    model, stopping = Linear(1, 1, rng=0), EarlyStopping()
    with pytest.raises(NonFiniteLoss):
        run(model, epochs=3, validation=(X, Y), callbacks=[stopping, spoil])
    assert evaluate(model, losses.mse, (X, Y))["loss"] == stopping.best < 2


def test_a_run_that_only_makes_it_worse_gives_back_what_it_began_with():
    model = Linear(1, 1, rng=0)
    run(model, epochs=30, validation=(X, Y))
    before = model.state_dict()
    history = run(model, lr=1.5, epochs=3, validation=(X, Y), callbacks=[EarlyStopping()])
    assert history.best_epoch == 0 and history["val_loss"] == sorted(history["val_loss"])
    assert {k: v.tolist() for k, v in before.items()} == {
        k: v.tolist() for k, v in model.state_dict().items()
    }


@pytest.mark.parametrize(
    "options, text",
    [
        ({"monitor": "val_kappa"}, r'smaller or a larger val_kappa better\? Say mode="min" or'),
        ({"monitor": "val_loss", "mode": "best"}, "not 'best'"),
        *(({"patience": value}, "patience must be a whole") for value in (0, 2.5, NAN)),
        ({"min_delta": -1}, "min_delta must be at least 0"),
    ],
    ids=str,
)
def test_early_stopping_asks_for_what_it_cannot_know(options, text):
    with pytest.raises(ValueError, match=text):
        EarlyStopping(**options)


def test_early_stopping_says_what_it_could_monitor():
    with pytest.raises(ValueError, match="'val_loss'.*the history has loss.*validation="):
        run(callbacks=[EarlyStopping()])


# --- interrupted, diverged ------------------------------------------------------------------


@pytest.fixture
def sigint():
    with interruptible():
        yield


@pytest.mark.usefixtures("sigint")
@pytest.mark.parametrize("call, epochs", [(1, 0), (3, 0), (4, 1), (8, 2), (9, 2)])
def test_ctrl_c_returns_the_history_so_far(call, epochs):
    ctrl_c = {call: lambda value: signal.raise_signal(signal.SIGINT)}
    model = Linear(1, 1, rng=0)
    history = run(model, loss=Watched(ctrl_c), epochs=9)
    assert history.epochs == epochs and history.stopped == f"interrupted in epoch {epochs + 1}"
    assert history.seconds > 0 and not model.training


@pytest.mark.usefixtures("sigint")
def test_ctrl_c_in_a_metric_keeps_the_columns_equally_long():
    def stubborn(y_true, y_pred):
        calls.append(1)
        return 0.0 if len(calls) < 6 else signal.raise_signal(signal.SIGINT)

    calls = []
    history = run(metrics=[stubborn], validation=(X, Y), epochs=9)
    assert {len(values) for values in history.values()} == {2}


@pytest.mark.parametrize("value", [NAN, INF], ids=str)
@pytest.mark.parametrize("call, epoch, batch", [(2, 1, 2), (8, 3, 2), (7, 3, 1), (9, 3, 3)])
def test_a_non_finite_loss_names_epoch_batch_and_the_last_finite_one(value, call, epoch, batch):
    loss = Watched({call: lambda mse: mse * value})
    with pytest.raises(NonFiniteLoss, match=f"epoch {epoch}, batch {batch};") as caught:
        run(loss=loss, epochs=9)
    last = float(re.search(r"last finite loss was (\S+)\.", str(caught.value))[1])
    before = loss.values[call - 2] if batch > 1 else caught.value.history["loss"][-1]
    assert last in (pytest.approx(before, rel=1e-5), pytest.approx(loss.values[call - 2], rel=1e-5))
    assert caught.value.history.epochs == epoch - 1
    assert caught.value.history.stopped == str(caught.value)


def test_a_non_finite_loss_stops_before_it_spoils_the_parameters():
    model = Linear(1, 1, rng=0)
    with pytest.raises(NonFiniteLoss):
        run(model, loss=Watched({2: lambda mse: mse * NAN}))
    assert np.isfinite(model.weight.item())


class Failing(Module):
    """A line whose output becomes what `at` says at its n-th call in training."""

    def __init__(self, at=None):
        self.line, self.at, self.calls = Linear(1, 1, rng=0), at or {}, 0

    def forward(self, x):
        self.calls += self.training
        return self.at.get(self.calls, lambda y: y)(self.line(x))


def nan_gradient(y):
    return y + np.sqrt(y * 0)  # the value is finite, its derivative is not


@pytest.mark.parametrize(
    "options, text",
    [
        (
            {"lr": 1e200, "batch_size": 10},
            "a step made a parameter .*e.200 in epoch 1, .*learning rate",
        ),
        (
            {"model": Failing({3: nan_gradient})},
            "a gradient made a parameter .*NaN in epoch 1.*tn.debug",
        ),
        ({"model": Failing({1: lambda y: y * INF})}, "the loss became inf .*no step was taken yet"),
    ],
    ids=["rate", "gradient", "data"],
)
def test_what_a_run_ends_with_is_looked_at_and_the_right_thing_is_blamed(options, text):
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss, match=text):
        run(epochs=1, **options)


def test_a_run_that_diverged_can_leave_its_process():
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss) as caught:
        run(lr=1e9, epochs=100)
    for copied in (copy.deepcopy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert str(copied) == str(caught.value) and copied.history == caught.value.history
        assert copied.history.epochs > 0


def test_what_a_callback_raises_carries_the_history():
    def broken(history, model):
        if history.epochs == 2:
            raise KeyError("x")

    with pytest.raises(KeyError) as caught:
        run(callbacks=[broken], epochs=9)
    assert len(caught.value.history["loss"]) == 2


def test_a_learning_rate_too_large_ends_in_a_non_finite_loss_that_names_it():
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss, match=r"learning rate.*1e\+09"):
        run(lr=1e9, epochs=100)


# --- what counts how much -------------------------------------------------------------------


def weighted_line(weights):
    """The line that minimises the weighted mean of squares."""
    root = np.sqrt(weights)[:, None]
    design = np.hstack([X, np.ones_like(X)])
    return np.linalg.lstsq(root * design, root * SPOILED, rcond=None)[0].ravel()


SPOILED = np.where(np.arange(10)[:, None] < 2, 1000.0, np.sin(3 * X))


@pytest.mark.parametrize("batch_size", [3, 10])
def test_sample_weights_follow_their_rows(batch_size):
    weights, model = np.where(np.arange(10) < 2, 0.0, 1.0 + np.arange(10)), Linear(1, 1, rng=0)
    optimizer = SGD(model.parameters(), lr=0.1)
    options = {"batch_size": batch_size, "sample_weight": weights, "progress": False}
    history = fit(model, losses.mse, optimizer, (X, SPOILED), epochs=400, **options)
    slope, bias = weighted_line(weights)
    tolerance = 1e-6 if batch_size == 10 else 0.3  # small batches never come to rest
    assert model.weight.item() == pytest.approx(slope, abs=tolerance)
    assert model.bias.item() == pytest.approx(bias, abs=tolerance)
    assert history["loss"][-1] < 1


@pytest.mark.parametrize(
    "options",
    [
        *({"reduction": "sum"}, {"class_weight": [1, 10, 3]}, {"ignore_index": 1}),
        *({"class_weight": [1, 10, 3], "label_smoothing": 0.1, "ignore_index": 0}, {}),
    ],
    ids=str,
)
@pytest.mark.parametrize("weights", [None, np.arange(10) / 3], ids=["", "weighted"])
def test_the_loss_of_an_epoch_is_the_loss_of_all_rows(options, weights):
    loss = functools.partial(losses.cross_entropy, **options)
    model = MLP([1, 3], rng=0)
    given = {} if weights is None else {"sample_weight": weights}
    expected = float(loss(IDS, model(X), **given))
    history = run(model, (X, IDS), loss, lr=1e-300, batch_size=4, epochs=1, **given)
    assert history["loss"] == [pytest.approx(expected, rel=1e-12)]


def test_short_runs_one_after_the_other_are_one_long_run():
    def batches(*epochs, **options):
        loss, model = Watched(), Linear(1, 1, rng=0)
        optimizer = SGD(model.parameters(), lr=0.1)
        for count in epochs:
            options = {"epochs": count, "batch_size": 4, "progress": False} | options
            fit(model, loss, optimizer, (X, Y), **(options | {"epochs": count}))
        return loss.batches, model.weight.item()

    assert batches(1, 1, 1) == batches(3) == batches(2, 1) != batches(1, 1, 1, rng=0)


def test_a_metric_or_a_model_cannot_write_to_the_data():
    def subtracts(y_true, y_pred):
        y_true -= y_pred
        return np.mean(y_true)

    class Subtracts(Module):
        def forward(self, x):
            x -= 1
            return x

    y = Y.copy()
    with pytest.raises(ValueError, match="read-only"):
        run(metrics=[subtracts], data=(X, y))
    x = X.copy()
    with pytest.raises(ValueError, match="read-only"):
        predict(Subtracts(), x)
    assert np.array_equal(y, Y) and np.array_equal(x, X)


def test_a_layer_that_came_after_the_optimizer_is_named():
    class Lazy(Module):
        def forward(self, x):
            vars(self).setdefault("line", Linear(1, 1, rng=0))
            return self.line(self.first(x)) if hasattr(self, "first") else self.line(x)

    replaced = MLP([1, 4, 1], rng=0)
    early = SGD(replaced.parameters(), lr=0.1)
    replaced.layers[2] = Linear(4, 1, rng=0)
    lazy = Lazy()
    lazy.first = Linear(1, 1, rng=1)
    for model, optimizer, names in (
        (replaced, early, "layers.2.weight, layers.2.bias"),
        (lazy, SGD(lazy.parameters(), lr=0.1), "line.weight, line.bias"),
    ):
        with pytest.raises(ValueError, match=f"does not hold {names} of this model"):
            fit(model, losses.mse, optimizer, (X, Y), epochs=3, batch_size=4, progress=False)


def test_columns_and_classes_are_compared_by_name():
    def data(columns, classes=("a", "b", "c")):
        return Dataset("d", np.eye(3)[IDS], IDS, columns, classes, "multiclass", "")

    colors, model = ("red", "green", "blue"), MLP([3, 3], rng=0)
    run(model, data(colors), losses.cross_entropy, validation=data(colors))
    for other, text in (
        (
            data(("red", "green", "amber")),
            "has the features red, green, blue, but d has red, green, amber",
        ),
        (data(colors, ("b", "c", "d")), "has the targets .*a, b, c, but d has .*b, c, d"),
    ):
        with pytest.raises(ValueError, match=text):
            evaluate(model, losses.cross_entropy, other)
        with pytest.raises(ValueError, match=text):
            run(model, data(colors), losses.cross_entropy, validation=other)


# --- mistakes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, text",
    [
        ({"epochs": 0}, "epochs must be .* at least 1, not 0"),
        ({"epochs": 2.5}, "epochs must be a whole number.*2.5"),
        ({"batch_size": 0}, "batch_size must be .* at least 1, not 0"),
        ({"batch_size": -4}, "batch_size must be .* at least 1, not -4"),
        ({"batch_size": "4"}, "batch_size must be a whole number.*'4'"),
        ({"data": (X[:0], Y[:0])}, "train.*empty"),
        ({"validation": (X[:0], Y[:0])}, "validation.*empty"),
        ({"data": (X, Y[:7])}, "train: x has 10 rows but y has 7"),
        ({"validation": (X[:3], Y)}, "validation: x has 3 rows but y has 10"),
        ({"data": (poke(X, 3, NAN), Y)}, r"train: x holds NaN or inf in 1 rows? \(3\)"),
        ({"data": (X, poke(Y, [2, 7], INF))}, r"train: y .* in 2 rows \(2, 7\)"),
        ({"data": (poke(X, range(1, 9), -INF), Y)}, r"8 rows \(1, 2, 3, 4, 5, …\)"),
        ({"validation": (poke(X, 0, NAN), Y)}, r"validation: x .*\(0\)"),
        ({"data": (X, Y[:, 0])}, r"\(4,\).*\(4, 1\).*reshape"),
        ({"data": (X[:, 0], Y)}, r"Linear\(1, 1\).*\(4,\)"),
        ({"data": (np.hstack([X, X]), Y)}, r"Linear\(1, 1\) takes 1 columns.*\(4, 2\)"),
        ({"data": (X, np.array(["cat"] * 10))}, "train: y.*numbers"),
        ({"data": (X.astype(object), Y)}, "train: x.*numbers"),
        ({"data": (X, Y, X)}, "train.*pair"),
        ({"data": X}, "train.*pair"),
        ({"data": (np.ma.masked_greater(X, 0), Y)}, "train: x is a masked array"),
        ({"data": (scipy.sparse.csr_matrix(X), Y)}, r"x is a sparse matrix: give x.toarray\(\)"),
        ({"data": ([X[:5], X[5:8]], Y)}, "x must be one array, not a list of batches"),
        ({"data": (X, np.float64(3))}, "y must have one row per sample, but is the number 3"),
        ({"model": Linear(1, 1, rng=0, dtype="f"), "data": (X * 1e39, Y)}, "1e.39, too large"),
        ({"metrics": [lambda t, p: 0.0, lambda t, p: 1.0]}, "'<lambda>' would name two columns"),
        ({"metrics": [functools.partial(losses.huber, delta=d) for d in (1, 2)]}, "'huber' would"),
        ({"metrics": [named("loss")]}, "'loss' would name two columns"),
        (
            {"loss": functools.partial(losses.mse, sample_weight=np.ones(10))},
            "mse has sample_weight=",
        ),
        ({"loss": functools.partial(losses.mse, where=X > 0), "batch_size": 10}, "mse has where="),
        ({"sample_weight": np.ones(9)}, "sample_weight has 9 rows, but x has 10"),
        ({"sample_weight": -np.ones(10)}, "sample_weight must be finite and at least 0"),
        ({"sample_weight": np.zeros(10)}, "must not be 0 for every row"),
        ({"loss": lambda t, p: np.mean((t - p) ** 2), "data": (X, Y[:, 0])}, r"reshape\(4, 1\)"),
        (
            {
                "metrics": [lambda t, p: np.mean(np.abs(t - p))],
                "loss": ravelled,
                "data": (X, Y[:, 0]),
            },
            "10, 10",
        ),
        (
            {"callbacks": [lambda history, model: "no"]},
            "<lambda> returned 'no': return True to stop",
        ),
    ],
)
def test_a_mistake_is_named_before_anything_is_learned(options, text):
    model = options.pop("model", None) or Linear(1, 1, rng=0)
    before = model.state_dict()
    with pytest.raises((ValueError, TypeError), match=text):
        run(model, **options)
    late = {"callbacks", "metrics"} & options.keys()  # seen after the first epoch
    assert late or np.array_equal(model.state_dict()["weight"], before["weight"])


def test_a_run_that_is_refused_leaves_no_clipping_behind():
    model = Linear(1, 1, rng=0)
    optimizer, options = SGD(model.parameters()), {"clip_norm": 1.0, "clip_value": -1.0}
    with pytest.raises(ValueError, match="clip_value must be above 0"):
        fit(model, losses.mse, optimizer, (X, Y), epochs=1, batch_size=4, **options)
    assert optimizer.clip_norm is None


def test_an_optimizer_of_another_model_is_noticed():
    other = SGD(Linear(1, 1, rng=1).parameters())
    with pytest.raises(ValueError, match="does not hold weight, bias of this model"):
        fit(Linear(1, 1), losses.mse, other, (X, Y), epochs=1, batch_size=4, progress=False)
