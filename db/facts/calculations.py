"""Calculation linkbases of filings, and the extension-concept mappings derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import get_company, lock_company
from db.facts.fact_ids import FactIds
from db.facts.versions import facts_changed
from db.tables import calculation_arcs, calculation_linkbases, extension_concept_mappings
from workbench.domain.facts.fact import Concept
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik
from workbench.domain.statements.calculations import Calculation, ExactFact, FiledFigures, Term, as_usually_rounded
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.extension_concepts import ExtensionMapping, extension_mappings
from workbench.domain.statements.linkbase_checks import FiledCalculations


@dataclass(frozen=True, slots=True)
class LinkbaseReading:
    """The reader and bytes (None: the filing has none) of a filing's calculations."""

    reader: str
    sha256: str | None


def linkbase_readings(connection: sa.Connection, cik: Cik) -> dict[Accession, LinkbaseReading]:
    """The linkbase readings of a company's filings, by accession."""
    table = calculation_linkbases.c
    rows = connection.execute(sa.select(table.accession, table.reader, table.sha256).where(table.cik == cik.number))
    return {Accession(row.accession): LinkbaseReading(row.reader, row.sha256) for row in rows}


def save_linkbase(
    connection: sa.Connection,
    filing: Filing,
    calculations: Sequence[Calculation],
    *,
    sha256: str | None,
    reader: str,
    outcome: Literal["read", "none", "unreadable"],
) -> int:
    """Replaces the calculations of the filing and records the bytes they come from; returns the number of terms."""
    reading = {
        "accession": filing.accession.text, "cik": filing.cik.number, "filed_on": filing.filed_on, "sha256": sha256,
        "reader": reader, "outcome": outcome,
    }  # fmt: skip
    insert = pg.insert(calculation_linkbases).values(reading)
    connection.execute(insert.on_conflict_do_update(index_elements=["accession"], set_=reading | {"read_at": sa.func.now()}))
    connection.execute(sa.delete(calculation_arcs).where(calculation_arcs.c.accession == filing.accession.text))
    names = {name for each in calculations for name in each.concepts}
    ids = FactIds(connection, {_concept(name) for name in names}, frozenset(), frozenset()).concepts
    rows = [
        {"role": each.role, "total_id": ids[_concept(each.total)], "term_id": ids[_concept(concept)], "weight": weight}
        for each in calculations
        for concept, weight in each.terms
    ]
    if rows:
        accession = filing.accession.text
        connection.execute(
            sa.insert(calculation_arcs),
            [row | {"accession": accession, "ordinal": place} for place, row in enumerate(rows)],
        )
    return len(rows)


def _concept(name: str) -> Concept:
    return Concept(*name.split(":", 1))


_ARCS = sa.text(
    """
    select l.accession, a.role, t.taxonomy || ':' || t.tag as total, p.taxonomy || ':' || p.tag as term, a.weight
    from calculation_linkbases l
    join calculation_arcs a using (accession)
    join concepts t on t.concept_id = a.total_id
    join concepts p on p.concept_id = a.term_id
    where l.cik = :cik
    order by l.filed_on, l.accession, a.ordinal
    """
)
# A filing's own document says how exact a figure is. Where none has inline XBRL, the facts loaded of the filing serve.
_FIGURES = sa.text(
    """
    with read as (
        select accession from calculation_linkbases where cik = :cik and outcome = 'read'
    ), wanted as (
        select accession, total_id as concept_id from calculation_arcs join read using (accession)
        union select accession, term_id from calculation_arcs join read using (accession)
    ), printed as (
        select d.accession, e.concept_id, e.unit_id, e.period_start, e.period_end, e.value, e.decimals
        from documents d
        join read using (accession)
        join fact_elements e using (document_id)
        join wanted w on w.accession = d.accession and w.concept_id = e.concept_id
        where e.value is not null
          and e.dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
    ), loaded as (
        select m.accession, m.concept_id, m.unit_id, m.period_start, m.period_end, m.value, null::int as decimals
        from financial_metrics m
        join wanted w on w.accession = m.accession and w.concept_id = m.concept_id
        where m.cik = :cik
          and m.accession not in (select accession from printed)
          and m.dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
    )
    select f.accession, c.taxonomy || ':' || c.tag, u.unit, f.period_start, f.period_end, f.value, f.decimals, f.is_printed
    from (select *, true as is_printed from printed union all select *, false from loaded) as f
    join concepts c using (concept_id)
    join units u using (unit_id)
    """
)


