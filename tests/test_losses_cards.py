"""Every card is evaluated, and held against the numbers of its loss."""

import ast
import inspect
import re
import textwrap

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

import tinynet as tn
from tests.cases.losses import ALL
from tinynet import Tensor, functional, losses
from tinynet.losses import notation
from tinynet.losses.notation import GREEK, read, words

NAMES = losses.names()
every_loss = pytest.mark.parametrize("loss", NAMES.values(), ids=list(NAMES))
CASES = [case for family in ALL for case in family.CASES]


# --- formulas -------------------------------------------------------------------------------

FUNCTIONS = {  # of a row as a column (C, 1), or of numbers
    **{name: getattr(np, name) for name in ("abs", "cosh", "exp", "sign", "sqrt", "tanh", "where")},
    "log": lambda x: np.log(np.maximum(x, 1e-300)),  # 0 log 0 = 0
    "max": np.maximum,
    "sigma": functional.sigmoid,
    "inf": np.inf,
    "softmax": lambda x: functional.softmax(x.T).T,
    "total": lambda x: np.sum(x, axis=0, keepdims=True),
    "norm": lambda x: np.sqrt(np.sum(x * x, axis=0, keepdims=True)),
    "diag": lambda x: x * np.eye(len(x)),
    "variance": lambda x: np.var(x, axis=0),
}
FLAGS = {"from_logits": ("z", "p"), "log_input": ("z", "μ")}  # what y_pred is, if True and if False
WIDTHS = {"variance": ("log_variance", "v"), "scale": ("log_scale", "b")}
TRIPLE = {"anchor": "a", "positive": "b", "negative": "n"}
SINGULAR = {
    "alpha": (0, 2, -np.inf),
    "beta": (0,),
    "power": (1, 2),
}  # there the limits of the formula hold


def evaluate(card, text, symbols):
    """A formula of a card, where `symbols` have these values and its definitions give others."""
    known = {read(name).python: value for name, value in symbols.items()}
    for name, definition in card.definitions.items():
        if name not in symbols:
            known[read(name).python] = evaluate_python(read(definition).python, known)
    return evaluate_python(read(text).python, known)


def evaluate_python(expression, known):
    with np.errstate(all="ignore"):  # of the branches not taken
        return eval(expression, FUNCTIONS | known)


def samples(case):
    """The symbols of a card, for each row of a case, or at once for all its elements."""
    loss, options = case.loss, case.loss.defaults | case.options
    arrays = dict(zip(loss.arrays, case.arrays, strict=True))
    fixed = {"C": 0, "ε": np.finfo(float).eps} | {
        k: np.float64(v) if isinstance(v, (int, float)) else v for k, v in options.items()
    }
    if options.get("alpha", 0) is None:  # of the focal losses: no weights
        fixed |= {"alpha": 1.0, "a": 1.0, "b": 1.0}
    if "query" in arrays:
        rows = {"t": np.eye(len(case.arrays[0])), "c": cosines(*case.arrays)}
    else:
        rows = {name: value for k, v in arrays.items() for name, value in named(k, v, case, arrays)}
    if not loss.rows:
        return [fixed | rows]
    width = max(value.shape[-1] for value in rows.values() if value.ndim > 1)
    rows = {k: v.reshape(-1, width if v.ndim > 1 else 1) for k, v in rows.items()}
    columns = [
        {k: v[i, :, None] for k, v in rows.items()} for i in range(len(next(iter(rows.values()))))
    ]
    alpha = np.reshape(fixed.get("alpha", 1.0), (-1, 1))
    more = {"alpha": alpha} if loss.__name__ == "categorical_focal" else {}
    return [fixed | more | {"I": np.eye(width), "C": width} | column for column in columns]


def named(array, value, case, arrays):
    """The symbol of an argument, and its value."""
    options, loss = case.loss.defaults | case.options, case.loss
    if array == "y_true":
        if "thresholds" in arrays:  # those below and above the class
            cuts = np.concatenate([[-np.inf], arrays["thresholds"], [np.inf]])
            yield from (("a", cuts[value]), ("b", cuts[value + 1]))
        elif loss.rows and "y_pred" in arrays and value.ndim < arrays["y_pred"].ndim:
            yield "t", np.eye(arrays["y_pred"].shape[-1])[value.astype(int)]
        else:
            yield "t", value
    elif array in WIDTHS:
        flag, symbol = WIDTHS[array]
        yield ("s" if options[flag] else symbol), value
    elif array == "y_pred":
        first = next(iter(loss.card.derivatives))
        flag = next((flag for flag in FLAGS if flag in loss.own_options), None)
        symbol = FLAGS[flag][not asked(loss, flag, options)] if flag else first
        yield (symbol, value - arrays["y_true"] if symbol == "e" else value)
    elif array != "thresholds":
        yield TRIPLE.get(array, array), value


