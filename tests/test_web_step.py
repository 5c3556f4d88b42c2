"""The stepper's page in a browser: its numbers are the engine's, by key, pointer and ear."""

import base64
import itertools
import re

import numpy as np
import pytest

import tinynet as tn
from tinynet import Tensor
from tinynet.views.graph import Backward, Graph, demos, page
from tinynet.views.numerals import number, rounded
from tinynet.views.web.assemble import SHARED

pytestmark = pytest.mark.slow  # a real browser

NUMBERS = {
    "Forward": ("value",),
    "Backward": ("incoming", "local", "contribution"),
    "Update": ("before", "after"),
}
READ = """() => Object.fromEntries(
[...document.querySelectorAll('.numbers .array')].map((figure) => {
  const heat = figure.querySelector('.heat'), output = figure.querySelector('output');
  if (!heat) return [figure.dataset.key, [output.value]];
  const press = (key) => heat.dispatchEvent(new KeyboardEvent('keydown', {key}));
  const read = [];
  for (press('Home'); ; press('ArrowRight')) {
    const place = heat.dataset.place;
    if (Number(place) !== read.length) return [figure.dataset.key, read];
    read.push(output.value.split(' = ')[1]);
  }
}))"""


def batch(sizes, data):
    """The graph of 32 rows through an MLP and its loss."""
    model = tn.layers.MLP(sizes, rng=0)
    loss = tn.losses.cross_entropy(data.y[:32], model(data.x[:32]))
    return Graph(loss)


MOONS = batch([2, 16, 16, 2], tn.datasets.make_moons(rng=0))
DIGITS = batch([64, 64, 32, 10], tn.datasets.load_digits())
GRAPHS = [demos.neuron(), demos.mlp(), demos.loss("huber"), DIGITS]


@pytest.fixture
def saved(tmp_path):
    """Saves a graph's page, and returns its path."""

    def save(graph, **options):
        graph.save_html(tmp_path / "step.html", **options)
        return tmp_path / "step.html"

    return save


def walk(shown, steps):
    """Step through a page by key from the first step on, and hold it against the engine's steps."""
    shown.keyboard.press("Home")
    for i, step in enumerate(steps):
        where = f"Step {i + 1} of {len(steps)}, {type(step).__name__.lower()}"
        assert shown.inner_text(".where") == where
        assert shown.inner_text("[aria-live=polite].sentence") == step.sentence
        compare(shown.evaluate(READ), step)
        shown.keyboard.press("ArrowRight")


def compare(read, step):
    """The numbers that the page reads out are those of a step, to six digits."""
    for name in NUMBERS[type(step).__name__]:
        array = step.node.value if name == "value" else getattr(step, name)
        if array is not None:
            numbers = [read_number(text) for text in read[name]]
            true = np.ravel(np.asarray(array, float)).tolist()  # a condition is 0 or 1
            assert numbers == pytest.approx(true, rel=5.1e-6, abs=0)
    if isinstance(step, Backward):
        assert ("after" in read) == (step.before is not None)
        last = read.get("after") or read["contribution"]
        true = np.ravel(step.after).tolist()
        assert [read_number(text) for text in last] == pytest.approx(true, rel=5.1e-6)


def read_number(text):
    return float(text.replace("−", "-"))


# --- every number is the engine's -----------------------------------------------------------


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_number_and_sentence_of_every_step_is_that_of_the_engine(opened, saved, graph):
    with opened(saved(graph)) as shown:
        walk(shown, list(graph.steps()))


def test_a_fused_loss_opens_and_closes_by_key(opened, saved):
    graph = demos.mlp()
    with opened(saved(graph)) as shown:
        shown.keyboard.press("End")
        for _ in range(3):
            shown.keyboard.press("ArrowLeft")
        assert "loss = cross_entropy" in shown.inner_text(".sentence")
        shown.keyboard.press("o")
        walk(shown, list(graph.open("loss").steps()))
        shown.keyboard.press("c")
        walk(shown, list(graph.steps()))


