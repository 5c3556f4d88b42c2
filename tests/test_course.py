"""The course: its form, its words in order, its symbols, and its exercises, right and wrong."""

import re
import unicodedata

import numpy as np
import pytest

import tinynet as tn
from tinynet.classroom.course import find, tutorials
from tinynet.classroom.course.check import check, verdict
from tinynet.classroom.course.exercises import Exercise, exercises
from tinynet.classroom.course.tutorials import FOLDER, cells

COURSE = tutorials()
NAMES = [tutorial.name for tutorial in COURSE]
GLOSSARY = (FOLDER / "glossary.md").read_text(encoding="utf-8")
COMMANDS = {"log", "exp", "max", "min", "tanh", "cosh", "mathrm"}
each = pytest.mark.parametrize("tutorial", COURSE, ids=NAMES)


def table(columns):
    """The rows of the table of the glossary's page that has so many columns."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in GLOSSARY.splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in row] for row in rows if len(row) == columns][2:]


TERMS = {row[0]: int(row[-1]) for row in table(5)}
SYMBOLS = {symbol for row in table(3) for symbol in re.findall(r"\$([^$]+)\$", " ".join(row[:2]))}


def prose(tutorial):
    return "\n\n".join(cell.text for cell in tutorial.cells if cell.prose)


def formulas(text):
    return re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.sub(r"`[^`]*`", "", text), re.DOTALL)


def letters(formula):
    """The symbols of a formula: letters, one by one, without those of commands and words."""
    formula = re.sub(r"\\mathrm\{[^{}]*\}", "", formula)
    assert {*re.findall(r"\\([a-z]+)", formula)} <= COMMANDS, formula
    formula = re.sub(r"\\[a-z]+", "", formula)
    return {c for c in unicodedata.normalize("NFC", formula) if c.isalpha() and c not in "ᵀⁿⁱ"}


# --- form --------------------------------------------------------------------------------------


def test_the_course_is_complete_and_in_order():
    assert [tutorial.number for tutorial in COURSE] == [*range(1, 23)]


@each
def test_a_tutorial_has_the_form_of_all(tutorial):
    text = tutorial.path.read_text(encoding="utf-8")
    assert text.startswith("# %% [markdown]\n# # " + f"{tutorial.number}. ")
    assert len(text.splitlines()) < 200
    assert text.count("plt.show()") >= 2
    headings = re.findall(r"^# ## (.+)$", text, re.MULTILINE)
    assert headings[-3:] == ["What you can do now", "Exercises", "Read on"]
    every = tutorial.cells
    assert every[0].prose and every[-1].prose
    assert sum("assert " in cell.text for cell in every if not cell.prose) >= 3
    for cell in every:
        assert cell.text, f"an empty cell before line {cell.line}"


@each
def test_prose_is_comment_and_code_is_short(tutorial):
    text = tutorial.path.read_text(encoding="utf-8")
    for cell in text.split("# %% [markdown]\n")[1:]:
        lines = cell.partition("\n# %%\n")[0].strip("\n").splitlines()
        assert all(line[:2] in ("#", "# ") for line in lines), lines
    assert "plt.savefig" not in text and "TODO" not in text


@each
def test_the_next_tutorial_is_named(tutorial):
    last = tutorial.cells[-1].text
    for following in (other for other in COURSE if other.number == tutorial.number + 1):
        link = f"[{following.number}. {following.title}]({following.path.name})"
        assert link in last
    for target in re.findall(r"\]\(([^)#:]+?)\)", prose(tutorial)):
        assert (FOLDER / target).exists(), target


def test_the_page_of_the_course_lists_every_tutorial_by_its_title_and_every_script():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[(\D.+)\]\((\d\d_\w+\.py)\) \|", page, re.MULTILINE)
    assert rows == [(str(t.number), t.title, t.path.name) for t in COURSE]
    scripts = {path.name for path in FOLDER.glob("scripts/*.py")}
    assert {*re.findall(r"\]\(scripts/(\w+\.py)\)", page)} == scripts != set()


# --- words and symbols ---------------------------------------------------------------------------


def test_the_glossary_explains_each_term_once_with_its_chinese_name():
    rows = table(5)
    assert len(TERMS) == len(rows) > 100
    for term, _, meaning, chinese, _ in rows:
        assert 15 < len(meaning) < 200 and meaning.endswith("."), term
        assert any("CJK" in unicodedata.name(letter, "") for letter in chinese), term
    assert [row[0].lower() for row in rows] == sorted(row[0].lower() for row in rows)


@each
def test_no_term_is_used_before_it_is_explained(tutorial):
    text = re.sub(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)", " ", prose(tutorial).partition("## Read on")[0])
    text = re.sub(r"\s+", " ", text).lower()
    for known in sorted(TERMS, key=len, reverse=True):  # the mode in "reverse mode" is no term
        if TERMS[known] <= tutorial.number and " " in known:
            text = text.replace(known.lower(), "")
    early = [
        term
        for term, number in TERMS.items()
        if number > tutorial.number and re.search(rf"\b{re.escape(term.lower())}(e?s)?\b", text)
    ]
    assert not early


@each
def test_a_term_is_explained_in_the_tutorial_that_the_glossary_names(tutorial):
    text = re.sub(r"`[^`]*`|\s+", " ", prose(tutorial)).lower()
    own = [term for term, number in TERMS.items() if number == tutorial.number]
    assert own
    marked = " ".join(re.findall(r"\*+([^*]+)\*+", text))
    missing = [term for term in own if term.lower() not in marked]
    assert not missing


@each
def test_every_symbol_of_a_formula_is_in_the_notation(tutorial):
    found = {c for pair in formulas(prose(tutorial)) for f in pair for c in letters(f)}
    assert not found - {letter for symbol in SYMBOLS for letter in letters(symbol)}


# --- exercises -----------------------------------------------------------------------------------


@each
def test_each_exercise_stands_in_its_tutorial_and_waits_for_an_answer(tutorial, capsys):
    known = [*exercises(tutorial)]
    assert 3 <= len(known) <= 5
    assert known == [f"{tutorial.number}.{i}" for i in range(1, len(known) + 1)]
    assert re.findall(r"^\*\*(\d+\.\d+)\*\*", prose(tutorial), re.MULTILINE) == known
    asked = [cell.text for cell in tutorial.cells if 'check("' in cell.text]
    for number, cell in zip(known, asked, strict=True):
        space = {"check": check, "np": np}
        exec(cell, space)
        assert capsys.readouterr().out == f"{number} Your answer goes where the three dots stand.\n"


def cases():
    return [
        pytest.param(exercise, id=number)
        for tutorial in COURSE
        if tutorial.solutions.exists()
        for number, exercise in exercises(tutorial).items()
    ]


@pytest.mark.parametrize("exercise", cases())
def test_the_right_answer_is_told_its_reason(exercise):
    assert verdict(exercise, exercise.right).text == f"Yes. {exercise.because}"
    assert len(exercise.because) > 20 and len(exercise.hint) > 10


@pytest.mark.parametrize("exercise", cases())
def test_a_wrong_answer_of_each_kind_is_told_apart(exercise):
    for behind, answer in exercise.mistakes:
        found = verdict(exercise, answer)
        assert not found.right
        ideas = {said: name for name, said in exercise.ideas.items()}
        assert found.text == f"Not yet. {exercise.behind(ideas[behind])}", (behind, found.text)
    assert len(exercise.wrong) >= 2


@pytest.mark.parametrize("exercise", cases())
def test_an_answer_that_nobody_foresaw_gets_the_hint(exercise):
    rng = np.random.default_rng(0)
    if callable(exercise.right):

        def strange(*_):
            return rng.normal(size=3)
    else:
        strange = "z" if isinstance(exercise.right, str) else 12345.678
    assert verdict(exercise, strange).text.endswith(exercise.hint)


THIRD = Exercise(1 / 3, "One of three.", {}, "Count.")
BOTH = Exercise(["a", "c"], "Both.", {"Not b.": ["a", "b"]}, "Look again.")
HALF = Exercise(0.5, "Two halves make one.", {"sign": -0.5, "That is a third.": (1 / 3, 0.34)})
TWICE = Exercise(lambda x: 2 * x, "2x.", {"Squared.": lambda x: x**2}, "Add.", asked=[(3.0,), (5,)])
SHAPES = Exercise(lambda x: 2 * x, "2x.", {}, "Add.", asked=[(3.0,), (np.array([1.0, 5.0]),)])
CHOICE = Exercise("b", "It is b.", {"Not a.": "a"}, "Look again.")


@pytest.mark.parametrize(
    ("exercise", "answer", "right", "said"),
    [
        (HALF, 0.5, True, "Yes. Two halves make one."),
        (HALF, 0.501, True, "Yes."),
        (HALF, 0.51, False, "Not yet."),
        (HALF, np.array(0.5), True, "Yes."),
        (HALF, [0.5], False, "Not yet."),
        (HALF, 0.333, False, "Not yet. That is a third."),
        (HALF, ..., None, "Your answer goes"),
        (HALF, lambda: 0.5, False, "Not yet. The answer is a value"),
        (HALF, "1/2", False, "Not yet. The answer is a number, without quotes"),
        (HALF, None, False, "Not yet. Nothing is returned."),
        (HALF, float("nan"), False, "Not yet."),
        (HALF, tn.Tensor(0.5), True, "Yes."),
        (HALF, -0.5, False, "Not yet. The sign is flipped. The size is right"),
        (THIRD, 0.333, True, "Yes."),
        (THIRD, -0.333, False, "Not yet. The sign is flipped."),
        (HALF, object(), False, "Not yet."),
        (HALF, {0.5}, False, "Not yet."),
        (TWICE, lambda x: {x}, False, "Not yet. answer(x), where x = 3: "),
        (TWICE, lambda x: x + x, True, "Yes. 2x."),
        (TWICE, lambda x: 2.001 * x, True, "Yes. 2x."),
        (TWICE, lambda x: ..., None, "Your answer goes"),
        (TWICE, lambda x: x * x, False, "Not yet. Squared."),
        (TWICE, lambda x: 1 / 0, False, "Not yet. answer(x), where x = 3: ZeroDivisionError"),
        (TWICE, lambda: 1, False, "Not yet. answer(x), where x = 3: TypeError"),
        (TWICE, lambda x: x + 3, False, "Not yet. answer(x), where x = 5: 8 instead of 10. Add."),
        (TWICE, lambda x: None, None, "Your answer goes"),
        (TWICE, 6.0, False, "Not yet. The answer is a function"),
        (CHOICE, " B", True, "Yes."),
        (CHOICE, "a", False, "Not yet. Not a."),
        (SHAPES, lambda x: 6.0 if np.ndim(x) == 0 else x**2, False, "Not yet. answer(x), where"),
        (BOTH, [" A", "C"], True, "Yes."),
        (BOTH, ("a", "b"), False, "Not yet. Not b."),
        (CHOICE, 2, False, "Not yet. The answer is a letter"),
        (CHOICE, "d", False, "Not yet. Look again."),
    ],
)
def test_what_is_said_of_an_answer(exercise, answer, right, said):
    found = verdict(exercise, answer)
    assert found.right is right
    assert found.text.startswith(said)


def test_a_known_misconception_is_told_with_what_to_do():
    assert verdict(HALF, -0.5).text.endswith("and at the inner derivative.")


def test_an_answer_may_not_change_what_it_is_asked_with():
    def changes(x):
        x += x
        return x

    vector = Exercise(lambda x: 2 * x, "2x.", {}, asked=[(np.ones(2),), (np.ones(3),)])
    assert verdict(vector, changes).right
    assert verdict(vector, changes).right
    assert vector.asked[0][0].tolist() == [1, 1]


@pytest.mark.parametrize("number", ["7", "x.1", "99.1", "1.99", "", "1."])
def test_a_number_that_is_no_exercise_is_refused(number):
    with pytest.raises(ValueError, match="exercise|tutorial"):
        check(number, 1)


def test_an_exercise_that_is_asked_wrongly_is_refused():
    with pytest.raises(ValueError, match="asked="):
        Exercise(lambda x: x, "")
    with pytest.raises(ValueError, match="asked="):
        Exercise(1.0, "", asked=[(1,)])


# --- cells ---------------------------------------------------------------------------------------


def test_cells_keep_their_text_and_their_lines():
    text = "# %% [markdown]\n# # T\n#\n# more\n\n\n# %%\n\n\ndef f():\n    return 1\n# %%\nf()\n"
    found = cells(text)
    assert [cell.prose for cell in found] == [True, False, False]
    assert found[0].text == "# T\n\nmore"
    assert [text.splitlines()[cell.line - 1] for cell in found] == ["# # T", "def f():", "f()"]


def test_a_tutorial_is_found_by_its_number():
    assert find(1).path.name.startswith("01_")
    assert find(1).title == COURSE[0].title != ""
    with pytest.raises(ValueError, match="1 to"):
        find(99)
