"""The statement and the ratios on the company page, with the sources of the chosen figure and the trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from db.engine import Connection
from db.facts.elements import origins
from db.filings.user_notes import list_notes
from db.statements.as_known import statement
from db.statements.figure_history import figure_history
from db.statements.ratios import ratios
from db.statements.viewed import viewed_statement
from workbench.analysis.statements.trends import trend_lines, trends
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.figure_history import FigureKey
from workbench.domain.measures.provenance import Origin
from workbench.domain.measures.ratios import RatioTable, ratio_definitions
from workbench.domain.measures.user_notes import NotedFigure
from workbench.domain.screens.statement_views import StatementView, ViewedStatement
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind
from workbench.pages.company.figure_history import history_table, history_waiting
from workbench.pages.company.ratio_table import ratio_table
from workbench.pages.company.statement_table import ChosenFigure, find_figure, sources, statement_table
from workbench.pages.company.statement_views import chosen_view, find_in_view, view_table
from workbench.pages.company.trend_bars import trend_bars
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.messages import problem, waiting
from workbench.pages.frame.notes import note_form, note_list
from workbench.pages.frame.page import show_in_address, soon
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

_PERIODS_SHOWN = 10
_RATIO_PERIODS_SHOWN = 8  # the sparkline needs the space of two


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the drawer shows beside the notes."""

    match: ChosenFigure
    places: Sequence[Origin]
    history: Markup


class StatementPanel:
    """The statement with its tabs, the sources of the chosen figure, the trends beside it, and the ratios of its periods.

    The statement is shown at once, with the newest `periods_shown` periods. `show_trends` and `show_ratios` read further
    statements; call them when the page is on the screen, if it has their panels.
    """

    def __init__(
        self, workbench: Workbench, company: Company, selection: Selection, *, periods_shown: int = _PERIODS_SHOWN
    ) -> None:
        self._workbench = workbench
        self._company = company
        self._selection = selection
        self._periods_shown = periods_shown
        self._has_trends = self._has_ratios = False
        self._caller = visitor()
        self._drawn: _Drawn | None = None
        self._known: dict[tuple[StatementKind, PeriodKind], Statement] = {}
        self._viewed: ViewedStatement | None = None
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
        self._has_trends = True
        self.trends.html = trend_bars(trends(moving, chosen=measure), trend_lines(moving), measure)

    def show_ratios(self) -> None:
        """Reads the ratios of the chosen periods and shows them."""
        self._has_ratios = True
        self.ratios.html = ratio_table(self._ratio_table(), self._selection)

    def on_event(self, name: str, value: str) -> None:
        """Handles a choice in one of the panels; `proof` is a period, a statement and a figure, separated by `|`.

        `noted` follows a note that was written or deleted.
        """
        if name == "noted":
            self._draw()
            return
        parts = value.split("|") if name == "proof" else [value]
        names = {each: (each,) for each in ("kind", "period", "figure", "measure", "view", "sort")}
        changed = ("period", "kind", "figure") if name == "proof" else names.get(name, ())
        if len(changed) != len(parts):
            return
        try:
            stored = {} if name == "measure" else {"figure": "", "view": ""} if name == "proof" else {"figure": ""}
            self._selection = self._selection.changed(**{**stored, **dict(zip(changed, parts, strict=True))})
            if name == "figure":
                self._show_sources()
            elif name == "measure":
                self.show_trends()
            else:
                self._show_statement()
                if "period" in changed and self._has_trends:
                    self.show_trends()
                if "period" in changed and self._has_ratios:
                    self.show_ratios()
        except WorkbenchError as error:
            self.table.html = problem(error)
        show_in_address(self._selection)

    def _show_statement(self) -> None:
        selection = self._selection
        view = chosen_view(selection)
        with self._workbench.database.read() as connection:
            self._statement = self._read(connection, selection.kind)
            self._viewed = self._read_view(connection, view) if view and self._statement.periods else None
        if self._viewed is not None:
            self.table.html = view_table(self._viewed, self._statement, selection)
        else:
            self.table.html = statement_table(self._statement, selection)
        self._show_sources()

    def _read_view(self, connection: Connection, view: StatementView) -> ViewedStatement:
        kind, period, as_of = self._selection.kind, self._selection.period, self._selection.as_of
        return viewed_statement(connection, self._company, kind, period, as_of, view=view, limit_periods=self._periods_shown)

    def _read(self, connection: Connection, kind: StatementKind) -> Statement:
        """Reads each statement once a visit, so that switching is immediate and shows one state of the data."""
        period = self._selection.period
        if (kind, period) not in self._known:
            self._known[kind, period] = statement(
                connection, self._company, kind, period, self._selection.as_of, limit_periods=self._periods_shown
            )
        return self._known[kind, period]

    def _show_sources(self) -> None:
        """Shows the sources of the chosen figure at once, and its history as soon as that has been read."""
        match = self._chosen()
        if match is None:
            self._drawn = None
            self.sources.html = ""
            return
        with self._workbench.database.read() as connection:
            places = origins(connection, self._company.cik, match[2].facts, as_of=self._selection.as_of)
        self._drawn = _Drawn(match, places, history_waiting())
        self._draw()
        soon(self._show_history)

    def _show_history(self) -> None:
        if self._drawn is not None:
            self._drawn = replace(self._drawn, history=self._history(self._drawn.match))
            self._draw()

    def _draw(self) -> None:
        """Draws the drawer with the notes as they are stored."""
        if self._drawn is None:
            return
        chosen, period = self._selection.figure, self._selection.period
        with self._workbench.database.read() as connection:
            known = list_notes(connection, self._caller, cik=self._company.cik, figure=chosen)
        own = [each for each in known if isinstance(each.about, NotedFigure) and each.about.period is period]
        about = {"ticker": str(self._company.cik), "period": period.value, "figure": chosen}
        notes = fragment("company/figure_history.html", "notes", note_list(own, self._caller), note_form(about, self._caller))
        more = self._drawn.history + notes
        self.sources.html = sources(*self._drawn.match, self._drawn.places, self._selection, more=more)

    def _chosen(self) -> ChosenFigure | None:
        chosen = self._selection.figure
        if self._viewed is not None:
            match = find_in_view(self._viewed, chosen)
        else:
            match = find_figure(self._statement, chosen) if chosen else None
        if match is None and chosen.partition("@")[0] in ratio_definitions():
            match = find_figure(self._ratio_table(), chosen)
        return match

    def _ratio_table(self) -> RatioTable:
        period = self._selection.period
        if period not in self._ratios:
            with self._workbench.database.read() as connection:
                self._ratios[period] = ratios(
                    connection, self._company, period, self._selection.as_of, limit_periods=_RATIO_PERIODS_SHOWN
                )
        return self._ratios[period]

    def _history(self, match: ChosenFigure) -> Markup:
        line, period, _ = match
        is_of_statement = any(each.line == line.line for each in self._statement.lines)  # in a view, that of the amount
        key = FigureKey(self._statement.kind if is_of_statement else None, line.line, self._selection.period, period.end)
        as_of = self._selection.as_of
        try:
            with self._workbench.database.read() as connection:
                known = figure_history(connection, self._company, key, as_of=as_of)
                facts = list(dict.fromkeys(fact for each in known for fact in each.as_filed))
                places = origins(connection, self._company.cik, facts, as_of=as_of)
        except WorkbenchError as error:
            return problem(error)
        return history_table(known, places, self._selection)
