"""Six losses and their derivatives: the checks, worked out on paper where they are public."""

import numpy as np

from tinynet.classroom import (
    Assignment,
    Check,
    Equal,
    Fast,
    Misconception,
    Raises,
    Task,
    Unchanged,
)

# --- what is asked --------------------------------------------------------------------------

Y = {"y_true": np.array([1.0, 2.0, 3.0]), "y_pred": np.array([2.0, 4.0, 0.0])}  # e = 1, 2, −3
LONG = {
    "y_true": np.array([0.5, -1.0, 2.0, 3.5, -0.25, 1.0, 4.0]),
    "y_pred": np.array([0.75, 1.5, -1.25, 3.0, 0.5, 2.25, 0.5]),
}
MATRIX = {
    "y_true": np.array([[1.0, 2.0], [0.5, 0.25], [4.0, 1.0]]),
    "y_pred": np.array([[2.0, 0.5], [0.0, 3.0], [1.5, 1.25]]),
}
COLUMN = {"y_true": np.ones((3, 1)), "y_pred": np.array([0.25, 0.5, 0.75])}

BENT = {"y_true": np.zeros(4), "y_pred": np.array([0.5, 2.0, -3.0, 0.0])}  # on both branches
BETA = LONG | {"beta": 2.0}
NARROW = MATRIX | {"beta": 0.5}

CLASSES = {"y_true": np.array([1, 2]), "y_pred": np.log([[1.0, 2.0, 1.0], [1.0, 1.0, 6.0]])}
LOGITS = {
    "y_true": np.array([2, 0, 0, 1, 2]),
    "y_pred": np.array(
        [[0.5, -1.0, 2.0], [1.5, 0.25, 0.0], [-2.0, 3.0, 1.0], [0.0, 0.5, -0.5], [4.0, 1.0, 2.5]]
    ),
}
HUGE = {
    "y_true": np.array([0, 0, 1]),
    "y_pred": np.array([[1000.0, 0.0], [0.0, 1000.0], [-1000.0, -1000.0]]),
}
SCALES = {
    "y_true": np.array([0, 1, 0]),
    "y_pred": np.array([[2000.0, 2000.0], [0.0, 0.0], [0.0, 1.0]]),
}
CLASS_COLUMN = {"y_true": np.array([[1], [2]]), "y_pred": CLASSES["y_pred"]}

YES_NO = {"y_true": np.array([1.0, 0.0]), "y_pred": np.array([0.25, 0.5])}
MORE = {
    "y_true": np.array([1.0, 0.0, 0.0, 1.0, 1.0]),
    "y_pred": np.array([0.9, 0.2, 0.75, 0.4, 0.05]),
}
TABLE = {
    "y_true": np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]),
    "y_pred": np.array([[0.8, 0.1], [0.6, 0.3], [0.15, 0.7]]),
}

NUMBERS, BENDS, CHANCES = (Y, LONG, MATRIX), (BENT, LONG, MATRIX), (YES_NO, MORE, TABLE)


def certain(dtype):
    """Probabilities of exactly 0 and 1, right and wrong."""
    return {"y_true": np.array([1, 0, 1, 0], dtype), "y_pred": np.array([0, 1, 1, 0], dtype)}


def usual(call, expected, inputs=NUMBERS, points=(1, 1, 1, 1, 1)):
    """The checks of a loss of numbers: on paper, other numbers, a matrix, shapes, arguments."""
    public, more, matrix = inputs
    at = iter(points)
    return [
        Check("worked out on paper", call, public, points=next(at), public=True, expected=expected),
        Check("other numbers", call, more, points=next(at)),
        Check("a matrix", call, matrix, points=next(at)),
        Check(
            "(N, 1) against (N,)",
            call,
            COLUMN,
            Raises("ValueError"),
            points=next(at),
            blames="unchecked_shapes",
            hint="Call check_same_shape(y_true, y_pred) first.",
        ),
        Check("the arguments afterwards", call, matrix, Unchanged(), points=next(at)),
    ]


def quick(call):
    """The check that whole arrays are computed with."""
    source = f"x = np.linspace(-2, 3, 1_000_000)\nnp.sum({call})"
    return Check("a million numbers", source, judgement=Fast())