def test_layers_open_and_close(opened, saved):
    graph = demos.mlp()
    with opened(saved(graph)) as shown:
        shown.click("[data-name='layers.0'] [data-sign=open]")
        walk(shown, list(graph.open("layers.0").steps()))
        shown.click("text=Open layers")
        walk(shown, list(graph.open("layers.0").open("layers.2").steps()))
        shown.click("[data-name='layers.2.linear']")
        shown.click("button:text-is('Open')")
        assert "layers.2.linear.matmul_1" in names(shown)
        shown.click("text=Close layers")
        walk(shown, list(graph.steps()))


def test_opening_stays_in_the_phase_and_the_box_of_the_step_in_view(opened, saved):
    with opened(saved(demos.mlp()), width=360) as shown:
        for key, way in (("o", "opened"), ("c", "closed")):
            shown.keyboard.press(key)
            assert shown.inner_text(".sentence") == f"x cannot be {way}."
        inside = """() => {
          const [box, sheet] = ['.box.active', '.sheet'].map(
            (name) => document.querySelector(name).getBoundingClientRect());
          return sheet.left <= box.left && box.right <= sheet.right;
        }"""
        for key, phase in (("Home", "forward"), ("End", "backward"), ("o", "backward")):
            shown.keyboard.press(key)
            assert shown.inner_text(".where").endswith(phase)
            assert shown.evaluate(inside)


def test_boxes_and_arrows_show_the_gradient_that_has_arrived(opened, saved):
    x = Tensor(2.0, requires_grad=True)
    a = x * 3
    graph = Graph(a * 2 + a * 5)  # a gets its gradient in two parts
    with opened(saved(graph)) as shown:
        assert shown.locator(".box.pale").count() == len(graph) - 1
        for step in graph.steps():
            if isinstance(step, Backward):
                received = shown.locator(f"[data-name={step.input.name}] .received")
                assert received.text_content() == f"grad {rounded(step.after)}"
                passed = shown.locator(".passed.active").text_content()
                assert passed == rounded(step.contribution)
            shown.keyboard.press("ArrowRight")
        assert shown.locator(".box.pale").count() == 0


def test_the_gradient_of_an_array_is_shown_by_its_norm(opened, saved):
    x = Tensor([[3.0, 1.0], [0.0, 2.0]], requires_grad=True)
    graph = Graph(np.sum(x * np.array([[3.0, 0.0], [4.0, 0.0]])))
    with opened(saved(graph)) as shown:
        shown.keyboard.press("End")
        assert shown.text_content("[data-name=x] .received") == "grad ‖5‖"
        assert shown.text_content(".passed.active") == "‖5‖"


def test_the_panel_of_a_box_does_not_tell_a_gradient_before_it_has_arrived(opened, saved):
    x = Tensor(2.0, requires_grad=True)
    a = x * 3
    graph = Graph(a * 2 + a * 5)
    steps = list(graph.steps())
    with opened(saved(graph)) as shown:
        shown.click("[data-name=a]")
        for step in steps:
            told, received = shown.inner_text(".details"), None
            shown.click(f"[data-name={step.node.name}]")
            if isinstance(step, Backward):
                shown.click(f"[data-name={step.input.name}]")
                told, received = shown.inner_text(".details"), step.after.item()
            words = "before the backward pass" if received is None else f"= {rounded(received)}"
            assert words in told, step.sentence
            assert ("gradient so far" in told) == (received == 5 and step.input.name == "a")
            shown.keyboard.press("ArrowRight")


def predicted(shown, *texts):
    """Type answers to the question that is asked; what is said of the last one."""
    for text in texts:
        shown.fill(".question input", text)
        shown.press(".question input", "Enter")
    question = shown.locator(".question p")
    return question.inner_text() if question.count() else "revealed"


def at(graph, node, argument):
    """How many keys lead to the step by which an argument of a node gets its gradient."""
    steps = list(graph.steps())
    found = (i for i, s in enumerate(steps) if isinstance(s, Backward))
    return next(i for i in found if (steps[i].node.name, steps[i].input.name) == (node, argument))


