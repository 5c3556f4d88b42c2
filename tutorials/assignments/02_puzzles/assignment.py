"""Forty derivative puzzles: the checks.

A puzzle is a row of `puzzle(…)`: its name, the numbers of the public check and what they give on
paper, other numbers (of another size) for the hidden one, and what each known mistake would write.
"""

import numpy as np

from tinynet.classroom import Assignment, Check, Equal, Fast, Misconception, Task, Unchanged

README = "tutorials/assignments/02_puzzles/README.md"
ARRAYS = "tutorials/04_arrays.py"
FORMULA = Equal(tolerance=1e-11)  # more digits than finite differences have
KINDS = {"jacobian": "the Jacobian", "gradient": "the gradient", "vjp": "g·J"}


def v(*numbers):
    """A vector, or of lists a matrix, of floats."""
    return np.array(numbers, dtype=float)


def puzzle(name, given, expected, other, hints, mistakes, third=None, of="", by="x"):
    """The task: two points, or three with a third check (a dict of what `Check` takes)."""
    function, kind = name.rsplit("_", 1)
    call = f"{name}({', '.join(given)})"
    value = of or f"{function}({', '.join(key for key in given if key != 'g')})"
    checks = [
        Check("worked out on paper", call, given, public=True, expected=expected),
        Check("other numbers, of another size", call, other, FORMULA),
    ]
    if third is not None:
        checks.append(Check(**{"source": call, "inputs": other} | third))
    return Task(
        name,
        checks,
        title=f"{KINDS[kind]} of {value}, by {by}",
        mistakes={key: f"lambda {', '.join(given)}: {code}" for key, code in mistakes.items()},
        derivative_of=value,
        by=by,
        hints=hints,
        tutorial=ARRAYS if kind == "vjp" else README,
    )


def diagonal(slopes, **more):
    """The mistakes where each output looks at one input, with these slopes."""
    return {"slopes_only": slopes, "everywhere": f"np.ones((len(x), 1)) * {slopes}", **more}


# --- the numbers ----------------------------------------------------------------------------

X = {"x": v(1, 2, 4)}
X4 = {"x": v(0.5, -1.5, 2, 3)}
POSITIVE = {"x": v(0.5, 1.5, 2, 3.25)}
SIGNED = {"x": v(-2, -0.5, 0.75, 1.5, 3)}
W = {"w": v(3, -1, 0.5)}
W4 = {"w": v(-2, 0.25, 1.5, 5)}
LOGS = {"x": np.log(v(1, 2, 5))}
HUGE = {"x": v(1000, 0, 999)}
ROWS = {"x": np.log(v([1, 1, 2], [1, 3, 4]))}
ROWS4 = {"x": v([0.5, -1, 2, 0.25], [3, 1, -2, 0], [0, 0.5, 1, -1])}
HUGE_ROWS = {"x": v([1000, 0, 998], [-1000, -999, -2000])}
G23 = {"g": v([1, 0, 2], [-1, 3, 0.5])}
G34 = {"g": v([1, 0, -2, 0.5], [3, -1, 0.25, 2], [-0.5, 4, 1, 1])}
MANY = "np.linspace(-1, 1, 1_000_000)"

ALL_TOO_LARGE = {"title": "numbers of about 1000", "inputs": HUGE, "blames": "overflow"}
UNCHANGED = {"title": "arguments", "judgement": Unchanged()}
WHOLE = {"title": "whole numbers", "inputs": {"x": np.array([3, 1, 2, 5])}}

# --- the puzzles ----------------------------------------------------------------------------

ONE_INPUT = [
    puzzle(
        "same_jacobian",
        X,
        np.eye(3),
        X4,
        ["How fast does y₀ grow with x₀, and how fast with x₁?", "np.eye(n) has ones on it."],
        diagonal("np.ones(len(x))", value_instead="x"),
    ),
    puzzle(
        "scale_jacobian",
        X | {"a": 3.0},
        [[3, 0, 0], [0, 3, 0], [0, 0, 3]],
        X4 | {"a": -1.5},
        ["What does a constant factor do to a slope?", "It is a times the J of same."],
        diagonal(
            "np.full(len(x), a)",
            value_instead="a * x",
            factor="np.eye(len(x))",
            input_kept="np.diag(a * x)",
        ),
    ),
    puzzle(
        "weigh_jacobian",
        X | W | {"b": v(7, 8, 9)},
        [[3, 0, 0], [0, -1, 0], [0, 0, 0.5]],
        X4 | W4 | {"b": v(1, -1, 0, 2)},
        ["What is the slope of a constant that is added?", "np.diag(slopes) makes a matrix."],
        diagonal(
            "w",
            value_instead="w * x + b",
            wrong_argument="np.diag(x)",
            input_kept="np.diag(w * x)",
            constant_kept="np.diag(w + b)",
        ),
    ),
    puzzle(
        "square_jacobian",
        X,
        [[2, 0, 0], [0, 4, 0], [0, 0, 8]],
        X4,
        ["What is the slope of x², for one number?", "np.diag puts the slopes on the diagonal."],
        diagonal("2 * x", value_instead="x**2", factor="np.diag(x)"),
    ),
    puzzle(
        "power_jacobian",
        X | {"p": 3.0},
        [[3, 0, 0], [0, 12, 0], [0, 0, 48]],
        POSITIVE | {"p": 2.5},
        ["The exponent comes down as a factor, and then?", "The slope is p x to the power p − 1."],
        diagonal(
            "p * x ** (p - 1)",
            value_instead="x**p",
            exponent="np.diag(p * x**p)",
            one_shape_only="np.diag(3 * x**2)",
            factor="np.diag(x ** (p - 1))",
        ),
    ),
]

