"""Events as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Page, PageFields
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.filings.events import EventSource, MarketEvent
from workbench.domain.identity import Company


class EventAnswer(TypedDict, closed=True):
    """One item of one current report. `source` says whether the index, the document or both name it.

    `start` and `end` are its span in the text of `document`; null if the document has not been read.
    """

    accession: str
    form: str
    item: str
    event_type: str
    label: str
    report_on: IsoDate | None
    filed_on: IsoDate
    source: EventSource
    document: str | None
    start: int | None
    end: int | None


class EventPage(PageFields, closed=True):
    """Events of a company, newest first."""

    company: CompanyAnswer
    events: list[EventAnswer]


def event_page(company: Company, market_events: Iterable[MarketEvent], page: Page) -> EventPage:
    """Part of a company's events, in the order given."""
    return {"company": company_answer(company), "events": [event_as_json(event) for event in market_events], **page}


def event_as_json(event: MarketEvent) -> EventAnswer:
    """One event; `start` and `end` are the span of its item in the text of `document`."""
    return {
        "accession": str(event.accession),
        "form": event.form,
        "item": event.item,
        "event_type": event.event_type,
        "label": event.label,
        "report_on": event.report_on.isoformat() if event.report_on else None,
        "filed_on": event.filed_on.isoformat(),
        "source": event.source,
        "document": event.document,
        "start": event.start,
        "end": event.end,
    }
