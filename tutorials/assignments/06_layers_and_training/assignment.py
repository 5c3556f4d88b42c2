"""Layers, an optimizer, and training: the checks."""

import numpy as np

from tinynet.classroom import Assignment, Check, Fast, Misconception, Scores, Task, Unchanged
from tinynet.datasets import make_moons, make_spirals

NETWORKS = "tutorials/09_what_a_line_cannot_do.py"
BY_HAND = "tutorials/10_backpropagation_by_hand.py"
OPTIMIZERS = "tutorials/11_steps.py"
STARTS = "tutorials/12_where_training_starts.py"


def numbers(seed, *shape):
    """Numbers with two digits behind the point, none of them special."""
    return np.random.default_rng(seed).normal(size=shape).round(2)


def network(seed, *sizes):
    """Parameters of a network, biases too."""
    pairs = enumerate(zip(sizes, sizes[1:], strict=False))
    return [a for i, (n, m) in pairs for a in (numbers([seed, i, 0], n, m), numbers([seed, i], m))]


# --- one layer ------------------------------------------------------------------------------

LINEAR = "linear(x, weight, bias)"
FORWARD = {"x": numbers(1, 5, 3), "weight": numbers(2, 3, 2), "bias": numbers(3, 2)}
SQUARE = {"x": numbers(4, 3, 3), "weight": numbers(5, 3, 3), "bias": numbers(6, 3)}

linear = Task(
    "linear",
    [
        Check(
            "two rows, worked out on paper",
            LINEAR,
            {
                "x": np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]),
                "weight": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
                "bias": np.array([0.5, -0.5]),
            },
            public=True,
            expected=[[22.5, 27.5], [2.5, 1.5]],
        ),
        Check("other numbers", LINEAR, FORWARD),
        Check("a square weight", LINEAR, SQUARE),
        Check("arguments", LINEAR, FORWARD, Unchanged()),
        Check(
            "many rows, in a moment",
            "linear(np.ones((1000, 40)), np.ones((40, 20)), np.ones(20))[0]",
            judgement=Fast(),
        ),
    ],
    title="A layer forwards",
    mistakes={
        "transposed": "lambda x, weight, bias: x @ weight.T + bias",
        "swapped": "lambda x, weight, bias: weight @ x + bias",
        "no_bias": "lambda x, weight, bias: x @ weight",
        "wrong_axis": "lambda x, weight, bias: x @ weight + bias[:, None]",
    },
    hints=("Write the shapes below each other: (N, D) @ (D, M) is (N, M).",),
    tutorial=BY_HAND,
)

BACKWARD = "linear_backward(g, x, weight)"
BACK = {"g": numbers(7, 5, 2), "x": numbers(8, 5, 3), "weight": numbers(9, 3, 2)}

linear_backward = Task(
    "linear_backward",
    [
        Check(
            "two rows, worked out on paper",
            BACKWARD,
            {
                "g": np.array([[1.0, 0.0], [3.0, 2.0]]),
                "x": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
                "weight": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
            },
            points=2,
            public=True,
            expected=[
                np.array([[1.0, 3.0, 5.0], [7.0, 17.0, 27.0]]),
                np.array([[13.0, 8.0], [17.0, 10.0], [21.0, 12.0]]),
                np.array([4.0, 2.0]),
            ],
        ),
        Check("other numbers", BACKWARD, BACK, points=4),
        Check(
            "a square weight",
            BACKWARD,
            {"g": numbers(10, 3, 3), "x": numbers(11, 3, 3), "weight": numbers(12, 3, 3)},
            points=3,
        ),
        Check(
            "one row",
            BACKWARD,
            {"g": numbers(13, 1, 2), "x": numbers(14, 1, 3), "weight": numbers(15, 3, 2)},
            points=2,
        ),
        Check("arguments", BACKWARD, BACK, Unchanged()),
    ],
    title="A layer backwards",
    mistakes={
        "transposed": "lambda g, x, weight: (g @ weight, x.T @ g, g.sum(axis=0))",
        "transposed.2": "lambda g, x, weight: (g @ weight.T, g.T @ x, g.sum(axis=0))",
        "not_summed": "lambda g, x, weight: (g @ weight.T, x.T @ g, g)",
        "one_use": "lambda g, x, weight: (g @ weight.T, x.T @ g, g[0])",
        "wrong_axis": "lambda g, x, weight: (g @ weight.T, x.T @ g, g.sum(axis=1))",
        "wrong_axis.2": "lambda g, x, weight: (g @ weight.T, x.T @ g, g.sum())",
        "extra_mean": "lambda g, x, weight: (g @ weight.T, x.T @ g, g.mean(axis=0))",
        "swapped": "lambda g, x, weight: (x.T @ g, g @ weight.T, g.sum(axis=0))",
        "swapped.2": "lambda g, x, weight: (x.T @ g, g.sum(axis=0), g @ weight.T)",
        "extra_mean.2": "lambda g, x, weight: (g @ weight.T, x.T @ g / len(x), g.mean(axis=0))",
    },
    hints=(
        "The shapes allow only one order: which product of g and weight has the shape of x?",
        "gx = g @ weight.T, and gweight and gbias are sums over the rows.",
    ),
    tutorial=BY_HAND,
)

