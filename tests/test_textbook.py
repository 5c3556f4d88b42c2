"""A loss in the stepper speaks as its card does, and every formula that is shown is evaluated."""

import ast
import re

import numpy as np
import pytest

import tinynet as tn
from tests.cases.losses import ALL
from tests.test_losses_cards import samples, speaks_of
from tinynet import Tensor, functional, losses
from tinynet.losses.notation import FUNCTIONS, GREEK, read, words
from tinynet.views.graph import Backward, Forward, Graph, demos, terminal
from tinynet.views.graph.written import shown

ALL_CASES = [case for family in ALL for case in family.CASES]
SLOW = pytest.mark.slow
REDUCTIONS = ["mean", *(pytest.param(r, marks=SLOW) for r in ("sum", "none"))]


def few(cases):
    """The first case of each loss; the others in the slow run."""
    firsts = {}
    for case in cases:
        firsts.setdefault(case.loss, case)
    return [c if firsts[c.loss] is c else pytest.param(c, marks=SLOW) for c in cases]


CASES = few(ALL_CASES)

# --- a reader with a calculator ---------------------------------------------------------------

SIGNS = FUNCTIONS | {"Σ", "where", "else"}
LISTED = re.compile(r"\([\d.]+, ")
CALCULATOR = {  # of arrays with the rows along the last axis
    **{name: getattr(np, name) for name in ("abs", "cosh", "exp", "sign", "sqrt", "tanh", "where")},
    "log": lambda x: np.log(np.maximum(x, 1e-300)),  # 0 log 0 = 0
    "max": np.maximum,
    "inf": np.inf,
    "sigma": functional.sigmoid,
    "softmax": functional.softmax,
    "total": lambda x: np.sum(x, axis=-1, keepdims=True),
    "norm": lambda x: np.sqrt(np.sum(x * x, axis=-1, keepdims=True)),
    "variance": lambda x: np.var(x, axis=0),
}


def calculated(text, known):
    """The value of a text, where these symbols have these values."""
    with np.errstate(all="ignore"):
        return eval(read(text).python, CALCULATOR | known)


def columns(array, like):
    """One number for each row, as a column beside the rows; anything else as it is."""
    array = np.asarray(array)
    return array[..., None] if 0 < array.ndim < like.ndim else array


def told(step, case):
    """What the terms of a step say, in numbers: by symbol, and as Python names it."""
    call = step.node.tensor.node
    like = call.values[1]
    known = {node.name: columns(node.value, like) for _, node in step.node.inputs}
    known |= {name: np.asarray(value) for name, value in case.options.items() if value is not None}
    for term in step.terms:
        symbol, _, meaning = term.partition(" = ")
        name = read(symbol).python
        meaning = meaning.removesuffix(" rows").removesuffix(" elements")
        if symbol == "weight":
            known[name] = columns(call.options["weights"], step.product)
        elif meaning.startswith("1 where the key"):
            known[name] = np.eye(len(like))
        elif meaning.startswith("the threshold"):
            known[name] = threshold(case, above="above" in meaning)
        elif meaning.startswith("the number of"):
            known[name] = like.shape[-1]
        elif meaning.startswith("one eps"):
            known[name] = np.finfo(float).eps
        elif not LISTED.match(meaning):  # a list of numbers is an option, which is known already
            known[name] = known[meaning] if meaning in known else calculated(meaning, known)
    return {GREEK.get(name, name): value for name, value in known.items()}


def threshold(case, above):
    return np.concatenate([[-np.inf], case.arrays[2], [np.inf]])[case.arrays[0] + above]


def stepped(case, **options):
    """The graph of a case, each argument with its name, and the output called loss."""
    arrays = dict(zip(case.loss.arrays, case.arrays, strict=True))
    given = {
        name: Tensor(value, requires_grad=True) if name != "y_true" else value
        for name, value in arrays.items()
    }
    loss = case.loss(*given.values(), **case.options, **options)
    seed = 1 + np.arange(loss.size).reshape(loss.shape) / 7  # not the same for each
    return Graph(loss, seed, variables=given | {"loss": loss})


