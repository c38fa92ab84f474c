"""The results of a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Company
from workbench.domain.measures.screens import Metric, Screen


def unit_of(metric: Metric, currency: str | None) -> str:
    """The unit as on a statement: the currency for money, `USD/shares` for per-share amounts, else the measure's unit."""
    unit = metric.measure.unit
    return {"money": currency or "USD", "per_share": f"{currency or 'USD'}/shares"}.get(unit, unit)


@dataclass(frozen=True, slots=True)
class ScreenFigure:
    """The latest figure of one metric: `value` is None if it is refused or the company has not reported the period.

    `period_label` and `period_end` belong to the company's latest period of that kind; None without one.
    """

    metric: Metric
    value: Decimal | None
    unit: str
    period_label: str | None
    period_end: date | None


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """One company that passed, with a figure for each of the screen's metrics in their order."""

    company: Company
    figures: tuple[ScreenFigure, ...]


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """One page of the companies that pass, in the screen's order.

    `matched` counts all that pass; `undecided` those that pass every filter with a figure and lack a figure for another;
    `companies` all that were screened.
    """

    screen: Screen
    rows: tuple[ScreenRow, ...]
    matched: int
    undecided: int
    companies: int

    @property
    def next_offset(self) -> int | None:
        """The offset of the next page; None on the last page."""
        end = self.screen.offset + len(self.rows)
        return end if end < self.matched and self.rows else None
