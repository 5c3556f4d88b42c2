"""A robust loss of one's own: the checks."""

import numpy as np

from tinynet.classroom import (
    Alike,
    Assignment,
    Check,
    Equal,
    Fast,
    Grows,
    Misconception,
    Rises,
    Scores,
    Slope,
    Task,
    Unchanged,
)

LOSSES, LINE = "tutorials/05_six_losses.py", "tutorials/01_what_is_wrong.py"


def numbers(seed, *shape):
    """Numbers with two digits behind the point, none of them special."""
    return np.random.default_rng(seed).normal(size=shape).round(2)


# --- how far off ----------------------------------------------------------------------------

RESIDUALS = "residuals(x, y, w)"
FIT = {"x": numbers(1, 5, 3), "y": numbers(2, 5), "w": numbers(3, 3)}

residuals = Task(
    "residuals",
    [
        Check(
            "two rows, worked out on paper",
            RESIDUALS,
            {
                "x": np.array([[1.0, 2.0], [1.0, 3.0]]),
                "y": np.array([4.0, 9.0]),
                "w": np.array([1.0, 2.0]),
            },
            public=True,
            expected=[1.0, -2.0],
        ),
        Check("three columns", RESIDUALS, FIT, points=2),
        Check("as many rows as columns", RESIDUALS, {**FIT, "x": FIT["x"][:3], "y": FIT["y"][:3]}),
        Check("arguments", RESIDUALS, FIT, Unchanged()),
    ],
    title="The errors of a fit",
    mistakes={
        "turned_round": "lambda x, y, w: y - x @ w",
        "unchecked_shapes": "lambda x, y, w: x @ w[:, None] - y",
        "unchecked_shapes.2": "lambda x, y, w: x @ w - y[:, None]",
        "no_truth": "lambda x, y, w: x @ w",
    },
    tutorial=LINE,
)

DIGITS = Equal(tolerance=1e-4)  # of 1.4826, more or fewer digits are written
SKEWED = {"e": np.array([0.3, -1.7, 2.2, 40.0, 0.9, 1.4, -0.2, 3.1, 5.0])}
EVEN = {"e": np.array([4.0, -1.0, 2.5, 0.25, 3.0, -7.0, 8.5, 2.0])}

mad = Task(
    "mad",
    [
        Check(
            "five errors, worked out on paper",
            "mad(e)",
            {"e": np.array([1.0, 2.0, 30.0, 4.0, 3.0])},
            DIGITS,
            points=2,
            public=True,
            expected=1.4826,
        ),
        Check("others, and a large one", "mad(e)", SKEWED, DIGITS, points=6),
        Check("an even number of errors", "mad(e)", EVEN, DIGITS, points=4),
        Check("no error at all", "mad(e)", {"e": np.zeros(4)}, DIGITS),
        Check("arguments", "mad(e)", SKEWED, Unchanged(), points=2),
    ],
    title="How large errors usually are",
    mistakes={
        "factor": "lambda e: np.median(abs(e - np.median(e)))",
        "factor.2": "lambda e: np.median(abs(e - np.median(e))) / 1.4826",
        "mean_for_median": "lambda e: 1.4826 * np.mean(abs(e - np.mean(e)))",
        "mean_for_median.2": "lambda e: 1.4826 * np.mean(abs(e - np.median(e)))",
        "mean_for_median.3": "lambda e: 1.4826 * np.median(abs(e - np.mean(e)))",
        "mean_for_median.4": "lambda e: np.mean(abs(e - np.mean(e)))",
        "standard_deviation": "lambda e: np.std(e)",
        "standard_deviation.2": "lambda e: 1.4826 * np.std(e)",
        "standard_deviation.3": "lambda e: np.std(e, ddof=1)",
        "absolute_missing": "lambda e: 1.4826 * np.median(e - np.median(e))",
        "not_centred": "lambda e: 1.4826 * np.median(abs(e))",
        "one_middle": "lambda e: 1.4826 * sorted(abs(e - sorted(e)[len(e) // 2]))[len(e) // 2]",
        "one_middle.2": "lambda e: 1.4826 * sorted(abs(e - np.median(e)))[len(e) // 2]",
    },
    hints=("Two medians: the first says where the middle is, the second how far one is from it.",),
    tutorial=LOSSES,
)