def handed_on(graph):
    """What the loss itself hands on, not what its arguments do that were computed."""
    steps = [step for step in graph.steps() if isinstance(step, Backward)]
    return [step for step in steps if step.node is graph.output]


FORMULAS = [
    (name, text)
    for name, loss in losses.names().items()
    for text in [
        *[loss.card.formula, *loss.card.definitions.values()],
        *[first for first, _ in loss.card.derivatives.values()],
    ]
]


NESTED = [
    "a − (b − c)",
    "a − (b + c)",
    "a/(b c)",
    "a/(b/c)",
    "(a b)²",
    "(−a)²",
    "2^(a + 1)",
    "(a/b) c",
]


@pytest.mark.parametrize(("name", "text"), [*FORMULAS, *((text, text) for text in NESTED)])
def test_a_formula_is_written_as_it_can_be_read_again(name, text):
    tree = ast.parse(read(text).python, mode="eval")
    again = ast.parse(read(shown(tree.body)).python, mode="eval")
    assert ast.dump(again) == ast.dump(tree)


# --- the gradient -----------------------------------------------------------------------------


def beyond_the_card(case, step, weighted):
    """Does the card say nothing of this gradient?"""
    options = case.loss.defaults | case.options
    name = next(arg for arg, node in step.node.inputs if node is step.input)
    return (
        (case.loss is losses.ordinal and name == "thresholds")
        or (case.loss is losses.triplet and (options["p"] != 2 or options["swap"]))
        or (case.loss is losses.general_robust and options["alpha"] == -np.inf)
        or (case.loss is losses.info_nce and name == "key" and weighted)  # each mixes all rows
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_gradient_that_is_said_is_the_one_beside_it(case, reduction):
    for weighted in (False, True):
        rows = 1 + np.arange(len(case.arrays[0])) % 3
        options = {"sample_weight": rows} if weighted else {}
        for step in handed_on(stepped(case, reduction=reduction, **options)):
            if beyond_the_card(case, step, weighted or reduction == "none"):
                assert step.formula == "" or case.loss is losses.triplet
                continue
            known = told(step, case) | {"g": columns(step.incoming, step.product)}
            found = np.broadcast_to(calculated(step.formula, known), step.product.shape)
            near = 1e-7 * np.max(np.abs(step.product))
            np.testing.assert_allclose(found, step.product, atol=near, err_msg=step.formula)


@pytest.mark.parametrize(
    ("loss", "options", "said"),
    [
        ("cross_entropy", {}, "g · (softmax(z) − t) / N, t = y_true, z = y_pred, N = 2 rows"),
        ("cross_entropy", {"reduction": "sum"}, "g · (softmax(z) − t), t = y_true, z = y_pred"),
        ("mse", {}, "g · 2e / N, e = y_pred − y_true, N = 4 elements"),
        (
            "huber",
            {"delta": 0.5},
            "g · (e where |e| ≤ δ, else δ sign(e)) / N,"
            " e = y_pred − y_true, δ = 0.5, N = 4 elements",
        ),
        ("huber", {"delta": 9}, "g · e / N, e = y_pred − y_true, N = 4 elements"),
        (
            "mae",
            {"sample_weight": [1, 3]},
            "g · weight · sign(e), e = y_pred − y_true,"
            " weight = what each one counts, of all together",
        ),
        (
            "mae",
            {"sample_weight": [1, 3], "reduction": "sum"},
            "g · weight · sign(e), e = y_pred − y_true, weight = what each one counts",
        ),
        (
            "cross_entropy",
            {"class_weight": [1, 2]},
            "g · weight · (p (k − Σ p k)), t = class_weight · y_true, z = y_pred, p = softmax(z),"
            " k = −t/p, weight = what each one counts, of all together",
        ),
        (
            "tweedie",
            {"power": 1.2},
            "g · (2(μ − t)/μ^k) / N, t = y_true, μ = y_pred, k = 1.2, N = 4 elements",
        ),
    ],
)
def test_a_gradient_reads_as_in_a_textbook(loss, options, said):
    y_true = [0, 1] if loss == "cross_entropy" else np.ones((2, 2))
    y_pred = Tensor([[2.0, 0.2], [1.1, 3.0]], requires_grad=True)
    value = losses.names()[loss](y_true, y_pred, **options)
    seed = None if value.ndim == 0 else np.ones(value.shape)
    (step,) = handed_on(Graph(value, seed))
    assert ", ".join([step.formula, *step.terms]) == said


def test_a_loss_of_ones_own_without_a_card_says_its_rule():
    @losses.loss
    def quartic(y_true, y_pred):
        return (y_pred - y_true) ** 4

    x = Tensor([1.0, 3.0], requires_grad=True)
    value = quartic([0.0, 0.0], x)
    (step,) = handed_on(Graph(value))
    assert "x gets what comes of the rule of quartic, with g" in step.sentence
    quartic.defderivative(lambda y_true, y_pred: 4 * (y_pred - y_true) ** 3)
    (step,) = handed_on(Graph(quartic([0.0, 0.0], x, sample_weight=[1, 2])))
    assert step.formula == "g · weights · 4 · (x − y_true)³"
    assert step.terms == ("weights = what each one counts",)


def test_a_float32_network_says_the_same():
    x = Tensor(np.float32([[2, 0.2], [1, 3]]), requires_grad=True)
    (step,) = handed_on(Graph(losses.cross_entropy([0, 1], x)))
    assert step.formula == "g · (softmax(z) − t) / N"


# --- opened -----------------------------------------------------------------------------------

PLUMBING = {"moveaxis", "expand_dims", "reshape", "squeeze", "concatenate", "vecdot", "clip"}


def is_beyond(case):
    """Is it not the card's formula that the loss computes?"""
    options = case.loss.defaults | case.options
    return (
        (case.loss is losses.triplet and (options["p"] != 2 or options["swap"]))
        or options.get("full", False)
        or (case.loss is losses.general_robust and options["alpha"] in (0, 2, -np.inf))
        or (case.loss is losses.tweedie and options["power"] in (1, 2))
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_opened_loss_shows_what_its_card_writes(case, reduction):
    closed = stepped(case, reduction=reduction, sample_weight=1 + np.arange(len(case.arrays[0])))
    opened = closed.open("loss")
    np.testing.assert_allclose(opened.output.value, closed.output.value, rtol=1e-7, atol=1e-12)
    for node in opened:
        if node.name in case.loss.arrays and node.gradient is not None:
            right = closed.find(node.name).gradient
            near = 1e-7 * np.max(np.abs(right))
            np.testing.assert_allclose(node.gradient, right, rtol=1e-7, atol=near)
    if is_beyond(case):
        return
    inner = [node for node in opened if node not in list(closed) and node.operation]
    fed = {node for node in opened if node.name in case.loss.arrays}
    labels = {node.operation.__name__ for node in inner if node not in fed and node.written}
    assert labels and not labels & PLUMBING - (
        {"concatenate"} if case.loss is losses.ordinal else set()
    )


COVERED = [case for case in ALL_CASES if speaks_of(case.loss.card, case.options)]


@pytest.mark.parametrize("case", few(COVERED), ids=str)
def test_every_part_of_an_opened_loss_is_what_its_name_says(case):
    opened = stepped(case).open("loss")
    symbols = symbols_of(case)
    parts = [node for node in opened if node.written not in ("", *"tab")]
    assert parts
    for node in parts:
        text = f"1 where {node.written}, else 0" if node.dtype == bool else node.written
        found = np.broadcast_to(calculated(text, symbols), node.shape)
        near = 1e-7 * np.max(np.abs(node.value[np.isfinite(node.value)]), initial=0)
        np.testing.assert_allclose(found, node.value, atol=near, err_msg=node.written)
        if node.name != node.written:  # a definition, of which others may speak
            symbols[read(node.name).python] = node.value


def symbols_of(case):
    """The symbols of the card, by the reading of test_losses_cards.py: rows side by side again."""
    rows = samples(case)
    symbols = rows[0]
    if case.loss.rows:
        arrays = [name for name, value in symbols.items() if np.ndim(value) == 2 and name != "I"]
        shape = (*case.arrays[1].shape[:-1], -1)
        symbols |= {name: np.stack([row[name] for row in rows]).reshape(shape) for name in arrays}
    symbols |= dict(zip(case.loss.arrays, case.arrays, strict=True)) | {"y": case.arrays[1]}
    symbols = {GREEK.get(name, name): value for name, value in symbols.items()}
    symbols["C"] = case.arrays[-1].shape[-1]
    for symbol, text in case.loss.card.definitions.items():
        used = {read(word).python for word in words(text) if word.isalpha() and word not in SIGNS}
        if all(name in symbols and np.ndim(symbols[name]) == 0 for name in used):
            symbols.setdefault(read(symbol).python, calculated(text, symbols))  # numbers: no nodes
    return symbols


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("cross_entropy", ["p", "log p", "t log p", "Σ t log p", "−Σ t log p"]),
        ("mse", ["e", "e²"]),
        ("hinge", ["m", "1 − m", "max(0, 1 − m)"]),
    ],
)
def test_opening_a_loss_shows_its_mathematics(name, parts):
    opened = demos.loss(name)
    assert [n.name for n in opened if n.name not in ("y_true", "y_pred", "value")] == parts
    assert opened.output.label == "mean"


