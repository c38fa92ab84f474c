"""Statements as known on a date: one read of a company's newest facts, assembled by the domain."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from workbench.domain.assembly import assemble
from workbench.domain.concepts import ConceptMap
from workbench.domain.identity import Cik, Company
from workbench.domain.statements import PeriodKind, Statement, StatementKind
from workbench.domain.vintages import KnownFact

# Per concept, unit and period the newest fact filed on or before a date; `since_on` is when that value was first filed,
# be it less rounded: McDonald's gave hundred thousands to 2022 and the same figures in millions since.
# Only forms whose figures are a company's statements: a proxy statement rounds net income as it likes. Concepts come as an
# array, and windows and groups follow the index's order, so that one index scan feeds both without a sort of the whole.
# Names are put to the ids afterwards: the server, which expects few rows, would look each one up.
_KNOWN = sa.text(
    """
    with vintages as (
        select concept_id, unit_id, period_start, period_end, value, accession, form, filed_on,
               row_number() over newest_first as vintage,
               first_value(value) over newest_first as newest_value
        from financial_metrics
        where cik = :cik
          and concept_id = any(cast(:concept_ids as integer[]))
          and dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
          and filed_on <= coalesce(cast(:as_of as date), 'infinity')
          and (form like '10-K%' or form like '10-Q%' or form like '20-F%' or form like '40-F%'
               or form like '6-K%' or form like '8-K%')
        window newest_first as (
            partition by concept_id, period_end, period_start, unit_id order by filed_on desc, accession desc
        )
    )
    select concept_id, unit_id, period_start, period_end,
           max(newest_value) as value,
           max(accession) filter (where vintage = 1) as accession,
           max(form) filter (where vintage = 1) as form,
           max(filed_on) as filed_on,
           min(filed_on) as first_filed_on,
           min(filed_on) filter (where abs(value - newest_value) <= greatest(
               case when value % 1000000 = 0 then 500000 when value % 1000 = 0 then 500 else 0 end,
               case when newest_value % 1000000 = 0 then 500000 when newest_value % 1000 = 0 then 500 else 0 end
           )) as since_on,
           bool_or(form like '10-K%' or form like '20-F%' or form like '40-F%') as is_annual,
           bool_or(form like '10-Q%' or form like '6-K%') as is_interim
    from vintages
    group by concept_id, period_end, period_start, unit_id
    """
)


_CONCEPTS = sa.text(
    """
    select concept_id, taxonomy || ':' || tag from concepts
    where (taxonomy, tag) in (select * from unnest(cast(:taxonomies as text[]), cast(:tags as text[])))
    """
)


def statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement:
    """The standardised statement of a company as known on `as_of` (None: now); periods oldest first.

    Each line of the company's industry is there for each period: reported, derived with its operands, or refused with a
    reason. A company without facts has no periods.
    """
    facts = known_facts(connection, company.cik, ConceptMap.load().all_tags(kind), as_of)
    return assemble(company, kind, period, as_of, facts, limit_periods=limit_periods)


def known_facts(connection: sa.Connection, cik: Cik, tags: frozenset[str], as_of: date | None) -> list[KnownFact]:
    """Per concept (`taxonomy:tag`), unit and period the newest fact filed on or before `as_of`; in no order.

    For the company as a whole, so without dimensions, and from periodic and current reports only.
    """
    pairs = [tag.split(":", 1) for tag in sorted(tags)]
    names = {"taxonomies": [taxonomy for taxonomy, _ in pairs], "tags": [tag for _, tag in pairs]}
    concepts = {row[0]: row[1] for row in connection.execute(_CONCEPTS, names)}
    units = {row[0]: row[1] for row in connection.execute(sa.text("select unit_id, unit from units"))}
    rows = connection.execute(_KNOWN, {"cik": cik.number, "concept_ids": list(concepts), "as_of": as_of})
    return [KnownFact(concepts[concept], units[unit], *rest) for concept, unit, *rest in rows]
