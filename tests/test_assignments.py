"""Assignments: the solution earns all points, the skeleton none, a wrong answer loses its task."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASSIGNMENT = Path(__file__).parents[1] / "tutorials" / "assignments" / "losses"
SOLUTION = (ASSIGNMENT / "solution" / "losses.py").read_text(encoding="utf-8")
TASKS = [1, 2, 3, 4, 5, 6]
CHECK = "    check_same_shape(y_true, y_pred)\n"

# task: what is right in the solution, and the wrong answer in its place
WRONG_ANSWERS = {
    "mse: 1/N missing": (1, "2 * (y_pred - y_true) / y_pred.size", "2 * (y_pred - y_true)"),
    "mse: 1/N of the rows": (
        1,
        "2 * (y_pred - y_true) / y_pred.size",
        "2 * (y_pred - y_true) / len(y_pred)",
    ),
    "mse: 2 missing": (1, "2 * (y_pred - y_true) / y", "(y_pred - y_true) / y"),
    "mse: sign flipped": (1, "2 * (y_pred - y_true)", "2 * (y_true - y_pred)"),
    "mse: sum": (1, "np.mean((y_pred - y_true) ** 2)", "np.sum((y_pred - y_true) ** 2)"),
    "mse: broadcasting": (1, CHECK + "    return np.mean((y_pred", "    return np.mean((y_pred"),
    "mae: slope 1 at 0": (2, "np.sign(y_pred - y_true)", "np.where(y_pred < y_true, -1, 1)"),
    "mae: broadcasting": (2, CHECK + "    return np.sign", "    return np.sign"),
    "smooth_l1: maximum": (3, "np.where(size < beta, size**2", "np.maximum(size**2"),
    "smooth_l1: branches swapped": (3, "np.where(size < beta", "np.where(size > beta"),
    "smooth_l1: inner slope 1": (3, "e / beta, np.sign(e)", "1, np.sign(e)"),
    "smooth_l1: beta in the condition only": (3, "(2 * beta), size - beta / 2", "2, size - 1 / 2"),
    "smooth_l2: no half": (4, "np.mean(0.5 * (", "np.mean(("),
    "cross_entropy: no maximum": (5, "logits - logits.max(axis=1, keepdims=True)", "logits"),
    "cross_entropy: maximum of all": (5, "logits.max(axis=1, keepdims=True)", "logits.max()"),
    "cross_entropy: wrong axis": (5, "np.exp(shifted).sum(axis=1", "np.exp(shifted).sum(axis=0"),
    "cross_entropy: 1/(NC)": (5, "one_hot) / len(y_true)", "one_hot) / y_pred.size"),
    "cross_entropy: in place": (
        5,
        "shifted = logits - logits.max(axis=1, keepdims=True)",
        "shifted = logits; shifted -= logits.max(axis=1, keepdims=True)",
    ),
    "log_loss: no clipping": (6, "return np.clip(p, eps, 1 - eps)", "return p"),
    "log_loss: eps of float64": (6, "np.finfo(p.dtype).eps", "1e-15"),
    "log_loss: sign flipped": (6, "/ (1 - p) - y_true / p", "/ (1 - p) + y_true / p"),
    "log_loss: only the yes": (6, "np.log(p) - (1 - y_true) * np.log(1 - p)", "np.log(p)"),
}


CHEATS = {  # what stands in front of functions that return nothing, to look as if they did
    "skips": "import pytest\nanswer = lambda *_: pytest.skip()",
    "skips the file": "import pytest\npytest.skip(allow_module_level=True)",
    "ends": "import sys\nanswer = lambda *_: sys.exit()",
    "ends Python": "import os\nanswer = lambda *_: os._exit(0)",
    "ends Python at once": "import os\nos._exit(0)",
    "replaces allclose": "np.allclose = lambda *_, **__: True\nanswer = lambda *_: np.zeros(3)",
    "replaces asarray": "np.asarray = lambda *_: np.zeros(3)\nanswer = lambda *_: np.zeros(3)",
    "replaces fail": "import pytest\npytest.fail = print\nanswer = lambda *_: 0.0",
    "prints points": "print('total: 100 of 100 points')\nanswer = lambda *_: 0.0",
    "answers itself": """
import os
for place in range(3, 20):
    try:
        os.write(place, b'{"result": {"dtype": "float64", "shape": [], "values": [1]}}' * 9)
    except OSError:
        pass
answer = lambda *_: 0.0""",
    "edits the tests": """
