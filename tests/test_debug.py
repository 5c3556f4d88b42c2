"""Debug mode: what it says, what it protects, and that it changes no result."""

import gc
import os
import re
import subprocess
import sys
import threading

import numpy as np
import pytest

from tinynet import Tensor, debug, fit, losses, no_grad
from tinynet.diagnostics.debug import NonFiniteValue
from tinynet.engine.grad_mode import recording
from tinynet.layers import MLP, Dropout, Linear, Module, Sequential
from tinynet.optimizers import SGD
from tinynet.training import NonFiniteLoss

X = np.random.default_rng(0).normal(size=(8, 2))
IDS = np.arange(8) % 3


def quiet():
    return np.errstate(all="ignore")


def leaf(values, name=None):
    return Tensor(np.array(values, dtype=float), requires_grad=True, name=name)


def here():
    """The line number of the caller."""
    return sys._getframe(1).f_lineno


# --- the first value that is not finite -----------------------------------------------------


@pytest.mark.parametrize(
    ("f", "at", "message"),
    [
        (np.log, [1.0, 0.0], "log: the value at [1] is -inf (1 of 2 values are not finite)"),
        (np.exp, [[1.0], [1e4]], "exp: the value at [1, 0] is inf"),
        (lambda x: np.sqrt(x - 2), [5.0, 1.0], "sqrt: the value at [1] is nan"),
        (lambda x: x / x, 0.0, "divide: the value is nan\n"),
        (lambda x: np.sum(x) * 1e300, [1e10], "multiply: the value is inf"),
    ],
)
def test_the_operation_and_the_place_are_named(f, at, message):
    with debug(), quiet(), pytest.raises(NonFiniteValue, match=re.escape(message)):
        f(leaf(at))


def test_the_line_and_the_inputs_are_shown():
    x = leaf([4.0, -1.0, np.nan], name="width")
    with debug(), quiet(), pytest.raises(NonFiniteValue) as error:
        line = here() + 1
        np.log(x)
    message = str(error.value)
    assert f"test_debug.py:{line}  np.log(x)" in message
    assert "width (3,), from -1 to 4 and 1 NaN" in message


def test_an_infinite_input_is_a_part_of_the_range():
    with debug(), quiet(), pytest.raises(NonFiniteValue, match=r"input:  x \(2,\), from 1 to inf"):
        np.log(leaf([1.0, np.inf]))


def test_the_first_value_counts_not_what_follows_from_it():
    x = leaf([0.0, 1.0])
    with debug(), quiet(), pytest.raises(NonFiniteValue, match="^log:"):
        np.sum(np.log(x) * 0.0) + np.sqrt(x)


def test_the_backward_pass_stops_at_the_rule_that_gave_it():
    x = leaf([0.0, 4.0], name="x")
    with debug(), quiet():
        y = np.sum(np.sqrt(x))
        with pytest.raises(NonFiniteValue, match=r"sqrt: the gradient with respect to x at \[0\]"):
            y.backward()


@pytest.mark.parametrize(
    ("f", "names"),
    [
        (lambda x: losses.mse([1.0, 2.0], x), ["y_true", "y_pred"]),
        (
            lambda x: losses.triplet([x.data], [x.data], leaf([[1, 2]])),
            ["anchor", "positive", "negative"],
        ),
        (lambda x: np.concatenate([x, [1.0]]), ["an argument", "an argument"]),
        (lambda x: x * [1.0, 2.0], ["a", "b"]),
        (lambda x: np.sum(x, axis=0), ["a"]),
    ],
)
def test_inputs_have_the_names_that_the_function_gives_them(f, names):
    with debug(), quiet(), pytest.raises(NonFiniteValue) as error:
        f(Tensor(np.array([np.inf, 1.0]), requires_grad=True))
    assert re.findall(r"input:  (.*?) \(", str(error.value)) == names


