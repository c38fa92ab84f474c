"""Positions of facts in filings: the inline XBRL elements of filing documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.facts.fact_ids import FactIds
from db.tables import documents, fact_elements, inline_readings, stored_restatement_lists
from workbench.domain.facts.share_classes import CLASS_AXIS, of_class, split_class
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Accession, Cik
from workbench.domain.measures.provenance import Element, NoElement, Origin, PlacedFact, PrintedFact


def save_elements(
    connection: sa.Connection,
    document_id: int,
    placed: Sequence[PlacedFact],
    *,
    sha256: str,
    reader: str,
    outcome: Literal["read", "none", "unreadable"],
) -> int:
    """Replaces the document's elements with `placed`, in order, and records the bytes that were read; returns their number.

    Restatements stored for the company are computed anew, because they follow from the precision that elements state.
    """
    reading = {"document_id": document_id, "sha256": sha256, "reader": reader, "outcome": outcome}
    insert = pg.insert(inline_readings).values(reading)
    connection.execute(insert.on_conflict_do_update(index_elements=["document_id"], set_=reading))
    connection.execute(sa.delete(fact_elements).where(fact_elements.c.document_id == document_id))
    if not placed:
        return 0
    filer = sa.select(documents.c.cik).where(documents.c.document_id == document_id)
    connection.execute(sa.delete(stored_restatement_lists).where(stored_restatement_lists.c.cik.in_(filer)))
    ids = FactIds(
        connection,
        {fact.concept for fact in placed},
        {fact.unit for fact in placed},
        {fact.dimensions for fact in placed},
    )
    connection.execute(sa.insert(fact_elements), [_row(document_id, place, fact, ids) for place, fact in enumerate(placed)])
    return len(placed)


def _row(document_id: int, ordinal: int, fact: PlacedFact, ids: FactIds) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "ordinal": ordinal,
        "element_id": fact.element_id or None,
        "concept_id": ids.concepts[fact.concept],
        "unit_id": ids.units[fact.unit],
        "dimensions_id": ids.dimensions[fact.dimensions],
        "period_start": fact.period_start,
        "period_end": fact.period_end,
        "value": fact.value,
        "decimals": fact.decimals,
        "start_char": fact.start,
        "end_char": fact.end,
        "printed": fact.printed,
    }


# An element stands for a fact when it says the same of it to the last digit: a rounded repetition in the text does not.
# Its own filing goes before others, of those the earliest, and within a filing statements come before notes.
_ELEMENTS = sa.text(
    """
    select d.accession, d.name, e.element_id, e.start_char, e.end_char, e.printed,
           c.taxonomy || ':' || c.tag as concept, u.unit, e.period_start, e.period_end, e.value, s.members
    from documents d
    join fact_elements e using (document_id)
    join concepts c using (concept_id)
    join units u using (unit_id)
    join dimension_sets s using (dimensions_id)
    where d.cik = :cik
      and d.filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and e.concept_id = any(array(
        select concept_id from concepts
        where (taxonomy, tag) in (select split_part(name, ':', 1), split_part(name, ':', 2)
                                  from unnest(cast(:concepts as text[])) as asked (name))))
      and e.period_end = any(cast(:ends as date[]))
      and s.members = any(cast(:members as jsonb[]))
    order by d.filed_on, d.accession, d.document_id, e.ordinal
    """
)
_READINGS = sa.text(
    """
    select d.accession, r.outcome from documents d left join inline_readings r using (document_id)
    where d.accession = any(cast(:accessions as text[]))
    """
)


_PRINTED = sa.text(
    """
    select e.element_id, c.taxonomy || ':' || c.tag as concept, e.value, u.unit, e.period_start, e.period_end, s.members
    from fact_elements e
    join concepts c using (concept_id)
    join units u using (unit_id)
    join dimension_sets s using (dimensions_id)
    where e.document_id = :document_id and e.element_id is not null and e.value is not null
    """
)


def origins(connection: sa.Connection, cik: Cik, facts: Sequence[SourceFact], *, as_of: date | None = None) -> list[Origin]:
    """Each fact of a company with the element that shows it, or the reason why there is none; in the same order.

    A fact of one share class has the element of that class. Other filings are searched if they were filed on or before
    `as_of`.
    """
    if not facts:
        return []
    names = [split_class(fact.concept) for fact in facts]
    asked = {
        "cik": cik.number,
        "as_of": as_of,
        "concepts": sorted({concept for concept, _ in names}),
        "ends": sorted({fact.period_end for fact in facts}),
        "members": sorted({json.dumps({CLASS_AXIS: member} if member else {}) for _, member in names}),
    }
    places: dict[tuple[Any, ...], list[Any]] = {}
    for row in connection.execute(_ELEMENTS, asked):
        member = row.members.get(CLASS_AXIS)
        concept = of_class(row.concept, member) if member else row.concept
        places.setdefault((concept, row.unit, row.period_start, row.period_end, row.value), []).append(row)
    outcomes: dict[str, set[str | None]] = {}
    for row in connection.execute(_READINGS, {"accessions": sorted({fact.accession for fact in facts})}):
        outcomes.setdefault(row.accession, set()).add(row.outcome)
    return [_origin(fact, places, outcomes.get(fact.accession, set())) for fact in facts]


def facts_printed(connection: sa.Connection, document_id: int) -> dict[str, PrintedFact]:
    """What each inline XBRL element of a document reports, by its id; those without an id or a value are left out."""
    rows = connection.execute(_PRINTED, {"document_id": document_id})
    return {
        row.element_id: PrintedFact(
            row.concept, row.value, row.unit, row.period_start, row.period_end, tuple(row.members.items())
        )
        for row in rows
    }


def _origin(fact: SourceFact, places: dict[tuple[Any, ...], list[Any]], outcomes: set[str | None]) -> Origin:
    result = places.get((fact.concept, fact.unit, fact.period_start, fact.period_end, fact.value), [])
    own = [row for row in result if row.accession == fact.accession]
    if element := _first_seen(own):
        return Origin(fact, element, None)
    return Origin(fact, None, NoElement.HIDDEN if own else _why_none(outcomes), _first_seen(result))


def _first_seen(rows: Iterable[Any]) -> Element | None:
    for row in rows:
        if row.start_char is not None:
            return Element(Accession(row.accession), row.name, row.element_id or "", row.start_char, row.end_char, row.printed)
    return None


def _why_none(outcomes: set[str | None]) -> NoElement:
    if not outcomes:
        return NoElement.FILING_NOT_ARCHIVED
    if "read" in outcomes:
        return NoElement.NOT_IN_DOCUMENT
    return NoElement.NO_INLINE_XBRL if outcomes == {"none"} else NoElement.NOT_READ
