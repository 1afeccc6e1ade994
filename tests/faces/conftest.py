"""A browser for the tests of pages, and pages in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.faces import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    """One running browser for all tests of a file; they skip where none is installed."""
    executable = browser.chromium()
    if executable is None:
        pytest.skip("no chromium: apt install chromium")
    with browser.running(executable) as running:
        yield running


@pytest.fixture
def page(chromium: browser.Browser) -> Iterator[browser.Page]:
    """An empty page of 1280 x 720."""
    opened = chromium.page()
    yield opened
    opened.close()