def squared_product():
    x, w = Tensor(3.0, requires_grad=True), Tensor(0.5, requires_grad=True)
    h = x * w
    y = np.square(h)
    return Graph(y), "h", "x"  # x gets 3 · 0.5 = 1.5


def used_twice():
    a = Tensor(2.0, requires_grad=True)
    b = a * 5
    y = b + a * 2
    return Graph(y), "b", "a"  # a has 2 and gets 5


def turned():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    t = x.T
    y = np.sum(t * np.array([[0.0, 7.0], [9.0, 0.0]]))
    return Graph(y), "t", "x"


def repeated():
    b = Tensor(1.0, requires_grad=True)
    s = b + np.zeros(4)
    y = np.sum(s * 3)
    return Graph(y), "s", "b"


@pytest.mark.parametrize(
    ("graph", "texts", "said"),
    [
        (squared_product, ["1.5"], "revealed"),
        (squared_product, [" 1,50 "], "revealed"),
        (squared_product, ["1.51"], "revealed"),
        (squared_product, ["1.52"], "No. Look at g"),
        (squared_product, ["−1.5"], "The size is right, the sign is not."),
        (squared_product, ["0.5"], "That is the slope alone"),
        (squared_product, ["3"], "That is g alone"),
        (squared_product, [""], "Type a number"),
        (squared_product, ["much"], "Type a number"),
        (used_twice, ["5", "5"], "That is the new part alone"),
        (used_twice, ["5", "2"], "That is what had arrived before"),
        (used_twice, ["5", "7"], "revealed"),
        (turned, ["7"], "That number stands at the transposed place"),
        (turned, ["9"], "revealed"),
        (repeated, ["3"], "That is one of several products"),
        (repeated, ["12"], "revealed"),
    ],
)
def test_a_prediction_is_judged_and_a_mistake_named(opened, saved, graph, texts, said):
    drawn, node, argument = graph()
    with opened(saved(drawn)) as shown:
        shown.click("text=Predict")
        for _ in range(at(drawn, node, argument)):
            shown.keyboard.press("ArrowRight")
        assert predicted(shown, *texts).startswith(said)


def test_what_is_to_be_predicted_is_hidden_until_it_is_typed_and_counted(opened, saved):
    graph, node, argument = used_twice()
    with opened(saved(graph)) as shown:
        shown.click("text=Predict")
        for _ in range(at(graph, node, argument)):
            shown.keyboard.press("ArrowRight")
        received = shown.locator(f"[data-name={argument}] .received")
        assert received.text_content() == "grad 2" and shown.inner_text(".sentence")[-1] == "?"
        assert shown.locator(".passed.active").text_content() == ""
        assert predicted(shown, "4", "5") == ""  # the product: wrong, then right; now the sum
        assert shown.locator(".passed.active").text_content() == "5"
        assert received.text_content() == "grad 2"
        assert shown.evaluate("document.activeElement.matches('.question input')")
        assert predicted(shown, "7") == "revealed"
        assert received.text_content() == "grad 7"
        assert shown.inner_text(".predict output") == "1 of 2 at the first try"
        shown.keyboard.press("Home")
        shown.click("text=Predict")
        assert shown.inner_text(".predict output") == ""


SHADE = """(canvas) => {
  const { width, height } = canvas, copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d");
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return data.reduce((sum, v, i) => sum + (i % 4 < 3 ? v : 0), 0) / (0.75 * data.length);
}"""  # how light it is


def large(rows, columns):
    """The graph of a large array, whose numbers are their places."""
    x = Tensor(np.arange(rows * columns, dtype=float).reshape(rows, columns), requires_grad=True)
    return Graph(np.mean(x))