def mistakes(function, **expressions):
    """What each wrong idea has in the place of {}; name__2 is a second answer with this name."""
    return {name.replace("__", "."): function.format(code) for name, code in expressions.items()}


OF_ERRORS = "lambda y_true, y_pred: (lambda e: {})(y_pred - y_true)"
OF_SIZES = (  # a is the size of e
    "lambda y_true, y_pred, beta=1.0: (lambda e, a: {})(y_pred - y_true, abs(y_pred - y_true))"
)
OF_LOGITS = "lambda y_true, y_pred: (lambda t, z, l: {})(y_true, y_pred, log_softmax(y_pred))"
OF_CHANCES = "lambda y_true, y_pred: (lambda t, p: {})(y_true, clip(y_pred))"


# --- ideas that are wrong only here ---------------------------------------------------------

MISCONCEPTIONS = {
    "one_number": Misconception(
        "one number instead of one per prediction",
        "A derivative says of each prediction how the loss grows with it; here they were summed or"
        " averaged to one.",
        "Return an array of the shape of y_pred: divide by N, but take no mean.",
    ),
    "root": Misconception(
        "the root of the mean squared error",
        "With the root it is the RMSE, which has another derivative.",
        "Leave out the root.",
    ),
    "no_absolute": Misconception(
        "errors of both signs cancel",
        "Without |…| around each error, +3 and −3 add up to 0, as if nothing were wrong.",
        "Take np.abs of each error, before the mean.",
    ),
    "maximum": Misconception(
        "the parabola everywhere",
        "The larger of both branches is the parabola everywhere, since e²/(2 beta) − |e| + beta/2 ="
        " (|e| − beta)²/(2 beta) is never negative.",
        "Choose by |e| < beta, with np.where.",
    ),
    "fixed_beta": Misconception(
        "beta is not used everywhere",
        "With beta = 1 it is right; beta belongs into the condition, the parabola and the line.",
        "Try beta = 2 on paper, and look for each place where a 1 is a beta.",
    ),
    "jump": Misconception(
        "the line does not meet the parabola",
        "At |e| = beta the parabola has arrived at beta/2, so the line must go through there, too.",
        "The line is |e| − beta/2.",
    ),
    "half": Misconception(
        "the 2 of the parabola",
        "e²/(2 beta) has the derivative e/beta: the 2 below the line cancels the 2 of the square.",
        "Compare with the formula in the docstring where |e| < beta.",
    ),
    "no_sign": Misconception(
        "the slope of the line has no sign",
        "Right of 0 the line climbs, left of 0 it falls: its slope is sign(e).",
        "Write np.sign(e) where |e| is large.",
    ),
    "max_of_all": Misconception(
        "the largest logit of the whole matrix is subtracted",
        "Then a row of small logits becomes exp(−2000) = 0 throughout, and the log of their sum is"
        " −∞.",
        "Subtract the largest of each row: logits.max(axis=1, keepdims=True).",
    ),
    "softmax_of_all": Misconception(
        "one softmax for the whole matrix",
        "The probabilities of each row add up to 1, not those of all rows together.",
        "Sum with axis=1 and keepdims=True.",
    ),
    "no_log": Misconception(
        "the probability without its log",
        "The loss is −log p: a probability near 0 costs far more than 1.",
        "Take the log of the softmax.",
    ),
    "whole_columns": Misconception(
        "whole columns are picked instead of one number per row",
        "logp[:, y_true] takes from every row the classes of all rows.",
        "Pick with two lists of the same length: logp[np.arange(N), y_true].",
    ),
    "no_one_hot": Misconception(
        "the 1 at the true class is missing",
        "The derivative is softmax minus a 1 at the true class; without it, every logit is pushed"
        " down.",
        "Subtract 1 at [np.arange(N), y_true].",
    ),
    "fixed_eps": Misconception(
        "an eps that does not fit the dtype",
        "In float32, 1 − 1e-15 is 1 again, and log(1 − p) is −∞ after all.",
        "np.finfo of the dtype knows its eps.",
    ),
    "one_side": Misconception(
        "clipped on one side only",
        "log p fails at p = 0, and log(1 − p) at p = 1.",
        "np.clip(p, eps, 1 - eps)",
    ),
    "one_class": Misconception(
        "only the examples with t = 1 count",
        "−t log p is 0 where t = 0, so a wrong yes costs nothing.",
        "Add −(1 − t) log(1 − p).",
    ),
    "unclipped": Misconception(
        "divided by a probability of 0",
        "1/p and 1/(1 − p) are infinite where p is exactly 0 or 1.",
        "Call clip first, as in the loss.",
    ),
}

