"""Statements as known now, stored beside the facts they follow from: computed ahead, never edited by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from db.statements.rules_digest import RULES, SIC, rules_for
from db.tables import companies, fact_versions, stored_statement_columns, stored_statements
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Company
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.settled import SettledColumn, joined, with_known_splits
from workbench.domain.statements.statement import PeriodKind, Statement, StatementColumn, StatementKind

# Of a statement whose settled columns end longer ago than so many days for each month it shows, none is shown.
_MOST_DAYS_OF_A_MONTH = 30

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


# The columns of it that were settled by a day, newest first.
_SETTLED = sa.text(
    """
    select s.industry, s.splits, c.content
    from stored_statements s
    left join fact_versions v on v.cik = s.cik
    join stored_statement_columns c on c.cik = s.cik and c.statement = s.statement and c.period = s.period
    where s.cik = :cik and s.statement = :statement and s.period = :period
      and s.reader = :reader and s.facts_version = coalesce(v.version, 0) and c.settled_on <= :as_of
    order by c.place desc
    limit :newest
    """
)

# Where each column of a statement ends, and since when it is what it is.
_ENDS = sa.text(
    """
    select s.period, c.settled_on, (cast(c.content as jsonb) -> 0 ->> 'end')::date as period_end
    from stored_statements s join stored_statement_columns c on (c.cik, c.statement, c.period) = (s.cik, s.statement, s.period)
    where s.cik = :cik and s.statement = :statement and s.industry = :industry and s.splits = :splits
    order by s.period, c.place
    """
)


class CarriedColumns(NamedTuple):
    """The first columns of a stored statement: how many, where the last of them ends, and since when it is what it is."""

    number: int
    last_end: date
    settled_on: date


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
    template = ConceptMap.load().template(kind, rows[0].industry, company)
    return joined(Statement(company, kind, period, as_of, (), ()), template, columns)


def settled_statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date,
    *,
    limit_periods: int | None = None,
) -> tuple[Statement, str] | None:
    """The columns of the stored statement that no filing after `as_of` changed, and the industry whose lines it has.

    The newest `limit_periods`. None where none are stored, or where a statement of so many periods has none of them.
    """
    asked = {"cik": company.cik.number, "statement": kind.value, "period": period.value, "as_of": as_of}
    rows = connection.execute(_SETTLED, asked | {"reader": rules_for(company), "newest": limit_periods}).all()
    if not rows:
        return None
    newest = _codec().validate_json(rows[0].content)
    months = 12 if period is PeriodKind.ANNUAL else 3
    if limit_periods is not None and (as_of - newest.period.end).days > limit_periods * months * _MOST_DAYS_OF_A_MONTH:
        return None
    columns = [*(_codec().validate_json(row.content) for row in reversed(rows[1:])), newest]
    splits = _splits_codec().validate_json(rows[0].splits)
    if any(split.first_filed_on > as_of for split in splits):
        columns = [with_known_splits(column, splits, as_of) for column in columns]
    template = ConceptMap.load().template(kind, rows[0].industry, company)
    return joined(Statement(company, kind, period, as_of, (), ()), template, columns), template.industry


def carried_columns(
    connection: sa.Connection, company: Company, kind: StatementKind, before: date, *, industry: str, splits: Sequence[Split]
) -> dict[PeriodKind, CarriedColumns]:
    """The stored columns of a statement that end before a day, by kind of period.

    None where they are of another industry or adjusted for other splits, or where it is not known since when each is settled.
    """
    key = {"cik": company.cik.number, "statement": kind.value, "industry": industry, "splits": _splits_document(splits)}
    rows = [row for row in connection.execute(_ENDS, key) if row.period_end < before]
    if any(row.settled_on is None for row in rows):
        return {}
    counts = Counter(row.period for row in rows)
    last = {row.period: row for row in rows}
    return {PeriodKind(period): CarriedColumns(counts[period], row.period_end, row.settled_on) for period, row in last.items()}


def save_columns(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    columns: Sequence[SettledColumn],
    *,
    industry: str,
    splits: Sequence[Split],
    version: int,
    last_filed_on: date | None,
    first: int = 0,
) -> None:
    """Stores a statement of all periods, as known now; columns that are as they were stay untouched.

    `version` is that of the facts it was computed from, the last of them filed on `last_filed_on`. `columns` are those from
    the place `first` on.
    """
    key = {"cik": company.cik.number, "statement": kind.value, "period": period.value}
    state = {
        "industry": industry, "reader": rules_for(company), "facts_version": version,
        "last_filed_on": last_filed_on, "columns": first + len(columns), "splits": _splits_document(splits),
    }  # fmt: skip
    head = pg.insert(stored_statements).values(key | state)
    connection.execute(head.on_conflict_do_update(constraint=stored_statements.primary_key, set_=state))
    table = stored_statement_columns.c
    rows: list[dict[str, object]] = [
        key | {"place": place, "content": _codec().dump_json(each.column).decode(), "settled_on": each.settled_on}
        for place, each in enumerate(columns, first)
    ]
    if rows:
        insert = pg.insert(stored_statement_columns)
        new = {name: insert.excluded[name] for name in ("content", "settled_on")}
        is_other = sa.or_(*(table[name].is_distinct_from(value) for name, value in new.items()))
        same_place = stored_statement_columns.primary_key
        connection.execute(insert.on_conflict_do_update(constraint=same_place, set_=new, where=is_other), rows)
    is_own = sa.and_(*(table[name] == value for name, value in key.items()))
    connection.execute(sa.delete(stored_statement_columns).where(is_own, table.place >= first + len(rows)))


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


@cache
def _codec() -> TypeAdapter[StatementColumn]:
    # Numbers are text in it, with the digits that were filed.
    return TypeAdapter(StatementColumn)


def _splits_document(splits: Sequence[Split]) -> str:
    return _splits_codec().dump_json(tuple(splits)).decode()


@cache
def _splits_codec() -> TypeAdapter[tuple[Split, ...]]:
    return TypeAdapter(tuple[Split, ...])
