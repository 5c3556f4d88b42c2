"""Layers: what a Module finds among its attributes, saves, prints and refuses."""

import copy
import functools
import threading
import warnings
from collections import UserList, deque
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinynet import Tensor, debug, functional, gradcheck, layers, losses, optimizers
from tinynet.engine.grad_mode import recording
from tinynet.layers import (
    MLP,
    BatchNorm1d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    Module,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Tanh,
)
from tinynet.training import fit, predict


class Everywhere(Module):
    """Parameters wherever a user may put them, one of them shared, and things that are none."""

    def __init__(self):
        self.scale = Tensor(2.0, requires_grad=True)
        self.blocks = [Linear(2, 3, rng=0), (Dropout(0.5), Linear(3, 1, rng=1))]
        self.heads = {"b": Tensor([1.0], requires_grad=True), "a": {"deep": Dropout(0.5)}}
        self.tied = self.blocks[0]
        self.offset = Tensor([0.0, 1.0])  # a buffer
        self.width, self.note, self.array = 3, "text", np.ones(3)


PARAMETERS = [
    "scale",
    "blocks.0.weight",
    "blocks.0.bias",
    "blocks.1.1.weight",
    "blocks.1.1.bias",
    "heads.b",
]


def same(state, other):
    return state.keys() == other.keys() and all(np.array_equal(state[k], other[k]) for k in state)


# --- finding, saving, loading ---------------------------------------------------------------


def test_parameters_are_found_everywhere_once_and_in_the_order_of_the_attributes():
    model = Everywhere()
    assert [name for name, _ in model.named_parameters()] == PARAMETERS
    assert model.parameters()[1] is model.tied.weight


def test_a_child_may_know_its_parent():
    model = Sequential(Linear(2, 2, rng=0))
    model.layers[0].parent = model
    assert len(model.parameters()) == 2


def test_a_value_kept_from_forward_is_no_parameter():
    model = Linear(2, 1, rng=0)
    model.seen = model(np.ones((5, 2)))
    assert [name for name, _ in model.named_parameters()] == ["weight", "bias"]


def test_a_list_may_contain_itself():
    model = Sequential(Linear(2, 2, rng=0))
    model.layers.append({"again": model.layers})
    assert [name for name, _ in model.named_parameters()] == ["layers.0.weight", "layers.0.bias"]


class Holds(Module):
    def __init__(self, part):
        self.part = part


class InSlots(Module):
    __slots__ = ("part",)

    def __init__(self, part):
        self.part = part


def in_the_class(layer):
    return type("Net", (Module,), {"part": layer})()


def in_the_forward(layer):
    class Net(Module):
        def forward(self, x):
            return layer(x)

    return Net()


def objects(layer):
    array = np.empty(1, object)
    array[0] = layer
    return array


LOST = {  # where `walk` does not look, and how the place is named
    "class attribute": (in_the_class, "Net.part"),
    "list in the class": (lambda layer: in_the_class([layer]), "Net.part.0"),
    "deque": (lambda layer: Holds(deque([layer])), "Holds.part.0"),
    "set": (lambda layer: Holds({layer}), "Holds.part.0"),
    "UserList": (lambda layer: Holds(UserList([layer])), "Holds.part.data.0"),
    "object": (lambda layer: Holds(SimpleNamespace(inner=layer)), "Holds.part.inner"),
    "object array": (lambda layer: Holds(objects(layer)), "Holds.part.0"),
    "slots": (InSlots, "InSlots.part"),
    "partial": (lambda layer: Holds(functools.partial(np.add, layer)), r"Holds.part.args.0"),
    "closure": (lambda layer: Holds(lambda x: layer(x)), "Holds.part.layer"),
    "closure in a list": (lambda layer: Holds([lambda x: layer(x)]), "Holds.part.0.layer"),
    "of a Sequential": (lambda layer: Sequential(lambda x: layer(x)), "layers.0.function.layer"),
    "default": (lambda layer: Holds(lambda x, f=layer: f(x)), "Holds.part.the defaults.0"),
    "bound method": (lambda layer: Holds(layer.__repr__), "Holds.part.__self__"),
    "forward": (in_the_forward, "Net.forward.layer"),
}


