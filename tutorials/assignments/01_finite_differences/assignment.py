"""Gradients by finite differences: the checks.

The steps are large, a half or a quarter: so the error of each formula shows in its first digits,
and with it which formula it was.
"""

import numpy as np

from tinynet.classroom import Assignment, Check, Equal, Misconception, Raises, Task, Unchanged

LINE = "tutorials/01_what_is_wrong.py"

MISCONCEPTIONS = {
    "missing_h": Misconception(
        "not divided by the step",
        "The difference alone says how far f moves; the slope says how far per step.",
        "Divide by how far apart the two places are.",
        LINE,
    ),
    "brackets": Misconception(
        "brackets are missing",
        "Python divides and multiplies from left to right, and before it subtracts: a / 2 * h is"
        " a/2 times h.",
        "Put the whole difference into brackets, and (2 * h), too.",
        LINE,
    ),
    "two_h": Misconception(
        "divided by h instead of 2h",
        "x − h and x + h are 2h apart, so every slope is twice too large.",
        "Divide by (2 * h).",
        LINE,
    ),
    "fixed_step": Misconception(
        "another step than the one that is asked for",
        "The function has an argument h, but steps with a number of its own.",
        "Step with h, so that whoever calls it can choose.",
        LINE,
    ),
    "backward": Misconception(
        "the step goes to the other side",
        "This is (f(x) − f(x − h)) / h; asked is for the slope between x and x + h.",
        "Read the places in the docstring once more.",
        LINE,
    ),
    "two_sided": Misconception(
        "a central difference where the one-sided is asked for",
        "The central difference is better, but here it is to be seen how much.",
        "Call f at x + h and at x.",
        LINE,
    ),
    "h_once": Misconception(
        "divided by h once instead of twice",
        "A slope of slopes divides by the step twice.",
        "Divide by h**2.",
        LINE,
    ),
    "middle_once": Misconception(
        "the middle counts once instead of twice",
        "(f(x + h) − f(x)) − (f(x) − f(x − h)) has −2 f(x) in it.",
        "Write the difference of the two slopes down, and gather the terms.",
        LINE,
    ),
    "double_step": Misconception(
        "a step of 2h to both sides",
        "Whoever takes the central difference of the central difference arrives at x ± 2h: the"
        " error is four times as large.",
        "Call f at x − h, x and x + h.",
        LINE,
    ),
    "first_derivative": Misconception(
        "the slope instead of how it changes",
        "This is the first derivative.",
        "Take the slope right of x, subtract the one left of x, and divide by h once more.",
        LINE,
    ),
    "not_restored": Misconception(
        "the last element is not put back",
        "When the next element moves, the one before must stand where it stood.",
        "Make a fresh copy for each element, or keep the old number and write it back.",
        LINE,
    ),
    "all_at_once": Misconception(
        "all elements move at the same time",
        "x + h adds h to every element; the gradient asks what each of them does alone.",
        "Make a step that is 0 but in one place.",
        LINE,
    ),
    "first_only": Misconception(
        "only the first element moves",
        "The loop ends, or returns, after the first element.",
        "Fill one number for each place, and return after the loop.",
        LINE,
    ),
    "normalised": Misconception(
        "the direction is made a unit vector",
        "Asked is for the change per d, whatever its length: twice the d, twice the change.",
        "Leave d as it is.",
        LINE,
    ),
    "each_element": Misconception(
        "many steps where one is enough",
        "It moves one element after the other, and adds up; all of them can move along d at once.",
        "Call f twice: at x + h * d and at x − h * d.",
        LINE,
    ),
    "absolute_error": Misconception(
        "an absolute error where a relative one is asked for",
        "Off by 0.1 is much for a gradient of 0.2, and nothing for one of 1000.",
        "Compare with the size of the numbers themselves.",
        LINE,
    ),
    "one_scale": Misconception(
        "compared with one of the two only",
        "Then error(a, b) is not error(b, a), and infinite where that one is 0.",
        "Divide by the larger of the two.",
        LINE,
    ),
    "sum_of_scales": Misconception(
        "divided by the sum of both sizes",
        "That gives half of what is asked for, where both are nearly the same.",
        "Divide by the larger of the two.",
        LINE,
    ),
    "no_root": Misconception(
        "the root of the sum of squares is missing",
        "‖a‖ is a length: the root of the sum of the squares.",
        "Use np.linalg.norm of np.ravel(a).",
        LINE,
    ),
    "by_itself": Misconception(
        "each number is compared with itself only",
        "A number that is nearly 0 in both gradients then looks all wrong, for its rounding.",
        "Compare with the size of the whole gradient.",
        LINE,
    ),
    "zero_by_zero": Misconception(
        "0 divided by 0",
        "Two gradients that are 0 everywhere are equal; 0/0 is no number.",
        "Look whether the larger of the two is 0, first.",
        LINE,
    ),
    "claimed_scale": Misconception(
        "the scale is that of the claimed gradient",
        "The claimed one may be wrong, also in size; what was measured is what it is held against.",
        "Take the largest |measured|.",
        LINE,
    ),
    "signed_scale": Misconception(
        "the largest number instead of the largest size",
        "Of −190 and 10, the larger number is 10; but −190 says how large the gradient is.",
        "Take np.abs(measured) before np.max.",
        LINE,
    ),
    "inexact": Misconception(
        "right but for the last digits",
        "The numbers agree to six digits or more, but not to all: the step is another one than"
        " the docstring says, or they were rounded, or computed in float32.",
        "Compute in float64, and let h be what the docstring says where nobody names it.",
        LINE,
    ),
    "no_absolute": Misconception(
        "a difference without its size",
        "−3 is less than any tolerance, and yet far away from 0.",
        "Take abs of the difference.",
        LINE,
    ),
    "one_for_all": Misconception(
        "one verdict for all entries",
        "Asked is where the gradient is wrong: one truth value for each entry.",
        "Leave out any and all: a comparison of arrays is an array.",
        LINE,
    ),
    "smallest": Misconception(
        "the smallest step is taken for the best",
        "Below about 6e-6, rounding grows faster than the error of the formula falls.",
        "Compute the error of each step, and take the step where it is smallest.",
        LINE,
    ),
    "index": Misconception(
        "its place in the list instead of the step",
        "np.argmin says where the smallest is; asked is for what stands there.",
        "Return steps[place].",
        LINE,
    ),
    "error_itself": Misconception(
        "the smallest error instead of its step",
        "min of the errors is an error; asked is for the step that makes it.",
        "Keep the step beside its error.",
        LINE,
    ),
    "nearest_quotient": Misconception(
        "the best quotient instead of its step",
        "Asked is for the h, not for what comes out with it.",
        "Keep the step beside its quotient.",
        LINE,
    ),
    "last_of_equals": Misconception(
        "of two equally good steps the last",
        "<= also replaces what is just as good.",
        "Replace the best only where the new one is better: <.",
        LINE,
    ),
}