CURVES = [
    puzzle(
        "exponential_jacobian",
        {"x": np.log(v(1, 2, 4))},
        [[1, 0, 0], [0, 2, 0], [0, 0, 4]],
        SIGNED,
        ["Which function is its own slope?", "The slopes are the values: np.exp(x)."],
        diagonal(
            "np.exp(x)",
            power_rule="np.diag(x * np.exp(x - 1))",
            **{"power_rule.2": "np.diag(x * np.exp(x))"},
        ),
    ),
    puzzle(
        "logarithm_jacobian",
        X,
        [[1, 0, 0], [0, 0.5, 0], [0, 0, 0.25]],
        POSITIVE,
        ["log rises steeply near 0, and ever slower.", "The slope of log x is 1/x."],
        diagonal(
            "1 / x",
            value_instead="np.log(x)",
            sign="np.diag(-1 / x)",
            integer_division="np.diag(1 // x)",
        ),
    ),
    puzzle(
        "sigmoid_jacobian",
        {"x": np.log(v(1, 3, 4))},
        [[0.25, 0, 0], [0, 0.1875, 0], [0, 0, 0.16]],
        SIGNED,
        ["Write s for the value; the slope is a formula in s alone.", "The slope is s (1 − s)."],
        diagonal(
            "sigmoid(x) * (1 - sigmoid(x))",
            value_instead="sigmoid(x)",
            input_for_value="np.diag(x * (1 - x))",
            exp_rule="np.diag(sigmoid(x))",
            sign="np.diag(sigmoid(x) * (sigmoid(x) - 1))",
        ),
    ),
    puzzle(
        "tanh_jacobian",
        {"x": np.log(v(1, 2, 3))},
        [[1, 0, 0], [0, 0.64, 0], [0, 0, 0.36]],
        SIGNED,
        ["It is steepest at 0, with slope 1, and flat far out.", "The slope is 1 − y²."],
        diagonal(
            "1 - np.tanh(x) ** 2",
            value_instead="np.tanh(x)",
            input_for_value="np.diag(1 - x**2)",
            exponent="np.diag(1 - np.tanh(x))",
        ),
    ),
    puzzle(
        "relu_jacobian",
        {"x": v(1.5, -2, 0.5)},
        [[1, 0, 0], [0, 0, 0], [0, 0, 1]],
        SIGNED,
        ["There are two slopes: which two?", "np.where(x > 0, 1.0, 0.0) are the slopes."],
        diagonal(
            "np.where(x > 0, 1.0, 0.0)",
            value_instead="np.where(x > 0, x, 0)",
            input_for_value="np.diag(np.where(x > 0, x, 0))",
            wrong_branch="np.diag(np.where(x > 0, 0.0, 1.0))",
            slope_at_zero="np.diag(np.where(x >= 0, 1.0, 0.0))",
        ),
        {"title": "an input that is exactly 0", "inputs": {"x": v(0, 2, -1, 0)}},
    ),
]

