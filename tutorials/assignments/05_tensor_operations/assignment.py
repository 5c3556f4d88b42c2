"""Tensor operations with broadcasting: the checks."""

import numpy as np

from tinynet.classroom import Assignment, Check, Equal, Fast, Misconception, Task, Unchanged

_TUTORIAL = "tutorials/04_arrays.py"
PAPER, EQUAL = "worked out on paper", Equal()


def numbers(*shape, start=0):
    """Numbers of both signs, none of them special, in this shape."""
    count = int(np.prod(shape))
    return np.round(3 * np.sin(1.7 * np.arange(start + 1, start + 1 + count)), 3).reshape(shape)


def check(title, points, at=0, g=None, expected=None, judgement=EQUAL, blames="", **inputs):
    """A check of a rule by argument `at`, as a function of the rule's call and of its value."""

    def of(call, value, public):
        y = eval(value, {"np": np}, inputs)
        above = numbers(*np.shape(y), start=20) if g is None else g
        return Check(
            title,
            f"{call}[{at}]",
            {"g": above, "y": y, **inputs},
            judgement,
            points,
            public,
            expected,
            blames,
            by=[name for name, value in inputs.items() if at >= 0 or np.ndim(value)][at],
        )

    return of


def rule(name, call, value, checks, mistakes, hints, needs=(), parameters=""):
    """The task of a rule; `value` is the source of what it differentiates."""
    return Task(
        name,
        [
            about if isinstance(about, Check) else about(f"{name}({call})", value, i == 0)
            for i, about in enumerate(checks)
        ],
        f"the gradient of {value}" if len(value) < 40 else "",
        {key: f"lambda {parameters or call}: {code}" for key, code in mistakes.items()},
        derivative_of=value,
        needs=needs,
        hints=hints,
        tutorial=_TUTORIAL,
    )


# --- broadcasting, and back --------------------------------------------------------------------


def shapes(function, *cases):
    """The checks of a function of g; those that are worked out on paper are public."""
    return [
        Check(title, f"{function}({call})", {"g": g}, EQUAL, points, expected is not None, expected)
        for title, points, g, call, expected in cases
    ]


G = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])

unbroadcast = Task(
    "unbroadcast",
    [
        *shapes(
            "unbroadcast",
            ("an axis was added in front", 2, G, "g, (3,)", np.array([11.0, 22.0, 33.0])),
            ("an axis of length 1 was stretched", 3, G, "g, (2, 1)", np.array([[6.0], [60.0]])),
            ("both", 2, numbers(4, 2, 3), "g, (2, 1)", None),
            ("nothing was repeated", 1, G, "g, (2, 3)", G),
            ("a single number", 1, numbers(3, 3), "g, ()", None),
            ("the first of three axes", 1, numbers(3, 3, 3), "g, (1, 3, 3)", None),
        ),
        Check("arguments", "unbroadcast(g, (1, 3))", {"g": G}, Unchanged()),
        Check("a million numbers", "unbroadcast(np.ones((1000, 1000)), (1000,))", judgement=Fast()),
    ],
    "the sum over what broadcasting repeated",
    {
        "not_summed": "lambda g, shape: g",
        "only_added": "lambda g, shape: g.sum(axis=tuple(range(g.ndim - len(shape))))",
        "axis_lost": (
            "lambda g, shape: np.sum(g, axis=tuple(i for i in range(g.ndim)"
            " if i < g.ndim - len(shape) or shape[i - g.ndim + len(shape)] == 1))"
        ),
        "only_stretched": (
            "lambda g, shape: g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1),"
            " keepdims=True)"
        ),
        "mean_for_sum": (
            "lambda g, shape: (h := np.mean(g, tuple(range(g.ndim - len(shape))))).mean("
            "axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)"
        ),
        "wrong_axis": (
            "lambda g, shape: np.sum(g, tuple(range(len(shape), g.ndim))).sum("
            "axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)"
        ),
    },
    hints=[
        "Which axes of g are not in shape? Which have length 1 in shape, but not in g?",
        "Sum twice: over range(g.ndim - len(shape)), and then, with keepdims=True, over the axes"
        " where shape has a 1.",
    ],
    tutorial=_TUTORIAL,
)