@pytest.mark.parametrize("scale", [1e3, 1e200])
def test_where_the_textbook_overflows_a_loss_opens_into_what_it_computes(scale):
    x = Tensor([[scale, 0.0], [-scale, scale]], requires_grad=True)
    loss = losses.cross_entropy([1, 0], x)
    opened = Graph(loss).open("loss")
    assert "loss.max_1" in [node.name for node in opened]
    np.testing.assert_allclose(opened.find("x").gradient, loss.gradient(x))


def test_a_part_does_not_take_the_name_of_a_variable():
    e = Tensor([2.0], requires_grad=True)
    loss = losses.mse([1.0], e)
    assert [node.name for node in Graph(loss).open("loss")][1:] == ["e", "loss: e", "e²", "loss"]


# --- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", losses.names())
def test_no_sentence_of_a_loss_speaks_the_language_of_code(name):
    for graph in (demos.loss(name), demos.loss(name, opened=False)):
        for line in terminal.as_text(graph):
            code = re.search(
                r"-\d|\*\*|−0(?![.\d])|keepdims|broadcast_to|· −|expand_dims|==|'", line
            )
            assert not code, line
            assert "of shape" not in line


def sentences(function, x, kind):
    x = Tensor(x, requires_grad=True)
    y = function(x)
    graph = Graph(y, None if y.size == 1 else np.ones(y.shape))
    return [step.sentence for step in graph.steps() if isinstance(step, kind)][-1]