# --- the tasks ------------------------------------------------------------------------------

PICKED = "[np.arange(len(t)), t]"
ONE_HOT = "np.eye(z.shape[1])[t]"

squares = [
    Task(
        "mse",
        [*usual("mse(y_true, y_pred)", 14 / 3), quick("mse(x, x**2)")],
        mistakes=mistakes(
            OF_ERRORS,
            missing_mean="np.sum(e**2)",
            mean_of_rows="np.sum(e**2) / len(e)",
            integer_division="np.sum(e**2) // e.size",
            root="np.sqrt(np.mean(e**2))",
        ),
        hints=("Three steps: the errors, their squares, the mean.",),
    ),
    Task(
        "mse_derivative",
        [
            *usual("mse_derivative(y_true, y_pred)", np.array([2 / 3, 4 / 3, -2.0])),
            Check(
                "whole numbers",
                "mse_derivative(y_true, y_pred)",
                {"y_true": np.array([1, 5, 2, 0]), "y_pred": np.array([2, 2, 4, 7])},
            ),
        ],
        mistakes=mistakes(
            OF_ERRORS,
            mean_of_rows="2 * e / len(e)",
            extra_mean="2 * e / e.size**2",
            one_number="np.mean(2 * e)",
            integer_division="2 * e // e.size",
            integer_division__2="(2 * e / e.size).astype(e.dtype)",
        ),
        derivative_of="mse(y_true, y_pred)",
        by="y_pred",
        hints=("In the mean (e₁² + … )/N, only one term has the first prediction in it.",),
    ),
]

sizes = [
    Task(
        "mae",
        usual("mae(y_true, y_pred)", 2.0),
        mistakes=mistakes(
            OF_ERRORS,
            missing_mean="np.sum(abs(e))",
            mean_of_rows="np.sum(abs(e)) / len(e)",
            no_absolute="np.mean(e)",
            no_absolute__2="abs(np.mean(e))",
        ),
        hints=("np.abs of an array is the array of the sizes.",),
    ),
    Task(
        "mae_derivative",
        [
            *usual("mae_derivative(y_true, y_pred)", np.array([1 / 3, 1 / 3, -1 / 3])),
            Check(
                "an error of 0",
                "mae_derivative(y_true, y_pred)",
                {"y_true": np.array([1.0, 2.0, 0.0, 3.0]), "y_pred": np.array([1.0, 3, -1, 4])},
                blames="kink",
            ),
        ],
        mistakes=mistakes(
            OF_ERRORS,
            kink="np.where(e < 0, -1, 1) / e.size",
            kink__2="np.where(e > 0, 1, -1) / e.size",
            missing_mean="np.sign(e)",
            mean_of_rows="np.sign(e) / len(e)",
            one_number="np.mean(np.sign(e))",
        ),
        hints=("Draw |e|: which slope has it left of 0, and which right of it?",),
    ),
]

