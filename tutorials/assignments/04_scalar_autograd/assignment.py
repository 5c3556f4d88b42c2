"""Scalar autograd: the checks.

No part is asked through another one: rules are functions of numbers; the sweep gets graphs and
rules that are made here; what a Value recorded is computed anew by `replay`; and gradient descent
gets a loss whose gradients are known. So a mistake in one part costs nothing in the others.
"""

import numpy as np

from tinynet.classroom import Assignment, Check, Misconception, Task

_TUTORIAL = "tutorials/03_forty_lines.py"


def rule(name, arguments, cases, hints, **mistakes):
    """The task of a rule; each case is a title, points, numbers, and for the first the answer."""
    source = f"{name}(g, y, {arguments})"
    names = ["g", "y", *arguments.split(", ")]
    checks = [
        Check(
            title,
            source,
            dict(zip(names, numbers, strict=True)),
            points=points,
            public=i == 0,
            expected=expected[0] if expected else None,
            blames="log_of_negative" if name == "power_rule" and i == 2 else "",
        )
        for i, (title, points, numbers, *expected) in enumerate(cases)
    ]
    wrong = {key: f"lambda g, y, {arguments}: {code}" for key, code in mistakes.items()}
    about = f"the slope of {name.removesuffix('_rule')}"
    return Task(name, checks, about, wrong, hints=hints, tutorial=_TUTORIAL)


PAPER, OTHER = "worked out on paper", "other numbers"

