"""The forty puzzles: every given function and every solution, and what wrong answers are told."""

import dataclasses
import runpy
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from tinynet.classroom import Equal, load
from tinynet.classroom.judging.grading import graded
from tinynet.classroom.judging.key import answer_key

FOLDER = Path(__file__).parents[1] / "tutorials" / "assignments" / "02_puzzles"
SOURCE = load(FOLDER)
TASKS = {task.name: task for task in SOURCE.assignment.tasks}
SPACE = runpy.run_path(str(FOLDER / "solution.py"))


def test_there_are_forty_of_a_hundred_points_and_each_has_its_own_numbers():
    assert len(TASKS) == 40
    assert SOURCE.assignment.points == 100
    for task in TASKS.values():
        sizes = [[np.shape(v) for v in check.inputs.values()] for check in task.checks[:2]]
        assert sizes[0] != sizes[1], task.name
        assert task.checks[0].public
        assert not any(check.public for check in task.checks[1:])


# --- every solution is the slope of its function ----------------------------------------------


def slopes(task, inputs):
    """The Jacobian by central differences, and where the two one-sided ones agree."""
    x, h = inputs[task.by], 1e-6

    def f(moved):
        with np.errstate(divide="ignore", invalid="ignore"):
            value = eval(task.derivative_of, SPACE, inputs | {task.by: moved})
        return np.asarray(value, float)

    steps = [h * e.reshape(x.shape) for e in np.eye(x.size)]
    with np.errstate(invalid="ignore"):
        right, left = (
            np.stack([way * (f(x + way * s) - f(x)) / h for s in steps], axis=-1) for way in (1, -1)
        )
    return (right + left) / 2, abs(right - left) < 1e-3


@pytest.mark.parametrize("name", TASKS)
def test_a_solution_is_the_slope_of_its_function(name):
    task = TASKS[name]
    for number, check in enumerate(task.checks):
        if task.by not in check.inputs:  # a million numbers: too many slopes
            continue
        inputs = dict(check.inputs)
        jacobian, smooth = slopes(task, {key: v for key, v in inputs.items() if key != "g"})
        answer = eval(check.source, SPACE, inputs)
        if "g" in inputs:
            g = inputs["g"].reshape(-1)
            jacobian = (g @ jacobian.reshape(g.size, -1)).reshape(answer.shape)
            smooth = np.broadcast_to(smooth.all(), answer.shape)
        jacobian, smooth = jacobian.reshape(answer.shape), smooth.reshape(answer.shape)
        assert smooth.all() or number == 2, "the numbers of the first two checks are at a kink"
        np.testing.assert_allclose(answer[smooth], jacobian[smooth], rtol=1e-6, atol=1e-8)


# --- the banks, several answers in one submission ---------------------------------------------


@pytest.fixture(scope="module")
def key():
    with answer_key(SOURCE) as key:
        yield key


def wrong_answers():
    """The bank of wrong answers in as few submissions as there are answers to one puzzle."""
    rounds = defaultdict(dict)
    count = defaultdict(int)
    for path in sorted((FOLDER / "wrong").glob("*.py")):
        task, misconception = path.stem.split(".")[:2]
        rounds[count[task]][task] = (misconception, path.read_text())
        count[task] += 1
    return list(rounds.values())


@pytest.mark.slow
def test_each_wrong_answer_loses_points_in_its_puzzle_only_and_is_told_why(key):
    for answers in wrong_answers():
        texts = [SOURCE.solution, *(text for _, text in answers.values())]
        report = graded(key, "wrong", {"puzzles.py": "\n\n".join(texts).encode()})
        assert not report.note
        lost = {t.name: t.misconceptions[:1] for t in report.tasks if t.earned < t.points}
        assert lost == {task: (misconception,) for task, (misconception, _) in answers.items()}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((FOLDER / "right").glob("*.py")), ids=lambda p: p.stem)
def test_each_style_of_a_right_answer_earns_all(key, path):
    text = path.read_text()
    tasks = [task for task in SOURCE.assignment.tasks if f"def {task.name}(" in text]
    assert len(tasks) >= 7
    asked = dataclasses.replace(key, assignment=dataclasses.replace(key.assignment, tasks=tasks))
    report = graded(asked, path.stem, {"puzzles.py": f"{SOURCE.solution}\n\n{text}".encode()})
    assert [t.name for t in report.tasks if t.earned < t.points] == []


# --- what is told where no mistake was declared -----------------------------------------------

UNDECLARED = {  # the puzzle, what was written, and what the numbers alone tell; "" for nothing
    "centre_jacobian": ("lambda x: np.eye(len(x))", ""),
    "square_jacobian": ("lambda x: 2 * x * np.ones((len(x), 1))", ""),
    "running_sum_vjp": (  # an error where the first g is large
        "lambda g, x: np.cumsum(g) if abs(g[0]) <= 3 else g[99]",
        "",
    ),
    "unit_jacobian": ("lambda x: np.diag(1 - unit(x) ** 2) / np.linalg.norm(x)", "diagonal"),
    "share_jacobian": ("lambda x: (np.eye(len(x)) - share(x)) / x.sum()", "transposed"),
    "square_vjp": ("lambda g, x: 2 * x", "upstream"),
    "total_gradient": ("lambda x: np.ones((1, len(x)))", "other_shape"),
    "matmul_left_vjp": ("lambda g, x, w: np.fliplr(g @ w.T)", "permuted"),
    "cross_entropy_gradient": (
        "lambda x, ids: (softmax_rows(x) - np.eye(x.shape[1])[ids]) / x.size",
        "extra_mean",
    ),
    "exponential_jacobian": (
        "lambda x: np.diag(np.exp(x + 1e-6) - np.exp(x - 1e-6)) / 2e-6",
        "inexact",
    ),
    "softmax_jacobian": (  # too rough to be inexact, too near for a verdict
        "lambda x: np.array([(softmax(x + e) - softmax(x - e)) / 6e-3"
        " for e in 3e-3 * np.eye(len(x))]).T",
        "",
    ),
    "sigmoid_jacobian": ("lambda x: np.diag(np.float32(sigmoid(x) * (1 - sigmoid(x))))", "inexact"),
    "log_softmax_jacobian": ("lambda x: np.eye(len(x)) - np.exp(x)", ""),  # inf only in the third
}


def test_the_numbers_of_a_jacobian_tell_the_mistake_or_nothing():
    tasks = [dataclasses.replace(TASKS[name], mistakes={}) for name in UNDECLARED]
    assignment = dataclasses.replace(SOURCE.assignment, tasks=tasks)
    wrong = "".join(f"\n{name} = {code}\n" for name, (code, _) in UNDECLARED.items())
    with answer_key(dataclasses.replace(SOURCE, assignment=assignment)) as key:
        report = graded(key, "wrong", {"puzzles.py": (SOURCE.solution + wrong).encode()})
    told = {task.name: "".join(task.misconceptions[:1]) for task in report.tasks}
    assert told == {name: expected for name, (_, expected) in UNDECLARED.items()}


def test_every_check_of_numbers_is_equal():
    """So that a puzzle's two gates are its public check and the hidden one of another size."""
    for task in TASKS.values():
        assert task.gates == {0, 1}
        assert isinstance(task.checks[1].judgement, Equal)