bends = [
    Task(
        "smooth_l1",
        [
            *usual("smooth_l1(y_true, y_pred)", (1 / 8 + 3 / 2 + 5 / 2) / 4, BENDS),
            Check("beta = 2", "smooth_l1(y_true, y_pred, beta)", BETA, points=2),
            Check("beta = ½", "smooth_l1(y_true, y_pred, beta=beta)", NARROW, points=2),
        ],
        mistakes=mistakes(
            OF_SIZES,
            maximum="np.mean(a**2 / (2 * beta))",
            wrong_branch="np.mean(a - beta / 2)",
            swapped="np.mean(np.where(a < beta, a - beta / 2, a**2 / (2 * beta)))",
            jump="np.mean(np.where(a < beta, a**2 / (2 * beta), a))",
            half="np.mean(np.where(a < beta, a**2 / beta, a - beta / 2))",
            fixed_beta="np.mean(np.where(a < 1, a**2 / 2, a - 1 / 2))",
            fixed_beta__2="np.mean(np.where(a < beta, a**2 / 2, a - 1 / 2))",
            fixed_beta__3="np.mean(np.where(a < beta, a**2 / 2, a - beta / 2))",
            missing_mean="np.sum(np.where(a < beta, a**2 / (2 * beta), a - beta / 2))",
        ),
        hints=("np.where(condition, where it holds, where it does not) chooses for each element.",),
    ),
    Task(
        "smooth_l1_derivative",
        [
            *usual(
                "smooth_l1_derivative(y_true, y_pred)",
                np.array([1 / 8, 1 / 4, -1 / 4, 0.0]),
                BENDS,
            ),
            Check("beta = 2", "smooth_l1_derivative(y_true, y_pred, beta)", BETA, points=2),
            Check("beta = ½", "smooth_l1_derivative(y_true, y_pred, beta=beta)", NARROW),
            quick("smooth_l1_derivative(x, x**2)"),
        ],
        mistakes=mistakes(
            OF_SIZES,
            maximum="e / beta / e.size",
            wrong_branch="np.sign(e) / e.size",
            swapped="np.where(a < beta, np.sign(e), e / beta) / e.size",
            half="np.where(a < beta, 2 * e / beta, np.sign(e)) / e.size",
            half__2="np.where(a < beta, e / (2 * beta), np.sign(e)) / e.size",
            no_sign="np.where(a < beta, e / beta, 1) / e.size",
            fixed_beta="np.clip(e, -1, 1) / e.size",
            fixed_beta__2="np.where(a < beta, e, np.sign(e)) / e.size",
            missing_mean="np.clip(e / beta, -1, 1)",
            mean_of_rows="np.clip(e / beta, -1, 1) / len(e)",
        ),
        derivative_of="smooth_l1(y_true, y_pred)",
        by="y_pred",
        hints=("Differentiate each branch by itself; the condition stays.",),
    ),
]

halves = [
    Task(
        "smooth_l2",
        usual("smooth_l2(y_true, y_pred)", 7 / 3),
        mistakes=mistakes(
            OF_ERRORS, missing_mean="np.sum(e**2) / 2", mean_of_rows="np.sum(e**2) / 2 / len(e)"
        ),
        hints=("It is half of mse.",),
    ),
    Task(
        "smooth_l2_derivative",
        usual("smooth_l2_derivative(y_true, y_pred)", np.array([1 / 3, 2 / 3, -1.0])),
        mistakes=mistakes(
            OF_ERRORS,
            mean_of_rows="e / len(e)",
            extra_mean="e / e.size**2",
            one_number="np.mean(e)",
        ),
        derivative_of="smooth_l2(y_true, y_pred)",
        by="y_pred",
        hints=("The ½ is there to cancel the 2 of the square.",),
    ),
]


def of_classes(call, expected, points):
    """The checks of a loss of logits."""
    return [
        Check(
            "worked out on paper",
            call,
            CLASSES,
            points=points[0],
            public=True,
            expected=expected,
            hint="Softmax gives (1, 2, 1) / 4 and (1, 1, 6) / 8.",
        ),
        Check("other numbers", call, LOGITS, points=points[1]),
        Check("logits of ±1000", call, HUGE, points=points[2], blames="overflow"),
        Check("rows of different scale", call, SCALES, points=points[3]),
        Check(
            "classes in a column",
            call,
            CLASS_COLUMN,
            Raises("ValueError"),
            points=points[4],
            blames="unchecked_shapes",
            hint="Call check_same_shape(y_true, y_pred[:, 0]) first.",
        ),
        Check("the arguments afterwards", call, LOGITS, Unchanged(), points=points[5]),
    ]


def logits(check):
    """The inputs of a check without the classes."""
    return {"logits": check["y_pred"]}


UNSHIFTED = "np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)"
LARGEST = "z.max(axis=1, keepdims=True)"
SHIFTED = f"np.exp(z - {LARGEST})"
LEVEL = "np.exp(z - z.max())"
TOTAL = "sum(axis=1, keepdims=True)"

