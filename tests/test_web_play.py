"""The playground in a browser: what a person does there, and the numbers that it shows."""

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import watched
from tests.test_playground import trained
from tests.test_playground_own import IRIS
from tests.test_playground_server import serving
from tinynet.views.playground import own
from tinynet.views.playground.session import Session
from tinynet.views.playground.settings import Settings

pytestmark = pytest.mark.slow  # a real browser

SAME = "(text) => document.querySelector('.epoch').textContent === text"
OTHER = "(text) => document.querySelector('.epoch').textContent !== text"
WHOLE = """(text) => {
  const now = document.querySelector('.epoch').textContent;
  return now !== text && Number.isInteger(Number(now.split(' ')[1]));
}"""  # another epoch, and not a part of one: a slow server answers in between
BEYOND = "(n) => parseFloat(document.querySelector('.epoch').textContent.slice(6)) >= n"
RIGHT = r"(n) => document.querySelector('.score').textContent.match(/points ([\d.]+)/)[1] >= n"
SAYS = r"""() => {
  const text = (selector) => document.querySelector(selector).textContent;
  const right = text('.score').match(/new points ([^ \u00a0]+)/)[1];
  return text('[aria-live=polite].spoken').includes(`, on new points ${right}`);
}"""
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"


@pytest.fixture(scope="module")
def address():
    with serving() as (_, port):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def visit(browser, address):
    """Opens the playground in a window of its own; it may ask 127.0.0.1 only, without complaint."""
    complaints, asked = [], []
    with contextlib.ExitStack() as windows:

        def opened(query="", width=1280, height=900, scheme="light"):
            size = {"width": width, "height": height}
            window = windows.enter_context(browser.new_context(viewport=size, color_scheme=scheme))
            page = watched(window.new_page(), complaints, asked)
            page.set_default_timeout(10_000)
            page.goto(address + query)
            page.wait_for_selector(".run, .problem:not([hidden])")
            return page

        yield opened
    assert [text for text in complaints if text != REFUSED] == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def at_epoch(page, epoch):
    page.wait_for_function(SAME, arg=f"epoch {epoch}")


def step(page, times=1):
    """Go on by so many epochs."""
    for _ in range(times):
        before = page.inner_text(".epoch")
        press(page, "Step")
        page.wait_for_function(WHOLE, arg=before)


def choose(page, label, value):
    page.get_by_label(label, exact=True).select_option(value)


def shown_losses(page):
    """The losses of the runs."""
    return [float(text.split("loss\xa0")[1]) for text in page.locator(".score").all_inner_texts()]


def losses_of(query, epochs):
    """The losses of the runs of a session in Python."""
    session = Session(Settings.from_query(query))
    trained(session, epochs * session.per_epoch)
    return [pytest.approx(run.measure()["train"]["loss"], rel=1e-3) for run in session.runs]


