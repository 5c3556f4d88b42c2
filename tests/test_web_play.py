"""The playground in a browser: what a person does there, and the numbers that it shows."""

import contextlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import watched
from tests.test_playground_server import serving
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
    while session.steps < epochs * session.per_epoch:
        session.train(epochs * session.per_epoch, 1)
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
    ("unit", "epoch"), [("a mini-batch", "0.1538"), ("an epoch", "1"), ("10 epochs", "10")]
)
def test_a_step_is_as_long_as_the_page_says(visit, unit, epoch):
    page = visit("?rows=400&batch=32")
    choose(page, "a step is", unit)
    press(page, "Step")
    if unit == "a mini-batch":
        at_epoch(page, "0.076923")
        press(page, "Step")
        epoch = "0.15385"
    at_epoch(page, epoch)


def test_with_the_keyboard_alone(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "data"
    page.keyboard.type("sp")  # a list moves to what is typed
    page.wait_for_selector(".key:has-text('arm 2')")
    assert page.evaluate("document.activeElement.id") == "data"
    seen = []
    while page.evaluate("document.activeElement.textContent") != "Play":
        seen.append(page.evaluate("document.activeElement.id"))
        page.keyboard.press("Tab")
        assert len(seen) < 40
    assert {"data", "noise", "rows", "layer-1", "loss", "beside", "optimizer", "lr"} <= {*seen}
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
        page.wait_for_selector(f"#layer-{layer}")
    assert page.locator("#more").is_disabled()
    page.locator("#less").press("Enter")
    page.wait_for_selector("#layer-4", state="detached")
    assert page.evaluate("document.activeElement.id") == "less"


# --- mistakes -------------------------------------------------------------------------------


def test_a_mistake_is_told_in_a_sentence_and_mended(visit):
    page = visit()
    page.get_by_label("Noise").fill("7")
    page.keyboard.press("Enter")
    alert = page.locator(".problem:visible")
    assert alert.inner_text() == "noise must be from 0 to 5, not 7.0"
    assert page.get_by_role("button", name="Play").is_disabled()
    page.get_by_label("Noise").fill("0.2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".problem", state="hidden")
    page.wait_for_url("**noise=0.2**")
    step(page)


def test_a_wrong_address_is_told(visit):
    page = visit("?data=moon")
    assert "did you mean 'moons'" in page.inner_text(".problem")
    choose(page, "Dataset", "moons")
    page.wait_for_selector(".run")
    assert page.locator(".problem:visible").count() == 0


def test_a_run_that_blows_up_says_so(visit):
    page = visit("?data=outliers&optimizer=sgd&lr=5&hidden=")
    press(page, "Play")
    assert "try a smaller learning rate" in page.locator(".run .problem:visible").inner_text()
    page.wait_for_selector("button:has-text('Play')")
    assert page.get_by_role("button", name="Play").is_disabled()


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


# --- how it looks ---------------------------------------------------------------------------


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
