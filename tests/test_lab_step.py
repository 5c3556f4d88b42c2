"""Step, the face of the lab: code is run, its stepper opens, and its numbers can be changed."""

import json
import re

import numpy as np
import pytest

from tests.lab import at_work, lab_file
from tinynet.classroom.lab.desk import answered, stepping
from tinynet.views.experiment import nudged, recomputed
from tinynet.views.graph import page
from tinynet.views.graph.script import graph_of
from tinynet.views.numerals import number

EXAMPLES = {e["name"]: e["code"] for group in stepping.face()["examples"].values() for e in group}
WAITS = 30_000  # milliseconds that an answer may take on a busy machine
EMPTY = "document.querySelector('.step-face .place').replaceChildren()"  # of what was there before
BROKEN = "import tinynet as tn\nprint('so far')\nloss = tn.losses.mse([1.0], [[2.0]])\n"


def asked(name, **payload):
    return json.loads(answered(f"step/{name}", json.dumps(payload)))


def run(code):
    return asked("run", code=code)["answer"]


def data_of(html):
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


def graph_of_code(code, folder):
    path = folder / "code.py"
    path.write_text(code)
    return graph_of(str(path))


# --- at the desk ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_opens_as_the_page_that_save_html_writes(name, tmp_path):
    data = data_of(run(EXAMPLES[name])["html"])
    graph, optimizer = graph_of_code(EXAMPLES[name], tmp_path)
    assert data.pop("changeable").keys() == {node.name for node in graph.flat()}
    assert data == data_of(page.html(graph, optimizer))


def test_the_examples_are_the_demos_and_all_losses():
    assert {"neuron", "mlp", "huber"} <= EXAMPLES.keys()
    assert len(json.dumps(stepping.face())) < 30_000


@pytest.mark.parametrize(
    ("code", "line", "text", "said"),
    [
        (BROKEN, 3, "loss = tn.losses.mse([1.0], [[2.0]])", "ValueError: mse: y_true has shape"),
        ("x = (\n", 1, "x = (", "SyntaxError"),
        ("x = 1\n", None, None, "keeps no computed Tensor in a variable"),
        ("", None, None, "keeps no computed Tensor in a variable"),
        ("def f():\n    f()\n\n\nf()\n", 2, "f()", "RecursionError"),
        ("import sys\nsys.exit(3)\n", None, None, "keeps no computed Tensor"),
    ],
)
def test_a_mistake_is_told_with_its_line(code, line, text, said):
    mistake = run(code)["mistake"]
    assert said in mistake["sentence"]
    assert (mistake.get("line"), mistake.get("code")) == (line, text)
    assert "/" not in mistake["sentence"]


def test_an_error_without_words_is_told_by_its_name():
    assert run("raise MemoryError\n")["mistake"]["sentence"] == "MemoryError"


def test_what_it_prints_is_printed(capsys):
    assert "mistake" in run(BROKEN)
    assert capsys.readouterr().out == "so far\n"


def test_a_page_asks_of_the_computation_that_it_shows():
    first, second = run(EXAMPLES["neuron"])["number"], run(EXAMPLES["network"])["number"]
    question = {"values": [], "operations": {}}
    assert "press Run" in asked("recompute", run=first, **question)["problem"]
    assert "views" in asked("recompute", run=second, **question)["answer"]
    assert "mistake" in run(BROKEN)  # and the page of before still stands there
    assert "views" in asked("recompute", run=second, **question)["answer"]
    wrong = {"values": [["w1", None, 0, "a"]], "operations": {}}
    assert "could not convert" in asked("recompute", run=second, **wrong)["problem"]


# --- in a browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return lab_file(tmp_path_factory.mktemp("lab"), {"step": stepping.face()})


@pytest.fixture(scope="module")
def page_of_lab(browser, path):
    with at_work(browser, path, "#step?demo=network", width=1440, height=900) as shown:
        shown.set_default_timeout(WAITS)
        yield shown


@pytest.fixture
def stepper(page_of_lab):
    """The stepper of the network by hand, as its code is run anew."""
    page_of_lab.evaluate(EMPTY)
    page_of_lab.get_by_label("example").select_option("network")
    frame = page_of_lab.frame_locator(".step-face iframe")
    frame.locator("[data-name=w1]").wait_for()
    return frame


READ = """(figure) => {
  const heat = figure.querySelector('.heat'), output = figure.querySelector('output');
  if (!heat) return [output.value];
  const press = (key) => heat.dispatchEvent(new KeyboardEvent('keydown', {key}));
  const read = [];
  for (press('Home'); ; press('ArrowRight')) {
    if (Number(heat.dataset.place) !== read.length) return read;
    read.push(output.value.split(' = ')[1]);
  }
}"""


def shown_numbers(stepper, name, key):
    stepper.locator(f"[data-name={name}]").press("Enter")
    return stepper.locator(f".details [data-key={key}]").evaluate(READ)


def numbers_of(array):
    return [number(value) for value in np.ravel(array)]


def change(stepper, name, column, value):
    stepper.locator(f"[data-name={name}]").press("Enter")
    if column:
        stepper.get_by_label("column", exact=True).fill(str(column))
        stepper.get_by_label("column", exact=True).press("Enter")
    field = stepper.locator("[data-control=value]")
    field.fill(str(value))
    field.press("Enter")


