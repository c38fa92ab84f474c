"""The market page: filings, events, price moves, news and failed checks of all companies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import panel as pn
from markupsafe import Markup

from db.companies import get_companies
from db.engine import Connection
from db.filings.events import latest_events
from db.filings.filing_index import latest_filings
from db.market.movers import movers
from db.market.news import latest_news
from db.statements.checks import checks_of
from workbench.domain.as_of import today
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.events import EventOpening, MarketEvent
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.market.movers import Mover, Span
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.labels import filing_subject
from workbench.pages.frame.markup import choices, company_link, day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import hidden_fields
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.market.chosen_companies import chosen_companies, watchlist_choices
from workbench.pages.market.failed_checks import failed_checks_table
from workbench.pages.market.news_list import news_list
from workbench.runtime import Workbench

_ROWS = 20
_MOVERS = 8
_FAILED_CHECKS = 12
_PRICES = "The job `prices` loads them once a key is set on the page Settings; `workbench prices TICKER` loads them now."
_TEMPLATE = "market/page.html"
_FORMS = ("all", "10-K", "10-Q", "8-K", "20-F", "6-K", "DEF 14A", "S-1", "4", "13F-HR", "SC 13G")
_SPANS = {Span.DAY: "Day", Span.WEEK: "Week", Span.MONTH: "Month", Span.YEAR: "Year"}

Names = Mapping[Cik, Company]


def market_page(workbench: Workbench, selection: Selection) -> Content:
    """Latest filings, events, price moves, news and failed checks, of all companies or of those in the filter."""
    span = _span(selection.span)
    forms = _forms(selection.form)
    as_of = selection.as_of
    with workbench.database.read() as connection:
        chosen = chosen_companies(connection, selection, visitor())
        lists = watchlist_choices(connection, "market", selection, visitor())
        ciks = [company.cik for company in chosen]
        filings = latest_filings(connection, ciks=ciks, forms=forms, as_of=as_of, limit=_ROWS + 1, offset=selection.offset)
        events = latest_events(connection, ciks=ciks, as_of=as_of, limit=_ROWS)
        news = latest_news(connection, ciks=ciks, as_of=as_of, limit=_ROWS // 2)
        moves = movers(connection, span=span, ciks=ciks, as_of=as_of)
        names = _names(connection, filings, events, (mention.cik for each in news for mention in each.mentions))
        failed_checks = _failed_checks(connection, chosen, selection)
    panels: dict[str, pn.viewable.Viewable] = {
        "query": HtmlPanel(_form(selection, lists)),
        "filings": HtmlPanel(filing_feed(filings, names, selection)),
        "events": HtmlPanel(event_feed(events, names, selection)),
        "movers": HtmlPanel(mover_tables(moves, span, selection)),
        "news": HtmlPanel(news_list(news, selection, names)),
        "failed_checks": HtmlPanel(failed_checks),
    }
    return Content("Market", panels, cards=("filings", "events", "movers", "news", "failed_checks"), layout="halves")


def _failed_checks(connection: Connection, chosen: Sequence[Company], selection: Selection) -> Markup:
    if selection.as_of is not None:
        text = "The list shows checks that fail on the facts known today. A company's page shows its checks as of any date."
        message = notice("Failed checks are shown as of now only.", text, is_inline=True)
        return fragment(_TEMPLATE, "empty", "Failed checks", "", message)
    companies: Sequence[Company | None] = chosen or (None,)
    groups = [checks_of(connection, company, limit=_FAILED_CHECKS) for company in companies]
    checks = sorted((each for group in groups for each in group), key=lambda each: each.check.period_end, reverse=True)
    return failed_checks_table(
        checks, selection, has_company=True, limit=_FAILED_CHECKS, more="Statements that do not tie out."
    )


def _names(connection: Connection, filings: Sequence[Filing], events: Sequence[MarketEvent], others: Iterable[Cik]) -> Names:
    ciks = {filing.cik for filing in filings} | {event.cik for event in events} | set(others)
    ordered = sorted(ciks, key=lambda cik: cik.number)
    return {company.cik: company for company in get_companies(connection, ordered)} if ordered else {}


def _forms(text: str) -> tuple[str, ...]:
    """The forms to show: by default reports, events and proxies; empty for `all`."""
    named = tuple(form for form in re.split(r"\s*,\s*", text.strip()) if form)
    return () if text.strip().lower() == "all" else named or REPORT_FORMS


def _span(text: str) -> Span:
    try:
        return Span(text or "day")
    except ValueError:
        raise InvalidRequest(f"span must be one of {', '.join(Span)}, not {text!r}") from None


def _form(selection: Selection, lists: Sequence[Mapping[str, Any]]) -> Markup:
    hidden = hidden_fields(replace(selection, ticker="", form="", offset=0))
    clear = href("market", Selection(as_of=selection.as_of)) if selection.ticker or selection.form else ""
    return fragment(_TEMPLATE, "form", hidden, selection.ticker, selection.form, _FORMS, clear, lists)


def filing_feed(filings: Sequence[Filing], names: Names, selection: Selection) -> Markup:
    """The newest filings, each with a link into the reader; an extra row after the page size means there is a next page."""
    if not filings:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        message = notice(f"No such filings{until}.", "Remove a filter, or choose a later as-of date.", is_inline=True)
        return fragment(_TEMPLATE, "empty", "Latest filings", "", message)
    rows = [
        {
            "filed": day(filing.filed_on),
            "company": _company(names, filing.cik, selection),
            "cik": filing.cik,
            "href": href("reader", Selection(accession=filing.accession.text, as_of=selection.as_of)),
            "form": filing.form,
            "about": filing_subject(filing),
        }
        for filing in filings[:_ROWS]
    ]
    return fragment(_TEMPLATE, "filings", rows, *_pager(len(filings) > _ROWS, selection))


def event_feed(
    events: Sequence[MarketEvent],
    names: Names,
    selection: Selection,
    openings: Mapping[tuple[Accession, str], EventOpening] | None = None,
) -> Markup:
    """The newest items of current reports; with `openings` each begins to say what it is about, with a link to the place."""
    if not events:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        text = "They come with a company's filing index: load one on the page Companies, or with `workbench ingest`."
        message = notice(f"No current reports{until}.", text, is_inline=True)
        return fragment(_TEMPLATE, "empty", "Events", "items of Form 8-K", message)
    rows = [_event(event, names, selection, (openings or {}).get((event.accession, event.item))) for event in events]
    return fragment(_TEMPLATE, "events", rows)


def _event(event: MarketEvent, names: Names, selection: Selection, opening: EventOpening | None) -> dict[str, Any]:
    place = Selection(
        accession=event.accession.text, as_of=selection.as_of,
        start=opening.start if opening else None, end=opening.end if opening else None,
    )  # fmt: skip
    return {
        "filed": day(event.filed_on),
        "company": _company(names, event.cik, selection),
        "cik": event.cik,
        "href": href("reader", place),
        "label": event.label,
        "item": event.item,
        "text": opening.excerpt() if opening else "",
    }


def mover_tables(moves: Sequence[Mover], span: Span, selection: Selection) -> Markup:
    """The largest gains and losses, with their days and source; without prices that ended weeks before the day shown."""
    spans = choices([(each.value, label, "market" + selection.query(span=each.value)) for each, label in _SPANS.items()], span)
    if not moves:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        message = notice(f"No prices are stored{until}.", _PRICES, is_inline=True)
        return fragment(_TEMPLATE, "no_moves", spans, message)
    newest = max(move.to_on for move in moves)
    moves = [move for move in moves if move.is_news_on(selection.as_of or today())]
    if not moves:
        message = notice(f"The newest price is of {day(newest)}.", _PRICES, is_inline=True)
        return fragment(_TEMPLATE, "no_moves", spans, message)
    gainers = [_move(move, selection) for move in moves if move.change_pct > 0][:_MOVERS]
    losers = [_move(move, selection) for move in reversed(moves) if move.change_pct < 0][:_MOVERS]
    tables = [{"title": "Gainers", "rows": gainers}, {"title": "Losers", "rows": losers}]
    return fragment(_TEMPLATE, "movers", spans, tables, day(newest), _ago(span))


def _ago(span: Span) -> str:
    return "before" if span is Span.DAY else f"{span.days} days or more before"


def _move(move: Mover, selection: Selection) -> dict[str, Any]:
    return {
        "company": company_link(move.company, selection),
        "may_be_a_split": move.may_be_a_split,
        "close": f"{move.close:,.2f}",
        "direction": "up" if move.change_pct > 0 else "down",
        "basis": f"{day(move.from_on)} to {day(move.to_on)}, {move.source}",
        "change": f"{move.change_pct:+.2f}%",
    }


def _company(names: Names, cik: Cik, selection: Selection) -> dict[str, str] | None:
    return company_link(names[cik], selection) if cik in names else None


def _pager(has_more: bool, selection: Selection) -> tuple[str, str]:
    """The addresses of newer and older filings, each empty if there are none."""
    earlier, later = max(0, selection.offset - _ROWS), selection.offset + _ROWS
    back = href("market", replace(selection, offset=earlier)) if selection.offset else ""
    return back, href("market", replace(selection, offset=later)) if has_more else ""
