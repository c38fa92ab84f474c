"""All filed versions of the facts of one concept, including restatements."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.tables import concepts, dimension_sets, financial_metrics, units
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.share_classes import split_class
from workbench.domain.identity import Accession, Cik


def fact_history(connection: sa.Connection, cik: Cik, concept: str, *, as_of: date | None = None) -> list[Fact]:
    """Every fact of a company's concept (`us-gaap:Revenues`; a tag alone means us-gaap) filed by `as_of`, with all dimensions.

    By period, then day of filing. Empty when the company never used it. Raises InvalidRequest for an empty name.
    """
    taxonomy, _, tag = split_class(concept.strip())[0].rpartition(":")
    if not tag:
        raise InvalidRequest(f"{concept!r} is not a concept", hint="name one such as us-gaap:Revenues")
    metrics, name = financial_metrics.c, Concept(taxonomy or "us-gaap", tag)
    query = (
        sa.select(financial_metrics, units.c.unit, dimension_sets.c.members)
        .join(concepts, concepts.c.concept_id == metrics.concept_id)
        .join(units, units.c.unit_id == metrics.unit_id)
        .join(dimension_sets, dimension_sets.c.dimensions_id == metrics.dimensions_id)
        .where(metrics.cik == cik.number, concepts.c.taxonomy == name.taxonomy, concepts.c.tag == name.tag)
        .order_by(
            metrics.period_end, metrics.period_start, units.c.unit, metrics.dimensions_id, metrics.filed_on, metrics.accession
        )
    )
    if as_of is not None:
        query = query.where(metrics.filed_on <= as_of)
    return [
        Fact(
            cik, name, row.unit, row.period_start, row.period_end, row.value, Accession(row.accession), row.form, row.filed_on,
            tuple(sorted(row.members.items())),
        )
        for row in connection.execute(query)
    ]  # fmt: skip
