"""The training replay in a browser: its numbers are those of the history, at every frame."""

import base64

import numpy as np
import pytest

from tinynet import Dataset, datasets, fit, layers, losses, metrics
from tinynet.optimizers import SGD, Adam
from tinynet.training import History
from tinynet.views import training_page

pytestmark = pytest.mark.slow  # a real browser

EVIL = "<img src=x onerror=alert(1)>\u2028</script>"


def recorded(data, model, loss, epochs=12, **options):
    """The history of a short recorded run."""
    optimizer = Adam(model.parameters(), lr=0.01)
    return fit(
        model, loss, optimizer, data, epochs=epochs, batch_size=32, progress=False, record=True,
        **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def moons():
    """A run with three dead units from the start."""
    train, new = datasets.make_moons(n=100).split((0.8, 0.2), rng=0)
    model = layers.MLP([2, 16, 16, 2], rng=0)
    model.layers[0].bias.data[:3] = -20
    options = {"validation": new, "metrics": [metrics.accuracy]}
    return recorded(train, model, losses.cross_entropy, **options)


@pytest.fixture
def page(opened, moons, tmp_path):
    path = tmp_path / "training.html"
    moons.save_html(path)
    with opened(path) as page:
        yield page


def sentence(page):
    return page.locator(".sentence").inner_text()


def epoch(page):
    return int(page.locator(".epoch").inner_text().split()[1])


def cells(page):
    """The numbers of the table of layers, row by row."""
    rows = page.locator(".layers-table tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def number(value):
    """A number as the page writes it."""
    return f"{value:.4g}" if np.isfinite(value) else "–"


# --- all frames -----------------------------------------------------------------------------


def test_every_place_of_the_slider_shows_the_numbers_of_its_frame(page, moons):
    slider, layers_of = page.get_by_role("slider", name="epoch"), moons.record.layers
    assert int(slider.get_attribute("max")) == len(moons.frames) - 1
    for place, frame in enumerate(moons.frames):
        slider.fill(str(place))
        assert epoch(page) == frame.epoch
        for i, row in enumerate(cells(page)):
            dead, units = frame.dead[i], layers_of[i].units
            count = f"{round(dead * units)} of {units}" if units else "–"
            assert row == [number(frame.gradient_norms[i]), number(frame.update_ratios[i]), count]
        if frame.epoch:
            loss, new = (moons[name][frame.epoch - 1] for name in ("loss", "val_loss"))
            start = f"epoch {frame.epoch}: loss {loss:.4g}, validation {new:.4g}, accuracy "
            assert sentence(page).startswith(start)
            texts = page.locator("output").all_inner_texts()
            assert f"epoch {frame.epoch}: training {loss:.4g}, validation {new:.4g}" in texts
            norms = [f"layer {i} {norm:.4g}" for i, norm in enumerate(frame.gradient_norms, 1)]
            assert f"epoch {frame.epoch}: {', '.join(norms)}" in texts
        assert "layer 1: 3 of 16 units dead" in sentence(page)


def test_a_ring_is_drawn_around_each_point_that_a_frame_takes_for_another_class(page, moons):
    for key, frame in (("Home", moons.frames[0]), ("End", moons.frames[-1])):
        page.keyboard.press(key)
        count = len(frame.wrong)
        assert page.get_attribute(".rings", "d").count("M") == count
        assert f"({count} of 80 points)" in page.locator(".replay").inner_text()
    assert len(moons.frames[0].wrong) != count


def test_the_regions_are_those_of_the_frame(page, moons):
    """The class and its lead in a cell, read by the keyboard, at the first and the last frame."""
    for key, frame in (("Home", moons.frames[0]), ("End", moons.frames[-1])):
        page.get_by_role("slider", name="epoch").press(key)
        picture = page.locator(".plane")
        picture.press("End")  # the last cell: above, right
        said = np.sort(frame.picture[59, 59])
        name = moons.record.answer.classes[np.argmax(frame.picture[59, 59])]
        text = page.locator(".plane + output").inner_text()
        assert f"{name}, its probability leads by " in text
        assert float(text.split()[-1]) == pytest.approx(said[-1] - said[-2], abs=0.01)
        picture.press("Escape")
        assert page.locator(".plane + output").inner_text().startswith("Point at a place")


def test_before_training_the_page_says_so(page):
    page.keyboard.press("Home")
    assert sentence(page).startswith("before training: layer 1: 3 of 16 units dead")


# --- moving ---------------------------------------------------------------------------------


def test_it_starts_at_the_end_and_the_keyboard_moves_it(page, moons):
    assert epoch(page) == moons.epochs
    expected = {"Home": 0, "ArrowRight": 1, "ArrowLeft": 0, "End": 12}
    for key, place in expected.items():
        page.keyboard.press(key)
        assert epoch(page) == moons.frames[place].epoch
    page.keyboard.press("ArrowRight")
    assert epoch(page) == moons.epochs


def test_space_plays_from_the_start_and_stops(page, moons):
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => document.querySelector('.epoch').textContent.startsWith('epoch 2')"
    )
    assert page.locator(".sentence").get_attribute("aria-live") == "off"
    page.keyboard.press("Space")
    now = epoch(page)
    page.wait_for_timeout(400)
    assert epoch(page) == now
    assert page.locator(".sentence").get_attribute("aria-live") == "polite"


def test_it_plays_to_the_end_and_then_offers_to_play_again(page, moons):
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for(timeout=10_000)
    assert epoch(page) == moons.epochs


def test_the_best_epoch_is_marked_in_each_curve_of_the_loss_and_the_scores(page, moons):
    best = 1 + int(np.argmin(moons["val_loss"]))
    curves = page.locator("[aria-label='Loss and scores'] svg").all()
    assert len(curves) == 2  # loss and accuracy
    for curve in curves:
        assert f"best at epoch {best}" in curve.get_attribute("aria-label")
        assert "best" in curve.locator("text").all_text_contents()


def test_the_views_are_linked_by_the_cursor_of_each_chart(page, moons):
    for chart in page.locator("svg.chart:not(.plane)").all():
        chart.press("Home")
        chart.press("ArrowRight")
        chart.press("ArrowRight")
        now = epoch(page)
        texts = [text for text in page.locator("div > output").all_inner_texts() if text]
        read = [text for text in texts if text.startswith("epoch ")]
        assert now in (2, 3) and len(read) == 5
        assert all(text.startswith(f"epoch {now}:") for text in read)


def test_what_a_view_reads_is_spoken_only_while_it_has_the_focus(page):
    live = "(status) => status.getAttribute('aria-live')"
    for view in page.locator("svg.chart").all():
        status = view.locator("+ output")
        spoken = [status.evaluate(live)]
        for act in (view.focus, view.blur):
            act()
            spoken.append(status.evaluate(live))
        assert spoken == ["off", "polite", "off"]


def test_the_pointer_reads_the_cell_that_it_is_on_however_large_the_picture_is(page, moons):
    low, high = moons.record.answer.box
    column, row = 43, 7  # of 60, from the left and from below
    x, y = low + (np.array([column, row]) + 0.5) / 60 * (high - low)
    for width in (1280, 700, 360):
        page.set_viewport_size({"width": width, "height": 800})
        area = page.locator(".plane rect.axis")
        size = area.bounding_box()
        at = {"x": size["width"] * (column + 0.5) / 60, "y": size["height"] * (52.5 / 60)}
        area.hover(position=at, force=True)  # it has no fill; the picture hears the pointer
        assert page.locator(".plane + output").inner_text().startswith(f"x0 {x:.4g}, x1 {y:.4g} ")


# --- other tasks, other names ---------------------------------------------------------------


def test_a_curve_and_saturated_outputs(opened, tmp_path):
    data = datasets.make_sine(n=60)
    model = layers.MLP([1, 8, 1], layers.Tanh, rng=0)
    model.layers[0].weight.data *= 50
    history = recorded(data, model, losses.mse)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        share = history.frames[-1].saturated[0]
        assert share > 0.1 and cells(page)[0][2] == f"{100 * share:.1f} %"
        assert f"layer 1: {share:.1%} of outputs saturated" in sentence(page)
        page.locator(".plane").press("Home")
        value = history.frames[-1].picture[0]
        assert f"the model says {value:.4g}" in page.locator(".plane + output").inner_text()


COLOURS = """() => [...document.querySelectorAll('.confusion tbody td')].map(
  (cell) => cell.style.backgroundColor.match(/\\d+/g).map(Number))"""


def shares_in_blue(counts):
    """The colour of each cell: from white to #0072b2 by its share of the row, the true class."""
    shares = counts.reshape(-1, 1) / np.repeat(counts.sum(axis=1), len(counts))[:, None]
    return [pytest.approx(row, abs=1) for row in 255 + shares * (np.array([0, 0x72, 0xB2]) - 255)]


def test_a_confusion_matrix(opened, tmp_path):
    train, new = datasets.load_iris().split((0.8, 0.2), rng=0)
    model = layers.MLP([4, 8, 3], rng=0)
    history = recorded(train, model, losses.cross_entropy, validation=new)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        for key, frame in (("End", history.frames[-1]), ("Home", history.frames[0])):
            page.keyboard.press(key)
            shown = page.locator(".confusion tbody td").all_inner_texts()
            assert shown == [str(count) for count in frame.picture.ravel()]
            assert page.evaluate(COLOURS) == shares_in_blue(frame.picture)


def test_predictions_without_hidden_units(opened, tmp_path):
    history = recorded(datasets.make_sparse_linear(n=40), layers.Linear(20, 1, rng=0), losses.mse)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        page.locator(".plane").press("Home")
        answer, said = history.record.answer, history.frames[-1].picture
        least = np.argmin(answer.targets)
        expected = f"true y {answer.targets[least]:.4g}, predicted y {said[least]:.4g}"
        assert page.locator(".plane + output").inner_text().startswith(expected)
        assert page.get_attribute(".diagonal", "d") == "M56.0 384.0L468.0 10.0"  # across the plane
        assert page.get_by_text("no hidden relu, sigmoid or tanh").is_visible()


def test_of_many_layers_five_have_a_line_and_a_loss_that_falls_far_has_a_log_scale(
    opened, tmp_path
):
    model = layers.MLP([2, 4, 4, 4, 4, 4, 4, 2], rng=0)
    history = recorded(datasets.make_moons(n=40), model, losses.cross_entropy, epochs=2)
    history["loss"][0] = 101 * history["loss"][1]
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        loss, gradients = (page.locator("svg.chart:not(.plane)").nth(i) for i in range(2))
        assert loss.locator(".title").text_content() == "Loss, log scale"
        names = gradients.locator(".label").all_text_contents()
        assert sorted(names) == [f"layer {i}" for i in (1, 3, 4, 6, 7)]
        assert page.get_by_text("Lines for 5 of 7 layers").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_are_text_and_nothing_is_wider_than_the_page(opened, width, scheme, tmp_path):
    """A name that would run, were it taken for HTML, is shown as it is."""

    class Named(layers.Sequential):
        def __init__(self):
            self.parts = {EVIL: layers.Linear(2, 2, rng=0)}

        def forward(self, x):
            return self.parts[EVIL](x)

    points = datasets.make_moons(n=40)
    data = Dataset(EVIL, points.x, points.y, (EVIL, "b"), (EVIL, "d"), "binary")
    history = recorded(data, Named(), losses.cross_entropy, epochs=2)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html", width=width, scheme=scheme) as page:
        assert page.locator("h1").inner_text().startswith("Training on <img src=x")
        assert page.locator("img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- what the doctor saw --------------------------------------------------------------------

SHADES = """(href) => new Promise((done) => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    done([image.width, image.height, [...data].filter((_, i) => i % 4 === 3)]);
  };
  image.src = href;
})"""  # width, height, and how much ink there is in each pixel


@pytest.fixture(scope="module")
def diagnosed():
    """A run whose features have very different sizes."""
    data = datasets.load_wine()
    model = layers.MLP([13, 8, 3], layers.Tanh, rng=0)
    with pytest.warns(UserWarning, match="unscaled features"):
        return fit(
            model, losses.cross_entropy, SGD(model.parameters(), lr=0.1), data, epochs=40,
            batch_size=32, progress=False, record=True, diagnose=True,
        )  # fmt: skip


def test_the_instruments_read_the_look_nearest_to_each_frame(opened, diagnosed, tmp_path):
    diagnosed.save_html(tmp_path / "page.html")
    looks = diagnosed.diagnosis.epochs
    with opened(tmp_path / "page.html") as page:
        panel = page.get_by_role("region", name="What the doctor saw")
        for place, frame in enumerate(diagnosed.frames):
            page.get_by_role("slider", name="epoch").fill(str(place))
            nearest = min(looks, key=lambda look: abs(look.epoch - frame.epoch))
            texts = panel.locator("output").all_inner_texts()
            sharpness = f"sharpness {nearest.sharpness:.4g}, limit {nearest.stability_limit:.4g}"
            overshoot = f"step {nearest.overshoot:.4g}, bottom 0, as high 1"
            shown = [sharpness, overshoot, f"noise {nearest.noise_scale:.4g}"]
            assert texts[:3] == [f"epoch {nearest.epoch}: {text}" for text in shown]
            assert texts[-1].startswith(f"epoch {nearest.epoch}: the middle half lies between ")


def test_a_strip_is_as_dark_as_there_are_outputs(opened, diagnosed, tmp_path):
    diagnosed.save_html(tmp_path / "page.html")
    counts = np.array([look.histograms[0] for look in diagnosed.diagnosis.epochs])
    with opened(tmp_path / "page.html") as page:
        width, height, ink = page.evaluate(
            SHADES, page.locator(".strip image").first.get_attribute("href")
        )
        expected = 255 * np.sqrt(counts / counts.max(axis=1, keepdims=True))
        shown = np.reshape(ink, (height, width))[::-1].T  # from above to from below; by look
        np.testing.assert_allclose(shown, expected, atol=0.51)
        middle = np.cumsum(counts[-1]) / counts[-1].sum()
        edges = diagnosed.diagnosis.layers[0].edges
        low, high = edges[np.argmax(middle >= 0.25)], edges[np.argmax(middle >= 0.75) + 1]
        text = f"the middle half lies between {low:.3g} and {high:.3g}"
        page.keyboard.press("End")
        assert page.locator(".strip + output").first.inner_text().endswith(text)
        page.locator(".strip").first.press("Home")
        assert epoch(page) == 0


def test_the_findings_stand_on_the_page_as_they_are_printed(opened, diagnosed, tmp_path):
    diagnosed.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        told = page.get_by_role("region", name="What the doctor saw").locator("li")
        for text, finding in zip(told.all_inner_texts(), diagnosed.diagnosis.findings, strict=True):
            for part in (finding.rule, finding.severity, finding.seen, finding.why, finding.advice):
                assert part in text


def test_without_a_diagnosis_there_is_nothing_of_it(page):
    assert page.get_by_text("What the doctor saw").count() == 0


# --- the file -------------------------------------------------------------------------------


def test_a_page_of_200_epochs_is_small(tmp_path):
    data, model = datasets.make_moons(), layers.MLP([2, 16, 16, 2], rng=0)
    history = recorded(data, model, losses.cross_entropy, epochs=200)
    history.save_html(tmp_path / "page.html")
    assert len(history.frames) == 61
    assert (tmp_path / "page.html").stat().st_size < 1_000_000


def test_a_loss_curve_has_at_most_2000_epochs_the_first_and_the_last_among_them():
    history = History()
    history["loss"] = np.arange(5001.0).tolist()
    history["val_loss"] = [3.0, 1.0, 2.0, np.nan, *[4.0] * 4997]
    curves = training_page._curves(history)
    assert curves["best"] == [{"name": "best", "x": 2}]
    epochs, loss = (
        np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"])
        for packed in (curves["epochs"], curves["of"]["loss"]["training"])
    )
    assert (len(epochs), epochs[0], epochs[-1]) == (2000, 1, 5001)
    np.testing.assert_array_equal(loss, epochs - 1)


def test_a_run_that_ends_at_once_still_has_a_page(opened, tmp_path):
    """Ctrl-C in the first epoch: a frame before training, and no loss."""

    def interrupt(y_true, y_pred):
        raise KeyboardInterrupt

    history = recorded(datasets.make_moons(n=40), layers.MLP([2, 2], rng=0), interrupt)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        assert "interrupted in epoch 1" in page.locator("main").inner_text()
        chart = page.locator("div:has(> svg.chart:not(.plane))").first
        chart.locator("svg").click()
        assert chart.locator("output").inner_text() == ""
        assert sentence(page) == "before training"
