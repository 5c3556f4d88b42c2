"""Pages in a real browser, without a network: what they ask for and complain about is a failure."""

import contextlib
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextlib.contextmanager
def launched():
    """A browser; where there is none, the test is skipped, and says what to install."""
    reason = "python -m pip install playwright, and a chromium: pages are tested in it"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(reason)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program)
        yield browser
        browser.close()


def watched(page, complaints, requests):
    """The page, which from now on writes down what it complains of and what it asks for."""
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    return page


@contextlib.contextmanager
def opened(browser, path, width=1280, height=800, scheme="light", fragment=""):
    """A Playwright page that shows a file from disk, offline; no error and no request may come."""
    complaints, requests = [], []
    size = {"width": width, "height": height}
    with browser.new_context(viewport=size, color_scheme=scheme, offline=True) as context:
        page = watched(context.new_page(), complaints, requests)
        page.goto(path.as_uri() + fragment)
        yield page
    assert complaints == []
    assert [url for url in requests if not url.startswith(("data:", "blob:", path.as_uri()))] == []
