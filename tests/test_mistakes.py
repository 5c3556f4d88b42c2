"""What beginners do wrong, and what they are told: a row per mistake.

A row is what was done, the code, the kind of error, and what must be said: what happened, with the
shapes or values, and a way to mend it.
"""

import math
import warnings

import numpy as np
import pytest

import tinynet as tn
from tinynet import Tensor, fit, losses
from tinynet.layers import MLP, Dropout, Linear, Module, ReLU, Sequential, Softmax
from tinynet.losses import cross_entropy, mse
from tinynet.optimizers import SGD, Adam
from tinynet.training import EarlyStopping

X = np.random.default_rng(0).normal(size=(8, 3))
IDS, Y = np.arange(8) % 2, X[:, :1]


def leaf(values):
    return Tensor(np.array(values, dtype=float), requires_grad=True)


def ones(*shape):
    return leaf(np.ones(shape))


def net(outputs=2):
    return MLP([3, 4, outputs], rng=0)


def train(model=None, loss=cross_entropy, data=(X, IDS), optimizer=None, **options):
    model = model or net()
    optimizer = optimizer or SGD(model.parameters(), lr=0.1)
    options = {"epochs": 2, "batch_size": 4, "progress": False} | options
    return fit(model, loss, optimizer, data, **options)


def refuses(table):
    """A test of every row of a table."""

    @pytest.mark.parametrize(
        ("code", "error", "said"), [row[1:] for row in table], ids=[row[0] for row in table]
    )
    def test(code, error, said):
        with pytest.raises(error, match=said):
            code()

    return test


# --- arrays and shapes ----------------------------------------------------------------------

test_shapes_that_do_not_fit = refuses(
    [
        (
            "matrices of unequal inner axes",
            lambda: ones(32, 3) @ np.ones((4, 8)),
            ValueError,
            r"matmul: \(32, 3\) @ \(4, 8\) .* last axis .* 3, the second-last .* 4.*change one",
        ),
        ("the second lies", lambda: ones(5, 3) @ ones(2, 3), ValueError, r"the second with \.T"),
        ("the first lies", lambda: ones(3, 5) @ ones(3, 2), ValueError, r"the first with \.T"),
        ("a batch lies", lambda: ones(5, 2, 3) @ ones(5, 4, 3), ValueError, r"second with \.mT"),
        ("two batches", lambda: ones(2, 3, 4) @ ones(5, 4, 2), ValueError, r"\(2,\) and \(5,\)"),
        ("@ with a number", lambda: ones(3) @ 5, ValueError, r"matmul: .*single number: use \*"),
        (
            "vectors of unequal length",
            lambda: ones(3) @ np.ones(4),
            ValueError,
            r"matmul: \(3,\) @ \(4,\) .* length 3, the only axis .* 4",
        ),
        (
            "one number per row, without a column",
            lambda: ones(3, 4) + np.ones(3),
            ValueError,
            r"add: .*\(3, 4\) and \(3,\).* axis -1 has length 4 .* 3 .*\.reshape\(3, 1\)",
        ),
        (
            "batches of unequal length",
            lambda: ones(3, 4) * np.ones((2, 4)),
            ValueError,
            r"multiply: .*\(3, 4\) and \(2, 4\).* axis -2 has length 3 in one and 2",
        ),
        (
            "a shape with too few elements",
            lambda: ones(3, 4).reshape(5, 2),
            ValueError,
            r"reshape: \(3, 4\) has 12 elements.*\(5, 2\) \(10\).*-1",
        ),
        ("rows of 5 out of 12", lambda: ones(3, 4).reshape(-1, 5), ValueError, "12.*multiple of 5"),
        ("two unknowns", lambda: ones(3, 4).reshape(-1, -1), ValueError, "only one .* can be -1"),
        (
            "a letter for two lengths",
            lambda: np.einsum("ij,jk->ik", ones(2, 3), ones(4, 2)),
            ValueError,
            r"letter j stands for .* 3 and 4 \(shapes \(2, 3\), \(4, 2\)\)",
        ),
        (
            "broadcast to a shape with other axes",
            lambda: np.broadcast_to(ones(3), (4, 2)),
            ValueError,
            r"broadcast_to: .*\(3,\) and \(4, 2\).* axis -1",
        ),
        (
            "joined along the wrong axis",
            lambda: np.concatenate([ones(2, 4), np.ones((2, 5))]),
            ValueError,
            r"concatenate: array 0 .*\(2, 4\) and array 1 \(2, 5\).* axis 1, .*is axis=1 meant",
        ),
        (
            "a row joined to a matrix",
            lambda: np.concatenate([ones(2, 4), ones(4)]),
            ValueError,
            r"array 1 \(4,\): all need the same number of axes.*np.expand_dims",
        ),
        (
            "stacked, but of unequal shape",
            lambda: np.stack([ones(2), np.ones(3)]),
            ValueError,
            r"stack: .*same shape.*\(2,\), \(3,\)",
        ),
        (
            "an index beyond the end",
            lambda: ones(3, 2)[3],
            IndexError,
            r"index 3 is out of bounds .* size 3; its shape is \(3, 2\), and counting begins at 0",
        ),
        (
            "an index too many",
            lambda: ones(3, 2)[0, 1, 2],
            IndexError,
            r"too many indices.*its shape is \(3, 2\)",
        ),
        (
            "a mask of another length",
            lambda: ones(3, 2)[np.array([True, False])],
            IndexError,
            r"boolean .* axis 0; size of axis is 3",
        ),
        ("half an index", lambda: ones(3)[1.5], IndexError, r"only integers.*shape is \(3,\)$"),
        (
            "an axis that is not there",
            lambda: np.sum(ones(3, 2), axis=2),
            ValueError,
            r"sum: axis 2 is out of bounds.*\(3, 2\)",
        ),
        (
            "a singular matrix",
            lambda: np.linalg.inv(ones(2, 2)),
            np.linalg.LinAlgError,
            "inv: Singular matrix",
        ),
    ]
)

