"""Facts of a company's segments, regions and products, as known on a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.facts.computable import computes
from db.facts.fiscal_years import fiscal_year_offsets_of
from workbench.domain.facts.fiscal_years import YearLabels
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Accession, Company
from workbench.domain.measures.divisions import Members
from workbench.domain.measures.provenance import Element
from workbench.domain.measures.segments import (
    AXES,
    CONSOLIDATION_AXES,
    Breakdown,
    DimensionalFact,
    Row,
    break_down,
    segment_lines,
)
from workbench.domain.statements.statement import PeriodKind
from workbench.parse.xbrl.countries import country_names

_FACTS = sa.text(
    """
    select c.taxonomy || ':' || c.tag, u.unit, m.period_start, m.period_end, m.value, m.accession, m.form, m.filed_on,
           s.members
    from financial_metrics m
    join concepts c using (concept_id)
    join units u using (unit_id)
    join dimension_sets s using (dimensions_id)
    where m.cik = :cik
      and (c.taxonomy, c.tag) in (select split_part(name, ':', 1), split_part(name, ':', 2)
                                  from unnest(cast(:concepts as text[])) as asked (name))
      and m.filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and (s.members = '{}'::jsonb or jsonb_exists_any(s.members, cast(:axes as text[])))
    """
)
_ELEMENTS = sa.text(
    """
    select d.accession, d.name, e.element_id, e.start_char, e.end_char, e.printed, s.members,
           c.taxonomy || ':' || c.tag as concept, u.unit, e.period_start, e.period_end, e.value
    from documents d
    join fact_elements e using (document_id)
    join concepts c using (concept_id)
    join units u using (unit_id)
    join dimension_sets s using (dimensions_id)
    where d.accession = any(cast(:accessions as text[]))
      and c.taxonomy || ':' || c.tag = any(cast(:concepts as text[]))
      and e.start_char is not null
      and jsonb_exists_any(s.members, cast(:axes as text[]))
    order by d.document_id, e.ordinal
    """
)
_LABELS = sa.text(
    """
    select taxonomy || ':' || tag, label from concepts
    where label is not null and taxonomy || ':' || tag = any(cast(:members as text[]))
    """
)


@computes("the segments")
def breakdowns(
    connection: sa.Connection,
    company: Company,
    *,
    period: PeriodKind = PeriodKind.ANNUAL,
    as_of: date | None = None,
    limit_periods: int | None = None,
) -> tuple[Breakdown, ...]:
    """Revenue, operating income, assets and long-lived assets by segment, region, product and customer.

    From archived filings. Lines in this order; periods oldest first. Empty for a company without archived inline XBRL
    documents.
    """
    lines = segment_lines(company)
    concepts = sorted({tag for line in lines for tag in line.tags})
    asked = {"cik": company.cik.number, "concepts": concepts, "as_of": as_of, "axes": sorted(CONSOLIDATION_AXES.union(AXES))}
    facts = [_fact(row) for row in connection.execute(_FACTS, asked)]
    members = sorted({member for _, dimensions in facts for _, member in dimensions})
    labels = {row[0]: row[1] for row in connection.execute(_LABELS, {"members": members})} | country_names(members)
    year_labels = YearLabels(fiscal_year_offsets_of(connection, company.cik, as_of))
    results = break_down(lines, facts, period, labels, year_labels=year_labels, limit_periods=limit_periods)
    return _with_elements(connection, results)


def _fact(row: Any) -> DimensionalFact:
    return DimensionalFact(SourceFact(*row[:8]), tuple(sorted(row.members.items())))


def _with_elements(connection: sa.Connection, results: tuple[Breakdown, ...]) -> tuple[Breakdown, ...]:
    shown = [fact for one in results for row in one.rows for fact in row.facts if fact is not None]
    asked = {
        "accessions": sorted({fact.accession for fact in shown}),
        "concepts": sorted({one.concept for one in results}),
        "axes": sorted(CONSOLIDATION_AXES.union(AXES)),
    }
    places: dict[tuple[Any, ...], Element] = {}
    for row in connection.execute(_ELEMENTS, asked) if shown else ():
        element = Element(Accession(row.accession), row.name, row.element_id or "", row.start_char, row.end_char, row.printed)
        divided: Members = tuple(sorted((axis, member) for axis, member in row.members.items() if axis in AXES))
        key = (row.accession, row.concept, row.unit, row.period_start, row.period_end, row.value, divided)
        places.setdefault(key, element)
    return tuple(replace(one, rows=tuple(_placed(one.axes, one.rows, places))) for one in results)


def _placed(axes: tuple[str, ...], rows: Iterable[Row], places: dict[tuple[Any, ...], Element]) -> Iterable[Row]:
    for row in rows:
        divided = () if row.is_reconciling else tuple(zip(axes, row.members, strict=True))
        elements = (
            places.get((f.accession, f.concept, f.unit, f.period_start, f.period_end, f.value, divided)) if f else None
            for f in row.facts
        )
        yield replace(row, elements=tuple(elements))
