"""Values for the templates of several pages: links, choices and named values. Templates escape them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workbench.domain.identity import Company
from workbench.pages.frame.selection import Selection


def day(value: date) -> str:
    """`30 Jun 2024`."""
    return f"{value.day} {value:%b %Y}"


def words(name: str) -> str:
    """A name of code for people: `company_review` is Company review."""
    return name.replace("_", " ").capitalize()


def href(page: str, selection: Selection) -> str:
    """The link to a page with a selection; relative, so that it works behind a URL prefix."""
    return page + selection.query()


def key(company: Company) -> str:
    """The company in an address: its ticker, or its CIK if it has none."""
    return company.ticker.symbol if company.ticker else str(company.cik)


def company_link(company: Company, selection: Selection) -> dict[str, str]:
    """A company link for templates: the address of its page on the as-of date, its label, and its names."""
    target = Selection(ticker=key(company), as_of=selection.as_of)
    names = {"name": company.display_name, "legal_name": company.name}
    return {"href": href("company", target), "label": company.label, **names}


def choices(offered: Iterable[tuple[str, str, str]], current: str) -> list[dict[str, object]]:
    """The choices of tabs or options from (value, label, address), each marked if it is the current one."""
    return [{"value": value, "text": text, "href": target, "is_current": value == current} for value, text, target in offered]


def named(facts: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """Names and values for the macro `facts`, which leaves out those without a value."""
    return [{"name": name, "value": value} for name, value in facts.items()]
