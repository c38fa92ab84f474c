"""The database's ids of concepts, units and dimensions."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import concepts, dimension_sets, units
from workbench.domain.facts.fact import Concept

Dimensions = tuple[tuple[str, str], ...]


class FactIds:
    """The ids of these concepts, units and dimensions; new ones are inserted.

    Read first and inserted only when missing: an insert that meets a conflict still uses up an id. Inserted in sorted
    order, so that two loads which bring the same new ones wait for each other in one direction.
    """

    def __init__(
        self,
        connection: sa.Connection,
        concepts: AbstractSet[Concept],
        units: AbstractSet[str],
        dimensions: AbstractSet[Dimensions],
    ) -> None:
        self.concepts = _of_concepts(connection, concepts)
        self.units = _of_units(connection, units)
        self.dimensions = _of_dimensions(connection, dimensions)


def _of_concepts(connection: sa.Connection, wanted: AbstractSet[Concept]) -> dict[Concept, int]:
    def read() -> dict[Concept, int]:
        query = sa.select(concepts.c.taxonomy, concepts.c.tag, concepts.c.concept_id)
        taxonomies = {concept.taxonomy for concept in wanted}
        rows = connection.execute(query.where(concepts.c.taxonomy.in_(taxonomies)))
        return {Concept(taxonomy, tag): number for taxonomy, tag, number in rows}

    ids = read()
    missing = sorted((concept.taxonomy, concept.tag) for concept in wanted if concept not in ids)
    if not missing:
        return ids
    rows = [{"taxonomy": taxonomy, "tag": tag} for taxonomy, tag in missing]
    connection.execute(pg.insert(concepts).on_conflict_do_nothing(), rows)
    return read()


def _of_units(connection: sa.Connection, wanted: AbstractSet[str]) -> dict[str, int]:
    def read() -> dict[str, int]:
        rows = connection.execute(sa.select(units.c.unit, units.c.unit_id).where(units.c.unit.in_(wanted)))
        return {row.unit: row.unit_id for row in rows}

    ids = read()
    if missing := sorted(wanted - ids.keys()):
        connection.execute(pg.insert(units).on_conflict_do_nothing(), [{"unit": unit} for unit in missing])
        ids = read()
    return ids


def _of_dimensions(connection: sa.Connection, wanted: AbstractSet[Dimensions]) -> dict[Dimensions, int]:
    def read() -> dict[Dimensions, int]:
        asked = sa.cast(pg.array([sa.literal(dict(members), pg.JSONB) for members in sorted(wanted)]), pg.ARRAY(pg.JSONB))
        query = sa.select(dimension_sets.c.members, dimension_sets.c.dimensions_id)
        rows = connection.execute(query.where(dimension_sets.c.members == sa.any_(asked)))
        return {tuple(sorted(members.items())): number for members, number in rows}

    if not wanted:
        return {}
    ids = read()
    if missing := sorted(wanted - ids.keys()):
        rows = [{"members": dict(members)} for members in missing]
        connection.execute(pg.insert(dimension_sets).on_conflict_do_nothing(), rows)
        ids = read()
    return ids