spread = Task(
    "spread",
    [
        *shapes(
            "spread",
            (
                "the sums of two rows",
                2,
                np.array([1.0, 2.0]),
                "g, (2, 2), axis=1",
                np.array([[1.0, 1.0], [2.0, 2.0]]),
            ),
            ("the sums of three columns", 2, numbers(3), "g, (3, 3), axis=0", None),
            ("two of three axes", 1, numbers(3), "g, (2, 3, 4), axis=(0, 2)", None),
            ("keepdims", 1, numbers(3, 1), "g, (3, 3), axis=1, keepdims=True", None),
            ("the sum of everything", 1, np.float64(2.5), "g, (3, 3)", np.full((3, 3), 2.5)),
            ("the last axis, counted from behind", 1, numbers(3), "g, (3, 3), axis=-1", None),
        ),
    ],
    "repeats what belongs to a sum",
    {
        "axis_missing": (
            "lambda g, shape, axis=None, keepdims=False: np.broadcast_to(g, shape).copy()"
        ),
        "wrong_axis": (
            "lambda g, shape, axis=None, keepdims=False: np.broadcast_to(g if keepdims or axis is"
            " None else np.expand_dims(g, 0 if np.ndim(axis) == 0 and axis % len(shape) else axis"
            " if np.ndim(axis) else len(shape) - 1), shape).copy()"
        ),
        "not_spread": (
            "lambda g, shape, axis=None, keepdims=False: g if keepdims else np.expand_dims(g,"
            " tuple(range(len(shape))) if axis is None else axis)"
        ),
        "only_last": (
            "lambda g, shape, axis=None, keepdims=False: np.broadcast_to(g if keepdims or axis is"
            " None else g[..., None], shape).copy()"
        ),
        "expanded_twice": (
            "lambda g, shape, axis=None, keepdims=False: np.broadcast_to(np.expand_dims(g,"
            " tuple(range(len(shape))) if axis is None else axis), shape).copy()"
        ),
        "expanded_twice.2": (
            "lambda g, shape, axis=None, keepdims=False: np.ones(shape) * np.expand_dims(g,"
            " tuple(range(len(shape))) if axis is None else axis)"
        ),
        "spread_mean": (
            "lambda g, shape, axis=None, keepdims=False: np.broadcast_to(g if keepdims else"
            " np.expand_dims(g, tuple(range(len(shape))) if axis is None else axis), shape)"
            " * np.size(g) / np.prod(shape)"
        ),
    },
    hints=[
        "Of which length was the axis that is gone? Put it back with length 1 first.",
        "np.expand_dims(g, axis) puts it back; np.broadcast_to(g, shape) repeats.",
    ],
    tutorial=_TUTORIAL,
)


# --- arithmetic --------------------------------------------------------------------------------

ROW = {"a": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([5.0, -6.0])}
COLUMN = {"a": numbers(3, 1), "b": numbers(3, 4, start=7)}
EQUAL = {"a": numbers(2, 3), "b": numbers(2, 3, start=5)}
SMALL_G = np.array([[1.0, 10.0], [100.0, 1000.0]])
ON_SUMS = [
    "Forget about broadcasting first: g, times what the other argument does.",
    "Then unbroadcast what you have to the shape of the argument, as the last thing.",
]

add_rule = rule(
    "add_rule",
    "g, y, a, b",
    "a + b",
    [
        check(PAPER, 1, 1, SMALL_G, np.array([101.0, 1010.0]), **ROW),
        check("a column and a matrix", 1, 0, **COLUMN),
        check("equal shapes", 1, 1, **EQUAL),
        check("a matrix and a number", 1, 1, a=numbers(2, 3), b=np.float64(1.5)),
    ],
    {
        "not_summed": "[g, g]",
        "not_summed.2": "[unbroadcast(g, a.shape), g]",
        "upstream": "[unbroadcast(g * 0 + 1, a.shape), unbroadcast(g * 0 + 1, b.shape)]",
        "wrong_argument": "[unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)]",
    },
    ON_SUMS,
    needs=("unbroadcast",),
)

multiply_rule = rule(
    "multiply_rule",
    "g, y, a, b",
    "a * b",
    [
        check(PAPER, 1, 0, SMALL_G, np.array([[5.0, -60.0], [500.0, -6000.0]]), **ROW),
        check("by the row that was repeated", 1, 1, **ROW),
        check("a column and a matrix", 1, 0, **COLUMN),
        check("equal shapes", 1, 1, **EQUAL),
        check("arguments", 1, 0, judgement=Unchanged(), **EQUAL),
    ],
    {
        "not_summed": "[g * b, g * a]",
        "not_summed.2": "[unbroadcast(g * b, a.shape), g * a]",
        "wrong_argument": "[unbroadcast(g * a, a.shape), unbroadcast(g * b, b.shape)]",
        "upstream": (
            "[unbroadcast(np.ones_like(g) * b, a.shape), unbroadcast(np.ones_like(g) * a, b.shape)]"
        ),
        "summed_too_early": "[unbroadcast(g, a.shape) * b, unbroadcast(g, b.shape) * a]",
        "g_used_up": "[unbroadcast(g * b, a.shape), unbroadcast(g * b * a, b.shape)]",
    },
    ON_SUMS,
    needs=("unbroadcast",),
)