@pytest.mark.parametrize(
    ("function", "x", "said"),
    [
        (lambda x: x * -3, 2.0, "y = multiply(·, −3) of x = 2: −6."),
        (functional.relu, np.ones((2, 3)), "y = relu of x: shape (2, 3)."),
        (
            lambda x: x @ np.ones((3, 1)),
            np.ones((2, 3)),
            "y = matmul of x (2, 3) and data (3, 1): shape (2, 1).",
        ),
        (lambda x: x * -1, 0.0, "y = multiply(·, −1) of x = 0: 0."),
        (lambda x: x - np.array(2.0), 1.0, "y = subtract(·, 2) of x = 1: −1."),
        (lambda x: losses.mse(1.0, x), 3.0, "y = mse of x = 3: 4."),
    ],
)
def test_what_is_computed_is_said_in_a_sentence(function, x, said):
    assert sentences(function, x, Forward) == said


@pytest.mark.parametrize(
    ("function", "x", "said"),
    [
        (lambda x: x * -3, 2.0, "y changes by −3 per unit of x; so y changes by 1 · (−3) = −3 per"),
        (lambda x: x**2, 3.0, "y changes by 2 · x = 6 per unit of x"),
        (lambda x: x**3, 3.0, "y changes by 3 · x² = 27 per unit of x"),
        (lambda x: x**-1, 2.0, "y changes by −1 · x^(−2) = −0.25 per unit of x"),
        (lambda x: x / 4, 3.0, "y changes by 1 / 4 = 0.25 per unit of x"),
        (lambda x: x * 0, 3.0, "so y changes by 1 · 0 = 0 per unit of x"),
        (lambda x: x * 1e-7, 3.0, "y changes by 1e−07 per unit of x"),
        (np.mean, [3.0], "y changes by 1 per unit of x; so"),
        (lambda x: losses.mse(1.0, x), 3.0, "y changes by 2e = 4 per unit of x, with e = x − 1;"),
        (lambda x: losses.mse([1.0], x), [3.0], "y changes by 2e = 4 per unit of x, with e = x − "),
        (lambda x: x @ np.ones((2, 2)), np.ones((1, 2)), "x gets g @ dataᵀ, with g = the gradient"),
        (
            tn.layers.LayerNorm(2),
            [[1.0, 3.0]],
            ") / kept, with g = the gradient of standardize_1 and",
        ),
        (tn.layers.BatchNorm1d(1), [[1.0], [3.0]], "x gets (g − sum(g, axis=0) / 2 − "),
        (functional.gelu, np.ones(2), "x gets g times the slope of gelu, with g = the gradient of"),
        (
            lambda x: losses.huber([1.0], x, delta=2),
            [9.0],
            "δ sign(e) = 2 per unit of x, with e = x",
        ),
    ],
)
def test_what_is_handed_on_is_said_in_a_sentence(function, x, said):
    assert said in sentences(function, x, Backward)


