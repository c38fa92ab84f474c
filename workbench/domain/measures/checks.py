"""The stored check results of each company's statements, and the feed of failed checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workbench.domain.identity import Company
from workbench.domain.statements.assembly import CompanyFigures, columns_of, has_figures, statement_period
from workbench.domain.statements.cross_checks import CROSS_NAMES, LINES, cross_results
from workbench.domain.statements.identities import IDENTITY_NAMES
from workbench.domain.statements.linkbase_checks import CALCULATIONS_ADD_UP, FiledCalculations, LinkbaseChecks
from workbench.domain.statements.outliers import HAVE_THEIR_SCALE, HAVE_THEIR_SIGN
from workbench.domain.statements.per_share import EPS_TIMES_SHARES
from workbench.domain.statements.statement import Check, PeriodKind, StatementKind
from workbench.domain.statements.tie_out import YEAR_IS_SUM_OF_QUARTERS, check_of, checks, column_of

# Every check, in the order of the page.
CHECK_NAMES = (
    *IDENTITY_NAMES, EPS_TIMES_SHARES, *CROSS_NAMES,
    YEAR_IS_SUM_OF_QUARTERS, HAVE_THEIR_SIGN, HAVE_THEIR_SCALE, CALCULATIONS_ADD_UP,
)  # fmt: skip
# Checks that a statement alone cannot answer: stored beside it, and read with it.
STORED_BESIDE = (*CROSS_NAMES, CALCULATIONS_ADD_UP)
CHECK_RESULTS = ("passed", "failed", "not_applicable")


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """A check result of one statement for one period; `label` names the period (`FY 2024`, `Q3 2024`)."""

    company: Company
    kind: StatementKind
    period: PeriodKind
    label: str
    check: Check


def all_checks(
    company: Company, figures: CompanyFigures, filed: Sequence[FiledCalculations] = (), *, since: date = date.min
) -> list[StatementCheck]:
    """The check results of every fiscal year and quarter of the three statements that have these figures, oldest first.

    `filed` are the company's filings with an archived calculation linkbase. Of periods that end before `since` there are
    those of these linkbases alone.
    """
    linkbases = LinkbaseChecks(filed, company, figures.template.industry)
    return [
        result
        for kind in StatementKind
        for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY)
        for result in _of(company, figures, linkbases, kind=kind, period=period, since=since)
    ]


def _of(
    company: Company,
    figures: CompanyFigures,
    linkbases: LinkbaseChecks,
    *,
    kind: StatementKind,
    period: PeriodKind,
    since: date,
) -> Iterator[StatementCheck]:
    shown = figures.statements[kind]
    columns = [column for column in columns_of(shown.calendar, period) if has_figures(shown, column)]
    labels = {column.end: statement_period(column, kind).label for column in columns}
    earlier = [column for column in columns if column.end < since]
    recent = columns[len(earlier) :]
    for check in checks(shown, kind, recent, before=earlier[-1] if earlier else None):
        if check.name != YEAR_IS_SUM_OF_QUARTERS or period is PeriodKind.ANNUAL:
            yield StatementCheck(company, kind, period, labels[check.period_end], check)
    for column in columns:
        yield StatementCheck(company, kind, period, labels[column.end], linkbases.check(kind, column))
    for column in recent:
        for name, shown_on, result in cross_results(column_of(figures, LINES, column)):
            if shown_on is kind:
                for check in check_of(figures, name, column, result):
                    yield StatementCheck(company, kind, period, labels[column.end], check)