def test_a_large_array_is_shown_as_a_window_that_follows_what_is_read(opened, saved):
    with opened(saved(large(40_000, 4))) as shown:
        heat, words = shown.locator(".numbers .heat"), shown.locator(".numbers .array")
        assert heat.bounding_box()["height"] <= 242
        assert "rows 0 to 79 of 40,000" in words.inner_text()
        heat.focus()
        for key, place, window in [
            ("PageDown", "[80, 0] = 320", "rows 1 to 80"),
            ("ArrowDown", "[81, 0] = 324", "rows 2 to 81"),
            ("End", "[39999, 3] = 159999", "rows 39920 to 39999"),
            ("PageUp", "[39919, 3] = 159679", "rows 39919 to 39998"),
            ("Home", "[0, 0] = 0", "rows 0 to 79"),
        ]:
            heat.press(key)
            assert place in words.inner_text() and window in words.inner_text()
        pale = heat.locator("canvas").evaluate(SHADE)
        heat.press("End")
        assert heat.locator("canvas").evaluate(SHADE) < pale - 30  # from 0 to the largest
        box = heat.bounding_box()
        heat.click(position={"x": box["width"] - 3, "y": 2})
        assert "[39920, 3] = 159683" in words.inner_text()


def test_a_wide_array_is_shown_as_a_window_as_wide_as_its_room(opened, saved):
    with opened(saved(large(3, 4000)), 700, 800) as shown:
        heat, panel = shown.locator(".numbers .heat"), shown.locator(".numbers")
        heat.press("End")
        for width in (700, 400, 1000, 700):
            shown.set_viewport_size({"width": width, "height": 800})
            shown.wait_for_timeout(200)
            canvas, room = heat.locator("canvas").bounding_box(), panel.bounding_box()
            assert room["width"] - 8 < canvas["width"] <= room["width"]
            first = re.search(r"columns ([\d,]+) to 3,?999 of 4,000", panel.inner_text())[1]
            columns = 4000 - int(first.replace(",", ""))
            assert 3 <= canvas["width"] / columns < 3.2  # pixels a cell: CELL.least


def test_what_is_too_large_for_the_page_is_cut_and_said(opened, saved):
    graph = large(1000, 1000)
    path = saved(graph)
    assert path.stat().st_size < 5e6
    with opened(path) as shown:
        words = shown.locator(".numbers .array").inner_text()
        assert "the page holds" in words and "of its 1,000,000 numbers" in words
        shown.keyboard.press("End")
        gradient = np.linalg.norm(np.full(10**6, 1e-6))
        assert shown.text_content("[data-name=x] .received") == f"grad ‖{gradient:.3g}‖"


def test_a_page_that_is_hidden_at_first_shows_its_heat_maps_when_it_is_seen(opened, tmp_path):
    (tmp_path / "both.html").write_text(
        f"<div id=tab style='display: none'>{MOONS._repr_html_()}</div>", encoding="utf-8"
    )
    with opened(tmp_path / "both.html") as shown:
        frame = shown.frame_locator("iframe")
        for size in (900, 340, 844):
            shown.evaluate(f"document.getElementById('tab').style = 'width: {size}px'")
            heat = frame.locator(".numbers .heat canvas").first
            shown.wait_for_timeout(100)
            box, room = heat.bounding_box(), frame.locator(".numbers").first.bounding_box()
            assert box["width"] > 20 and box["width"] <= room["width"]


def in_view(shown, name):
    """Whether a box stands inside of the sheet."""
    box = shown.locator(f"[data-name={name}] .frame").bounding_box()
    sheet = shown.locator(".sheet").bounding_box()
    inside = [sheet[at] <= box[at] for at in "xy"] + [
        box[at] + box[size] <= sheet[at] + sheet[size]
        for at, size in (("x", "width"), ("y", "height"))
    ]
    return all(inside)


def test_a_small_graph_is_wholly_in_view(opened, saved):
    graph = demos.neuron()
    with opened(saved(graph), 1440, 900) as shown:
        assert all(in_view(shown, node.name) for node in graph)
        assert shown.locator(".overview").is_hidden()