def mistakes(arguments, up="x + h", down="x - h", **more):
    """The mistakes that all quotients have in common, and more; name__2 is a second answer."""
    f_up, f_down, f_x = f"f({up})", f"f({down})", "f(x)"
    common = {
        "missing_h": f"{f_up} - {f_down}",
        "brackets": f"({f_up} - {f_down}) / 2 * h",
        "brackets__2": f"{f_up} - {f_down} / (2 * h)",
        "brackets__3": f"{f_up} - {f_down} / 2 * h",
        "two_h": f"({f_up} - {f_down}) / h",
        "one_sided": f"({f_up} - {f_x}) / h",
        "one_sided__2": f"({f_x} - {f_down}) / h",
        "integer_division": f"({f_up} - {f_down}) // (2 * h)",
        "fixed_step": f"(lambda h: ({f_up} - {f_down}) / (2 * h))(1e-6)",
    }
    tiny = {
        f"step_size__{n}": f"(lambda h: ({f_up} - {f_down}) / (2 * h))(1e-{n})"
        for n in range(12, 17)
    }
    return lambdas(f"lambda {arguments}, h=1e-5: {{}}", **{**common, **tiny, **more})


def lambdas(function, **expressions):
    """What each wrong idea has in the place of {}."""
    return {name.replace("__", "."): function.format(code) for name, code in expressions.items()}


def on_paper(source, expected, points=2, **more):
    """The check that a student has."""
    title = "worked out on paper"
    return Check(title, source, points=points, public=True, expected=expected, **more)


# --- of one number --------------------------------------------------------------------------