@pytest.mark.slow
def test_an_edited_number_gives_the_numbers_of_the_engine(stepper, tmp_path):
    change(stepper, "x", 1, 0.75)
    stepper.get_by_text("Changed: x[0, 1] = 0.75").wait_for()
    change(stepper, "w1", 2, "−1.5")
    stepper.get_by_text("w1[0, 2] = −1.5").wait_for()
    graph, _ = graph_of_code(EXAMPLES["network"], tmp_path)
    x, w1 = (graph.find(name).value.copy() for name in ("x", "w1"))
    x[0, 1], w1[0, 2] = 0.75, -1.5
    changed = recomputed(graph, {"x": x, "w1": w1})
    stepper.get_by_label("last step").click()
    assert shown_numbers(stepper, "loss", "value") == numbers_of(changed.output.value)
    for name in ("w1", "w2", "hidden", "y_pred"):
        shown = shown_numbers(stepper, name, "gradient")
        assert shown == numbers_of(changed.find(name).gradient), name
    assert changed.output.value != graph.output.value
    stepper.get_by_role("button", name="undo all changes").click()
    stepper.locator(".changes").wait_for(state="hidden")
    assert shown_numbers(stepper, "loss", "value") == numbers_of(graph.output.value)


@pytest.mark.slow
def test_another_rule_by_keyboard_and_a_gradient_measured(stepper, tmp_path):
    stepper.get_by_label("last step").click()
    stepper.locator("[data-name=hidden]").press("Enter")
    stepper.get_by_label("operation").focus()
    stepper.get_by_label("operation").select_option("tanh")
    stepper.get_by_text("hidden by tanh").wait_for()
    assert stepper.get_by_label("operation").evaluate("(e) => e === document.activeElement")
    stepper.locator("[data-name=w2]").press("Enter")
    stepper.locator("[data-key=value] .heat").press("ArrowDown")
    stepper.get_by_role("button", name="Nudge w2[1, 0] by 0.001").press("Enter")
    graph, _ = graph_of_code(EXAMPLES["network"], tmp_path)
    right = nudged(recomputed(graph, {}, {"hidden": "tanh"}), "w2", 1)
    told = stepper.locator(".nudge dd")
    told.first.wait_for()
    texts = [text.replace("−", "-") for text in told.all_inner_texts()]
    plus, minus, quotient, gradient = map(float, texts[:4])
    np.testing.assert_allclose([plus, minus], [right.plus, right.minus], rtol=1e-9)
    np.testing.assert_allclose([quotient, gradient], [right.quotient, right.gradient], rtol=1e-7)
    assert right.sentence in stepper.locator(".nudge").inner_text()


@pytest.mark.slow
def test_what_python_refuses_is_said_and_all_stays(stepper):
    for typed, said in [("much", "Type a number"), ("1e999", "Type a number")]:
        change(stepper, "w1", 0, typed)
        stepper.get_by_text(said).wait_for()
    assert stepper.locator(".changes").is_hidden()


@pytest.mark.slow
def test_a_prediction_is_asked_again_after_a_change(stepper):
    stepper.get_by_role("button", name="Predict").click()
    stepper.get_by_label("last step").click()
    stepper.get_by_role("button", name="Show it").click()
    assert stepper.locator(".question").count() == 0
    change(stepper, "w1", 0, 0.25)
    stepper.get_by_text("Changed: w1[0, 0] = 0.25").wait_for()
    assert stepper.locator(".question").count() == 1


@pytest.mark.slow
def test_own_code_is_run_shared_and_told_where_it_is_wrong(page_of_lab):
    shown = page_of_lab
    editor = shown.get_by_label("your code")
    editor.press("Control+a")
    shown.keyboard.insert_text(BROKEN)
    editor.press("Control+Enter")
    shown.get_by_text("line 3: loss = tn.losses.mse([1.0], [[2.0]])").wait_for()
    assert shown.get_by_label("what the code printed").inner_text() == "so far\n"
    shown.wait_for_url("**#step?code=import+tinynet*")
    assert "[[2.0]]" in editor.inner_text()
    shown.evaluate("location.hash = '#step?demo=neuron'")
    shown.get_by_text("Karpathy 2022").wait_for()
    shown.get_by_role("button", name="Run", exact=True).click()
    frame = shown.frame_locator(".step-face iframe")
    frame.get_by_role("heading", name="Step by step: o").wait_for()
    assert shown.locator(".mistake").is_hidden()


@pytest.mark.slow
def test_a_flood_of_print_is_cut_and_the_page_stays_awake(page_of_lab):
    shown = page_of_lab
    shown.get_by_label("your code").press("Control+a")
    shown.keyboard.insert_text("print('50 %\\r100 %')\nfor i in range(10**6):\n    print(i)")
    shown.get_by_label("your code").press("Control+Enter")
    shown.get_by_text("keeps no computed Tensor").wait_for()
    printed = shown.get_by_label("what the code printed").inner_text()
    assert printed.startswith("100 %\n0\n1\n2\n") and printed.endswith("\n… and more")


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_everyone_can_use_it(stepper, page_of_lab, width):
    reason = "python -m pip install axe-core-python"
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason=reason).Axe()
    stepper.get_by_label("last step").click()
    page_of_lab.set_viewport_size({"width": width, "height": 844})
    change(stepper, "w1", 0, 2)
    stepper.get_by_text("Changed: w1[0, 0] = 2").wait_for()
    for frame in (page_of_lab.main_frame, page_of_lab.main_frame.child_frames[0]):
        found = axe.run(frame, {"exclude": [["iframe"]]}, {"iframes": 0})["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