# --- Tensors and gradients ------------------------------------------------------------------


def backward_without_graph():
    with tn.no_grad():
        loss = mse(Y, net(1)(X))
    loss.backward()


def step_by_hand():
    w = leaf([1.0, 2.0])
    for _ in range(2):
        np.sum(w * w).backward()
        w -= 0.1 * w.grad


def step_by_hand_without_graph():
    w = leaf([1.0, 2.0])
    for _ in range(2):
        np.sum(w * w).backward()
        with tn.no_grad():
            w -= 0.1 * w.grad


def add_to_an_array():
    array = np.ones(2)
    array += leaf([1.0, 2.0])


test_what_a_tensor_cannot_do = refuses(
    [
        (
            "backward from several numbers",
            lambda: (leaf([1.0, 2.0]) * 2).backward(),
            RuntimeError,
            r"one number.*\(2,\).*\.mean\(\) or \.sum\(\).*gradient=",
        ),
        (
            "backward where nothing asks for a gradient",
            lambda: Tensor([1.0]).backward(),
            RuntimeError,
            "requires_grad=True",
        ),
        ("backward of what no_grad made", backward_without_graph, RuntimeError, "outside no_grad"),
        (
            "gradients of whole numbers",
            lambda: Tensor(np.array([1, 2]), requires_grad=True),
            TypeError,
            r"only floats.*int64.*astype\(float\)",
        ),
        (
            "the gradient of what was computed",
            lambda: (leaf(1.0) * 2).grad * 2,
            TypeError,
            r"not kept.*use loss\.gradient\(this\)",
        ),
        ("it as data", lambda: Tensor((leaf(1.0) * 2).grad), TypeError, r"loss\.gradient"),
        ("its shape", lambda: (leaf(1.0) * 2).grad.shape, AttributeError, r"loss\.gradient"),
        ("its norm", lambda: np.sum((leaf(1.0) * 2).grad), TypeError, r"loss\.gradient"),
        ("w -= lr * w.grad", step_by_hand, TypeError, r"w\.data -= lr \* w\.grad"),
        (
            "w -= lr * w.grad, under no_grad",
            step_by_hand_without_graph,
            RuntimeError,
            r"w\.data -= lr \* w\.grad",
        ),
        (
            "assignment to an element",
            lambda: leaf([1.0, 2.0]).__setitem__(0, 1.0),
            TypeError,
            "in place.*np.where",
        ),
        ("adding to an array in place", add_to_an_array, TypeError, "add: .*out=.*in place"),
        (
            "if, of several numbers",
            lambda: "yes" if leaf([1.0, 2.0]) else "no",
            ValueError,
            r"one element.*\(2,\).*np.where",
        ),
        (
            "if, of several comparisons",
            lambda: "yes" if leaf([1.0, 2.0]) > 0 else "no",
            ValueError,
            r"more than one element.*any\(\) or a\.all\(\)",
        ),
        (
            "math.exp of several numbers",
            lambda: math.exp(leaf([1.0, 2.0])),
            ValueError,
            r"one element.*\(2,\)",
        ),
        (
            "item of several numbers",
            lambda: leaf([1.0, 2.0]).item(),
            ValueError,
            r"one element.*\(2,\).*\.mean\(\)",
        ),
        (
            "a list of Tensors made an array",
            lambda: np.array([leaf(1.0), leaf(2.0)]),
            TypeError,
            r"gradient would be lost.*np\.stack",
        ),
        ("a Tensor of nothing", lambda: Tensor(None), TypeError, "numbers, not None"),
        ("a Tensor of words", lambda: Tensor(np.array(["a"])), TypeError, r"numbers, not <U1"),
        ("a gradient in nothing", lambda: leaf(1.0).gradient(), TypeError, r"loss\.gradient\(w, b"),
        (
            "a gradient in a list",
            lambda: leaf(1.0).gradient([leaf(1.0)]),
            TypeError,
            r"\*model\.parameters\(\)",
        ),
        ("a Tensor of a Tensor", lambda: Tensor(leaf(1.0)), TypeError, r"is a Tensor already"),
        (
            "a function without a derivative",
            lambda: np.fft.fft(leaf([1.0, 2.0])),
            TypeError,
            r"numpy\.fft\.fft.*tn\.ops\.coverage\(\).*tn\.defvjp.*\.data",
        ),
        (
            "an option without a derivative",
            lambda: np.sum(leaf([1.0, 2.0]), dtype=np.float32),
            TypeError,
            r"sum: .*dtype=; call \.astype",
        ),
        ("PyTorch's dim=", lambda: ones(2, 2).sum(dim=1), TypeError, "sum.*'dim'"),
    ]
)