RELU = "relu_backward(g, x)"
SIGNS = {
    "g": np.array([[-1.5, 2.0, 0.5], [3.0, -0.25, 4.0]]),
    "x": np.array([[2.0, -1.0, 0.0], [0.5, -3.0, 0.0]]),
}

relu_backward = Task(
    "relu_backward",
    [
        Check(
            "three numbers, worked out on paper",
            RELU,
            {"g": np.array([5.0, -6.0, 7.0]), "x": np.array([0.5, 2.0, -3.0])},
            public=True,
            expected=[5.0, -6.0, 0.0],
        ),
        Check("a matrix, with zeros", RELU, SIGNS, points=2),
        Check("arguments", RELU, SIGNS, Unchanged()),
        Check(
            "a million numbers, in a moment",
            "x = np.linspace(-1, 1, 1_000_000)\nrelu_backward(x + 1, x)[-1]",
            judgement=Fast(),
        ),
    ],
    title="relu backwards",
    mistakes={
        "kink_of_relu": "lambda g, x: g * (x >= 0)",
        "upstream": "lambda g, x: 1.0 * (x > 0)",
        "clips_gradient": "lambda g, x: np.maximum(g, 0)",
        "clips_gradient.2": "lambda g, x: x * (g > 0)",
        "wrong_branch": "lambda g, x: g * (x < 0)",
        "relu_of_product": "lambda g, x: np.maximum(g * x, 0)",
        "relu_of_product.2": "lambda g, x: g * np.maximum(x, 0)",
    },
    tutorial=BY_HAND,
)


# --- a network ------------------------------------------------------------------------------


def initial(draw="rng.standard_normal((n, m))", scale="np.sqrt(2 / n)", first="", each="0"):
    """The source of `initial_parameters`, with something else in one place."""
    return f"""
def initial_parameters(sizes, seed):
    rng, found = np.random.default_rng(seed), []
    {first}
    for n, m in zip(sizes, sizes[1:]):
        {each}
        found += [{draw} * {scale}, np.zeros(m)]
    return found
"""


initial_parameters = Task(
    "initial_parameters",
    [
        Check(
            "the shapes of two layers",
            "[a.shape for a in initial_parameters([2, 16, 3], seed=0)]",
            public=True,
            expected=[[2, 16], [16], [16, 3], [3]],
        ),
        Check("the numbers of two layers", "initial_parameters([3, 4, 2], seed=5)", points=3),
        Check("layers alike in shape", "initial_parameters([3, 3, 3], seed=1)", points=2),
        Check("one layer", "initial_parameters([5, 2], seed=2)"),
    ],
    title="Parameters to start from",
    mistakes={
        "unscaled": initial(scale="1"),
        "variance_as_scale": initial(scale="(2 / n)"),
        "factor": initial(scale="np.sqrt(1 / n)"),
        "factor.2": initial(scale="0.01"),
        "swapped": initial(scale="np.sqrt(2 / m)"),
        "both_sides": initial(scale="np.sqrt(2 / (n + m))"),
        "zero_weights": initial(scale="0"),
        "transposed": initial("rng.standard_normal((m, n))"),
        "transposed.2": initial("rng.standard_normal((m, n)).T"),
        "restarted_rng": initial(each="rng = np.random.default_rng(seed)"),
        "other_generator": initial("np.random.randn(n, m)", first="np.random.seed(seed)"),
        "other_generator.2": initial("rng.random((n, m))"),
    },
    hints=("The standard deviation of a weight is the square root of 2 / (columns in).",),
    tutorial=STARTS,
)


def forward(first="x", last="x", between="relu(x)"):
    """The source of `logits`, with something else in one place."""
    return f"""
def logits(parameters, x):
    x = {first}
    for i in range(0, len(parameters), 2):
        x = linear({between} if i else x, *parameters[i : i + 2])
    return {last}
"""


LOGITS = "logits(parameters, x)"
DEEP = {"parameters": network(20, 3, 4, 4, 2), "x": numbers(21, 5, 3)}

