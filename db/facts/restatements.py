"""Restatements: values that differ between a company's filings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import cache

import sqlalchemy as sa

from db.facts.computable import computes
from workbench.domain.facts.restatements import Change, RestatementList, Words, counted, find_restatements
from workbench.domain.facts.splits import find_splits
from workbench.domain.identity import Company
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind

# All facts of the company as a whole from the forms that statements are made of (see `db.facts.as_filed`).
_ALL = sa.text(
    """
    select concept_id, period_end, period_start, unit_id, value, accession, form, filed_on
    from financial_metrics
    where cik = :cik
      and dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
      and filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and (form like '10-K%' or form like '10-Q%' or form like '20-F%' or form like '40-F%'
           or form like '6-K%' or form like '8-K%')
    """
)


@computes("the list of restatements")
def restatements(
    connection: sa.Connection,
    company: Company,
    as_of: date | None = None,
    *,
    kinds: Collection[Change] = (),
    since: date | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> RestatementList:
    """Every value in a filing up to `as_of` that differs from an earlier filing, newest filing first (see `Restatement`).

    `kinds` and `since` (bounds the newer filing's date) select among them; the counts include all kinds.
    """
    result = connection.execute(_ALL, {"cik": company.cik.number, "as_of": as_of})
    versions = result.cursor.fetchall() if result.cursor else []
    words = _words(connection)
    found = find_restatements(versions, words, find_splits(versions, words.concepts))
    recent = [one for one in found if since is None or one.after.filed_on >= since]
    chosen = [one for one in recent if not kinds or one.kind in kinds]
    end = None if limit is None else offset + limit
    return RestatementList(company, as_of, counted(recent), tuple(chosen[offset:end]))


def _words(connection: sa.Connection) -> Words:
    rows = connection.execute(sa.text("select concept_id, taxonomy || ':' || tag, label from concepts")).all()
    units = {row[0]: row[1] for row in connection.execute(sa.text("select unit_id, unit from units"))}
    return Words({row[0]: row[1] for row in rows}, units, {row[0]: row[2] for row in rows if row[2]}, _lines())


@cache
def _lines() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for kind in StatementKind:
        for line in ConceptMap.load().template(kind, "commercial").lines:
            for tag in line.tags:
                if line.name not in found[tag]:
                    found[tag].append(line.name)
    return {tag: tuple(lines) for tag, lines in found.items()}
