"""The statement and the ratios on the company page, with the sources of the chosen figure and the trends."""

from __future__ import annotations

from markupsafe import Markup

from db.engine import Connection
from db.facts.elements import origins
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.analysis.statements.trends import trend_lines, trends
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind
from workbench.pages.company.ratio_table import ratio_table
from workbench.pages.company.statement_table import find_figure, sources, statement_table
from workbench.pages.company.trend_bars import trend_bars
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.messages import problem, waiting
from workbench.pages.frame.page import show_in_address
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_PERIODS_SHOWN = 10
_RATIO_PERIODS_SHOWN = 8  # the sparkline needs the space of two


class StatementPanel:
    """The statement with its tabs, the sources of the chosen figure, the trends beside it, and the ratios of its periods.

    The statement is shown at once. `show_trends` and `show_ratios` read further statements; call them when the page is on the
    screen.
    """

    def __init__(self, workbench: Workbench, company: Company, selection: Selection) -> None:
        self._workbench = workbench
        self._company = company
        self._selection = selection
        self._known: dict[tuple[StatementKind, PeriodKind], Statement] = {}
        self._ratios: dict[PeriodKind, RatioTable] = {}
        self.table = HtmlPanel(on_event=self.on_event)
        self.trends = HtmlPanel(on_event=self.on_event)
        self.ratios = HtmlPanel(waiting("Ratios"), on_event=self.on_event)
        self.sources = HtmlPanel(on_event=self.on_event)
        self._show_statement()

    def show_trends(self) -> None:
        """Reads the statements that trends are drawn from and shows them."""
        with self._workbench.database.read() as connection:
            moving = [self._read(connection, kind) for kind in (StatementKind.INCOME, StatementKind.CASHFLOW)]
        measure = self._selection.measure
        self.trends.html = trend_bars(trends(moving, chosen=measure), trend_lines(moving), measure)

    def show_ratios(self) -> None:
        """Reads the ratios of the chosen periods and shows them."""
        period = self._selection.period
        if period not in self._ratios:
            with self._workbench.database.read() as connection:
                self._ratios[period] = ratios(
                    connection, self._company, period, self._selection.as_of, limit_periods=_RATIO_PERIODS_SHOWN
                )
        self.ratios.html = ratio_table(self._ratios[period], self._selection)
        self.sources.html = self._sources()

    def on_event(self, name: str, value: str) -> None:
        """Handles a choice in one of the panels; `proof` is a period, a statement and a figure, separated by `|`."""
        parts = value.split("|") if name == "proof" else [value]
        names = {"kind": ("kind",), "period": ("period",), "figure": ("figure",), "measure": ("measure",)}
        changed = ("period", "kind", "figure") if name == "proof" else names.get(name, ())
        if len(changed) != len(parts):
            return
        try:
            stored = {} if name == "measure" else {"figure": ""}
            self._selection = self._selection.changed(**{**stored, **dict(zip(changed, parts, strict=True))})
            if name == "figure":
                self.sources.html = self._sources()
            elif name == "measure":
                self.show_trends()
            else:
                self._show_statement()
                if "period" in changed:
                    self.show_trends()
                    self.show_ratios()
        except WorkbenchError as error:
            self.table.html = problem(error)
        show_in_address(self._selection)

    def _show_statement(self) -> None:
        selection = self._selection
        with self._workbench.database.read() as connection:
            self._statement = self._read(connection, selection.kind)
        self.table.html = statement_table(self._statement, selection)
        self.sources.html = self._sources()

    def _read(self, connection: Connection, kind: StatementKind) -> Statement:
        """Reads each statement once a visit, so that switching is immediate and shows one state of the data."""
        period = self._selection.period
        if (kind, period) not in self._known:
            self._known[kind, period] = statement(
                connection, self._company, kind, period, self._selection.as_of, limit_periods=_PERIODS_SHOWN
            )
        return self._known[kind, period]

    def _sources(self) -> Markup:
        chosen, table = self._selection.figure, self._ratios.get(self._selection.period)
        match = find_figure(self._statement, chosen) if chosen else None
        if match is None and chosen and table is not None:
            match = find_figure(table, chosen)
        if match is None:
            return Markup()
        with self._workbench.database.read() as connection:
            places = origins(connection, self._company.cik, match[2].facts, as_of=self._selection.as_of)
        return sources(*match, places, self._selection)
