"""Notebooks for real: a kernel runs one, and JupyterLab shows it in a browser.

Untrusted, as a downloaded notebook is; trusted; and saved and opened again.
"""

import contextlib

import pytest

from tests import notebooks

pytestmark = pytest.mark.slow  # a real browser, and a server
FRAMED = ("graph", "again", "recorded")
WAIT = 120_000  # milliseconds, for a machine that is busy


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    return folder, notebooks.executed(folder)


@pytest.fixture(scope="module")
def lab(executed):
    """The address at which JupyterLab shows the two notebooks."""
    folder, _ = executed
    notebooks.setting(folder, "apputils-extension/notification", fetchNews="false")
    with notebooks.lab(folder) as address:
        notebooks.trust(folder / "trusted.ipynb")
        yield f"{address}/tree"


@contextlib.contextmanager
def opened(browser, lab, name, **options):
    """A notebook in JupyterLab, once its first table is there."""
    with browser.new_context(viewport={"width": 1280, "height": 1000}, **options) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{lab}/{name}.ipynb?reset")
        page.wait_for_selector(".jp-OutputArea-output table")
        yield page


def cell(page, name):
    """The output of a cell, in view."""
    found = page.locator(".jp-CodeCell").nth(list(notebooks.CELLS).index(name))
    found.evaluate("(cell) => cell.scrollIntoView()")
    output = found.locator(".jp-OutputArea-output").first
    output.wait_for()
    return output


def pictures(output):
    """The natural widths of the visible pictures of an output."""
    return output.locator("img:visible").evaluate_all(
        "(images) => Promise.all(images.map(async (i) => (await i.decode(), i.naturalWidth)))"
    )


# --- the kernel -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["axes", "figure", "in the middle", "show", "given"])
def test_a_picture_appears_once(executed, name):
    outputs = executed[1][name]
    assert [output.output_type for output in outputs if "image/png" in output.data] == [
        "execute_result" if name in ("axes", "figure") else "display_data"
    ]


def test_nothing_goes_wrong_and_what_is_html_is_shown_once(executed):
    for name, outputs in executed[1].items():
        assert not [o for o in outputs if o.output_type in ("error", "stream")], name
    for name in ("model", "data", "history", "loss function", "loss", *FRAMED):
        [output] = executed[1][name]
        assert {*output.data} == {"text/html", "text/plain"}


def test_after_a_cell_that_ends_with_loss_the_graph_calls_it_loss(executed):
    assert "Step by step: loss" in executed[1]["graph"][0].data["text/html"]


# --- JupyterLab -----------------------------------------------------------------------------


def test_untrusted_a_still_and_how_to_get_the_controls_stand_for_each_page(browser, lab):
    with opened(browser, lab, "untrusted") as page:
        for name in FRAMED:
            output = cell(page, name)
            assert output.locator("iframe").count() == 0
            assert "trust the notebook" in output.inner_text()
            assert [width > 250 for width in pictures(output)] == [True]
        for name in ("data", "history", "loss function"):
            assert [width > 400 for width in pictures(cell(page, name))] == [True]


@pytest.mark.parametrize("again", [False, True], ids=["trusted", "saved and opened again"])
def test_trusted_the_pages_work_and_no_still_is_seen(browser, lab, again):
    with opened(browser, lab, "trusted") as page:
        if again:
            page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})
            with page.expect_response(lambda response: response.request.method == "PUT"):
                page.keyboard.press("Control+S")
            page.reload()
            page.wait_for_selector(".jp-OutputArea-output table")
        for name in FRAMED:
            output = cell(page, name)
            assert pictures(output) == []
            assert not output.get_by_text("still picture").is_visible()
            assert ("Training on" if name == "recorded" else "Step") in last(output, name)
        boxes = [cell(page, n).locator("iframe").bounding_box() for n in FRAMED[:2]]
        assert all(box["width"] > 500 and box["height"] > 500 for box in boxes)


def last(output, name):
    """What a page says at its last step, or as it opens, at the last epoch."""
    frame = output.locator("iframe").content_frame
    if name == "recorded":
        return frame.locator("#page").inner_text()
    frame.get_by_label("last step").click()
    return frame.locator(".where").inner_text()


def test_the_wheel_scrolls_the_notebook_past_a_graph(browser, lab):
    with opened(browser, lab, "trusted") as page:
        frame = cell(page, "graph").locator("iframe").content_frame
        content = frame.locator(".sheet > g")
        before = content.get_attribute("transform")
        frame.locator(".sheet").hover()
        page.mouse.wheel(0, 200)
        page.wait_for_timeout(500)
        assert content.get_attribute("transform") == before
