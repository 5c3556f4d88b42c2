"""The course in the lab: prose as elements, cells on the desk, and in a browser all of it."""

import base64
import json
import subprocess
import sys
import time

import pytest

from tests.lab import at_work, lab_file
from tinynet.classroom.course.elements import elements
from tinynet.classroom.course.player import MOST
from tinynet.classroom.course.progress import Done, Given, Progress
from tinynet.classroom.course.tutorials import tutorials
from tinynet.classroom.judging.misconceptions import CATALOGUE
from tinynet.classroom.lab import desk
from tinynet.classroom.lab.desk import cells, playing
from tinynet.views.playground.settings import Settings

# --- prose --------------------------------------------------------------------------------------


def texts(element):
    """All texts of an element but code."""
    if isinstance(element, str):
        yield element
    elif element[0] != "code":
        for child in element[2:]:
            yield from texts(child)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>x</script>", [["p", {}, "<script>x</script>"]]),
        ("# A *b*", [["h1", {}, "A ", ["em", {}, "b"]]]),
        ("a **b *c* d**", [["p", {}, "a ", ["strong", {}, "b ", ["em", {}, "c"], " d"]]]),
        ("1. a\n   b\n2. c", [["ol", {}, ["li", {}, "a\nb"], ["li", {}, "c"]]]),
        ("`$a$`", [["p", {}, ["code", {}, "$a$"]]]),
        ("```python\na * b\n```", [["pre", {"tabindex": "0"}, ["code", {}, "a * b"]]]),
        ("[x](javascript:alert)", [["p", {}, ["span", {}, "x"]]]),
        ("[x](yes)", [["p", {}, ["a", {"href": "#yes"}, "x"]]]),
        ("", []),
    ],
)
def test_markdown_becomes_elements(text, shown):
    assert elements(text, lambda target: "#yes" if target == "yes" else "") == shown


def test_headings_begin_below_those_of_the_page():
    assert elements("# a\n## b\n###### c", top=2) == [
        ["h2", {}, "a"],
        ["h3", {}, "b"],
        ["h6", {}, "c"],
    ]


def test_formulas_have_letters_names_and_scripts():
    ((_, _, (_, about, *shown)),) = elements(r"$$ŷ_{i+1} = \mathrm{relu}(x)^2 + \exp(z_{n_k})$$")
    assert about == {"class": "formula display"}
    i, two = ["sub", {}, ["i", {}, "i"], "+1"], ["sup", {}, "2"]
    inner = ["sub", {}, ["i", {}, "n"], ["sub", {}, ["i", {}, "k"]]]
    x, z = ["i", {}, "x"], ["i", {}, "z"]
    head = [["i", {}, "ŷ"], i, " = ", "relu", "(", x, ")", two, " + ", "exp", "(", z, inner, ")"]
    assert shown == head


def test_tables_have_a_head():
    ((_, _, table),) = elements("| a | b |\n| - | - |\n| 1 | `2` |")
    words, head = {"class": "words"}, {"class": "words", "scope": "col"}
    assert table[2] == ["thead", {}, ["tr", {}, ["th", head, "a"], ["th", head, "b"]]]
    assert table[3][2] == ["tr", {}, ["td", words, "1"], ["td", words, ["code", {}, "2"]]]


@pytest.mark.parametrize("tutorial", tutorials(), ids=lambda tutorial: tutorial.name)
def test_no_sign_of_markdown_is_left_in_a_tutorial(tutorial):
    told = [
        text
        for cell in tutorial.cells
        if cell.prose
        for e in elements(cell.text)
        for text in texts(e)
    ]
    assert told and not [text for text in told if any(sign in text for sign in "$`*\\")]


# --- what leads where ---------------------------------------------------------------------------


def test_the_page_gets_all_of_the_course():
    shown = cells.face()["tutorials"]
    assert [each["number"] for each in shown] == [each.number for each in tutorials()]
    numbers = [
        page["asked"]["number"] for each in shown for page in each["pages"] if "asked" in page
    ]
    assert len(numbers) > 60 and len({*numbers}) == len(numbers)
    assert "#course?tutorial=08" in json.dumps(shown[6]) and json.dumps(shown[6], allow_nan=False)


def test_every_misconception_leads_to_its_tutorial():
    places = {cells.address(known.tutorial) for known in CATALOGUE.values()}
    numbers = {int(place.removeprefix("#course?tutorial=")) for place in places}
    assert numbers <= {each.number for each in tutorials()} and len(numbers) > 3


def test_what_a_tutorial_opens_in_the_playground_is_there():
    for number, (_, settings) in cells.PLAY.items():
        assert Settings.from_query(settings).query().items() >= settings.items()
        assert number in {each.number for each in tutorials()}