RULES = [
    rule(
        "add_rule",
        "a, b",
        [(PAPER, 1, (10.0, 5.0, 2.0, 3.0), [10.0, 10.0]), (OTHER, 2, (-0.7, 1.7, -2.5, 4.2))],
        ["If a grows by 1, by how much does a + b grow?"],
        upstream="[1.0, 1.0]",
        wrong_argument="[g * b, g * a]",  # of a product
        output_for_slope="[g * y, g * y]",
    ),
    rule(
        "subtract_rule",
        "a, b",
        [(PAPER, 1, (10.0, -1.0, 2.0, 3.0), [10.0, -10.0]), (OTHER, 2, (-0.7, -6.7, -2.5, 4.2))],
        ["If b grows by 1, by how much does a - b grow?"],
        upstream="[1.0, -1.0]",
        sign="[g, g]",
        output_for_slope="[g * y, g * y]",
    ),
    rule(
        "multiply_rule",
        "a, b",
        [
            (PAPER, 2, (10.0, 6.0, 2.0, 3.0), [30.0, 20.0]),
            (OTHER, 2, (-0.7, -10.5, -2.5, 4.2)),
            ("whole numbers, and a 0", 2, (3, 0, 0, -7)),
        ],
        ["How much does a * b grow if a grows by 1? That depends on b."],
        wrong_argument="[g * a, g * b]",
        upstream="[b, a]",
        output_for_slope="[g * y, g * y]",
    ),
    rule(
        "divide_rule",
        "a, b",
        [
            (PAPER, 2, (10.0, 1.5, 3.0, 2.0), [5.0, -7.5]),
            (OTHER, 2, (-0.7, -0.595238095238095, -2.5, 4.2)),
            ("whole numbers", 2, (5, 1.75, 7, 4)),
        ],
        ["a / b is a · b⁻¹.", "By b, the slope is −a / b²."],
        sign="[g / b, g * a / b**2]",
        upstream="[1 / b, -a / b**2]",
        integer_division="[g // b, -g * a // b**2]",
        reciprocal="[g / b, -g * a / b]",
        wrong_argument="[-g * a / b**2, g / b]",
    ),
    rule(
        "power_rule",
        "a, b",
        [
            (PAPER, 2, (10.0, 8.0, 2.0, 3.0), [120.0, 80 * np.log(2)]),
            (OTHER, 4, (-0.7, 2.5**-1.5, 2.5, -1.5)),
            ("a negative base", 3, (3.0, -8.0, -2.0, 3.0)),
        ],
        ["By a, it is a power; by b, an exponential: aᵇ = exp(b · log a).", "∂aᵇ/∂b = aᵇ · log a."],
        upstream="[b * a ** (b - 1), y * np.log(a) if a > 0 else 0.0]",
        log_missing="[g * b * a ** (b - 1), g * y if a > 0 else 0.0]",
        log_of_negative=(
            "[g * b * a ** (b - 1), g * y * __import__('math').log(a)]"  # of NumPy, it is NaN
        ),
        exponent_kept="[g * b * a**b, g * y * np.log(a) if a > 0 else 0.0]",
        exponent_missing="[g * a ** (b - 1), g * y * np.log(a) if a > 0 else 0.0]",
        power_for_exponential="[g * b * a ** (b - 1), g * b * a ** (b - 1) if a > 0 else 0.0]",
        exponent_constant="[g * b * a ** (b - 1), 0.0]",
    ),
    rule(
        "exp_rule",
        "x",
        [(PAPER, 1, (10.0, 2.0, np.log(2)), [20.0]), (OTHER, 2, (-0.7, np.exp(1.5), 1.5))],
        ["Which function is its own slope?"],
        upstream="[y]",
        output_for_input="[g * np.exp(y)]",
        power_for_exponential="[g * x * np.exp(x - 1)]",
        no_list="g * y",
    ),
    rule(
        "log_rule",
        "x",
        [
            (PAPER, 1, (10.0, np.log(4), 4.0), [2.5]),
            (OTHER, 2, (-0.7, np.log(0.3), 0.3)),
            ("whole numbers", 1, (7, np.log(2), 2)),
        ],
        ["The slope of log x at x is 1 / x."],
        upstream="[1 / x]",
        output_for_input="[g / y]",
        integer_division="[g // x]",
        sign="[-g / x]",
        no_list="g / x",
    ),
    rule(
        "tanh_rule",
        "x",
        [
            (PAPER, 2, (10.0, 0.5, np.arctanh(0.5)), [7.5]),
            (OTHER, 3, (-0.7, np.tanh(-1.2), -1.2)),
        ],
        ["The docstring has the slope; y is tanh(x)."],
        upstream="[1 - y**2]",
        input_for_output="[g * (1 - x**2)]",
        output_for_input="[g * (1 - np.tanh(y) ** 2)]",
        sigmoid_for_tanh="[g * y * (1 - y)]",
        square_missing="[g * (1 - y)]",
        no_list="g * (1 - y**2)",
    ),
    rule(
        "relu_rule",
        "x",
        [
            ("above 0", 1, (10.0, 3.0, 3.0), [10.0]),
            ("below 0", 2, (10.0, 0.0, -3.0)),
            ("above 0, with a negative gradient from above", 2, (-0.7, 0.5, 0.5)),
            ("at 0", 1, (-0.7, 0.0, 0.0)),
        ],
        ["Above 0, relu is the line y = x; below it, the line y = 0."],
        relu_at_zero="[g if x >= 0 else 0.0]",
        output_for_slope="[g * y]",
        upstream="[1.0 if x > 0 else 0.0]",
        wrong_branch="[g if x < 0 else 0.0]",
        wrong_condition="[max(g, 0.0)]",
        no_condition="[g]",
        no_list="g if x > 0 else 0.0",
    ),
]


# --- the sweep, over graphs that are made here -------------------------------------------------

NODE = """\
class Node:
    def __init__(self, data, operation="", parents=()):
        self.data, self.operation, self.parents = data, operation, parents
        self.grad = 0.0

"""
ORDER = "\n[node.data for node in topological_order(end)]"
TANGLE = """\
a = Node(4)
b = Node(2, "f", [a])
c = Node(6, "g", [a, b])
d = Node(1, "g", [c, b])
e = Node(5, "h", [a, d, b])
end = Node(3, "g", [e, c])"""
TWICE = """\
a = Node(7)
b = Node(2, "f", [a, a])
c = Node(9, "f", [b, a])
end = Node(4, "f", [c, c])"""
CHAIN = """\
nodes = [Node(1.0)]
for i in range(1, 10_001):
    nodes.append(Node(1.0 + i, "step", nodes[-1:]))
"""
CHAIN_ORDER = CHAIN + "np.array([node.data for node in topological_order(nodes[-1])])"

