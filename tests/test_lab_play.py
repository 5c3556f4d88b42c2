"""The playground as a face of the lab: its address, own data, weights and surface, offline."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.lab import at_work, lab_file
from tests.test_playground_own import IRIS
from tinynet.classroom.lab.desk import playing

pytestmark = pytest.mark.slow  # a real browser


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return lab_file(tmp_path_factory.mktemp("lab"), {"play": playing.face()})


def test_a_lesson_by_its_address_with_own_data_weights_and_a_surface(browser, path):
    with at_work(browser, path, "#play?data=moons&hidden=2&los=mse", width=1440) as page:
        frame = page.frame_locator("iframe")
        told = frame.locator(".problem:visible")
        assert "Unknown setting 'los'; did you mean 'loss'?" in told.inner_text()

        frame.locator(".network").focus()
        page.keyboard.press("ArrowDown")
        weight = frame.locator(".weights input").first
        weight.fill("5")
        weight.press("Enter")
        frame.get_by_text(re.compile(r"unit 1 = tanh\(5 · x0")).wait_for()

        frame.get_by_text("The loss surface").click()
        frame.get_by_label("Directions of the surface").select_option("weights")
        frame.get_by_role("button", name="Draw the loss surface").click()
        frame.get_by_text("the other 10 weights and biases stay as they are now").wait_for()

        frame.get_by_text("For a class").click()
        frame.get_by_label("which data").check()
        lesson = frame.get_by_label("Address of the lesson")
        link = lesson.input_value()
        assert link.startswith(path.as_uri() + "#play?") and link.endswith("hide=data")

        page.evaluate("(hash) => { location.hash = hash; }", link.split("#")[1])
        frame.get_by_role("group", name="Network").wait_for()
        assert frame.get_by_label("Layer 1", exact=True).input_value() == "2"
        assert frame.get_by_label("Dataset").is_hidden()

        page.evaluate("() => { location.hash = '#play?data=own'; }")
        frame.locator(".key").get_by_text("B", exact=True).wait_for()
        iris = {"name": "iris.csv", "mimeType": "text/csv", "buffer": IRIS}
        frame.get_by_label("or a CSV file").set_input_files(iris)
        frame.locator(".key").get_by_text("virginica").wait_for()
        page.wait_for_url("**sepal_length_cm**")
        settings = parse_qs(urlsplit(page.url).fragment.partition("?")[2])
        assert settings["own"][0].count("\n") == 151
