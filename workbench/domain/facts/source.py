"""The proof of a figure: one fact as one filing reported it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class SourceFact(NamedTuple):
    """The proof of a figure: one fact as one filing reported it."""

    concept: str
    unit: str
    period_start: date | None
    period_end: date
    value: Decimal
    accession: str
    form: str
    filed_on: date
