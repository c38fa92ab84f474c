"""Restatements: values that differ between a company's filings, stored ahead as of now, else found among all its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache

import sqlalchemy as sa

from db.companies import get_company, lock_company
from db.facts.computable import computes
from db.facts.versions import facts_version
from db.statements.stored_restatements import is_list_stored, save_list, stored_list
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.facts.restated_concepts import RestatementList, counted, merge
from workbench.domain.facts.restatements import Change, Decimals, Words, find_restatements
from workbench.domain.facts.splits import find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.concepts import Choice, ConceptMap, LineDefinition
from workbench.domain.statements.statement import StatementKind

# All facts of the company as a whole from the forms that statements are made of (see `db.facts.as_filed`).
_OF_COMPANY = """
    from financial_metrics
    where cik = :cik
      and dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
      and (form like '10-K%' or form like '10-Q%' or form like '10-S%' or form like '20-F%' or form like '40-F%'
           or form like '6-K%' or form like '8-K%')
"""
_ALL = sa.text(
    "select concept_id, period_end, period_start, unit_id, value, accession, form, filed_on "  # nosec B608
    f"{_OF_COMPANY} and filed_on <= coalesce(cast(:as_of as date), 'infinity')"
)
_FIRST = sa.text(f"select min(filed_on) {_OF_COMPANY}")
# Of a value that a document marks more than once, to the precision of the finest element; null: exact.
_DECIMALS = sa.text(
    """
    select e.concept_id, e.period_end, e.period_start, e.unit_id, e.value, d.accession,
           case when bool_or(e.decimals is null) then null else max(e.decimals) end as decimals
    from documents d join fact_elements e using (document_id)
    where d.cik = :cik
      and d.accession is not null
      and d.filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and e.dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
      and e.value is not null
    group by e.concept_id, e.period_end, e.period_start, e.unit_id, e.value, d.accession
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
    """What filings up to `as_of` changed: one entry for each concept and filing, what matters most first (see `merge`).

    `kinds` selects entries with a change of one of them. `since` bounds the filing's date. The counts include all kinds.
    """
    stored = stored_list(connection, company, as_of, kinds=kinds, since=since, limit=limit, offset=offset)
    if stored is not None:
        return stored
    restatement_list = _computed(connection, company, as_of)
    recent = [entry for entry in restatement_list.restated if since is None or entry.foremost.after.filed_on >= since]
    chosen = [entry for entry in recent if not kinds or entry.kinds & set(kinds)]
    end = None if limit is None else offset + limit
    return RestatementList(company, as_of, restatement_list.filings_from, counted(recent), tuple(chosen[offset:end]))


def refresh_restatements(connection: sa.Connection, cik: Cik) -> bool:
    """Brings a company's stored list up to its facts; returns False if nothing had to be computed."""
    lock_company(connection, cik)
    if is_list_stored(connection, cik):
        return False
    # Before the facts are read: those that come in between are then newer than their version says, never older.
    version = facts_version(connection, cik)
    save_list(connection, _computed(connection, get_company(connection, cik), None), version=version)
    return True


def filings_from(connection: sa.Connection, cik: Cik) -> date | None:
    """The day of the first filing whose figures are loaded; None without any. Before it, nothing is known."""
    first: date | None = connection.scalar(_FIRST, {"cik": cik.number})
    return first


def _computed(connection: sa.Connection, company: Company, as_of: date | None) -> RestatementList:
    asked = {"cik": company.cik.number, "as_of": as_of}
    result = connection.execute(_ALL, asked)
    versions: Sequence[FiledVersion] = result.cursor.fetchall() if result.cursor else ()
    words = _words(connection)
    decimals: Decimals = {tuple(row[:-1]): row[-1] for row in connection.execute(_DECIMALS, asked)}
    changes = find_restatements(versions, words, find_splits(versions, words.concepts), decimals)
    restated_concepts = merge(changes, [line.name for line in _statement_lines()])
    first = filings_from(connection, company.cik)
    return RestatementList(company, as_of, first, counted(restated_concepts), tuple(restated_concepts))


def _words(connection: sa.Connection) -> Words:
    rows = connection.execute(sa.text("select concept_id, taxonomy || ':' || tag, label from concepts")).all()
    units = {row[0]: row[1] for row in connection.execute(sa.text("select unit_id, unit from units"))}
    return Words({row[0]: row[1] for row in rows}, units, {row[0]: row[2] for row in rows if row[2]}, _lines(), _totals())


@cache
def _lines() -> dict[str, tuple[str, ...]]:
    results: defaultdict[str, list[str]] = defaultdict(list)
    for line in _statement_lines():
        for tag in line.tags:
            if line.name not in results[tag]:
                results[tag].append(line.name)
    return {tag: tuple(lines) for tag, lines in results.items()}


@cache
def _totals() -> frozenset[str]:
    return frozenset(tag for line in _statement_lines() if line.is_total or line.choice is Choice.TOTAL for tag in line.tags)


def _statement_lines() -> Iterator[LineDefinition]:
    for kind in StatementKind:
        yield from ConceptMap.load().template(kind, "commercial").lines
