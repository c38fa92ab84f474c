"""The first page: the companies that the visitor follows, their next reports, and what is new about them.

The first answer shows the visitor's first watchlist; the browser asks the API for the lists again when one was changed.
Visitors who follow no company see what is new about all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from panel.viewable import Viewable

from db.alerts.watchlists import readable_watchlist, readable_watchlists
from db.companies import get_companies
from db.engine import Connection
from db.filings.expected_reports import expected_reports
from db.market.movers import movers
from db.screens.company_list import years_of_revenue
from db.screens.company_metrics import KeyFigures, key_figures
from workbench.domain.amounts import by_unit
from workbench.domain.as_of import today
from workbench.domain.filings.expected import ExpectedReport
from workbench.domain.identity import Cik, Company
from workbench.domain.market.movers import Mover, Span
from workbench.domain.rights.roles import Permission
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.alerts.page import inbox_of
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, company_link, day, href, key
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.home.sections import HORIZON, SECTIONS, Scope, drawn
from workbench.pages.home.tour import tour
from workbench.pages.market.company_list import revenue_trend
from workbench.runtime import Workbench

_TEMPLATE = "home/page.html"
_WATCHED = 30
_NOTICES = 8


def home_page(workbench: Workbench, selection: Selection) -> Content:
    """First steps, watchlist, expected reports, inbox, and what is new about the companies."""
    panel = HomePanel(workbench, selection)
    with workbench.database.read() as connection:
        steps = tour(connection) if selection.as_of is None else None
    panels: dict[str, Viewable] = {"tour": HtmlPanel(steps)} if steps is not None else {}
    panels |= panel.parts
    return Content("Home", panels, cards=tuple(panels), layout="halves")


class HomePanel:
    """The cards of the page, drawn for all companies and then for those of the chosen watchlist."""

    def __init__(self, workbench: Workbench, selection: Selection) -> None:
        self._workbench = workbench
        self._selection = selection
        self._lists: list[str] = []
        self._list = ""
        self._members: dict[str, list[Cik]] = {}
        self._visitor = visitor()
        names = ("watchlist", "calendar", "inbox", *(name for name in SECTIONS if name != "calendar"))
        self.parts = {name: HtmlPanel(on_event=self._on_event) for name in names}
        self.parts["inbox"].html = self._inbox()
        self._read_lists()
        self._show()

    def _read_lists(self) -> None:
        """The visitor's lists and the companies of the first, so that the first answer shows them already."""
        with self._workbench.database.read() as connection:
            self._lists = list(dict.fromkeys(each.name for each in readable_watchlists(connection, self._visitor)))
            if self._lists:
                self._list = self._lists[0]
                self._members[self._list] = readable_watchlist(connection, self._visitor, self._list)[1]

    def _on_event(self, name: str, value: str) -> None:
        if name == "read":
            self.parts["inbox"].html = self._inbox()
            return
        before = self._lists, self._list, self._members.get(self._list)
        if name == "watchlists":
            self._lists = [each["name"] for each in json.loads(value)["watchlists"]]
            if self._list not in self._lists:
                self._list = self._lists[0] if self._lists else ""
        elif name == "members":
            answer = json.loads(value)
            self._members[answer["name"]] = [Cik(each["cik"]) for each in answer["companies"]]
        elif name == "list" and value in self._lists:
            self._list = value
        if before != (self._lists, self._list, self._members.get(self._list)):
            self._show()

    def _inbox(self) -> Markup:
        return inbox_of(self._workbench, self._visitor, _NOTICES)

    def _show(self) -> None:
        scope = Scope(self._members.get(self._list, []), self._list, self._selection)
        for name, section in {"watchlist": self._watchlist, **SECTIONS}.items():
            self.parts[name].html = drawn(self._workbench.database, name, section, scope)

    def _watchlist(self, connection: Connection, scope: Scope) -> Markup:
        followed = scope.ciks
        may_change = self._visitor.may(Permission.WATCHLISTS_WRITE)
        offered = [(each, each, href("home", self._selection)) for each in self._lists]
        more = f"The first {_WATCHED} of {len(followed)}." if len(followed) > _WATCHED else ""
        return fragment(
            _TEMPLATE,
            "watchlist",
            self._list,
            choices(offered, self._list),
            _watched(connection, followed[:_WATCHED], self._selection) if followed else [],
            more,
            self._selection.as_of is None and may_change,
            may_change,
        )


def _watched(connection: Connection, followed: Sequence[Cik], selection: Selection) -> list[dict[str, Any]]:
    known_on, as_of = selection.as_of or today(), selection.as_of
    moves = movers(connection, span=Span.DAY, ciks=followed, as_of=as_of)
    by_cik = {move.company.cik: move for move in moves if move.is_news_on(known_on)}
    next_report: dict[Cik, ExpectedReport] = {}
    for each in expected_reports(connection, ciks=followed, as_of=as_of, within=HORIZON):
        next_report.setdefault(each.cik, each)
    years = years_of_revenue(connection, followed, as_of)
    return [
        watched_row(
            company, by_cik.get(company.cik), next_report.get(company.cik),
            key_figures(connection, company.cik, as_of=as_of), selection,
        ) | {"trend": revenue_trend(years[company.cik]) if company.cik in years else None}
        for company in get_companies(connection, followed)
    ]  # fmt: skip


def watched_row(
    company: Company, move: Mover | None, report: ExpectedReport | None, figures: Sequence[KeyFigures], selection: Selection
) -> dict[str, Any]:
    """A row of the watchlist: last close with its change, growth of revenue, and next report; a dash where unknown."""
    bases = {each.basis: each for each in figures if "revenue_growth" in each.values}
    newest = bases.get(PeriodKind.TTM) or bases.get(PeriodKind.ANNUAL)
    return {
        "company": company_link(company, selection),
        "key": key(company),
        "close": f"{move.close:,.2f}" if move else "–",
        "change": f"{move.change_pct:+.2f}%" if move else "–",
        "direction": ("up" if move.change_pct > 0 else "down" if move.change_pct < 0 else "") if move else "",
        "basis": f"{day(move.from_on)} to {day(move.to_on)}, {move.source}" if move else "",
        "growth": by_unit(newest.values["revenue_growth"], "pct") if newest else "–",
        "period": newest.period_label if newest else "",
        "expected": f"{report.form}, {day(report.expected_on)}" if report else "–",
    }