classes = [
    Task(
        "log_softmax",
        [
            Check(
                "worked out on paper",
                "log_softmax(logits)",
                logits(CLASSES),
                points=2,
                public=True,
                expected=np.log([[1 / 4, 1 / 2, 1 / 4], [1 / 8, 1 / 8, 3 / 4]]),
            ),
            Check("other numbers", "log_softmax(logits)", logits(LOGITS), points=2),
            Check(
                "logits of ±1000",
                "log_softmax(logits)",
                logits(HUGE),
                points=2,
                blames="overflow",
            ),
            Check("rows of different scale", "log_softmax(logits)", logits(SCALES), points=3),
            Check("the argument afterwards", "log_softmax(logits)", logits(LOGITS), Unchanged()),
            Check(
                "fifty thousand rows",
                "z = np.linspace(-2, 3, 400_000).reshape(50_000, 8)\nnp.sum(log_softmax(z))",
                judgement=Fast(),
            ),
        ],
        mistakes=mistakes(
            "lambda z: {}",
            overflow=f"z - np.log(np.exp(z).{TOTAL})",
            overflow__2=f"np.log({UNSHIFTED})",
            wrong_axis="z - np.log(np.exp(z).sum(axis=0, keepdims=True))",
            wrong_axis__2="(lambda s: s - np.log(np.exp(s).sum(axis=0)))(z - z.max(axis=0))",
            wrong_axis__3=f"(lambda s: s - np.log(np.exp(s).sum(axis=0)))(z - {LARGEST})",
            max_of_all=f"z - z.max() - np.log({LEVEL}.{TOTAL})",
            max_of_all__2=f"np.log({LEVEL} / {LEVEL}.{TOTAL})",
            softmax_of_all=f"z - z.max() - np.log({LEVEL}.sum())",
            softmax_of_all__2=f"np.log({LEVEL} / {LEVEL}.sum())",
            log_of_zero=f"np.log({SHIFTED} / {SHIFTED}.{TOTAL})",
            no_log=f"{SHIFTED} / {SHIFTED}.{TOTAL}",
        ),
        hints=("log(exp(s) / sum of exp(s)) is s − log(sum of exp(s)).",),
    ),
    Task(
        "cross_entropy",
        of_classes(
            "cross_entropy(y_true, y_pred)",
            (np.log(2) + np.log(8 / 6)) / 2,
            (2, 2, 2, 1, 1, 1),
        ),
        mistakes=mistakes(
            OF_LOGITS,
            missing_mean=f"-l{PICKED}.sum()",
            mean_of_all=f"-l{PICKED}.sum() / z.size",
            whole_columns="-np.mean(l[:, t])",
            no_log=f"-np.mean(np.exp(l{PICKED}))",
            overflow=f"-np.mean(np.log(({UNSHIFTED}){PICKED}))",
            overflow__2=f"np.mean(np.log(np.exp(z).sum(axis=1)) - z{PICKED})",
            log_of_zero=f"-np.mean(np.log(np.exp(l{PICKED})))",
        ),
        needs=("log_softmax",),
        hints=("Row i contributes the number in column y_true[i] of log_softmax(y_pred).",),
    ),
    Task(
        "cross_entropy_derivative",
        of_classes(
            "cross_entropy_derivative(y_true, y_pred)",
            np.array([[1 / 8, -1 / 4, 1 / 8], [1 / 16, 1 / 16, -1 / 8]]),
            (2, 2, 2, 1, 1, 1),
        ),
        mistakes=mistakes(
            OF_LOGITS,
            missing_mean=f"np.exp(l) - {ONE_HOT}",
            mean_of_all=f"(np.exp(l) - {ONE_HOT}) / z.size",
            no_one_hot="np.exp(l) / len(z)",
            overflow=f"({UNSHIFTED} - {ONE_HOT}) / len(z)",
            max_of_all=f"({LEVEL} / {LEVEL}.{TOTAL} - {ONE_HOT}) / len(z)",
        ),
        derivative_of="cross_entropy(y_true, y_pred)",
        by="y_pred",
        needs=("log_softmax",),
        hints=(
            "Write the loss of one row as log(sum of exp(z)) − z of the true class.",
            "What remains is softmax − (a row with a 1 at the true class), divided by N.",
        ),
    ),
]


