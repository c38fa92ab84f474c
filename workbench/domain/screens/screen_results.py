"""The results of a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Company
from workbench.domain.measures.screens import Metric, Screen
from workbench.domain.statements.reasons import why_not

NO_SUCH_PERIOD, NO_FIGURE = "no_such_period", "no_figure"

# Reasons of companies that lack a figure; the others are those of `workbench.domain.statements.reasons`.
_WHY: Mapping[str, str] = {
    "not_computed": "the figures from the newest data are not computed yet",
    NO_SUCH_PERIOD: "no period of that kind was reported",
    NO_FIGURE: "the figure was not reported or cannot be verified",
    "no_recent_price": "no closing price of the last week is stored",
}


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

    `matched` counts all that pass; `companies` all that were screened; `reasons`, most frequent first, those that pass every
    filter with a figure and lack a figure for another, by the reason code of the first such filter.
    """

    screen: Screen
    rows: tuple[ScreenRow, ...]
    matched: int
    companies: int
    reasons: Mapping[str, int]

    @property
    def undecided(self) -> int:
        """How many companies cannot be evaluated: they lack a figure to decide and pass all else."""
        return sum(self.reasons.values())

    @property
    def reasons_in_words(self) -> str:
        """How many companies cannot be evaluated and why, as in "3 cannot be evaluated: 2 ..., 1 ..."; empty for none."""
        if not self.undecided:
            return ""
        parts = (f"{count:,} \N{EN DASH} {_WHY.get(code) or why_not(code)}" for code, count in self.reasons.items())
        return f"{self.undecided:,} cannot be evaluated: {'; '.join(parts)}"

    @property
    def next_offset(self) -> int | None:
        """The offset of the next page; None on the last page."""
        end = self.screen.offset + len(self.rows)
        return end if end < self.matched and self.rows else None