ONE_NUMBER = [
    puzzle(
        "total_gradient",
        X,
        [1, 1, 1],
        X4,
        ["How much does the sum grow when one number grows by 1?", "n ones: np.ones(len(x))."],
        {"value_instead": "x.sum()", "matrix_instead": "np.eye(len(x))", "one_use": "1.0"},
    ),
    puzzle(
        "mean_gradient",
        X,
        v(1, 1, 1) / 3,
        X4,
        ["The mean is the sum, times what?", "n times 1/n: np.full(len(x), …)."],
        {
            "missing_mean": "np.ones(len(x))",
            "value_instead": "x.mean()",
            "integer_division": "np.full(len(x), 1 // len(x))",
            "matrix_instead": "np.eye(len(x)) / len(x)",
            "extra_mean": "np.full(len(x), 1 / len(x) ** 2)",
            "one_shape_only": "np.full(len(x), 1 / 3)",
            "input_kept": "x / len(x)",
        },
    ),
    puzzle(
        "dot_gradient",
        X | W,
        [3, -1, 0.5],
        X4 | W4,
        ["x₁ is multiplied with one number: which?", "The slope by xⱼ is wⱼ."],
        {
            "wrong_argument": "x",
            "value_instead": "w @ x",
            "input_kept": "w * x",
            "matrix_instead": "np.diag(w)",
        },
    ),
    puzzle(
        "product_gradient",
        {"x": v(2, 3, 4)},
        [12, 8, 6],
        X4,
        [
            "The slope by x₀ is the product of all the others.",
            "Make a matrix whose row i is x with a 1 at place i, and multiply along its rows.",
        ],
        {
            "divided_by_factor": "x.prod() / x",
            "value_instead": "x.prod()",
            "everywhere": "np.full(len(x), x.prod())",
            "one_use": "x.prod() / x[0] * np.eye(len(x))[0]",
        },
        {"title": "one factor is 0", "inputs": {"x": v(3, 0, -2, 5)}},
    ),
    puzzle(
        "largest_gradient",
        {"x": v(2, 7, 4)},
        [0, 1, 0],
        X4,
        ["Move a number that is not the largest: what happens?", "Compare x with x.max()."],
        {
            "position": "np.argmax(x)",
            "value_instead": "x.max()",
            "input_kept": "np.where(x == x.max(), x, 0)",
            "everywhere": "np.ones(len(x))",
            "swapped": "np.where(x == x.min(), 1.0, 0.0)",
        },
    ),
]

MOVED = [
    puzzle(
        "backwards_jacobian",
        X,
        [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
        X4,
        ["Row 0 belongs to y₀, which is the last x.", "Do to the rows of np.eye what f does to x."],
        {
            "value_instead": "x[::-1]",
            "not_moved": "np.eye(len(x))",
            "everywhere": "np.ones((len(x), len(x)))",
            "input_kept": "np.diag(x)[::-1]",
        },
    ),
    puzzle(
        "delay_jacobian",
        X,
        [[0, 0, 0], [1, 0, 0], [0, 1, 0]],
        X4,
        ["y₁ is x₀: in which row and column is that 1?", "np.eye has an argument k."],
        {
            "transposed": "np.eye(len(x), k=1)",
            "wraps_round": "np.roll(np.eye(len(x)), 1, axis=0)",
            "not_moved": "np.eye(len(x))",
            "off_by_one": "np.eye(len(x), k=-2)",
        },
    ),
    puzzle(
        "repeat_jacobian",
        {"x": v(1, 2), "k": 3},
        [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]],
        X4 | {"k": 2},
        ["J has more rows than columns.", "np.repeat of the rows of np.eye, along axis 0."],
        {
            "transposed": "np.repeat(np.eye(len(x)), k, axis=1)",
            "permuted": "np.tile(np.eye(len(x)), (k, 1))",
            "one_shape_only": "np.repeat(np.eye(len(x)), 3, axis=0)",
            "value_instead": "np.repeat(x, k)",
            "factor": "np.repeat(np.eye(len(x)), k, axis=0) / k",
        },
    ),
    puzzle(
        "take_jacobian",
        {"x": v(5, 6, 7), "index": np.array([2, 0])},
        [[0, 0, 1], [1, 0, 0]],
        X4 | {"index": np.array([1, 3, 0])},
        ["Row i has its 1 in the column index[i].", "Take those rows of np.eye."],
        {
            "transposed": "np.eye(len(x))[:, index]",
            "value_instead": "x[index]",
            "not_moved": "np.eye(len(index), len(x))",
        },
        {
            "title": "one number taken twice, another never",
            "inputs": X4 | {"index": np.array([3, 1, 1, 2, 1])},
        },
    ),
]