@pytest.mark.parametrize(("keep", "place"), LOST.values(), ids=LOST)
@pytest.mark.parametrize("part", [Linear(2, 3, rng=0), Dropout(0.5)], ids=repr)
def test_a_layer_that_is_not_found_is_reported_with_its_place(keep, place, part):
    with pytest.warns(UserWarning, match=f"{place}.*attribute") as caught:
        keep(part).parameters()
    assert [warning.filename for warning in caught] == [__file__]
    assert repr(part) in str(caught[0].message)


SCALE = Tensor(2.0, requires_grad=True)


class Scales(Module):
    def forward(self, x):
        return x * SCALE


def scaled(x):
    return x * SCALE


class ScalesByFunction(Module):
    def forward(self, x):
        return scaled(x)


class ScalesByClass(Module):
    scale = Tensor(2.0, requires_grad=True)


@pytest.mark.parametrize(
    "model, place",
    [
        (Scales(), "forward.SCALE"),
        (ScalesByFunction(), "forward.scaled.SCALE"),
        (ScalesByClass(), "scale"),
    ],
)
def test_a_tensor_that_is_not_found_is_reported_with_its_place(model, place):
    with pytest.warns(UserWarning, match=rf"{place} .*attribute"):
        assert model.parameters() == []


def test_what_is_found_or_needs_no_training_is_not_reported():
    model = Everywhere()
    model.optimizer, model.again = optimizers.SGD(model.parameters()), lambda x: model.scale * x
    gone = Linear(1, 1)
    model.empty = lambda: gone
    del model.empty.__closure__[0].cell_contents
    model.part_of_it, model.maker = model.blocks[0].forward, functools.partial(Linear, 2, 3)
    model.data, model.constant = SimpleNamespace(x=np.ones(3)), lambda: model.offset
    model.seen = deque([model.blocks[0](np.ones((1, 2)))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.parameters()


@pytest.mark.parametrize(
    "parts",
    [{1: Tensor([1.0]), "1": Tensor([2.0])}, {"a.b": Tensor([1.0]), "a": {"b": Tensor([2.0])}}],
    ids=["1 and '1'", "a.b"],
)
def test_two_tensors_of_one_path_are_refused_before_they_are_trained(parts):
    for ask in (
        lambda m: m.parameters(),
        lambda m: m.state_dict(),
        lambda m: m.load_state_dict({}),
    ):
        with pytest.raises(ValueError, match=r"two tensors .* path 'part\..*rename"):
            ask(Holds(parts))


def test_state_holds_parameters_and_buffers_and_survives_a_round_trip():
    source, target = Everywhere(), Everywhere()
    for parameter in source.parameters():
        parameter.data += 1
    source.offset.data += 1
    state = source.state_dict()
    target.load_state_dict(state)
    assert {*PARAMETERS, "offset"} <= state.keys()
    assert same(target.state_dict(), state)


def test_state_is_a_copy_and_loading_keeps_the_arrays_of_the_model():
    model = Linear(2, 1, rng=0)
    state, weight = model.state_dict(), model.weight.data
    state["weight"][...] = 7
    assert not np.any(weight == 7)
    model.load_state_dict(state)
    state["weight"][...] = 8
    assert model.weight.data is weight and np.all(weight == 7)


@pytest.mark.parametrize(
    "changes, fragments",
    [
        ({"layers.0.bias": None}, ["missing: layers.0.bias"]),
        ({"other": np.ones(1)}, ["not in this model: other"]),
        ({"layers.2.bias": np.ones((1, 3))}, ["layers.2.bias", "(1, 3)", "(3,)"]),
        (
            {"layers.0.weight": None, "more": 0, "extra": 0, "layers.2.bias": np.ones(4)},
            ["missing: layers.0.weight", "more", "extra", "layers.2.bias", "(4,)", "(3,)"],
        ),
        ({"layers.2.bias": np.array(["a", "b", "c"])}, ["layers.2.bias"]),
        ({"layers.2.bias": np.ones(3) * 1j}, ["layers.2.bias"]),
    ],
    ids=["missing", "extra", "misshapen", "all at once", "text", "complex"],
)
def test_a_state_that_does_not_fit_names_every_fault_and_changes_nothing(changes, fragments):
    model = MLP([2, 4, 3], rng=0)
    before = model.state_dict()
    state = {name: value + 1 for name, value in before.items()} | changes
    state = {name: value for name, value in state.items() if value is not None}
    with pytest.raises(ValueError) as caught:
        model.load_state_dict(state)
    assert [f for f in fragments if f not in str(caught.value)] == []
    assert same(model.state_dict(), before)


@pytest.mark.parametrize("dtype, value", [(np.float32, 1e300), (np.float16, 1e5)])
def test_a_number_that_would_become_infinite_is_refused(dtype, value):
    model = Linear(1, 1, rng=0, dtype=dtype)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"weight holds 1(e\+300|00000), too large for float"):
        model.load_state_dict({"weight": [[value]], "bias": [0.0]})
    assert same(model.state_dict(), before)
    model.load_state_dict({"weight": [[np.inf]], "bias": [3.0]})  # as it was
    assert model.weight.data == np.inf


def test_a_list_of_60000_faults_is_short():
    state = {f"{i} {'x' * 999}": np.ones(1) for i in range(60_000)}
    with pytest.raises(ValueError, match="59,992 more") as caught:
        Linear(1, 1).load_state_dict(state)
    assert len(str(caught.value)) < 3000


def test_a_deep_copy_is_a_model_of_its_own():
    model = MLP([2, 3, 1], rng=0)
    twin = copy.deepcopy(model)
    twin.parameters()[0].data += 1
    x = np.ones((1, 2))
    assert not np.array_equal(model(x).data, twin(x).data)


def test_layers_that_are_left_out_on_purpose_are_not_reported():
    model, loss = MLP([2, 2, 1], rng=0), MLP([1, 1], rng=0)
    head = model.layers[-1]
    for parameters in (head.parameters(), [*model.parameters(), *loss.parameters()]):
        optimizer, pair = optimizers.SGD(parameters, 0.1), (np.ones((8, 2)), np.ones((8, 1)))
        fit(model, losses.mse, optimizer, pair, epochs=2, batch_size=4, progress=False)


# --- train and eval -------------------------------------------------------------------------


def test_train_and_eval_reach_every_module_inside():
    model = Everywhere()
    inside = [model, model.tied, model.blocks[1][0], model.heads["a"]["deep"]]
    assert model.eval() is model and not any(module.training for module in inside)
    assert model.train() is model and all(module.training for module in inside)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_the_gradient_knows_what_was_dropped(rate):
    x = Tensor(np.ones(100_000), requires_grad=True)
    y = Dropout(rate, rng=0)(x)
    assert set(np.round(np.unique(y.data), 9)) == {0, round(1 / (1 - rate), 9)}
    assert np.mean(y.data) == pytest.approx(1, abs=0.03)
    assert np.array_equal(y.sum().gradient(x), y.data)


def test_dropout_differs_from_call_to_call_repeats_for_a_seed_and_is_off_in_eval():
    x, layer = np.ones((4, 50)), Dropout(0.5, rng=0)
    first = layer(x)
    assert not np.array_equal(first, layer(x))
    assert np.array_equal(first, Dropout(0.5, rng=0)(x))
    assert layer.eval()(x) is x
    assert Dropout(0)(x) is x


@pytest.mark.parametrize(("keep", "_"), LOST.values(), ids=LOST)
def test_no_dropout_drops_in_predict_wherever_it_is_kept(keep, _):
    dropout, x = Dropout(0.5, rng=0), np.ones((4, 50))
    model = keep(dropout)
    model.forward = lambda x: dropout(x)
    assert np.array_equal(predict(model, x), x) and not np.array_equal(dropout(x), x)


def test_predict_in_another_thread_leaves_the_dropout_of_a_running_fit_on():
    x = np.random.default_rng(0).normal(size=(40, 3))

    def losses_while(work):
        model = MLP([3, 20, 1], dropout=0.5, rng=0)
        optimizer = optimizers.SGD(model.parameters(), 0.01)
        look = functools.partial(work, model)
        pair, quiet = (x, x[:, :1]), {"progress": False, "callbacks": [lambda *_: look()]}
        return fit(model, losses.mse, optimizer, pair, epochs=4, batch_size=8, **quiet)["loss"]

    class Held(Module):  # inside predict in its thread, until it is let go
        def forward(self, x):
            entered.set()
            assert not self.training and left.wait(60)
            return x

    entered, left = threading.Event(), threading.Event()

    def predict_meanwhile(model):
        threading.Thread(target=predict, args=(Sequential(Held(), model), x)).start()
        assert entered.wait(60) and model.training

    undisturbed = losses_while(lambda model: None)
    try:
        assert losses_while(predict_meanwhile) == undisturbed
    finally:
        left.set()


STATISTICS = ("running_mean", "running_var")


def statistics(layer):
    return [getattr(layer, name).data.copy() for name in STATISTICS]


def test_running_statistics_are_buffers_of_the_state_and_of_a_copy():
    layer, x = BatchNorm1d(2), np.array([[1.0, 2.0], [5.0, 2.0]])
    assert list(layer.state_dict()) == ["weight", "bias", *STATISTICS]
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    twin = copy.deepcopy(layer)
    layer(x)
    assert layer.running_mean.data == pytest.approx([0.3, 0.2])
    assert layer.running_var.data == pytest.approx([0.9 + 0.8, 0.9])  # (1 − 5)² / 2 = 8, unbiased
    assert twin.running_mean.data.tolist() == [0, 0]
    twin.load_state_dict(layer.state_dict())
    assert same(twin.state_dict(), layer.state_dict())
    assert np.array_equal(twin.eval()(x).data, layer.eval()(x).data)


def test_evaluation_uses_the_running_statistics_and_leaves_them_alone():
    model = Sequential(Linear(2, 3, rng=0), BatchNorm1d(3))
    rows, one = np.random.default_rng(0).normal(size=(9, 2)), np.ones((1, 2))
    for _ in range(3):
        model(rows)
    before = statistics(model.layers[1])
    answers = [predict(model, one), predict(model, rows)[:1], model.eval()(one).data]
    assert np.array_equal(statistics(model.layers[1]), before)
    assert predict(model, rows).mean() != pytest.approx(0, abs=1e-3)
    assert np.array_equal(answers[0], answers[2])
    assert np.array_equal(predict(model, np.concatenate([one, rows]))[:1], answers[0])


def test_predict_in_another_thread_while_a_run_trains():
    model, x = Sequential(Linear(3, 4, rng=0), BatchNorm1d(4)), np.ones((6, 3))
    entered, left = threading.Event(), threading.Event()

    class Held(Module):
        def forward(self, x):
            entered.set()
            assert left.wait(60)
            return x

    thread = threading.Thread(target=predict, args=(Sequential(Held(), model), x))
    thread.start()
    try:
        assert entered.wait(60)
        before = statistics(model.layers[1])
        model(x + 1)  # trains meanwhile
        moved = statistics(model.layers[1])
        assert not np.array_equal(moved, before)
    finally:
        left.set()
        thread.join(60)
    assert np.array_equal(statistics(model.layers[1]), moved)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_training_batch_of_one_row_says_why_and_changes_nothing(rows):
    layer = BatchNorm1d(2)
    with pytest.raises(ValueError, match=rf"\({rows}, 2\) in training.*variance.*batch_size"):
        layer(np.ones((rows, 2)))
    assert statistics(layer)[0].tolist() == [0, 0]
    assert layer.eval()(np.ones((rows, 2))).shape == (rows, 2)


def test_a_run_whose_last_batch_is_one_row_is_told_where():
    model = Sequential(Linear(2, 3, rng=0), BatchNorm1d(3), Linear(3, 1, rng=1))
    optimizer, pair = optimizers.SGD(model.parameters(), 0.1), (np.ones((9, 2)), np.ones((9, 1)))
    run = functools.partial(fit, model, losses.mse, optimizer, pair, epochs=1, progress=False)
    with pytest.raises(ValueError, match=r"layers\.1: BatchNorm1d\(3\) got .* \(1, 3\)"):
        run(batch_size=4)
    run(batch_size=3)


@pytest.mark.parametrize("dtype, huge", [(np.float32, 1e30), (np.float64, 1e200)])
def test_batch_norm_of_huge_and_constant_columns(dtype, huge):
    layer = BatchNorm1d(3, dtype=dtype)
    x = Tensor(np.array([[huge, huge, 0.1], [-huge, huge, 0.1]] * 3, dtype), requires_grad=True)
    with np.errstate(all="raise", under="ignore"):
        y = layer(x)
        np.sum(y * y * y).backward()
        again = layer.eval()(x)
    np.testing.assert_allclose(y.data, np.array([[1, 0, 0], [-1, 0, 0]] * 3), atol=1e-4)
    assert np.isfinite(again.data).all() and np.isfinite(x.grad).all()


def test_debug_mode_says_that_batch_norm_is_not_training():
    model = Sequential(Linear(2, 3, rng=0), BatchNorm1d(3)).eval()
    with debug(), pytest.warns(UserWarning, match=r"its BatchNorm1d\(3\): model.train\(\)"):
        model(np.ones((4, 2))).sum().backward()


def test_batches_of_any_size_are_moved_and_scaled_back_by_a_learned_weight():
    x = np.random.default_rng(0).normal(5, 3, (40, 2))
    model = Sequential(BatchNorm1d(2, momentum=0.5), Linear(2, 1, rng=0))
    optimizer, pair = optimizers.Adam(model.parameters(), 0.05), (x, x[:, :1] * 2)
    history = fit(model, losses.mse, optimizer, pair, epochs=60, batch_size=20, progress=False)
    assert history["loss"][-1] < 0.02 * history["loss"][0]
    assert np.mean((predict(model, x) - pair[1]) ** 2) < 1  # of a variance of 36


# --- each layer -----------------------------------------------------------------------------


def test_linear_is_x_at_weight_plus_bias():
    layer = Linear(2, 3, rng=0)
    layer.weight.data[...], layer.bias.data[...] = [[1, 2, 3], [4, 5, 6]], [10, 20, 30]
    assert layer([[1.0, 1.0], [0.0, 2.0]]).data.tolist() == [[15, 27, 39], [18, 30, 42]]


def test_linear_without_bias_has_one_parameter_and_adds_nothing():
    layer = Linear(2, 1, bias=False, rng=0)
    assert len(layer.parameters()) == 1
    assert layer(np.zeros((1, 2))).data == 0


@pytest.mark.parametrize(
    "layer, expected",
    [
        (ReLU(), [0, 0, 3]),
        (layers.LeakyReLU(), [-0.02, 0, 3]),
        (layers.LeakyReLU(slope=0.5), [-1, 0, 3]),
        (Sigmoid(), [0.1192029220, 0.5, 0.9525741268]),
        (Tanh(), [-0.9640275801, 0, 0.9950547537]),
        (layers.ELU(), [-0.8646647168, 0, 3]),
        (layers.ELU(alpha=0.5), [-0.4323323584, 0, 3]),
        (layers.GELU(), [-0.0454023059, 0, 2.9963626079]),
        (layers.SiLU(), [-0.2384058440, 0, 2.8577223804]),
        (layers.Softplus(), [0.1269280110, 0.6931471806, 3.0485873516]),
        (layers.Softmax(), [0.0063774606, 0.0471234155, 0.9464991239]),  # e⁻², 1, e³ by their sum
    ],
    ids=repr,
)
def test_an_activation_has_the_values_of_its_formula(layer, expected):
    x = Tensor([[-2.0, 0.0, 3.0]], requires_grad=True)
    assert layer(x).data == pytest.approx(np.array([expected]), abs=1e-6)
    assert layer.parameters() == []


def test_flatten_keeps_the_first_axis():
    x = np.arange(24).reshape(2, 3, 4)
    assert np.array_equal(Flatten()(x), x.reshape(2, 12))


@pytest.mark.parametrize(
    "options, kinds",
    [
        ({}, [Linear, ReLU, Linear, ReLU, Linear]),
        ({"activation": Tanh}, [Linear, Tanh, Linear, Tanh, Linear]),
        ({"dropout": 0.2}, [Linear, ReLU, Dropout, Linear, ReLU, Dropout, Linear]),
    ],
    ids=str,
)
def test_mlp_has_an_activation_after_every_layer_but_the_last(options, kinds):
    model = MLP([4, 8, 6, 3], rng=0, **options)
    assert [type(layer) for layer in model.layers] == kinds
    assert [p.shape for p in model.parameters()] == [(4, 8), (8,), (8, 6), (6,), (6, 3), (3,)]
    assert model(np.ones((5, 4))).shape == (5, 3)


@pytest.mark.parametrize(
    ("activation", "variance"),
    [
        (ReLU, lambda fan_in, fan_out: 2 / fan_in),  # He et al. 2015
        *((kind, lambda fan_in, fan_out: 2 / fan_in) for kind in layers.RECTIFIERS[1:]),
        (Tanh, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),  # Glorot & Bengio 2010
        (Sigmoid, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ],
)
def test_the_weights_of_an_mlp_start_as_their_activation_needs(activation, variance):
    model = MLP([200, 50, 300], activation, rng=0)
    for layer in layers.linear_layers(model):
        expected = np.sqrt(variance(*layer.weight.shape))
        assert np.std(layer.weight.data) == pytest.approx(expected, rel=0.02)
        assert not layer.bias.data.any()


@pytest.mark.parametrize(
    "make", [lambda rng: MLP([3, 4, 2], rng=rng), lambda rng: Linear(3, 4, rng=rng)]
)
def test_the_seed_alone_decides_the_weights(make):
    assert same(make(1).state_dict(), make(1).state_dict())
    assert same(make(1).state_dict(), make(np.random.default_rng(1)).state_dict())
    assert not same(make(1).state_dict(), make(2).state_dict())
    assert not same(make(None).state_dict(), make(None).state_dict())


def test_the_seed_decides_what_is_dropped_too():
    x = np.ones((4, 3))
    first, again = (MLP([3, 50, 2], dropout=0.5, rng=0)(x).data for _ in range(2))
    assert np.array_equal(first, again) and not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("activation", [*layers.ACTIVATIONS.values(), layers.Softmax, Flatten])
def test_a_float32_model_stays_float32(activation):
    model = MLP([3, 4, 2], activation=activation, dropout=0.5, rng=0, dtype=np.float32)
    y = model(np.ones((5, 3), np.float32))
    (y * y).mean().backward()
    arrays = [y.data, *model.state_dict().values(), *(p.grad for p in model.parameters())]
    assert {array.dtype for array in arrays} == {np.dtype("float32")}


def test_embedding_makes_rows_of_ids_and_a_linear_follows():
    model = Sequential(Embedding(4, 3, rng=0), Flatten(), Linear(6, 1, rng=1))
    table = model.layers[0].weight.data
    rows = np.concatenate([table[[0, 3]], table[[2, 2]]]).reshape(2, 6)
    assert np.array_equal(model([[0, 3], [2, 2]]).data, model.layers[2](rows).data)
    assert np.std(Embedding(200, 300, rng=0).weight.data) == pytest.approx(1, rel=0.01)


def test_residual_adds_what_came_in():
    block, x = Residual(Linear(3, 5, rng=0), Tanh(), Linear(5, 3, rng=1)), np.ones((2, 3))
    inside = Sequential(*block.layers)
    assert np.array_equal(block(x).data, x + inside(x).data)
    assert [name for name, _ in block.named_parameters()][0] == "layers.0.weight"
    assert np.array_equal(Residual()(x.tolist()), x + x)


EACH = {  # between a Linear(3, 4) and a Linear(4, 2)
    **layers.ACTIVATIONS,
    "elu, alpha": lambda: layers.ELU(0.3),
    "batch norm": lambda: BatchNorm1d(4, momentum=0.3),
    "batch norm, evaluation": lambda: trained(BatchNorm1d(4)).eval(),
    "layer norm": lambda: LayerNorm(4),
    "residual": lambda: Residual(Linear(4, 5, rng=2), Tanh(), Linear(5, 4, rng=3)),
}


def trained(layer):
    for shift in (1, 2):
        layer(np.random.default_rng(shift).normal(shift, shift, (6, 4)))
    return layer


@pytest.mark.parametrize("make", EACH.values(), ids=EACH)
def test_gradients_of_first_and_second_order(make):
    model = Sequential(Linear(3, 4, rng=0), make(), Linear(4, 2, rng=1))
    x, y = (np.random.default_rng(5).normal(size=(6, n)) for n in (3, 2))
    before = model.state_dict()
    assert gradcheck(model, losses.mse, (x, y), order=2)
    assert same(model.state_dict(), before)


def test_gradients_of_an_embedding_with_repeats():
    model = Sequential(Embedding(4, 3, rng=0), Flatten(), Tanh(), Linear(6, 2, rng=1))
    ids, y = np.random.default_rng(5).integers(0, 4, (6, 2)), np.ones((6, 2))
    assert gradcheck(model, losses.mse, (ids, y), order=2)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(2, 5),
    features=st.integers(1, 6),
    dtype=st.sampled_from([np.float32, np.float64]),
    names=st.lists(st.sampled_from(sorted(EACH)), min_size=1, max_size=4),
)
def test_any_stack_keeps_shape_and_dtype_and_reaches_every_parameter(rows, features, dtype, names):
    kinds = {
        "batch norm": lambda: BatchNorm1d(4, dtype=dtype),
        "batch norm, evaluation": lambda: BatchNorm1d(4, dtype=dtype).eval(),
        "layer norm": lambda: LayerNorm(4, dtype=dtype),
        "residual": lambda: Residual(Linear(4, 4, rng=0, dtype=dtype), LayerNorm(4, dtype=dtype)),
    }
    inner = [(kinds | {n: EACH[n] for n in EACH if n not in kinds})[name]() for name in names]
    model = Sequential(Linear(features, 4, rng=0, dtype=dtype), *inner)
    x = Tensor(np.linspace(-2, 3, rows * features).reshape(rows, features).astype(dtype))
    y = model(x)
    np.sum(y * y).backward()
    assert y.shape == (rows, 4) and np.isfinite(y.data).all()
    assert {a.dtype for a in (y.data, *(p.grad for p in model.parameters()))} == {np.dtype(dtype)}
    assert all(p.grad.shape == p.shape for p in model.parameters())


# --- the summary ----------------------------------------------------------------------------


def test_a_model_prints_as_a_table_of_its_layers():
    model = Sequential(Flatten(), Sequential(Linear(1000, 2000, rng=0), Tanh()), Dropout(0.25))
    assert repr(model).splitlines() == [
        "path               layer               output shape  parameters",
        "layers.0           Flatten             (N, ?)        0",
        "layers.1.layers.0  Linear(1000, 2000)  (N, 2000)     2,002,000",
        "layers.1.layers.1  Tanh                (N, 2000)     0",
        "layers.2           Dropout(0.25)       (N, 2000)     0",
        "total                                                2,002,000",
    ]


def test_a_function_among_the_layers_has_its_row_too():
    model = Sequential(Linear(2, 8, rng=0), np.tanh, lambda x: x[:, :4], Linear(4, 1, rng=0))
    assert repr(model).splitlines()[1:] == [
        "layers.0  Linear(2, 8)  (N, 8)        24",
        "layers.1  tanh          (N, 8)        0",
        "layers.2  <lambda>      (N, ?)        0",
        "layers.3  Linear(4, 1)  (N, 1)        5",
        "total                                 29",
    ]
    assert model(np.ones((5, 2))).shape == (5, 1)


def test_what_is_around_others_has_a_row_and_no_numbers_of_its_own():
    model = Sequential(Embedding(9, 4, rng=0), Flatten(), Residual(LayerNorm(8), layers.GELU()))
    assert repr(model).splitlines()[1:] == [
        "layers.0           Embedding(9, 4)  (N, ?, 4)     36",
        "layers.1           Flatten          (N, ?)        0",
        "layers.2           Residual: x + …",
        "layers.2.layers.0  LayerNorm(8)     (N, ?)        16",
        "layers.2.layers.1  GELU             (N, ?)        0",
        "total                                             52",
    ]


@pytest.mark.parametrize("put", [list.append, lambda listed, f: listed.append(Sequential(f))])
def test_random_numbers_of_a_function_among_the_layers_are_new_in_every_step(put):
    def losses_of(replay):
        rng = np.random.default_rng(0)
        model = Sequential(Linear(2, 1, rng=0))
        put(model.layers, lambda x: x * rng.uniform(size=x.shape))
        optimizer, quiet = optimizers.SGD(model.parameters(), 0.1), {"progress": False}
        pair = np.ones((8, 2)), np.ones((8, 1))
        return fit(
            model, losses.mse, optimizer, pair, epochs=3, batch_size=4, replay=replay, **quiet
        )["loss"]

    assert losses_of(True) == losses_of(False)


@pytest.mark.parametrize("model", [MLP([2, 9, 3], rng=0), Linear(2, 3, rng=0), Everywhere()])
def test_the_total_is_what_the_optimizer_gets(model):
    size = sum(parameter.size for parameter in model.parameters())
    assert repr(Sequential(model)).splitlines()[-1].split() == ["total", str(size)]


# --- mistakes -------------------------------------------------------------------------------


class Own(Module):
    def __init__(self):
        self.inner = MLP([4, 8, 2], rng=0)

    def forward(self, x):
        return self.inner(x)


@pytest.mark.parametrize(
    "model, shape, fragments",
    [
        (Linear(4, 8), (5, 3), ["Linear(4, 8)", "(5, 3)"]),
        (Linear(4, 8), (3,), ["Linear(4, 8)", "(3,)"]),
        (Linear(4, 8), (), ["Linear(4, 8)", "()"]),
        (Linear(4, 8), (4, 5), ["Linear(4, 8)", "(4, 5)"]),  # the transpose
        (MLP([4, 8, 2]), (5, 3), ["layers.0", "Linear(4, 8)", "(5, 3)"]),
        (Sequential(Linear(4, 8), ReLU(), Linear(9, 2)), (5, 4), ["layers.2", "(9, 2)", "(5, 8)"]),
        (
            Sequential(Linear(4, 8), Sequential(Tanh(), Linear(9, 2))),
            (5, 4),
            ["layers.1: layers.1", "Linear(9, 2)", "(5, 8)"],
        ),
        (BatchNorm1d(4), (5, 3), ["BatchNorm1d(4)", "(5, 3)"]),
        (BatchNorm1d(4), (5, 2, 4), ["BatchNorm1d(4) takes rows of 4 columns", "(5, 2, 4)"]),
        (LayerNorm(4), (5, 3), ["LayerNorm(4) takes 4 columns", "(5, 3)"]),
        (LayerNorm(4), (), ["LayerNorm(4)", "()"]),
        (Own(), (5, 3), ["layers.0", "Linear(4, 8)", "(5, 3)"]),
    ],
)
def test_a_wrong_width_names_the_layer_and_both_shapes(model, shape, fragments):
    for x in (np.ones(shape), Tensor(np.ones(shape), requires_grad=True)):
        with pytest.raises(ValueError) as caught:
            model(x)
        assert [f for f in fragments if f not in str(caught.value)] == []


@pytest.mark.parametrize(
    "mistake, error, text",
    [
        (lambda: Linear(0, 3), ValueError, r"Linear\(0, 3\).*at least 1"),
        (lambda: MLP([4, -1, 2]), ValueError, r"Linear\(4, -1\).*at least 1"),
        (lambda: MLP([4]), ValueError, r"\[4\]"),
        (lambda: MLP([]), ValueError, r"\[\]"),
        (lambda: MLP([4, 3, 2], activation=ReLU()), TypeError, "activation"),
        (lambda: MLP([4, 3, 2], activation="relu"), TypeError, "activation"),
        (lambda: MLP([4, 3, 2], dropout=1.5), ValueError, "1.5"),
        (lambda: Dropout(1), ValueError, "below 1, not 1"),
        (lambda: Dropout(-0.1), ValueError, "-0.1"),
        (lambda: Dropout(float("nan")), ValueError, "nan"),
        (lambda: Sequential([ReLU()])(np.ones(1)), TypeError, "Sequential"),
        (lambda: Sequential(ReLU)(np.ones(1)), TypeError, "Sequential"),
        (lambda: BatchNorm1d(0), ValueError, r"BatchNorm1d\(0\).*at least 1"),
        (lambda: LayerNorm(2.5), ValueError, r"LayerNorm\(2.5\).*at least 1"),
        (lambda: Embedding(3, 0), ValueError, r"Embedding\(3, 0\).*at least 1"),
        (lambda: LayerNorm(3, eps=0), ValueError, "eps must be above 0, not 0"),
        (lambda: BatchNorm1d(3, momentum=2), ValueError, "momentum must be from 0 to 1, not 2"),
        (lambda: Residual(Linear(2, 3))(np.ones((5, 2))), ValueError, r"\(5, 2\), .* \(5, 3\)"),
        (lambda: Embedding(3, 2)([3]), ValueError, "from 0 to 2, and one is 3"),
        (lambda: Module()(np.ones(1)), NotImplementedError, r"Module needs a method forward"),
    ],
)
def test_a_mistake_is_named(mistake, error, text):
    with pytest.raises(error, match=text):
        mistake()


def test_who_watches_this_thread_is_no_part_of_a_model(monkeypatch):
    other = layers.Linear(2, 2, rng=0)
    monkeypatch.setattr(recording, "watcher", SimpleNamespace(kept={"model": other}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(Sequential(Linear(2, 3, rng=0), np.tanh, functional.relu).parameters()) == 2