topological_order = Task(
    "topological_order",
    [
        Check(
            "three nodes",
            NODE + 'x = Node(1)\na = Node(2, "f", [x])\nend = Node(3, "g", [x, a])' + ORDER,
            points=4,
            public=True,
            expected=[1, 2, 3],
        ),
        Check("six nodes, which have one order only", NODE + TANGLE + ORDER, points=5),
        Check("nodes that are used twice by the same node", NODE + TWICE + ORDER, points=2),
        Check("a chain of 10,000 operations", NODE + CHAIN_ORDER, points=4),
    ],
    "all nodes, each after its parents",
    {
        "recursion": """\
def topological_order(end):
    order = []
    def visit(node):
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)
    visit(end)
    return order
""",
        "order": """\
def topological_order(end):
    order = []
    def visit(node):
        if node not in order:
            order.append(node)
            for parent in node.parents:
                visit(parent)
    visit(end)
    return order[::-1]
""",
        "order.2": """\
def topological_order(end):
    order, found, waiting = [], set(), [end]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            order.append(node)
            waiting.extend(node.parents)
    return order[::-1]
""",
        "end_missing": """\
right = topological_order
def topological_order(end):
    return right(end)[:-1]
""",
        "breadth_first": """\
def topological_order(end):
    order, found = [end], {end}
    for node in order:
        order.extend(p for p in node.parents if not (p in found or found.add(p)))
    return order[::-1]
""",
        "end_first": """\
right = topological_order
def topological_order(end):
    return right(end)[::-1]
""",
        "visited_again": """\
def topological_order(end):
    order, waiting = [], [(end, False)]
    while waiting:
        node, is_ready = waiting.pop()
        if is_ready:
            order.append(node)
        else:
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in reversed(node.parents))
    return order
""",
    },
    hints=[
        "When may a node go into the list? When all its parents are in it.",
        "Keep a stack of nodes. Look at the last: where a parent is not in the list, put it on top,"
        " else move the node to the list. Remember in a set what is there.",
    ],
    tutorial=_TUTORIAL,
)

PROBE_RULES = """\
rules = {
    "multiply": lambda g, y, a, b: [g * b, g * a],
    "subtract": lambda g, y, a, b: [g, -g],
    "exp": lambda g, y, x: [g * y],
    "step": lambda g, y, x: [g],
}
"""
SQUARE = """\
x = Node(3.0)
end = Node(9.0, "multiply", [x, x])
backward([x, end], {"multiply": lambda g, y, a, b: [g * b, g * a]})
[x.grad, end.grad]"""
SEVERAL = """\
x, z = Node(0.5), Node(-2.0)
u = Node(-1.0, "multiply", [x, z])
v = Node(float(np.exp(-1.0)), "exp", [u])
w = Node(v.data - 0.5, "subtract", [v, x])
end = Node(v.data * w.data, "multiply", [v, w])
order = [x, z, u, v, w, end]
"""
GRADS = "[node.grad for node in order]"


def sweep(
    reset="if node.parents:", start="+= 1.0", nodes="reversed(order)", g="node.grad", add="+"
):
    """A backward pass, with one thing different."""
    return f"""\
def backward(order, rules):
    for node in order:
        {reset}
            node.grad = 0.0
    order[-1].grad {start}
    for node in {nodes}:
        if node.parents:
            values = [parent.data for parent in node.parents]
            for parent, part in zip(node.parents, rules[node.operation]({g}, node.data, *values)):
                parent.grad {add}= part
"""


backward = Task(
    "backward",
    [
        Check(
            "a square: a number that is used twice",
            NODE + SQUARE,
            points=4,
            public=True,
            expected=[6.0, 1.0],
        ),
        Check(
            "a number used by several nodes",
            f"{NODE}{PROBE_RULES}{SEVERAL}backward(order, rules)\n{GRADS}",
            points=6,
        ),
        Check(
            "a second backward: leaves add up, the others start from 0",
            f"{NODE}{PROBE_RULES}{SEVERAL}backward(order, rules)\nbackward(order, rules)\n{GRADS}",
            points=4,
        ),
        Check(
            "a leaf by itself",
            NODE + "x = Node(3.0)\nbackward([x], {})\n[x.grad]",
            public=True,
            expected=[1.0],
        ),
        Check(
            "a chain of 10,000 operations",
            f"{NODE}{PROBE_RULES}{CHAIN}backward(nodes, rules)\n[nodes[0].grad, nodes[5000].grad]",
            points=3,
            public=True,
            expected=[1.0, 1.0],
        ),
    ],
    "the sweep from the result to the leaves",
    {
        "overwrites": sweep(add=""),
        "order": sweep(nodes="order"),
        "start_missing": sweep(start="+= 0.0"),
        "start_with_value": sweep(start="+= order[-1].data"),
        "upstream": sweep(g="1.0"),
        "not_reset": sweep(reset="if False:"),
        "not_reset.2": sweep(reset="if False:", start="= 1.0"),
        "leaves_reset": sweep(reset="if True:"),
    },
    hints=[
        "How fast does the last node grow with itself?",
        "Go through the list from its end. Each node asks its rule, with its grad as g, and adds"
        " what comes back to the grad of its parents.",
    ],
    tutorial=_TUTORIAL,
)


