"""The few pieces of markup that several views share. Every text that did not come from this project goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape

from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.pages.frame.selection import Selection


def day(value: date) -> str:
    """`30 Jun 2024`."""
    return f"{value.day} {value:%b %Y}"


def address(page: str, selection: Selection) -> str:
    """The link to a page with a selection, escaped for an attribute; relative, so that it holds behind a prefix."""
    return escape(page + selection.query())


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
    return [
        {"value": value, "text": text, "href": target, "is_current": value == current} for value, text, target in offered
    ]


def named(facts: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """What the macro `facts` lists: each value under its name; those without a value are left out there."""
    return [{"name": name, "value": value} for name, value in facts.items()]


def tag(text: str, tone: str = "") -> str:
    """A small label; `tone` is empty, `accent`, `good`, `bad` or `warn`."""
    return f'<span class="tag {tone}">{escape(text)}</span>'


def tabs(event: str, choices: Iterable[tuple[str, str, str]], current: str, label: str) -> str:
    """One choice of several as (value, label, address); each is a link that also works on its own."""
    links = (
        f'<a href="{escape(href)}" data-event="{event}" data-value="{escape(value)}"'
        f"{' aria-current=true' if value == current else ''}>{escape(text)}</a>"
        for value, text, href in choices
    )
    return f'<span class="tabs" role="group" aria-label="{escape(label)}">{"".join(links)}</span>'


def jump_row(sections: Mapping[str, str]) -> str:
    """Links that bring a card of this page into view; by the card's name, what it is called."""
    links = "".join(
        f'<a href="#{escape(name)}" data-jump="{escape(name)}">{escape(text)}</a>' for name, text in sections.items()
    )
    return f'<nav class="jumps" aria-label="On this page">{links}</nav>'


def notice(title: str, *paragraphs: str, is_inline: bool = False) -> str:
    """Says why there is nothing to see and what to do next; text between backticks is shown as code."""
    body = "".join(f"<p>{_with_code(text)}</p>" for text in paragraphs if text)
    if is_inline:
        return f'<div class="notice inline"><h2>{escape(title)}</h2>{body}</div>'
    return f'<div class="notice" role="status"><h1>{escape(title)}</h1>{body}</div>'


def problem(error: WorkbenchError) -> str:
    """One clear message for an error."""
    message = error.message[:1].upper() + error.message[1:]
    hint = error.hint or ""
    return notice(message.rstrip(".") + ".", hint[:1].upper() + hint[1:] + ("." if hint and hint[-1] not in ".?" else ""))


def _with_code(text: str) -> str:
    parts = text.split("`")
    return "".join(f"<code>{escape(part)}</code>" if place % 2 else escape(part) for place, part in enumerate(parts))
