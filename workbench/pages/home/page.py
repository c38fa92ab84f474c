"""The first page: the companies that the visitor follows, their next reports, and what is new about them.

Only the API knows who is signed in: the browser asks it for the watchlists, and this page shows the answers. Until then, and
for visitors who follow no company, it shows what is new about all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from panel.viewable import Viewable

from db.companies import get_companies
from db.engine import Connection
from db.filings.change_lists import latest_changes
from db.filings.events import latest_events
from db.filings.expected_reports import expected_reports
from db.filings.filing_index import latest_filings
from db.market.movers import movers
from db.market.news import latest_news
from db.screens.company_metrics import KeyFigures, key_figures
from workbench.domain.amounts import by_unit
from workbench.domain.as_of import today
from workbench.domain.filings.expected import ExpectedReport
from workbench.domain.filings.filing import REPORT_FORMS
from workbench.domain.identity import Cik, Company
from workbench.domain.market.movers import Mover, Span
from workbench.domain.rights.roles import Permission
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.alerts.page import inbox_of
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, company_link, day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.home.tour import tour
from workbench.pages.market.changes_feed import changed_rows, nothing
from workbench.pages.market.news_list import news_list
from workbench.pages.market.page import event_feed, filing_feed, mover_tables
from workbench.runtime import Workbench

_TEMPLATE = "home/page.html"
_WATCHED = 30
_EXPECTED = 10
_NEWS = 8
_ROWS = 12
_NOTICES = 8
_CHANGED = 4
_FEED = "market/changes_feed.html"
_HORIZON = timedelta(days=45)


def home_page(workbench: Workbench, selection: Selection) -> Content:
    """First steps, watchlist, expected reports, filings, events, price moves and news."""
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
        names = ("watchlist", "calendar", "inbox", "news", "changes", "filings", "events", "movers")
        self.parts = {name: HtmlPanel(on_event=self._on_event) for name in names}
        self.parts["inbox"].html = inbox_of(workbench, self._visitor, _NOTICES)
        self._show()

    def _on_event(self, name: str, value: str) -> None:
        if name == "read":
            self.parts["inbox"].html = inbox_of(self._workbench, self._visitor, _NOTICES)
            return
        if name == "watchlists":
            self._lists = [each["name"] for each in json.loads(value)["watchlists"]]
            if self._list not in self._lists:
                self._list = self._lists[0] if self._lists else ""
        elif name == "members":
            answer = json.loads(value)
            self._members[answer["name"]] = [Cik(each["cik"]) for each in answer["companies"]]
        elif name == "list" and value in self._lists:
            self._list = value
        else:
            return
        self._show()

    def _show(self) -> None:
        followed = self._members.get(self._list, [])
        as_of = self._selection.as_of
        with self._workbench.database.read() as connection:
            filings = latest_filings(connection, ciks=followed, forms=REPORT_FORMS, as_of=as_of, limit=_ROWS)
            events = latest_events(connection, ciks=followed, as_of=as_of, limit=_ROWS)
            changed = latest_changes(connection, ciks=followed or None, as_of=as_of, limit=_CHANGED)
            news = latest_news(connection, ciks=followed, as_of=as_of, limit=_NEWS)
            expected = expected_reports(connection, ciks=followed, as_of=as_of, within=_HORIZON)
            moves = movers(connection, span=Span.DAY, ciks=followed, as_of=as_of)
            ciks = (
                {each.cik for each in changed}
                | {each.cik for each in filings}
                | {each.cik for each in events}
                | {each.cik for each in expected}
            )
            names = _names(connection, ciks | {each.cik for one in news for each in one.mentions})
            watched = self._watched(connection, followed, moves, expected)
        may_change = self._visitor.may(Permission.WATCHLISTS_WRITE)
        offered = [(each, each, href("home", self._selection)) for each in self._lists]
        more = f"The first {_WATCHED} of {len(followed)}." if len(followed) > _WATCHED else ""
        self.parts["watchlist"].html = fragment(
            _TEMPLATE,
            "watchlist",
            self._list,
            choices(offered, self._list),
            watched,
            more,
            as_of is None and may_change,
            may_change,
        )
        self.parts["calendar"].html = calendar(expected[:_EXPECTED], names, self._selection)
        rows = changed_rows(changed, names, self._selection)
        more = href("changes", Selection(as_of=as_of, watchlist=self._list if followed else ""))
        self.parts["changes"].html = fragment(_FEED, "card", rows, more, nothing(self._selection))
        self.parts["filings"].html = filing_feed(filings, names, self._selection)
        self.parts["events"].html = event_feed(events, names, self._selection)
        self.parts["movers"].html = mover_tables(moves, Span.DAY, self._selection)
        self.parts["news"].html = news_list(news, self._selection, names)

    def _watched(
        self, connection: Connection, followed: Sequence[Cik], moves: Sequence[Mover], expected: Sequence[ExpectedReport]
    ) -> list[dict[str, Any]]:
        known_on = self._selection.as_of or today()
        by_cik = {move.company.cik: move for move in moves if move.is_news_on(known_on)}
        next_report: dict[Cik, ExpectedReport] = {}
        for each in expected:
            next_report.setdefault(each.cik, each)
        companies = get_companies(connection, followed[:_WATCHED]) if followed else []
        return [
            watched_row(
                company, by_cik.get(company.cik), next_report.get(company.cik),
                key_figures(connection, company.cik, as_of=self._selection.as_of), self._selection,
            )
            for company in companies
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


def calendar(expected: Sequence[ExpectedReport], names: Mapping[Cik, Company], selection: Selection) -> Markup:
    """The reports expected next, each with the filing of a year before that the day follows from."""
    rows = [
        {
            "company": company_link(names[each.cik], selection),
            "form": each.form,
            "expected": day(each.expected_on),
            "basis": f"Filed on {day(each.filed_before_on)} a year before",
            "href": href("reader", Selection(accession=each.before.text, as_of=selection.as_of)),
        }
        for each in expected
        if each.cik in names
    ]
    text = "Days follow from the filings of a year before. The page of companies loads newer filings."
    message = notice(f"No report is expected within {_HORIZON.days} days.", text, is_inline=True)
    return fragment(_TEMPLATE, "calendar", rows, message)


def _names(connection: Connection, ciks: set[Cik]) -> dict[Cik, Company]:
    ordered = sorted(ciks, key=lambda cik: cik.number)
    return {company.cik: company for company in get_companies(connection, ordered)} if ordered else {}
