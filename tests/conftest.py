"""What several files of tests share: a browser, and pages opened in it."""

import functools
import gc
import os

import pytest

from tests import browser as browsers

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy: each core has its own process


def pytest_collection_finish():
    """What exists by now stays to the end: no collection of garbage need look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser():
    with browsers.launched() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """Opens a page; see `tests.browser.opened`."""
    return functools.partial(browsers.opened, browser)