divide_rule = rule(
    "divide_rule",
    "g, y, a, b",
    "a / b",
    [
        check(PAPER, 1, 1, SMALL_G, np.array([-301 / 25, -4020 / 36]), **ROW),
        check("by the matrix", 1, 0, **ROW),
        check("a column and a matrix", 1, 0, **COLUMN),
        check("by the divisor", 1, 1, **COLUMN),
        check("arguments", 1, judgement=Unchanged(), **COLUMN),
    ],
    {
        "not_summed": "[g / b, -g * a / b**2]",
        "not_summed.2": "[unbroadcast(g / b, a.shape), -g * a / b**2]",
        "sign": "[unbroadcast(g / b, a.shape), unbroadcast(g * a / b**2, b.shape)]",
        "upstream": (
            "[unbroadcast(np.ones_like(g) / b, a.shape), unbroadcast(-a / b**2 + 0 * g, b.shape)]"
        ),
        "reciprocal": "[unbroadcast(g / b, a.shape), unbroadcast(-g * a / b, b.shape)]",
        "summed_too_early": "[unbroadcast(g, a.shape) / b, unbroadcast(-g * a, b.shape) / b**2]",
        "integer_division": "[unbroadcast(g // b, a.shape), unbroadcast(-g * a // b**2, b.shape)]",
        "wrong_argument": "[unbroadcast(-g * a / b**2, a.shape), unbroadcast(g / b, b.shape)]",
    },
    ["a / b is a · b⁻¹, so by b the slope is −a / b².", *ON_SUMS],
    needs=("unbroadcast",),
)

WHICH = {"condition": np.array([[True, False], [True, True]])}
OTHER_WHICH = {"condition": numbers(3, 4) > 0.5}

where_rule = rule(
    "where_rule",
    "g, y, a, b, condition",
    "np.where(condition, a, b)",
    [
        check(PAPER, 1, 0, SMALL_G, np.array([[1.0, 0.0], [100.0, 1000.0]]), **ROW, **WHICH),
        check("by the row that was repeated", 1, 1, **ROW, **WHICH),
        check("a column and a matrix", 1, 0, **COLUMN, **OTHER_WHICH),
        check("by the matrix", 1, 1, **COLUMN, **OTHER_WHICH),
    ],
    {
        "not_summed": "[np.where(condition, g, 0), np.where(condition, 0, g)]",
        "wrong_branch": (
            "[unbroadcast(np.where(condition, 0, g), a.shape),"
            " unbroadcast(np.where(condition, g, 0), b.shape)]"
        ),
        "both_branches": "[unbroadcast(g, a.shape), unbroadcast(g, b.shape)]",
        "upstream": (
            "[unbroadcast(np.where(condition, np.ones_like(g), 0), a.shape),"
            " unbroadcast(np.where(condition, 0, np.ones_like(g)), b.shape)]"
        ),
        "values_for_gradients": (
            "[unbroadcast(np.where(condition, a, 0), a.shape),"
            " unbroadcast(np.where(condition, 0, b), b.shape)]"
        ),
    },
    ["Where the condition holds, y is a, and b does not matter.", ON_SUMS[1]],
    needs=("unbroadcast",),
)

SQUARE = {"a": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([[5.0, 6.0], [7.0, 8.0]])}
OBLONG = {"a": numbers(3, 2), "b": numbers(2, 4, start=6)}
STACK = {"a": numbers(3, 2, 4), "b": numbers(3, 4, 5, start=9)}
ONE_FOR_ALL = {"a": numbers(3, 2, 4), "b": numbers(4, 2, start=9)}


def products(of_a, of_b, sums=True):
    """A rule for a @ b."""
    return (
        f"[unbroadcast({of_a}, a.shape), unbroadcast({of_b}, b.shape)]"
        if sums
        else f"[{of_a}, {of_b}]"
    )


matmul_rule = rule(
    "matmul_rule",
    "g, y, a, b",
    "a @ b",
    [
        check(
            "two square matrices, worked out on paper",
            2,
            0,
            np.array([[1.0, 0.0], [0.0, 10.0]]),
            np.array([[5.0, 7.0], [60.0, 80.0]]),
            **SQUARE,
        ),
        check("other shapes", 1, 0, **OBLONG),
        check("by the second factor", 2, 1, **OBLONG),
        check("a stack of products", 1, 0, **STACK),
        check("one matrix for the whole stack", 2, 1, **ONE_FOR_ALL),
        Check(
            "matrices of 200 rows",
            "a = np.linspace(0, 1, 40_000).reshape(200, 200)\nmatmul_rule(a, a, a + 1, a - 2)[1]",
            judgement=Fast(100),
        ),
    ],
    {
        "transpose_missing": products("g @ b", "a @ g"),
        "factors_swapped": products("np.swapaxes(b, -1, -2) @ g", "g @ np.swapaxes(a, -1, -2)"),
        "wrong_argument": products("np.swapaxes(a, -1, -2) @ g", "g @ np.swapaxes(b, -1, -2)"),
        "upstream": products(
            "np.ones_like(g) @ np.swapaxes(b, -1, -2)", "np.swapaxes(a, -1, -2) @ np.ones_like(g)"
        ),
        "transposed": products("g @ np.swapaxes(b, -1, -2)", "np.swapaxes(g, -1, -2) @ a"),
        "elementwise": products("g * b", "g * a"),
        "not_summed": products(
            "g @ np.swapaxes(b, -1, -2)", "np.swapaxes(a, -1, -2) @ g", sums=False
        ),
        "all_axes_reversed": products("g @ b.T", "a.T @ g"),
    },
    [
        "Write the shapes down: (n, m) times what gives (n, k)?",
        "np.swapaxes(b, -1, -2) exchanges the last two axes only; .T turns all of them round.",
    ],
    needs=("unbroadcast",),
)


