"""The handout: all that a student needs, and nothing of the solution."""

import ast
import json
import random
import re
from dataclasses import replace

import numpy as np
import pytest

from tinynet import cli
from tinynet.classroom import load
from tinynet.classroom.assignment import Assignment, Check, Task, names
from tinynet.classroom.handout import make as handout
from tinynet.classroom.handout import notebook, public_key, regions, start
from tinynet.classroom.judging.key import answer_key
from tinynet.classroom.runner.worker.cells import HEAD
from tinynet.classroom.submissions.notebooks import code_of


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """The template, as a teacher begins with it."""
    folder = tmp_path_factory.mktemp("class") / "mine"
    start.begin(folder)
    return load(folder)


@pytest.fixture(scope="module")
def key(mine):
    with answer_key(mine) as key:
        yield key


# --- nothing of the solution ----------------------------------------------------------------


def tells(files, secret):
    return [(name, line) for name, text in files.items() for line in secret if line in text]


@pytest.mark.parametrize("as_notebook", [False, True])
def test_no_line_of_the_solution_is_in_a_handout(mine, key, as_notebook):
    secret = regions.secrets(mine.solution)
    assert "return np.dot(weights, values) / np.sum(weights)" in secret
    assert tells(handout.contents(mine, key, as_notebook), secret) == []
    assert tells({"means.py": mine.solution}, secret), "the search finds what there is"


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_no_line_of_the_solution_is_in_the_handout_of_any_assignment(name):
    source = load(name)
    with answer_key(source) as key:
        secret = regions.secrets(source.solution)
        for as_notebook in (False, True):
            assert tells(handout.contents(source, key, as_notebook), secret) == []


def program(rng):
    """A solution in which every line of a region holds a word that is nowhere else."""
    tasks, lines = [], ["import numpy as np", "import secret_package", ""]
    for number in range(rng.randrange(1, 5)):
        depth = rng.randrange(3)
        for level in range(depth):
            lines.append(f"{'    ' * level}class Outer{number}{level}:")
        indent = "    " * depth
        lines += [f"{indent}@property"] * rng.randrange(2)
        lines += [f"{indent}def task{number}(self, x=1):", f'{indent}    """Says what."""']
        lines += [f"{indent}    y = x + 1"] * rng.randrange(2)
        lines += [f"{indent}    ### BEGIN SOLUTION", *hidden(rng, indent + "    ")]
        lines += [f"{indent}    ### END SOLUTION"]
        lines += [f"{indent}    return y"] * rng.randrange(2)
        lines += [""] * rng.randrange(4) + [f"# --- after {number} ---"] * rng.randrange(2)
        tasks.append(f"task{number}")
    if rng.random() < 0.5:
        lines += ["### BEGIN SOLUTION", "secret_helper = 1", "### END SOLUTION"]
    return "\n".join(lines) + "\n" * rng.randrange(3), tasks


def hidden(rng, indent):
    lines = [f"{indent}# secret comment", f"{indent}secret = secret_package.of(np.e)"]
    lines += [f"{indent}def inner(secret):", f"{indent}    return 'secret'", ""]
    lines += [f"{indent}text = '''secret", "secret", f"{indent}'''"]
    return lines[: rng.choice([2, 4, 8])]


def test_no_word_of_a_region_survives_in_hundreds_of_programs():
    rng = random.Random(0)
    for _ in range(300):
        text, tasks = program(rng)
        assignment = Assignment("t", "f.py", [Task(task, [Check("c", "1")]) for task in tasks])
        left = regions.without_regions(text, assignment)
        assert "secret" not in left and "SOLUTION" not in left and "import numpy as np" in left
        raised = re.findall(r'raise NotImplementedError\("task (\w+)"\)', left)
        assert raised == tasks and left.count("Says what.") == len(tasks)
        pieces = [code for _, code in notebook.parts(left)]
        assert ast.dump(ast.parse("\n\n\n".join(pieces))) == ast.dump(ast.parse(left))


# --- regions --------------------------------------------------------------------------------

