"""The training replay in a browser: its numbers are those of the history, at every frame."""

import numpy as np
import pytest

from tinynet import Dataset, datasets, fit, layers, losses, metrics
from tinynet.optimizers import SGD, Adam
from tinynet.views.numerals import rounded

pytestmark = pytest.mark.slow  # a real browser

CHARTS = "svg.chart:not(.plane, .network)"
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
    return rounded(value) if np.isfinite(value) else "–"


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
            norms = [f"layer {i} {rounded(norm)}" for i, norm in enumerate(frame.gradient_norms, 1)]
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
        "() => /^epoch [2-9] /.test(document.querySelector('.epoch').textContent)"
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
    for chart in page.locator(CHARTS).all():
        chart.press("Home")
        chart.press("ArrowRight")
        chart.press("ArrowRight")
        now = epoch(page)
        texts = [text for text in page.locator("div > output").all_inner_texts() if text]
        read = [text for text in texts if text.startswith("epoch ")]
        assert now in (2, 3) and len(read) == 10
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
        place = f"x0 {rounded(x)}, x1 {rounded(y)} "
        assert page.locator(".plane + output").inner_text().startswith(place)


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
        assert f"the model says {rounded(value)}" in page.locator(".plane + output").inner_text()


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
        expected = f"true y {rounded(answer.targets[least])}, predicted y {rounded(said[least])}"
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
        loss, gradients = (page.locator(CHARTS).nth(i) for i in range(2))
        assert loss.locator(".title").text_content() == "Loss, log scale"
        names = gradients.locator(".label").all_text_contents()
        assert sorted(names) == [f"layer {i}" for i in (1, 3, 4, 6, 7)]
        assert page.get_by_text("Lines for 5 of 7 layers").is_visible()
        assert page.get_by_text("Shown are 5 of 7 layers").is_visible()
        strips = page.locator(".strip .title").all_text_contents()
        assert strips[2] == "layer 3: weights and biases" and len(strips) == 9


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
        assert page.get_by_text("this one is built otherwise").is_visible()  # no picture of it
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- the network and its mistakes -----------------------------------------------------------

PIXELS = """async (image) => {
  const made = Object.assign(new Image(), {src: image.getAttribute("href")});
  await made.decode();
  const canvas = element("canvas", {width: made.width, height: made.height});
  const context = canvas.getContext("2d");
  context.drawImage(made, 0, 0);
  return [...context.getImageData(0, 0, made.width, made.height).data];
}"""  # red, green, blue and how opaque, pixel by pixel, from above to below


@pytest.fixture(scope="module")
def digits():
    """A short run on images, with mistakes."""
    data = datasets.load_digits()
    train, new = data.take(range(100)), data.take(range(100, 300))
    model = layers.MLP([64, 12, 9, 10], rng=0)
    return recorded(train, model, losses.cross_entropy, validation=new, epochs=8)


@pytest.fixture
def digits_page(opened, digits, tmp_path):
    digits.save_html(tmp_path / "digits.html")
    with opened(tmp_path / "digits.html") as page:
        yield page


def test_the_lines_of_the_network_are_the_weights_of_the_epoch_on_one_scale(page, moons):
    peak = max(np.abs(w).max() for frame in moons.frames for w in frame.network.weights)
    for key, frame in (("Home", moons.frames[0]), ("End", moons.frames[-1])):
        page.get_by_role("slider", name="epoch").press(key)
        drawn = np.concatenate([w.T.ravel() for w in frame.network.weights])
        lines = page.eval_on_selector_all(
            ".weight", "(all) => all.map((e) => [e.classList[1], e.getAttribute('stroke-width')])"
        )
        assert [sign for sign, _ in lines] == ["below" if w < 0 else "above" for w in drawn]
        widths = [float(width) for _, width in lines]
        np.testing.assert_allclose(widths, 0.4 + 4.6 * np.abs(drawn) / peak, atol=0.006)
    assert page.locator(".network text", has_text="first 8 of 16").count() == 2


def test_a_picture_of_a_unit_follows_the_epoch(page, moons):
    """The first unit of layer 1, which is dead, and others: their colours, the lowest row last."""
    for key, frame in (("Home", moons.frames[0]), ("End", moons.frames[-1])):
        page.get_by_role("slider", name="epoch").press(key)
        views = np.concatenate(frame.network.seen)
        for place in (0, 2, 6, len(views) - 1):
            expected = page.evaluate("(b) => b.map(colouring(127))", views[place].ravel().tolist())
            expected = np.reshape(expected, (16, 16, 3))[::-1]
            found = page.locator(".unit image").nth(place).evaluate(PIXELS)
            peak = np.abs(views[place]).max()
            assert peak == (0 if place == 2 else 127)
            np.testing.assert_array_equal(np.reshape(found, (16, 16, 4))[..., :3], expected)