# --- reductions --------------------------------------------------------------------------------

REDUCED = "g, y, x, axis, keepdims"
SETTINGS = {"axis": 1, "keepdims": False}
FLAT = np.array([1.0, 10.0])
X = np.array([[1.0, 5.0, 5.0], [2.0, 0.0, -3.0]])
TIES = np.array([[4.0, 1.0, 4.0, 2.0], [0.5, 3.0, 4.0, 3.0], [-1.0, -1.0, -2.0, -1.0]])
MORE_AXES = [
    check("along the first axis", 1, x=numbers(4, 3), axis=0, keepdims=False),
    check("keepdims", 1, x=numbers(4, 3), axis=1, keepdims=True),
]
EVERYTHING = {"x": numbers(2, 3), "axis": None, "keepdims": False}
WHOLE = "spread(g, x.shape, axis, keepdims)"

sum_rule = rule(
    "sum_rule",
    REDUCED,
    "x.sum(axis, keepdims=keepdims)",
    [
        check(PAPER, 1, 0, FLAT, np.array([[1.0] * 3, [10.0] * 3]), x=X, **SETTINGS),
        *MORE_AXES,
        check("everything", 1, **EVERYTHING),
    ],
    {
        "not_spread": "[g]",
        "no_list": WHOLE,
        "upstream": "[np.ones_like(x)]",
        "extra_mean": f"[{WHOLE} * np.size(g) / x.size]",
        "values_for_gradients": f"[{WHOLE} * x]",
    },
    ["If one of the numbers grows by 1, by how much does its sum grow?", "spread does the rest."],
    needs=("spread",),
)

mean_rule = rule(
    "mean_rule",
    REDUCED,
    "x.mean(axis, keepdims=keepdims)",
    [
        check(PAPER, 2, 0, 3 * FLAT, np.array([[1.0] * 3, [10.0] * 3]), x=X, **SETTINGS),
        *MORE_AXES,
        check("everything", 1, **EVERYTHING),
        check("three axes, the middle one", 1, x=numbers(2, 5, 3), axis=1, keepdims=False),
    ],
    {
        "missing_mean": f"[{WHOLE}]",
        "count_of_all": f"[{WHOLE} / x.size]",
        "count_of_rows": f"[{WHOLE} / len(x)]",
        "count_of_results": f"[{WHOLE} / np.size(g)]",
        "upstream": "[np.ones_like(x) * np.size(g) / x.size]",
        "no_list": f"{WHOLE} * np.size(g) / x.size",
    },
    ["How many numbers go into one mean?", "x.size numbers go into g.size means."],
    needs=("spread",),
)

LARGEST = "(x == spread(y, x.shape, axis, keepdims))"

max_rule = rule(
    "max_rule",
    REDUCED,
    "x.max(axis, keepdims=keepdims)",
    [
        check(PAPER, 2, 0, FLAT, np.array([[0, 0.5, 0.5], [10.0, 0, 0]]), x=X, **SETTINGS),
        check("along the first axis, with ties", 2, x=TIES.T, axis=0, keepdims=False),
        check("keepdims", 1, x=TIES, axis=1, keepdims=True),
        check("the largest of all, twice there", 2, x=np.abs(TIES), axis=None, keepdims=False),
        check("arguments", 1, judgement=Unchanged(), x=TIES, axis=1, keepdims=True),
    ],
    {
        "ties_in_full": f"[{LARGEST} * {WHOLE}]",
        "first_of_ties": (
            "[(np.arange(x.size).reshape(x.shape) == spread(np.where("
            f"{LARGEST}, np.arange(x.size).reshape(x.shape), x.size).min(axis, keepdims=keepdims),"
            f" x.shape, axis, keepdims)) * {WHOLE}]"
        ),
        "max_of_all": f"[(x == x.max()) * {WHOLE} / (x == x.max()).sum()]",
        "upstream": (
            f"[{LARGEST} / spread({LARGEST}.sum(axis=axis, keepdims=keepdims), x.shape, axis,"
            " keepdims)]"
        ),
        "everywhere": f"[{WHOLE}]",
        "count_of_all_ties": f"[{LARGEST} * {WHOLE} / {LARGEST}.sum()]",
    },
    [
        "Only the largest number of each row, or column, decides the result.",
        "Compare x with y, which spread brings to its shape. Count how often it holds along axis.",
    ],
    needs=("spread",),
)


