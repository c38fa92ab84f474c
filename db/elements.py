"""Where facts are printed: the elements of the filings' own documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.fact_ids import FactIds
from db.tables import documents, fact_elements, inline_readings
from workbench.domain.identity import Accession
from workbench.domain.provenance import Element, NoElement, Origin, PlacedFact
from workbench.domain.statements import SourceFact


def save_elements(
    connection: sa.Connection,
    document_id: int,
    placed: Sequence[PlacedFact],
    *,
    sha256: str,
    reader: str,
    outcome: Literal["read", "none", "unreadable"],
) -> int:
    """Makes `placed` the elements of the document, in their order, and notes which bytes were read; returns how many."""
    reading = {"document_id": document_id, "sha256": sha256, "reader": reader, "outcome": outcome}
    insert = pg.insert(inline_readings).values(reading)
    connection.execute(insert.on_conflict_do_update(index_elements=["document_id"], set_=reading))
    connection.execute(sa.delete(fact_elements).where(fact_elements.c.document_id == document_id))
    if not placed:
        return 0
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
_ELEMENTS = sa.text(
    """
    select d.accession, d.name, e.element_id, e.start_char, e.end_char, e.printed,
           c.taxonomy || ':' || c.tag as concept, u.unit, e.period_start, e.period_end, e.value
    from documents d
    join fact_elements e using (document_id)
    join concepts c using (concept_id)
    join units u using (unit_id)
    where d.accession = any(cast(:accessions as text[]))
      and c.taxonomy || ':' || c.tag = any(cast(:concepts as text[]))
      and e.dimensions_id = (select dimensions_id from dimension_sets where members = cast(:members as jsonb))
    order by d.accession, d.document_id, e.ordinal
    """
)
_READINGS = (
    sa.select(documents.c.accession, inline_readings.c.outcome)
    .select_from(documents.outerjoin(inline_readings))
    .where(documents.c.accession == sa.any_(sa.bindparam("accessions", type_=pg.ARRAY(sa.Text))))
)
_Key = tuple[Any, ...]


def origins(connection: sa.Connection, facts: Iterable[SourceFact]) -> list[Origin]:
    """Each fact with the element that prints it, or the reason why none can be shown; in the same order.

    Of several elements that say the same, the first in the filing that can be seen: statements come before notes.
    """
    facts = list(facts)
    accessions = sorted({fact.accession for fact in facts})
    asked = {"accessions": accessions, "concepts": sorted({fact.concept for fact in facts}), "members": "{}"}
    places: dict[_Key, list[Any]] = {}
    for row in connection.execute(_ELEMENTS, asked):
        key = (row.accession, row.concept, row.unit, row.period_start, row.period_end, row.value)
        places.setdefault(key, []).append(row)
    outcomes: dict[str, set[str | None]] = {}
    for row in connection.execute(_READINGS, {"accessions": accessions}):
        outcomes.setdefault(row.accession, set()).add(row.outcome)
    return [_origin(fact, places, outcomes.get(fact.accession, set())) for fact in facts]


def _origin(fact: SourceFact, places: dict[_Key, list[Any]], outcomes: set[str | None]) -> Origin:
    found = places.get((fact.accession, fact.concept, fact.unit, fact.period_start, fact.period_end, fact.value), [])
    for row in found:
        if row.start_char is not None:
            element = Element(
                Accession(row.accession), row.name, row.element_id or "", row.start_char, row.end_char, row.printed
            )
            return Origin(fact, element, None)
    return Origin(fact, None, NoElement.HIDDEN if found else _why_none(outcomes))


def _why_none(outcomes: set[str | None]) -> NoElement:
    if not outcomes:
        return NoElement.FILING_NOT_ARCHIVED
    if "read" in outcomes:
        return NoElement.NOT_IN_DOCUMENT
    return NoElement.NO_INLINE_XBRL if outcomes == {"none"} else NoElement.NOT_READ