logits = Task(
    "logits",
    [
        Check(
            "two layers, worked out on paper",
            LOGITS,
            {
                "parameters": [
                    np.array([[1.0, -1.0]]),
                    np.array([0.0, 1.0]),
                    np.array([[1.0, 0.0], [2.0, -3.0]]),
                    np.array([0.5, 0.0]),
                ],
                "x": np.array([[2.0], [-1.0]]),
            },
            public=True,
            expected=[[2.5, 0.0], [4.5, -6.0]],
        ),
        Check("three layers", LOGITS, DEEP, points=3),
        Check("one layer", LOGITS, {"parameters": network(22, 3, 2), "x": numbers(23, 4, 3)}),
        Check("arguments", LOGITS, DEEP, Unchanged()),
    ],
    title="A network forwards",
    mistakes={
        "relu_last": forward(last="relu(x)"),
        "relu_first": forward(first="relu(x)"),
        "no_activation": forward(between="x"),
        "probabilities": forward(last="np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)"),
    },
    needs=("linear",),
    hints=("The number of layers is len(parameters) // 2.",),
    tutorial=NETWORKS,
)


def backward(
    start="cross_entropy_derivative(y, z)", slope="relu_backward(gx, given)", result="found"
):
    """The source of `gradients`, with something else in one place."""
    return f"""
def gradients(parameters, x, y):
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for layer in layers[:-1]:
        inputs.append(relu(linear(inputs[-1], *layer)))
    z = linear(inputs[-1], *layers[-1])
    g = {start}
    found = []
    for (weight, _), given in zip(layers[::-1], inputs[::-1]):
        gx, *both = linear_backward(g, given, weight)
        found = [*both, *found]
        g = {slope}
    return {result}
"""


GRADIENTS = "gradients(parameters, x, y)"
TWO = {
    "parameters": network(30, 3, 4, 3),
    "x": numbers(31, 5, 3),
    "y": np.array([2, 0, 1, 1, 2]),
}
THREE = {"parameters": network(32, 2, 4, 4, 3), "x": numbers(33, 6, 2), "y": np.arange(6) % 3}

gradients = Task(
    "gradients",
    [
        Check(
            "one row and one layer, worked out on paper",
            GRADIENTS,
            {
                "parameters": [np.zeros((1, 2)), np.zeros(2)],
                "x": np.array([[4.0]]),
                "y": np.array([0]),
            },
            points=2,
            public=True,
            expected=[np.array([[-2.0, 2.0]]), np.array([-0.5, 0.5])],
        ),
        Check("two layers", GRADIENTS, TWO, points=5),
        Check("three layers", GRADIENTS, THREE, points=5),
        Check("arguments", GRADIENTS, TWO, Unchanged(), points=2),
    ],
    title="A network backwards",
    mistakes={
        "slope_missing": backward(slope="gx"),
        "missing_mean": backward("cross_entropy_derivative(y, z) * len(x)"),
        "extra_mean": backward("cross_entropy_derivative(y, z) / len(x)"),
        "sign": backward("cross_entropy_derivative(y, z) * -1"),
        "relu_last": backward("relu_backward(cross_entropy_derivative(y, z), z)"),
        "backward_order": backward(result="found[::-1]"),
        "backward_order.2": backward(
            result="[a for i in range(len(found) - 2, -1, -2) for a in found[i : i + 2]]"
        ),
        "clips_gradient": backward(slope="relu(gx)"),
    },
    needs=("linear", "linear_backward", "relu_backward"),
    hints=(
        "Keep what each layer was given: linear_backward and relu_backward ask for it.",
        "relu hands on where its output is greater than 0, which is what the next layer was given.",
    ),
    tutorial=BY_HAND,
)

PREDICT = "predict(parameters, x)"
CLASSES = {"parameters": network(40, 3, 4, 3), "x": numbers(41, 7, 3)}

predict = Task(
    "predict",
    [
        Check(
            "the largest of three, on paper",
            PREDICT,
            {
                "parameters": [np.eye(3), np.zeros(3)],
                "x": np.array([[1.0, 5.0, 2.0], [9.0, 0.0, 3.0]]),
            },
            public=True,
            expected=[1, 0],
        ),
        Check("two layers", PREDICT, CLASSES, points=2),
        Check(
            "as many rows as classes, logits below 0",
            PREDICT,
            {
                "parameters": [np.eye(3), np.full(3, -9.0)],
                "x": np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 5.0], [0.0, -1.0, -2.0]]),
            },
        ),
        Check("one row", PREDICT, CLASSES | {"x": numbers(42, 1, 3)}),
    ],
    title="The class of each row",
    mistakes={
        "wrong_axis": "lambda parameters, x: logits(parameters, x).argmax(axis=0)",
        "wrong_axis.2": "lambda parameters, x: logits(parameters, x).argmax()",
        "largest_value": "lambda parameters, x: logits(parameters, x).max(axis=1)",
        "swapped": "lambda parameters, x: logits(parameters, x).argmin(axis=1)",
        "two_classes": "lambda parameters, x: (logits(parameters, x)[:, 1] > 0) * 1",
    },
    needs=("logits",),
    tutorial=NETWORKS,
)


