"""Statements as known now, stored beside the facts they follow from: computed ahead, never edited by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from db.statements.rules_digest import RULES, SIC, rules_for
from db.tables import companies, fact_versions, stored_statement_columns, stored_statements
from workbench.domain.identity import Company
from workbench.domain.measures.checks import CHECK_NAMES
from workbench.domain.statements.assembly import statement_line
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import (
    Check,
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementPeriod,
)

# One statement of one moment: that what it follows from still holds is asked for in the same breath as its columns.
_STORED = sa.text(
    """
    select s.industry, c.content
    from stored_statements s
    left join fact_versions v on v.cik = s.cik
    left join stored_statement_columns c
      on c.cik = s.cik and c.statement = s.statement and c.period = s.period
      and c.place >= s.columns - coalesce(cast(:newest as integer), s.columns)
    where s.cik = :cik and s.statement = :statement and s.period = :period
      and s.reader = :reader and s.facts_version = coalesce(v.version, 0)
      and (s.last_filed_on is null or s.last_filed_on <= coalesce(cast(:as_of as date), 'infinity'))
    order by c.place
    """
)


class _Column(NamedTuple):
    """What is stored of a period: a figure for each line in their order, and its check results."""

    period: StatementPeriod
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]


def stored_statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement | None:
    """The statement that the facts of now and these rules make, where it is stored; None where it is to be computed.

    It is the answer for every `as_of` from the day on which the last of its facts was filed.
    """
    key = {"cik": company.cik.number, "statement": kind.value, "period": period.value}
    rows = connection.execute(_STORED, key | {"reader": rules_for(company), "as_of": as_of, "newest": limit_periods}).all()
    if not rows:
        return None
    columns = [_codec().validate_json(row.content) for row in rows if row.content is not None]
    lines = tuple(
        statement_line(line, tuple(column.figures[place] for column in columns))
        for place, line in enumerate(ConceptMap.load().template(kind, rows[0].industry, company).lines)
    )
    checks = [check for column in columns for check in column.checks]
    checks.sort(key=lambda check: CHECK_NAMES.index(check.name))
    return Statement(company, kind, period, as_of, tuple(column.period for column in columns), lines, tuple(checks))


def save_statement(
    connection: sa.Connection, statement: Statement, *, industry: str, version: int, last_filed_on: date | None
) -> None:
    """Stores a statement of all periods, as known now; columns that are as they were stay untouched.

    `version` is that of the facts it was computed from, the last of them filed on `last_filed_on`.
    """
    key = {"cik": statement.company.cik.number, "statement": statement.kind.value, "period": statement.period.value}
    state = {
        "industry": industry, "reader": rules_for(statement.company), "facts_version": version,
        "last_filed_on": last_filed_on, "columns": len(statement.periods),
    }  # fmt: skip
    head = pg.insert(stored_statements).values(key | state)
    connection.execute(head.on_conflict_do_update(constraint=stored_statements.primary_key, set_=state))
    table = stored_statement_columns.c
    rows = [key | {"place": place, "content": content} for place, content in enumerate(_contents(statement))]
    if rows:
        insert = pg.insert(stored_statement_columns)
        new = insert.excluded.content
        is_other = table.content != new
        same_place = stored_statement_columns.primary_key
        connection.execute(insert.on_conflict_do_update(constraint=same_place, set_={"content": new}, where=is_other), rows)
    is_own = sa.and_(*(table[name] == value for name, value in key.items()))
    connection.execute(sa.delete(stored_statement_columns).where(is_own, table.place >= len(rows)))


def are_stored(connection: sa.Connection, company: Company) -> bool:
    """Whether all statements of a company are stored as its facts and these rules make them."""
    return connection.scalar(companies_with_statements().where(companies.c.cik == company.cik.number)) is not None


def companies_with_statements() -> sa.Select[tuple[int]]:
    """The query for the companies of which that is so."""
    stored = stored_statements.c
    return (
        sa.select(stored.cik)
        .join(companies, companies.c.cik == stored.cik)
        .outerjoin(fact_versions, fact_versions.c.cik == stored.cik)
        .where(
            stored.facts_version == sa.func.coalesce(fact_versions.c.version, 0),
            stored.reader == sa.func.concat(RULES, SIC, companies.c.sic),
        )
        .group_by(stored.cik)
        .having(sa.func.count() == len(StatementKind) * len(PeriodKind))
    )


def _contents(statement: Statement) -> list[str]:
    by_end = attrgetter("period_end")
    checks = {end: tuple(own) for end, own in groupby(sorted(statement.checks, key=by_end), key=by_end)}
    columns = (
        _Column(period, tuple(line.figures[place] for line in statement.lines), checks.pop(period.end, ()))
        for place, period in enumerate(statement.periods)
    )
    return [_codec().dump_json(column).decode() for column in columns]


@cache
def _codec() -> TypeAdapter[_Column]:
    # Numbers are text in it, with the digits that were filed.
    return TypeAdapter(_Column)
