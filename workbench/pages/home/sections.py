"""The sections of the home page: each reads what it shows, of the companies that the visitor follows or of all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from db.companies import get_companies
from db.engine import Connection, Database
from db.filings.change_lists import latest_changes
from db.filings.events import event_openings, latest_events
from db.filings.expected_reports import expected_reports
from db.filings.filing_index import latest_filings
from db.market.movers import movers
from db.market.news import latest_news
from db.statements.checks import checks_of
from db.statements.stored_restatements import latest_restatements
from workbench.domain.as_of import today
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.filings.expected import ExpectedReport
from workbench.domain.filings.filing import REPORT_FORMS
from workbench.domain.identity import Cik, Company
from workbench.domain.market.movers import Span
from workbench.pages.frame.markup import company_link, day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.changes_feed import changed_rows, nothing
from workbench.pages.market.failed_checks import failed_checks_table
from workbench.pages.market.news_list import news_list
from workbench.pages.market.page import event_feed, filing_feed, mover_tables
from workbench.pages.market.restatements_page import SHOWN_KINDS, restatement_row

logger = logging.getLogger(__name__)

HORIZON = timedelta(days=45)
_RECENT = timedelta(days=120)
_TEMPLATE = "home/page.html"
_FEED = "market/changes_feed.html"
_EXPECTED = 10
_NEWS = 8
_ROWS = 12
_CHANGED = 4
_FEW = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose companies the sections are of: those of a watchlist, or all where it is empty; and the day."""

    ciks: Sequence[Cik]
    watchlist: str
    selection: Selection


Section = Callable[[Connection, Scope], Markup]


def drawn(database: Database, name: str, section: Section, scope: Scope) -> Markup:
    """The section, read in a transaction of its own; one that fails is a line, and the others stay.

    Raises DatabaseUnavailable, since no section could be read then.
    """
    try:
        with database.read() as connection:
            return section(connection, scope)
    except DatabaseUnavailable:
        raise
    except Exception:
        logger.exception("the section %s of the home page failed", name)
        return notice("This part could not be shown.", "The log says why. Reload the page to try again.", is_inline=True)


def calendar_section(connection: Connection, scope: Scope) -> Markup:
    """The reports that are expected next."""
    expected = expected_reports(connection, ciks=scope.ciks, as_of=scope.selection.as_of, within=HORIZON)[:_EXPECTED]
    return calendar(expected, _names(connection, {each.cik for each in expected}), scope.selection)


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
    text = "Days follow from the filings of a year before. Load newer filings on the page Companies."
    message = notice(f"No report is expected within {HORIZON.days} days.", text, is_inline=True)
    return fragment(_TEMPLATE, "calendar", rows, message)


def filings_section(connection: Connection, scope: Scope) -> Markup:
    """The newest reports and proxies."""
    filings = latest_filings(connection, ciks=scope.ciks, forms=REPORT_FORMS, as_of=scope.selection.as_of, limit=_ROWS)
    return filing_feed(filings, _names(connection, {each.cik for each in filings}), scope.selection)


def events_section(connection: Connection, scope: Scope) -> Markup:
    """The newest items of Form 8-K, each with how it begins and a link to the place."""
    events = latest_events(connection, ciks=scope.ciks, as_of=scope.selection.as_of, limit=_ROWS)
    names = _names(connection, {each.cik for each in events})
    return event_feed(events, names, scope.selection, event_openings(connection, events))


def changes_section(connection: Connection, scope: Scope) -> Markup:
    """What the newest reports word in another way."""
    selection = scope.selection
    changed = latest_changes(connection, ciks=scope.ciks or None, as_of=selection.as_of, limit=_CHANGED)
    rows = changed_rows(changed, _names(connection, {each.cik for each in changed}), selection)
    more = href("changes", Selection(as_of=selection.as_of, watchlist=scope.watchlist if scope.ciks else ""))
    return fragment(_FEED, "card", rows, more, nothing(selection))


def restatements_section(connection: Connection, scope: Scope) -> Markup:
    """Values of statement lines that filings of the last months changed."""
    selection = scope.selection
    since = (selection.as_of or today()) - _RECENT
    entries = latest_restatements(
        connection,
        ciks=scope.ciks or None,
        kinds=SHOWN_KINDS,
        since=since,
        as_of=selection.as_of,
        is_of_lines=True,
        limit=_FEW,
    )
    names = _names(connection, {cik for cik, _ in entries})
    rows = [
        restatement_row(entry, selection) | {"company": company_link(names[cik], selection)}
        for cik, entry in entries
        if cik in names
    ]
    more = href("restatements", Selection(as_of=selection.as_of, watchlist=scope.watchlist if scope.ciks else ""))
    return fragment(_TEMPLATE, "restatements", rows, more, f"since {day(since)}")


def checks_section(connection: Connection, scope: Scope) -> Markup:
    """Failed checks of statements, as of now."""
    if scope.selection.as_of is not None:
        return notice("Failed checks are shown as of now only.", is_inline=True)
    checks = checks_of(connection, ciks=scope.ciks, limit=_ROWS)
    return failed_checks_table(checks, scope.selection, has_company=True, limit=_FEW, more="Statements that do not tie out.")


def movers_section(connection: Connection, scope: Scope) -> Markup:
    """The largest price moves of the newest trading day."""
    moves = movers(connection, span=Span.DAY, ciks=scope.ciks, as_of=scope.selection.as_of)
    return mover_tables(moves, Span.DAY, scope.selection)


def news_section(connection: Connection, scope: Scope) -> Markup:
    """The newest articles."""
    news = latest_news(connection, ciks=scope.ciks, as_of=scope.selection.as_of, limit=_NEWS)
    names = _names(connection, {each.cik for one in news for each in one.mentions})
    return news_list(news, scope.selection, names)


SECTIONS: Mapping[str, Section] = {
    "calendar": calendar_section,
    "news": news_section,
    "changes": changes_section,
    "restatements": restatements_section,
    "failed_checks": checks_section,
    "filings": filings_section,
    "events": events_section,
    "movers": movers_section,
}
"""The sections beside the watchlist and the inbox, by the name of their place."""


def _names(connection: Connection, ciks: set[Cik]) -> dict[Cik, Company]:
    ordered = sorted(ciks, key=lambda cik: cik.number)
    return {company.cik: company for company in get_companies(connection, ordered)} if ordered else {}
