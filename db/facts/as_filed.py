"""A company's facts as known on a date: the one query behind statements, ratios, checks and valuations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from db.facts.fiscal_years import fiscal_year_offsets_of
from db.facts.share_classes import class_facts
from workbench.domain.facts.fiscal_years import YearOffset
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON, FiledVersion
from workbench.domain.facts.splits import SPLIT_TAGS
from workbench.domain.identity import Cik
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind

# Every filing of every fact, for the company as a whole; the domain says which of them counts. Only forms whose figures are
# a company's statements: a proxy statement rounds net income as it likes. Names are put to the ids afterwards, and concepts
# come as an array: one scan of the natural key's index then reads what is asked for and nothing else.
_VERSIONS = sa.text(
    """
    select concept_id, period_end, period_start, unit_id, value, accession, form, filed_on
    from financial_metrics
    where cik = :cik
      and concept_id = any(cast(:concept_ids as integer[]))
      and dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
      and filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and period_end >= coalesce(cast(:ending_from as date), '-infinity')
      and (form like '10-K%' or form like '10-Q%' or form like '10-S%' or form like '20-F%' or form like '40-F%'
           or form like '6-K%' or form like '8-K%')
    """
)

_CONCEPTS = sa.text(
    """
    select concept_id, taxonomy || ':' || tag from concepts
    where (taxonomy, tag) in (select * from unnest(cast(:taxonomies as text[]), cast(:tags as text[])))
    """
)

# Figures of concepts outside the map, each with the line that its own filing proves it to be; in an order of their own, since
# of two concepts for one line the first counts.
_EXTENSIONS = sa.text(
    """
    select m.concept_id, m.period_end, m.period_start, m.unit_id, m.value, m.accession, m.form, m.filed_on,
           r.line, c.taxonomy || ':' || c.tag as concept
    from extension_concept_mappings r
    join financial_metrics m
      on m.cik = r.cik and m.concept_id = r.concept_id and m.period_end = r.period_end
      and m.period_start is not distinct from r.period_start and m.unit_id = r.unit_id and m.accession = r.accession
    join concepts c on c.concept_id = r.concept_id
    where r.cik = :cik
      and m.dimensions_id = (select dimensions_id from dimension_sets where members = '{}'::jsonb)
      and m.filed_on <= coalesce(cast(:as_of as date), 'infinity')
      and m.period_end >= coalesce(cast(:ending_from as date), '-infinity')
    order by m.filed_on, m.accession, concept
    """
)

# The last day any year, quarter or year-to-date was reported for; a mistyped one in the future is none. One look-up per
# concept, so that the index gives the end of each without reading the rest.
_LAST_END = sa.text(
    """
    select max(last_end) from unnest(cast(:concept_ids as integer[])) as anchor (concept_id), lateral (
        select period_end as last_end from financial_metrics m
        where m.cik = :cik and m.concept_id = anchor.concept_id and m.filed_on <= coalesce(cast(:as_of as date), 'infinity')
          and m.period_end <= m.filed_on
        order by period_end desc limit 1
    ) as last
    """
)


class FiledVersions(NamedTuple):
    """What a `FactTable` is made of: a company's filed versions, the names of concepts and units by id, the extension
    concepts of each line, and how the company names its fiscal years."""

    versions: Sequence[FiledVersion]
    concepts: dict[int, str]
    units: dict[int, str]
    extensions: dict[str, tuple[str, ...]]
    year_offsets: list[YearOffset]

    @property
    def last_filed_on(self) -> date | None:
        """The day on which the last of all this was filed; None for nothing."""
        days = (*(row[FILED_ON] for row in self.versions), *(offset.known_from for offset in self.year_offsets))
        return max(days, default=None)


def known_facts(
    connection: sa.Connection, cik: Cik, tags: frozenset[str], as_of: date | None, *, newest_years: int | None = None
) -> FactTable:
    """The newest value filed on or before `as_of`, per concept (`taxonomy:tag`), unit and period.

    Only facts without dimensions, from periodic and current reports. `newest_years` limits the read to the last fiscal
    years: with one more for opening balances, and two more for the current year and a changed year end.
    """
    return FactTable(*read_filed_versions(connection, cik, tags, as_of, newest_years=newest_years))


def read_filed_versions(
    connection: sa.Connection,
    cik: Cik,
    tags: frozenset[str],
    as_of: date | None,
    *,
    newest_years: int | None = None,
    ending_from: date | None = None,
) -> FiledVersions:
    """Every filed version of the facts that `known_facts` reduces, unordered; `ending_from` leaves out earlier periods.

    Includes the facts of `tags`, those of extension concepts that calculation linkbases map to a line, and those of the main
    listed class for concepts that the company files by class only.
    """
    pairs = [tag.split(":", 1) for tag in sorted(tags)]
    names = {"taxonomies": _array(taxonomy for taxonomy, _ in pairs), "tags": _array(tag for _, tag in pairs)}
    concepts = {row[0]: row[1] for row in connection.execute(_CONCEPTS, names)}
    units = {row[0]: row[1] for row in connection.execute(sa.text("select unit_id, unit from units"))}
    asked = {"cik": cik.number, "concept_ids": _array(concepts), "as_of": as_of}
    if newest_years is not None:
        anchors = [number for number, name in concepts.items() if name in ConceptMap.load().anchors]
        last_end = connection.scalar(_LAST_END, asked | {"concept_ids": _array(anchors)})
        if last_end is not None:
            ending_from = last_end - timedelta(days=372 * (newest_years + 3))
    asked["ending_from"] = ending_from
    result = connection.execute(_VERSIONS, asked)
    # Straight from the driver's cursor: thousands of rows, which as SQLAlchemy's would take as long again.
    versions = result.cursor.fetchall() if result.cursor else []
    extensions: dict[str, tuple[str, ...]] = {}
    there = set()
    for row in connection.execute(_EXTENSIONS, asked):
        *version, line, concept = row
        concepts[row.concept_id] = concept
        if concept not in extensions.get(line, ()):
            extensions[line] = (*extensions.get(line, ()), concept)
        there.add(tuple(version))
    of_class = class_facts(connection, cik, concepts, as_of, ending_from)
    if there or of_class.versions:
        versions = [*versions, *there, *of_class.versions]
    offsets = fiscal_year_offsets_of(connection, cik, as_of)
    return FiledVersions(versions, concepts | of_class.concepts, units, extensions | of_class.lines, offsets)


def statement_tags(kind: StatementKind) -> frozenset[str]:
    """The tags whose facts a statement is read with: those of its lines, and those that show splits."""
    return ConceptMap.load().all_tags(kind) | (frozenset() if kind is StatementKind.CASHFLOW else SPLIT_TAGS)


def _array(items: Iterable[object]) -> str:
    """Ids or names of XBRL, in which nothing needs quotes, as PostgreSQL writes an array: the driver quotes one by one."""
    return f"{{{','.join(map(str, items))}}}"