def test_a_long_graph_has_an_overview_that_leads_to_each_place(opened, saved):
    y = Tensor(0.5, requires_grad=True)
    for _ in range(400):
        y = np.tanh(y)
    graph = Graph(y)
    first, last = (node.name for node in (list(graph)[1], list(graph)[-1]))
    with opened(saved(graph)) as shown:
        shown.keyboard.press("End")
        assert in_view(shown, first) and not in_view(shown, last)
        strip = shown.locator(".overview")
        box = strip.bounding_box()
        strip.click(position={"x": box["width"] - 3, "y": 20})
        assert in_view(shown, last) and not in_view(shown, first)
        frame = shown.locator(".overview .frame").bounding_box()
        assert frame["x"] + frame["width"] > box["x"] + box["width"] - 10
        shown.mouse.down()
        strip.hover(position={"x": 3, "y": 20})
        shown.mouse.up()
        assert in_view(shown, first) and not in_view(shown, last)
        strip.click(position={"x": box["width"] - 3, "y": 20})
        shown.keyboard.press("0")  # as much as there is room for, with the step in view
        assert in_view(shown, first)


def test_an_optimizers_step_is_shown(opened, saved):
    x = Tensor([1.0, -2.0], requires_grad=True)
    optimizer = tn.optimizers.SGD([x], lr=0.1)
    graph = Graph(np.sum(x * x))
    with opened(saved(graph, optimizer=optimizer)) as shown:
        walk(shown, list(graph.steps(optimizer)))


def test_numbers_are_written_as_in_the_sentences(opened, saved):
    rng = np.random.default_rng(0)
    numbers = rng.standard_normal(2000) * 10.0 ** rng.integers(-12, 12, 2000)
    numbers = [*numbers, 0.0, 1e-5, 1e6, 123456.7, 1e300, -5e-324, np.inf, -np.inf, np.nan]
    with opened(saved(demos.neuron())) as shown:
        written = shown.evaluate("(numbers) => numbers.map((v) => formatted(v))", numbers)
    assert written == [number(v) for v in numbers]


@pytest.mark.parametrize("name", tn.losses.names())
def test_the_data_of_every_loss_holds_the_engines_numbers(name):
    graph = demos.loss(name)
    arrays = page.Arrays()
    for step in graph.steps():
        made = page._step(step, {node: i for i, node in enumerate(graph)}, arrays)
        for key in ("incoming", "local", "contribution", "before", "after"):
            array = getattr(step, key, None)
            if array is not None:
                packed = arrays.packed[made[key]]
                values = np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"])
                np.testing.assert_array_equal(values.reshape(packed["shape"]), array)


@pytest.mark.parametrize("graph", GRAPHS)
def test_boxes_stand_apart_and_arrows_run_from_edge_to_edge(graph):
    view = page._drawn(page.View(graph), page.Arrays(), None)
    for arrow in view["arrows"]:
        (left, start), (right, end) = arrow["points"][0], arrow["points"][-1]
        source, user = view["boxes"][arrow["from"]], view["boxes"][arrow["to"]]
        assert (left, right) == (source["x"] + source["width"], user["x"])
        assert (start, end) == tuple(box["y"] + box["height"] / 2 for box in (source, user))
    for a, b in itertools.combinations(view["boxes"], 2):
        assert any(
            one[axis] + one[size] < other[axis]
            for one, other in ((a, b), (b, a))
            for axis, size in (("x", "width"), ("y", "height"))
        )


def test_a_long_name_is_cut_in_the_drawing_only():
    x = Tensor(2.0, requires_grad=True, name="x" * 31)
    box, *_ = page._drawn(page.View(Graph(x * 3, variables={})), page.Arrays(), None)["boxes"]
    assert (box["name"], box["label"]) == ("x" * 31, "x" * 29 + "…")


# --- by key, pointer and ear ----------------------------------------------------------------


def names(shown):
    """The boxes in the order of the page, which is that of the Tab key."""
    return shown.locator(".box").evaluate_all("(boxes) => boxes.map((b) => b.dataset.name)")


def scale(shown):
    return shown.evaluate("parts.sheet.scale")


