"""The pages in a real browser, over the loaded workbench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import Visit, open_chromium, open_page, serve
from workbench.runtime import Workbench


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserContext]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(loaded: Workbench) -> Iterator[str]:
    with serve(loaded) as address:
        yield address


@pytest.fixture
def visit(chromium: BrowserContext, address: str) -> Iterator[Visit]:
    """A fresh page on a desk; the test fails when it complained or asked another host."""
    with _visit(chromium, address, 1440, 900) as visit:
        yield visit


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def visit_anywhere(request: pytest.FixtureRequest, chromium: BrowserContext, address: str) -> Iterator[Visit]:
    """The same on a desk and on a phone."""
    with _visit(chromium, address, *request.param) as visit:
        yield visit


@contextmanager
def _visit(chromium: BrowserContext, address: str, width: int, height: int) -> Iterator[Visit]:
    with open_page(chromium, width, height) as page:
        visit = Visit(page, address)
        yield visit
    assert visit.complaints == []
