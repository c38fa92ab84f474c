"""Valuation as known on a date, and its history."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from db.facts.as_filed import FiledVersions, read_filed_versions
from db.facts.computable import computes
from db.market.prices import price_series
from workbench.domain.as_of import today
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import CONCEPT, END, FILED_ON
from workbench.domain.identity import Cik, Company
from workbench.domain.market.prices import CLOSES_AS_TRADED, FRESH, DailyBar
from workbench.domain.measures.share_basis import BARS_BEFORE
from workbench.domain.measures.share_count import ClassCount
from workbench.domain.measures.traded_unit import COVER, CoverPage
from workbench.domain.measures.valuation import KnownCompany, Valuation, valuation_tags
from workbench.domain.measures.valuation_history import Every, ValuationHistory, days_of_history
from workbench.domain.statements.assembly import calendar_of
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import ConceptMap

# What the last fiscal year and the twelve months after it need; see `read_filed_versions`.
YEARS = 2
_WINDOW = timedelta(days=372 * (YEARS + 3))

_BY_CLASS = sa.text(
    """
    select d.members, m.period_end, m.value, m.accession, m.form, m.filed_on
    from financial_metrics m
    join dimension_sets d on d.dimensions_id = m.dimensions_id
    where m.cik = :cik
      and m.concept_id = (select concept_id from concepts where taxonomy = :taxonomy and tag = :tag)
      and d.members <> '{}'::jsonb
      and m.filed_on <= coalesce(cast(:as_of as date), 'infinity')
    """
)
# A cover page is a few hundred words, and a passage 120 of them unless a section begins.
_COVER_PAGES = sa.text(
    """
    select d.filed_on, string_agg(p.text, E'\\n' order by p.ordinal)
    from documents d
    join sec_filings f on f.cik = d.cik and f.accession = d.accession and f.primary_document = d.name
    join passages p on p.document_id = d.document_id and p.ordinal < 8
    where d.cik = :cik
      and (d.form like '10-K%' or d.form like '10-Q%' or d.form like '10-S%' or d.form like '40-F%')
      and d.filed_on <= coalesce(cast(:as_of as date), 'infinity')
    group by d.document_id, d.filed_on
    """
)


@computes("the valuation")
def valuation(connection: sa.Connection, company: Company, as_of: date | None) -> Valuation:
    """A company's market value at the last close known on `as_of` (None: now), with its multiples and yields.

    Each figure has its operands, or a reason why it is missing: without prices or facts all figures are missing.
    """
    day = as_of or today()
    return FiledHistory(connection, company, as_of, newest_years=YEARS).on(day, as_of)


@computes("the valuation history")
def valuation_history(
    connection: sa.Connection, company: Company, as_of: date | None, *, every: Every = Every.QUARTER, limit: int = 20
) -> ValuationHistory:
    """The valuation at each of the last `limit` fiscal quarter ends or month ends up to `as_of` (None: now), oldest first.

    Each equals `valuation` as of that day: it uses only what was filed and traded by then.
    """
    day = as_of or today()
    known = FiledHistory(connection, company, as_of)
    days = days_of_history(every, known.quarter_ends(), day, limit)
    points = tuple(known.on(each, each) for each in days)
    return ValuationHistory(company, as_of, every, points)


class FiledHistory:
    """What a company filed up to a day, read once and seen from any day before."""

    def __init__(
        self, connection: sa.Connection, company: Company, as_of: date | None, *, newest_years: int | None = None
    ) -> None:
        self._connection = connection
        self._company = company
        tags = valuation_tags()
        self._filed: FiledVersions = read_filed_versions(connection, company.cik, tags, as_of, newest_years=newest_years)
        self._versions = sorted(self._filed.versions, key=lambda row: row[FILED_ON])
        self._anchors = {number for number, name in self._filed.concepts.items() if name in ConceptMap.load().anchors}
        self._filed_days = [row[FILED_ON] for row in self._versions]
        self._classes = list(_class_counts(connection, company.cik, as_of))
        pages = connection.execute(_COVER_PAGES, {"cik": company.cik.number, "as_of": as_of})
        self._covers = [CoverPage(*row) for row in pages]

    @property
    def days(self) -> list[date]:
        """The days on which something was filed that a valuation may use, ascending."""
        offsets = (offset.known_from for offset in self._filed.year_offsets)
        covers = (cover.filed_on for cover in self._covers)
        return sorted({*self._filed_days, *offsets, *covers, *(count.filed_on for count in self._classes)})

    def quarter_ends(self) -> list[date]:
        """The last days of all fiscal quarters reported."""
        facts = FactTable(self._versions, self._filed.concepts, self._filed.units)
        return [quarter.end for quarter in calendar_of(facts).quarters]

    def on(self, day: date, as_of: date | None) -> Valuation:
        """The valuation at the last close by the end of a day."""
        known = self.at(day)
        return known.value(as_of, self._bars(known), self.close_on(known.float_day))

    def market_cap(self, day: date) -> ComputedFigure:
        """The market capitalisation at the last close by the end of a day, as known then."""
        known = self.at(day)
        bars = self._bars(known)
        return known.market_cap(bars, known.steps(bars), self.close_on(known.float_day))

    def at(self, day: date) -> KnownCompany:
        """The company as its filings up to the end of a day show it."""
        rows = self._versions[: bisect_right(self._filed_days, day)]
        ends = (row[END] for row in rows if row[CONCEPT] in self._anchors and row[END] <= row[FILED_ON])
        newest = max(ends, default=None)
        rows = [row for row in rows if newest is None or row[END] >= newest - _WINDOW]
        offsets = [offset for offset in self._filed.year_offsets if offset.known_from <= day]
        facts = FactTable(rows, self._filed.concepts, self._filed.units, self._filed.extensions, offsets)
        classes = [each for each in self._classes if each.filed_on <= day]
        covers = [each for each in self._covers if each.filed_on <= day]
        return KnownCompany(self._company, facts, self._filed.concepts, classes, covers=covers, day=day)

    def _bars(self, known: KnownCompany) -> Sequence[DailyBar]:
        ticker = self._company.ticker
        if ticker is None:
            return ()
        filed_on = known.count.facts[0].filed_on if known.count.value is not None else known.day
        since = filed_on - min(BARS_BEFORE, filed_on - date.min)
        bars = price_series(self._connection, ticker, since=since, until=known.day).bars
        # An older close than the window has says at least that there are prices, and how old they are.
        return bars or price_series(self._connection, ticker, until=known.day).bars[-1:]

    def close_on(self, day: date | None) -> Decimal | None:
        """The last close by a day, at most `FRESH` old."""
        ticker = self._company.ticker
        if ticker is None or day is None:
            return None
        bars = price_series(self._connection, ticker, since=day - FRESH, until=day).bars
        return bars[-1].close if bars and bars[-1].source in CLOSES_AS_TRADED else None


def _class_counts(connection: sa.Connection, cik: Cik, as_of: date | None) -> Iterator[ClassCount]:
    taxonomy, tag = COVER.split(":")
    for row in connection.execute(_BY_CLASS, {"cik": cik.number, "taxonomy": taxonomy, "tag": tag, "as_of": as_of}):
        members, *rest = row
        yield ClassCount(tuple(f"{axis}={member}" for axis, member in sorted(members.items())), *rest)