@pytest.mark.parametrize("index", [0, -1])
def test_a_tensor_as_an_element_of_an_array(index):
    array = np.zeros(2)
    with pytest.raises(ValueError, match="array element") as error:
        array[index] = leaf([1.0, 2.0])[0] ** 2
    assert "np.stack, or assign the number, array[i] = x.item()" in str(error.value.__cause__)


def test_the_gradient_that_is_not_kept_says_so():
    assert "only leaves keep .grad; use loss.gradient" in repr((leaf(1.0) * 2).grad)


# --- models ---------------------------------------------------------------------------------


class Unwritten(Module):
    pass


def with_another_bias():
    layer = Linear(3, 2)
    layer.bias = ones(5)
    return layer


class ForgetsToReturn(Module):
    def __init__(self):
        self.weight = ones(3, 2)

    def forward(self, x):
        x @ self.weight


test_models_that_cannot_work = refuses(
    [
        (
            "another number of features",
            lambda: net()(X[:, :2]),
            ValueError,
            r"layers\.0: Linear\(3, 4\) takes 3 columns.*\(8, 2\)",
        ),
        (
            "layers that do not follow on each other",
            lambda: Sequential(Linear(3, 4), ReLU(), Linear(5, 2))(X),
            ValueError,
            r"layers\.2: Linear\(5, 2\) takes 5 columns.*\(8, 4\)",
        ),
        ("more features", lambda: net()(X[:, :2]), ValueError, r"or make it Linear\(2, 4\)"),
        ("rows for columns", lambda: net()(X.T), ValueError, r"takes 3 .*\(3, 8\).*\(x\.T has\)"),
        (
            "images",
            lambda: Linear(4, 2)(np.ones((8, 2, 2))),
            ValueError,
            r"\(8, 2, 2\): put .*Flatten\(\)",
        ),
        ("one sample without a batch axis", lambda: net()(X[0, :2]), ValueError, r"\(2,\)"),
        ("one feature", lambda: Linear(1, 2)(X[:, 0]), ValueError, r"x\.reshape\(-1, 1\)"),
        (
            "words",
            lambda: net()(X.astype(str)),
            ValueError,
            r"layers\.0: .*takes numbers, .* holds",
        ),
        (
            "a bias that does not fit",
            lambda: with_another_bias()(X),
            ValueError,
            r"\(8, 2\).*\(5,\)",
        ),
        ("layers in a list", lambda: Sequential([Linear(3, 2)]), TypeError, "one by one"),
        ("a class instead of a layer", lambda: Sequential(ReLU), TypeError, r"ReLU\(\)"),
        (
            "a layer instead of a class",
            lambda: MLP([3, 2], activation=ReLU()),
            TypeError,
            r"must be a class, such as layers\.ReLU",
        ),
        ("one number as the sizes", lambda: MLP(3), ValueError, r"list of sizes.*\[2, 16, 1\].*3"),
        ("a width of 0", lambda: Linear(0, 3), ValueError, r"Linear\(0, 3\).*at least 1"),
        ("a width in quotes", lambda: Linear("3", 2), ValueError, "'3'.*whole numbers"),
        ("dropout in percent", lambda: Dropout(50), ValueError, "below 1, not 50"),
        ("a layer without forward", lambda: Unwritten()(X), NotImplementedError, r"forward\(self"),
        (
            "a forward that returns nothing",
            lambda: train(ForgetsToReturn()),
            TypeError,
            r"None.*forward\(\) return",
        ),
        (
            "a layer inside that returns nothing",
            lambda: Sequential(ForgetsToReturn(), Linear(2, 1))(X),
            ValueError,
            "layers.1: .*does the layer before it return",
        ),
        (
            "a file as state",
            lambda: net().load_state_dict("a.npz"),
            TypeError,
            r"checkpoints\.load",
        ),
        ("a seed as bias", lambda: Linear(2, 3, 0), ValueError, r"True or False, not 0; .*rng=0"),
        (
            "dropout of a model without a hidden layer",
            lambda: tn.layers.MLP([2, 3], dropout=np.random.default_rng(0)),
            ValueError,
            "below 1, not Generator",
        ),
        ("dropout in quotes", lambda: Dropout("0.5"), ValueError, "below 1, not '0.5'"),
        (
            "the weights of another model",
            lambda: net().load_state_dict(net(1).state_dict()),
            ValueError,
            r"layers\.2\.weight has shape \(4, 1\), the model's has \(4, 2\)",
        ),
    ]
)


