"""The XBRL concepts that a company has filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from db.tables import concepts, financial_metrics
from workbench.domain.facts.fact import Concept
from workbench.domain.identity import Cik


@dataclass(frozen=True, slots=True)
class UsedConcept:
    """A concept with the number of its filed facts (dimensions and restatements included) and its first and last period."""

    concept: Concept
    facts: int
    first_period_end: date
    last_period_end: date
    last_filed_on: date

    @property
    def days(self) -> tuple[date, date, date]:
        """The ends of the first and last period, and the day of the newest filing with it."""
        return self.first_period_end, self.last_period_end, self.last_filed_on


def used_concepts(connection: sa.Connection, cik: Cik, *, as_of: date | None = None) -> list[UsedConcept]:
    """Every concept with a fact that the company filed by `as_of` (None: now), by name; empty for a company without facts."""
    metrics = financial_metrics.c
    query = (
        sa.select(
            concepts.c.taxonomy,
            concepts.c.tag,
            sa.func.count().label("facts"),
            sa.func.min(metrics.period_end).label("first"),
            sa.func.max(metrics.period_end).label("last"),
            sa.func.max(metrics.filed_on).label("filed"),
        )
        .join(concepts, concepts.c.concept_id == metrics.concept_id)
        .where(metrics.cik == cik.number)
        .group_by(concepts.c.taxonomy, concepts.c.tag)
        .order_by(concepts.c.taxonomy, concepts.c.tag)
    )
    if as_of is not None:
        query = query.where(metrics.filed_on <= as_of)
    return [
        UsedConcept(Concept(row.taxonomy, row.tag), row.facts, row.first, row.last, row.filed)
        for row in connection.execute(query)
    ]