# --- moving numbers around ---------------------------------------------------------------------

reshape_rule = rule(
    "reshape_rule",
    "g, y, x",
    "x.reshape(-1, 2)",
    [
        check(
            PAPER,
            1,
            0,
            np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
            np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            x=numbers(2, 3),
        ),
        check("a cube", 1, x=numbers(3, 2, 3)),
        check("a vector", 1, x=numbers(6)),
    ],
    {
        "not_undone": "[g]",
        "upstream": "[np.ones_like(x)]",
        "transposed_before": "[g.T.reshape(x.shape)]",
        "column_by_column": "[g.reshape(x.shape, order='F')]",
        "no_list": "g.reshape(x.shape)",
    },
    ["The same numbers, in the same order, in the shape of x."],
)

transpose_rule = rule(
    "transpose_rule",
    "g, y, x, axes",
    "x.transpose(axes)",
    [
        check(
            "a matrix, worked out on paper",
            1,
            0,
            np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
            np.array([[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]),
            x=numbers(2, 3),
            axes=(1, 0),
        ),
        check("three axes", 2, x=numbers(3, 3, 3), axes=(1, 2, 0)),
        check("four axes", 2, x=numbers(2, 3, 4, 2), axes=(2, 0, 3, 1)),
    ],
    {
        "not_undone": "[g]",
        "same_axes_again": "[g.transpose(axes)]",
        "all_axes_reversed": "[g.T]",
        "upstream": "[np.ones_like(x)]",
        "no_list": "g.transpose(np.argsort(axes))",
    },
    [
        "Which transposition leads from y back to x? For (1, 2, 0) it is not (1, 2, 0).",
        "The inverse of a permutation is its argsort.",
    ],
)

take_rule = rule(
    "take_rule",
    "g, y, x, index",
    "x[index]",
    [
        check(
            PAPER,
            2,
            0,
            np.array([1.0, 10.0, 100.0]),
            np.array([10.0, 0.0, 101.0]),
            x=numbers(3),
            index=np.array([2, 0, 2]),
        ),
        check("some of seven", 2, x=numbers(7), index=np.array([5, 1, 5, 0, 5, 1])),
        check("rows of a matrix", 1, x=numbers(4, 3), index=np.array([3, 0, 3, 3, 1])),
        check("counted from behind", 1, x=numbers(4), index=np.array([-1, 3, -2, 0])),
        check("arguments", 1, judgement=Unchanged(), x=numbers(4), index=np.array([-1, 3, 3])),
    ],
    {
        "repeated_index": "(z := np.zeros(x.shape), z.__setitem__(index, g)) and [z]",
        "upstream": "(z := np.zeros(x.shape), np.add.at(z, index, 1.0)) and [z]",
        "marks_only": "(z := np.zeros(x.shape), z.__setitem__(index, 1.0)) and [z]",
        "shared_equally": (
            "(z := np.zeros(x.shape), n := np.zeros(x.shape), np.add.at(z, index, g),"
            " np.add.at(n, index, 1)) and [z / np.maximum(n, 1)]"
        ),
        "taken_again": "[g[index]]",
        "added_to_x": "(z := x.copy(), np.add.at(z, index, g)) and [z]",
        "no_list": "(z := np.zeros(x.shape), np.add.at(z, index, g)) and z",
    },
    [
        "Start from zeros of the shape of x. Where does g[i] belong? To index[i].",
        "What is taken twice gets two contributions, and they must be added up.",
    ],
)

PARTS = {"a": numbers(1, 2), "b": numbers(3, 2, start=3), "c": numbers(2, 2, start=9)}
WIDE = {"a": numbers(2, 3), "b": numbers(2, 1, start=3), "c": numbers(2, 2, start=9)}

concatenate_rule = rule(
    "concatenate_rule",
    "g, y, a, b, c, axis=axis",
    "np.concatenate([a, b, c], axis)",
    [
        check(
            PAPER,
            2,
            1,
            np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 0.0], [0.5, 0.25]]),
            np.array([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]),
            **PARTS,
            axis=0,
        ),
        check("the middle part", 1, 1, **WIDE, axis=-1),
        check("the last part, side by side", 1, -1, **WIDE, axis=1),  # behind it, there is no more
        check("the first part", 1, 0, **PARTS, axis=0),
    ],
    {
        "wrong_axis": "np.split(g, np.cumsum([len(a) for a in arrays])[:-1])",
        "equal_parts": "np.array_split(g, len(arrays), axis)",
        "from_the_start": "[np.take(g, range(a.shape[axis]), axis) for a in arrays]",
        "cut_at_the_end": "np.split(g, np.cumsum([a.shape[axis] for a in arrays]), axis)",
        "lengths_for_places": "np.split(g, [a.shape[axis] for a in arrays][:-1], axis)",
        "upstream": "[np.ones_like(a) for a in arrays]",
        "values_for_gradients": "[a for a in arrays]",
    },
    [
        "The parts of y are copies of the arrays, so the parts of g are their gradients.",
        "np.split wants the places where to cut: np.cumsum of the lengths.",
    ],
    parameters="g, y, *arrays, axis=0",
)