# --- Huber's loss ---------------------------------------------------------------------------

ERRORS = np.array([0.2, -0.4, 1.5, -3.0, 0.6, 6.0, -0.9, 2.0])


def of_huber(name, paper, mistakes, points, title, *, hints=()):
    """The task of one function of (e, delta)."""
    asked = f"{name}(e, delta)"
    few = {"e": np.array([-1.0, -4.0, 3.0]), "delta": 2.0}
    return Task(
        name,
        [
            Check(
                "three errors, worked out on paper",
                asked,
                few,
                points=2,
                public=True,
                expected=paper,
            ),
            Check("a smaller delta", asked, {"e": ERRORS, "delta": 0.75}, points=points - 7),
            Check(
                "no error, and a small one",
                asked,
                {"e": np.array([0.0, -0.5]), "delta": 1.0},
                points=2,
            ),
            Check("a matrix", asked, {"e": ERRORS.reshape(4, 2) + 0.25, "delta": 1.25}),
            Check("arguments", asked, {"e": ERRORS, "delta": 0.75}, Unchanged()),
            Check(
                "a million errors, in a moment",
                f"{name}(np.linspace(-5, 5, 1_000_000), 1.0)[-1]",
                judgement=Fast(),
            ),
        ],
        title=title,
        mistakes=mistakes,
        hints=hints,
        tutorial=LOSSES,
    )


huber = of_huber(
    "huber",
    [0.5, 6.0, 4.0],
    {
        "absolute_missing": "lambda e, delta: np.where(e <= delta, e**2/2, delta * (e - delta/2))",
        "absolute_missing.2": "lambda e, delta:"
        " np.where(abs(e) <= delta, e**2 / 2, delta * (e - delta / 2))",
        "half_missing": "lambda e, delta: np.where(abs(e) <= delta, e**2, delta*(abs(e)-delta/2))",
        "jump": "lambda e, delta: np.where(abs(e) <= delta, e**2 / 2, delta * abs(e))",
        "jump.2": "lambda e, delta: np.where(abs(e) <= delta, e**2 / 2, abs(e) - delta / 2)",
        "jump.3": "lambda e, delta: np.where(abs(e) <= delta, e**2 / 2, delta * (abs(e) - delta))",
        "swapped": "lambda e, delta:"
        " np.where(abs(e) > delta, e**2 / 2, delta * (abs(e) - delta / 2))",
        "fixed_delta": "lambda e, delta: np.where(abs(e) <= 1, e**2 / 2, abs(e) - 0.5)",
        "averaged": "lambda e, delta:"
        " np.mean(np.where(abs(e) <= delta, e**2 / 2, delta * (abs(e) - delta / 2)))",
        "unbounded": "lambda e, delta: e**2 / 2",
        "smaller_of_two": "lambda e, delta: np.minimum(e**2 / 2, delta * (abs(e) - delta / 2))",
    },
    10,
    "Huber's loss",
    hints=("np.where(condition, inside, outside) takes one of two formulas for each error.",),
)

huber_derivative = of_huber(
    "huber_derivative",
    [-1.0, -2.0, 2.0],
    {
        "absolute_missing": "lambda e, delta: np.minimum(e, delta)",
        "sign_lost": "lambda e, delta: np.where(abs(e) <= delta, e, delta)",
        "sign_lost.2": "lambda e, delta: np.clip(abs(e), 0, delta)",
        "fixed_delta": "lambda e, delta: np.where(abs(e) <= delta, e, np.sign(e))",
        "fixed_delta.2": "lambda e, delta: np.clip(e, -1, 1)",
        "sign": "lambda e, delta: -np.clip(e, -delta, delta)",
        "extra_mean": "lambda e, delta: np.clip(e, -delta, delta) / e.size",
        "unbounded": "lambda e, delta: e",
        "unbounded.2": "lambda e, delta: np.where(abs(e) <= delta, e, delta * e)",
        "rejects": "lambda e, delta: np.where(abs(e) <= delta, e, 0)",
        "swapped": "lambda e, delta: np.where(abs(e) > delta, e, delta * np.sign(e))",
    },
    10,
    "The slope of Huber's loss",
    hints=(
        "Its slope is that of the parabola inside, and ±delta outside.",
        "np.clip holds numbers between two bounds.",
    ),
)