def test_of_an_image_a_unit_shows_its_weights_and_behind_it_bars_of_classes(digits_page, digits):
    page, drawn = digits_page, digits.frames[-1].network
    assert page.locator(".unit image").count() == 1 + 8
    found = page.locator(".unit image").nth(3).evaluate(PIXELS)
    expected = page.evaluate("(b) => b.map(colouring(127))", drawn.seen[1][2].ravel().tolist())
    np.testing.assert_array_equal(np.reshape(found, (64, 4))[:, :3], expected)
    bars = page.locator(".unit .bar.above").evaluate_all(
        "(all) => all.map((e) => (e.getAttribute('d').match(/M/g) ?? []).length)"
    )
    assert bars == [int(np.sum(view > 0)) for views in drawn.seen[2:] for view in views]
    assert page.locator(".weight.bundle").count() == 8
    texts = page.locator(".network text").all_text_contents()
    assert {"64 pixels", "first 8 of 12", "first 8 of 9"} <= {*texts}


def test_a_unit_of_an_image_is_read_in_words(digits_page, digits):
    page, drawn = digits_page, digits.frames[-1].network
    page.locator(".network").focus()
    read = page.locator(".network-picture output")
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    bias = drawn.biases[0][1]
    formula = f"{'−' if bias < 0 else '+'} {abs(bias):.3g}"
    assert read.inner_text() == f"layer 1, unit 2 = relu(Σ weight · pixel {formula})"
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert read.inner_text().startswith("1 = ") and "(1 more)" in read.inner_text()
    most = int(np.argmax(drawn.seen[3][1]))
    assert read.inner_text().endswith(f"; largest, on average, for {most}")
    assert epoch(page) == 8  # the keys are the network's


def test_mistakes_are_shown_as_images_with_what_they_are(digits_page, digits):
    page, answer = digits_page, digits.record.answer
    for key, frame in (("Home", digits.frames[0]), ("End", digits.frames[-1])):
        page.get_by_role("slider", name="epoch").press(key)
        panel = page.get_by_role("region", name="What it gets wrong")
        count, share = len(frame.wrong), len(frame.wrong) / 200
        assert (
            f"{count} of 200 rows of the validation data ({share:.1%})".replace("%", " %")
            in panel.inner_text()
        )
        shown = frame.wrong[:18]
        texts = [" ".join(text.split()) for text in panel.locator("li").all_text_contents()]
        assert texts == [
            f"is {answer.targets[i]}, said {frame.said[i]} row {answer.rows[i]}" for i in shown
        ]
        assert f"the first {len(shown)} of them" in panel.inner_text()
        found = (
            panel.locator("canvas")
            .nth(3)
            .evaluate("(c) => [...c.getContext('2d').getImageData(0, 0, 8, 8).data]")
        )
        paper, ink = (np.array(page.evaluate(f"rgb('--{name}')")) for name in ("paper", "ink"))
        brightness = answer.points[shown[3]][:, None] / 16  # of digits, 0 to 16
        np.testing.assert_allclose(
            np.reshape(found, (64, 4))[:, :3], paper + brightness * (ink - paper), atol=1
        )


def test_mistakes_that_are_no_images_are_rows_and_names_are_text(opened, tmp_path):
    iris = datasets.load_iris()
    data = Dataset("i", iris.x, iris.y, (EVIL, "b", "c", "d"), (EVIL, "y", "z"), "multiclass")
    train, new = data.split((0.6, 0.4), rng=0)
    model = layers.MLP([4, 5, 3], rng=0)
    history = recorded(train, model, losses.cross_entropy, validation=new, epochs=3)
    history.save_html(tmp_path / "page.html")
    frame, answer = history.frames[0], history.record.answer
    with opened(tmp_path / "page.html") as page:
        page.keyboard.press("Home")
        panel = page.get_by_role("region", name="What it gets wrong")
        rows = [row.locator("th, td").all_text_contents() for row in panel.locator("tr").all()]
        assert rows[0] == ["row", "is", "said", EVIL, "b", "c", "d"]
        names, shown = data.target_names, frame.wrong[:10]
        for i, cells in zip(shown, rows[1:], strict=True):
            said = [str(answer.rows[i]), names[answer.targets[i]], names[frame.said[i]]]
            assert cells == [*said, *(f"{value:.4g}" for value in answer.points[i])]
        assert page.locator("img").count() == 0


# --- histograms -----------------------------------------------------------------------------


def strips(history):
    """The counts and ranges over the frames of each strip, in the order of the page."""
    for i, layer in enumerate(history.record.layers):
        for what in ("weight", "output"):
            if what == "weight" or layer.activation:
                yield tuple(
                    np.array([getattr(frame, f"{what}_{name}")[i] for frame in history.frames])
                    for name in ("counts", "ranges")
                )