def test_layers_and_parameters_are_named_by_their_path():
    model = MLP([2, 4, 3], rng=0)
    model.layers[2].weight.data[0, 1] = np.inf
    with debug(), quiet(), pytest.raises(NonFiniteValue) as error:
        model(np.ones_like(X))
    assert "layers.2 Linear(4, 3)" in str(error.value)
    assert "input:  x (8, 4), from" in str(error.value)
    assert "layers.2.weight (4, 3), from" in str(error.value)


def test_a_line_inside_a_users_layer_is_the_one_that_is_shown():
    class Mine(Module):
        def forward(self, x):
            return np.log(x - x)

    with debug(), quiet(), pytest.raises(NonFiniteValue, match=r"return np.log\(x - x\)"):
        Sequential(Linear(2, 2, rng=0), Mine())(X)


def test_fit_says_it_too_and_keeps_the_history():
    model = MLP([2, 4, 3], rng=0)
    with debug(), pytest.raises(NonFiniteLoss, match="linear: the value") as error:
        optimizer = SGD(model.parameters(), lr=1e200)
        fit(
            model, losses.cross_entropy, optimizer, (X, IDS), epochs=3, batch_size=4, progress=False
        )
    assert error.value.history.stopped == str(error.value)


def test_what_a_rule_masks_is_not_a_fault():
    with debug(), quiet():
        x = leaf([0.0, 4.0])
        y = np.sum(np.where(x.data > 0, np.sqrt(x), 0))
        slope = y.gradient(x, create_graph=True)  # 0 · ∞ inside, masked
    np.testing.assert_array_equal(slope.data, [0, 0.25])


# --- arrays that the graph needs ------------------------------------------------------------


def in_place(x):
    x.data += 1


def item(x):
    x.data[0] = 5


@pytest.mark.parametrize(
    "f",
    [
        lambda x, mask, rows: np.sum(x, where=mask),
        lambda x, mask, rows: np.where(mask, x, 0),
        lambda x, mask, rows: x[mask],
        lambda x, mask, rows: x[:, None][rows, 0],
    ],
)
def test_masks_and_indices_are_protected_too(f):
    mask, rows = np.array([True, False]), np.array([0, 1])
    with debug():
        y = np.sum(f(leaf([1.0, 2.0]), mask, rows))
        with pytest.raises(ValueError, match="read-only"):
            mask[0], rows[0] = False, 1
            rows[0] = 1
        y.backward()


@pytest.mark.parametrize("change", [in_place, item, lambda x: np.exp(x.data, out=x.data)])
def test_what_the_graph_needs_cannot_be_changed_before_backward(change):
    x = leaf([1.0, 2.0])
    with debug():
        y = np.sum(x * x)
        with pytest.raises(ValueError, match="read-only"):
            change(x)
        y.backward()
        change(x)  # now it may


@pytest.mark.parametrize("end", ["backward", "gradient", "forgotten", "with block left"])
def test_arrays_can_be_written_again(end):
    x, batch = leaf([1.0, 2.0]), np.ones(2)
    with debug():
        y = np.sum(np.exp(x * batch) + x[:1])
        assert not (x.data.flags.writeable or batch.flags.writeable)
        if end == "backward":
            y.backward()
        if end == "gradient":
            y.gradient(x)
        if end == "forgotten":
            del y
            gc.collect()
    assert x.data.flags.writeable
    assert batch.flags.writeable


def test_an_array_that_two_graphs_need_is_given_back_after_the_second():
    x = leaf([1.0, 2.0])
    with debug():
        first, second = np.sum(np.exp(x)), np.sum(np.sin(x))
        first.gradient(x)
        assert not x.data.flags.writeable
        second.gradient(x)
        assert x.data.flags.writeable


def test_an_array_that_was_read_only_stays_so():
    batch = np.broadcast_to(np.ones(1), 2)
    with debug():
        np.sum(leaf([1.0, 2.0]) * batch).backward()
    assert not batch.flags.writeable