of_one_number = [
    Task(
        "one_sided",
        [
            on_paper("one_sided(lambda x: x**3, 2.0, h=0.5)", 15.25),  # (15.625 − 8) / 0.5
            Check("another function", "one_sided(lambda x: 1 / x, -4.0, h=0.25)", points=2),
            Check("another step", "one_sided(np.exp, 0.75, 0.125)", points=2),
            Check("the step that it has itself", "one_sided(np.exp, 1.0)", {}, Equal(1e-5)),
            Check("a whole number", "one_sided(lambda x: x**3 - x, 3, h=0.5)"),
        ],
        mistakes=lambdas(
            "lambda f, x, h=1e-8: {}",
            missing_h="f(x + h) - f(x)",
            brackets="f(x + h) - f(x) / h",
            backward="(f(x) - f(x - h)) / h",
            two_sided="(f(x + h) - f(x - h)) / (2 * h)",
            integer_division="(f(x + h) - f(x)) // h",
            fixed_step="(f(x + 1e-7) - f(x)) / 1e-7",
            fixed_step__2="(f(x + 1e-5) - f(x)) / 1e-5",
            fixed_step__3="(f(x + 1e-3) - f(x)) / 1e-3",
        ),
        hints=("Draw the curve and two points of it: how high is the step, and how wide?",),
    ),
    Task(
        "central",
        [
            on_paper("central(lambda x: x**3, 2.0, h=0.25)", 12.0625, 3),  # 6.03125 / 0.5
            Check("another function", "central(lambda x: 1 / x, -4.0, h=0.25)", points=3),
            Check("another step", "central(np.exp, 0.75, 0.125)", points=2),
            Check("the step that it has itself", "central(np.exp, 1.0)", {}, Equal(1e-8), points=2),
            Check("a whole number", "central(lambda x: x**3 - x, 3, h=0.25)", points=2),
        ],
        mistakes=mistakes("f, x"),
        hints=("How far apart are x − h and x + h?",),
    ),
    Task(
        "second_derivative",
        [
            on_paper("second_derivative(lambda x: x**4, 2.0, h=0.25)", 48.125, 3),  # 3.0078125 / h²
            Check("another function", "second_derivative(lambda x: 1 / x, -4.0, h=0.25)", points=3),
            Check("another step", "second_derivative(np.exp, 0.75, 0.125)", points=3),
            Check(
                "the step that it has itself",
                "second_derivative(np.exp, 1.0)",
                {},
                Equal(1e-5),
                points=3,
            ),
        ],
        mistakes=lambdas(
            "lambda f, x, h=1e-4: {}",
            h_once="(f(x + h) - 2 * f(x) + f(x - h)) / h",
            missing_h="f(x + h) - 2 * f(x) + f(x - h)",
            middle_once="(f(x + h) - f(x) + f(x - h)) / h**2",
            brackets="f(x + h) - 2 * f(x) + f(x - h) / h**2",
            double_step="(f(x + 2 * h) - 2 * f(x) + f(x - 2 * h)) / (4 * h**2)",
            first_derivative="(f(x + h) - f(x - h)) / (2 * h)",
            one_sided="(f(x + 2 * h) - 2 * f(x + h) + f(x)) / h**2",
            one_sided__2="(f(x) - 2 * f(x - h) + f(x - 2 * h)) / h**2",
            fixed_step="(lambda h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2)(1e-4)",
        ),
        hints=("The slope right of x minus the slope left of x, per step.",),
    ),
]

# --- of many numbers ------------------------------------------------------------------------

VECTOR = {"x": np.array([1.0, 3.0, 2.0, -1.0])}
MATRIX = {"x": np.array([[1.0, -2.0, 3.0], [0.5, 4.0, 1.5]])}
BLOCK = {"x": np.array([[[1.0, 2.0]], [[3.0, -1.0]], [[0.5, 4.0]]])}
WHOLE = {"x": np.array([3, -2, 4])}
CUBES = "gradient(lambda x: np.sum(x**3) + np.prod(x), x, h=0.5)"

EACH = """
def gradient(f, x, h=1e-5):
    x, slopes = {start}
    for i in np.ndindex(x.shape):
        {step}
    return slopes
"""
COPY = "x.astype(float), np.zeros(x.shape)"


def each(step, start=COPY):
    """A gradient that makes this step for each element i."""
    return EACH.format(start=start, step=step.replace("\n", "\n        "))


