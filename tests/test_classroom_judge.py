"""The judge: what each kind of answer earns, which name it gets, and that no failure cascades.

The answers below are known to be harmless, so they are asked in this process; only the answer key
and the tests at the end start others.
"""

import contextlib
import dataclasses
import itertools
import sys
import types

import numpy as np
import pytest

from tinynet.classroom import Assignment, Check, Equal, Fast, Raises, Source, Task, Unchanged
from tinynet.classroom.judging.grading import graded
from tinynet.classroom.judging.judge import PATIENCE, judged
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.judging.misconceptions import Misconception
from tinynet.classroom.runner.worker import wire
from tinynet.classroom.runner.worker.answers import Submission

TOOLS = """
def half(x):
    return x / 2
"""
SOLUTION = """
import numpy as np
from tools import half

def double(x):
    if isinstance(x, str):
        raise ValueError("numbers only")
    return 2 * x

def stable(x):
    return np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))

def mean_square(x):
    return np.mean(x**2)

def slope(x):
    return 2 * x / x.size

def base(x):
    return x + 1

def middle(x):
    return 2 * base(x)

def top(x):
    return middle(x) - 3

def shifted_slope(x):
    return 2 * base(x) / x.size

def thirds(x):
    return 3 * half(x)
"""
V, W, M = np.array([1.0, 2.0]), np.array([3.0, -1.0, 5.0]), np.array([[1.0, 2, 3], [4, 5, 7]])


def two(name, needs=(), **more):
    """A task with a public check and a hidden one."""
    call = f"{name}(x)"
    checks = [Check("public", call, {"x": V}, public=True), Check("hidden", call, {"x": W})]
    return Task(name, checks, needs=needs, **more)