# --- cells --------------------------------------------------------------------------------------


@pytest.fixture
def ask(course, monkeypatch):
    """Asks the desk about tutorial 7 of a small course: what it answers, or its problem."""
    monkeypatch.setattr(cells, "PLAYERS", {})

    def ask(name, **payload):
        found = json.loads(desk.answered(f"course/{name}", json.dumps({"tutorial": 7, **payload})))
        return found.get("answer", found)

    return ask


@pytest.fixture
def ran(ask):
    """The same, where the cell that imports has run."""
    assert ask("run", cell=1, text=code(1)) == NOTHING
    return ask


NOTHING = dict.fromkeys(("text", "value", "error", "titles", "display"), "") | {"figures": []}


def code(cell):
    return cells.find(7).cells[cell].text


def test_a_cell_shows_what_it_prints_and_its_last_value(capsys, ran):
    came = ran("run", cell=3, text="print(1)\nnp.arange(3)")
    assert came == NOTHING | {"text": "1", "value": "array([0, 1, 2])"}
    assert capsys.readouterr().out == "1\n"  # at once, too


def test_a_graph_is_shown_as_a_notebook_shows_it(ran):
    came = ran("run", cell=7, text=code(7))
    assert "<iframe srcdoc=" in came["display"] and not (came["error"] or came["value"])
    assert came["display"].count("<script>") == 2  # of the frame around it


def test_figures_come_as_pictures_with_their_titles(ran):
    ran("run", cell=3, text="p = np.ones(3)")
    came = ran("run", cell=5, text=code(5) + "\nplt.title(f'A {1} b')")
    assert [base64.b64decode(each)[:4] for each in came["figures"]] == [b"\x89PNG"] * 2
    assert came["titles"] == "A … b"


def test_an_error_names_the_line_that_was_typed(ran):
    line = cells.find(7).cells[3].line
    came = ran("run", cell=3, text="def f():\n    return 1 / 0\n\n\nx = 1")
    came = ran("run", cell=5, text="x\nf()")
    below = cells.find(7).cells[5].line + 1
    assert came["error"].splitlines() == [
        f"07_scores.py, line {below}: f()",
        f"07_scores.py, line {line + 1}: return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_tinynet_names_the_line_that_was_typed(ran):
    lines = ["with tn.debug(), np.errstate(all='ignore'):", "    x = tn.Tensor([0.0])"]
    lines += ["    x.requires_grad = True", "    y = np.log(x)"]
    came = ran("run", cell=3, text="\n".join(lines))
    line = cells.find(7).cells[3].line + 3
    assert "NonFiniteValue: log" in came["error"] and "line:" in came["error"]
    assert f"07_scores.py#3:{line}" in came["error"]


@pytest.mark.parametrize("length", [15, 19, MOST - 1], ids=["in a line", "between", "at once"])
def test_printing_without_end_is_cut(length, ran):
    times = 2 * MOST // (length + 1)
    came = ran("run", cell=3, text=f"for _ in range({times}):\n    print('x' * {length})")
    assert MOST < len(came["text"]) < MOST + 20 and came["text"].endswith("… and more")


def test_where_python_started_anew_nothing_is_run(ran, monkeypatch):
    assert ran("run", cell=3, text="1", after=[1])["value"] == "1"
    monkeypatch.setattr(cells, "PLAYERS", {})
    assert ran("run", cell=3, text="1", after=[1]) == {"lost": True}
    assert ran("answer", cell=9, text="1", after=[1]) == {"lost": True}


@pytest.mark.parametrize(
    ("text", "right", "told"),
    [
        ("answer = np.log(2)", True, "Yes. exp(0.693) is 2."),
        ("answer = -np.log(2)", False, "Not yet. The sign is flipped."),
        ("answer = 7", False, "Not yet. Ask np.log."),
        ("answer = ...", None, "Your answer goes where"),
    ],
)
def test_an_answer_in_a_cell_is_judged(text, right, told, ran):
    came = ran("run", cell=9, text=f'{text}\n\ncheck("7.1", answer)')
    assert came["given"] == {"number": "7.1", "text": text, "right": right}
    assert told in came["text"]
    assert came["read"] == ""  # what is behind it is explained in tutorial 1, which is not there


def test_an_answer_in_the_field_is_judged(ran):
    came = ran("answer", cell=13, text="return 1 / (1 + np.exp(z))")
    assert came["given"]["right"] is False and "The sign of z is missing" in came["text"]
    assert ran("answer", cell=11, text="B")["given"] == {
        "number": "7.2",
        "text": "B",
        "right": True,
    }


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"tutorial": 99}, "there is no tutorial 99"),
        ({"cell": 2}, "tutorial 7 has no cell of code 2"),
        ({"cell": 99}, "no cell of code 99"),
        ({"cell": "1"}, "no cell of code 1"),
        ({"text": 3}, "is a text of at most 100,000 characters"),
        ({"text": "x" * 100_001}, "is a text of at most 100,000 characters"),
    ],
)
def test_what_cannot_be_run_is_told(payload, problem, ask):
    assert problem in ask("run", **{"cell": 1, "text": "1", **payload})["problem"]