class Computed(Module):
    def __init__(self):
        self.weight = 0.1 * ones(3, 1)
        self.bias = ones(1)

    def forward(self, x):
        self.output = x @ self.weight + self.bias
        return self.output


def test_a_weight_that_was_computed_is_reported_since_it_would_not_learn():
    model = Computed()
    model(X)
    with pytest.warns(UserWarning, match=r"Computed.weight was computed.*0\.1 \* array") as caught:
        assert model.parameters() == [model.bias]
    assert [warning.filename for warning in caught] == [__file__]  # not for the output, too


def test_a_column_of_pandas_is_an_array_like_any_other():
    class Column:  # as NumPy sees a Series: it becomes an array, but does not index like one
        shape, dtype = IDS.shape, IDS.dtype

        def __array__(self, dtype=None, copy=None):
            return IDS.astype(dtype or self.dtype)

    assert cross_entropy(Column(), net()(X)).item() == cross_entropy(IDS, net()(X)).item()


# --- losses ---------------------------------------------------------------------------------

test_losses_that_would_mislead = refuses(
    [
        (
            "y_true and y_pred swapped",
            lambda: mse(net(1)(X), Y),
            ValueError,
            r"swapped: the order is mse\(y_true, y_pred\)",
        ),
        (
            "(N,) against (N, 1)",
            lambda: mse(X[:, 0], net(1)(X)),
            ValueError,
            r"\(8,\).*\(8, 1\).*\(8, 8\).*y_true\.reshape\(8, 1\)",
        ),
        (
            "class ids that begin with 1",
            lambda: cross_entropy(IDS + 1, net()(X)),
            ValueError,
            r"from 0 to 1.*y_true\[1\] is 2; subtract 1",
        ),
        (
            "class ids between two classes",
            lambda: cross_entropy(IDS + 0.5, net()(X)),
            ValueError,
            r"whole numbers.*is 0\.5",
        ),
        (
            "names of classes",
            lambda: cross_entropy(np.array(["a", "b"] * 4), net()(X)),
            ValueError,
            "y_true holds <U1.*np.unique.*return_inverse=True",
        ),
        (
            "class ids in a column",
            lambda: cross_entropy(IDS[:, None], net()(X)),
            ValueError,
            r"\(8, 1\).*class ids of shape \(8,\), here y_true\[\.\.\., 0\]",
        ),
        (
            "arrays swapped",
            lambda: cross_entropy(X, IDS),
            ValueError,
            r"swapped, the order is cross_entropy\(y_true, y_pred\)",
        ),
        ("one row of outputs", lambda: cross_entropy(IDS, X[:, 0]), ValueError, "use log_loss"),
        ("ids, but no classes", lambda: mse(IDS, net()(X)), ValueError, "ids use cross_entropy"),
        ("words for mse", lambda: mse(Y.astype(str), Y), ValueError, "y_true must hold numbers"),
        ("None for mse", lambda: mse([[None]] * 8, Y), ValueError, r"object.*\.astype\(float\)"),
        ("objects", lambda: mse(Y, net(1)(X.astype(object))), ValueError, "y_pred .* holds object"),
        ("complex y_pred", lambda: mse(Y, Y * 1j), ValueError, "y_pred .* holds complex128"),
        (
            "NaN",
            lambda: losses.log_loss(Y * 0, Y * np.nan),
            ValueError,
            r"holds NaN: .*tn\.debug\(\)",
        ),
        (
            "the name of weights",
            lambda: mse(Y, Y, sample_weight="balanced"),
            ValueError,
            "sample_weight must hold numbers",
        ),
        (
            "one output for two classes",
            lambda: cross_entropy(IDS, net(1)(X)),
            ValueError,
            "one column per class.*log_loss",
        ),
        (
            "logits where probabilities belong",
            lambda: losses.log_loss(np.ones((8, 1)), net(1)(X)),
            ValueError,
            "from 0 to 1, but ranges.*from_logits=True",
        ),
        (
            "rows that are no probabilities",
            lambda: cross_entropy(IDS, np.full((8, 2), 0.4), from_logits=False),
            ValueError,
            r"sum to 1, but row 0 sums to 0\.8",
        ),
        ("a misspelt reduction", lambda: mse(Y, Y, reduction="avg"), ValueError, '"mean".*avg'),
        (
            "a misspelt option",
            lambda: losses.huber(Y, Y, detla=1.0),
            TypeError,
            r"no option 'detla'.*help\(losses\.huber\)",
        ),
        (
            "an option without its name",
            lambda: losses.huber(Y, Y, 1.0),
            TypeError,
            r"by name, as in huber\(y_true, y_pred, delta=",
        ),
        (
            "as many weights as other samples",
            lambda: mse(Y, Y, sample_weight=np.ones(5)),
            ValueError,
            r"\(5,\).*\(8, 1\).*per sample, \(8,\)",
        ),
        ("weights below 0", lambda: mse(Y, Y, sample_weight=-np.ones(8)), ValueError, "at least 0"),
        ("an empty batch", lambda: mse(Y[:0], Y[:0]), ValueError, r"batch is empty.*\(0, 1\)"),
    ]
)


