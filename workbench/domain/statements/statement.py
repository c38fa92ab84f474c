"""The standardised statement. Every value carries the facts that prove it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.amounts import StatementUnits, statement_units
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Company
from workbench.domain.statements.reasons import OLDER_THAN_YEAR


class StatementKind(StrEnum):
    """Which of the three statements."""

    INCOME = "income"
    BALANCE = "balance"
    CASHFLOW = "cashflow"


class PeriodKind(StrEnum):
    """Fiscal years, discrete fiscal quarters, or the trailing twelve months up to the end of each quarter.

    Of a company that reports trimesters or half-years, those in place of quarters.
    """

    ANNUAL = "annual"
    QUARTERLY = "quarterly"
    TTM = "ttm"


class Status(StrEnum):
    """The origin of a figure: as filed, computed from filed figures, or refused (with a reason)."""

    REPORTED = "reported"
    DERIVED = "derived"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StatementPeriod:
    """One column. `start` is None for a balance sheet date; `fiscal_quarter` is None for a year, and for a `part` of one.

    `part` is the half-year or trimester of a company that does not report quarters: `H1`, `T3`. `newer_year_end` is set on the
    last column of interim periods or of trailing twelve months if the company has reported a fiscal year that ends later:
    then these columns are not its newest figures.

    In a transition period, between an old year end and a new one, quarters count from 1 and `is_transition` is set.
    `year_start` is the first day of the fiscal year (or transition period) of the column, also for a balance sheet date.
    """

    start: date | None
    end: date
    fiscal_year: int
    fiscal_quarter: int | None
    is_transition: bool = False
    year_start: date | None = None
    is_trailing: bool = False
    part: str | None = None
    newer_year_end: date | None = None

    @property
    def label(self) -> str:
        """`FY 2024`, `Q3 2024`, `H1 2024`, `TP Q1 2022` in a transition period, `TTM Q3 2024` for twelve months."""
        part = self.part or (f"Q{self.fiscal_quarter}" if self.fiscal_quarter else "FY")
        return f"{'TTM ' if self.is_trailing else ''}{'TP ' if self.is_transition else ''}{part} {self.fiscal_year}"

    @property
    def is_year(self) -> bool:
        """Whether it is a fiscal year, or its last day."""
        return self.part is None and self.fiscal_quarter is None


def stale_reason(periods: Sequence[StatementPeriod]) -> str | None:
    """A reason code if the newest of these columns ends before the newest fiscal year; None if it does not."""
    return OLDER_THAN_YEAR if periods and periods[-1].newer_year_end is not None else None


def is_known(periods: Sequence[StatementPeriod], as_of: date | None, filings_from: date | None) -> bool:
    """Whether a filing is loaded up to `as_of`; before the first one, figures are unknown rather than not reported."""
    return bool(periods) or (filings_from is not None and (as_of is None or as_of >= filings_from))


def is_of_quarters(periods: Sequence[StatementPeriod]) -> bool:
    """Whether these columns are quarters, or twelve months to the end of one, up to the newest fiscal year."""
    return bool(periods) and all(period.fiscal_quarter for period in periods) and stale_reason(periods) is None


class Figure(NamedTuple):
    """One figure of a statement. `value` is None exactly when `status` is refused; then `reason` is a code.

    `facts` are the operands in the order of `formula`. A reported figure has one fact and no formula. For a share count or a
    per-share amount filed before a stock split, `adjusted_value` is the value in today's shares and `adjustment` names the
    splits. `known_since` is given if `known_on` is not the newest filing date of `facts`; see `known_on.date_lines`.
    """

    period_end: date
    value: Decimal | None
    unit: str | None
    status: Status
    reason: str | None = None
    formula: str | None = None
    facts: tuple[SourceFact, ...] = ()
    adjusted_value: Decimal | None = None
    adjustment: str | None = None
    known_since: date | None = None

    @property
    def known_on(self) -> date | None:
        """The day on which the value became known, from its operands first filed last; None for a refused figure."""
        if self.value is None or self.known_since is not None:
            return self.known_since
        return max((fact.filed_on for fact in self.facts), default=None)

    @property
    def comparable(self) -> Decimal | None:
        """The value to compare with other periods: in today's shares if it was filed before a split."""
        return self.value if self.adjusted_value is None else self.adjusted_value


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One row: `line` is its stable name, `label` what a reader sees, `level` its indentation, `is_total` a subtotal.

    `figures` has one entry a period, in the order of the statement's periods.
    """

    line: str
    label: str
    figures: tuple[Figure, ...]
    level: int = 0
    is_total: bool = False

    @property
    def is_adjusted(self) -> bool:
        """Whether a figure was filed before a split and differs in today's shares."""
        return any(figure.adjusted_value is not None for figure in self.figures)

    def has_own_figure(self, names: Collection[str]) -> bool:
        """Whether it has a figure that does not just repeat another line of `names`.

        Net income repeats consolidated net income where a company has no noncontrolling interests.
        """
        # "net_income [fiscal year - first nine months]" is net income as well.
        return any(figure.value is not None and (figure.formula or "").split(" [")[0] not in names for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Check:
    """A tie-out check result for one period: `passed`, `failed` or `not_applicable`; `detail` gives the figures.

    `lines` are the lines whose figures an identity compared; none for checks that compare no lines with each other.
    """

    name: str
    period_end: date
    result: str
    detail: str
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


class StatementColumn(NamedTuple):
    """One period of a statement: a figure for each line in their order, and its check results."""

    period: StatementPeriod
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A company's statement as known on `as_of` (None: now). Periods run from oldest to newest.

    Without any period, `filings_from` is the day of the first filing whose figures are loaded, None if there is none.
    """

    company: Company
    kind: StatementKind
    period: PeriodKind
    as_of: date | None
    periods: tuple[StatementPeriod, ...]
    lines: tuple[StatementLine, ...]
    checks: tuple[Check, ...] = field(default=())
    filings_from: date | None = None

    @property
    def is_known(self) -> bool:
        """Whether a filing with figures is loaded up to `as_of`."""
        return is_known(self.periods, self.as_of, self.filings_from)

    @property
    def stale_reason(self) -> str | None:
        """A reason code if the newest column ends before the newest fiscal year; None if it does not."""
        return stale_reason(self.periods)

    @property
    def units(self) -> StatementUnits:
        """The scale and currency in which the statement is shown."""
        return statement_units((figure.value, figure.unit) for line in self.lines for figure in line.figures)
