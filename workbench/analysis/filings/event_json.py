"""Events in the shape that the command line and the API give out."""

from __future__ import annotations

from typing import Any

from workbench.domain.filings.events import MarketEvent


def event_as_json(event: MarketEvent) -> dict[str, Any]:
    """One event, of JSON's own types only; `start` and `end` are where its item stands in the text of `document`."""
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