def test_a_cell_without_an_exercise_takes_no_answer(ask):
    assert ask("answer", cell=1, text="1")["problem"] == "cell 1 asks for no answer"


# --- without Matplotlib -------------------------------------------------------------------------

HIDDEN = """
import importlib.machinery, json, sys
found = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = staticmethod(
    lambda name, *rest: None if name.partition(".")[0] == "matplotlib" else found(name, *rest))
from tinynet.classroom.lab.desk import cells
from tinynet.classroom.course import find
number = int(sys.argv[1])
came = [cells.run({"tutorial": number, "cell": i, "text": cell.text})
        for i, cell in enumerate(find(number).cells) if not cell.prose]
assert "matplotlib" not in sys.modules or not hasattr(sys.modules["matplotlib"], "__version__")
print("\\n" + json.dumps([[each["text"], each["error"]] for each in came]))
"""


@pytest.mark.parametrize(
    "number",
    [
        *(2, 5),
        *(
            pytest.param(each.number, marks=pytest.mark.slow)
            for each in tutorials()
            if each.number not in (2, 5)
        ),
    ],
)
def test_a_tutorial_runs_without_matplotlib_and_says_what_is_missing(number):
    command = [sys.executable, "-c", HIDDEN, str(number)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    came = json.loads(done.stdout.splitlines()[-1])
    assert [error for _, error in came if error] == []
    drawn = [
        text for text, _ in came if "A figure belongs here. This lab has no Matplotlib" in text
    ]
    assert len(drawn) == sum("plt.show()" in cell.text for cell in cells.find(number).cells)


# --- what is kept -------------------------------------------------------------------------------


def test_changed_cells_are_kept_beside_the_rest(tmp_path):
    done = Done(3, {0, 1}, {"7.1": Given("1", True)}, {"4": "x = 1"})
    progress = Progress(tmp_path / "course.json")
    progress.keep("07_scores", done)
    progress.keep("08_other", Done())
    assert progress.of("07_scores") == done


@pytest.mark.parametrize("changed", [3, None, [1], {"x": "1"}, {"1": 2}, {"-1": "x"}])
def test_changed_cells_that_cannot_be_understood_are_left_out(changed, tmp_path):
    path = tmp_path / "course.json"
    path.write_text(json.dumps({"tutorials": {"07_scores": {"place": 2, "changed": changed}}}))
    assert Progress(path).of("07_scores") == Done(2)


# --- in a browser: one page for all, in any order ------------------------------------------------

LAST = "as it is computed: 1000.0"
CHANGED = "sigmoid = tn.functional.sigmoid\nprint('done')"
RIGHT_7_4 = """def answer(z):
    m = z.max(axis=1, keepdims=True)
    return m[:, 0] + np.log(np.exp(z - m).sum(axis=1))"""
ANSWERS = {  # a wrong one, what is said of it, and a right one
    "7.1": ("-np.log(4)", "A loss of probabilities below 1 is positive", "np.log(4)"),
    "7.2": ("np.array([-0.2, -0.5, 0.7])", "The sign is flipped.", "[0.2, 0.5, -0.7]"),
    "7.4": ("return z.max(axis=1)", "the largest score of each row", RIGHT_7_4),
}


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A lab without Matplotlib, with the course and the playground."""
    faces = {"course": cells.face(), "play": playing.face()}
    path = lab_file(tmp_path_factory.mktemp("lab"), faces)
    with at_work(browser, path, "#course?tutorial=07") as page:
        yield page


@pytest.fixture
def window(page):
    """Tutorial 7, whatever was done there before."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("location.hash = '#course?tutorial=7'")
    page.get_by_role("heading", name="7. From scores to probabilities").wait_for()
    return page


@pytest.fixture
def answered(window):
    """Tutorial 7 with all exercises right, and with a cell that was changed."""
    for number, (*_, right) in ANSWERS.items():
        typed(window, f"Your answer to {number}", right)
        exercise(window, number).locator(".right").get_by_text("Yes.").wait_for()
    answer_in_the_cell(window)
    typed(window, "Code, from line 30", CHANGED)
    cell(window, 30).locator(".output").get_by_text("done").wait_for()
    window.get_by_text("4 of 4 exercises right").wait_for()
    return window


def field(window, name):
    return window.get_by_role("textbox", name=name)


def cell(window, line):
    """The cell of code that begins on this line of the file."""
    return window.locator(".cell", has=field(window, f"Code, from line {line}"))


def exercise(window, number):
    return window.locator(".exercise", has=field(window, f"Your answer to {number}"))


def answer_in_the_cell(window):
    """Answer 7.3 in the cell that folds away behind the field."""
    if not field(window, "Code, from line 179").is_visible():
        window.get_by_text("The same in a cell").nth(2).click()
    typed(window, "Code, from line 179", 'answer = "c"\ncheck("7.3", answer)')
    cell(window, 179).locator(".right").get_by_text("Yes.").wait_for()


def typed(window, name, text):
    """Type code into a field in place of what it holds, and run it with the keyboard."""
    field(window, name).focus()
    window.keyboard.press("Control+a")
    window.keyboard.insert_text(text)
    window.keyboard.press("Control+Enter" if name.startswith("Code") or "7.4" in name else "Enter")


@pytest.mark.slow
def test_a_tutorial_runs_to_its_end(window):
    for reset in window.get_by_role("button", name="Reset").all():
        reset.click()
    window.get_by_role("button", name="Run all").click()
    window.get_by_text(LAST).wait_for()
    assert window.locator(".output .error").count() == 0
    assert "score -10.000: probability 0.00005" in cell(window, 30).inner_text()
    assert "This lab has no Matplotlib" in cell(window, 77).inner_text()
    graph = window.frame_locator(".output iframe").frame_locator("iframe")
    graph.get_by_role("button", name="one step on").click()
    graph.get_by_text("Step 2").first.wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "wrong", "said", "right"), [(number, *told) for number, told in ANSWERS.items()]
)
def test_an_exercise_is_answered_wrongly_and_rightly(number, wrong, said, right, window):
    name, place = f"Your answer to {number}", exercise(window, number)
    typed(window, name, wrong)
    place.locator(".wrong").get_by_text("Not yet.").wait_for()
    assert said in place.locator(".wrong").inner_text()
    explained = place.get_by_role("link").evaluate_all("(links) => links.map((a) => a.hash)")
    assert explained == (["#course?tutorial=01"] if number == "7.2" else [])
    typed(window, name, right)
    place.locator(".right").get_by_text("Yes.").wait_for()
    assert place.get_by_role("link").count() == 0