# --- the recording -----------------------------------------------------------------------------

REPLAY = """\
def replay(node):  # computes what was recorded once more
    return FUNCTIONS[node.operation](*map(replay, node.parents)) if node.parents else node.data

"""


def recorded(expressions):
    """What these expressions are for a = 1.5, and then, from what was recorded, for a = 2.5."""
    return f"""\
{REPLAY}a, b = Value(1.5), Value(-3.0)
results = [{expressions}]
values = [result.data for result in results]
a.data = 2.5
values + [replay(result) for result in results]"""


WITHOUT_CONSTANTS = """\
class Value(Value):
    def record(self, operation, *others):
        data = FUNCTIONS[operation](self.data, *(v.data for v in others))
        return Value(data, operation, (self, *others))
    def __radd__(self, other): return self + other
    def __rsub__(self, other): return self - other
    def __rmul__(self, other): return self * other
    def __rtruediv__(self, other): return self / other
    def __rpow__(self, other): return self ** other
"""
SWAPPED = """\
class Value(Value):
    def __rsub__(self, other): return self - other
    def __rtruediv__(self, other): return self / other
    def __rpow__(self, other): return self ** other
"""


def forgetting(kept):
    """A class whose results keep only this."""
    return f"""\
right = Value.record
class Value(Value):
    def record(self, operation, *others):
        data = right(self, operation, *others).data
        return Value({kept})
    def __radd__(self, other): return Value(other).record("add", self)
    def __rsub__(self, other): return Value(other).record("subtract", self)
    def __rmul__(self, other): return Value(other).record("multiply", self)
    def __rtruediv__(self, other): return Value(other).record("divide", self)
    def __rpow__(self, other): return Value(other).record("power", self)
"""


value = Task(
    "Value",
    [
        Check(
            "a product",
            "c = Value(2.0) * Value(3.0)\n[c.data, c.operation, [p.data for p in c.parents]]",
            points=3,
            public=True,
            expected=[6.0, "multiply", [2.0, 3.0]],
        ),
        Check("two Values", recorded("a + b, a - b, a * b, a / b, a ** b"), points=4),
        Check(
            "a plain number on the right",
            recorded("a + 2, a - 1, a * 3, a / 4, a ** 2"),
            points=3,
        ),
        Check(
            "a plain number on the left",
            recorded("2 + a, 1 - a, 3 * a, 4 / a, 2 ** a"),
            points=3,
        ),
        Check("the opposite, and functions", recorded("-a, a.exp(), b.relu(), (-b).log()")),
    ],
    "numbers that record",
    {
        "no_constants": WITHOUT_CONSTANTS,
        "swapped": SWAPPED,
        "swapped.2": "class Value(Value):\n    def __rsub__(self, other): return self - other\n",
        "not_recorded": forgetting("data"),
        "not_recorded.2": forgetting("data, operation"),
    },
    hints=[
        "For `a + 2`, Python calls a.__add__(2); for `2 - a`, it calls a.__rsub__(2).",
        "isinstance(other, Value) tells whether a number must be made a Value first.",
    ],
    tutorial=_TUTORIAL,
)


# --- gradient descent --------------------------------------------------------------------------

