"""Events as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.schemas import CompanyOut
from workbench.domain.filings.events import EventSource


class EventOut(BaseModel):
    """One item of one current report. `source` says whether the index, the document or both name it; `start` and `end` are
    where it stands in the text of `document`, null where that has not been read.
    """

    accession: str
    form: str
    item: str
    event_type: str
    label: str
    report_on: date | None
    filed_on: date
    source: EventSource
    document: str | None
    start: int | None
    end: int | None
    model_config = ConfigDict(extra="forbid")


class EventPage(BaseModel):
    """Events of a company, the newest first."""

    company: CompanyOut
    events: list[EventOut]
    limit: int
    offset: int
    next_offset: int | None
    model_config = ConfigDict(extra="forbid")


EVENT: dict[str, Any] = {
    "accession": "0000320193-24-000120",
    "form": "8-K",
    "item": "2.02",
    "event_type": "results",
    "label": "Results and financial condition",
    "report_on": "2024-10-31",
    "filed_on": "2024-10-31",
    "source": "index",
    "document": None,
    "start": None,
    "end": None,
}