def test_a_softmax_before_cross_entropy_is_reported_with_the_floor_of_the_loss():
    model = Sequential(Linear(3, 2, rng=0), Softmax())
    with pytest.warns(UserWarning, match=r"applies softmax itself.*below 0\.313.*Remove"):
        cross_entropy(IDS, model(X))


# --- optimizers -----------------------------------------------------------------------------


def replaced_array():
    model = net()
    optimizer = SGD(model.parameters())
    model.layers[0].weight.data = np.zeros((3, 4))
    cross_entropy(IDS, model(X)).backward()
    optimizer.step()


def second_optimizer():
    model = net()
    first, _ = SGD(model.parameters()), SGD(model.parameters())
    cross_entropy(IDS, model(X)).backward()
    first.step()


def zero_grad_after_backward():
    model = net()
    optimizer = SGD(model.parameters())
    cross_entropy(IDS, model(X)).backward()
    optimizer.zero_grad()
    optimizer.step()


def replaced_layer():
    model = net()
    optimizer = SGD(model.parameters())
    model.layers = [Linear(3, 2)]
    cross_entropy(IDS, model(X)).backward()
    optimizer.step()


test_optimizers_that_could_not_learn = refuses(
    [
        ("the model itself", lambda: SGD(net()), TypeError, r"not MLP: pass model\.parameters\(\)"),
        (
            "one parameter without a list",
            lambda: SGD(leaf([1.0])),
            TypeError,
            r"pass \[parameter\]",
        ),
        ("no parameters", lambda: SGD([]), ValueError, r"empty; pass model\.parameters\(\)"),
        ("forgot requires_grad", lambda: SGD([Tensor(1.0)]), TypeError, r"Tensor\(1.\) is not a"),
        (
            "no ()",
            lambda: SGD(net().parameters),
            TypeError,
            r"not method: pass model\.parameters\(",
        ),
        ("names, too", lambda: SGD(net().named_parameters()), TypeError, "is tuple.*parameters"),
        ("the state", lambda: SGD(net().state_dict()), TypeError, "is str, .*model.parameters"),
        ("twice", lambda: SGD(net().parameters() * 2), ValueError, "same parameter .* twice"),
        ("lr first", lambda: SGD(0.1, net().parameters()), TypeError, r"not float: pass model"),
        ("a single beta", lambda: Adam([leaf(1.0)], betas=0.9), TypeError, "betas must be a pair"),
        ("decay in quotes", lambda: SGD([leaf(1.0)], weight_decay="0"), TypeError, "decay .*'0'"),
        ("two optimizers", second_optimizer, RuntimeError, "perhaps by a second optimizer"),
        ("zero_grad too late", zero_grad_after_backward, RuntimeError, r"zero_grad\(\), .*order"),
        (
            "what was computed",
            lambda: SGD([leaf(1.0) * 2]),
            TypeError,
            "was computed; pass what it was computed from",
        ),
        ("lr in quotes", lambda: SGD(net().parameters(), lr="0.1"), TypeError, "lr.*not '0.1'"),
        ("lr below 0", lambda: SGD(net().parameters(), lr=-1), ValueError, "at least 0.*-1"),
        (
            "momentum in percent",
            lambda: SGD(net().parameters(), momentum=90),
            ValueError,
            "momentum .*below 1, not 90",
        ),
        (
            "a step before backward",
            lambda: SGD(net().parameters()).step(),
            RuntimeError,
            r"no parameter has a gradient: call .*loss\.backward\(\) and step\(\)",
        ),
        (
            "made before a parameter's array was replaced",
            replaced_array,
            RuntimeError,
            r"weight was replaced after the optimizer was made.*\.data\[\.\.\.\] = new",
        ),
        (
            "made before a layer was replaced",
            replaced_layer,
            RuntimeError,
            "no parameter has a gradient.*compute the loss from these parameters",
        ),
        (
            "parameters of two dtypes",
            lambda: SGD([*Linear(2, 2).parameters(), *Linear(2, 2, dtype="f4").parameters()]),
            TypeError,
            "one dtype.*float32.*float64",
        ),
    ]
)