# --- softmax -----------------------------------------------------------------------------------

HUGE = np.array([[1000.0, 999.0, 0.0], [0.0, 1.0, -1.0]])
BOTH = np.array([[0.0, 1.0, 2.0], [3.0, -1.0, 0.5], [0.1, 0.2, -0.3]])

softmax = Task(
    "softmax",
    [
        Check(
            PAPER,
            "softmax(x)",
            {"x": np.log([[1.0, 2.0, 1.0], [1.0, 1.0, 6.0]])},
            public=True,
            expected=np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]]),
        ),
        Check("other numbers", "softmax(x)", {"x": numbers(3, 3)}),
        Check("one row by itself", "softmax(x)", {"x": numbers(5)}),
        Check("rows of different size", "softmax(x)", {"x": HUGE}, blames="overflow"),
        Check("arguments", "softmax(x)", {"x": numbers(2, 3)}, Unchanged()),
    ],
    "powers that add up to 1",
    {
        "overflow": "lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)",
        "shift_of_all": (
            "lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=-1, keepdims=True)"
        ),
        "sum_of_all": "lambda x: (e := np.exp(x - x.max())) / e.sum()",
        "sum_of_all.2": "lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum()",
        "wrong_axis": "lambda x: (e := np.exp(x - x.max(axis=0))) / e.sum(axis=0)",
    },
    hints=[
        "Subtract the largest number of each row first; softmax stays the same.",
        "Sum with axis=-1, keepdims=True.",
    ],
    tutorial=_TUTORIAL,
)

SOFTMAX = (
    "np.exp(x - x.max(axis=-1, keepdims=True))"
    " / np.exp(x - x.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True)"
)
HALF = np.array([0.0, np.log(3)])

softmax_rule = rule(
    "softmax_rule",
    "g, y, x",
    SOFTMAX,
    [
        check(PAPER, 1, 0, np.array([16.0, 0.0]), np.array([3.0, -3.0]), x=HALF),
        check("rows", 2, x=BOTH),
        check("three axes", 1, x=numbers(2, 3, 4)),
        check("arguments", 1, judgement=Unchanged(), x=BOTH),
        Check(
            "a hundred thousand rows",
            "x = np.linspace(0, 1, 400_000).reshape(-1, 4)\nsoftmax_rule(x, x, x)[0]",
            judgement=Fast(),
        ),
    ],
    {
        "diagonal": "[g * y * (1 - y)]",
        "upstream": "[y * (1 - y.sum(axis=-1, keepdims=True))]",
        "sign": "[y * ((g * y).sum(axis=-1, keepdims=True) - g)]",
        "sum_of_all": "[y * (g - (g * y).sum())]",
        "wrong_axis": "[y * (g - (g * y).sum(axis=0))]",
        "y_missing": "[g - (g * y).sum(axis=-1, keepdims=True)]",
        "second_term_missing": "[g * y]",
        "no_list": "y * (g - (g * y).sum(axis=-1, keepdims=True))",
        "weights_missing": "[y * (g - g.sum(axis=-1, keepdims=True))]",
    },
    [
        "Every output depends on every input of its row: sum g over the outputs.",
        "Σᵢ gᵢ yᵢ (δᵢⱼ − yⱼ) = yⱼ gⱼ − yⱼ Σᵢ gᵢ yᵢ.",
    ],
)

LOGSUMEXP = "x.max(axis=-1) + np.log(np.exp(x - x.max(axis=-1, keepdims=True)).sum(axis=-1))"

logsumexp_rule = rule(
    "logsumexp_rule",
    "g, y, x",
    LOGSUMEXP,
    [
        check(PAPER, 1, 0, np.float64(8.0), np.array([2.0, 6.0]), x=HALF),
        check("rows", 2, x=BOTH),
        check("large numbers", 1, blames="overflow", x=HUGE),
    ],
    {
        "overflow": ("[np.expand_dims(g, -1) * np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)]"),
        "axis_missing": (f"[g * ({SOFTMAX})]"),
        "upstream": f"[{SOFTMAX}]",
        "exp_for_softmax": "[np.expand_dims(g, -1) * np.exp(x)]",
        "no_list": f"np.expand_dims(g, -1) * ({SOFTMAX})",
        "sum_of_all": "[np.expand_dims(g, -1) * (e := np.exp(x - x.max())) / e.sum()]",
    },
    [
        "Its slope is softmax: exp(x) / Σ exp(x), which is exp(x − y).",
        "g and y have no last axis; np.expand_dims(g, -1) gives it back.",
    ],
)


