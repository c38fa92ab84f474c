"""The company page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import panel as pn
from markupsafe import Markup

from db.companies import resolve, search_companies
from db.engine import Connection
from db.facts.segments import breakdowns
from db.filings.events import list_events
from db.filings.filing_index import index_begins_on, list_filings
from db.market.news import list_news
from db.market.overviews import overview_of
from db.market.prices import price_series
from db.screens.company_metrics import key_figures
from db.statements.checks import check_results
from db.statements.restatements import restatements
from workbench.domain.as_of import today
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Company
from workbench.domain.market.prices import PriceSeries
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.company.event_timeline import timeline
from workbench.pages.company.key_figures import figure_strip
from workbench.pages.company.profile_panel import profile
from workbench.pages.company.restatement_panel import SHOWN_KINDS, restatement_table
from workbench.pages.company.segment_panel import segment_tables
from workbench.pages.company.similar_panel import similar_table
from workbench.pages.company.statement_panel import StatementPanel
from workbench.pages.company.valuation_panel import ValuationPanel
from workbench.pages.frame.charts import CHART_HEIGHT, is_adjusted, price_chart
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day, href, named
from workbench.pages.frame.messages import notice, waiting
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.company_list import company_list_page
from workbench.pages.market.failed_checks import failed_checks_table
from workbench.pages.market.news_list import news_list
from workbench.runtime import Workbench
from workbench.search.similar import similar_companies

_FILINGS_SHOWN = 12
_SEGMENT_PERIODS = 5
_EVENTS_READ = 60
_SIMILAR_SHOWN = 5
_TEMPLATE = "company/page.html"
_NEWS_SHOWN = 8
# The cards in order, with their labels in the row of jump links.
_SECTIONS = {
    "statement": "Statements", "trends": "Trends", "prices": "Price", "valuation": "Valuation", "ratios": "Ratios",
    "segments": "Segments", "events": "Events", "filings": "Filings", "news": "News", "failed_checks": "Failed checks",
    "restatements": "Restated", "similar": "Similar", "profile": "Profile",
}  # fmt: skip


def company_page(workbench: Workbench, selection: Selection) -> Content:
    """One company; without a ticker the list of all, and for a part of a name the list of matches."""
    if not selection.ticker:
        return company_list_page(workbench, selection)
    with workbench.database.read() as connection:
        try:
            company = resolve(connection, selection.ticker)
        except (NotFound, InvalidIdentifier):
            # A part of a name opens the list even when only one company matches: MET is not META.
            if not search_companies(connection, selection.ticker, limit=1):
                raise
            return company_list_page(workbench, replace(selection, ticker="", q=selection.ticker))
        filings = list_filings(connection, company.cik, forms=REPORT_FORMS, as_of=selection.as_of, limit=_FILINGS_SHOWN)
        begins_on = None if filings else index_begins_on(connection, company.cik)
        events = list_events(connection, company.cik, as_of=selection.as_of, limit=_EVENTS_READ)
        news = list_news(connection, company.cik, as_of=selection.as_of, limit=_NEWS_SHOWN)
        figures = key_figures(connection, company.cik, as_of=selection.as_of)
        overview = overview_of(connection, company.cik, as_of=selection.as_of)
    statements = StatementPanel(workbench, company, selection)
    sections = {name: text for name, text in _SECTIONS.items() if name != "profile" or overview is not None}
    jumps = fragment("frame/markup.html", "jump_row", [{"name": name, "text": text} for name, text in sections.items()])
    valuation = ValuationPanel(workbench, company, selection)
    later = {name: HtmlPanel(waiting()) for name in ("segments", "restatements", "similar", "failed_checks")}
    # The height of its chart from the start, so that the cards below do not move when it is drawn.
    empty = HtmlPanel(fragment("frame/markup.html", "head", "Share price"))
    prices = pn.Column(empty, sizing_mode="stretch_width", min_height=CHART_HEIGHT)
    afterwards(*_fill(workbench, company, selection, statements, prices=prices, valuation=valuation, later=later))
    panels: dict[str, pn.viewable.Viewable] = {
        "header": HtmlPanel(
            header(company, filings, selection.as_of) + figure_strip(figures, selection) + jumps,
            on_event=statements.on_event,
        ),
        "statement": statements.table,
        "trends": statements.trends,
        "prices": prices,
        "valuation": valuation.panel,
        "ratios": statements.ratios,
        "segments": later["segments"],
        "events": HtmlPanel(timeline(events, selection)),
        "filings": HtmlPanel(filings_table(filings, selection, begins_on)),
        "news": HtmlPanel(news_list(news, selection)),
        "failed_checks": later["failed_checks"],
        "restatements": later["restatements"],
        "similar": later["similar"],
        **({"profile": HtmlPanel(profile(overview))} if overview is not None else {}),
        "sources": statements.sources,
    }
    return Content(f"{company.name} ({company.label})", panels, cards=tuple(sections), layout="company")


def _fill(
    workbench: Workbench,
    company: Company,
    selection: Selection,
    statements: StatementPanel,
    *,
    prices: pn.Column,
    valuation: ValuationPanel,
    later: dict[str, HtmlPanel],
) -> Iterator[Callable[[], None]]:
    """The steps that fill the slow cards (charts, many facts): one step a card, from the top down."""
    as_of = selection.as_of

    def show_prices(connection: Connection) -> None:
        # Adjusted closes are anchored at the last known day, so that the line ends at the traded price.
        known = price_series(connection, company.ticker, as_of=as_of or today()) if company.ticker else None
        prices.param.update(objects=_price_panels(company, known), min_height=None)

    def show_failed_checks(connection: Connection) -> None:
        results = check_results(connection, company, as_of)
        failed = [each for each in results if each.check.result == "failed"]
        checked = sum(each.check.result == "passed" for each in results) + len(failed)
        later["failed_checks"].html = failed_checks_table(failed, selection, more=f"{checked:,} checks")

    def show_segments(connection: Connection) -> None:
        # Segments have no trailing twelve months: those would need a fourth quarter, which no report gives.
        period = PeriodKind.ANNUAL if selection.period is PeriodKind.TTM else selection.period
        tables = breakdowns(connection, company, period=period, as_of=as_of, limit_periods=_SEGMENT_PERIODS)
        later["segments"].html = segment_tables(tables, selection)

    def show_similar(connection: Connection) -> None:
        similar = similar_companies(connection, workbench.embedder.model, company, as_of=as_of, limit=_SIMILAR_SHOWN)
        later["similar"].html = similar_table(similar, selection)

    def show_restatements(connection: Connection) -> None:
        restated = restatements(connection, company, as_of, kinds=SHOWN_KINDS)
        later["restatements"].html = restatement_table(restated, selection)

    def reading(show: Callable[[Connection], None]) -> None:
        with workbench.database.read() as connection:
            show(connection)

    yield statements.show_trends
    yield partial(reading, show_prices)
    yield valuation.show
    yield statements.show_ratios
    for show in (show_segments, show_failed_checks, show_restatements, show_similar):
        yield partial(reading, show)


def _price_panels(company: Company, prices: PriceSeries | None) -> list[pn.viewable.Viewable]:
    if prices is None or not prices.bars:
        reason = prices.notice if prices else f"{company.name} has no listed share class."
        return [HtmlPanel(fragment(_TEMPLATE, "no_price", reason))]
    last = prices.bars[-1]
    basis = "adjusted for splits and dividends" if is_adjusted(prices) else "as traded, not adjusted for splits"
    head = fragment(_TEMPLATE, "price_head", f"{last.close:,.2f}", day(last.traded_on), f"{prices.ticker}, {basis}")
    return [HtmlPanel(head), price_chart(prices), HtmlPanel(fragment(_TEMPLATE, "price_note", prices.notice))]


def header(company: Company, filings: list[Filing], as_of: date | None) -> Markup:
    """Name, share classes, industry and fiscal year end; and its name on `as_of` where that differs."""
    listings = [f"{listing.exchange + ': ' if listing.exchange else ''}{listing.ticker}" for listing in company.listings]
    facts = {
        "Name at the time": company.other_name_on(as_of) if as_of else None,
        "Industry": f"{company.sic_description} (SIC {company.sic})" if company.sic_description else company.sic,
        "Fiscal year end": _year_end(company.fiscal_year_end),
        "Incorporated": company.state_of_incorporation,
        "CIK": str(company.cik),
        "Latest filing": f"{filings[0].form}, {day(filings[0].filed_on)}" if filings else None,
    }
    return fragment(_TEMPLATE, "header", company.name, listings, named(facts))


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _year_end(text: str | None) -> str | None:
    if not text or len(text) != 4 or not text.isdigit() or not 1 <= int(text[:2]) <= 12:
        return None
    return f"{int(text[2:])} {_MONTHS[int(text[:2]) - 1]}"


def filings_table(filings: list[Filing], selection: Selection, begins_on: date | None = None) -> Markup:
    """The newest filings, each with a link into the reader; before `begins_on`, where their index begins, they are unknown."""
    if not filings and selection.as_of and begins_on and selection.as_of < begins_on:
        return notice("Filings are unknown.", f"The index of filings begins on {day(begins_on)}.", is_inline=True)
    if not filings:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return notice(f"No filings{until}.", "Choose a later as-of date, or ingest the company again.", is_inline=True)
    rows = [
        {
            "href": href("reader", Selection(accession=filing.accession.text, as_of=selection.as_of)),
            "form": filing.form,
            "accession": filing.accession,
            "filed": day(filing.filed_on),
            "period": day(filing.report_on) if filing.report_on else "",
            "about": _about(filing),
        }
        for filing in filings
    ]
    changes = href("changes", Selection(ticker=str(filings[0].cik), as_of=selection.as_of))
    return fragment(_TEMPLATE, "filings", rows, changes)


def _about(filing: Filing) -> str:
    if filing.items:
        return "Items " + ", ".join(filing.items)
    description = filing.description or ""
    return "" if description.strip().upper() in (filing.form.upper(), f"FORM {filing.form.upper()}") else description