# --- optimizers -----------------------------------------------------------------------------


def optimizer(name, before="", body="", after=""):
    """The source of an optimizer: what happens in each step, for each parameter i."""
    return f"""
class {name}({name}):
    def step(self, gradients):
        {before or "0"}
        for i, (p, g) in enumerate(zip(self.parameters, gradients)):
            {body}
        {after or "0"}
"""


def sgd(body):
    """The source of an SGD with another step for parameter p, gradient g, and velocity v[i]."""
    return optimizer("SGD", "v = self.velocities", body)


SGD_STEPS = """
optimizer = SGD([weight, bias], learning_rate=0.1, momentum=0.75)
for pair in steps:
    optimizer.step(pair)
[weight, bias]
"""
STEPS = {
    "weight": numbers(50, 2, 3),
    "bias": numbers(51, 2, 3),
    "steps": [[numbers([52, i], 2, 3), numbers([53, i], 2, 3)] for i in range(4)],
}
STEPS_ONLY = """
optimizer = {}([np.ones((2, 3)), np.zeros((2, 3))], learning_rate=0.1)
for pair in steps:
    optimizer.step(pair)
"""
IN_PLACE = "The parameters must change in place, as in GradientDescent: the network has the arrays."

sgd_task = Task(
    "SGD",
    [
        Check(
            "two steps, worked out on paper",
            "optimizer = SGD([weight, bias], learning_rate=0.1, momentum=0.5)\n"
            "for pair in steps:\n    optimizer.step(pair)\n[weight, bias]",
            {
                "weight": np.array([1.0, -2.0]),
                "bias": np.array([3.0]),
                "steps": [[np.array([2.0, 0.0]), np.array([10.0])] for _ in range(2)],
            },
            points=2,
            public=True,
            expected=[np.array([0.5, -2.0]), np.array([0.5])],
        ),
        Check("four steps of two parameters", SGD_STEPS, STEPS, points=5),
        Check(
            "without momentum",
            SGD_STEPS.replace("0.75", "0.0"),
            STEPS | {"weight": numbers(54, 2, 3)},
            points=3,
        ),
        Check(
            "gradients are left alone",
            STEPS_ONLY.format("SGD"),
            {"steps": STEPS["steps"]},
            Unchanged(),
            points=2,
        ),
    ],
    title="Gradient descent with momentum",
    mistakes={
        "no_memory": sgd("p -= self.learning_rate * g"),
        "no_update": sgd("v[i] = self.momentum * v[i] + g"),
        "sign": sgd("v[i] = self.momentum * v[i] + g; p += self.learning_rate * v[i]"),
        "weighted_average": sgd(
            "v[i] = self.momentum * v[i] + (1 - self.momentum) * g; p -= self.learning_rate * v[i]"
        ),
        "undamped": sgd("v[i] = v[i] + g; p -= self.learning_rate * v[i]"),
        "fixed_momentum": sgd("v[i] = 0.9 * v[i] + g; p -= self.learning_rate * v[i]"),
        "rate_missing": sgd("v[i] = self.momentum * v[i] + g; p -= v[i]"),
        "rate_twice": sgd(
            "v[i] = self.momentum * v[i] + self.learning_rate * g; p -= self.learning_rate * v[i]"
        ),
        "shared_state": sgd("v[0] = self.momentum * v[0] + g; p -= self.learning_rate * v[0]"),
        "old_velocity": sgd("p -= self.learning_rate * v[i]; v[i] = self.momentum * v[i] + g"),
        "nesterov": sgd(
            "v[i] = self.momentum * v[i] + g; p -= self.learning_rate * (g + self.momentum * v[i])"
        ),
    },
    hints=("Make the velocities in __init__, one for each parameter.", IN_PLACE),
    tutorial=OPTIMIZERS,
)


def adam(
    mean="m / (1 - 0.9**t)",
    square="v / (1 - 0.999**t)",
    move="p -= 0.1 * mean / (np.sqrt(square) + 1e-8)",
    power="g**2",
    t="self.t",
    memory="self.m[i], self.v[i]",
):
    """The source of an Adam with learning rate 0.1 and something else in one place."""
    body = (
        f"m, v = {memory}; t = {t}; m = 0.9 * m + 0.1 * g; v = 0.999 * v + 0.001 * {power};"
        f" self.m[i], self.v[i] = m, v; mean, square = {mean}, {square}; {move}"
    )
    return optimizer("Adam", "self.t += 1", body)