def test_everything_works_by_key_alone(opened, saved):
    graph = demos.neuron()
    with opened(saved(graph)) as shown:
        visited = []
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.textContent") == "Predict"
        while len(visited) < len(graph):
            shown.keyboard.press("Tab")
            visited.append(shown.evaluate("document.activeElement.dataset.name"))
        assert visited == [node.name for node in graph] == names(shown)
        assert "o = tanh" not in shown.inner_text(".details")
        assert shown.inner_text(".details h2") == "o"
        before = scale(shown)
        shown.keyboard.press("+")
        assert scale(shown) > before
        shown.keyboard.press("-")
        assert scale(shown) == pytest.approx(before)
        shown.keyboard.press("?")
        assert shown.locator("dialog[open]").count() == 1
        shown.keyboard.press("Escape")
        assert shown.locator("dialog[open]").count() == 0


def test_it_plays_forward_and_backward(opened, saved):
    last = len(list(demos.neuron().steps()))
    with opened(saved(demos.neuron())) as shown:
        shown.select_option("select", "fast")
        shown.evaluate("document.activeElement.blur(); PACE.fast = 10")
        shown.keyboard.press("Space")
        shown.locator(".where", has_text=f"Step {last} of").wait_for()
        shown.keyboard.press("Shift+Space")
        shown.locator(".where", has_text="Step 1 of").wait_for()
        assert shown.locator("[aria-pressed=true]").count() == 0
        shown.evaluate("PACE.fast = 10_000")
        shown.keyboard.press("Shift+Space")  # from its end it starts anew
        assert shown.inner_text(".where").startswith(f"Step {last} of")
        shown.fill("input[type=range]", "12")
        assert shown.inner_text(".where").startswith("Step 13 of")