def filed_calculations(connection: sa.Connection, cik: Cik) -> list[FiledCalculations]:
    """The calculations and figures of each filing of a company with an archived linkbase, earliest first."""
    totals: dict[str, dict[tuple[str, str], list[Term]]] = {}
    for row in connection.execute(_ARCS, {"cik": cik.number}):
        terms = totals.setdefault(row.accession, {}).setdefault((row.role, row.total), [])
        terms.append(Term(row.term, row.weight))
    printed: dict[str, list[ExactFact]] = {}
    loaded: dict[str, list[ExactFact]] = {}
    for accession, *values, is_printed in connection.execute(_FIGURES, {"cik": cik.number}) if totals else ():
        (printed if is_printed else loaded).setdefault(accession, []).append(ExactFact(*values))
    facts = printed | {accession: as_usually_rounded(known) for accession, known in loaded.items()}
    return [
        FiledCalculations(
            Accession(accession),
            tuple(Calculation(role, total, tuple(terms)) for (role, total), terms in result.items()),
            FiledFigures(facts.get(accession, ())),
        )
        for accession, result in totals.items()
    ]


def refresh_extension_mappings(connection: sa.Connection, cik: Cik) -> int:
    """Refreshes a company's extension-concept mappings from its linkbases; returns the number of mapped figures."""
    lock_company(connection, cik)
    company = get_company(connection, cik)
    filed = filed_calculations(connection, cik)
    industry = ConceptMap.load().industry_of(company, industry_evidence(connection, cik)) if filed else ""
    results = [
        (each, line) for each in filed for line in extension_mappings(each.calculations, each.figures, company, industry)
    ]
    rows = []
    if results:
        concepts, units = {_concept(line.concept) for _, line in results}, {line.unit for _, line in results}
        ids = FactIds(connection, concepts, units, frozenset())
        rows = [_extension_row(cik, each.accession, line, ids) for each, line in results]
    own = extension_concept_mappings.c.cik == cik.number
    there = connection.execute(sa.select(extension_concept_mappings).where(own)).mappings()
    if {frozenset(row.items()) for row in there} != {frozenset(row.items()) for row in rows}:
        connection.execute(sa.delete(extension_concept_mappings).where(own))
        if rows:
            connection.execute(sa.insert(extension_concept_mappings), rows)
        facts_changed(connection, cik)
    return len(results)


def _extension_row(cik: Cik, accession: Accession, line: ExtensionMapping, ids: FactIds) -> dict[str, Any]:
    return {
        "cik": cik.number,
        "accession": accession.text,
        "statement": line.kind.value,
        "line": line.line,
        "concept_id": ids.concepts[_concept(line.concept)],
        "unit_id": ids.units[line.unit],
        "period_end": line.period_end,
        "period_start": line.period_start,
    }


def industry_evidence(connection: sa.Connection, cik: Cik) -> list[str]:
    """The industry-specific tags that the company has reported."""
    query = sa.text(
        """
        select taxonomy || ':' || tag from concepts c
        where taxonomy || ':' || tag = any(cast(:tags as text[]))
          and exists (select from financial_metrics m where m.cik = :cik and m.concept_id = c.concept_id)
        """
    )
    return list(connection.scalars(query, {"tags": sorted(ConceptMap.load().industry_evidence), "cik": cik.number}))