def asked(loss, flag, options):
    return options.get(flag, inspect.signature(loss).parameters[flag].default)


def cosines(query, key):
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (query, key)]
    return unit[0] @ unit[1].T


def speaks_of(card, options):
    """Does the formula hold for these options?"""
    text = " ".join([card.formula, *card.definitions.values()])
    spoken = {GREEK.get(word, word) for word in words(text)} | {*FLAGS, "log_variance", "log_scale"}
    numbers = {k: v for k, v in options.items() if np.ndim(v) == 0}
    singular = any(v in SINGULAR.get(k, ()) for k, v in numbers.items())
    return options.keys() <= spoken and options.keys() - numbers <= {"alpha"} and not singular


COVERED = [case for case in CASES if speaks_of(case.loss.card, case.options)]


@pytest.mark.parametrize("case", COVERED, ids=str)
def test_the_formula_is_the_value(case):
    values = case.call(*case.arrays, reduction="none")
    written = [evaluate(case.loss.card, case.loss.card.formula, s) for s in samples(case)]
    written = np.reshape(written, values.shape)
    np.testing.assert_allclose(written, values, rtol=1e-7, atol=1e-9 * np.max(np.abs(values)))


@pytest.mark.parametrize("case", COVERED, ids=str)
def test_the_derivatives_are_those_of_the_formula(case):
    card = case.loss.card
    for symbols in samples(case):
        for symbol in card.derivatives.keys() & symbols.keys():
            first, second = differentiated(card, symbols, symbol)
            for written, true in zip(card.derivatives[symbol], (first, second), strict=True):
                found = np.broadcast_to(evaluate(card, written, symbols), true.shape)
                near = 1e-7 * np.max(np.abs(true))
                np.testing.assert_allclose(found, true, rtol=1e-7, atol=near, err_msg=written)


@np.errstate(all="ignore")  # of the branches not taken
def differentiated(card, symbols, symbol):
    """The derivatives of each element, or the gradient and the Hessian of a row."""

    def value(x):
        return np.sum(evaluate(card, card.formula, symbols | {symbol: x}))

    x = symbols[symbol]
    if "I" not in symbols:  # each element by itself
        return tn.grad(value)(x), tn.grad(lambda x: np.sum(tn.grad(value)(x)))(x)
    return tn.grad(value)(x), tn.hessian(value)(x).reshape(len(x), len(x))


def test_every_formula_and_every_derivative_is_tried():
    tried = {(case.loss.__name__, k) for case in COVERED for s in samples(case) for k in s}
    symbols = {(name, symbol) for name, loss in NAMES.items() for symbol in loss.card.derivatives}
    assert symbols - tried == set()


WORDS = "value with y_true y_pred estimates noise shape axis,use it,limits,compare,source"
KNOWN = {*WORDS.partition(",")[0].split(), *WORDS.split(",")[1:]}


@every_loss
def test_a_card_says_what_a_reader_asks_and_can_be_drawn(loss):
    words = {word for word in loss.card.rows if not word.startswith("d/d")}
    assert words <= KNOWN and {"value", "estimates", "use it", "source"} <= words
    assert all(loss.card.rows.values()) and loss.card.derivatives
    MathTextParser("agg").parse(f"${loss.card.latex}$")
    assert inspect.getdoc(loss).endswith(f"\n\n{loss.card}")
    assert set(loss.card.sweep) <= loss.own_options
    assert max(map(len, str(loss.card).splitlines())) <= 98


@pytest.mark.parametrize(
    ("text", "python", "tex"),
    [
        ("e/2c", "e/(2*c)", "e / 2 c"),
        ("−x² + 3", "-x**2 + 3", "-x^2 + 3"),
        ("e^−m", "e**-m", "e^{-m}"),
        ("x^(q − 1)", "x**(q - 1)", "x^{q - 1}"),
        ("2 Σ t p + 1", "2*total(t*p) + 1", r"2 \, \sum t \, p + 1"),
        ("tanh² e", "tanh(e)**2", r"\tanh^2 e"),
        ("||a| − b|", "abs(abs(a) - b)", "||a| - b|"),
        ("p pᵀ", "p*p.T", r"p \, p^T"),
        ("√(1 + x)", "sqrt(1 + x)", r"\sqrt{1 + x}"),
        ("max(0, ½h)", "max(0, (0.5*h))", r"\max(0, \frac{1}{2} h)"),
        ("a where x < 1, else c_k", "where(x < 1, a, c_k)", r"a \;(x < 1),\quad c_k"),
        ("a where x = 2, b where x ≥ 3, else c", "where(x == 2, a, where(x >= 3, b, c))", None),
    ],
)
def test_the_notation_reads_as_mathematics_does(text, python, tex):
    assert read(text).python == python
    assert tex in (read(text).tex, None)


@pytest.mark.parametrize(
    "text", ["", "x +", "(x", "x)", "|x", "a where b", "a where b < c", "2 &", "¼"]
)
def test_a_formula_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        read(text)


