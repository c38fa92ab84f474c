"""A company's filings and events; and the documents about it whose text is here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from db.engine import Connection
from db.filings.events import list_events
from db.filings.filing_documents import FilingDocument, filing_documents
from db.filings.filing_index import index_begins_on, list_filings
from db.filings.own_documents import own_documents
from db.filings.user_notes import list_reviews
from db.market.prices import price_series
from workbench.analysis.market.reactions import PriceReaction, price_reactions
from workbench.domain.as_of import today
from workbench.domain.filings.documents import OwnDocument
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Accession, Company
from workbench.domain.measures.user_notes import FilingReview
from workbench.pages.company.event_timeline import reaction_cell, timeline
from workbench.pages.company.tabs import TabContent
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.labels import filing_subject
from workbench.pages.frame.markup import day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

_TEMPLATE = "company/filings_tab.html"
_FILINGS_SHOWN = 40
_EVENTS_READ = 160
# Bars from so long before the oldest filing have its last close before, over any closure of the exchange.
_BEFORE = timedelta(days=14)
_NO_REACTIONS: Mapping[date, PriceReaction] = MappingProxyType({})


def filings_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """Filings, of one form if the address names it, a page at a time; and the newest events beside them."""
    forms = (selection.form,) if selection.form else REPORT_FORMS
    offset, as_of = selection.offset, selection.as_of
    with workbench.database.read() as connection:
        filings = list_filings(connection, company.cik, forms=forms, as_of=as_of, limit=_FILINGS_SHOWN + 1, offset=offset)
        begins_on = None if filings else index_begins_on(connection, company.cik)
        events = list_events(connection, company.cik, as_of=as_of, limit=_EVENTS_READ)
        reviews = list_reviews(connection, visitor(), company.cik)
        days = {filing.filed_on for filing in filings} | {event.filed_on for event in events}
        reactions = _reactions(connection, company, days, as_of)
    back = href("company", replace(selection, offset=max(0, offset - _FILINGS_SHOWN))) if offset else ""
    on = href("company", replace(selection, offset=offset + _FILINGS_SHOWN)) if len(filings) > _FILINGS_SHOWN else ""
    table = filings_table(filings[:_FILINGS_SHOWN], selection, begins_on, reviews=reviews, reactions=reactions)
    pager = fragment("frame/markup.html", "pager", back, on)
    form = fragment(_TEMPLATE, "form_choice", _fields(selection), selection.form, REPORT_FORMS)
    heading = fragment(
        _TEMPLATE, "heading", href("changes", Selection(ticker=key(company), as_of=as_of)), reviewed_note(reviews)
    )
    events_table = timeline(events, selection, reactions)
    return TabContent({"filings": HtmlPanel(heading + form + table + pager), "events": HtmlPanel(events_table)})


def _reactions(
    connection: Connection, company: Company, days: Collection[date], as_of: date | None
) -> dict[date, PriceReaction]:
    """How the share's price moved at each of these days of filing, as far as closes are stored."""
    if company.ticker is None or not days:
        return {}
    known = price_series(connection, company.ticker, since=min(days) - _BEFORE, as_of=as_of or today())
    return price_reactions(known.bars, days)


def _fields(selection: Selection) -> list[tuple[str, str]]:
    return replace(selection, form="", offset=0).parameters()


def filings_table(
    filings: list[Filing], selection: Selection, begins_on: date | None = None, *, reviews: Sequence[FilingReview] = (),
    reactions: Mapping[date, PriceReaction] = _NO_REACTIONS,
) -> Markup:  # fmt: skip
    """Filings, newest first, each with a link into the reader; before `begins_on`, the first day of the index, unknown.

    Those in `reviews`, newest filing first, are marked, and so are those that came after the first of them. Price reactions
    are a column where `reactions` has any of these days.
    """
    if not filings and selection.as_of and begins_on and selection.as_of < begins_on:
        return notice("Filings are unknown.", f"The index of filings begins on {day(begins_on)}.", is_inline=True)
    if not filings:
        of_form = f" of form {selection.form}" if selection.form else ""
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return notice(
            f"No filings{of_form}{until}.", "Choose a later as-of date, or ingest the company again.", is_inline=True
        )
    reviewed = {each.accession for each in reviews}
    last = reviews[0] if reviews else None
    rows = [
        {
            "href": href("reader", Selection(accession=filing.accession.text, as_of=selection.as_of)),
            "state": _state(filing, reviewed, last),
            "form": filing.form,
            "accession": filing.accession,
            "filed": day(filing.filed_on),
            "period": day(filing.report_on) if filing.report_on else "",
            "about": filing_subject(filing),
            "reaction": reaction_cell(reactions.get(filing.filed_on)),
        }
        for filing in filings
    ]
    return fragment(_TEMPLATE, "filings", rows, any(row["reaction"] for row in rows))


def reviewed_note(reviews: Sequence[FilingReview]) -> str:
    """The newest filing that the visitor has reviewed; empty without one."""
    return f"The last that you reviewed: {reviews[0].form}, filed {day(reviews[0].filed_on)}" if reviews else ""


def _state(filing: Filing, reviewed: Collection[Accession], last: FilingReview | None) -> str:
    if filing.accession in reviewed:
        return "reviewed"
    return "new" if last is not None and filing.filed_on > last.filed_on else ""


def documents_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """The filings whose text can be read and searched here, and the documents about the company that users added."""
    with workbench.database.read() as connection:
        filed = filing_documents(connection, company.cik, as_of=selection.as_of)
        own = own_documents(connection, cik=company.cik, caller=visitor())
    if selection.as_of is not None:
        own = [each for each in own if each.document.filed_on is not None and each.document.filed_on <= selection.as_of]
    name = key(company)
    return TabContent(
        {
            "texts": HtmlPanel(fragment(_TEMPLATE, "texts", [_text(each, selection) for each in filed], name)),
            "own": HtmlPanel(fragment(_TEMPLATE, "own", [_own(each, selection) for each in own])),
        }
    )


def _text(filed: FilingDocument, selection: Selection) -> dict[str, Any]:
    return {
        "href": href("reader", Selection(accession=filed.accession.text, as_of=selection.as_of)),
        "form": filed.form,
        "filed": day(filed.filed_on),
        "period": day(filed.report_on) if filed.report_on else "",
        "name": filed.name,
    }


def _own(own: OwnDocument, selection: Selection) -> dict[str, str]:
    document = own.document
    return {
        "href": href("reader", Selection(document=str(document.document_id), as_of=selection.as_of)),
        "title": document.title or document.name,
        "form": document.form or "",
        "filed": day(document.filed_on) if document.filed_on else "",
        "owner": own.owner,
    }