ADAM_STEPS = """
optimizer = Adam([weight, bias], learning_rate=0.1)
for pair in steps:
    optimizer.step(pair)
[weight, bias]
"""

adam_task = Task(
    "Adam",
    [
        Check(
            "one step, worked out on paper",
            ADAM_STEPS,
            {
                "weight": np.array([1.0, 1.0]),
                "bias": np.array([3.0]),
                "steps": [[np.array([40.0, -1000.0]), np.array([0.0])]],
            },
            points=2,
            public=True,
            expected=[np.array([0.9, 1.1]), np.array([3.0])],
        ),
        Check("four steps of two parameters", ADAM_STEPS, STEPS, points=5),
        Check(
            "gradients are left alone",
            STEPS_ONLY.format("Adam"),
            {"steps": STEPS["steps"]},
            Unchanged(),
            points=2,
        ),
    ],
    title="Adam",
    mistakes={
        "no_bias_correction": adam(mean="m", square="v"),
        "late_clock": adam(t="self.t - 1"),
        "no_root": adam(move="p -= 0.1 * mean / (square + 1e-8)"),
        "no_update": adam(move="0"),
        "sign": adam(move="p += 0.1 * mean / (np.sqrt(square) + 1e-8)"),
        "no_memory": adam(t="1", memory="0, 0"),
        "no_memory.2": adam(memory="0, 0"),
        "late_clock.2": adam(t="1"),
        "clock_per_parameter": adam(t="2 * self.t - 1 + i"),
        "not_squared": adam(power="g"),
        "not_squared.2": adam(power="abs(g)"),
    },
    hints=("Count the steps in self, once for each step, and start with t = 1.", IN_PLACE),
    tutorial=OPTIMIZERS,
)


# --- training -------------------------------------------------------------------------------


def batches(order="np.random.default_rng(seed).permutation(count)", stop="count", piece=""):
    """The source of `minibatches`, with something else in one place."""
    return f"""
def minibatches(count, size, seed):
    order = {order}
    return [{piece or "order[i : i + size]"} for i in range(0, {stop}, size)]
"""


minibatches = Task(
    "minibatches",
    [
        Check(
            "how many are in each",
            "[len(rows) for rows in minibatches(count=10, size=4, seed=0)]",
            public=True,
            expected=[4, 4, 2],
        ),
        Check("ten rows in fours", "list(minibatches(count=10, size=4, seed=3))", points=3),
        Check("it comes out even", "list(minibatches(count=9, size=3, seed=1))", points=2),
        Check("more than there are", "list(minibatches(count=5, size=8, seed=2))"),
    ],
    title="Minibatches",
    mistakes={
        "not_shuffled": batches("np.arange(count)"),
        "drops_rest": batches(stop="count - size + 1"),
        "with_replacement": batches("np.random.default_rng(seed).integers(0, count, count)"),
        "with_replacement.2": batches(
            "np.random.default_rng(seed)", piece="order.integers(0, count, size)"
        ),
        "same_batch": batches(piece="order[: min(size, count - i)]"),
        "same_batch.2": batches(piece="order[:size]"),
        "equal_parts": "lambda count, size, seed: np.array_split("
        "np.random.default_rng(seed).permutation(count), -(-count // size))",
    },
    hints=("range(0, count, size) gives where the pieces begin.",),
    tutorial=NETWORKS,
)


def loop(
    batch="minibatches(len(x), size, seed + epoch)",
    found="gradients(p, x[rows], y[rows])",
    step="made.step(found)",
    made="optimizer(p)",
    result="p",
):
    """The source of `train`, with something else in one place."""
    return f"""
def train(x, y, sizes, optimizer, epochs, size, seed):
    p = initial_parameters(sizes, seed)
    start = [a.copy() for a in p]
    made = {made}
    for epoch in range(epochs):
        for k, rows in enumerate({batch}):
            found = {found}
            {step}
    return {result}
"""


# given to `train` beside the submission: it notices when it is made anew, or steps too often
SLOWING = """
class Slowing:
    def __init__(self, parameters):
        self.parameters, self.steps = parameters, 0

    def step(self, gradients):
        self.steps += 1
        for parameter, gradient in zip(self.parameters, gradients):
            parameter -= gradient / self.steps

train(x, y, {}, Slowing, epochs={}, size={}, seed={})
"""
ROWS = {"x": numbers(60, 7, 2), "y": np.array([0, 1, 1, 0, 2, 2, 1])}
DESCENT = (
    "descent = lambda parameters: GradientDescent(parameters, learning_rate={})\n"
    "predict(train(x, y, {}, descent, epochs={}, size={}, seed=0), x_new)"
)


