"""Check results of statements, stored for the latest facts, and the feed of failed checks over all companies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import get_company, lock_company
from db.facts.as_filed import read_filed_versions
from db.facts.calculations import filed_calculations
from db.facts.computable import computes
from db.statements.company_facts import CompanyFacts
from db.statements.rules_digest import EVALUATED
from db.statements.stored_statements import are_stored
from db.tables import statement_checks
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import ACCESSION
from workbench.domain.facts.splits import find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.checks import CHECK_NAMES, CHECK_RESULTS, StatementCheck, all_checks
from workbench.domain.measures.ratios import all_figures, ratio_tags
from workbench.domain.statements.linkbase_checks import CALCULATIONS_ADD_UP
from workbench.domain.statements.statement import Check, PeriodKind, StatementKind


def refresh_checks(connection: sa.Connection, cik: Cik, read: CompanyFacts | None = None) -> int:
    """Computes and stores a company's check results from its latest facts; returns their number.

    An unchanged result keeps its time; results of periods that do not exist are deleted. `read` are the facts, if they have
    been read; results of columns that they leave as they were stay.
    """
    lock_company(connection, cik)
    since = (read and read.unchanged_before) or date.min
    read = read or CompanyFacts(connection, cik)
    results = all_checks(read.company, read.figures, filed_calculations(connection, cik), since=since)
    rows = [_row(each) for each in results]
    _drop_others(connection, cik, rows, since)
    if rows:
        insert = pg.insert(statement_checks)
        new = {name: insert.excluded[name] for name in ("result", "detail", "period_label")}
        changed = sa.or_(*(statement_checks.c[name] != value for name, value in new.items()))
        on_conflict = insert.on_conflict_do_update(
            constraint=statement_checks.primary_key, set_=new | {"checked_at": sa.func.now()}, where=changed
        )
        connection.execute(on_conflict, rows)
    return len(rows)


@computes("the checks")
def checks_known(connection: sa.Connection, company: Company, as_of: date | None) -> list[StatementCheck]:
    """Every check result of a company from the facts known on `as_of` (None: now), oldest first; stores nothing."""
    filed = read_filed_versions(connection, company.cik, ratio_tags(), as_of)
    linkbases = filed_calculations(connection, company.cik)
    if as_of is not None:
        known = {version[ACCESSION] for version in filed.versions}
        linkbases = [each for each in linkbases if each.accession.text in known]
    figures = all_figures(company, FactTable(*filed), find_splits(filed.versions, filed.concepts))
    return all_checks(company, figures, linkbases)


def check_results(connection: sa.Connection, company: Company, as_of: date | None) -> list[StatementCheck]:
    """As `checks_known`, newest period first; uses the stored results if they are current."""
    if as_of is None and are_stored(connection, company):
        # Kept in the transaction that stores statements; a company that is just being loaded may have the one alone.
        stored = checks_of(connection, company, results=(), limit=None)
        if stored:
            return stored
    return sorted(checks_known(connection, company, as_of), key=lambda each: each.check.period_end, reverse=True)


def checks_of(
    connection: sa.Connection,
    company: Company | None = None,
    *,
    ciks: Collection[Cik] = (),
    names: Collection[str] = (),
    results: Collection[str] = ("failed",),
    since: date | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> list[StatementCheck]:
    """Stored check results of one company, some or all, newest period first; failed checks unless `results` names others.

    Results of other rules are left out. `since` bounds the end of the period.

    Raises InvalidRequest for an unknown check or result.
    """
    _refuse_unknown("check", names, CHECK_NAMES)
    _refuse_unknown("result", results, CHECK_RESULTS)
    table = statement_checks.c
    query = sa.select(statement_checks).where(sa.text(f"statement_checks.cik in {EVALUATED}"))
    if company is not None:
        query = query.where(table.cik == company.cik.number)
    if ciks:
        query = query.where(table.cik.in_([cik.number for cik in ciks]))
    if names:
        query = query.where(table.name.in_(names))
    if results:
        query = query.where(table.result.in_(results))
    if since is not None:
        query = query.where(table.period_end >= since)
    query = query.order_by(table.period_end.desc(), table.cik, table.statement, table.period, table.name)
    rows = connection.execute(query.limit(limit).offset(offset)).all()
    companies = {number: get_company(connection, Cik(number)) for number in {row.cik for row in rows}}
    return [
        StatementCheck(
            companies[row.cik],
            StatementKind(row.statement),
            PeriodKind(row.period),
            row.period_label,
            Check(row.name, row.period_end, row.result, row.detail),
        )
        for row in rows
    ]


def _refuse_unknown(what: str, asked: Collection[str], known: Collection[str]) -> None:
    for name in asked:
        if name not in known:
            raise InvalidRequest(f"{name!r} is not a {what}: use {', '.join(known)}")


def _row(statement_check: StatementCheck) -> dict[str, object]:
    return {
        "cik": statement_check.company.cik.number,
        "statement": statement_check.kind.value,
        "period": statement_check.period.value,
        "name": statement_check.check.name,
        "period_end": statement_check.check.period_end,
        "period_label": statement_check.label,
        "result": statement_check.check.result,
        "detail": statement_check.check.detail,
    }


def _drop_others(connection: sa.Connection, cik: Cik, rows: list[dict[str, object]], since: date) -> None:
    key = ("statement", "period", "name", "period_end")
    stored = {tuple(row[name] for name in key) for row in rows}
    own = statement_checks.c.cik == cik.number
    is_computed = sa.or_(statement_checks.c.period_end >= since, statement_checks.c.name == CALCULATIONS_ADD_UP)
    there = connection.execute(sa.select(*(statement_checks.c[name] for name in key)).where(own, is_computed)).all()
    for gone in (tuple(row) for row in there if tuple(row) not in stored):
        same = (statement_checks.c[name] == value for name, value in zip(key, gone, strict=True))
        connection.execute(sa.delete(statement_checks).where(own, *same))
