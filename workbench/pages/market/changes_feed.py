"""What changed most in the risk factors and the discussion of the newest reports, over all companies or a watchlist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from db.companies import get_companies
from db.filings.change_lists import latest_changes
from workbench.domain.filings.changes import ChangedItem, ChangeKind
from workbench.domain.identity import Cik, Company
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import company_link, day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.market.chosen_companies import watchlist_choices, watchlist_members
from workbench.runtime import Workbench

_TEMPLATE = "market/changes_feed.html"
_SHOWN = 20
_TITLES = {"1A": "Risk factors", "II-1A": "Risk factors", "7": "Management's discussion", "I-2": "Management's discussion"}
_TONES = {ChangeKind.ADDED: "good", ChangeKind.REMOVED: "bad", ChangeKind.REWORDED: "accent"}


def changes_feed(workbench: Workbench, selection: Selection) -> Content:
    """The latest changed items, each with its weightiest changes and a link to all of them."""
    caller = visitor()
    with workbench.database.read() as connection:
        tabs = watchlist_choices(connection, "changes", selection, caller)
        ciks = watchlist_members(connection, selection.watchlist, caller) if selection.watchlist else None
        items = latest_changes(connection, ciks=ciks, as_of=selection.as_of, limit=_SHOWN + 1, offset=selection.offset)
        names = names_of(get_companies(connection, sorted({each.cik for each in items}, key=lambda cik: cik.number)))
    back = href("changes", replace(selection, offset=max(0, selection.offset - _SHOWN))) if selection.offset else ""
    on = href("changes", replace(selection, offset=selection.offset + _SHOWN)) if len(items) > _SHOWN else ""
    rows = changed_rows(items[:_SHOWN], names, selection)
    html = fragment(_TEMPLATE, "page", tabs, rows, back, on, nothing(selection))
    return Content("Changes", {"feed": HtmlPanel(html)}, cards=("feed",), layout="narrow")


def names_of(companies: Sequence[Company]) -> dict[Cik, Company]:
    """The companies by CIK."""
    return {company.cik: company for company in companies}


def nothing(selection: Selection) -> Markup:
    """The message of an empty feed."""
    until = f" by {day(selection.as_of)}" if selection.as_of else ""
    text = "Reports are compared with the one before by the job `metrics`, once the text of both is here."
    return notice(f"No report was compared{until}.", text, is_inline=True)


def changed_rows(items: Sequence[ChangedItem], names: Mapping[Cik, Company], selection: Selection) -> list[dict[str, Any]]:
    """Rows for the template: company, report, item, and its weightiest changes."""
    return [_row(each, names[each.cik], selection) for each in items if each.cik in names]


def _from_a_word(text: str) -> str:
    """The text of a change, which may begin within a sentence: then after an ellipsis, without the mark before its first word.

    >>> _from_a_word(", and one of them told us")
    '… and one of them told us'
    """
    words = text.lstrip(" ,;:.)")
    return text if words == text and not words[:1].islower() else f"… {words}"


def _row(item: ChangedItem, company: Company, selection: Selection) -> dict[str, Any]:
    pair = Selection(ticker=key(company), item=item.item, from_=item.old.text, to=item.new.text, as_of=selection.as_of)
    return {
        "company": company_link(company, selection),
        "title": _TITLES.get(item.item, f"Item {item.item}"),
        "report": f"{item.form} of {day(item.filed_on)}",
        "href": href("changes", pair),
        "share": f"{item.changed_ratio:.0%} of the words differ",
        "count": f"{item.count} change{'s' if item.count != 1 else ''}",
        "notable": [
            {"kind": each.kind.value, "tone": _TONES.get(each.kind, ""), "text": _from_a_word(each.text)}
            for each in item.notable
        ],
    }
