"""What several files of tests share: a browser, and pages opened in it."""

import functools

import pytest

from tests import browser as browsers


@pytest.fixture(scope="module")
def browser():
    with browsers.launched() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """Opens a page; see `tests.browser.opened`."""
    return functools.partial(browsers.opened, browser)