huber_weight = of_huber(
    "huber_weight",
    [1.0, 0.5, 2 / 3],
    {
        "inverse": "lambda e, delta: np.maximum(abs(e), delta) / delta",
        "weight_squared": "lambda e, delta: (delta / np.maximum(abs(e), delta)) ** 2",
        "weight_squared.2": "lambda e, delta: np.sqrt(delta / np.maximum(abs(e), delta))",
        "absolute_missing": "lambda e, delta: np.where(e <= delta, 1, delta / np.where(e, e, 1))",
        "absolute_missing.2": "lambda e, delta:"
        " np.where(abs(e) <= delta, 1, delta / np.where(e, e, 1))",
        "fixed_delta": "lambda e, delta: 1 / np.maximum(abs(e), 1)",
        "fixed_delta.2": "lambda e, delta: np.where(abs(e) > delta, 1 / np.where(e, abs(e), 1), 1)",
        "rejects": "lambda e, delta: 1.0 * (abs(e) <= delta)",
        "not_divided": "lambda e, delta: np.clip(e, -delta, delta)",
        "divided_by_size": "lambda e, delta: np.clip(e, -delta, delta) / np.maximum(abs(e), 1e-12)",
        "divided_by_size.2": "lambda e, delta:"
        " np.where(e == 0, 1, np.clip(e, -delta, delta) / np.maximum(abs(e), 1e-12))",
    },
    10,
    "The weights of Huber's loss",
    hints=("At e = 0 one must not divide: np.maximum(abs(e), delta) is never 0.",),
)

WEIGHTED = "weighted_least_squares(x, y, weight)"
ROWS = {
    "x": numbers(10, 7, 2),
    "y": numbers(11, 7),
    "weight": np.array([1.0, 0.5, 2.0, 0.1, 3.0, 1.5, 0.8]),
}

weighted_least_squares = Task(
    "weighted_least_squares",
    [
        Check(
            "a mean with weights, worked out on paper",
            WEIGHTED,
            {"x": np.ones((2, 1)), "y": np.array([5.0, 10.0]), "weight": np.array([4.0, 1.0])},
            points=2,
            public=True,
            expected=[6.0],
        ),
        Check("two columns", WEIGHTED, ROWS, points=4),
        Check(
            "three columns",
            WEIGHTED,
            {"x": numbers(12, 6, 3), "y": numbers(13, 6), "weight": np.arange(1.0, 7.0)},
            points=2,
        ),
        Check("arguments", WEIGHTED, ROWS, Unchanged(), points=2),
    ],
    title="Least squares with weights",
    mistakes={
        "weight_squared": "lambda x, y, weight:"
        " np.linalg.lstsq(weight[:, None] * x, weight * y, rcond=None)[0]",
        "weights_ignored": "lambda x, y, weight: np.linalg.lstsq(x, y, rcond=None)[0]",
        "inverse": "lambda x, y, weight: np.linalg.solve(x.T / weight @ x, x.T / weight @ y)",
        "one_side": "lambda x, y, weight:"
        " np.linalg.lstsq(np.sqrt(weight)[:, None] * x, y, rcond=None)[0]",
        "one_side.2": "lambda x, y, weight: np.linalg.lstsq(x, np.sqrt(weight) * y, rcond=None)[0]",
        "one_side.3": "lambda x, y, weight: np.linalg.lstsq(x, weight * y, rcond=None)[0]",
        "one_side.4": "lambda x, y, weight: np.linalg.lstsq(weight[:, None] * x, y, rcond=None)[0]",
    },
    hints=(
        "weight · (x @ w − y)² is (√weight · x @ w − √weight · y)²: what is a, what is b?",
        "Multiply each row of x, and y, with the root of its weight, and call lstsq.",
    ),
    tutorial=LINE,
)