@pytest.mark.parametrize(
    ("loss", "options", "label"),
    [
        (losses.huber, {}, "huber"),
        (losses.huber, {"delta": 2}, "huber(δ = 2)"),
        (losses.quantile, {"q": 0.9, "reduction": "sum"}, "quantile(q = 0.9)"),
        (losses.log_loss, {"from_logits": True}, "log_loss(from_logits = True)"),
        (losses.general_robust, {"alpha": -2, "c": 1}, "general_robust(α = −2)"),
        (losses.focal, {"alpha": 0.25, "gamma": np.float32(1)}, "focal(γ = 1, α = 0.25)"),
    ],
)
def test_a_loss_shows_its_options_as_the_card_names_them(loss, options, label):
    value = loss([1.0], Tensor([0.5], requires_grad=True), **options)
    assert Graph(value).output.label == label


@pytest.mark.parametrize(
    ("weights", "shown"), [([1, 2], "1, 2"), ([1, 2, 3, 4, 5], "1, 2, 3, 4, …")]
)
def test_weights_of_classes_are_listed_while_they_are_few(weights, shown):
    x = Tensor(np.ones((1, len(weights))), requires_grad=True)
    value = losses.cross_entropy([0], x, class_weight=weights)
    assert Graph(value).output.label == f"cross_entropy(class_weight = ({shown}))"


def test_an_option_of_ones_own_loss_has_its_own_name():
    @losses.loss
    def scaled(y_true, y_pred, *, delta=1.0):
        return delta * (y_pred - y_true) ** 2

    value = scaled([1.0], Tensor([0.5], requires_grad=True), delta=3.0)
    assert Graph(value).output.label == "scaled(delta = 3)"