def test_a_view_and_its_base_are_both_given_back():
    base = np.ones(4)
    with debug():
        y = np.sum(Tensor(base, requires_grad=True)) + np.sum(Tensor(base[:2], requires_grad=True))
        y.backward()
    base[:2] = 3


# --- gradients that are missing, or too many ------------------------------------------------


def test_a_forgotten_zero_grad_is_reported():
    x = leaf([1.0], name="slope")
    with debug():
        np.sum(x * x).backward()
        with pytest.warns(UserWarning, match=r"slope \(1,\).*zero_grad\(\) forgotten"):
            np.sum(x * x).backward()


def test_a_parameter_that_gets_no_gradient_is_reported():
    used, unused = leaf([1.0]), leaf([2.0, 3.0], name="unused")
    optimizer = SGD([used, unused])
    with debug():
        np.sum(used * 2).backward()
        with pytest.warns(UserWarning, match=r"does not depend on unused \(2,\)"):
            optimizer.step()


def test_training_in_evaluation_mode_is_reported():
    model = Sequential(Linear(2, 4, rng=0), Dropout(0.5, rng=0), Linear(4, 3, rng=0)).eval()
    with debug(), pytest.warns(UserWarning, match=r"model.train\(\) forgotten"):
        losses.cross_entropy(IDS, model(X)).backward()


def test_a_loss_apart_from_every_parameter_is_an_error_at_the_step():
    model, other = MLP([2, 3], rng=0), MLP([2, 3], rng=0)
    optimizer = SGD(other.parameters())
    with debug():
        losses.cross_entropy(IDS, model(X)).backward()
        with (
            pytest.warns(UserWarning),
            pytest.raises(RuntimeError, match="no parameter"),
        ):
            optimizer.step()


def test_an_ordinary_step_is_silent():
    model = MLP([2, 4, 3], dropout=0.2, rng=0)
    optimizer = SGD(model.parameters())
    with debug():
        for _ in range(3):
            loss = losses.cross_entropy(IDS, model(X))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


# --- where it is on, and that it changes nothing --------------------------------------------


def trained():
    model = MLP([2, 8, 3], dropout=0.2, rng=0, dtype=np.float32)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    history = fit(
        model, losses.cross_entropy, optimizer, (X, IDS), epochs=5, batch_size=3, progress=False
    )
    return dict(history), optimizer.vector.tobytes()


def test_the_results_are_the_same_bits():
    expected = trained()
    with debug():
        assert trained() == expected


def test_every_node_knows_its_line():
    with debug():
        y, line = np.exp(leaf(1.0)), here()
    assert (y.node.source.file, y.node.source.line) == (__file__, line)
    assert np.exp(leaf(1.0)).node.source is None


def test_it_ends_with_the_block_also_after_an_error():
    with pytest.raises(KeyError), debug():
        raise KeyError
    assert recording.on is True


def test_no_grad_inside_and_outside():
    with no_grad(), debug():
        assert not (leaf(1.0) * 2).requires_grad
    with debug():
        with no_grad():
            assert not (leaf(1.0) * 2).requires_grad
        assert (leaf(1.0) * 2).node.source


def test_it_is_on_in_one_thread_only():
    watchers = []
    with debug():
        thread = threading.Thread(target=lambda: watchers.append(recording.watcher))
        thread.start()
        thread.join()
    assert watchers == [None]


def test_it_leaves_nothing_to_the_garbage_collector():
    with debug():
        trained()
        gc.collect()
        for _ in range(3):
            losses.mse(X, leaf(X) * 2).backward()
        assert gc.collect() == 0


def test_the_environment_variable_turns_it_on_everywhere():
    code = "import tinynet as tn; print((tn.Tensor(1.0, True) * 2).node.source)"
    environment = os.environ | {"TINYNET_DEBUG": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("<string>:1")