SEVERAL = [
    puzzle(
        "differences_jacobian",
        {"x": v(1, 4, 9, 16)},
        [[-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]],
        SIGNED,
        ["y₀ falls when x₀ grows, and rises with x₁.", "np.diff of np.eye, along axis 0."],
        {
            "one_use": "np.eye(len(x))[1:]",
            "transposed": "np.diff(np.eye(len(x)), axis=1)",
            "both_added": "np.eye(len(x))[1:] + np.eye(len(x))[:-1]",
            "value_instead": "np.diff(x)",
        },
    ),
    puzzle(
        "running_sum_jacobian",
        X,
        [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
        X4,
        ["Which inputs are in y₁?", "Ones on and below the diagonal: np.tri(n)."],
        {
            "transposed": "np.tri(len(x)).T",
            "diagonal": "np.eye(len(x))",
            "off_by_one": "np.tri(len(x), k=-1)",
            "everywhere": "np.ones((len(x), len(x)))",
            "value_instead": "np.cumsum(x)",
            "input_kept": "np.tri(len(x)) * x",
        },
    ),
    puzzle(
        "transform_jacobian",
        {"x": v(1, 2), "a": v([1, 2], [3, 4], [0, 5])},
        [[1, 2], [3, 4], [0, 5]],
        X4 | {"a": v([2, -1, 0.5, 3], [1, 4, -2, 0])},
        ["The slope of yᵢ by xⱼ is one of the numbers of A.", "Row i, column j: aᵢⱼ itself."],
        {
            "transposed": "a.T",
            "value_instead": "a @ x",
            "input_kept": "a * x",
            "not_a_matrix": "a.sum(axis=0)",
        },
    ),
    puzzle(
        "centre_jacobian",
        X,
        [[2 / 3, -1 / 3, -1 / 3], [-1 / 3, 2 / 3, -1 / 3], [-1 / 3, -1 / 3, 2 / 3]],
        X4,
        ["The mean moves, too: by 1/n for each input.", "np.eye(n), minus 1/n everywhere."],
        {
            "held_constant": "np.eye(len(x))",
            "missing_mean": "np.eye(len(x)) - 1",
            "diagonal": "np.eye(len(x)) * (1 - 1 / len(x))",
            "sign": "1 / len(x) - np.eye(len(x))",
            "both_added": "np.eye(len(x)) + 1 / len(x)",
            "value_instead": "x - x.mean()",
        },
    ),
    puzzle(
        "neighbours_jacobian",
        {"x": v(2, 3, 5, 7)},
        [[3, 2, 0, 0], [0, 5, 3, 0], [0, 0, 7, 5]],
        SIGNED,
        [
            "A product has two factors, and a slope by each of them.",
            "np.eye(n)[:-1] and np.eye(n)[1:] pick the places; multiply each with a column.",
        ],
        {
            "one_use": "np.eye(len(x))[:-1] * x[1:, None]",
            "swapped": "np.eye(len(x))[:-1] * x[:-1, None] + np.eye(len(x))[1:] * x[1:, None]",
            "factor_forgotten": "np.eye(len(x))[:-1] + np.eye(len(x))[1:]",
            "value_instead": "x[:-1] * x[1:]",
        },
        {"title": "two numbers only", "inputs": {"x": v(3, -4)}},
    ),
]

ALL_INPUTS = [
    puzzle(
        "share_jacobian",
        {"x": v(1, 3, 4)},
        v([7, -1, -1], [-3, 5, -3], [-4, -4, 4]) / 64,
        POSITIVE,
        ["If x₁ grows, the sum grows, so y₀ falls.", "(δᵢⱼ − yᵢ) / s, where s is the sum."],
        {
            "held_constant": "np.eye(len(x)) / x.sum()",
            "transposed": "(np.eye(len(x)) - x / x.sum()) / x.sum()",
            "diagonal": "np.diag((1 - x / x.sum()) / x.sum())",
            "value_instead": "x / x.sum()",
        },
        WHOLE,
    ),
    puzzle(
        "variance_gradient",
        {"x": v(1, 2, 6)},
        v(-4, -2, 6) / 3,
        SIGNED,
        ["Does the term by way of the mean add up to anything?", "2 (x − m) / n."],
        {
            "missing_mean": "2 * (x - x.mean())",
            "factor": "(x - x.mean()) / len(x)",
            "unbiased": "2 * (x - x.mean()) / (len(x) - 1)",
            "not_centred": "2 * x / len(x)",
            "sign": "2 * (x.mean() - x) / len(x)",
            "value_instead": "np.mean((x - x.mean()) ** 2)",
            "held_twice": "2 * (x - x.mean()) / len(x) * (1 - 1 / len(x))",
        },
        UNCHANGED,
    ),
    puzzle(
        "unit_jacobian",
        {"x": v(2, 3, 6)},
        v([45, -6, -12], [-6, 40, -18], [-12, -18, 13]) / 343,
        X4,
        ["The length moves, too: by yⱼ for each xⱼ.", "(δᵢⱼ − yᵢ yⱼ) / r, r the length."],
        {
            "held_constant": "np.eye(len(x)) / np.linalg.norm(x)",
            "factor_forgotten": "np.eye(len(x)) - np.outer(x, x) / (x @ x)",
            "diagonal": "np.diag(1 - x**2 / (x @ x)) / np.linalg.norm(x)",
            "input_for_value": "(np.eye(len(x)) - np.outer(x, x)) / np.linalg.norm(x)",
            "value_instead": "x / np.linalg.norm(x)",
        },
        WHOLE,
    ),
    puzzle(
        "softmax_jacobian",
        LOGS,
        v([7, -2, -5], [-2, 12, -10], [-5, -10, 15]) / 64,
        X4,
        ["It is share of exp(x): the same terms, and the slope of exp.", "yᵢ (δᵢⱼ − yⱼ)."],
        {
            "diagonal": "np.diag(softmax(x) * (1 - softmax(x)))",
            "slopes_only": "softmax(x) * (1 - softmax(x))",
            "held_constant": "np.diag(softmax(x))",
            "sign": "np.outer(softmax(x), softmax(x)) - np.diag(softmax(x))",
            "value_instead": "softmax(x)",
            "both_added": "np.diag(softmax(x)) + np.outer(softmax(x), softmax(x))",
        },
        ALL_TOO_LARGE,
    ),
    puzzle(
        "log_softmax_jacobian",
        LOGS,
        v([7, -2, -5], [-1, 6, -5], [-1, -2, 3]) / 8,
        X4,
        ["The log of the sum has a slope by xⱼ: softmax of xⱼ.", "δᵢⱼ − softmax(x)ⱼ."],
        {
            "held_constant": "np.eye(len(x))",
            "transposed": "np.eye(len(x)) - softmax(x)[:, None]",
            "diagonal": "np.diag(1 - softmax(x))",
            "slope_missing": "np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))",
            "sign": "softmax(x) - np.eye(len(x))",
            "input_for_value": "np.eye(len(x)) - log_softmax(x)",
        },
        ALL_TOO_LARGE,
    ),
]

WITHOUT_J = [
    puzzle(
        "square_vjp",
        {"g": v(10, 1, 0.5)} | X,
        [20, 4, 4],
        {"g": v(3, -1, 0.5, 2)} | X4,
        ["J is diagonal: what is g times a diagonal matrix?", "Number by number: 2 x g."],
        {
            "upstream": "2 * x",
            "slope_missing": "g",
            "factor": "x * g",
            "whole_jacobian": "g @ np.diag(2 * x)",
            "summed": "np.sum(2 * x * g)",
            "matrix_instead": "np.diag(2 * x * g)",
        },
        {
            "title": "a million numbers",
            "source": f"square_vjp(g={MANY}, x={MANY})[[0, -1]]",
            "inputs": {},
            "hint": "J would have a million million numbers; multiply number by number.",
        },
    ),
    puzzle(
        "running_sum_vjp",
        {"g": v(1, 2, 4)} | X,
        [7, 6, 4],
        {"g": v(3, -1, 0.5, 2)} | X4,
        ["x₀ is in every output, the last x in one only.", "A running sum of g, from the end."],
        {
            "transposed": "np.cumsum(g)",
            "diagonal": "g",
            "everywhere": "np.full(len(g), g.sum())",
            "permuted": "np.cumsum(g[::-1])",
            "upstream": "np.arange(len(x), 0, -1.0)",
            "off_by_one": "np.cumsum(g[::-1])[::-1] - g",
        },
        {
            "title": "a million numbers, fast",
            "source": "x = np.ones(1_000_000)\nrunning_sum_vjp(x, x)[0]",
            "inputs": {},
            "judgement": Fast(8),
            "hint": "Neither J nor a loop: np.cumsum, and x[::-1] to turn an array round.",
        },
    ),
    puzzle(
        "plus_row_vjp",
        {"g": v([1, 2], [3, 4], [5, 7]), "x": v([0, 1], [2, 3], [4, 5]), "b": v(10, 20)},
        [9, 13],
        G34 | ROWS4 | {"b": v(1, 2, 3, 4)},
        ["b₀ is used once in each row.", "Add up what comes back from all rows: axis 0."],
        {
            "not_summed": "g",
            "wrong_axis": "g.sum(axis=1)",
            "extra_mean": "g.mean(axis=0)",
            "one_use": "g[0]",
            "summed": "g.sum()",
            "upstream": "np.full(len(b), float(len(x)))",
        },
        {
            "title": "one row",
            "inputs": {"g": v([1, -2, 0.5]), "x": v([1, 2, 3]), "b": v(4, 5, 6)},
        },
        by="b",
    ),
    puzzle(
        "outer_vjp",
        {"g": v([1, 0, 2], [0, 1, 1]), "x": v(1, 2), "w": v(3, 4, 5)},
        [13, 9],
        G34 | {"x": v(2, -1, 0.5)} | W4,
        ["x₀ is in all of row 0, with the slopes w.", "Multiply g with w, add up each row: g @ w."],
        {
            "wrong_argument": "x @ g",
            "not_summed": "g * w",
            "upstream": "np.full(len(x), w.sum())",
            "factor_forgotten": "g.sum(axis=1)",
            "wrong_axis": "(g * w).sum(axis=0)",
        },
        {"title": "one number", "inputs": {"g": v([1, -2, 0.5]), "x": v(3), "w": v(4, 5, 6)}},
    ),
    puzzle(
        "softmax_rows_vjp",
        {"g": v([1, 0, 0], [0, 8, 0])} | ROWS,
        [[0.1875, -0.0625, -0.125], [-0.375, 1.875, -1.5]],
        G34 | ROWS4,
        ["Multiply g with diag(y) − y yᵀ, in brackets that need no matrix.", "y (g − g·y)."],
        {
            "diagonal": "g * softmax_rows(x) * (1 - softmax_rows(x))",
            "held_constant": "g * softmax_rows(x)",
            "wrong_axis": "softmax_rows(x) * (g - (g * softmax_rows(x)).sum(axis=0))",
            "summed": "softmax_rows(x) * (g - (g * softmax_rows(x)).sum())",
            "extra_mean": (
                "softmax_rows(x) * (g - (g * softmax_rows(x)).mean(axis=1, keepdims=True))"
            ),
            "factor_forgotten": "g - (g * softmax_rows(x)).sum(axis=1, keepdims=True)",
        },
        {"title": "numbers of about 1000", "inputs": G23 | HUGE_ROWS, "blames": "overflow"},
    ),
]

NETWORKS = [
    puzzle(
        "matmul_left_vjp",
        {"g": v([1, 2], [3, 4]), "x": v([1, 2], [3, 4]), "w": v([1, 0], [2, 5])},
        [[1, 12], [3, 26]],
        G23 | {"x": v([1, -2], [0.5, 3]), "w": v([2, 1, 0], [-1, 0.5, 3])},
        ["Which product of g and w has the shape of x?", "g @ w.T"],
        {
            "transposed": "g @ w",
            "wrong_argument": "x.T @ g",
            "swapped": "w @ g",
            "upstream": "np.ones(g.shape) @ w.T",
        },
        {
            "title": "80 rows and columns, fast",
            "source": "x = np.ones((80, 80))\nmatmul_left_vjp(x, x, x)[0]",
            "inputs": {},
            "judgement": Fast(),
        },
        of="matmul(x, w)",
    ),
    puzzle(
        "matmul_right_vjp",
        {"g": v([1, 2], [3, 4]), "x": v([1, 0], [2, 5]), "w": v([1, 2], [3, 4])},
        [[7, 10], [15, 20]],
        G23 | {"x": v([1, -2], [0.5, 3]), "w": v([2, 1, 0], [-1, 0.5, 3])},
        ["Which product of x and g has the shape of w?", "x.T @ g"],
        {
            "transposed": "g.T @ x",
            "wrong_argument": "g @ w.T",
            "swapped": "g @ x",
            "not_transposed": "x @ g",
            "extra_mean": "x.T @ g / len(x)",
            "upstream": "x.T @ np.ones(g.shape)",
        },
        {
            "title": "one row",
            "inputs": {"g": v([1, -2, 0.5]), "x": v([3, 4]), "w": v([1, 2, 3], [4, 5, 6])},
        },
        of="matmul(x, w)",
        by="w",
    ),
    puzzle(
        "mse_gradient",
        {"y_true": v(1, 2, 3), "y_pred": v(1.5, 2, 1)},
        v(1, 0, -4) / 3,
        {"y_true": ROWS4["x"], "y_pred": G34["g"]},
        ["A square, and a mean: a 2, and a 1/n.", "2 (y_pred − y_true) / y_pred.size"],
        {
            "missing_mean": "2 * (y_pred - y_true)",
            "mean_of_rows": "2 * (y_pred - y_true) / len(y_pred)",
            "sign": "2 * (y_true - y_pred) / y_pred.size",
            "factor": "(y_pred - y_true) / y_pred.size",
            "value_instead": "np.mean((y_pred - y_true) ** 2)",
            "summed": "np.mean(2 * (y_pred - y_true))",
        },
        UNCHANGED,
        by="y_pred",
    ),
    puzzle(
        "cross_entropy_gradient",
        ROWS | {"ids": np.array([2, 1])},
        [[0.125, 0.125, -0.25], [0.0625, -0.3125, 0.25]],
        ROWS4 | {"ids": np.array([1, 3, 0])},
        [
            "log_softmax at the true class: its J is δ − softmax; then the sign, and the mean.",
            "(softmax − a 1 at the true class) / n; np.eye(classes)[ids] has those ones.",
        ],
        {
            "missing_mean": "softmax_rows(x) - np.eye(x.shape[1])[ids]",
            "mean_of_all": "(softmax_rows(x) - np.eye(x.shape[1])[ids]) / x.size",
            "sign": "(np.eye(x.shape[1])[ids] - softmax_rows(x)) / len(ids)",
            "held_constant": "-np.eye(x.shape[1])[ids] / len(ids)",
            "slope_missing": "-np.eye(x.shape[1])[ids] / softmax_rows(x) / len(ids)",
            "value_instead": "cross_entropy(x, ids)",
        },
        {
            "title": "numbers of about 1000",
            "inputs": HUGE_ROWS | {"ids": np.array([1, 0])},
            "blames": "overflow",
        },
    ),
    puzzle(
        "layer_norm_vjp",
        {"g": v([1, 0, 0, 0], [0, 2, 0, 4]), "x": v([1, 1, 3, 3], [2, 2, 6, 6])},
        [[0.5, -0.5, 0, 0], [-0.5, 0.5, -1, 1]],
        G34 | ROWS4,
        [
            "Three ways: x itself, by the mean, by the deviation; compare centre and unit.",
            "(g − mean of g − y · mean of g y) / deviation, each along the row.",
        ],
        {
            "held_constant": "g / x.std(axis=1, keepdims=True)",
            "one_use": "(g - g.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)",
            "factor_forgotten": (
                "g - g.mean(axis=1, keepdims=True)"
                " - layer_norm(x) * (g * layer_norm(x)).mean(axis=1, keepdims=True)"
            ),
            "wrong_axis": (
                "(g - g.mean(axis=0) - layer_norm(x) * (g * layer_norm(x)).mean(axis=0))"
                " / x.std(axis=1, keepdims=True)"
            ),
            "missing_mean": (
                "(g - g.sum(axis=1, keepdims=True)"
                " - layer_norm(x) * (g * layer_norm(x)).sum(axis=1, keepdims=True))"
                " / x.std(axis=1, keepdims=True)"
            ),
            "input_for_value": (
                "(g - g.mean(axis=1, keepdims=True)"
                " - x * (g * x).mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)"
            ),
        },
        UNCHANGED,
    ),
    puzzle(
        "layer_vjp",
        {
            "g": v([1, 2], [3, 4]),
            "x": v([1, 0, 2], [0, 1, 1]),
            "w": v([1, 0], [0, -1], [1, 1]),
            "b": v(-2, 1),
        },
        [[1, 2], [0, 4], [2, 8]],
        {
            "g": G34["g"],
            "x": v([1, -2], [0.5, 3], [2, 1]),
            "w": v([2, 1, 0, -1], [-1, 0.5, 3, 1]),
            "b": v(0.5, -1, 0.25, 2),
        },
        ["First back through relu, then through the product.", "x.T @ (g where relu is open)."],
        {
            "slope_missing": "x.T @ g",
            "bias_forgotten": "x.T @ (g * (x @ w > 0))",
            "wrong_branch": "x.T @ (g * (x @ w + b <= 0))",
            "input_for_value": "x.T @ (g * layer(x, w, b))",
            "upstream": "x.T @ (x @ w + b > 0.0)",
            "transposed": "(g * (x @ w + b > 0)).T @ x",
            "wrong_argument": "(g * (x @ w + b > 0)) @ w.T",
        },
        {
            "title": "one row",
            "inputs": {"g": v([2, -3]), "x": v([1, -1]), "w": v([3, 1], [1, 2]), "b": v(0, 0.5)},
        },
        by="w",
    ),
]

# --- what else one can believe --------------------------------------------------------------

MISCONCEPTIONS = {
    "slopes_only": Misconception(
        "the slopes as a vector, where the Jacobian is a matrix",
        "J has a row for each output and a column for each input; these are its diagonal.",
        "np.diag(slopes) makes the matrix.",
        README,
    ),
    "everywhere": Misconception(
        "slopes also for inputs that are not used",
        "An output that does not look at an input has the slope 0 there.",
        "Ask of each place: does output i change when input j moves?",
        README,
    ),
    "value_instead": Misconception(
        "the value of the function instead of its slope",
        "What came is what the function itself gives.",
        "Ask how fast the value grows, not how large it is.",
        README,
    ),
    "input_kept": Misconception(
        "the input is left in the slope",
        "The slope of w x is w: x itself is gone from it.",
        "Differentiate one term on paper, with numbers.",
        README,
    ),
    "constant_kept": Misconception(
        "a constant that is added counts as slope",
        "What is added does not change how fast something grows.",
        "Differentiate one term on paper: w x + b has the slope w.",
        README,
    ),
    "factor_forgotten": Misconception(
        "a factor of the slope is left out",
        "The slope of u v by u is v, not 1; and what all is divided by stays in the slope, too.",
        "Write the other factor where now a 1 stands.",
        README,
    ),
    "bias_forgotten": Misconception(
        "relu is asked without the bias",
        "relu sees X W + b; whether it is open is decided with b.",
        "Put the same X W + b into the condition that stands in the layer.",
        ARRAYS,
    ),
    "matrix_instead": Misconception(
        "a matrix, where a vector was asked for",
        "One number for each input was asked for, in one row.",
        "Look at the shape in the docstring.",
        README,
    ),
    "not_a_matrix": Misconception(
        "the rows of the Jacobian are added up",
        "Each output has a row of its own; only g·J adds them, with the weights g.",
        "Keep row i for output i.",
        README,
    ),
    "summed": Misconception(
        "summed over everything",
        "One number came for what should stay apart, input by input.",
        "Sum over the axis only along which an input is used several times.",
        README,
    ),
    "power_rule": Misconception(
        "the rule for powers, used on exp",
        "In xᵖ the base moves; in exp(x) the exponent does, and exp is its own slope.",
        "Ask which of the two is x.",
        README,
    ),
    "exp_rule": Misconception(
        "the value as its own slope, where there is no exp",
        "Only exp is its own slope.",
        "Differentiate 1 / u, with u = 1 + exp(−x), and write the result in the value.",
        README,
    ),
    "exponent": Misconception(
        "the exponent is not right",
        "That of a power comes down and is then one less; the square in a slope 1 − y² stays one.",
        "Differentiate x³ on paper: 3 x².",
        README,
    ),
    "input_for_value": Misconception(
        "the input where the value belongs",
        "The formula is one in the value y, such as 1 − y² for tanh; here stands x.",
        "Compute the value first, then put it into the formula.",
        README,
    ),
    "slope_at_zero": Misconception(
        "the slope of relu at 0",
        "At exactly 0 both slopes would do; this puzzle, and most libraries, take 0.",
        "x > 0, not x >= 0.",
        README,
    ),
    "divided_by_factor": Misconception(
        "the product divided by its own factor",
        "That is the product of the others only where the factor is not 0: 0 / 0 is no number.",
        "Multiply the others, instead of dividing all.",
        README,
    ),
    "position": Misconception(
        "the position instead of the slopes",
        "np.argmax says where the largest stands; asked is a slope for each input.",
        "Compare x with x.max().",
        README,
    ),
    "not_moved": Misconception(
        "the identity, although numbers were moved",
        "The ones stand on the diagonal only where output i is input i.",
        "Do to the rows of np.eye what the function does to x.",
        README,
    ),
    "wraps_round": Misconception(
        "what leaves at the end comes back at the start",
        "np.roll wraps round; here y₀ is 0, whatever x is, so its row is 0.",
        "np.eye(n, k=…) shifts the ones, and drops what leaves.",
        README,
    ),
    "off_by_one": Misconception(
        "one place too far",
        "The right numbers, moved by one place.",
        "Write down row 0, then row 1, with n = 3.",
        README,
    ),
    "both_added": Misconception(
        "a minus that became a plus",
        "One of the two terms has the wrong sign.",
        "Ask whether the output rises or falls when that input grows.",
        README,
    ),
    "held_constant": Misconception(
        "what also depends on x is taken as a constant",
        "The sum, the mean or the length moves, too, when x moves.",
        "Use the quotient rule: one term for the numerator, one for what is below or beside it.",
        README,
    ),
    "held_twice": Misconception(
        "the mean's own slope is counted on the diagonal only",
        "The terms by way of the mean add up to 0 over all differences.",
        "Write down all the terms of n = 2.",
        README,
    ),
    "unbiased": Misconception(
        "divided by n − 1",
        "This variance is the mean, with 1/n.",
        "Read the formula: the mean of (xᵢ − m)².",
        README,
    ),
    "not_centred": Misconception(
        "the mean is not subtracted",
        "The slope of (xᵢ − m)² is 2 (xᵢ − m).",
        "Keep what stands in the brackets.",
        README,
    ),
    "whole_jacobian": Misconception(
        "the whole Jacobian, where only g·J was asked for",
        "It is right, but a million numbers would need a million million in J.",
        "Multiply g with the formula of J on paper, and write down what is left.",
        ARRAYS,
    ),
    "not_transposed": Misconception(
        "a transpose is missing",
        "For square matrices the shapes fit by chance.",
        "Choose n, k and m all different, and let the shapes tell you.",
        ARRAYS,
    ),
}

assignment = Assignment(
    title="Forty derivative puzzles",
    file="puzzles.py",
    minutes=90,
    tasks=[*ONE_INPUT, *CURVES, *ONE_NUMBER, *MOVED, *SEVERAL, *ALL_INPUTS, *WITHOUT_J, *NETWORKS],
    misconceptions=MISCONCEPTIONS,
)
