"""Every page, by axe-core: contrast, names, landmarks, what a screen reader and a keyboard need."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import Visit
from tests.loaded import ACCESSION

pytestmark = pytest.mark.browser

_PATHS = (
    "home",
    "company",
    "company?ticker=AAPL&as_of=2013-03-01&figure=pe%402013-03-01",
    "compare?ticker=AAPL&measure=revenue,net_margin&as_of=2024-12-31",
    "screen?where=revenue%20%3E%201B&as_of=2024-12-31",
    "search?q=harvest",
    "company?ticker=AAPL&as_of=2024-12-31&figure=revenue%402024-09-28",
    "company?ticker=AAPL&as_of=2024-12-31&tab=quality",
    f"reader?accession={ACCESSION}&q=orchard",
    "changes?ticker=AAPL",
    "market",
    "audit",
    "restatements?ticker=AAPL",
    "reports",
    "reports?notebook=company_review",
    "docs?document=statuses",
    "docs?q=restated",
    "alerts",
    "operations",
    "audit-trail",
    "company?ticker=ZZZZ",
)
_PLAIN_PATHS = ("account", "sign-in", "sign-in/forgotten", "sign-out")


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe-core finds by all rules or only by `rules`: impact, rule, element and why, one line each."""
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]} {' '.join(node['failureSummary'].split())}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def check(page: Page) -> None:
    """Checks the page in the light theme by all rules and in the dark one by those that colours decide."""
    page.evaluate(_axe())
    found = findings(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += findings(page, "color-contrast", "link-in-text-block")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", _PATHS)
def test_nothing_is_found_on_a_page(visit: Visit, path: str) -> None:
    visit.open(path)
    visit.page.wait_for_load_state("networkidle")
    check(visit.page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_found_on_a_page_without_scripts(visit: Visit, theme: str) -> None:
    visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for path in _PLAIN_PATHS:
        visit.page.goto(f"{visit.address}/{path}")
        visit.page.evaluate(_axe())
        found = findings(visit.page)
        assert not found, "\n".join([path, *found])