# --- training -------------------------------------------------------------------------------


def with_nan():
    return np.where(np.arange(24).reshape(8, 3) == 7, np.nan, X)


def diverging():
    model = net(1)
    train(model, mse, (X, Y), SGD(model.parameters(), lr=1e9), epochs=99)


test_training_that_would_fail_later = refuses(
    [
        ("NaN in the data", lambda: train(data=(with_nan(), IDS)), ValueError, r"x .* rows \(2\)"),
        ("more x than y", lambda: train(data=(X, IDS[:5])), ValueError, "8 rows but y has 5"),
        ("no data", lambda: train(data=(X[:0], IDS[:0])), ValueError, "empty"),
        ("x without y", lambda: train(data=X), ValueError, r"train must be .* pair \(x, y\)"),
        ("validation without y", lambda: train(validation=X), ValueError, r"validation .*\(x, y\)"),
        ("names as data", lambda: train(data=(X.astype(str), IDS)), ValueError, "hold numbers"),
        ("no epochs", lambda: train(epochs=0), ValueError, "epochs .*at least 1, not 0"),
        ("half an epoch", lambda: train(epochs=2.5), ValueError, r"whole number.*2\.5"),
        ("a batch of none", lambda: train(batch_size=0), ValueError, "batch_size .*not 0"),
        (
            "the name of a loss",
            lambda: train(loss="mse"),
            TypeError,
            r"loss: 'mse'.*tn\.losses\.mse",
        ),
        (
            "the value of a loss",
            lambda: train(loss=mse(Y, net(1)(X))),
            TypeError,
            "loss: Tensor.*the function itself",
        ),
        (
            "a loss per sample",
            lambda: train(loss=lambda y_true, y_pred: y_pred**2),
            RuntimeError,
            r"one number.*\(4, 2\).*\.mean\(\)",
        ),
        (
            "a loss that leaves the graph",
            lambda: train(loss=lambda y_true, y_pred: np.mean(y_pred.data**2)),
            TypeError,
            r"not a Tensor.*without \.data",
        ),
        (
            "the name of a metric",
            lambda: train(metrics=["accuracy"]),
            TypeError,
            r"'accuracy' is not a function.*tn\.metrics\.accuracy",
        ),
        (
            "a metric per sample",
            lambda: train(metrics=[lambda y_true, y_pred: y_pred[:, 0]]),
            ValueError,
            r"array of shape \(8,\).*np\.mean",
        ),
        (
            "a class as a callback",
            lambda: train(callbacks=[EarlyStopping]),
            TypeError,
            r"EarlyStopping\(\)",
        ),
        (
            "evaluate with its arguments swapped",
            lambda: tn.training.evaluate(mse, net(), tn.datasets.load("iris")),
            TypeError,
            "model must be a Module",
        ),
        (
            "predict with its arguments swapped",
            lambda: tn.training.predict(X, net()),
            TypeError,
            "model must be a Module",
        ),
        (
            "a metric without a list",
            lambda: train(metrics=tn.metrics.accuracy),
            TypeError,
            r"metrics must be a list.*\[ \]",
        ),
        ("the name of an optimizer", lambda: train(optimizer="sgd"), TypeError, r"SGD\(model\.par"),
        ("the class of an optimizer", lambda: train(optimizer=SGD), TypeError, r"SGD\(model\.par"),
        (
            "the optimizer of another model",
            lambda: train(optimizer=SGD(net().parameters())),
            ValueError,
            "does not hold layers.0.weight.*Make the optimizer last",
        ),
        (
            "early stopping without validation",
            lambda: train(callbacks=[EarlyStopping()]),
            ValueError,
            "monitors 'val_loss'.*pass validation=",
        ),
        (
            "a learning rate far too large",
            diverging,
            tn.training.NonFiniteLoss,
            r"became inf in epoch \d.*smaller learning rate \(now 1e\+09\)",
        ),
        (
            "a misspelt dataset",
            lambda: tn.datasets.load("irs"),
            ValueError,
            "did you mean 'iris'",
        ),
    ]
)