TASKS = [
    Task(
        "double",
        [
            Check("public", "double(x)", {"x": V}, points=2, public=True, expected=2 * V),
            Check("hidden", "double(x)", {"x": W}, points=2),
            Check("a matrix", "double(x)", {"x": M}, points=3),
            Check("a text", "double('a')", {}, Raises("ValueError"), blames="unchecked_shapes"),
            Check("afterwards", "double(x)", {"x": W}, Unchanged(), hint="Look at x."),
        ],
        mistakes={
            "squared": "lambda x: x**2",
            "squared.2": "def double(x):\n    return x**3",
            "factor": "lambda x: x + x",  # no check tells it from what is right
            "sign": "lambda x: x**2",  # the same as the first
        },
        hints=("Twice.",),
    ),
    Task(
        "stable",
        [
            Check("public", "stable(x)", {"x": V}, public=True),
            Check("hidden", "stable(x)", {"x": W}),
            Check("huge", "stable(x)", {"x": 1000 * W}, blames="overflow"),
        ],
    ),
    two("mean_square"),
    two("slope", derivative_of="mean_square(x)", by="x"),
    two("base"),
    two("middle", ("base",)),
    two("top", ("middle",)),
    two("shifted_slope", ("base",), derivative_of="mean_square(x + 1)", by="x"),
    two("thirds"),
]
ASSIGNMENT = Assignment(
    "Doubles",
    "doubles.py",
    TASKS,
    uses={"tools.py": "00_tools"},
    misconceptions={"squared": Misconception("a power", "Powers are no multiples.", "2 * x")},
)
FULL = {task.name: task.points for task in TASKS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The assignment, and the one that it uses, as two folders side by side."""
    shelf = tmp_path_factory.mktemp("shelf")
    for name in ("00_tools", "01_doubles"):
        (shelf / name).mkdir()
    (shelf / "00_tools" / "solution.py").write_text(TOOLS)
    (shelf / "00_tools" / "assignment.py").write_text(
        "import numpy as np\n"
        "from tinynet.classroom import Assignment, Check, Task\n"
        "check = Check('half', 'half(x)', {'x': np.array([3.0, 8.0])}, public=True)\n"
        "assignment = Assignment('Tools', 'tools.py', [Task('half', [check])])\n"
    )
    (shelf / "01_doubles" / "solution.py").write_text(SOLUTION)
    return shelf / "01_doubles"


@pytest.fixture(scope="module")
def key(folder):
    with answer_key(Source(folder, ASSIGNMENT)) as key:
        yield key


class Here:
    """Asks a file in this process, as the worker does it in another one."""

    numbers = itertools.count()

    def __init__(self, code):
        tools, module = (types.ModuleType(f"handed_in_{next(self.numbers)}") for _ in range(2))
        exec(TOOLS, vars(tools))
        vars(module)["half"] = tools.half
        exec(SOLUTION.replace("from tools import half", "") + code, vars(module))
        sys.modules |= {tools.__name__: tools, module.__name__: module}
        self.names, self.asked, self.called = (module.__name__, tools.__name__), 0, []

    def ask(self, question, reference=None):
        self.asked += 1

        def ask(name, arguments, keywords):
            self.called.append(name)
            return reference(name, list(arguments), keywords)

        submission = Submission(self.names[0], self.names, "/nowhere", ask)
        return submission.answer(wire.unpacked(wire.packed(question)))

    def close(self):
        for name in self.names:
            del sys.modules[name]


def judge(key, code, failed=()):
    """What the tasks earn, by name, when this stands behind the solution."""
    with contextlib.closing(Here(code)) as runner:
        return {result.name: result for result in judged(key, runner, failed)}


# --- points, and the names of misconceptions ------------------------------------------------

DOUBLE = "def double(x):\n    {}"
CASES = {  # the code, the task that loses points, what remains of them, and the first name
    "nothing": ("", "", 0, ""),
    "another way": ("double = lambda x: ValueError if x is None else 1 / 0", "double", 0, ""),
    "not written": (DOUBLE.format("raise NotImplementedError('double')"), "double", 0, ""),
    "nothing returned": (DOUBLE.format("2 * x"), "double", 0, "missing_return"),
    "foreseen": (DOUBLE.format("return x * x"), "double", 0, "squared"),
    "foreseen as well": (DOUBLE.format("return x * x * x"), "double", 0, "squared"),
    "the numbers of one check": (
        DOUBLE.format("return np.array([2.0, 4.0])"),
        "double",
        0,
        "hard_coded",
    ),
    "always the same, and wrong": (DOUBLE.format("return 7.0"), "double", 0, "constant"),
    "the sign": (DOUBLE.format("return -2 * x"), "double", 0, "sign"),
    "the sign, in lists": (
        DOUBLE.format("return [float(-2 * v) for v in x] if x.ndim == 1 else -2 * x"),
        "double",
        0,
        "sign",
    ),
    "a factor": (DOUBLE.format("return 3 * x"), "double", 0, "factor"),
    "reversed": (DOUBLE.format("return 2 * np.flip(x)"), "double", 0, "permuted"),
    "no idea": (DOUBLE.format("return x + np.cos(x)"), "double", 0, ""),
    "vectors only": (
        DOUBLE.format("return [float(2 * v) for v in x]"),
        "double",
        6,
        "one_shape_only",
    ),
    "vectors only, quietly": (
        DOUBLE.format("return 2 * x if x.ndim == 1 else x"),
        "double",
        5,
        "one_shape_only",
    ),
    "no error": (DOUBLE.format("return 2 * x"), "double", 8, "unchecked_shapes"),
    "another error": (
        DOUBLE.format("return 1 / 0 if isinstance(x, str) else 2 * x"),
        "double",
        8,
        "",
    ),
    "an array of truth values": (DOUBLE.format("return x > 1"), "double", 0, ""),
    "a text": (DOUBLE.format("return 'two times x'"), "double", 0, ""),
    "something that cannot travel": (DOUBLE.format("return {1, 2}"), "double", 0, ""),
    "in place": (
        DOUBLE.format("if isinstance(x, str): raise ValueError\n    x *= 2\n    return x"),
        "double",
        8,
        "changes_argument",
    ),
    "exp of a large number": (
        "def stable(x):\n    return np.log(np.sum(np.exp(x)))",
        "stable",
        2,
        "overflow",
    ),
    "an error at a small number": (
        "def stable(x):\n    with np.errstate(all='raise'):\n"
        "        return np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))",
        "stable",
        2,
        "",
    ),
    "an error at a large number": (
        "import math\ndef stable(x):\n    return math.log(sum(map(math.exp, x)))",
        "stable",
        2,
        "overflow",
    ),
    "NaN everywhere": ("def stable(x):\n    return float('nan')", "stable", 0, "not_finite"),
    "the 1/N": ("def slope(x):\n    return 2 * x", "slope", 0, "missing_mean"),
    "the 1/N once too often": (
        "def slope(x):\n    return 2 * x / x.size**2",
        "slope",
        0,
        "extra_mean",
    ),
    "the 2": ("def slope(x):\n    return x / x.size", "slope", 0, "factor"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_answer_loses_points_where_it_is_wrong_and_is_told_why(key, case):
    code, task, earned, name = CASES[case]
    results = judge(key, code)
    expected = FULL | ({task: earned} if task else {})
    assert {result.name: result.earned for result in results.values()} == expected
    if task:
        found = results[task].misconceptions
        assert found[:1] == ((name,) if name else ())


def test_what_is_said_names_the_misconception_and_goes_from_its_hint_to_those_of_the_task(key):
    double = judge(key, DOUBLE.format("return x * x"))["double"]
    assert double.told == "A power. Powers are no multiples."
    assert double.hints == ("2 * x", "Twice.")
    first = double.failed[0]
    assert (first.asked, first.expected) == ("double(x), where x = [1, 2]", "[2, 4]")
    assert first.came == "at index 0: 1 instead of 2"


def test_the_hint_of_a_check_is_said_where_it_fails(key):
    code = DOUBLE.format("if isinstance(x, str): raise ValueError\n    x *= 2\n    return x")
    assert judge(key, code)["double"].hints[1:] == ("Look at x.", "Twice.")


def test_what_is_not_written_is_called_so(key):
    results = judge(key, DOUBLE.format("raise NotImplementedError"))
    assert results["double"].note == "not written yet"
    assert results["base"].note == ""


def test_what_was_printed_is_kept_where_a_check_fails(key):
    double = judge(key, DOUBLE.format("print('x is', x)"))["double"]
    assert double.failed[0].printed == "x is [1. 2.]\n"


# --- no failure cascades --------------------------------------------------------------------


def test_the_reference_stands_in_for_what_failed_also_by_way_of_others(key):
    results = judge(key, "def base(x):\n    return x - 1")
    lost = {name: r.earned for name, r in results.items() if r.earned < r.points}
    assert lost == {"base": 0}
    assert results["middle"].given == results["top"].given == ("base",)
    assert results["double"].given == ()


def test_the_reference_also_stands_in_while_the_engine_asks(key):
    base, slope = "def base(x):\n    return x - 1", "def shifted_slope(x):\n    return 2 * base(x)"
    result = judge(key, f"{base}\n\n{slope}")["shifted_slope"]
    assert result.given == ("base",)
    assert result.misconceptions == ("missing_mean",)


def test_without_a_reference_a_task_waits_for_what_it_needs(key):
    results = judge(dataclasses.replace(key, reference=None), "def base(x):\n    return x - 1")
    assert results["middle"].note == "needs base, where a check fails: mend that first"
    assert [check.came for check in results["middle"].checks] == ["not asked", "not asked"]
    assert results["double"].earned == results["double"].points


def test_what_calls_something_unwritten_is_not_itself_unwritten(key):
    text = 'def {}(x):\n    raise NotImplementedError("task {}")'
    for called, note in (
        ("base", "not written yet"),
        ("other", "it calls other, which is not written yet"),
    ):
        assert judge(key, text.format("base", called))["base"].note == note


def test_earlier_work_that_failed_is_replaced(key):
    with contextlib.closing(Here("")) as runner:
        vars(sys.modules[runner.names[1]])["half"] = vars(sys.modules[runner.names[0]])["half"] = (
            lambda x: x
        )
        wrong = {r.name: r for r in judged(key, runner)}
        right = {r.name: r for r in judged(key, runner, ["half"])}
    assert wrong["thirds"].earned == 0
    assert right["thirds"].earned == 2 and right["thirds"].given == ("half",)
    assert set(runner.called) == {"half"}


def test_of_earlier_work_a_student_is_told_the_file_and_not_all_that_is_in_it(key):
    tools = Assignment("Tools", "tools.py", [two("half"), two("third")])
    earlier = {"tools.py": dataclasses.replace(key, assignment=tools)}
    alone = dataclasses.replace(key, reference=None, earlier=earlier)
    with contextlib.closing(Here("def thirds(x):\n    return x")) as runner:
        notes = {r.name: r.note for r in judged(alone, runner, ["half", "third"])}
    assert notes["thirds"] == "needs tools.py, where a check fails: mend that first"
    assert notes["double"] == ""


# --- patience -------------------------------------------------------------------------------


class Late:
    """Takes too long, whatever is asked."""

    def __init__(self, seconds=None):
        self.seconds, self.asked = seconds, 0

    def ask(self, question, reference=None):
        self.asked += 1
        if self.seconds is None:
            error = {"kind": "Timeout", "kinds": ["Timeout"], "text": "too long", "places": []}
            return {"error": error, "printed": ""}
        return {"result": 3.0, "seconds": self.seconds.pop(0), "inputs": {}, "printed": ""}


def test_a_task_that_does_not_end_is_not_asked_to_the_last_check(key):
    late = Late()
    results = judged(key, late)
    assert late.asked == PATIENCE * len(TASKS)
    assert all(check.came == "too long" for result in results for check in result.checks)


@pytest.mark.parametrize(
    ("seconds", "asked", "earned"),
    [([0.1], 1, 1), ([9.0, 0.1], 2, 1), ([9.0, 8.0, 0.1], 3, 1), ([9.0, 8.0, 7.0], 3, 0)],
)
def test_what_seems_slow_is_asked_again(key, seconds, asked, earned):
    check = Check("quick", "f()", judgement=Fast(times=10))
    task = Task("f", [check])
    fast = dataclasses.replace(
        key,
        assignment=Assignment("Fast", "fast.py", [task]),
        entries={"f": (dataclasses.replace(key.entries["base"][0], check=check),)},
    )
    fast.entries["f"][0].answer.update(seconds=0.02)
    late = Late(list(seconds))
    (result,) = judged(fast, late)
    assert (late.asked, result.earned) == (asked, earned)
    assert result.misconceptions == (("slow_loop",) if not earned else ())


# --- the key --------------------------------------------------------------------------------

WRONG_KEYS = {
    "fails a check of its own": Check("c", "double('a')", {}, Raises("TypeError")),
    "the solution fails": Check("c", "double(nothing)", {}),
    "differs from what is expected": Check("c", "double(x)", {"x": 2.0}, expected=5.0),
}


@pytest.mark.parametrize("words", WRONG_KEYS)
def test_a_key_is_made_of_a_solution_that_is_right_only(tmp_path, words):
    (tmp_path / "solution.py").write_text(SOLUTION.replace("from tools import half", ""))
    source = Source(tmp_path, Assignment("D", "d.py", [Task("double", [WRONG_KEYS[words]])]))
    with pytest.raises(ValueError, match=words), answer_key(source):
        pass


def test_a_key_holds_what_each_mistake_answers(key):
    first = key.entries["double"][0]
    np.testing.assert_array_equal(first.answer["result"], [2.0, 4.0])
    np.testing.assert_array_equal(first.mistaken["squared"]["result"], [1.0, 4.0])
    np.testing.assert_array_equal(first.mistaken["squared.2"]["result"], [1.0, 8.0])


def test_the_key_measures_how_long_the_solution_takes_when_the_machine_is_not_busy(tmp_path):
    (tmp_path / "solution.py").write_text(
        "import time\nwaits = [0.0, 0.5]\ndef f():\n    time.sleep(waits.pop() if waits else 0.0)"
    )
    task = Task("f", [Check("quick", "f()", judgement=Fast())])
    with answer_key(Source(tmp_path, Assignment("F", "f.py", [task]))) as key:
        assert key.entries["f"][0].answer["seconds"] < 0.4


WRONG_ASSIGNMENTS = {
    "two tasks have the same name": [two("f"), two("f")],
    "f has no checks": [Task("f", [])],
    "needs g, which is no task here": [two("f", ["g"])],
    "the misconception 'strange'": [two("f", mistakes={"strange": "lambda x: x"})],
    "the misconception 'odd'": [Task("f", [Check("c", "f(1)", blames="odd")])],
}


@pytest.mark.parametrize("words", WRONG_ASSIGNMENTS)
def test_an_assignment_that_contradicts_itself_is_refused(words):
    with pytest.raises(ValueError, match=words):
        Assignment("Wrong", "f.py", WRONG_ASSIGNMENTS[words])


def test_the_gates_are_the_first_check_and_the_first_hidden_one_that_compares():
    hidden = [Check(str(i), "f()", judgement=j) for i, j in enumerate([Raises("E"), Equal()])]
    assert Task("f", [Check("p", "f()", public=True), *hidden]).gates == {0, 2}
    assert Task("f", [Check("p", "f()", public=True), hidden[0]]).gates == {0}


# --- files of earlier assignments, as they are graded ---------------------------------------

EARLIER = {  # tools.py as it is handed in; what thirds earns, and for what the reference stands in
    "right": (TOOLS, ()),
    "missing": (None, ("half",)),
    "wrong": ("def half(x):\n    return x", ("half",)),
    "no Python": ("def half(:", ("half",)),
}


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=() if c == "wrong" else pytest.mark.slow) for c in EARLIER]
)
def test_a_file_of_an_earlier_assignment_costs_nothing_here(key, case):
    tools, given = EARLIER[case]
    files = {"doubles.py": SOLUTION.encode()} | ({"tools.py": tools.encode()} if tools else {})
    report = graded(key, "ann", files)
    assert report.earned == report.points
    assert report.tasks[-1].given == given
