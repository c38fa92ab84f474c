"""Statements as known on a date: stored ahead as of now, else assembled by the domain from one read of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from db.companies import get_company, lock_company
from db.facts.as_filed import FiledVersions, read_filed_versions, statement_tags
from db.facts.computable import computes
from db.facts.share_classes import main_class_of
from db.statements.company_facts import CompanyFacts
from db.statements.memo import cached_by_facts
from db.statements.restatements import filings_from
from db.statements.rules_digest import EVALUATED
from db.statements.stored_statements import (
    CarriedColumns,
    are_stored,
    carried_columns,
    save_columns,
    settled_statement,
    stored_statement,
)
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.checks import STORED_BESIDE
from workbench.domain.statements.assembly import assemble, figures_of
from workbench.domain.statements.settled import continued, settled_columns
from workbench.domain.statements.statement import Check, PeriodKind, Statement, StatementKind, is_of_quarters

# Columns after settled ones follow from facts of so many years before, as those of a statement of few years do.
_READ_BEFORE = {
    PeriodKind.ANNUAL: timedelta(days=372 * 3), PeriodKind.QUARTERLY: timedelta(days=372 * 4),
    PeriodKind.TTM: timedelta(days=372 * 4),
}  # fmt: skip

# Results that need other statements or linkbases, which are not read for a statement: stored as of now.
_STORED_CHECKS = sa.text(
    f"""
    select name, period_end, result, detail from statement_checks
    where cik = :cik and statement = :statement and period = :period and name = any(cast(:names as text[]))
      and result <> 'not_applicable' and period_end = any(cast(:ends as date[])) and cik in {EVALUATED}
    order by name, period_end
    """  # noqa: S608
)


@computes("the statement")
def statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement:
    """The standardised statement of a company as known on `as_of` (None: now); periods oldest first.

    Each line of the company's industry is there for each period: reported, derived with its operands, or refused with a
    reason. A company without facts has no periods; then `filings_from` says since when anything is known. The checks of a
    statement as known now include the stored results of the filings' calculation linkbases, where any are archived.
    """
    result = _stored_or_assembled(connection, company, kind, period, as_of, limit_periods=limit_periods)
    if not result.periods:
        return replace(result, filings_from=filings_from(connection, company.cik))
    if as_of is not None:
        return result
    asked = {"cik": company.cik.number, "statement": kind.value, "period": period.value, "names": list(STORED_BESIDE)}
    stored = connection.execute(_STORED_CHECKS, asked | {"ends": [column.end for column in result.periods]})
    return replace(result, checks=(*result.checks, *(Check(*row) for row in stored)))


@cached_by_facts
def _stored_or_assembled(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None,
) -> Statement:
    return (
        stored_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
        or continued_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
        or assembled_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
    )


def continued_statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement | None:
    """The same on a past day, from stored columns that no later filing changed and, after them, from the facts.

    None where there are no such columns; see `workbench.domain.statements.settled`.
    """
    if as_of is None:
        return None
    settled = settled_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
    if settled is None:
        return None
    earlier, industry = settled
    first = earlier.periods[-1].end - _READ_BEFORE[period]
    facts, splits = _facts(_filed(connection, company.cik, kind, as_of, ending_from=first), kind)
    figures = figures_of(company, kind, facts, splits)
    return continued(earlier, figures, limit_periods=limit_periods) if figures.template.industry == industry else None


def assembled_statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement:
    """The same from the facts themselves, whatever is stored, and without what filings' calculation linkbases say of it."""

    def assembled(newest_years: int | None) -> Statement:
        facts, splits = _facts(_filed(connection, company.cik, kind, as_of, newest_years=newest_years), kind)
        return assemble(company, kind, period, as_of, facts, limit_periods=limit_periods, splits=splits)

    if limit_periods is None or period is PeriodKind.ANNUAL:
        return assembled(limit_periods)
    result = assembled(-(-limit_periods // 4))
    # Half-years, and quarters of long ago, reach further back than so many quarters do.
    return result if is_of_quarters(result.periods) else assembled(None)


def refresh_statements(connection: sa.Connection, cik: Cik, read: CompanyFacts | None = None) -> int:
    """Brings a company's stored statements up to its facts and returns how many were computed: none when they are.

    They are of all periods, as known now. `read` are the facts, if they have been read, with figures that were not used.
    """
    lock_company(connection, cik)
    if are_stored(connection, get_company(connection, cik)):
        return 0
    read = read or CompanyFacts(connection, cik)
    for kind in StatementKind:
        _refresh_statement(connection, read, kind)
    return len(StatementKind) * len(PeriodKind)


def _refresh_statement(connection: sa.Connection, read: CompanyFacts, kind: StatementKind) -> None:
    figures, splits = read.figures.statements[kind], _splits_of(kind, read.splits)
    industry, floor = figures.template.industry, _floor(connection, read.company.cik, kind, read.filed)
    there: dict[PeriodKind, CarriedColumns] = {}
    if floor is not None and read.unchanged_before is not None:
        day = read.unchanged_before
        there = carried_columns(connection, read.company, kind, day, industry=industry, splits=splits)
        floor = max([floor, *(each.settled_on for each in there.values())])
    after = {period: each.last_end for period, each in there.items()}
    for period, columns in settled_columns(figures, kind, floor, after).items():
        save_columns(
            connection, read.company, kind, period, columns, first=there[period].number if period in there else 0,
            industry=industry, splits=splits, version=read.version, last_filed_on=read.last_filed_on(kind),
        )  # fmt: skip


def _floor(connection: sa.Connection, cik: Cik, kind: StatementKind, filed: FiledVersions) -> date | None:
    """The day before which no column of a statement is settled; None if none ever is.

    The naming of years changes columns of long ago. Facts of a share class give way to later ones of the company.
    """
    if kind is StatementKind.INCOME and main_class_of(connection, cik, None) is not None:
        return None
    return max((offset.known_from for offset in filed.year_offsets), default=date.min)


def _filed(
    connection: sa.Connection,
    cik: Cik,
    kind: StatementKind,
    as_of: date | None,
    *,
    newest_years: int | None = None,
    ending_from: date | None = None,
) -> FiledVersions:
    return read_filed_versions(
        connection, cik, statement_tags(kind), as_of, newest_years=newest_years, ending_from=ending_from
    )


def _facts(filed: FiledVersions, kind: StatementKind) -> tuple[FactTable, Sequence[Split]]:
    facts = FactTable(*filed)
    return facts, _splits_of(kind, find_splits(facts.filings(SPLIT_TAGS), filed.concepts))


def _splits_of(kind: StatementKind, splits: Sequence[Split]) -> Sequence[Split]:
    """The splits that a statement's figures are adjusted for: no line of a statement of cash flows is of shares."""
    return () if kind is StatementKind.CASHFLOW else splits