def test_a_strip_is_as_dark_as_there_are_numbers(page, moons):
    images = page.locator(".strip image")
    assert images.count() == 5  # of three layers, the last without an activation
    for place, (counts, ranges) in enumerate(strips(moons)):
        ink = np.reshape(images.nth(place).evaluate(PIXELS), (96, 13, 4))[::-1, :, 3]
        heights = ranges.min() + (np.arange(96) + 0.5) / 96 * (ranges.max() - ranges.min())
        for found, bins, (low, high) in zip(ink.T, counts, ranges, strict=True):
            at = np.floor((heights - low) / ((high - low) / 32)).astype(int)
            inside = (at >= 0) & (at < 32)
            share = np.where(inside, bins[np.clip(at, 0, 31)], 0) / bins.max()
            np.testing.assert_allclose(found, 255 * np.sqrt(share), atol=0.51)


def test_a_strip_says_where_its_numbers_lie_and_the_keys_move_it(page, moons):
    strip, read = page.locator(".strip").nth(1), page.locator(".strip + output").nth(1)
    for key, place in (("Home", 0), ("ArrowRight", 1), ("End", 12)):
        strip.press(key)
        assert epoch(page) == moons.frames[place].epoch
        counts, edges = moons.frames[place].output_counts[0], moons.frames[place].output_ranges[0]
        edges = np.linspace(*edges, 33)
        middle = np.cumsum(counts) / counts.sum()
        low, high = edges[np.argmax(middle >= 0.25)], edges[np.argmax(middle >= 0.75) + 1]
        assert read.inner_text() == (
            f"epoch {moons.frames[place].epoch}: the middle half lies between {low:.3g} and"
            f" {high:.3g}; {100 * counts[0] / counts.sum():.0f} % from 0 to {edges[1]:.2g}"
        )
        assert f"epoch {moons.frames[place].epoch}" in strip.locator("text").all_text_contents()
    assert "all of it at 0 is a dead layer" in page.locator("main").inner_text()


def test_the_pointer_goes_to_the_epoch_of_a_strip(page, moons):
    area = page.locator(".strip rect.axis").first
    wide = area.bounding_box()["width"] / 13
    for place in (3, 12):
        area.click(position={"x": (place + 0.5) * wide, "y": 9}, force=True)
        assert epoch(page) == moons.frames[place].epoch
    page.mouse.down()
    area.hover(position={"x": 5.5 * wide, "y": 9}, force=True)
    page.mouse.up()
    area.hover(position={"x": 2, "y": 9}, force=True)
    assert epoch(page) == moons.frames[5].epoch


def test_what_was_measured_at_some_epochs_is_read_there_only(opened, tmp_path):
    def slope(history, model):
        if history.epochs % 3 == 0:
            history.setdefault("slope", []).append(float(history.epochs))
            history.setdefault("val_loss", []).append(0.5)

    model = layers.MLP([2, 3, 2], rng=0)
    data = datasets.make_moons(n=40)
    history = recorded(data, model, losses.cross_entropy, epochs=6, callbacks=[slope])
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        panel = page.get_by_role("region", name="Loss and scores")
        loss = [f"training {value:.4g}" for value in history["loss"]]
        for place, (first, second) in {
            6: (f"epoch 6: {loss[5]}, validation 0.5", "epoch 6: training 6"),
            4: (f"epoch 4: {loss[3]}", "epoch 3: training 3"),
        }.items():
            page.get_by_role("slider", name="epoch").fill(str(place))
            assert panel.locator("output").all_inner_texts() == [first, second]
            assert ("slope" in sentence(page)) == (place == 6)


# --- what the doctor saw --------------------------------------------------------------------


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
            assert len(texts) == 3
            sharpness = f"sharpness {nearest.sharpness:.4g}, limit {nearest.stability_limit:.4g}"
            overshoot = f"step {rounded(nearest.overshoot)}, bottom 0, as high 1"
            shown = [sharpness, overshoot, f"noise {rounded(nearest.noise_scale)}"]
            assert texts == [f"epoch {nearest.epoch}: {text}" for text in shown]


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
    assert (tmp_path / "page.html").stat().st_size < 1_300_000


def test_a_page_of_digits_is_small(tmp_path):
    data = datasets.load_digits()
    train, new = data.take(range(100)), data.take(range(100, 1797))
    model = layers.MLP([64, 64, 32, 10], rng=0)
    history = recorded(train, model, losses.cross_entropy, epochs=60, validation=new)
    history.save_html(tmp_path / "page.html")
    assert len(history.frames) == 61 and len(history.record.answer.points) == 1000
    assert (tmp_path / "page.html").stat().st_size < 700_000


def test_a_run_that_ends_at_once_still_has_a_page(opened, tmp_path):
    """Ctrl-C in the first epoch: a frame before training, and no loss."""

    def interrupt(y_true, y_pred):
        raise KeyboardInterrupt

    history = recorded(datasets.make_moons(n=40), layers.MLP([2, 2], rng=0), interrupt)
    history.save_html(tmp_path / "page.html")
    with opened(tmp_path / "page.html") as page:
        assert "interrupted in epoch 1" in page.locator("main").inner_text()
        chart = page.locator(f"div:has(> {CHARTS})").first
        chart.locator("svg").click()
        assert chart.locator("output").inner_text() == ""
        assert sentence(page) == "before training"