# --- what is allowed, but seldom meant: said in debug mode -----------------------------------


def forgets_zero_grad(model, optimizer):
    for _ in range(2):
        cross_entropy(IDS, model(X)).backward()
        optimizer.step()


def backward_twice(model, optimizer):
    loss = cross_entropy(IDS, model(X))
    loss.backward()
    loss.backward()


def stays_in_evaluation_mode(model, optimizer):
    model.eval()
    cross_entropy(IDS, model(X)).backward()


def leaves_a_layer_out(model, optimizer):
    cross_entropy(IDS, model.layers[0](X)).backward()
    optimizer.step()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (forgets_zero_grad, r"zero_grad\(\) forgotten"),
        (backward_twice, r"adds to the gradients that .*weight \(3, 4\)"),
        (stays_in_evaluation_mode, r"evaluation mode.*model\.train\(\)"),
        (leaves_a_layer_out, r"does not depend on .*weight \(4, 2\)"),
    ],
)
def test_what_debug_mode_reports(code, said):
    def run():
        model = MLP([3, 4, 2], dropout=0.5, rng=0)
        code(model, SGD(model.parameters(), lr=0.1))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run()  # an ordinary run is silent
    with tn.debug(), pytest.warns(UserWarning, match=said):
        run()


def test_debug_mode_protects_what_backward_still_needs():
    x = leaf([1.0, 2.0])
    with tn.debug():
        loss = np.sum(x * x)
        with pytest.raises(ValueError, match="read-only"):
            x.data += 1
        loss.backward()