DEFINED = "def f(x):\n    {}\n"
MALFORMED = {
    "no end": ("    ### BEGIN SOLUTION\n    return 1", "line 2: the region that begins here has"),
    "no begin": ("    return 1\n    ### END SOLUTION", "line 3: here a region ends that has not"),
    "two begins": (
        "    ### BEGIN SOLUTION\n    x\n    ### BEGIN SOLUTION\n    x\n    ### END SOLUTION",
        "line 4: the region that begins in line 2 has no end",
    ),
    "other case": ("    ### Begin solution\n    x\n    ### END SOLUTION", "line 2: a mark is ###"),
    "one line": ("    return 1  ### BEGIN SOLUTION", "line 2: a mark is ### BEGIN SOLUTION or"),
    "two hashes": ("    ## BEGIN SOLUTION\n    x\n    ## END SOLUTION", "line 2: a mark is ###"),
    "empty": (
        "    ### BEGIN SOLUTION\n    # ?\n    ### END SOLUTION\n    x",
        "line 2: the region t",
    ),
    "indented": ("    ### BEGIN SOLUTION\n    x\n### END SOLUTION", "line 4: indent the mark like"),
    "in a statement": (
        "    y = [\n        ### BEGIN SOLUTION\n        1,\n        ### END SOLUTION\n    ]",
        "without its regions it is no Python",
    ),
    "no region": ("    return 1", "line 1: the task f has no region"),
    "around a task": (
        "    return 1\n\n### BEGIN SOLUTION\ndef f(x):\n    return 1\n### END SOLUTION",
        "line 5: the region hides the task f",
    ),
    "no task": (
        "    ### BEGIN SOLUTION\n    x\n    ### END SOLUTION\ndef g(): 0",
        "the task g has",
    ),
    "two imports in a line": (
        "    ### BEGIN SOLUTION\n    re.x\n    ### END SOLUTION\nimport re; import os",
        "line 5: write each import on a line of its own",
    ),
    "between methods": (
        "    ### BEGIN SOLUTION\n    x\n    ### END SOLUTION\nclass g:\n    def __init__(self): 0\n"
        "    ### BEGIN SOLUTION\n    def h(self): 0\n    ### END SOLUTION",
        "line 7: a region between methods",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_region_is_told_with_its_line(name):
    body, told = MALFORMED[name]
    tasks = ["f", *(["g"] if "g" in body.split("SOLUTION")[-1] or " g" in body else [])]
    assignment = Assignment("t", "f.py", [Task(task, [Check("c", "1")]) for task in tasks])
    with pytest.raises(ValueError) as error:
        regions.without_regions(f"def f(x):\n{body}\n", assignment)
    assert told in str(error.value)


REGION = "    ### BEGIN SOLUTION\n    {}\n    ### END SOLUTION\n"
IMPORTS = {  # import, what the region says: what is left of the import
    ("import numpy as np", "np.e"): "import numpy as np",
    ("from numpy import e", "e"): "",
    ("import math", "math.e"): "",
    ("import math, os", "math.e"): "import os",
    ("from itertools import (\n    pairwise,\n    product,\n)", "pairwise"): (
        "from itertools import product"
    ),
    ("from losses import mse", "mse"): "from losses import mse",
    ("from __future__ import annotations", "annotations"): "from __future__ import annotations",
    ("import scipy.special", "scipy.special.xlogy"): "",
    ("import os  # of no use", "1"): "import os  # of no use",
}


@pytest.mark.parametrize(("line", "used"), IMPORTS)
def test_an_import_that_only_the_solution_needs_is_gone(line, used):
    task = Task("f", [Check("c", "1")])
    assignment = Assignment("t", "f.py", [task], uses={"losses.py": "03_losses"})
    text = f"{line}\n\ndef f(x):\n" + REGION.format(used)
    left = regions.without_regions(text, assignment)
    assert left.partition("def f")[0].strip() == IMPORTS[line, used]
    example = text.replace("(x):\n", f'(x):\n    """\n    >>> {used}\n    """\n')
    assert line in regions.without_regions(example, assignment) or line.startswith("from itert")


def test_a_class_keeps_its_docstring_and_raises_when_it_is_made():
    text = "class SGD:\n    '''Steps.'''\n" + REGION.format("def step(self): pass")
    left = regions.without_regions(text, Assignment("t", "f.py", [Task("SGD", [Check("c", "1")])]))
    space = {}
    exec(left, space)
    assert space["SGD"].__doc__ == "Steps."
    with pytest.raises(NotImplementedError, match="task SGD"):
        space["SGD"](0.1)


# --- the files ------------------------------------------------------------------------------


def test_a_handout_is_a_fresh_tree_and_always_the_same(mine, tmp_path):
    for name in ("one", "two"):
        assert cli.main(["classroom", "make", str(mine.folder), str(tmp_path / name)]) == 0
    trees = [{p.name: p.read_bytes() for p in (tmp_path / n).rglob("*")} for n in ("one", "two")]
    assert trees[0] == trees[1]
    assert sorted(trees[0]) == ["README.md", "checks.json", "means.py", "test_means.py"]
    readme = trees[0]["README.md"].decode()
    assert "python -m pytest" in readme and "teachers" not in readme.lower()


def test_what_a_student_wrote_is_not_overwritten(mine, tmp_path, capsys):
    (tmp_path / "means.py").write_text("my work")
    (tmp_path / "notes.txt").write_text("my notes")
    words = ["classroom", "make", str(mine.folder), str(tmp_path)]
    assert cli.main(words) == 2
    assert "already: means.py, notes.txt. Name another folder" in capsys.readouterr().err
    assert (tmp_path / "means.py").read_text() == "my work"
    assert cli.main([*words, "--force"]) == 0
    assert "NotImplementedError" in (tmp_path / "means.py").read_text()
    assert (tmp_path / "notes.txt").read_text() == "my notes"


def test_the_cells_of_a_notebook_are_the_file(mine, key):
    text = handout.contents(mine, key)["means.py"]
    content = handout.contents(mine, key, as_notebook=True)["means.ipynb"]
    code = re.sub(r"# cell \d+\n", "\n" * 3, code_of(content.encode()).removeprefix(HEAD))
    assert code.strip("\n") == text.strip("\n").replace("\n\n\n", "\n" * 4)
    cells = json.loads(content)["cells"]
    headings = [c["source"][0] for c in cells if c["cell_type"] == "markdown"][1:]
    assert [heading.split(":")[0] for heading in headings] == [
        "## weighted_mean",
        "## weighted_variance",
    ]
    assert len({cell["id"] for cell in cells}) == len(cells)


# --- the public key -------------------------------------------------------------------------


def test_the_public_key_has_the_public_checks_as_numbers_only(mine, key, tmp_path):
    text = public_key.public(key)
    (tmp_path / "checks.json").write_text(text, encoding="utf-8")
    opened = public_key.opened(tmp_path / "checks.json")
    for task in key.assignment.tasks:
        seen = [entry for entry in key.entries[task.name] if entry.check.public]
        assert [entry.check.title for entry in opened.entries[task.name]] == [
            entry.check.title for entry in seen
        ]
        for one, other in zip(opened.entries[task.name], seen, strict=True):
            np.testing.assert_equal(one.check.question, other.check.question)
            np.testing.assert_equal(one.answer["result"], other.answer["result"])
            mistakes = {name: answer["result"] for name, answer in one.mistaken.items()}
            np.testing.assert_equal(
                mistakes, {name: other.mistaken[name]["result"] for name in mistakes}
            )
        hidden = [check.title for check in task.checks if not check.public]
        assert hidden and not any(title in text for title in hidden)
        assert not any(code in text for code in task.mistakes.values())
    assert opened.reference is None and "lambda" not in text and "places" not in text


def test_mistakes_that_the_public_checks_confuse_are_not_named(key):
    """Of a vector, the wrong axis gives the right mean: only the matrix would tell."""
    mistaken = json.loads(public_key.public(key))["tasks"][0]["checks"][0]["mistaken"]
    assert set(mistaken) == {"count_of_values", "missing_mean", "wrong_axis"}
    entries = [entry for entry in key.entries["weighted_mean"] if entry.check.public]
    twice = dict.fromkeys(("missing_mean", "factor"), entries[0].mistaken["missing_mean"])
    entry = type(entries[0])(entries[0].check, entries[0].answer, twice)
    task = Task("weighted_mean", [entry.check], mistakes=dict.fromkeys(twice, ""))
    assert public_key._task(task, [entry])["checks"][0]["mistaken"] == {}


@pytest.mark.parametrize("value", [1, 0.1, -0.0, True, None, "a", [1, [2.5, None]], {"a": 1.5}])
def test_plain_values_come_back_as_they_were(value):
    assert public_key._value(json.loads(json.dumps(public_key._plain(value)))) == value


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1, 2], [3, 4]], np.int32),
        np.array([np.nan, -np.inf, 1e-300]),
        np.zeros((0, 3), np.float32),
        np.float32(0.1),
        np.float64(4.0),
        np.array([True, False]),
        float("inf"),
    ],
)
def test_arrays_come_back_in_dtype_and_shape(value):
    text = json.dumps(public_key._plain(value), allow_nan=False)
    back = public_key._value(json.loads(text))
    np.testing.assert_array_equal(back, value, strict=isinstance(value, np.ndarray))
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kind": "other"}', '{"kind": "tinynet checks 1"}']
)
def test_a_damaged_file_is_told(tmp_path, text):
    (tmp_path / "checks.json").write_text(text)
    with pytest.raises(ValueError, match="holds no checks .* take it once more"):
        public_key.opened(tmp_path / "checks.json")


def test_no_damage_to_the_file_ends_in_a_traceback(key, tmp_path):
    rng, path = random.Random(0), tmp_path / "checks.json"
    text = public_key.public(key)
    values = ["null", "[]", "{}", "-1", "1e999", '"x"', "true"]
    for _ in range(300):
        found = rng.choice(list(re.finditer(r'"\w+"|\[[^\[\]]*\]|-?\d+(\.\d+)?|true|,', text)))
        path.write_text(text[: found.start()] + rng.choice(values) + text[found.end() :])
        try:
            public_key.opened(path)
        except ValueError as error:
            assert "holds no checks" in str(error)


def test_a_task_without_a_public_check_is_told(key):
    hidden = {name: entries[1:] for name, entries in key.entries.items()}
    with pytest.raises(ValueError, match="the task weighted_mean has no public check"):
        public_key.public(replace(key, entries=hidden))
