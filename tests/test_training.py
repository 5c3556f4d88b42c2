"""Training: the loop learns, repeats itself, and keeps the History whatever stops it."""

import functools
import gc
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

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
    assert history.epochs == 2 and "callback" in history.stopped and "2" in history.stopped


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
    run(model, metrics=[worse], callbacks=[EarlyStopping(patience=9, monitor="worse")])
    assert model.weight.item() == weights[0]


def test_early_stopping_says_what_it_could_monitor():
    with pytest.raises(ValueError, match="'val_loss'.*the history has loss.*validation="):
        run(callbacks=[EarlyStopping()])


# --- interrupted, diverged ------------------------------------------------------------------


@pytest.fixture
def sigint():
    """Ctrl-C as in a terminal, also where the tests themselves run with it ignored (nohup)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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


def test_a_learning_rate_too_large_ends_in_a_non_finite_loss_that_names_it():
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss, match=r"learning rate.*1e\+09"):
        run(lr=1e9, epochs=100)


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
    ],
)
def test_a_mistake_is_named_before_anything_is_learned(options, text):
    model = Linear(1, 1, rng=0)
    before = model.state_dict()
    with pytest.raises((ValueError, TypeError), match=text):
        run(model, **options)
    assert np.array_equal(model.state_dict()["weight"], before["weight"])


def test_an_optimizer_of_another_model_is_noticed():
    other = SGD(Linear(1, 1, rng=1).parameters())
    with pytest.raises(RuntimeError, match="no parameter has a gradient.*these parameters"):
        fit(Linear(1, 1), losses.mse, other, (X, Y), epochs=1, batch_size=4, progress=False)