@pytest.mark.slow
def test_the_playground_waits_until_it_is_looked_at(window):
    window.reload()
    window.get_by_text("Python is ready").wait_for()
    assert window.locator("iframe[title=Playground]").count() == 0


@pytest.mark.slow
def test_what_is_typed_is_run_and_its_error_has_the_line(window):
    typed(window, "Code, from line 47", "p = 3\np / 0")
    cell(window, 47).get_by_text("line 48: p / 0").wait_for()
    cell(window, 47).get_by_role("button", name="Reset").click()
    assert "for p in" in field(window, "Code, from line 47").inner_text()
    assert cell(window, 47).get_by_role("button", name="Reset").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "import numpy as np\nx = [np.empty(2**27) for i in range(9)]",
            "Unable to allocate 1.00 GiB",
        ),
        ("x = [0] * 2**30", "line 30: x = [0] * 2**30"),
        ("for i in range(10**6):\n    print(i)", "… and more"),
        ("print(list(range(10**5)))", "… and more"),
        (
            "import os\nos._exit(3)",
            "Python ended, and starts anew: Program terminated with exit(3)",
        ),
    ],
    ids=["memory", "a list", "lines", "a line", "exit"],
)
def test_what_is_too_much_is_a_sentence_and_python_lives_on(code, told, window):
    typed(window, "Code, from line 30", code)
    output = cell(window, 30).locator(".output")
    output.get_by_text(told).wait_for()
    typed(window, "Code, from line 30", "print(6 * 7)")
    output.get_by_text("42").wait_for()