def halves(data):
    """Points to learn from, and the x and y of those that are held out."""
    half = len(data.x) // 2
    return {"x": data.x[:half], "y": data.y[:half], "x_new": data.x[half:]}, data.y[half:]


MOONS, MOONS_TRUTH = halves(make_moons(400, noise=0.15, rng=7))

train = Task(
    "train",
    [
        Check(
            "four points on a line",
            DESCENT.format(0.5, [1, 2], 10, 2),
            {
                "x": np.array([[-2.0], [-1.0], [1.0], [2.0]]),
                "y": np.array([0, 0, 1, 1]),
                "x_new": np.array([[-3.0], [0.5], [1.5]]),
            },
            public=True,
            expected=[0, 1, 1],
        ),
        Check("three epochs", SLOWING.format([2, 4, 3], 3, 3, 4), ROWS, points=3),
        Check("one layer, two epochs", SLOWING.format([2, 3], 2, 2, 9), ROWS, points=2),
        Check("data are left alone", SLOWING.format([2, 3], 2, 2, 9), ROWS, Unchanged()),
        Check(
            "95 % of the moons that it has not seen",
            DESCENT.format(1.0, [2, 16, 2], 40, 40),
            MOONS,
            Scores("accuracy", MOONS_TRUTH, 0.95),
            points=3,
        ),
    ],
    title="The training loop",
    mistakes={
        "unpaired": loop(found="gradients(p, x[rows], y[: len(rows)])"),
        "unpaired.2": loop(found="gradients(p, x[rows], y[k * size : k * size + len(rows)])"),
        "same_order": loop("minibatches(len(x), size, seed)"),
        "same_batch": loop(
            "[minibatches(len(x), size, seed + epoch)[0] for _ in range(0, len(x), size)]"
        ),
        "same_batch.2": loop("minibatches(len(x), size, seed + epoch)[:1]"),
        "same_batch.3": loop(
            "[minibatches(len(x), size, seed)[0] for _ in range(0, len(x), size)]"
        ),
        "same_batch.4": loop("minibatches(len(x), size, seed)[:1]"),
        "all_rows": loop("[np.arange(len(x))]"),
        "all_rows.2": loop(found="gradients(p, x, y)"),
        "stale_gradients": loop(found="gradients(start, x[rows], y[rows])"),
        "no_memory": loop(step="optimizer(p).step(found)"),
        "no_memory.2": loop(step="made = made if k else optimizer(p); made.step(found)"),
        "no_update": loop(result="start"),
        "sign": loop(step="made.step([-g for g in found])"),
        "one_step_an_epoch": loop(step="pass\n        made.step(found)"),
    },
    needs=("initial_parameters", "gradients", "minibatches", "predict"),
    hints=("Two loops, one inside the other: epochs, and the pieces of each.",),
    tutorial=NETWORKS,
)

LEARNS = """
chosen = settings()
parameters, steps = initial_parameters(chosen["sizes"], 0), 0
for epoch in range(int(chosen["epochs"])):
    for rows in minibatches(len(x), int(chosen["size"]), epoch):
        if steps < 300:
            found, steps = gradients(parameters, x[rows], y[rows]), steps + 1
            parameters = [p - chosen["learning_rate"] * g for p, g in zip(parameters, found)]
predict(parameters, x_new)
"""
SPIRALS, SPIRALS_TRUTH = halves(make_spirals(1200, rng=11))

settings = Task(
    "settings",
    [
        Check(
            "columns in, columns out",
            'sizes = settings()["sizes"]\n[sizes[0], sizes[-1]]',
            public=True,
            expected=[2, 3],
        ),
        Check(
            "95 % of the spirals that it has not seen",
            LEARNS,
            SPIRALS,
            Scores("accuracy", SPIRALS_TRUTH, 0.95),
            points=7,
            blames="not_learned",
        ),
    ],
    title="Settings for three spiral arms",
    needs=("initial_parameters", "gradients", "minibatches", "predict"),
    hints=(
        "Look at the loss after each epoch: does it still fall, or jump, or not move at all?",
        "One hidden layer of 32 is not enough in 300 steps; two of them are.",
    ),
    tutorial=NETWORKS,
)