ONE = """\
from types import SimpleNamespace
w = SimpleNamespace(data=5.0, grad=0.0)

def loss():  # (w − 3)²
    slope = 2 * (w.data - 3)
    def backward():
        w.grad += slope
    return SimpleNamespace(data=(w.data - 3) ** 2, backward=backward)

losses = descend(loss, [w], 0.25, 3)
[w.data, *losses]"""
TWO = """\
from types import SimpleNamespace
u, v = SimpleNamespace(data=1.5, grad={before}), SimpleNamespace(data=-2.0, grad={before})

def loss():  # (u − 0.3)² + 3 (v + u)²
    slopes = 2 * (u.data - 0.3) + 6 * (v.data + u.data), 6 * (v.data + u.data)
    def backward():
        u.grad += slopes[0]
        v.grad += slopes[1]
    value = (u.data - 0.3) ** 2 + 3 * (v.data + u.data) ** 2
    return SimpleNamespace(data=value, backward=backward)

losses = descend(loss, [u, v], 0.04, 7)
[u.data, v.data, *losses]"""


def descent(
    reset="parameter.grad = 0.0",
    step="-= rate * parameter.grad",
    before="",
    anew="loss()",
    after="pass",
):
    """Gradient descent, with one thing different."""
    return f"""\
def descend(loss, parameters, rate, steps):
    losses, first = [], loss()
    for _ in range(steps):
        result = {anew}
        for parameter in parameters:
            {reset}
        result.backward()
        for parameter in parameters:
            parameter.data {step}
            {after}
        losses.append({before or "result"}.data)
    return losses
"""


descend = Task(
    "descend",
    [
        Check("three steps", ONE, points=2, public=True, expected=[3.25, 4.0, 1.0, 0.25]),
        Check("two parameters", TWO.format(before=0.0), points=4),
        Check("gradients that are there before", TWO.format(before=0.8), points=2),
    ],
    "gradient descent",
    {
        "not_reset": descent(reset="pass"),
        "reset_late": descent(reset="pass", after="parameter.grad = 0.0"),
        "sign": descent(step="+= rate * parameter.grad"),
        "no_update": descent(step="-= 0.0"),
        "no_rate": descent(step="-= parameter.grad"),
        "stale_loss": descent(anew="first"),
        "after_the_step": descent(before="loss()"),
    },
    hints=[
        "Four things in each step: gradients to 0, the loss, backward, the move.",
        "After `backward`, the data of each parameter goes down by rate times its grad.",
    ],
    tutorial="tutorials/01_what_is_wrong.py",
)


