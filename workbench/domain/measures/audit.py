"""The audit of a company's statements: every identity over every column, on the very figures that the statements show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.identity import Company
from workbench.domain.measures.audit_sums import (
    SIGNS,
    TRAILING,
    YEAR_SUM,
    Compared,
    Statements,
    columns_once,
    sign_results,
    sum_results,
)
from workbench.domain.measures.coverage import checked_figures
from workbench.domain.measures.segments import Breakdown
from workbench.domain.statements.cross_checks import CROSS_NAMES, cross_results
from workbench.domain.statements.identities import IDENTITY_NAMES, Outcome, Result, evaluate, identities
from workbench.domain.statements.per_share import EPS_TIMES_SHARES, evaluate_per_share
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, StatementPeriod, Status

SEGMENTS = "segments_add_up"
# Every identity of the audit, in the order of its table.
AUDIT_NAMES = (*IDENTITY_NAMES, EPS_TIMES_SHARES, *CROSS_NAMES, YEAR_SUM, TRAILING, SIGNS, SEGMENTS)
# The check of a statement that says of a break of an identity that has no check of its own name.
_MARKED_BY = {TRAILING: YEAR_SUM}


class AuditOutcome(StrEnum):
    """What became of an identity in one column; a break is marked if a failed check of the statement says so."""

    HOLDS = "holds"
    BROKEN_MARKED = "broken_marked"
    BROKEN_UNMARKED = "broken_unmarked"
    NOT_CHECKED = "not_checked"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


class AuditBreak(NamedTuple):
    """A broken identity: where, by how much, and the figures compared, each as line, label and figure with its facts."""

    name: str
    kind: StatementKind
    period: PeriodKind
    label: str
    period_end: date
    is_marked: bool
    difference: Decimal | None
    figures: tuple[tuple[str, str, Figure], ...]


@dataclass(frozen=True, slots=True)
class CompanyAudit:
    """The audit of one company.

    `counts` has for each identity how often it had each outcome, in the order of `AUDIT_NAMES`; `breaks` are newest first.
    `columns` counts the columns of all statements, `figures_shown` their figures with a value, and `figures_checked` those of
    them that stand in an identity that was checked and holds.
    """

    company: Company
    columns: int
    figures_shown: int
    figures_checked: int
    counts: Mapping[str, Counter[AuditOutcome]]
    breaks: tuple[AuditBreak, ...]


def audit(statements: Sequence[Statement], breakdowns: Sequence[Breakdown] = ()) -> CompanyAudit:
    """The audit of one company's statements of all kinds, each with all its periods and with the checks that its page shows.

    `breakdowns` are its figures by segment, whose sums mark themselves.
    """
    by_kind = {(statement.kind, statement.period): statement for statement in statements}
    marked = {
        (check.name, statement.kind, statement.period, check.period_end)
        for statement in statements
        for check in statement.checks
        if check.result == "failed"
    }
    results = [
        *_of_columns(statements),
        *(each for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY) for each in _between(by_kind, period)),
        *sum_results(by_kind),
        *sign_results(statements),
    ]
    counts: dict[str, Counter[AuditOutcome]] = {name: Counter() for name in AUDIT_NAMES}
    breaks = []
    for each in results:
        key = (_MARKED_BY.get(each.name, each.name), each.kind, each.period, each.column.end)
        is_marked = key in marked
        outcome = _outcome(each.outcome, is_marked=is_marked)
        counts[each.name][outcome] += 1
        if each.outcome is Outcome.BROKEN:
            breaks.append(_break(each, is_marked=is_marked))
    for breakdown in breakdowns:
        counts[SEGMENTS].update(_SEGMENT_OUTCOMES[adds_up] for adds_up in breakdown.adds_up)
        breaks += _segment_breaks(breakdown)
    shown = [checked_figures(statement) for statement in statements]
    return CompanyAudit(
        company=statements[0].company,
        columns=sum(len(statement.periods) for statement in statements),
        figures_shown=sum(each.shown for each in shown),
        figures_checked=sum(each.checked for each in shown),
        counts=counts,
        breaks=tuple(sorted(breaks, key=lambda each: (each.period_end, each.name, each.period), reverse=True)),
    )


_SEGMENT_OUTCOMES = {
    True: AuditOutcome.HOLDS,
    False: AuditOutcome.BROKEN_MARKED,
    None: AuditOutcome.NOT_CHECKED,
}


def _segment_breaks(breakdown: Breakdown) -> Iterator[AuditBreak]:
    """Sums of segments that are not the total; the table of segments marks each."""
    kind = StatementKind.BALANCE if breakdown.periods[-1][0] is None else StatementKind.INCOME
    columns = zip(breakdown.periods, breakdown.period_labels, breakdown.total, breakdown.adds_up, strict=True)
    for span, label, total, adds_up in columns:
        if adds_up is False and total is not None:
            figure = Figure(span[1], total.value, total.unit, Status.REPORTED, facts=(total,))
            figures = ((breakdown.line, f"{breakdown.label} by {breakdown.axis_label.lower()}", figure),)
            yield AuditBreak(SEGMENTS, kind, PeriodKind.ANNUAL, label, span[1], True, None, figures)


def _outcome(outcome: Outcome, *, is_marked: bool) -> AuditOutcome:
    if outcome is Outcome.BROKEN:
        return AuditOutcome.BROKEN_MARKED if is_marked else AuditOutcome.BROKEN_UNMARKED
    return AuditOutcome(outcome.value)


def _break(each: Compared, *, is_marked: bool) -> AuditBreak:
    column = each.column
    return AuditBreak(
        each.name, each.kind, each.period, column.label, column.end, is_marked, each.difference, each.figures
    )  # fmt: skip


# The label and the figure of each line.
_Column = Mapping[str, tuple[str, Figure]]


def _of_columns(statements: Sequence[Statement]) -> Iterator[Compared]:
    """The identities within each column of the statements."""
    for statement, place in columns_once(statements):
        yield from _of_column(statement, statement.periods[place], _column(statement, place))


def _of_column(statement: Statement, period: StatementPeriod, labelled: _Column) -> Iterator[Compared]:
    column = {line: figure for line, (_, figure) in labelled.items()}
    for identity in identities(statement.kind):
        yield _compared(identity.name, statement, period, evaluate(identity, column), labelled)
    if statement.kind is StatementKind.INCOME:
        yield _compared(EPS_TIMES_SHARES, statement, period, evaluate_per_share(column), labelled)


def _column(statement: Statement, place: int) -> dict[str, tuple[str, Figure]]:
    return {line.line: (line.label, line.figures[place]) for line in statement.lines}


def _compared(name: str, statement: Statement, period: StatementPeriod, result: Result, column: _Column) -> Compared:
    figures = tuple((line, *column[line]) for line in result.lines)
    return Compared(name, statement.kind, statement.period, period, result.outcome, result.difference, figures)


def _between(by_kind: Statements, period: PeriodKind) -> Iterator[Compared]:
    """The identities between the statements of one period, for years and quarters."""
    results: defaultdict[date, dict[str, tuple[str, Figure]]] = defaultdict(dict)
    for kind in StatementKind:
        statement = by_kind[kind, period]
        for place, column in enumerate(statement.periods):
            results[column.end].update(_column(statement, place))
    for kind in StatementKind:
        statement = by_kind[kind, period]
        for column in statement.periods:
            labelled = results[column.end]
            for name, shown_on, result in cross_results({line: figure for line, (_, figure) in labelled.items()}):
                if shown_on is kind:
                    yield _compared(name, statement, column, result, labelled)