def query_of(page):
    return {k: v[0] for k, v in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


# --- what a person does ---------------------------------------------------------------------


def test_play_trains_moons_until_nearly_all_new_points_are_right(visit):
    page = visit("?data=moons&noise=0.1")
    press(page, "Play")
    page.wait_for_function(RIGHT, arg=97)
    press(page, "Pause")
    page.wait_for_function(SAYS)


def test_the_numbers_are_those_of_the_library(visit):
    page = visit("?data=sine&loss=huber&loss.delta=0.3&seed=4")
    step(page, 3)
    query = {"data": "sine", "loss": "huber", "loss.delta": "0.3", "seed": "4"}
    assert shown_losses(page) == losses_of(query, 3)


def test_another_loss_stands_beside_the_one_before_from_the_same_seed(visit):
    page = visit("?data=outliers&hidden=&lr=0.1&loss=huber&loss.delta=0.5")
    step(page, 4)
    (before,) = shown_losses(page)
    choose(page, "Loss", "mse")
    page.wait_for_function("() => document.querySelectorAll('.run').length === 2")
    at_epoch(page, 4)  # both were trained as far as the one before
    assert page.locator(".run h2").all_inner_texts() == ["first: mse", "second: huber(delta=0.5)"]
    both = shown_losses(page)
    assert both[1] == before and both == losses_of(query_of(page), 4)
    left, right = (page.locator(".run").nth(i).bounding_box() for i in range(2))
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    choose(page, "Beside it, from the same seed", "")
    page.wait_for_function("() => document.querySelectorAll('.run').length === 1")
    at_epoch(page, 4)
    assert shown_losses(page) == both[:1]


def test_reset_goes_back_to_the_start(visit):
    page = visit("?data=blobs")
    step(page)
    first = shown_losses(page)
    step(page, 2)
    press(page, "Reset")
    at_epoch(page, 0)
    step(page)
    assert shown_losses(page) == first


def test_the_address_restores_the_settings_in_a_new_page(visit):
    page = visit()
    choose(page, "Dataset", "sine")
    page.wait_for_selector(".run h2:has-text('mse')")
    choose(page, "Loss", "quantile")
    page.get_by_label("q (between 0 and 1)").fill("0.9")
    page.keyboard.press("Enter")
    press(page, "Add layer")
    page.get_by_label("Layer 3", exact=True).fill("5")
    page.keyboard.press("Enter")
    page.wait_for_url("**hidden=8%2C8%2C5**")
    step(page, 2)
    other = visit(f"?{urlsplit(page.url).query}")
    assert other.locator(".run h2").all_inner_texts() == ["first: quantile(q=0.9)", "second: mse"]
    assert other.get_by_label("Layer 3", exact=True).input_value() == "5"
    step(other, 2)
    assert other.url == page.url and shown_losses(other) == shown_losses(page)


@pytest.mark.parametrize(
    ("unit", "epoch"), [("a mini-batch", "0.16"), ("an epoch", "1"), ("10 epochs", "10")]
)
def test_a_step_is_as_long_as_the_page_says(visit, unit, epoch):
    page = visit("?rows=400&batch=32")
    choose(page, "a step is", unit)
    press(page, "Step")
    if unit == "a mini-batch":
        at_epoch(page, "0.08")  # 32 of 400 points
        press(page, "Step")
    at_epoch(page, epoch)


def test_with_the_keyboard_alone(visit):
    page, name = visit(), "document.activeElement.name"
    seen = []
    while page.evaluate(name) != "data":
        page.keyboard.press("Tab")
        seen.append(page.evaluate(name))
        assert len(seen) < 20
    page.keyboard.type("sp")  # a list moves to what is typed
    page.wait_for_selector(".key:has-text('arm 2')")
    assert page.evaluate(name) == "data"
    while "seed" not in seen:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(name))
        assert len(seen) < 40
    assert {"optimizer", "lr", "batch", "noise", "rows", "layer-1", "loss", "beside"} <= {*seen}
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(BEYOND, arg=3)
    assert page.evaluate("document.activeElement.textContent") == "Pause"
    page.keyboard.press("Enter")
    page.wait_for_selector("button:has-text('Play')")
    page.keyboard.press("Tab")
    before = page.inner_text(".epoch")
    page.keyboard.press("Space")  # Step
    page.wait_for_function(OTHER, arg=before)


def test_the_focus_stays_on_a_button_that_is_drawn_anew(visit):
    page = visit()
    for layer in (3, 4):
        page.get_by_role("button", name="Add layer").press("Enter")
        page.wait_for_selector(f"[name=layer-{layer}]")
    assert page.locator("#more").is_disabled()
    page.locator("#less").press("Enter")
    page.wait_for_selector("[name=layer-4]", state="detached")
    assert page.evaluate("document.activeElement.id") == "less"


def test_the_controls_are_open_where_there_is_room_for_them_beside_the_runs(visit):
    page = visit(width=640)
    noise = page.get_by_label("Noise")
    assert noise.is_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})  # as a frame that gets its width late
    noise.wait_for()
    page.set_viewport_size({"width": 640, "height": 900})
    noise.wait_for(state="hidden")


# --- mistakes -------------------------------------------------------------------------------