def moved(up="+= h", down="-= 2 * h", back=""):
    """A step in place."""
    return f"x[i] {up}\nhigh = f(x)\nx[i] {down}\nslopes[i] = (high - f(x)) / (2 * h)\n{back}"


def fresh(quotient):
    """A step beside x: e is h at one place."""
    return f"e = np.zeros(x.shape)\ne[i] = h\nslopes[i] = {quotient}"


ROWS = """
def gradient(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        e = np.zeros(x.shape)
        e[i] = h
        slopes[i] = (f(x + e) - f(x - e)) / (2 * h)
    return slopes
"""

of_many_numbers = [
    Task(
        "gradient",
        [
            on_paper(
                "gradient(lambda x: x[0] ** 3 * x[1], np.array([2.0, 3.0]), h=0.25)",
                np.array([36.1875, 8.0]),  # 12.0625 · 3, and 2³
                3,
            ),
            Check("four numbers", CUBES, VECTOR, points=3),
            Check("a matrix", CUBES, MATRIX, points=4),
            Check("a block of numbers", CUBES, BLOCK, points=2),
            Check("an array of integers", CUBES, WHOLE, points=3),
            Check(
                "x afterwards",
                "gradient(lambda x: np.sum(x**3), x)",
                MATRIX,
                Unchanged(),
                points=3,
                hint="x + h − 2h + h is not always x again: write the old number back.",
            ),
            Check(
                "the step that it has itself",
                "gradient(lambda x: np.sum(np.exp(x)), x)",
                VECTOR,
                Equal(1e-7),
                points=2,
            ),
        ],
        mistakes={
            "not_restored": each(moved()),
            "not_restored.2": each(
                "before = x.copy()\nx[i] += h\nhigh = f(x)\n"
                "before[i] -= h\nslopes[i] = (high - f(before)) / (2 * h)"
            ),
            "not_restored.3": each("low = f(x)\nx[i] += h\nslopes[i] = (f(x) - low) / h"),
            "one_sided": each(fresh("(f(x + e) - f(x)) / h")),
            "one_sided.2": each(fresh("(f(x) - f(x - e)) / h")),
            "two_h": each(fresh("(f(x + e) - f(x - e)) / h")),
            "missing_h": each(fresh("f(x + e) - f(x - e)")),
            "brackets": each(fresh("(f(x + e) - f(x - e)) / 2 * h")),
            "fixed_step": each(
                fresh("(f(x + e) - f(x - e)) / (2 * h)").replace("= h", "= h = 1e-6")
            ),
            "all_at_once": "lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h)",
            "all_at_once.2": each("slopes[i] = (f(x + h) - f(x - h)) / (2 * h)"),
            "first_only": each(fresh("(f(x + e) - f(x - e)) / (2 * h)\nbreak")),
            "first_only.2": each(fresh("(f(x + e) - f(x - e)) / (2 * h)\nreturn slopes.flat[0]")),
            "one_shape_only": ROWS,
            "integer_division": each(moved(back="x[i] += h"), "x.copy(), np.zeros(x.shape)"),
            "integer_division.2": each(
                fresh("(f(x + e) - f(x - e)) / (2 * h)"), "x, np.zeros_like(x)"
            ),
            "integer_division.3": each(
                "old = x[i]\nx[i] = old + h\nhigh = f(x)\nx[i] = old - h\n"
                "slopes[i] = (high - f(x)) / (2 * h)\nx[i] = old",
                "x.copy(), np.zeros(x.shape)",
            ),
            "integer_division.4": each(
                "e = np.zeros_like(x)\ne[i] = h\nslopes[i] = (f(x + e) - f(x - e)) / (2 * h)",
                "x, np.zeros(x.shape)",
            ),
        },
        hints=(
            "For each place, a step that is h there and 0 elsewhere.",
            "Start from np.zeros(x.shape), which is of floats, whatever x is.",
        ),
    ),
    Task(
        "directional",
        [
            on_paper(
                "d = np.array([1.0, 2.0])\n"
                "directional(lambda x: x[0] ** 3 * x[1], np.array([2.0, 3.0]), d, h=0.25)",
                52.9375,  # (2.25³ · 3.5 − 1.75³ · 2.5) / 0.5
                3,
            ),
            Check(
                "four numbers",
                "directional(lambda x: np.sum(x**3) + np.prod(x), x, d, h=0.25)",
                VECTOR | {"d": np.array([2.0, -1.0, 0.5, 3.0])},
                points=3,
            ),
            Check(
                "a matrix",
                "directional(lambda x: np.sum(x**3) + np.prod(x), x, d, h=0.25)",
                MATRIX | {"d": np.array([[1.0, 0.0, -1.0], [2.0, 0.5, -3.0]])},
                points=2,
            ),
            Check(
                "x and d afterwards",
                "directional(lambda x: np.sum(x**3), x, d, h=0.25)",
                VECTOR | {"d": np.array([2.0, -1.0, 0.5, 3.0])},
                Unchanged(),
                points=2,
            ),
            Check(
                "the step that it has itself",
                "directional(lambda x: np.sum(np.exp(x)), x, d)",
                VECTOR | {"d": np.array([2.0, -1.0, 0.5, 3.0])},
                Equal(1e-7),
                points=2,
            ),
        ],
        mistakes=mistakes(
            "f, x, d",
            "x + h * d",
            "x - h * d",
            normalised=(
                "(lambda d: (f(x + h * d) - f(x - h * d)) / (2 * h))(d / np.sqrt(np.sum(d**2)))"
            ),
            normalised__2="(f(x + h * d) - f(x - h * d)) / (2 * h * np.sqrt(np.sum(d**2)))",
            all_at_once="(f(x + h) - f(x - h)) / (2 * h)",
            each_element="np.sum(gradient(f, x, h) * d)",
        ),
        hints=("It is `central` with x + h d in the place of x + h.",),
    ),
]