# --- your own -------------------------------------------------------------------------------

STEP = 1e-5
FAR = {"e": np.array([1e2, 1e4, 1e6])}
AROUND = {"e": np.linspace(-11.93, 12.07, 60)}

my_loss = Task(
    "my_loss",
    [
        Check(
            "a larger error never costs less",
            "value, slope = my_loss(e)\nvalue",
            {"e": np.array([0.0, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0])},
            Rises(),
            points=3,
            public=True,
            blames="no_minimum",
        ),
        Check(
            "no error costs nothing, in a matrix",
            "value, slope = my_loss(np.zeros((3, 2)))\n[value, slope]",
            judgement=Equal(absolute=1e-9),
            points=3,
        ),
        Check(
            "e costs as much as −e",
            "[my_loss(e)[0], my_loss(-e)[0]]",
            AROUND,
            Alike(),
            points=3,
            public=True,
            blames="asymmetric",
        ),
        Check(
            "the slope is that of the value",
            f"[my_loss(e - {STEP})[0], my_loss(e)[1], my_loss(e + {STEP})[0]]",
            AROUND,
            Slope(STEP),
            points=4,
            blames="not_its_slope",
        ),
        Check(
            "the say of an outlier is bounded",
            "my_loss(e)[1]",
            FAR,
            Grows(0.0),
            points=3,
            public=True,
            blames="unbounded",
        ),
        Check(
            "it grows slower than the square",
            "my_loss(e)[0]",
            FAR,
            Grows(1.5),
            points=2,
            blames="unbounded",
        ),
        Check("arguments", "my_loss(e)", AROUND, Unchanged(), points=2),
    ],
    title="A loss of your own",
    mistakes={"averaged": "lambda e: (0.0, 0 * e)"},
    hints=(
        "Draw both over e from −10 to 10: the value like a bowl, the slope through 0.",
        "Losses to look up: Cauchy, Welsch, Geman–McClure, log-cosh, pseudo-Huber, Tukey.",
    ),
    tutorial="tutorials/16_a_loss_of_your_own.py",
)


def spoiled(seed, w, share, both):
    """A plane with noise, of which a share is wrong; and clean rows that are held out."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([np.ones((280, 1)), rng.uniform(-2, 2, (280, len(w) - 1))], axis=1)
    truth = x @ np.array(w)
    y = truth[:80] + 0.3 * rng.normal(size=80)
    wrong = rng.permutation(80)[: round(share * 80)]
    y[wrong] += 30 * rng.standard_t(1.5, wrong.size) if both else 10 + 8 * x[wrong, 1]
    return {"x": x[:80], "y": y, "x_new": x[80:]}, truth[80:]


def held_out(title, data, points, *, public=False):
    """A check of predictions: least squares errs by 2 and more, robust fits by 0.3 and less."""
    inputs, truth = data
    return Check(
        title,
        "x_new @ fit_robust(x, y)",
        inputs,
        Scores("rmse", truth, 0.4),
        points=points,
        public=public,
        blames="not_robust",
    )


EXACT = Equal(tolerance=1e-3, absolute=1e-6)  # gradient descent comes near, and no nearer
PLANE = np.concatenate([np.ones((9, 1)), numbers(20, 9, 2)], axis=1)
TIMES = np.stack([np.ones(6), np.arange(6.0)], axis=1)


def unguarded(solve):
    """The source of a fit that divides by a scale of 0."""
    return f"""