MISCONCEPTIONS = {
    "output_for_slope": Misconception(
        "the output instead of the slope",
        "g is multiplied with y; it must be multiplied with how fast y grows.",
        "Let the argument grow by 0.001, and see by how many times that y grows.",
        _TUTORIAL,
    ),
    "output_for_input": Misconception(
        "y where the argument belongs",
        "The slope is taken at y, the output; it must be taken at the argument.",
        "The order is g, y, and then the arguments.",
        _TUTORIAL,
    ),
    "input_for_output": Misconception(
        "the argument where y belongs",
        "The slope can be told from the output, which is y.",
        "The order is g, y, and then the arguments.",
        _TUTORIAL,
    ),
    "log_missing": Misconception(
        "the log of the base is missing",
        "Only eˣ is its own slope; aᵇ is exp(b · log a), and the inner slope is log a.",
        "Multiply with log(a).",
        _TUTORIAL,
    ),
    "log_of_negative": Misconception(
        "the log of a number that is not above 0",
        "(−2)³ is −8, but log(−2) is no number.",
        "Ask first whether a > 0.",
        _TUTORIAL,
    ),
    "exponent_constant": Misconception(
        "the exponent is taken for a constant",
        "aᵇ changes with b as well, if a is above 0, and b may be what is to be learned.",
        "By b, the slope is aᵇ · log a.",
        _TUTORIAL,
    ),
    "exponent_kept": Misconception(
        "the exponent is not reduced by 1",
        "The slope of x³ is 3x², one power less.",
        "Write a ** (b - 1).",
        _TUTORIAL,
    ),
    "exponent_missing": Misconception(
        "the exponent is missing as a factor",
        "The slope of x³ is 3x²: the 3 comes down.",
        "Multiply with b.",
        _TUTORIAL,
    ),
    "power_for_exponential": Misconception(
        "an exponential taken for a power",
        "b · aᵇ⁻¹ holds where the base varies. Where the exponent does, the slope is aᵇ · log a.",
        "Ask what varies: what stands below, or what stands above?",
        _TUTORIAL,
    ),
    "sigmoid_for_tanh": Misconception(
        "the slope of the sigmoid",
        "y (1 − y) belongs to the sigmoid; tanh has 1 − y².",
        "Look into the docstring.",
        _TUTORIAL,
    ),
    "square_missing": Misconception(
        "a square is missing",
        "It is 1 − y², not 1 − y.",
        "Write y**2.",
        _TUTORIAL,
    ),
    "relu_at_zero": Misconception(
        "the slope of relu at 0",
        "At the kink there is no slope, so one is agreed upon: 0.",
        "Write x > 0, not x >= 0.",
        _TUTORIAL,
    ),
    "no_condition": Misconception(
        "g is passed on everywhere",
        "Below 0, relu is flat: what happens there does not reach the output.",
        "Return 0 where x is not above 0.",
        _TUTORIAL,
    ),
    "wrong_condition": Misconception(
        "the wrong number is compared with 0",
        "Whether relu passes g on depends on x, and not on g.",
        "Compare x with 0.",
        _TUTORIAL,
    ),
    "recursion": Misconception(
        "a call inside a call for each node",
        "Python stops when functions call each other a thousand deep; a chain can be longer.",
        "Use a while loop, and a list of what is still to do.",
        _TUTORIAL,
    ),
    "breadth_first": Misconception(
        "the nearest to the end first",
        "A node can be near to the end by one way and far by another; it must wait for both.",
        "A node goes into the list when all its parents are in it.",
        _TUTORIAL,
    ),
    "end_missing": Misconception(
        "the end itself is not in the list",
        "The sweep begins at the end, so it must be there, as the last one.",
        "Put the end into the list, too.",
        _TUTORIAL,
    ),
    "end_first": Misconception(
        "the end first instead of last",
        "The order is right, but it runs backwards: each node stands before its parents.",
        "Leave out, or add, a reversal.",
        _TUTORIAL,
    ),
    "visited_again": Misconception(
        "a node is listed once for each use",
        "What is used twice is still one node, and is visited once.",
        "Keep a set of the nodes that were seen.",
        _TUTORIAL,
    ),
    "start_missing": Misconception(
        "the sweep starts from 0",
        "The result grows with itself by 1; from 0 on, all gradients are 0.",
        "Set the grad of the last node to 1.",
        _TUTORIAL,
    ),
    "start_with_value": Misconception(
        "the sweep starts from the result's value",
        "The first g is how fast the result grows with itself, and that is 1.",
        "Set the grad of the last node to 1, not to its data.",
        _TUTORIAL,
    ),
    "leaves_reset": Misconception(
        "the leaves forget an earlier pass",
        "The gradients of two losses add up in the leaves; only the nodes between start from 0.",
        "Set grad to 0 only where there are parents.",
        _TUTORIAL,
    ),
    "no_constants": Misconception(
        "plain numbers are not made Values",
        "In a + 2 the other one is the number 2, which has no data and no grad.",
        "Make a Value of whatever is none.",
        _TUTORIAL,
    ),
    "not_recorded": Misconception(
        "the result does not remember what it was computed from",
        "Its number is right, but without operation and parents no gradient finds its way back.",
        "Hand all three to Value: data, operation, parents.",
        _TUTORIAL,
    ),
    "no_rate": Misconception(
        "the rate is not used",
        "The whole gradient is subtracted; a step that long overshoots.",
        "Subtract rate * grad.",
        "tutorials/01_what_is_wrong.py",
    ),
    "reset_late": Misconception(
        "set back to 0 after the step only",
        "From the second step on that is right; before the first one, anything may be there.",
        "Set the gradients to 0 before backward.",
        "tutorials/01_what_is_wrong.py",
    ),
    "stale_loss": Misconception(
        "the loss is computed once only",
        "After a step the parameters are others, and so are the loss and its slopes.",
        "Call loss() in the loop.",
        "tutorials/01_what_is_wrong.py",
    ),
    "after_the_step": Misconception(
        "the losses after the steps instead of before",
        "The first number is to be the loss before anything has moved.",
        "Keep the loss whose gradients are used, and do not compute another one.",
        "tutorials/01_what_is_wrong.py",
    ),
}

assignment = Assignment(
    title="Scalar autograd",
    file="autograd.py",
    minutes=600,
    seconds=10,  # 10,000 nodes that are looked up in a list
    tasks=[*RULES, topological_order, backward, value, descend],
    misconceptions=MISCONCEPTIONS,
)
