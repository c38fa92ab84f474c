"""Charts: series of figures, valuation measures and closes with their marks, as known on a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from db.companies import resolve
from db.facts.splits import splits
from db.filings.events import list_events
from db.filings.filing_index import list_filings
from db.market.prices import price_series
from db.screens.valuation import valuation_history
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.domain.errors import InvalidRequest, NotComputable
from workbench.domain.filings.expected import PERIODIC_FORMS
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.valuation_history import Every, ValuationHistory
from workbench.domain.screens.chart import Chart, ChartQuestion, Mark, MarkKind, build_chart
from workbench.domain.screens.series import (
    Series,
    Span,
    WantedSeries,
    series_of_closes,
    series_of_table,
    series_of_valuations,
)
from workbench.domain.screens.series_views import SeriesView
from workbench.domain.statements.statement import Statement, StatementKind

_SHARES = "weighted_average_shares_diluted"
# A valuation takes some 40 ms: those of longer spans, and of the year that growth needs before, stop there.
_MOST_QUARTERS = 44


def read_chart(connection: sa.Connection, question: ChartQuestion) -> Chart:
    """The chart; raises InvalidRequest for one without series, and as `resolve` for unknown companies.

    A company whose figures cannot be computed has series without points, which give the reason.
    """
    if not question.wanted:
        raise InvalidRequest("a chart needs at least one series", hint="add `series=AAPL:revenue`")
    reader = _Reader(connection, question)
    series = [reader.series(wanted) for wanted in question.wanted]
    companies = {each.company.cik: each.company for each in series}
    shares: dict[Cik, Series] = {}
    if question.view is SeriesView.PER_SHARE:
        shares = {cik: reader.shares(company) for cik, company in companies.items()}
    marks = [mark for company in companies.values() for mark in _marks(connection, company, question)]
    return build_chart(question, series, shares, marks)


class _Reader:
    """Reads each statement, ratio table and valuation history of a company once."""

    def __init__(self, connection: sa.Connection, question: ChartQuestion) -> None:
        self._connection = connection
        self._question = question
        self._companies: dict[str, Company] = {}
        self._tables: dict[tuple[Cik, StatementKind | None], Statement | RatioTable] = {}
        self._histories: dict[Cik, ValuationHistory] = {}

    def series(self, wanted: WantedSeries) -> Series:
        if wanted.company not in self._companies:
            self._companies[wanted.company] = resolve(self._connection, wanted.company)
        company = self._companies[wanted.company]
        try:
            with self._connection.begin_nested():
                return self._read(wanted, company)
        except NotComputable as error:
            return Series(wanted, company, None, (), "not_computable", note=error.message)

    def shares(self, company: Company) -> Series:
        return self.series(WantedSeries(str(company.cik), measure(_SHARES)))

    def _read(self, wanted: WantedSeries, company: Company) -> Series:
        if wanted.is_of_closes:
            return self._closes(wanted, company)
        if wanted.measure.is_of_price:
            return series_of_valuations(wanted, self._history(company))
        return series_of_table(wanted, self._table(company, wanted.measure.kind))

    def _table(self, company: Company, kind: StatementKind | None) -> Statement | RatioTable:
        key, asked = (company.cik, kind), self._question
        if key not in self._tables and kind is None:
            self._tables[key] = ratios(self._connection, company, asked.period, asked.as_of)
        elif key not in self._tables and kind is not None:
            self._tables[key] = statement(self._connection, company, kind, asked.period, asked.as_of)
        return self._tables[key]

    def _history(self, company: Company) -> ValuationHistory:
        if company.cik not in self._histories:
            span = self._question.span
            limit = _MOST_QUARTERS if span is Span.ALL else min(_MOST_QUARTERS, 4 * (int(span.removesuffix("y")) + 1) + 1)
            self._histories[company.cik] = valuation_history(
                self._connection, company, self._question.as_of, every=Every.QUARTER, limit=limit
            )
        return self._histories[company.cik]

    def _closes(self, wanted: WantedSeries, company: Company) -> Series:
        if company.ticker is None:
            return series_of_closes(wanted, company, None, ())
        prices = price_series(self._connection, company.ticker, as_of=self._question.as_of)
        return series_of_closes(wanted, company, prices, splits(self._connection, company.cik, self._question.as_of))


def _marks(connection: sa.Connection, company: Company, question: ChartQuestion) -> Iterator[Mark]:
    first, as_of = question.first_day, question.as_of
    if MarkKind.FILINGS in question.marks:
        for filing in list_filings(connection, company.cik, forms=PERIODIC_FORMS, since=first, as_of=as_of, limit=None):
            yield Mark(company, filing.filed_on, MarkKind.FILINGS, filing.form, filing.accession.text)
    if MarkKind.EVENTS in question.marks:
        yield from _events(connection, company, first, as_of)
    if MarkKind.SPLITS in question.marks:
        for split in splits(connection, company.cik, as_of):
            if first is None or split.first_filed_on >= first:
                yield Mark(company, split.first_filed_on, MarkKind.SPLITS, f"split {split.label}", split.accession)


def _events(connection: sa.Connection, company: Company, first: date | None, as_of: date | None) -> Iterator[Mark]:
    """A mark for each current report with its items; that exhibits are attached is no event."""
    labels: dict[tuple[date, str], list[str]] = {}
    for event in list_events(connection, company.cik, since=first, as_of=as_of, limit=None):
        if event.event_type != "exhibits":
            labels.setdefault((event.filed_on, event.accession.text), []).append(event.label)
    for (day, accession), items in labels.items():
        yield Mark(company, day, MarkKind.EVENTS, "; ".join(dict.fromkeys(items)), accession)