def test_a_button_that_plays_becomes_pause_and_the_sentence_is_not_read_out(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        for name in ("Play ▶", "◀ Rewind"):
            button = shown.get_by_role("button", name=name)
            button.click()
            pause = shown.get_by_role("button", name="Pause")
            assert pause.count() == 1
            assert shown.get_attribute(".sentence", "aria-live") == "off"
            pause.click()
            button.wait_for()
            assert shown.get_attribute(".sentence", "aria-live") == "polite"


def test_a_move_by_hand_ends_the_playing(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        for move in ("ArrowRight", "End", "Home"):
            shown.keyboard.press("Space")
            assert shown.get_by_role("button", name="Pause").count() == 1
            shown.keyboard.press(move)
            assert shown.get_by_role("button", name="Pause").count() == 0


def test_the_button_to_an_end_keeps_the_focus_there(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        for end, beyond in (("last step", "one step on"), ("first step", "one step back")):
            shown.get_by_label(end).press("Enter")
            assert shown.evaluate("document.activeElement.title") == end
            assert shown.get_attribute(f"[title='{beyond}']", "aria-disabled") == "true"
            where = shown.inner_text(".where")
            shown.get_by_label(beyond).press("Enter")
            assert shown.inner_text(".where") == where


def test_the_space_bar_on_a_box_chooses_it_and_does_not_play(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        box = shown.locator("[data-name=n]")
        for key in ("Space", "Enter"):
            shown.evaluate("moveTo(0)")
            box.press(key)
            assert box.get_attribute("aria-pressed") == "true"
            assert shown.get_by_role("button", name="Pause").count() == 0


def test_under_the_formula_stands_what_its_symbols_mean(opened, saved):
    x = tn.Tensor([[2.0, 0.0]], requires_grad=True)
    graph = tn.Graph(tn.losses.cross_entropy([0], x))
    (step,) = (step for step in graph.steps() if isinstance(step, Backward))
    with opened(saved(graph)) as shown:
        shown.keyboard.press("End")
        assert shown.inner_text(".formula + .terms") == f"with {', '.join(step.terms)}"
        assert step.terms


def test_the_help_tells_of_every_key_and_of_the_wheel_in_a_notebook(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        shown.keyboard.press("?")
        told = shown.inner_text("dialog")
        for key in ("Home", "Space", "Tab", "Wheel", "in a notebook, which it scrolls, with Ctrl"):
            assert key in told


def test_the_drawing_pans_and_zooms(opened, saved):
    with opened(saved(demos.neuron())) as shown:
        before = scale(shown)
        shown.mouse.move(300, 150)
        shown.mouse.wheel(0, -200)
        shown.wait_for_timeout(200)  # wheels turn in a thread of their own
        assert scale(shown) > before
        shown.click("[aria-label='all of it']")
        assert scale(shown) == before
        x = shown.evaluate("parts.sheet.x")
        shown.mouse.move(300, 120)
        shown.mouse.down()
        shown.mouse.move(340, 120, steps=4)
        shown.mouse.up()
        assert shown.evaluate("parts.sheet.x") == pytest.approx(x + 40)
        shown.evaluate("""() => [['pointerdown', 1, 300], ['pointerdown', 2, 400],
            ['pointermove', 2, 500]].forEach(([type, pointerId, clientX]) => {
              parts.sheet.element.setPointerCapture = () => {};
              const where = {pointerId, clientX, clientY: 120, bubbles: true};
              parts.sheet.element.dispatchEvent(new PointerEvent(type, where));
            })""")
        assert scale(shown) == pytest.approx(2 * before)


def test_a_box_tells_all_about_itself(opened, saved):
    with tn.debug():
        x = Tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
        h = np.tanh(x)
        graph = Graph(np.sum(h))
    with opened(saved(graph)) as shown:
        shown.click("[data-name=h]")
        told = shown.inner_text(".details")
        for fact in ("h", "tanh", "(2, 2)", "float64", "h = np.tanh(x)"):
            assert fact in told
        heat = shown.locator(".details .heat").first
        size = heat.bounding_box()
        heat.click(position={"x": size["width"] * 0.75, "y": size["height"] * 0.75})
        assert "[1, 1] = 0.995055" in shown.inner_text(".details figcaption >> nth=0")
        spoken = shown.get_attribute("[data-name=h]", "aria-label")
        assert spoken == "h, tanh of x, not yet computed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(opened, saved, width, scheme):
    graph = demos.mlp()
    with opened(saved(graph), width=width, scheme=scheme) as shown:
        for _ in graph.steps():
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            shown.keyboard.press("ArrowRight")


# --- files ----------------------------------------------------------------------------------


def test_a_name_that_is_a_script_does_no_harm(opened, saved):
    name = "</script><script>alert(1)</script>"
    x = Tensor(2.0, requires_grad=True, name=name)
    with opened(saved(Graph(x * 3, variables={}))) as shown:
        assert shown.inner_text(".details h2") == name
        assert shown.inner_text(".sentence") == f"{name} is given: 2."
        scripts = sum(name.endswith(".js") for name in (*page.FILES, *SHARED))
        assert shown.locator("body > script").count() == scripts + 1  # and the data


@pytest.mark.parametrize("graph", [MOONS, DIGITS, DIGITS.collapse()])
def test_a_page_is_smaller_than_a_megabyte(saved, graph):
    assert saved(graph).stat().st_size < 1_000_000


def test_without_a_gradient_of_the_output_it_goes_forward_only(opened, saved):
    x = Tensor([1.0, 2.0], requires_grad=True)
    with opened(saved(Graph(x * 2))) as shown:
        assert "Forward only" in shown.inner_text("#page")
        assert shown.inner_text(".where") == "Step 1 of 2, forward"


def test_a_graph_too_large_for_a_page_is_refused(tmp_path):
    y = x = Tensor(1.0, requires_grad=True)
    for _ in range(1200):
        y = y * x
    with pytest.raises(ValueError, match=r"1201 nodes.*at most 1000.*collapse"):
        Graph(y).save_html(tmp_path / "step.html")
    assert list(tmp_path.iterdir()) == []
    assert Graph(y)._repr_html_() is None


def test_a_notebook_shows_it_in_a_frame_that_works(opened, tmp_path):
    graph = demos.neuron()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><title>n</title>{graph._repr_html_()}", encoding="utf-8")
    with opened(path) as shown:
        frame = shown.frame_locator("iframe")
        frame.locator("[aria-label='last step']").click()
        assert frame.locator(".sentence").inner_text() == list(graph.steps())[-1].sentence
        assert repr(graph) == shown.locator("details pre").text_content()
