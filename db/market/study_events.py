"""The filings around which an event study looks at returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from db.filings.events import list_events
from db.filings.filing_index import list_filings
from workbench.analysis.market.event_study import StudyEvent
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Company


def study_events(
    connection: sa.Connection,
    company: Company,
    label: str,
    *,
    items: Sequence[str] = (),
    forms: Sequence[str] = (),
    since: date | None = None,
    as_of: date | None = None,
) -> list[StudyEvent]:
    """A company's filings of these forms, and its current reports with these items, each filing once, oldest first.

    `since` and `as_of` bound the filing date. Raises InvalidRequest for neither forms nor items.
    """
    if not items and not forms:
        raise InvalidRequest("name items of Form 8-K or forms", hint='items=["2.02"] or forms=["10-K", "10-Q"]')
    filings = {
        filing.accession: filing for filing in list_filings(connection, company.cik, since=since, as_of=as_of, limit=None)
    }
    about: dict[str, list[str]] = {}
    if forms:
        for filing in filings.values():
            if filing.form in forms:
                about.setdefault(filing.accession.text, []).append(filing.form)
    if items:
        for event in list_events(connection, company.cik, items=items, since=since, as_of=as_of, limit=None):
            about.setdefault(event.accession.text, []).append(f"{event.form} item {event.item}")
    by_text = {accession.text: filing for accession, filing in filings.items()}
    results = [
        StudyEvent(label, text, ", ".join(words), by_text[text].filed_on, by_text[text].accepted_at)
        for text, words in about.items()
        if text in by_text
    ]
    return sorted(results, key=lambda each: (each.filed_on, each.accession))
