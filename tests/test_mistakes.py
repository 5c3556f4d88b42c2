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
from tinynet.optimizers import SGD
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
            r"matmul: \(32, 3\) @ \(4, 8\) .* last axis .* 3, the second-last .* 4.*\.T",
        ),
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
            "NotKept",
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
        ("a Tensor of a Tensor", lambda: Tensor(leaf(1.0)), TypeError, r"is a Tensor already"),
        (
            "a function without a derivative",
            lambda: np.fft.fft(leaf([1.0, 2.0])),
            TypeError,
            r"numpy\.fft\.fft.*help\(tn\.ops\).*tn\.defvjp.*\.data",
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
        ("one sample without a batch axis", lambda: net()(X[0, :2]), ValueError, r"\(2,\)"),
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
            "the weights of another model",
            lambda: net().load_state_dict(net(1).state_dict()),
            ValueError,
            r"layers\.2\.weight has shape \(4, 1\), the model's has \(4, 2\)",
        ),
    ]
)

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
        (
            "what was computed",
            lambda: SGD([leaf(1.0) * 2]),
            TypeError,
            "was computed; pass what it was computed from",
        ),
        ("lr in quotes", lambda: SGD(net().parameters(), lr="0.1"), TypeError, "lr.*not '0.1'"),
        ("lr below 0", lambda: SGD(net().parameters(), lr=-1), ValueError, "above 0.*-1"),
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
            r"no parameter has a gradient: call loss\.backward\(\)",
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
            ValueError,
            r"one element.*\(4, 2\).*\.mean\(\)",
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
            RuntimeError,
            "compute the loss from these parameters",
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