CONVENTIONS = {*"etzpμCIΣᵀ", "where", "else", *notation.FUNCTIONS}


@every_loss
def test_every_symbol_of_a_card_is_explained_on_it(loss):
    card = loss.card
    formulas = [card.formula, *card.definitions.values(), *sum(card.derivatives.values(), ())]
    symbols = {word for text in formulas for word in words(text) if word[0].isalpha()}
    options = {letter for letter, name in GREEK.items() if name in loss.own_options}
    told = (
        words(f"{card.y_true} {card.y_pred}") | options | loss.own_options | set(card.definitions)
    )
    assert symbols - told - CONVENTIONS == set()


def test_tex_defines_what_the_formula_uses_and_no_more():
    tex = losses.brier.card.latex.split(r",\;\; ")
    assert tex == [r"\sum (p - t)^2", r"p = \mathrm{softmax}(z)"]
    tex = losses.multiclass_hinge.card.latex.split(r",\;\; ")
    assert tex[1:] == [r"z_y = \sum t \, z"]
    tex = losses.focal.card.latex.split(r",\;\; ")
    assert [part[0] for part in tex[1:]] == ["p", "q", "a", "b"]  # in their order


@every_loss
def test_the_code_of_a_loss_is_at_most_twelve_lines(loss):
    tree = ast.parse(textwrap.dedent(inspect.getsource(loss.values))).body[0]
    body = tree.body[1:]  # after the docstring
    lines = sum(1 + node.end_lineno - node.lineno for node in body)
    assert 1 <= lines <= 12


# --- the shape ------------------------------------------------------------------------------


def value(loss, x, axis=None, **options):
    arrays = (axis or loss.card.axis).arrays(np.array([x]))[: len(loss.arrays)]
    return float(loss(*arrays, reduction="sum", **options))


def derivative(loss, x):
    x = Tensor(np.array([x]), requires_grad=True)
    return loss(*loss.card.axis.arrays(x), reduction="sum").gradient(x).item()


def line(loss, count=41):
    """Points along the axis, off the kinks at round numbers."""
    low, high = loss.card.axis.low, loss.card.axis.high
    return low + (high - low) * (np.arange(count) + 0.487) / count


@pytest.mark.slow
@every_loss
def test_the_shape_is_convex_bounded_and_redescending_or_not(loss):
    inside = max(abs(derivative(loss, x)) for x in line(loss))
    far = [abs(derivative(loss, x)) for x in loss.card.axis.far]
    wrong = max(loss.card.axis.far, key=lambda x: value(loss, x))  # the most wrong of them
    shape = {
        "convex": excess_over_chords(loss) < 1e-9,
        "bounded": max(far) <= 2 * inside,
        "redescending": abs(derivative(loss, wrong)) < 1e-2 * inside,
    }
    assert loss.card.shape == ", ".join(word for word, is_so in shape.items() if is_so), far


def excess_over_chords(loss):
    """How far a value in the middle of two points lies above the mean of theirs, at most."""
    points = line(loss)
    pairs = [(a, b) for i, a in enumerate(points) for b in points[i + 1 :]]
    values = {x: value(loss, x) for x in points}
    excess = [value(loss, (a + b) / 2) - (values[a] + values[b]) / 2 for a, b in pairs]
    return max(excess) / (1 + max(values.values()))


LIMITS = [(name, limit) for name, loss in NAMES.items() for limit in loss.card.limits]
TOWARDS = {"∞": 1e6, "0": 1e-9}  # a number that is near enough


@pytest.mark.parametrize(("name", "limit"), LIMITS)
def test_limits_lead_to_the_neighbours(name, limit):
    loss, (condition, _, other) = NAMES[name], limit.partition(": ")
    options = {}
    for symbol, sign, number in re.findall(r"(\w+) ([=→]) ([^ ,]+)", condition):
        if GREEK.get(symbol, symbol) in loss.own_options:
            near = TOWARDS[number] if sign == "→" else evaluate_python(read(number).python, {})
            options[GREEK.get(symbol, symbol)] = near
    factor, neighbour, given = re.fullmatch(r"(.*?) ?(\w+)(?:\((.*)\))?", other).groups()
    factor = evaluate_python(read(factor).python, options) if factor else 1
    pairs = (pair.split("=") for pair in given.split(", ")) if given else ()
    theirs = {k: v == "True" if v in ("True", "False") else number_of(v) for k, v in pairs}
    ours = [value(loss, x, **options) for x in line(loss)]
    scaled = [factor * value(NAMES[neighbour], x, loss.card.axis, **theirs) for x in line(loss)]
    np.testing.assert_allclose(ours, scaled, rtol=1e-6, atol=1e-6 * np.max(np.abs(scaled)))


def number_of(text):
    return float(evaluate_python(read(text.replace("-", "−").replace("inf", "∞")).python, {}))
