"""Queries that return DataFrames: the methods of a Workbench in a notebook.

Query code and pandas are imported with the first query, so that commands without one start faster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from db.companies import search_companies
from db.engine import Database
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Company
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind
from workbench.runtime.arguments import (
    AsOf,
    CompanyName,
    Day,
    company_text,
    find_as_of,
    find_companies,
    find_company,
    find_day,
    find_ticker,
    texts_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from workbench.domain.measures.comparison import Comparison
    from workbench.domain.measures.ratios import RatioTable
    from workbench.domain.measures.valuation import Valuation
    from workbench.domain.operations.reports import ReportFigure
    from workbench.ports import Embedder


class Research(ABC):
    """Every question takes a company as a `CompanyName` and a day as an `AsOf`: see `workbench.runtime.arguments`.

    All raise InvalidRequest for an invalid argument and NotFound for a company that is not loaded.
    """

    database: Database
    caller: Caller = LOCAL
    """Whose documents a search finds, besides filings; a report run asks as its owner."""
    on_figures: Callable[[Sequence[ReportFigure]], None] | None = None
    """Called with every figure that a query returns; a report run writes them to its figure log."""

    @property
    @abstractmethod
    def embedder(self) -> Embedder:
        """The fast model that embeds search queries."""

    @property
    @abstractmethod
    def better_embedder(self) -> Embedder | None:
        """The model that replaces it once every passage has a vector of it; None to use the fast one alone."""

    def company(self, company: CompanyName) -> Company:
        """The company that a ticker or a CIK names."""
        with self.database.read() as connection:
            return find_company(connection, company)

    def companies(self, query: CompanyName | None = None, *, limit: int = 50) -> pd.DataFrame:
        """One row a company (index `cik`) whose ticker, CIK or name fits the query; see `companies_frame`."""
        from workbench.analysis import frames

        text = None if query is None else company_text(query)
        with self.database.read() as connection:
            return frames.companies_frame(search_companies(connection, text, limit=limit))

    def statement(
        self,
        company: CompanyName,
        kind: str = "income",
        period: str = "annual",
        *,
        as_of: AsOf = None,
        periods: int | None = None,
        exact: bool = False,
        as_filed: bool = False,
        known_on: bool = False,
        empty_lines: bool = False,
    ) -> pd.DataFrame:
        """One row a line, one column a period end, oldest first, in full units; see `statement_frame`.

        `figures` gives the same one row a figure. `kind` is income, balance or cashflow, `period` annual, quarterly or ttm.
        Lines without any figure are left out unless `empty_lines` asks for them. Share figures filed before a split are in
        today's shares unless they are asked for `as_filed`. With `known_on`, each figure's place has the day on which it
        became known; see `known_frame`.
        """
        from workbench.analysis import frames, known_frames

        statement = self._statement(company, kind, period, as_of, periods)
        if known_on:
            return known_frames.known_frame(statement, empty_lines=empty_lines)
        return frames.statement_frame(statement, exact=exact, as_filed=as_filed, empty_lines=empty_lines)

    def figures(
        self,
        company: CompanyName,
        kind: str = "income",
        period: str = "annual",
        *,
        as_of: AsOf = None,
        periods: int | None = None,
        exact: bool = False,
    ) -> pd.DataFrame:
        """One row a figure with status, reason, formula, concepts and accessions; see `figures_frame`."""
        from workbench.analysis import frames

        return frames.figures_frame(self._statement(company, kind, period, as_of, periods), exact=exact)

    def ratios(
        self,
        company: CompanyName,
        period: str = "annual",
        *,
        as_of: AsOf = None,
        periods: int | None = None,
        exact: bool = False,
        known_on: bool = False,
        long: bool = False,
        empty_lines: bool = False,
    ) -> pd.DataFrame:
        """One row a ratio with its group and unit, one column a period end, oldest first; see `ratio_frame`.

        `long` gives one row a figure, with its formula and proof; see `figures_frame`. Ratios without any figure are left out
        of the wide form unless `empty_lines` asks for them. With `known_on`, each ratio's place has the day on which it became
        known; see `known_frame`.
        """
        from workbench.analysis import frames, known_frames

        table = self._ratios(company, period, as_of, periods)
        if long:
            return frames.figures_frame(table, exact=exact)
        if known_on:
            return known_frames.known_frame(table, empty_lines=empty_lines)
        return frames.ratio_frame(table, exact=exact, empty_lines=empty_lines)

    def valuation(self, company: CompanyName, *, as_of: AsOf = None, exact: bool = False) -> pd.DataFrame:
        """One row a valuation measure at the last close: size, multiples and yields; see `valuation_frame`."""
        from db.screens.valuation import valuation
        from workbench.analysis import frames

        with self.database.read() as connection:
            answer = valuation(connection, find_company(connection, company), find_as_of(as_of))
        self._log_figures(answer)
        return frames.valuation_frame(answer, exact=exact)

    def valuation_history(
        self, company: CompanyName, every: str = "quarter", *, as_of: AsOf = None, points: int = 20, exact: bool = False
    ) -> pd.DataFrame:
        """One row a fiscal quarter end or month end, each as known on that day; see `valuation_history_frame`."""
        from db.screens.valuation import valuation_history
        from workbench.analysis import frames
        from workbench.domain.measures.valuation_history import Every

        kind = choice(Every, every)
        with self.database.read() as connection:
            result = find_company(connection, company)
            answer = valuation_history(connection, result, find_as_of(as_of), every=kind, limit=points)
        for point in answer.points:
            self._log_figures(point)
        return frames.valuation_history_frame(answer, exact=exact)

    def compare(
        self,
        companies: CompanyName | Iterable[CompanyName],
        measures: str | Iterable[str],
        period: str = "annual",
        *,
        as_of: AsOf = None,
        columns: int | None = None,
        exact: bool = False,
        known_on: bool = False,
        long: bool = False,
    ) -> pd.DataFrame:
        """One row a measure and company, one column a calendar period, oldest first; see `comparison_frame`.

        Lines and ratios by name; share figures are in today's shares. `long` gives one row a figure with its proof; see
        `comparison_long_frame`. With `known_on`, each figure's place has the day on which it became known; see
        `known_comparison_frame`.
        """
        from workbench.analysis import frames, known_frames

        comparison = self._comparison(companies, measures, period, as_of, columns)
        if long:
            from workbench.analysis.screens.comparison_frames import comparison_long_frame

            return comparison_long_frame(comparison, exact=exact)
        if known_on:
            return known_frames.known_comparison_frame(comparison)
        return frames.comparison_frame(comparison, exact=exact)

    def facts(self, company: CompanyName, concept: str, *, as_of: AsOf = None, exact: bool = False) -> pd.DataFrame:
        """One row a filed fact of one concept (`us-gaap:Revenues`; a bare tag is us-gaap's), each restatement its own row.

        By period and filing date; empty for a concept the company never used. See `facts_frame`.
        """
        from db.facts.fact_history import fact_history
        from workbench.analysis import known_frames

        with self.database.read() as connection:
            result = find_company(connection, company)
            facts = fact_history(connection, result.cik, concept, as_of=find_as_of(as_of))
        return known_frames.facts_frame(facts, exact=exact)

    def provenance(
        self,
        company: CompanyName,
        measure: str,
        period: str = "annual",
        *,
        period_end: Day | None = None,
        as_of: AsOf = None,
        exact: bool = False,
    ) -> pd.DataFrame:
        """One row an operand of a line's or ratio's figure, down to the element that prints it; see `provenance_frame`.

        `period_end` is the last day of its period; None is the newest.
        """
        from db.statements.provenance import measure_provenance
        from workbench.analysis import frames

        end = find_day(period_end) if period_end is not None else None
        kind, day = choice(PeriodKind, period), find_as_of(as_of)
        with self.database.read() as connection:
            filer = find_company(connection, company)
            provenance = measure_provenance(connection, filer, measure, period=kind, period_end=end, as_of=day)
        only = replace(provenance.line, figures=(provenance.figure,))
        self._log_figures(replace(provenance.table, periods=(provenance.period,), lines=(only,)))
        return frames.provenance_frame(provenance, exact=exact)

    def segments(self, company: CompanyName, period: str = "annual", *, as_of: AsOf = None, periods: int = 5) -> pd.DataFrame:
        """One row a figure of a segment, region, product or customer, with its accession; see `segments_frame`."""
        from db.facts.segments import breakdowns
        from workbench.analysis import frames

        with self.database.read() as connection:
            result, kind = find_company(connection, company), choice(PeriodKind, period)
            parts = breakdowns(connection, result, period=kind, as_of=find_as_of(as_of), limit_periods=periods)
            return frames.segments_frame(parts)

    def restatements(self, company: CompanyName, *, as_of: AsOf = None) -> pd.DataFrame:
        """One row a changed period, what matters most first; see `restatements_frame`."""
        from db.statements.restatements import restatements
        from workbench.analysis import frames

        with self.database.read() as connection:
            result = restatements(connection, find_company(connection, company), find_as_of(as_of))
            return frames.restatements_frame(result)

    def checks(self, company: CompanyName, *, as_of: AsOf = None) -> pd.DataFrame:
        """One row a check of a statement's period, oldest first: passed, failed or not applicable; see `checks_frame`."""
        from db.statements.checks import checks_known
        from workbench.analysis import frames

        with self.database.read() as connection:
            return frames.checks_frame(checks_known(connection, find_company(connection, company), find_as_of(as_of)))

    def events(self, company: CompanyName, *, as_of: AsOf = None, limit: int = 100) -> pd.DataFrame:
        """One row an item of Form 8-K, newest first; see `events_frame`."""
        from db.filings.events import list_events
        from workbench.analysis import frames

        with self.database.read() as connection:
            result = find_company(connection, company)
            return frames.events_frame(list_events(connection, result.cik, as_of=find_as_of(as_of), limit=limit))

    def news(self, company: CompanyName, *, as_of: AsOf = None, limit: int = 100) -> pd.DataFrame:
        """One row an article that mentions the company, newest first; see `news_frame`."""
        from db.market.news import list_news
        from workbench.analysis import frames

        with self.database.read() as connection:
            result = find_company(connection, company)
            return frames.news_frame(list_news(connection, result.cik, as_of=find_as_of(as_of), limit=limit))

    def filings(
        self, company: CompanyName, forms: str | Iterable[str] = (), *, as_of: AsOf = None, limit: int | None = None
    ) -> pd.DataFrame:
        """One row a filing (index `accession`), newest first; see `filings_frame`."""
        from db.filings.filing_index import list_filings
        from workbench.analysis import frames

        with self.database.read() as connection:
            result = find_company(connection, company)
            return frames.filings_frame(
                list_filings(connection, result.cik, forms=texts_of(forms), as_of=find_as_of(as_of), limit=limit)
            )

    def prices(self, company: CompanyName, *, as_of: AsOf = None, source: str | None = None) -> pd.DataFrame:
        """One row a trading day (index `traded_on`), oldest first, from one source, named in `attrs["source"]`.

        A ticker names its share class, a CIK the company's first one. Empty when no prices are stored; see `price_frame` and
        `price_series`.
        """
        from db.market.prices import price_series
        from workbench.analysis import frames

        with self.database.read() as connection:
            series = price_series(connection, find_ticker(connection, company), as_of=find_as_of(as_of), source=source)
        frame = frames.price_frame(series.bars)
        frame.attrs["source"] = series.source
        return frame

    def search(
        self,
        query: str,
        *,
        companies: CompanyName | Iterable[CompanyName] = (),
        forms: str | Iterable[str] = (),
        items: str | Iterable[str] = (),
        as_of: AsOf = None,
        k: int = 10,
    ) -> pd.DataFrame:
        """One row a passage, best first, with its citation; see `hits_frame`."""
        from workbench.analysis import frames
        from workbench.search.hybrid import SearchQuery, search

        with self.database.read() as connection:
            ciks = tuple(company.cik for company in find_companies(connection, companies))
            search_query = SearchQuery(
                query, companies=ciks, forms=tuple(texts_of(forms)), items=tuple(texts_of(items)), as_of=find_as_of(as_of),
                k=k, caller=self.caller,
            )  # fmt: skip
            return frames.hits_frame(search(connection, self.embedder, search_query, better=self.better_embedder).hits)

    def _statement(self, company: CompanyName, kind: str, period: str, as_of: AsOf, periods: int | None) -> Statement:
        from db.statements.as_known import statement

        kinds = choice(StatementKind, kind), choice(PeriodKind, period)
        with self.database.read() as connection:
            result = find_company(connection, company)
            answer = statement(connection, result, *kinds, find_as_of(as_of), limit_periods=periods)
        self._log_figures(answer)
        return answer

    def _ratios(self, company: CompanyName, period: str, as_of: AsOf, periods: int | None) -> RatioTable:
        from db.statements.ratios import ratios

        kind = choice(PeriodKind, period)
        with self.database.read() as connection:
            answer = ratios(connection, find_company(connection, company), kind, find_as_of(as_of), limit_periods=periods)
        self._log_figures(answer)
        return answer

    def _comparison(
        self,
        companies: CompanyName | Iterable[CompanyName],
        measures: str | Iterable[str],
        period: str,
        as_of: AsOf,
        columns: int | None,
    ) -> Comparison:
        from db.screens import comparison
        from workbench.domain.measures.catalogue import measure

        kind, chosen = choice(PeriodKind, period), [measure(name) for name in texts_of(measures)]
        with self.database.read() as connection:
            result = find_companies(connection, companies)
            answer = comparison.compare(connection, result, chosen, kind, find_as_of(as_of), columns=columns)
        self._log_figures(answer)
        return answer

    def _log_figures(self, answer: Statement | RatioTable | Comparison | Valuation) -> None:
        if self.on_figures is not None:
            from workbench.domain.operations.reports import report_figures

            self.on_figures(report_figures(answer))


_Choice = TypeVar("_Choice", bound=StrEnum)


def choice(kind: type[_Choice], text: str) -> _Choice:
    """The member of this value; raises InvalidRequest that lists them, with the nearest one as a hint."""
    try:
        return kind(text)
    except ValueError:
        near = get_close_matches(str(text).lower(), kind, n=1)
        hint = f"did you mean {near[0]}?" if near else None
        raise InvalidRequest(f"{text!r} is none of {', '.join(kind)}", hint=hint) from None
