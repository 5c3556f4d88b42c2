"""The proof that an assignment is fair: it holds for the template, and finds each kind of fault."""

import re

import pytest

from tinynet import cli
from tinynet.classroom import load
from tinynet.classroom.check import _of_handout, bank, proved
from tinynet.classroom.handout import start
from tinynet.classroom.judging.key import answer_key

MEAN = "def weighted_mean(values, weights):\n    {}\n"
VARIANCE = "def weighted_variance(values, weights):\n    {}\n"


@pytest.fixture
def mine(tmp_path):
    """The template, with empty banks."""
    files = start.begin(tmp_path / "mine")
    for file in files:
        if file.parent.name in ("right", "wrong"):
            file.unlink()
    return tmp_path / "mine"


@pytest.mark.slow
def test_the_template_is_fair_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["classroom", "new", "mine"]) == 0
    assert cli.main(["classroom", "check", "mine"]) == 0
    output = capsys.readouterr()
    assert "3 wrong answers, 3 of them told their misconception; 2 right" in output.out
    assert output.out.endswith("fair\n") and "answer" in output.err  # the bar
    assert cli.main(["classroom", "new", "mine"]) == 2
    assert "already: README.md" in capsys.readouterr().err


FAULTS = {  # a file of a bank, its content, and what is found
    "wrong/weighted_mean.factor.py": (
        MEAN.format("return weights @ values / weights.sum()"),
        "loses no points: add a check that it fails",
    ),
    "wrong/weighted_mean.sign.py": (
        MEAN.format("return weights @ values / len(values)"),
        "is told count_of_values",
    ),
    "wrong/weighted_variance.overflow.py": (
        MEAN.format("return weights @ values") + VARIANCE.format("return 0.0"),
        "loses points in weighted_mean: two numbers, worked out on paper: 6 instead of 2",
    ),
    "wrong/weighted_mean.unknown.py": (MEAN.format("return -weights @ values"), ""),
    "wrong/weighted_mean.unknown.2.py": (
        MEAN.format("return -(weights @ values) / weights.sum()"),
        "is told sign",
    ),
    "right/not_so.py": (
        VARIANCE.format("return 2.0"),
        "loses points in weighted_variance: other numbers: 2 instead of",
    ),
    "right/not_python.py": ("def f(:\n", "the file cannot be run: SyntaxError"),
}


@pytest.mark.slow
def test_each_fault_of_a_bank_is_found(mine, capsys):
    for name, (text, _) in FAULTS.items():
        (mine / name).write_text(text)
    assert cli.main(["classroom", "check", str(mine), "--quiet"]) == 1
    output = capsys.readouterr()
    rows = re.findall(r"^(\S+) +\d+ of 100(?:  FAILS: (.*))?", output.out, re.MULTILINE)
    found = dict(rows)
    assert found.keys() == {"solution", "handout", *FAULTS}
    assert found["solution"] == found["handout"] == ""
    for name, (_, told) in FAULTS.items():
        assert found[name].startswith(told) and bool(found[name]) == bool(told), name
    assert "not fair: 6 answers, 1 other fault\n" in output.out and output.err == ""
    assert "FAILS: 2 of 5 wrong answers have no name: 10% may" in output.out


@pytest.mark.slow
def test_points_for_an_untouched_handout_are_found(mine):
    text = (mine / "solution.py").read_text()
    early = text.replace(
        "    ### BEGIN SOLUTION\n    return weighted_mean",
        "    if len(values) < 9:\n        return weighted_mean((values - weighted_mean(values,"
        " weights)) ** 2, weights)\n    ### BEGIN SOLUTION\n    return weighted_mean",
    )
    (mine / "solution.py").write_text(early)
    faults = {row.answer.name: row.fault for row in proved(load(mine)).rows if row.fault}
    assert faults == {"handout": "earns points without an answer: weighted_variance"}


def test_mistakes_that_no_check_tells_apart_are_found(mine):
    text = (mine / "assignment.py").read_text()
    root = '                "root": """'
    more = (
        '                "factor": "lambda values, weights:'
        ' (weights @ (values - weights @ values / weights.sum()) ** 2) / weights.sum()",\n'
        '                "extra_mean": "lambda values, weights: weighted_mean('
        '(values - weighted_mean(values, weights)) ** 2, weights) ** 0.5",\n'
    )
    (mine / "assignment.py").write_text(text.replace(root, more + root))
    assert proved(load(mine)).faults == (
        "weighted_variance: no check tells the mistake factor from what is right",
        "weighted_variance: no check tells the mistakes extra_mean and root apart",
    )


def test_a_slip_in_a_mistake_and_a_readme_of_another_assignment_are_found(mine):
    for name, old, new in (
        ("assignment.py", "weights @ values / len(values)", "weights @ values len(values)"),
        ("assignment.py", 'weights @ values"', 'weigths @ values"'),
        ("README.md", "means.py", "other.py"),
    ):
        text = (mine / name).read_text()
        assert old in text
        (mine / name).write_text(text.replace(old, new))
    readme, syntax, name = proved(load(mine)).faults
    assert readme == "README.md does not name means.py, which students write in"
    assert syntax.startswith(
        "weighted_mean: the mistake count_of_values cannot be run: SyntaxError"
    )
    assert name.startswith("weighted_mean: the mistake missing_mean cannot be run: NameError")


def test_a_file_that_cannot_be_imported_and_a_folder_without_assignment_are_told(mine):
    text = (mine / "assignment.py").read_text()
    for wrong in ("means", "my means.py"):
        (mine / "assignment.py").write_text(text.replace('"means.py"', f'"{wrong}"'))
        with pytest.raises(ValueError, match=f"file='{wrong}' is no file to import"):
            load(mine)
    (mine / "assignment.py").unlink()
    with pytest.raises(ValueError, match="there is no assignment.py in"):
        load(mine)


def test_a_handout_that_tells_or_cannot_be_made_is_found(mine):
    source = load(mine)
    readme = mine / "README.md"
    line = "return np.dot(weights, values) / np.sum(weights)"
    readme.write_text(f"# Means\n\nOpen means.py.\n\n    {line}\n")
    told = f"README.md of the handout has a line of the solution: {line}"
    with answer_key(source) as key:
        assert list(_of_handout(source, key)) == [told]
        readme.unlink()
        assert [fault.partition(" is ")[2] for fault in _of_handout(source, key)] == [
            "missing: write there what students are asked for"
        ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("weighted_median.sign.py", "there is no task 'weighted_median'"),
        ("weighted_mean.sing.py", "there is no misconception 'sing'"),
        ("weighted_mean.py", "there is no misconception ''"),
    ],
)
def test_a_misnamed_file_of_the_bank_is_told(mine, name, told):
    (mine / "wrong" / name).write_text("")
    with pytest.raises(ValueError, match=told):
        bank(load(mine))


def test_all_assignments_are_listed(mine, monkeypatch, capsys):
    monkeypatch.chdir(mine.parent)
    assert cli.main(["classroom", "list"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^mine +2 tasks, 15 minutes +Means with weights$", out, re.MULTILINE)


def test_an_assignment_that_is_not_there_is_told(capsys):
    assert cli.main(["classroom", "check", "99_nothing"]) == 2
    assert "there is no assignment 99_nothing: there are" in capsys.readouterr().err