@pytest.mark.slow
def test_an_endless_loop_is_stopped_within_a_second_and_what_stood_above_runs_again(window):
    endless = "print('it has begun')\nwhile True:\n    pass"
    typed(window, "Code, from line 30", endless)
    output = cell(window, 30).locator(".output")
    output.get_by_text("it has begun").wait_for()
    window.get_by_role("button", name="Stop what Python does").click()
    began = time.monotonic()
    output.get_by_text("Stopped.").wait_for()
    assert time.monotonic() - began < 1
    assert "while True:" in field(window, "Code, from line 30").inner_text()
    assert "it has begun" in output.inner_text()
    typed(window, "Code, from line 30", "sigmoid = tn.functional.sigmoid\nprint(sigmoid(0.0))")
    output.get_by_text("NameError: name 'tn' is not defined").wait_for()
    typed(window, "Your answer to 7.1", "np.log(4)")  # for which the next cell wants sigmoid
    exercise(window, "7.1").get_by_text("A cell above went wrong: mend it first.").wait_for()
    output.get_by_role("button", name="Run the cells above, and this").click()
    output.get_by_text("0.5").wait_for()
    assert output.get_by_role("button").count() == 0


@pytest.mark.slow
def test_what_was_done_is_there_after_the_page_is_loaded_again(answered):
    answered.reload()
    answered.get_by_text("4 of 4 exercises right").wait_for()
    assert "print('done')" in field(answered, "Code, from line 30").inner_text()
    assert field(answered, "Your answer to 7.1").input_value() == "np.log(4)"
    assert RIGHT_7_4.splitlines()[2] in field(answered, "Your answer to 7.4").inner_text()


@pytest.mark.slow
def test_it_goes_into_a_file_that_the_terminal_reads(answered, tmp_path):
    answered.get_by_role("link", name="All tutorials").click()
    with answered.expect_download() as saved:
        answered.get_by_role("button", name="Save what I did").click()
    saved.value.save_as(tmp_path / "course.json")
    done = Progress(tmp_path / "course.json").of("07_scores_to_probabilities")
    assert done.right == 4 and done.answers["7.3"] == Given('answer = "c"', True)
    assert done.changed["3"] == CHANGED and {0, 3} <= done.read


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "told", "shown"),
    [
        ("no JSON", "This file holds no progress", "What is wrong?"),
        ("[]", "This file holds no progress", "What is wrong?"),
        ('{"tutorials": {"01_what_is_wrong": 3}}', "taken over", "What is wrong?"),
        (
            '{"tutorials": {"01_what_is_wrong": {"read": [0, 1, "2", -1], "changed": {"1": 2},'
            ' "answers": {"1.1": {"text": "<b>", "right": true}, "1.2": {"right": true}}}}}',
            "taken over",
            "1 of",
        ),
    ],
)
def test_a_file_is_looked_at_before_it_is_taken_over(text, told, shown, window, tmp_path):
    answer_in_the_cell(window)
    before = window.get_by_text("of 4 exercises right").inner_text()
    window.get_by_role("link", name="All tutorials").click()
    (tmp_path / "mine.json").write_text(text)
    window.locator("input[type=file]").set_input_files(tmp_path / "mine.json")
    window.get_by_text(told).wait_for()
    window.get_by_role("listitem").first.get_by_text(shown).wait_for()
    assert before in window.locator("ol").inner_text()
    kept = json.loads(window.evaluate("localStorage.getItem('tinynet lab: course')"))["tutorials"]
    assert (kept.get("01_what_is_wrong") or {"changed": {}})["changed"] == {}


@pytest.mark.slow
def test_where_nothing_can_be_kept_it_is_said_once(window):
    heard = window.evaluate("""() => {
      const [heard, { setItem }] = [[], Storage.prototype];
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
      const progress = courseProgress((why) => heard.push(why));
      for (const place of [1, 2]) progress.keep("01_what_is_wrong", { place });
      Storage.prototype.setItem = setItem;
      return [...heard, progress.of("01_what_is_wrong").place];
    }""")
    assert heard == ["This browser keeps nothing: save what you do in a file.", 2]


@pytest.mark.slow
def test_links_lead_to_other_tutorials_and_to_the_playground(window):
    window.evaluate("location.hash = '#course?tutorial=9'")
    window.get_by_role("heading", name="9. What a line cannot do").wait_for()
    address = window.get_by_role("link", name="Try it on three arms").get_attribute("href")
    assert address == "#play?data=spirals&loss=cross_entropy&hidden=16%2C16"
    window.get_by_role("link", name="10. Backpropagation by hand").click()
    window.get_by_role("heading", name="10. Backpropagation by hand").wait_for()


@pytest.mark.slow
def test_all_of_it_fits_and_can_be_used_by_all(window):
    reason = "python -m pip install axe-core-python"
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason=reason).Axe()
    for address in ("#course", "#course?tutorial=7"):
        window.evaluate(f"location.hash = '{address}'")
        window.set_viewport_size({"width": 390, "height": 844})
        assert window.evaluate("document.documentElement.scrollWidth") <= 390
        found = axe.run(window)["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []
