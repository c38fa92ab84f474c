"""The market page: what happened across all companies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape

import panel as pn

from db.companies import get_companies, resolve
from db.engine import Connection
from db.filings.events import latest_events
from db.filings.filing_index import latest_filings
from db.market.movers import movers
from db.market.news import latest_news
from db.statements.checks import checks_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.events import MarketEvent
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Cik, Company
from workbench.domain.market.movers import Mover, Span
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, key, notice, tabs, tag
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.market.failed_checks import exception_table
from workbench.pages.market.news_list import news_list
from workbench.runtime import Workbench

_ROWS = 20
_MOVERS = 8
_EXCEPTIONS = 12
_FORMS = ("all", "10-K", "10-Q", "8-K", "20-F", "6-K", "DEF 14A", "S-1", "4", "13F-HR", "SC 13G")
_SPANS = {Span.DAY: "Day", Span.WEEK: "Week", Span.MONTH: "Month", Span.YEAR: "Year"}

Names = Mapping[Cik, Company]


def market_page(workbench: Workbench, selection: Selection) -> Content:
    """Latest filings, events, price moves, news and exceptions, of all companies or of those named in the filter."""
    span = _span(selection.span)
    forms = _forms(selection.form)
    as_of = selection.as_of
    with workbench.database.read() as connection:
        chosen = [resolve(connection, name) for name in re.split(r"[,;\s]+", selection.ticker) if name]
        ciks = [company.cik for company in chosen]
        filings = latest_filings(connection, ciks=ciks, forms=forms, as_of=as_of, limit=_ROWS + 1, offset=selection.offset)
        events = latest_events(connection, ciks=ciks, as_of=as_of, limit=_ROWS)
        news = latest_news(connection, ciks=ciks, as_of=as_of, limit=_ROWS // 2)
        moves = movers(connection, span=span, ciks=ciks, as_of=as_of)
        names = _names(connection, filings, events, (mention.cik for each in news for mention in each.mentions))
        exceptions = _exceptions(connection, chosen, selection)
    panels: dict[str, pn.viewable.Viewable] = {
        "query": Sheet(_form(selection)),
        "filings": Sheet(filing_feed(filings, names, selection)),
        "events": Sheet(event_feed(events, names, selection)),
        "movers": Sheet(mover_tables(moves, span, selection)),
        "news": Sheet(news_list(news, selection, names)),
        "exceptions": Sheet(exceptions),
    }
    return Content("Market", panels, cards=("filings", "events", "movers", "news", "exceptions"), layout="halves")


def _exceptions(connection: Connection, chosen: Sequence[Company], selection: Selection) -> str:
    if selection.as_of is not None:
        told = (
            "The feed holds what does not add up by the facts known today. A company's page has its verdicts as of any date."
        )
        return '<div class="head"><h2>Exceptions</h2></div>' + notice("Exceptions are kept as of now.", told, is_inline=True)
    some: Sequence[Company | None] = chosen or (None,)
    of_each = [checks_of(connection, company, limit=_EXCEPTIONS) for company in some]
    found = sorted((each for group in of_each for each in group), key=lambda each: each.check.period_end, reverse=True)
    return exception_table(found, selection, of_all=True, limit=_EXCEPTIONS, more="statements that do not add up")


def _names(connection: Connection, filings: Sequence[Filing], events: Sequence[MarketEvent], others: Iterable[Cik]) -> Names:
    ciks = {filing.cik for filing in filings} | {event.cik for event in events} | set(others)
    ordered = sorted(ciks, key=lambda cik: cik.number)
    return {company.cik: company for company in get_companies(connection, ordered)} if ordered else {}


def _forms(text: str) -> tuple[str, ...]:
    """The forms to show: reports, events and proxies unless others are named; none of `all` narrows nothing."""
    named = tuple(form for form in re.split(r"\s*,\s*", text.strip()) if form)
    return () if text.strip().lower() == "all" else named or REPORT_FORMS


def _span(text: str) -> Span:
    try:
        return Span(text or "day")
    except ValueError:
        raise InvalidRequest(f"span is one of {', '.join(Span)}, not {text!r}") from None


def _form(selection: Selection) -> str:
    kept = replace(selection, ticker="", form="", offset=0).parameters()
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in kept)
    options = "".join(f'<option value="{form}">' for form in _FORMS)
    clear = f'<a class="small" href="{address("market", Selection(as_of=selection.as_of))}">clear</a>'
    return (
        f'<div class="head"><h1>Market</h1></div><form class="form" action="market">{hidden}'
        f'<label>Companies<input name="ticker" placeholder="all" value="{escape(selection.ticker)}" spellcheck="false" '
        f'autocomplete="off"></label><label>Forms<input name="form" list="forms" placeholder="reports and events" '
        f'value="{escape(selection.form)}" autocomplete="off"></label><datalist id="forms">{options}</datalist>'
        f'<button class="primary" type="submit">Show</button>{clear if selection.ticker or selection.form else ""}</form>'
    )


def filing_feed(filings: Sequence[Filing], names: Names, selection: Selection) -> str:
    """The newest filings of all companies, each a link into the reader; one more than a page holds says there is more."""
    head = '<div class="head"><h2>Latest filings</h2></div>'
    if not filings:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return head + notice(f"No such filings{until}.", "Take a filter away, or choose a later as-of date.", is_inline=True)
    rows = "".join(
        f"<tr><td>{day(filing.filed_on)}</td><td>{_company(names, filing.cik, selection)}</td>"
        f'<td><a href="{address("reader", Selection(accession=filing.accession.text, as_of=selection.as_of))}">'
        f"{escape(filing.form)}</a></td><td class='wide muted small optional'>{escape(_about(filing))}</td></tr>"
        for filing in filings[:_ROWS]
    )
    table = (
        '<div class="scroll"><table class="filings"><thead><tr><th>Filed</th><th>Company</th><th>Form</th>'
        f"<th class='optional'>About</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return head + table + _pager(len(filings) > _ROWS, selection)


def _about(filing: Filing) -> str:
    if filing.items:
        return "Items " + ", ".join(filing.items)
    description = (filing.description or "").strip()
    return "" if description.upper() in (filing.form.upper(), f"FORM {filing.form.upper()}") else description


def event_feed(events: Sequence[MarketEvent], names: Names, selection: Selection) -> str:
    """The newest items of current reports of all companies."""
    head = '<div class="head"><h2>Events</h2><span class="right small muted">items of Form 8-K</span></div>'
    if not events:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return head + notice(f"No current reports{until}.", "They come in with a company's index of filings.", is_inline=True)
    rows = "".join(
        f"<tr><td>{day(event.filed_on)}</td><td>{_company(names, event.cik, selection)}</td><td class='wide'>"
        f'<a href="{address("reader", Selection(accession=event.accession.text, as_of=selection.as_of))}">'
        f'{escape(event.label)}</a> <span class="muted small">{escape(event.item)}</span></td></tr>'
        for event in events
    )
    table = f"<thead><tr><th>Filed</th><th>Company</th><th>What</th></tr></thead><tbody>{rows}</tbody>"
    return f'{head}<div class="scroll"><table class="filings">{table}</table></div>'


def mover_tables(moves: Sequence[Mover], span: Span, selection: Selection) -> str:
    """The largest rises and falls, with the days and the source they are of."""
    choices = [(each.value, label, "market" + selection.query(span=each.value)) for each, label in _SPANS.items()]
    choice = tabs("", choices, span.value, "Over").replace(' data-event=""', "")
    head = f'<div class="head"><h2>Price moves</h2><span class="right">{choice}</span></div>'
    if not moves:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return head + notice(f"No prices are stored{until}.", "`workbench prices TICKER` brings them in.", is_inline=True)
    risen = [move for move in moves if move.change_pct > 0][:_MOVERS]
    fallen = [move for move in reversed(moves) if move.change_pct < 0][:_MOVERS]
    newest = max(move.to_on for move in moves)
    return (
        f"{head}{_moves('Risen', risen, selection)}{_moves('Fallen', fallen, selection)}"
        f'<p class="legend">Closes up to {day(newest)}, each against the last one {_ago(span)}, from one source a company; '
        "adjusted for splits and dividends where the source does so.</p>"
    )


def _ago(span: Span) -> str:
    return "before" if span is Span.DAY else f"{span.days} days or more before"


def _moves(title: str, moves: Sequence[Mover], selection: Selection) -> str:
    rows = "".join(
        f'<tr><td>{_link(move.company, selection)} <span class="small muted">{escape(move.company.name)}</span>'
        f"{' ' + tag('may be a split', 'warn') if move.may_be_a_split else ''}</td><td>{move.close:,.2f}</td>"
        f'<td class="{"up" if move.change_pct > 0 else "down"}" title="{day(move.from_on)} to {day(move.to_on)}, '
        f'{escape(move.source)}">{move.change_pct:+.2f}%</td></tr>'
        for move in moves
    )
    if not rows:
        return ""
    titles = f"<tr><th>{title}</th><th>Close</th><th>Change</th></tr>"
    return f'<table class="movers"><thead>{titles}</thead><tbody>{rows}</tbody></table>'


def _company(names: Names, cik: Cik, selection: Selection) -> str:
    return _link(names[cik], selection) if cik in names else escape(str(cik))


def _link(company: Company, selection: Selection) -> str:
    target = address("company", Selection(ticker=key(company), as_of=selection.as_of))
    return f'<a href="{target}" title="{escape(company.name)}">{escape(company.label)}</a>'


def _pager(has_more: bool, selection: Selection) -> str:
    earlier, later = max(0, selection.offset - _ROWS), selection.offset + _ROWS
    back = f'<a href="{address("market", replace(selection, offset=earlier))}">← Newer</a>' if selection.offset else ""
    on = f'<a href="{address("market", replace(selection, offset=later))}">Older →</a>' if has_more else ""
    return f'<div class="pager"><span>{back}</span><span>{on}</span></div>' if back or on else ""