# --- is a gradient right? -------------------------------------------------------------------

NORM = "np.sqrt(np.sum(({})**2))"
SIZES = f"{NORM.format('a')}, {NORM.format('b')}"
APART = NORM.format("a - b")
PAIR = {"a": np.array([1.0, -2.0, 2.0, 0.5]), "b": np.array([1.5, -2.25, 4.0, 1.0])}
TABLES = {
    "a": np.array([[1.0, 20.0], [-3.0, 0.25], [2.0, 1.0]]),
    "b": np.array([[1.5, 12.0], [-2.0, 0.5], [2.0, -1.0]]),
}
ZEROS = {"a": np.zeros(3), "b": np.zeros(3)}
ONE_ZERO = {"a": np.zeros(3), "b": np.array([1.0, 2.0, 3.0])}

CLAIM = {"claimed": np.array([1.0, -2.5, 3.0, 0.0]), "measured": np.array([1.0, -2.0, 3.2, 0.3])}
CLAIMS = {
    "claimed": np.array([[10.0, -300.0, -3.0], [-52.5, 0.04, 21.0]]),
    "measured": np.array([[10.5, -190.0, 3.0], [-50.1, 0.03, -20.0]]),
}
NEARLY = {"claimed": np.array([1.0, 1e-7, 5.0]), "measured": np.array([1.000002, 3e-7, 5.0])}