assignment = Assignment(
    title="Layers, an optimizer, and training",
    file="network.py",
    minutes=900,
    seconds=20.0,
    uses={"losses.py": "03_losses"},
    tasks=[
        linear,
        linear_backward,
        relu_backward,
        initial_parameters,
        logits,
        gradients,
        predict,
        sgd_task,
        adam_task,
        minibatches,
        train,
        settings,
    ],
    misconceptions={
        "no_bias": Misconception(
            "the bias is missing",
            "x @ weight alone gives 0 for x = 0; the bias is added to each row.",
            "Add bias behind the product.",
            BY_HAND,
        ),
        "kink_of_relu": Misconception(
            "hands on the gradient at x = 0",
            "relu has a corner at 0; by agreement its slope there is 0.",
            "Compare with x > 0 instead of x >= 0.",
            BY_HAND,
        ),
        "clips_gradient": Misconception(
            "looks at the sign of the gradient instead of the input",
            "relu blocks where its input was negative; a gradient may be negative, and passes.",
            "Ask where x > 0, and hand on g there, whatever its sign.",
            BY_HAND,
        ),
        "relu_of_product": Misconception(
            "multiplied with the input instead of the slope",
            "The slope of relu is 1 where x > 0, however large x is.",
            "Multiply g with 1 or 0.",
            BY_HAND,
        ),
        "unscaled": Misconception(
            "the weights are not scaled",
            "A sum of n random numbers has √n times their size, so it grows from layer to layer.",
            "Multiply with the square root of 2 / (columns in).",
            STARTS,
        ),
        "variance_as_scale": Misconception(
            "the variance in the place of the standard deviation",
            "2 / (columns in) is the variance; what multiplies a standard normal is its root.",
            "Take np.sqrt of it.",
            STARTS,
        ),
        "both_sides": Misconception(
            "the rule of Glorot instead of He",
            "2 / (in + out) is for layers with tanh; with relu it is 2 / in.",
            "Divide by the columns that come in only.",
            STARTS,
        ),
        "zero_weights": Misconception(
            "all weights start at 0",
            "Then all units of a layer get the same gradient and stay alike forever.",
            "Draw the weights at random; only biases start at 0.",
            STARTS,
        ),
        "restarted_rng": Misconception(
            "the generator is made anew for each layer",
            "The same seed gives the same numbers, so layers of one shape begin as copies.",
            "Make rng once, before the loop.",
            STARTS,
        ),
        "other_generator": Misconception(
            "other random numbers than asked for",
            "np.random.randn and rng.random draw others than rng.standard_normal of a generator.",
            "Draw from rng = np.random.default_rng(seed), by rng.standard_normal.",
            STARTS,
        ),
        "relu_last": Misconception(
            "a relu behind the last layer",
            "Logits may be negative; cut off at 0, and the network cannot say no.",
            "Apply relu between two layers only, and relu_backward likewise.",
            NETWORKS,
        ),
        "relu_first": Misconception(
            "a relu before the first layer",
            "It throws away what is negative in the data, before anything has looked at it.",
            "Apply relu between two layers only.",
            NETWORKS,
        ),
        "probabilities": Misconception(
            "probabilities instead of logits",
            "softmax is a part of the cross entropy, which takes logits and does it safely.",
            "Return what the last layer gives.",
            NETWORKS,
        ),
        "no_activation": Misconception(
            "no relu between the layers",
            "A line of a line is a line: without relu, several layers can do no more than one.",
            "Apply relu to what a layer gives before the next one gets it.",
            NETWORKS,
        ),
        "backward_order": Misconception(
            "gradients in the order in which they were found",
            "The way back finds the last layer first, but the parameters begin with the first.",
            "Put what is found in front of the list.",
            BY_HAND,
        ),
        "two_classes": Misconception(
            "as if there were two classes",
            "A threshold parts two classes; of several, the one with the largest logit is meant.",
            "Use argmax along the row.",
            NETWORKS,
        ),
        "largest_value": Misconception(
            "the largest logit instead of its place",
            "The class is the number of the column, not what stands in it.",
            "Use argmax instead of max.",
            NETWORKS,
        ),
        "weighted_average": Misconception(
            "the gradient comes in with 1 − momentum",
            "That is an average of gradients; here the velocity is a sum, with shrinking weights.",
            "velocity = momentum · velocity + gradient.",
            OPTIMIZERS,
        ),
        "undamped": Misconception(
            "the velocity is not multiplied by momentum",
            "Then nothing ever slows the ball, and it runs past every minimum.",
            "velocity = momentum · velocity + gradient.",
            OPTIMIZERS,
        ),
        "fixed_momentum": Misconception(
            "momentum is taken as 0.9",
            "How much of the velocity is kept is an argument.",
            "Keep momentum in self, and use it in step.",
            OPTIMIZERS,
        ),
        "rate_missing": Misconception(
            "the learning rate is not used",
            "The parameter moves by the whole velocity, which overshoots.",
            "Multiply the velocity with learning_rate.",
            OPTIMIZERS,
        ),
        "rate_twice": Misconception(
            "the learning rate comes in twice",
            "It is in the velocity already, and multiplied once more where the parameter moves.",
            "Use it in one of the two places.",
            OPTIMIZERS,
        ),
        "shared_state": Misconception(
            "one velocity for all parameters",
            "Each parameter goes its own way, so each needs an array of its own.",
            "Keep a list of velocities, one for each parameter.",
            OPTIMIZERS,
        ),
        "old_velocity": Misconception(
            "moves with the velocity of the step before",
            "The gradient of this step must be in the velocity before the parameter moves.",
            "First the velocity, then the parameter.",
            OPTIMIZERS,
        ),
        "nesterov": Misconception(
            "momentum after Nesterov instead of the plain one",
            "It looks one step ahead; here the parameter moves by the velocity itself.",
            "parameter = parameter − learning_rate · velocity.",
            OPTIMIZERS,
        ),
        "no_bias_correction": Misconception(
            "the averages are not corrected for their start at 0",
            "After one step, m is a tenth of the gradient, but √v a thirtieth: steps too long.",
            "Divide m by 1 − beta1ᵗ and v by 1 − beta2ᵗ.",
            OPTIMIZERS,
        ),
        "late_clock": Misconception(
            "the count of steps is wrong",
            "Steps are counted from t = 1, and t grows with each; at t = 0 one divides by 0.",
            "Add 1 to self.t at the beginning of step.",
            OPTIMIZERS,
        ),
        "clock_per_parameter": Misconception(
            "t counts parameters instead of steps",
            "All parameters of one step share the same t.",
            "Add 1 to self.t once in step, outside of the loop.",
            OPTIMIZERS,
        ),
        "no_root": Misconception(
            "the square root is missing",
            "m / v has not the size of a step; m / √v is about 1, whatever the gradient's scale.",
            "Divide by np.sqrt of the second average.",
            OPTIMIZERS,
        ),
        "not_squared": Misconception(
            "the second average is not one of squares",
            "v says how large gradients are, so it averages gradient².",
            "Square the gradient in v.",
            OPTIMIZERS,
        ),
        "not_shuffled": Misconception(
            "the rows are not shuffled",
            "In the order of a file, neighbours are often alike, and a piece shows one class.",
            "Cut rng.permutation(count) into pieces, not np.arange(count).",
            NETWORKS,
        ),
        "drops_rest": Misconception(
            "the last, smaller piece is missing",
            "Its rows are never learned from in this epoch.",
            "Let the pieces begin at range(0, count, size); slices stop at the end by themselves.",
            NETWORKS,
        ),
        "with_replacement": Misconception(
            "rows are drawn with replacement",
            "Some come twice and others not at all; in an epoch each row comes once.",
            "Use rng.permutation, and cut it into pieces.",
            NETWORKS,
        ),
        "same_batch": Misconception(
            "always the same rows",
            "Each step learns from the first piece, and the rest of the data is never seen.",
            "Let the slice move on, or loop over all the pieces.",
            NETWORKS,
        ),
        "equal_parts": Misconception(
            "pieces of nearly equal size",
            "array_split shares rows out evenly; asked are pieces of `size`, and a smaller last.",
            "Slice order[i : i + size].",
            NETWORKS,
        ),
        "unpaired": Misconception(
            "x is shuffled, y is not",
            "Each row then learns the class of another one, which is noise.",
            "Index both with the same rows: x[rows], y[rows].",
            NETWORKS,
        ),
        "same_order": Misconception(
            "the same order in every epoch",
            "With the same seed, each epoch cuts the data into the same pieces.",
            "Give minibatches seed + epoch.",
            NETWORKS,
        ),
        "all_rows": Misconception(
            "all rows in each step",
            "That is a step for the price of many; minibatches make several steps for one pass.",
            "Take the gradients of x[rows], y[rows].",
            NETWORKS,
        ),
        "stale_gradients": Misconception(
            "all gradients are taken at the start",
            "After a step the slope is another one.",
            "Compute the gradients inside the loop, with the parameters as they are now.",
            NETWORKS,
        ),
        "one_step_an_epoch": Misconception(
            "one step for each epoch",
            "The step stands behind the inner loop, so only the last piece counts.",
            "Indent the step into the loop over the pieces.",
            NETWORKS,
        ),
        "not_learned": Misconception(
            "the network does not learn the data",
            "Too few units to bend the border, too few steps, or steps too short or too long.",
            "Change one setting at a time, and look at the loss after each epoch.",
            NETWORKS,
        ),
    },
)
