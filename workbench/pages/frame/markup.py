"""What templates of several pages are given: links, choices and named values. Templates escape them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workbench.domain.identity import Company
from workbench.pages.frame.selection import Selection


def day(value: date) -> str:
    """`30 Jun 2024`."""
    return f"{value.day} {value:%b %Y}"


def href(page: str, selection: Selection) -> str:
    """The link to a page with a selection; relative, so that it holds behind a prefix."""
    return page + selection.query()


def key(company: Company) -> str:
    """What stands for the company in an address: its ticker, or its CIK where it has none."""
    return company.ticker.symbol if company.ticker else str(company.cik)


def company_link(company: Company, selection: Selection) -> dict[str, str]:
    """The company as a template links it: its page on the selection's as-of date, its ticker or name, its whole name."""
    target = Selection(ticker=key(company), as_of=selection.as_of)
    return {"href": href("company", target), "label": company.label, "name": company.name}


def choices(offered: Iterable[tuple[str, str, str]], current: str) -> list[dict[str, object]]:
    """What the tabs of a template show, of (value, label, address) each, with whether it is the current one."""
    return [{"value": value, "text": text, "href": target, "is_current": value == current} for value, text, target in offered]


def named(facts: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """What the macro `facts` lists: each value under its name; those without a value are left out there."""
    return [{"name": name, "value": value} for name, value in facts.items()]
