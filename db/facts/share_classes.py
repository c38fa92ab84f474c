"""Share classes on the cover pages of reports, and the facts that filings give by class only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import lock_company
from db.facts.versions import facts_changed
from db.tables import company_tickers, listed_share_classes
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.facts.share_classes import CLASS_AXIS, LINES_OF_CLASS, ListedClass, main_class, of_class
from workbench.domain.identity import Cik
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind

# Each statement asks for it, so it is text that needs no compiling.
_LISTED = sa.text(
    """
    select accession, symbol, member, filed_on from listed_share_classes
    where cik = :cik and filed_on <= coalesce(cast(:as_of as date), 'infinity')
    """
)
# Facts of one class, without periods for which the concept is also filed for the whole company.
_VERSIONS = sa.text(
    """
    select m.concept_id, m.period_end, m.period_start, m.unit_id, m.value, m.accession, m.form, m.filed_on
    from financial_metrics m
    where m.cik = :cik
      and m.concept_id = any(cast(:concept_ids as integer[]))
      and m.dimensions_id = (select dimensions_id from dimension_sets
                             where members = jsonb_build_object(cast(:axis as text), cast(:member as text)))
      and m.filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and m.period_end >= coalesce(cast(:ending_from as date), '-infinity')
      and not exists (
        select from financial_metrics w
        where w.cik = m.cik and w.concept_id = m.concept_id and w.unit_id = m.unit_id
          and w.period_end = m.period_end and w.period_start is not distinct from m.period_start
          and w.dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
          and w.filed_on <= coalesce(cast(:as_of as date), 'infinity'))
    """
)


class ClassFacts(NamedTuple):
    """Filed versions of facts of the main listed class, the names of their concepts by id, and the concepts of each line.

    The ids are those of the concepts, negated, so that these facts are never mixed with those of the whole company.
    """

    versions: list[FiledVersion]
    concepts: dict[int, str]
    lines: dict[str, tuple[str, ...]]


def save_listed_classes(connection: sa.Connection, cik: Cik, listed: Iterable[ListedClass]) -> int:
    """Saves the classes that a report's cover page lists; returns how many rows are new or changed."""
    rows = [each._asdict() | {"cik": cik.number} for each in listed]
    if not rows:
        return 0
    lock_company(connection, cik)
    insert, table = pg.insert(listed_share_classes), listed_share_classes.c
    is_other = (table.member != insert.excluded.member) | (table.filed_on != insert.excluded.filed_on)
    insert = insert.on_conflict_do_update(
        constraint=listed_share_classes.primary_key,
        set_={"member": insert.excluded.member, "filed_on": insert.excluded.filed_on},
        where=is_other,
    )
    changed = len(connection.execute(insert.values(rows).returning(table.symbol)).all())
    if changed:
        facts_changed(connection, cik)
    return changed


def main_class_of(connection: sa.Connection, cik: Cik, as_of: date | None) -> str | None:
    """The member of the company's main listed class, as known at the end of `as_of` (None: now); None if unknown."""
    listed = [ListedClass._make(row) for row in connection.execute(_LISTED, {"cik": cik.number, "as_of": as_of})]
    if not listed:
        return None
    tickers = sa.select(company_tickers.c.ticker).where(company_tickers.c.cik == cik.number)
    return main_class(listed, connection.scalars(tickers.order_by(company_tickers.c.position)).all())


def class_facts(
    connection: sa.Connection, cik: Cik, concepts: Mapping[int, str], as_of: date | None, ending_from: date | None
) -> ClassFacts:
    """The facts of the main listed class under those of these concepts (by id) that lines of a class use."""
    member = main_class_of(connection, cik, as_of)
    by_line = {line: _tags(line) for line in LINES_OF_CLASS} if member else {}
    wanted = [number for number, name in concepts.items() if any(name in tags for tags in by_line.values())]
    if member is None or not wanted:
        return ClassFacts([], {}, {})
    asked = {
        "cik": cik.number, "concept_ids": wanted, "axis": CLASS_AXIS, "member": member, "as_of": as_of,
        "ending_from": ending_from,
    }  # fmt: skip
    versions = [(-row[0], *row[1:]) for row in connection.execute(_VERSIONS, asked)]
    used = {-version[0] for version in versions}
    lines = {
        LINES_OF_CLASS[line]: tuple(of_class(tag, member) for tag in tags if any(concepts[number] == tag for number in used))
        for line, tags in by_line.items()
    }
    names = {-number: of_class(concepts[number], member) for number in used}
    return ClassFacts(versions, names, {line: tags for line, tags in lines.items() if tags})


def _tags(name: str) -> tuple[str, ...]:
    template = ConceptMap.load().template(StatementKind.INCOME, "commercial")
    return next(line.tags for line in template.lines if line.name == name)