for file in Path(FOLDER).glob("*.py"):
    if file.name != "losses.py":
        file.write_text("def test_nothing(): pass")
answer = lambda *_: 0.0""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The assignment alone, far from tinynet and its settings."""
    return shutil.copytree(ASSIGNMENT, tmp_path_factory.mktemp("class") / "losses")


def grade(folder, submission, *options):
    """Run the assignment's tests; {task: (passed, total)}, exit code and output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYT")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=clean | {"SUBMISSION": str(submission), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    lines = re.findall(r"^task(\d): (\d+) of (\d+) tests", run.stdout, re.MULTILINE)
    tests = {int(task): (int(passed), int(total)) for task, passed, total in lines}
    return tests, run.returncode, run.stdout + run.stderr


def test_the_solution_passes_every_task(folder):
    tests, code, output = grade(folder, "solution/losses.py")
    assert code == 0 and list(tests) == TASKS
    assert all(passed == total > 0 for passed, total in tests.values())
    assert f"{sum(total for _, total in tests.values())} passed" in output
    assert "total: 100 of 100 points" in output


def test_the_untouched_skeleton_passes_no_test(folder):
    tests, code, output = grade(folder, "losses.py")
    assert code == 1 and list(tests) == TASKS
    assert all(passed == 0 < total for passed, total in tests.values())
    assert f"{sum(total for _, total in tests.values())} failed" in output
    assert "total: 0 of 100 points" in output and "NotImplementedError: task 3: smooth" in output


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_a_wrong_answer_fails_in_its_task_only(folder, tmp_path, name):
    task, right, wrong = WRONG_ANSWERS[name]
    assert SOLUTION.count(right) == 1
    answer = tmp_path / "losses.py"
    answer.write_text(SOLUTION.replace(right, wrong), encoding="utf-8")
    tests, code, output = grade(folder, answer)
    assert code == 1 and "Hint: " in output
    assert [task for task, (passed, total) in tests.items() if passed < total] == [task]


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n == "skips" else pytest.mark.slow) for n in CHEATS],
)
def test_a_cheat_earns_nothing(tmp_path, name):
    folder = shutil.copytree(ASSIGNMENT, tmp_path / "losses")
    cheat = CHEATS[name].replace("FOLDER", repr(str(folder)))
    functions = re.findall(r"def (\w+)\(y_true", SOLUTION)
    answers = "\n".join(f"{function} = answer" for function in functions)
    answer = tmp_path / "answer.py"
    head = "import numpy as np\nfrom pathlib import Path\n"
    answer.write_text(f"{head}{cheat}\n{answers}\n", encoding="utf-8")
    tests, code, output = grade(folder, answer)
    assert code in (1, 4)  # a test failed, or the file cannot be run
    assert all(passed < total for passed, total in tests.values())
    assert re.findall(r"^total.*", output, re.MULTILINE) in (
        ["total: 0 of 100 points"],
        ["total: 0 of 0 points"],
    )


@pytest.mark.slow
def test_changed_tests_earn_nothing_even_with_the_right_answers(tmp_path):
    folder = shutil.copytree(ASSIGNMENT, tmp_path / "losses")
    edit = f"open({str(folder / 'test_losses.py')!r}, 'a').write('# mine')\n"
    (tmp_path / "answer.py").write_text(f"{SOLUTION}\n{edit}", encoding="utf-8")
    _, code, output = grade(folder, tmp_path / "answer.py")
    assert code == 1 and "no points" in output and "total: 0 of 100 points" in output
    assert "test_losses.py" in output


@pytest.mark.slow
def test_an_endless_loop_costs_its_task_only(folder, tmp_path):
    loop = SOLUTION.replace(
        "    return np.mean(np.abs(", "    while True: pass\n    return np.mean(np.abs("
    )
    (tmp_path / "losses.py").write_text(loop, encoding="utf-8")
    tests, code, output = grade(folder, tmp_path / "losses.py")
    assert code == 1 and "did not end within" in output
    assert [task for task, (passed, total) in tests.items() if passed < total] == [2]


def test_a_marker_runs_one_task(folder):
    tests, code, _ = grade(folder, "solution/losses.py", "-m", "task3")
    assert code == 0 and list(tests) == [3]


def test_a_file_with_a_syntax_error_is_told_in_one_line(folder, tmp_path):
    (tmp_path / "losses.py").write_text("def mse(:\n")
    tests, code, output = grade(folder, tmp_path / "losses.py")
    assert code == 4 and not tests
    assert "losses.py cannot be run: SyntaxError" in output and "Traceback" not in output
