"""Questions over several companies, and over days: screens, panels, watchlists, scores, and what measures there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workbench.domain.errors import InvalidRequest
from workbench.runtime.arguments import (
    AsOf,
    CompanyName,
    Day,
    find_as_of,
    find_companies,
    find_company,
    find_day,
    texts_of,
)
from workbench.runtime.research import Research

if TYPE_CHECKING:
    import pandas as pd

    from workbench.domain.measures.screens import Metric


class PeerResearch(Research):
    """A measure is named as in a screen: `revenue`, `net_margin@ttm`, `pe`; see `concepts` for all of them."""

    def screen(
        self,
        where: str | Iterable[str] = (),
        *,
        show: str | Iterable[str] = (),
        sort: str | None = None,
        as_of: AsOf = None,
        limit: int = 50,
        long: bool = False,
        exact: bool = False,
    ) -> pd.DataFrame:
        """One row a company that passes every filter, with a column a measure; `long` gives one row a figure with its proof.

        Filters are written as `revenue >= 10B`, `net_margin@ttm > 20`, `pe < 20`, `sic in 3570-3579` or
        `filed 10-K since 2024-01-01`. `sort` is a measure, largest first; with a leading - smallest first. See `screen_frame`
        and `screen_long_frame`.
        """
        from db.screens.screening import prove, run_screen
        from workbench.analysis.screens.screen_frames import screen_frame, screen_long_frame
        from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
        from workbench.domain.operations.reports import figures_of_screen

        if not 1 <= limit <= 500:
            raise InvalidRequest(f"limit is 1 to 500, not {limit}")
        metric, is_ascending = parse_sort(sort)
        filters, metrics = parse_filters(_texts(where)), parse_metrics(_texts(show))
        screen = Screen(filters, metrics, metric, is_ascending, find_as_of(as_of), limit)
        self._refresh_latest_figures()
        with self.database.read() as connection:
            result = run_screen(connection, screen)
            proofs = prove(connection, result) if long or self.on_figures else []
        if self.on_figures is not None:
            self.on_figures(figures_of_screen(result, proofs))
        return screen_long_frame(result, proofs, exact=exact) if long else screen_frame(result, exact=exact)

    def panel(
        self,
        dates: Day | Iterable[Day],
        companies: CompanyName | Iterable[CompanyName],
        measures: str | Iterable[str],
        *,
        wide: bool = False,
        exact: bool = False,
    ) -> pd.DataFrame:
        """One row a date, company and measure: the latest figure as known at the end of that date; see `panel_frame`.

        No cell can look ahead: it is what a database gives that holds only what was filed and traded by that date. `wide`
        puts the measures side by side. Figures of a panel are not written to the figure log of a report.
        """
        from db.screens.panel import panel
        from workbench.analysis.screens.screen_frames import panel_frame
        from workbench.domain.as_of import parse_as_of

        several = [dates] if isinstance(dates, str) or not isinstance(dates, Iterable) else list(dates)
        days = [day for each in several if (day := parse_as_of(find_day(each))) is not None]
        metrics = _metrics(measures)
        with self.database.read() as connection:
            result = panel(connection, days, find_companies(connection, companies), metrics)
        return panel_frame(result, wide=wide, exact=exact)

    def scores(
        self, company: CompanyName, *, as_of: AsOf = None, periods: int | None = None, parts: bool = False, exact: bool = False
    ) -> pd.DataFrame:
        """One row a score and fiscal year: accruals, Piotroski, Altman and Beneish; see `scores_frame`.

        With `parts` one row a part of a score, with its formula and operands; see `score_parts_frame`.
        """
        from db.screens.scores import score_table
        from workbench.analysis.statements.score_frames import score_parts_frame, scores_frame
        from workbench.domain.operations.reports import figures_of_scores

        with self.database.read() as connection:
            filer = find_company(connection, company)
            table = score_table(connection, filer, find_as_of(as_of), limit_periods=periods)
        if self.on_figures is not None:
            self.on_figures(figures_of_scores(table))
        return score_parts_frame(table, exact=exact) if parts else scores_frame(table, exact=exact)

    def watchlists(self, name: str | None = None) -> pd.DataFrame:
        """One row a watchlist that the caller may read; with a `name` one row a company on it, as `companies` gives them.

        The columns of lists are name (the index), owner, companies and created_at. Raises NotFound for an unknown name.
        """
        from db.alerts.watchlists import readable_watchlist, readable_watchlists
        from db.companies import get_companies
        from workbench.analysis import frames
        from workbench.analysis.screens.screen_frames import watchlists_frame

        with self.database.read() as connection:
            if name is None:
                lists = readable_watchlists(connection, self.caller)
                return watchlists_frame((each.name, each.owner, each.companies, each.created_at) for each in lists)
            _, ciks = readable_watchlist(connection, self.caller, name)
            return frames.companies_frame(get_companies(connection, ciks))

    def concepts(self, company: CompanyName | None = None, query: str = "", *, as_of: AsOf = None) -> pd.DataFrame:
        """One row a measure: every statement line, ratio and multiple, with its formula or tags; see `measures_frame`.

        With a `company`, one row an XBRL concept that it has filed: the line that it reaches, facts, first and last period;
        see `used_concepts_frame`. `query` leaves those whose name or label contains it.
        """
        from workbench.analysis.screens.screen_frames import measures_frame, used_concepts_frame, with_text

        day = find_as_of(as_of)
        if company is None:
            return with_text(measures_frame(), query)
        from db.facts.used_concepts import used_concepts

        with self.database.read() as connection:
            used = used_concepts(connection, find_company(connection, company).cik, as_of=day)
        rows = ((str(each.concept), each.facts, *each.days) for each in used)
        return with_text(used_concepts_frame(rows), query)

    def _refresh_latest_figures(self) -> None:
        """Screens read stored figures: those of companies that were loaded since are computed first."""
        from db.screens.company_metrics import stale_companies
        from workbench.ingest.operations.metrics import refresh_metrics

        with self.database.read() as connection:
            stale = stale_companies(connection, of_figures_alone=True)
        if stale:
            refresh_metrics(self.database, stale)


def _texts(texts: str | Iterable[str]) -> Sequence[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _metrics(measures: str | Iterable[str]) -> list[Metric]:
    from workbench.domain.measures.screens import Metric

    return list(dict.fromkeys(map(Metric.parse, texts_of(measures))))
