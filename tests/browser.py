"""Pages in a real browser, without a network: what they ask for and complain about is a failure."""

import base64
import contextlib
import functools
import hashlib
import re
import shutil
from pathlib import Path

import pytest

import tinynet

NAMES = ("chromium", "chromium-browser", "google-chrome")
WINDOWS_1252 = [bytes([i]).decode("cp1252", "ignore") or chr(i) for i in range(256)]


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


@functools.cache
def misread():
    """Digests of tinynet's scripts, each read as Windows-1252.

    On a busy machine, and rarely, Chromium looks ahead in a page before it knows that it is in
    UTF-8, and says that the policy forbids such a script. The page then runs as it is.
    """
    scripts = [path.read_bytes() for path in Path(tinynet.__file__).parent.rglob("*.js")]
    texts = ["\n" + "".join(WINDOWS_1252[byte] for byte in script) for script in scripts]
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return {base64.b64encode(digest).decode() for digest in digests}


def watched(page, complaints, requests):
    """The page, which from now on writes down what it complains of and what it asks for."""

    def heard(message):
        blamed = re.search(r"^Executing inline script .*a hash \('sha256-(.*?)'\)", message.text)
        if not (blamed and blamed[1] in misread()):
            complaints.append(message.text)

    page.on("console", heard)
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