def test_a_mistake_is_told_in_a_sentence_and_mended(visit):
    page = visit()
    page.get_by_label("Noise").fill("7")
    page.keyboard.press("Enter")
    alert = page.locator(".problem:visible")
    assert alert.inner_text() == "noise must be from 0 to 5, not 7"
    assert page.get_by_label("Noise").input_value() == "0.1"  # as it was, and so it goes on
    step(page)
    page.get_by_label("Noise").fill("0.2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".problem", state="hidden")
    page.wait_for_url("**noise=0.2**")
    step(page)


def test_of_a_wrong_address_what_fits_is_taken_the_rest_is_told_and_reset_works(visit):
    page = visit("?hidden=1,2,3,4,5,6&foo=1&seed=3")
    told = page.inner_text(".problem")
    assert "There can be at most 4 hidden layers, not 6. Unknown setting 'foo'" in told
    assert page.get_by_label("Seed", exact=True).input_value() == "3" == query_of(page)["seed"]
    assert page.get_by_label("Layer 2", exact=True).input_value() == "8"
    press(page, "Reset")
    page.wait_for_selector(".problem", state="hidden")
    step(page)


def test_fields_hold_the_bounds_that_the_server_has(visit):
    page = visit()
    rate = page.get_by_label("Learning rate")
    assert [rate.get_attribute(end) for end in ("min", "max")] == ["0.000001", "10"]
    rate.fill("10")
    page.keyboard.press("Enter")
    page.wait_for_url("**lr=10&**")
    assert page.locator(".problem:visible").count() == 0


def test_a_run_that_blows_up_says_so(visit):
    page = visit("?data=outliers&optimizer=sgd&lr=5&hidden=")
    press(page, "Play")
    told = page.locator(".run .problem:visible").inner_text()
    assert "the loss became inf" in told and "Try a smaller learning rate" in told
    page.wait_for_selector("button:has-text('Play')")
    assert page.get_by_role("button", name="Play").is_disabled()
    ticks = page.locator(".charts .chart").first.locator("[text-anchor=end]").all_text_contents()
    assert max(map(float, ticks)) < 1000  # and not 1e307, where nothing else is seen
    assert re.search(r"Cut off at \d+: the loss went on to [\d.]+e\+", page.inner_text(".cut"))


@pytest.mark.parametrize(
    ("label", "key", "value"),
    [("Learning rate", "lr", "0.1"), ("Weight decay (L2)", "weight_decay", "0.5")],
)
def test_a_live_change_goes_on_from_where_it_is(visit, label, key, value):
    page = visit("?data=sine&optimizer=sgd")
    step(page, 3)
    page.get_by_label(label).fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{key}={value}**")
    assert page.inner_text(".epoch") == "epoch 3"
    step(page, 2)
    session = Session(Settings.from_query({"data": "sine", "optimizer": "sgd"}))
    trained(session, 3 * session.per_epoch)
    session.adjust(Settings.from_query(query_of(page)))
    trained(session, 5 * session.per_epoch)
    assert shown_losses(page) == [
        pytest.approx(session.runs[0].measure()["train"]["loss"], rel=1e-3)
    ]


def test_after_another_mini_batch_a_step_ends_with_the_epoch(visit):
    page = visit("?data=moons&batch=32")
    choose(page, "a step is", "a mini-batch")
    press(page, "Step")
    at_epoch(page, "0.08")
    page.get_by_label("Mini-batch").fill("50")
    page.keyboard.press("Enter")
    page.wait_for_url("**batch=50&**")
    choose(page, "a step is", "an epoch")
    press(page, "Step")
    at_epoch(page, "1")


def test_another_mini_batch_while_it_plays_plays_on(visit):
    page = visit("?data=moons")
    press(page, "Play")
    for size in ("400", "7", "50"):
        page.wait_for_function(BEYOND, arg=2)
        page.get_by_label("Mini-batch").fill(size)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**batch={size}&**")
    epoch = float(page.inner_text(".epoch").split()[1])
    assert epoch > 2
    page.wait_for_function(BEYOND, arg=epoch + 3)


def test_a_change_while_it_plays_starts_anew_and_plays_on(visit):
    page = visit("?data=sine")
    press(page, "Play")
    for data in ("circles", "xor", "moons", "blobs"):
        page.wait_for_function(BEYOND, arg=2)
        choose(page, "Dataset", data)
        page.wait_for_url(f"**data={data}**")
    page.wait_for_function(BEYOND, arg=2)
    press(page, "Pause")
    page.wait_for_function(SAYS)
    epoch = int(page.inner_text(".epoch").split()[1])
    assert shown_losses(page) == losses_of({"data": "blobs"}, epoch)


def test_two_pages_train_at_the_same_time(visit):
    pages = [visit("?data=moons&seed=1"), visit("?data=moons&seed=2")]
    for page in pages:
        press(page, "Play")
    for page in pages:
        page.wait_for_function(BEYOND, arg=5)
        press(page, "Pause")
    for seed, page in enumerate(pages, 1):
        page.wait_for_selector("button:has-text('Play')")
        (found,) = shown_losses(page)
        epoch = int(page.inner_text(".epoch").split()[1])
        assert [found] == losses_of({"data": "moons", "seed": str(seed)}, epoch)


# --- the network ----------------------------------------------------------------------------


def test_each_unit_has_a_picture_and_each_weight_a_line_with_width_and_sign(visit):
    page = visit("?data=spirals&hidden=12,4")
    assert page.locator(".unit image").count() == 2 + 8 + 4 + 3
    weights = page.eval_on_selector_all(
        ".weight", "(lines) => lines.map((e) => [e.classList[1], e.getAttribute('stroke-width')])"
    )
    run = Session(Settings.from_query({"data": "spirals", "hidden": "12,4"})).runs[0]
    a, b, c = (layer.weight.data for layer in run.linear)
    drawn = [w for array in (a[:, :8], b[:8], c) for w in array.T.ravel()]
    peak = max(map(abs, drawn))
    signs = ["below" if w < 0 else "above" for w in drawn]
    assert [sign for sign, _ in weights] == signs
    widths = [pytest.approx(0.4 + 4.6 * abs(w) / peak, abs=0.006) for w in drawn]
    assert [float(width) for _, width in weights] == widths
    label = page.get_attribute(".network", "aria-label")
    assert "input x0, x1; layer 1 of 12 units; layer 2 of 4 units; output arm 0, arm 1" in label
    assert "8 of 12" in page.text_content(".network")


CORNERS = """async (image) => {
  const made = Object.assign(new Image(), {src: image.getAttribute("href")});
  await made.decode();
  const canvas = element("canvas", {width: made.width, height: made.height});
  const context = canvas.getContext("2d"), {width, height} = made;
  context.drawImage(made, 0, 0);
  const reds = context.getImageData(0, 0, width, height).data.filter((_, i) => i % 4 === 0);
  return [0, width - 1, width * (height - 1)].map((corner) => reds[corner] > 200);
}"""  # is it orange, and not blue: above left, above right, below left?


def test_a_thumbnail_stands_as_the_plane_does(visit):
    images = visit("?data=circles").locator(".unit image")
    assert images.nth(0).evaluate(CORNERS) == [False, True, False]  # x0 grows to the right
    assert images.nth(1).evaluate(CORNERS) == [True, True, False]  # x1 upwards


def test_units_are_read_by_key_and_pointer(visit):
    page = visit("?data=moons&hidden=3&activation=relu")
    first, last = (layer for layer in Session(Settings.from_query(query_of(page))).runs[0].linear)
    read = page.locator(".network-picture output")
    page.locator(".network").focus()
    texts = []
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
        texts.append(read.inner_text())
    assert texts[1] == "layer 1, unit 2 = relu({})".format(
        formula(first.weight.data[:, 1], ["x0", "x1"], first.bias.data[1])
    )
    units = ["unit 1", "unit 2", "unit 3"]
    assert texts[2] == f"lower = {formula(last.weight.data[:, 1], units, last.bias.data[1])}"
    assert texts[3:] == [texts[1], "x1, as it comes in", ""]
    page.locator(".unit .frame").nth(3).click(force=True)  # the picture lies above
    assert read.inner_text() == texts[1]
    assert page.locator(".weight.far").count() == 2 * 3 + 3 * 2 - 2


def formula(weights, names, bias):
    """Σ w · name + b, with signs as on paper."""
    numbers = [f"{'−' if w < 0 else '+'} {abs(w):.3g}" for w in (*weights, bias)]
    terms = [f"{w} · {name}" for w, name in zip(numbers, names, strict=False)]
    return " ".join([*terms, numbers[-1]]).removeprefix("+ ")


def test_a_ring_is_drawn_around_each_point_taken_for_another_class(visit):
    page = visit("?data=moons")
    step(page, 2)
    at = [
        re.findall(r"M([\d.]+ [\d.]+)m", path)
        for path in page.eval_on_selector_all(
            ".rings, .plane .points", "(all) => all.map((path) => path.getAttribute('d'))"
        )
    ]
    rings = len(at[2])
    assert {*at[2]} <= {*at[0], *at[1]} and len(at[0]) == len(at[1]) == 200
    accuracy = float(re.search(r"Accuracy ([\d.]+)", page.inner_text(".score"))[1])
    assert accuracy == pytest.approx(100 * (1 - rings / 400), abs=0.01)
    assert f"({rings} of 400 points)" in page.inner_text(".run")


# --- own data -------------------------------------------------------------------------------


def points_of(page, count):
    """The points in the address, as soon as there are so many."""
    page.wait_for_url(f"**rows={count}&**")
    return query_of(page)["own"].splitlines()[1:]


def test_points_are_clicked_typed_and_taken_away(visit):
    page = visit("?data=own")
    step(page, 2)
    box = page.locator(".plane").bounding_box()
    page.get_by_label("Class of the next point").fill("C, new")
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    x0, x1, *label = points_of(page, 5)[-1].split(",", 2)
    assert 0.3 < float(x0) < 0.7 and -0.2 < float(x1) < 0.2 and label == ['"C, new"']
    page.wait_for_selector(".key:has-text('C, new')")
    at_epoch(page, "2")  # the network learned as far as before, with the new point
    page.locator("#own-x").fill("7")
    page.locator("#own-y").fill("-3.5")
    press(page, "Add point")
    assert points_of(page, 6)[-1] == '7,-3.5,"C, new"'
    press(page, "Remove last")
    assert len(points_of(page, 5)) == 5
    page.mouse.click(box["x"] + 5, box["y"] + 5)  # outside of the axes
    press(page, "Reset")
    at_epoch(page, "0")
    choose(page, "Dataset", "moons")
    page.wait_for_url("**data=moons**")
    choose(page, "Dataset", "own")
    assert len(points_of(page, 5)) == 5  # they were not lost


def test_points_are_pasted_and_what_is_wrong_with_them_is_said(visit):
    page = visit("?data=own&features=x0_squared,x1_squared")
    text = page.get_by_label("All points, as CSV")
    text.fill("x0,x1,class\n1,2,A\n1\n")
    press(page, "Take these")
    page.get_by_text("the text, line 3: 1 fields, but the header (line 1) has 3").wait_for()
    assert query_of(page)["own"] == own.CLASSES
    text.fill("hour;heat\n1;10,5\n2;11\n3;12,25\n")
    press(page, "Take these")
    assert points_of(page, 3) == ["1,10.5", "2,11", "3,12.25"]
    page.wait_for_selector(".curve")
    assert page.get_by_label("sin(2 hour)").is_visible() and query_of(page)["features"] == "x0"
    assert page.get_by_label("Class of the next point").is_hidden()
    press(page, "New: classes")
    page.wait_for_selector(".edge")
    assert query_of(page)["features"] == "x0,x1"


def test_of_a_file_one_chooses_columns_and_a_large_one_is_not_in_the_address(visit):
    page = visit("?data=own")
    iris = {"name": "iris.csv", "mimeType": "text/csv", "buffer": IRIS}
    page.get_by_label("or a CSV file").set_input_files(iris)
    page.wait_for_selector(".key:has-text('virginica')")
    assert page.get_by_label("Predict").input_value() == "species"
    choose(page, "from", "petal_length_cm")
    page.wait_for_selector(".plane text:has-text('petal_length_cm')")
    assert len(points_of(page, 112)) == 150 and "share it" in page.inner_text(".own")
    many = "".join(f"{i},{i % 9}.5\n" for i in range(900))
    large = {"name": "many.csv", "mimeType": "text/csv", "buffer": f"x,y\n{many}".encode()}
    page.get_by_label("or a CSV file").set_input_files(large)
    page.wait_for_url("**own=%E2%80%A6&**")
    assert "too many points for the address" in page.inner_text(".own")
    page.reload()
    assert "paste or drop them here, too" in page.inner_text(".problem:not([hidden])")


def test_a_file_is_dropped_and_what_is_none_is_said(visit):
    page = visit("?data=own")
    page.evaluate(
        """() => {
      const data = new DataTransfer();
      data.items.add(new File(["PK\\x03\\x04"], "table.xlsx"));
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
      document.querySelector(".own").dispatchEvent(drop);
    }"""
    )
    page.get_by_text("an Excel workbook (.xlsx)").wait_for()


# --- features, L1, weights, surface ---------------------------------------------------------


def test_features_are_chosen_and_stand_in_the_address(visit):
    page = visit("?data=circles&hidden=")
    page.get_by_label("x0²").check()
    page.wait_for_url("**x0_squared**")
    assert page.locator(".unit title").all_text_contents()[:3] == [
        "input: x0",
        "input: x1",
        "input: x0²",
    ]
    choose(page, "Dataset", "sine")
    page.wait_for_selector(".curve")
    assert query_of(page)["features"] == "x0"
    assert page.locator(".features label:visible").all_inner_texts() == [" x", " x²", " sin(2 x)"]


def test_l1_is_live(visit):
    page = visit("?data=moons&optimizer=sgd&lr=0.5")
    step(page)
    page.get_by_label("L1").fill("0.1")
    page.keyboard.press("Enter")
    page.wait_for_url("**l1=0.1&**")
    assert page.inner_text(".epoch") == "epoch 1"
    step(page, 3)
    widths = page.eval_on_selector_all(
        ".weight", "(lines) => lines.map((e) => e.getAttribute('stroke-width'))"
    )
    assert widths.count("0.40") > len(widths) / 2  # a weight of 0


def test_a_weight_is_chosen_by_a_click_on_its_line_and_by_keys(visit):
    page = visit("?data=moons&hidden=2")
    page.locator(".weight").nth(1).click(force=True)  # x1 → unit 1
    assert page.locator(".weights label").all_inner_texts() == ["x0", "x1", "bias"]
    fields = page.locator(".weights input")
    assert fields.nth(1).evaluate("(field) => field === document.activeElement")
    assert page.locator(".weight").nth(1).get_attribute("class") == "weight below picked"
    fields.nth(1).fill("2.5")
    page.keyboard.press("Enter")
    read = page.locator(".network-picture output")
    read.filter(has_text="+ 2.5 · x1").wait_for()
    page.locator(".network").focus()
    for key in ("ArrowRight", "Tab", "Tab", "Tab"):  # to an output, and to its bias
        page.keyboard.press(key)
    page.keyboard.type("-4")
    page.keyboard.press("Enter")
    read.filter(has_text=re.compile(r"^upper = .* − 4$")).wait_for()
    before = shown_losses(page)
    fields.nth(2).fill("1001")
    page.keyboard.press("Enter")
    assert fields.nth(2).evaluate("(field) => field.matches(':invalid')")
    assert shown_losses(page) == before
    step(page)
    assert shown_losses(page) != before


def test_the_surface_shows_the_way_and_says_what_is_held_fixed(visit):
    page = visit("?data=moons&hidden=2")
    page.get_by_text("The loss surface").click()
    press(page, "Draw the loss surface")
    page.get_by_text("train for longer").wait_for()
    step(page, 3)
    press(page, "Draw the loss surface")
    page.get_by_text("Held fixed: the 12 weights and biases move together").wait_for()
    surface = page.locator(".surface")
    (loss,) = shown_losses(page)
    assert f"to {loss:.3g}." in surface.get_attribute("aria-label")
    assert surface.locator(".way").get_attribute("d").count("L") == 3
    choose(page, "Directions of the surface", "weights")
    choose(page, "Weight 2", "bias of upper")
    press(page, "Draw the loss surface")
    page.get_by_text("the other 10 weights and biases stay as they are now").wait_for()
    texts = surface.locator("text").all_text_contents()
    assert {"x0 → unit 1 of layer 1", "bias of upper"} <= {*texts}


# --- lessons --------------------------------------------------------------------------------


def test_a_lesson_hides_what_its_address_says_and_keeps_its_settings(visit):
    page = visit("?data=spirals&lr=0.02")
    page.get_by_text("For a class").click()
    for name in ("which data", "features and layers", "which loss", "random numbers"):
        page.get_by_label(name).check()
    link = page.get_by_label("Address of the lesson").input_value()
    assert page.get_by_label("Dataset").is_visible()  # it is for others
    lesson = visit(link[link.index("?") :])
    assert lesson.get_by_text("Data, network and loss").is_hidden()
    assert lesson.get_by_text("For a class").is_hidden()
    assert lesson.get_by_text("The loss surface").is_visible()
    lesson.get_by_label("Learning rate").fill("0.03")
    lesson.keyboard.press("Enter")
    lesson.wait_for_url("**lr=0.03&**")
    assert query_of(lesson)["hide"] == "data,network,loss,seed"
    step(lesson)


def test_it_can_be_used_by_all(visit):
    reason = "python -m pip install axe-core-python"
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason=reason).Axe()
    page = visit("?data=own&beside=brier", scheme="dark")
    page.get_by_text("For a class").click()
    page.get_by_text("The loss surface").first.click()
    page.locator(".network").first.focus()
    page.keyboard.press("ArrowDown")
    found = axe.run(page)["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


# --- how it looks ---------------------------------------------------------------------------


def test_before_the_first_step_there_are_no_curves(visit):
    page = visit()
    assert page.locator(".charts .chart:visible").count() == 0
    assert "begin with the first step" in page.inner_text(".run")
    step(page)
    assert page.locator(".charts .chart:visible").count() == 2


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_what_trains_is_on_the_first_screen(visit, width, height):
    page = visit("", width, height)
    play = page.get_by_role("button", name="Play")
    fields = [page.get_by_label(label) for label in ("Optimizer", "Learning rate")]
    boxes = [field.bounding_box() for field in (play, *fields)]
    assert all(0 < box["y"] < height / 3 and box["x"] + box["width"] <= width for box in boxes)
    assert boxes[1]["y"] == boxes[2]["y"]  # side by side
    assert page.locator(".plane").bounding_box()["y"] < height - 200


def test_an_id_belongs_to_one_element(visit):
    page = visit("?data=sine&loss=huber&beside=quantile")
    found = page.eval_on_selector_all("[id]", "(all) => all.map((e) => e.id)")
    assert len(found) >= 20 and sorted(found) == sorted(set(found))


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_nothing_is_wider_than_the_window(visit, width):
    page = visit("?data=moons&loss=symmetric_cross_entropy&beside=generalized_cross_entropy", width)
    page.wait_for_selector(".run")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_classes_differ_in_shape_and_a_line_parts_them(visit):
    page = visit("?data=spirals")
    step(page, 2)
    marks = [
        d.split("m", 1)[1].split("z")[0]
        for d in page.eval_on_selector_all(
            ".run .points", "(paths) => paths.map((path) => path.getAttribute('d'))"
        )
    ]
    assert len(set(marks)) == 3
    assert page.get_attribute(".edge", "d").count("M") > 60
    label = page.get_attribute(".plane[role=img]", "aria-label")
    assert "arm 0, arm 1, arm 2" in label and "epoch 2" in label


def test_the_curve_follows_the_model(visit):
    page = visit("?data=heteroscedastic&hidden=&lr=0.1")
    start = page.get_attribute(".curve", "d")
    step(page)
    assert page.get_attribute(".curve", "d") != start
    assert page.get_attribute(".curve", "d").count("L") == 199