def logs(dtype):
    """Both logs of clipped probabilities of this dtype, in which eps shows."""
    return "q = clip(p)\nnp.log(np.stack([q, 1 - q]))", {"p": np.array([0, 0.25, 1, 0.5], dtype)}


def ends(call, dtype, blames):
    """The check with certain probabilities; float32 has seven digits, some of which are lost."""
    title = f"probabilities of 0 and 1 in {np.dtype(dtype)}"
    return Check(title, call, certain(dtype), Equal(1e-5), points=1, blames=blames)


EPS = np.finfo(float).eps
chances = [
    Task(
        "clip",
        [
            Check(
                "0, ¼ and 1",
                "q = clip(p)\nnp.log(np.stack([q, 1 - q]))",
                {"p": np.array([0.0, 0.25, 1.0])},
                public=True,
                expected=np.log([[EPS, 0.25, 1 - EPS], [1 - EPS, 0.75, EPS]]),
                blames="log_of_zero",
            ),
            Check("other numbers", *logs(np.float64), blames="log_of_zero"),
            Check("in float32", *logs(np.float32), Equal(1e-5), blames="fixed_eps"),
            Check("the argument afterwards", "clip(p)", {"p": np.array([0.0, 1.0])}, Unchanged()),
        ],
        mistakes={
            "log_of_zero": "lambda p: p",
            "one_side": "lambda p: np.maximum(p, np.finfo(p.dtype).eps)",
            "one_side.2": "lambda p: np.minimum(p, 1 - np.finfo(p.dtype).eps)",
            "fixed_eps": "lambda p: np.clip(p, 2**-52, 1 - 2**-52)",
            **{f"fixed_eps.{n}": f"lambda p: np.clip(p, 1e-{n}, 1 - 1e-{n})" for n in range(5, 17)},
        },
        hints=("np.clip(p, lowest, highest) makes a new array.",),
    ),
    Task(
        "log_loss",
        [
            *usual(
                "log_loss(y_true, y_pred)",
                1.5 * np.log(2),
                CHANCES,
                (2, 1, 1, 1, 1),
            ),
            ends("log_loss(y_true, y_pred)", np.float64, "log_of_zero"),
            ends("log_loss(y_true, y_pred)", np.float32, "log_of_zero"),
        ],
        mistakes=mistakes(
            OF_CHANCES,
            missing_mean="-np.sum(t * np.log(p) + (1 - t) * np.log(1 - p))",
            mean_of_rows="-np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(t)",
            one_class="-np.mean(t * np.log(p))",
            swapped="-np.mean((1 - t) * np.log(p) + t * np.log(1 - p))",
        ),
        needs=("clip",),
        hints=("Where t is 1, −log p remains; where t is 0, −log(1 − p).",),
    ),
    Task(
        "log_loss_derivative",
        [
            *usual(
                "log_loss_derivative(y_true, y_pred)",
                np.array([-2.0, 1.0]),
                CHANCES,
                (2, 1, 1, 1, 1),
            ),
            ends("log_loss_derivative(y_true, y_pred)", np.float64, "unclipped"),
            ends("log_loss_derivative(y_true, y_pred)", np.float32, "unclipped"),
        ],
        mistakes=mistakes(
            OF_CHANCES,
            missing_mean="(1 - t) / (1 - p) - t / p",
            mean_of_rows="((1 - t) / (1 - p) - t / p) / len(t)",
            slope_missing="(-(1 - t) / (1 - p) - t / p) / p.size",
            one_class="-t / p / p.size",
            one_number="np.mean((1 - t) / (1 - p) - t / p)",
        ),
        derivative_of="log_loss(y_true, y_pred)",
        by="y_pred",
        needs=("clip",),
        hints=("The derivative of log(1 − p) is −1 / (1 − p).",),
    ),
]

assignment = Assignment(
    title="Six losses and their derivatives",
    file="losses.py",
    minutes=180,
    tasks=[*squares, *sizes, *bends, *halves, *classes, *chances],
    misconceptions=MISCONCEPTIONS,
)
