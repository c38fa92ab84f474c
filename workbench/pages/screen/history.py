"""The history of a screen as a table of month ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.identity import Cik, Company
from workbench.domain.screens.screen_history import ScreenHistory, ScreenMonth
from workbench.pages.frame.markup import choices, company_link, day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

HISTORY = "history"
_TEMPLATE = "screen/page.html"
_SPANS = {"": ("1 y", 12), "3y": ("3 y", 36), "5y": ("5 y", 60)}


def months_of(selection: Selection) -> int:
    """How many month ends the history has: those of a year unless `span` is 3y or 5y."""
    return _SPANS.get(selection.span, _SPANS[""])[1]


def history_table(history: ScreenHistory, companies: Sequence[Company], selection: Selection) -> Markup:
    """One row a month end, the newest first: how many pass, who entered and left, and the return until the next."""
    by_cik = {company.cik: company for company in companies}
    offered = [(value, label, href("screen", replace(selection, span=value))) for value, (label, _) in _SPANS.items()]
    spans = choices(offered, selection.span if selection.span in _SPANS else "")
    if not companies:
        message = notice("No company matches at any of these month ends.", "Remove a filter.", is_inline=True)
        return fragment(_TEMPLATE, "history", spans, [], "", message)
    months = [_month(month, by_cik, selection) for month in reversed(history.months)]
    return fragment(_TEMPLATE, "history", spans, months, _compounded(history), Markup())


def _compounded(history: ScreenHistory) -> str:
    whole = history.compounded_pct
    first, last = history.months[0].day, history.months[-1].day
    if whole is None:
        return "Returns are not known for every month."
    return f"Held equally from month to month: {whole:+.1f}% from {day(first)} to {day(last)}."


def _month(month: ScreenMonth, by_cik: Mapping[Cik, Company], selection: Selection) -> dict[str, Any]:
    target = replace(selection, view="", span="", as_of=month.day, offset=0)
    known = Selection(as_of=month.day)

    def links(ciks: Iterable[Cik]) -> list[dict[str, str]]:
        return [company_link(by_cik[cik], known) for cik in sorted(ciks) if cik in by_cik]

    passing = len(month.members.passing)
    return {
        "href": href("screen", target),
        "day": day(month.day),
        "matched": f"{passing:,}",
        "undecided": f"{len(month.members.undecided):,}",
        "entered": links(month.entered),
        "left": links(month.left),
        "result": f"{month.return_pct:+.2f}%" if month.return_pct is not None else "–",
        "priced": f"{month.priced:,} of {passing:,} priced" if month.until is not None and month.priced < passing else "",
    }