def fit_robust(x, y):
    w = weighted_least_squares(x, y, np.ones(len(y)))
    for _ in range(20):
        e = residuals(x, y, w)
        weight = 1 / np.maximum(abs(e / mad(e)), 1)
        w = {solve}
    return w
"""


fit_robust = Task(
    "fit_robust",
    [
        Check(
            "a line without outliers",
            "fit_robust(x, y)",
            {"x": TIMES, "y": 1 + 2 * np.arange(6.0)},
            EXACT,
            points=2,
            public=True,
            expected=[1.0, 2.0],
        ),
        Check(
            "a plane without outliers",
            "fit_robust(x, y)",
            {"x": PLANE, "y": PLANE @ np.array([0.5, -2.0, 3.0])},
            EXACT,
            points=2,
        ),
        held_out("a line, a fifth too high", spoiled(1, [1.0, 2.0], 0.2, False), 4, public=True),
        held_out("another line", spoiled(2, [-3.0, 0.5], 0.2, False), 4),
        held_out("a plane, a quarter anywhere", spoiled(2, [1.0, 2.0, -1.0], 0.25, True), 4),
        Check(
            "data without any error",
            "fit_robust(x, y)",
            {"x": TIMES, "y": np.zeros(6)},
            EXACT,
            points=2,
            blames="zero_scale",
        ),
        Check(
            "arguments",
            "fit_robust(x, y)",
            {"x": PLANE, "y": numbers(21, 9)},
            Unchanged(),
            points=2,
        ),
    ],
    title="A fit that outliers cannot spoil",
    mistakes={
        "zero_scale": unguarded("weighted_least_squares(x, y, weight)"),
        "zero_scale.2": unguarded("np.linalg.solve((x.T * weight) @ x, (x.T * weight) @ y)"),
    },
    needs=("residuals", "mad", "huber_weight", "weighted_least_squares", "my_loss"),
    hints=(
        "Begin with least squares. Then, over and over: errors, weights from them, a new fit.",
        "The weight of an error is slope / e, of its multiple of the usual error, e / mad(e).",
    ),
    tutorial=LOSSES,
)

assignment = Assignment(
    title="A robust loss of one's own",
    file="robust.py",
    minutes=180,
    tasks=[
        residuals,
        mad,
        huber,
        huber_derivative,
        huber_weight,
        weighted_least_squares,
        my_loss,
        fit_robust,
    ],
    misconceptions={
        "turned_round": Misconception(
            "truth − prediction instead of prediction − truth",
            "Then a prediction that is too high has a negative error, and slopes flip their sign.",
            "Subtract y from the prediction.",
            LINE,
        ),
        "no_truth": Misconception(
            "the prediction in the place of the error",
            "An error is the difference of prediction and truth.",
            "Subtract y.",
            LINE,
        ),
        "mean_for_median": Misconception(
            "a mean where the median belongs",
            "A single error of a million moves the mean as far as it likes, the median hardly.",
            "Use np.median both times.",
            LOSSES,
        ),
        "standard_deviation": Misconception(
            "the standard deviation in the place of the median deviation",
            "It squares errors, so that the worst ones decide what is usual.",
            "Take medians of absolute deviations.",
            LOSSES,
        ),
        "absolute_missing": Misconception(
            "the absolute value is missing",
            "An error may be negative, and far off all the same.",
            "Ask for np.abs(e), and take np.sign(e) where the direction counts.",
            LOSSES,
        ),
        "not_centred": Misconception(
            "the median is not subtracted",
            "If all errors are near 5, they hardly deviate; their size is not what is asked.",
            "Subtract np.median(e) first.",
            LOSSES,
        ),
        "one_middle": Misconception(
            "one of the two middle values instead of their mean",
            "An even number of values has two in the middle, and the median is between them.",
            "Use np.median, or average the two.",
            LOSSES,
        ),
        "half_missing": Misconception(
            "e² without the half",
            "Inside it is e² / 2, whose slope is e; so it meets the line outside.",
            "Divide by 2.",
            LOSSES,
        ),
        "jump": Misconception(
            "parabola and line do not meet",
            "At |e| = delta both must be delta² / 2, with the same slope.",
            "Outside: delta · (|e| − delta / 2).",
            LOSSES,
        ),
        "smaller_of_two": Misconception(
            "the smaller of the two formulas",
            "The line lies below the parabola everywhere, and only touches it at delta.",
            "Which formula counts depends on |e| ≤ delta: use np.where.",
            LOSSES,
        ),
        "fixed_delta": Misconception(
            "delta is taken as 1",
            "Where the parabola ends is an argument.",
            "Put delta where a 1 stands for it, also in the slope outside.",
            LOSSES,
        ),
        "averaged": Misconception(
            "one number for all errors",
            "Asked is the loss of each error; the mean comes later.",
            "Return the array.",
            LOSSES,
        ),
        "sign_lost": Misconception(
            "the sign is lost",
            "An error of −4 pulls to the other side than one of 4.",
            "Inside it is e, outside delta · sign(e): no absolute value remains.",
            LOSSES,
        ),
        "unbounded": Misconception(
            "the say of an outlier has no bound",
            "Where the slope grows with the error, one value that is far off decides the fit.",
            "Look for a loss that becomes a line, or flat, far out.",
            LOSSES,
        ),
        "rejects": Misconception(
            "what lies outside counts for nothing",
            "That is another loss; Huber's still lets an outlier pull, with delta.",
            "Outside the slope is delta · sign(e), and the weight delta / |e|.",
            LOSSES,
        ),
        "inverse": Misconception(
            "the weight upside down",
            "What is far off shall count less, not more.",
            "Exchange numerator and denominator.",
            LOSSES,
        ),
        "weight_squared": Misconception(
            "the weight has a wrong power",
            "In weight · (x @ w − y)², a factor inside of the square is the root of the weight.",
            "The weight is slope / e; what multiplies rows for lstsq is its root.",
            LOSSES,
        ),
        "not_divided": Misconception(
            "the slope in the place of the weight",
            "weight · e is the slope, so the weight is slope / e.",
            "Divide by e, and let it be 1 where e is 0.",
            LOSSES,
        ),
        "divided_by_size": Misconception(
            "divided by |e| instead of e",
            "The slope has the sign of e; divided by e, it is positive, as a weight must be.",
            "Divide by e, or take the size of the slope, too.",
            LOSSES,
        ),
        "weights_ignored": Misconception(
            "the weights are not used",
            "Each row counts as much as its weight says.",
            "Multiply each row of x, and y, with the root of its weight.",
            LINE,
        ),
        "one_side": Misconception(
            "only one of x and y has the weights",
            "The weight belongs to the whole error, x @ w − y.",
            "Multiply both with the root of the weight.",
            LINE,
        ),
        "no_minimum": Misconception(
            "a larger error costs less, or nothing costs anything",
            "A loss must rise with the error, or its minimum is not where the fit is good.",
            "Draw it over e from 0 to 10.",
            LOSSES,
        ),
        "asymmetric": Misconception(
            "e and −e cost differently",
            "Too high is as bad as too low here; often an absolute value is missing.",
            "Let the value depend on e² or |e| only.",
            LOSSES,
        ),
        "not_its_slope": Misconception(
            "the slope is not the derivative of the value",
            "(f(e + h) − f(e − h)) / 2h with a small h is another number.",
            "Differentiate once more on paper, with the chain rule, each branch by itself.",
            LOSSES,
        ),
        "not_robust": Misconception(
            "outliers spoil the fit",
            "Least squares believes every value, and what is far off pulls hardest. To leave out"
            " once what is far from a spoiled fit is not enough.",
            "Give each error its weight, fit again, and repeat until nothing changes.",
            LOSSES,
        ),
        "zero_scale": Misconception(
            "divides by a scale of 0",
            "Where half of the errors are 0, so is mad(e), and 0 / 0 is no number.",
            "Divide by max(mad(e), a tiny number).",
            LOSSES,
        ),
    },
)