MISCONCEPTIONS = {
    "only_added": Misconception(
        "only the axes that broadcasting added are summed",
        "Broadcasting also stretches axes of length 1, and what is stretched is used many times.",
        "Sum over the axes of length 1, too, with keepdims=True.",
        _TUTORIAL,
    ),
    "only_stretched": Misconception(
        "only the axes that broadcasting stretched are summed",
        "Broadcasting also adds axes in front, and repeats the array along them.",
        "Sum over the first g.ndim − len(shape) axes, too.",
        _TUTORIAL,
    ),
    "axis_lost": Misconception(
        "an axis of length 1 is lost",
        "The sum is right, but a sum removes its axis, and the shape asked for has it.",
        "Sum with keepdims=True, or reshape at the end.",
        _TUTORIAL,
    ),
    "mean_for_sum": Misconception(
        "the mean instead of the sum",
        "What is used N times has N times the influence.",
        "Sum, and do not divide.",
        _TUTORIAL,
    ),
    "axis_missing": Misconception(
        "the axis that was summed away is not put back",
        "NumPy then lines the numbers up with the last axis, whichever it was.",
        "Put the axis back with length 1: np.expand_dims, or keepdims=True.",
        _TUTORIAL,
    ),
    "only_last": Misconception(
        "right for the last axis only",
        "The axis that was summed away comes back at the end, wherever it was.",
        "Use np.expand_dims(g, axis).",
        _TUTORIAL,
    ),
    "not_spread": Misconception(
        "not repeated",
        "Each number that went into a sum gets the gradient of that sum.",
        "Bring it to the shape of x.",
        _TUTORIAL,
    ),
    "expanded_twice": Misconception(
        "an axis too many",
        "With keepdims=True the axis is there already.",
        "Put the axis back only if not keepdims.",
        _TUTORIAL,
    ),
    "spread_mean": Misconception(
        "shared out instead of repeated",
        "A sum grows by 1 if any one of its numbers does: each gets the whole gradient.",
        "Do not divide.",
        _TUTORIAL,
    ),
    "summed_too_early": Misconception(
        "summed before it is multiplied",
        "A sum of products is not the product of a sum: each g meets its own number first.",
        "Multiply first, and unbroadcast last.",
        _TUTORIAL,
    ),
    "g_used_up": Misconception(
        "the second gradient is made from the first",
        "Each argument has a slope of its own, and each is multiplied with the g that came in.",
        "Start from g twice, and do not change it.",
        _TUTORIAL,
    ),
    "both_branches": Misconception(
        "both branches get all of g",
        "Where the condition holds, b was not used, and its gradient is 0 there.",
        "Put 0 where the other branch was taken.",
        _TUTORIAL,
    ),
    "values_for_gradients": Misconception(
        "numbers of x where g belongs",
        "What goes back are gradients; the values are needed only where the slope depends on them.",
        "Start from g.",
        _TUTORIAL,
    ),
    "transpose_missing": Misconception(
        "a factor is not transposed",
        "It is g @ bᵀ and aᵀ @ g; without ᵀ it fits square matrices, and is wrong there.",
        "Write the shapes under the formula.",
        _TUTORIAL,
    ),
    "factors_swapped": Misconception(
        "the factors are in the wrong order",
        "A product of matrices depends on the order: g @ bᵀ, and aᵀ @ g.",
        "Write the shapes under the formula.",
        _TUTORIAL,
    ),
    "elementwise": Misconception(
        "multiplied element by element",
        "* multiplies numbers in the same place, @ multiplies matrices.",
        "Use @.",
        _TUTORIAL,
    ),
    "all_axes_reversed": Misconception(
        ".T turns all axes round",
        "For a matrix .T is what is wanted; with more axes it reverses the order of all of them.",
        "Use np.swapaxes(…, -1, -2), or transpose with the axes.",
        _TUTORIAL,
    ),
    "count_of_all": Misconception(
        "divided by the number of all elements",
        "Each mean is over the numbers along its axis only.",
        "Divide by x.size / y.size.",
        _TUTORIAL,
    ),
    "count_of_rows": Misconception(
        "divided by the number of rows",
        "len(x) is the length of the first axis; the mean may go along another.",
        "Divide by x.size / y.size.",
        _TUTORIAL,
    ),
    "count_of_results": Misconception(
        "divided by the number of means",
        "What counts is how many numbers go into each mean, not how many means there are.",
        "Divide by x.size / y.size.",
        _TUTORIAL,
    ),
    "ties_in_full": Misconception(
        "each of several largest numbers gets all of g",
        "Together they would get more than there is.",
        "Divide by how many there are along the axis.",
        _TUTORIAL,
    ),
    "first_of_ties": Misconception(
        "only the first of several largest numbers counts",
        "np.argmax knows one place, but all of them are the largest; here they share g.",
        "Compare x with y.",
        _TUTORIAL,
    ),
    "max_of_all": Misconception(
        "the largest of all instead of each row's or column's",
        "x.max() without an axis is one number for the whole array.",
        "Compare with y, brought to the shape of x by spread.",
        _TUTORIAL,
    ),
    "count_of_all_ties": Misconception(
        "the largest of all rows are counted together",
        "Only those of the same row, or column, share.",
        "Sum along axis.",
        _TUTORIAL,
    ),
    "everywhere": Misconception(
        "all numbers get g, not only the largest",
        "A number that is not the largest can grow a little, and the maximum stays.",
        "Put 0 where x is not y.",
        _TUTORIAL,
    ),
    "not_undone": Misconception(
        "the change of shape is not undone",
        "g has the shape of y; the gradient must have that of x.",
        "Bring it back to x.shape.",
        _TUTORIAL,
    ),
    "transposed_before": Misconception(
        "transposed before it is reshaped",
        "reshape keeps the order of the numbers, and so must the way back.",
        "Leave the .T out.",
        _TUTORIAL,
    ),
    "column_by_column": Misconception(
        "column by column instead of row by row",
        "reshape reads row by row, and so must the way back.",
        "Leave order='F' out.",
        _TUTORIAL,
    ),
    "same_axes_again": Misconception(
        "the same axes once more",
        "What brings three axes round by one place must be undone by two.",
        "Use the inverse permutation, np.argsort(axes).",
        _TUTORIAL,
    ),
    "repeated_index": Misconception(
        "an index that is there twice counts once",
        "gradient[index] = g keeps the last of several, and so does gradient[index] += g: NumPy"
        " reads all old numbers before it writes the new ones.",
        "Use np.add.at(gradient, index, g), which adds one after the other.",
        _TUTORIAL,
    ),
    "marks_only": Misconception(
        "1 where something was taken, instead of g",
        "That is where the gradient goes, not how large it is.",
        "Add g there.",
        _TUTORIAL,
    ),
    "shared_equally": Misconception(
        "averaged over the places where it was taken",
        "What is taken N times has N times the influence.",
        "Add up, and do not divide.",
        _TUTORIAL,
    ),
    "taken_again": Misconception(
        "g is taken from instead of put back",
        "y[i] came from x[index[i]], so g[i] goes to the place index[i] of the gradient.",
        "Start from zeros, and add g at index.",
        _TUTORIAL,
    ),
    "added_to_x": Misconception(
        "added to x instead of zeros",
        "The gradient begins at 0, not at the values.",
        "Start with np.zeros(x.shape).",
        _TUTORIAL,
    ),
    "cut_at_the_end": Misconception(
        "one part too many",
        "A cut behind the last number leaves an empty part, which belongs to no array.",
        "Cut between the arrays only: leave out the last of the places.",
        _TUTORIAL,
    ),
    "equal_parts": Misconception(
        "cut into equal parts",
        "The arrays may differ in length.",
        "Cut where each array ends: np.cumsum of their lengths.",
        _TUTORIAL,
    ),
    "from_the_start": Misconception(
        "each part is taken from the start",
        "The second array begins where the first one ends.",
        "Keep count of where you are.",
        _TUTORIAL,
    ),
    "lengths_for_places": Misconception(
        "lengths where places are expected",
        "np.split takes the places where to cut, counted from the start.",
        "Use np.cumsum of the lengths, without the last.",
        _TUTORIAL,
    ),
    "shift_of_all": Misconception(
        "the largest number of all rows is subtracted",
        "A row of much smaller numbers then has powers that are all 0, and 0 / 0 is no number.",
        "Subtract the largest of each row: axis=-1, keepdims=True.",
        _TUTORIAL,
    ),
    "sum_of_all": Misconception(
        "summed over all rows",
        "Each row has a softmax of its own.",
        "Sum with axis=-1, keepdims=True.",
        _TUTORIAL,
    ),
    "second_term_missing": Misconception(
        "the second term is missing",
        "If one input grows, the sum below grows too, and all outputs shrink a little.",
        "Subtract y times the sum of g · y.",
        _TUTORIAL,
    ),
    "y_missing": Misconception(
        "y is missing as a factor",
        "All of the bracket is multiplied with y.",
        "y * (g − …).",
        _TUTORIAL,
    ),
    "weights_missing": Misconception(
        "g is summed without its weights",
        "The sum is over g · y.",
        "Sum g * y along the last axis.",
        _TUTORIAL,
    ),
    "exp_for_softmax": Misconception(
        "the sum below is missing",
        "The slope of log is 1 over what stands inside, which is the sum of the powers.",
        "exp(x) / Σ exp(x), which is exp(x − y).",
        _TUTORIAL,
    ),
}

assignment = Assignment(
    title="Tensor operations with broadcasting",
    file="operations.py",
    minutes=2400,
    tasks=[
        *(unbroadcast, spread),
        *(add_rule, multiply_rule, divide_rule, where_rule, matmul_rule),
        *(sum_rule, mean_rule, max_rule),
        *(reshape_rule, transpose_rule, take_rule, concatenate_rule),
        *(softmax, softmax_rule, logsumexp_rule),
    ],
    misconceptions=MISCONCEPTIONS,
)
