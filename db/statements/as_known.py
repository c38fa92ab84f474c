"""Statements as known on a date: stored ahead as of now, else assembled by the domain from one read of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from db.companies import get_company, lock_company
from db.facts.as_filed import FiledVersions, read_filed_versions
from db.facts.computable import computes
from db.facts.versions import facts_version
from db.statements.memo import cached_by_facts
from db.statements.restatements import filings_from
from db.statements.rules_digest import EVALUATED
from db.statements.stored_statements import are_stored, save_statement, stored_statement
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.checks import STORED_BESIDE
from workbench.domain.statements.assembly import assemble, figures_of, statement_from
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import Check, PeriodKind, Statement, StatementKind, is_of_quarters

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
    stored = stored_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
    return stored or assembled_statement(connection, company, kind, period, as_of, limit_periods=limit_periods)


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


def refresh_statements(connection: sa.Connection, cik: Cik) -> int:
    """Brings a company's stored statements up to its facts and returns how many were computed: none when they are.

    They are of all periods, as known now.
    """
    lock_company(connection, cik)
    company = get_company(connection, cik)
    if are_stored(connection, company):
        return 0
    # Before the facts are read: those that come in between are then newer than their version says, never older.
    version = facts_version(connection, cik)
    for kind in StatementKind:
        filed = _filed(connection, cik, kind, None)
        facts, splits = _facts(filed, kind)
        figures = figures_of(company, kind, facts, splits)
        for period in PeriodKind:
            result = statement_from(company, figures, kind, period, None)
            industry = figures.template.industry
            save_statement(connection, result, industry=industry, version=version, last_filed_on=filed.last_filed_on)
    return len(StatementKind) * len(PeriodKind)


def _filed(
    connection: sa.Connection, cik: Cik, kind: StatementKind, as_of: date | None, *, newest_years: int | None = None
) -> FiledVersions:
    tags = ConceptMap.load().all_tags(kind) | (frozenset() if kind is StatementKind.CASHFLOW else SPLIT_TAGS)
    return read_filed_versions(connection, cik, tags, as_of, newest_years=newest_years)


def _facts(filed: FiledVersions, kind: StatementKind) -> tuple[FactTable, Sequence[Split]]:
    facts = FactTable(*filed)
    return facts, () if kind is StatementKind.CASHFLOW else find_splits(facts.filings(SPLIT_TAGS), filed.concepts)
