"""The history of a company's valuation: at the ends of its fiscal quarters or of calendar months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Company
from workbench.domain.measures.valuation import Valuation


class Every(StrEnum):
    """At the end of each of the company's fiscal quarters, or of each calendar month."""

    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ValuationHistory:
    """Valuations oldest first, each as known on its own day, without later filings or prices."""

    company: Company
    as_of: date | None
    every: Every
    points: tuple[Valuation, ...]


def days_of_history(every: Every, quarter_ends: Iterable[date], until: date, limit: int) -> list[date]:
    """The last `limit` days up to `until`, ascending; fewer if quarters, or the calendar itself, begin later.

    Raises InvalidRequest for a limit below one.
    """
    if limit < 1:
        raise InvalidRequest(f"a history needs at least one point, not {limit}")
    if every is Every.QUARTER:
        return sorted(end for end in set(quarter_ends) if end <= until)[-limit:]
    days = [until] if until.day == monthrange(until.year, until.month)[1] else []
    first = until.replace(day=1)
    while len(days) < limit and first > date.min:
        days.append(first - timedelta(days=1))
        first = days[-1].replace(day=1)
    return days[::-1]