is_it_right = [
    Task(
        "relative_error",
        [
            Check(
                "worked out on paper",
                "relative_error(a, b)",
                {"a": np.array([6.0, 8.0]), "b": np.array([3.0, 8.0])},
                points=2,
                public=True,
                expected=3 / 10,  # ‖(3, 0)‖ / ‖(6, 8)‖
            ),
            Check("four numbers", "relative_error(a, b)", PAIR, points=3),
            Check("a matrix", "relative_error(a, b)", TABLES, points=2),
            Check("one of them 0", "relative_error(a, b)", ONE_ZERO, points=1),
            Check("both of them 0", "relative_error(a, b)", ZEROS, points=2, blames="zero_by_zero"),
            Check("both afterwards", "relative_error(a, b)", TABLES, Unchanged(), points=2),
        ],
        mistakes=lambdas(
            "lambda a, b: {}",
            absolute_error=APART,
            one_scale=f"{APART} / {NORM.format('a')}",
            one_scale__2=f"{APART} / {NORM.format('b')}",
            one_scale__3=f"(lambda s: {APART} / s if s else 0.0)({NORM.format('a')})",
            one_scale__4=f"(lambda s: {APART} / s if s else 0.0)({NORM.format('b')})",
            sum_of_scales=f"(lambda s: {APART} / s if s else 0.0)(sum([{SIZES}]))",
            sum_of_scales__2=f"{APART} / sum([{SIZES}])",
            no_root=(
                "(lambda s: np.sum((a - b) ** 2) / s if s else 0.0)"
                "(max(np.sum(a**2), np.sum(b**2)))"
            ),
            zero_by_zero=f"{APART} / max({SIZES})",
            by_itself="np.max(abs(a - b) / np.maximum(abs(a), abs(b)))",
        ),
        hints=("np.linalg.norm of np.ravel(a) is ‖a‖ for any shape.",),
    ),
    Task(
        "wrong_entries",
        [
            Check(
                "worked out on paper",
                "wrong_entries(claimed, measured, tolerance=0.1)",
                CLAIM,
                points=3,
                public=True,
                expected=np.array([False, True, False, False]),  # the largest is 3.2
            ),
            Check("a matrix", "wrong_entries(claimed, measured, tolerance=0.01)", CLAIMS, points=3),
            Check("its own tolerance", "wrong_entries(claimed, measured)", NEARLY, points=2),
            Check(
                "shapes that differ",
                "wrong_entries(claimed, measured)",
                {"claimed": np.ones((3, 1)), "measured": np.ones(3)},
                Raises("ValueError"),
                points=2,
                blames="unchecked_shapes",
            ),
            Check(
                "both afterwards",
                "wrong_entries(claimed, measured)",
                CLAIMS,
                Unchanged(),
                points=2,
            ),
        ],
        mistakes=lambdas(
            "lambda claimed, measured, tolerance=1e-5: {}",
            absolute_error="abs(claimed - measured) > tolerance",
            no_absolute="claimed - measured > tolerance * np.max(abs(measured))",
            no_absolute__2="measured - claimed > tolerance * np.max(abs(measured))",
            by_itself="abs(claimed - measured) > tolerance * abs(measured)",
            claimed_scale="abs(claimed - measured) > tolerance * np.max(abs(claimed))",
            signed_scale="abs(claimed - measured) > tolerance * np.max(measured)",
            signed_scale__2="abs(claimed - measured) > tolerance * abs(np.max(measured))",
            swapped="abs(claimed - measured) <= tolerance * np.max(abs(measured))",
            one_for_all="np.any(abs(claimed - measured) > tolerance * np.max(abs(measured)))",
        ),
        hints=("One comparison of two arrays; on its right side stands a single number.",),
    ),
    Task(
        "best_step",
        [
            on_paper(
                "quotients = {1.0: 1.25, 0.1: 3.5, 0.01: 2.5, 0.001: 0.0, 0.0001: 1.0}\n"
                "best_step(quotients.get, 2.0, [1.0, 0.1, 0.01, 0.001, 0.0001])",
                0.01,
                3,
            ),
            Check(
                "the sine at 1",
                "best_step(lambda h: (np.sin(1 + h) - np.sin(1 - h)) / (2 * h), np.cos(1),"
                " [0.1**k for k in range(1, 13)])",
                points=3,
            ),
            Check(
                "in another order",
                "best_step(lambda h: (np.exp(1 + h) - np.exp(1)) / h, np.exp(1),"
                " [1e-12, 1e-3, 1e-8, 0.5, 1e-5])",
                points=3,
            ),
            Check(
                "equally near",
                "best_step({0.5: 1.0, 0.25: 2.5, 0.125: 3.5, 0.0625: 9.0}.get, 3.0,"
                " [0.5, 0.25, 0.125, 0.0625])",
                points=3,
            ),
        ],
        mistakes=lambdas(
            "lambda quotient, slope, steps: {}",
            smallest="min(steps)",
            smallest__2="steps[-1]",
            index="int(np.argmin([abs(quotient(h) - slope) for h in steps]))",
            error_itself="min(abs(quotient(h) - slope) for h in steps)",
            nearest_quotient="min(map(quotient, steps), key=lambda q: abs(q - slope))",
            no_absolute="min(steps, key=lambda h: quotient(h) - slope)",
            no_absolute__2="min(steps, key=lambda h: slope - quotient(h))",
            last_of_equals="min(steps[::-1], key=lambda h: abs(quotient(h) - slope))",
            swapped="max(steps, key=lambda h: abs(quotient(h) - slope))",
        ),
        hints=("Go through the steps, and keep the best one so far beside its error.",),
    ),
]

assignment = Assignment(
    title="Gradients by finite differences",
    file="differences.py",
    minutes=60,
    tasks=[*of_one_number, *of_many_numbers, *is_it_right],
    misconceptions=MISCONCEPTIONS,
)
