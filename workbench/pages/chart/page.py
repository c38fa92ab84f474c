"""The chart page: series of several companies in one view, drawn above a table of the same values."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import panel as pn
from markupsafe import Markup
from panel.viewable import Viewable

from db.screens.chart import read_chart
from db.screens.screening import run_screen
from workbench.analysis.screens.chart_json import ChartAnswer, chart_answer
from workbench.domain.errors import WorkbenchError
from workbench.domain.measures.screens import Screen
from workbench.domain.screens.chart import MarkKind, parse_chart
from workbench.domain.screens.saved_views import PARAMETERS, ViewKind
from workbench.domain.screens.series import CLOSE, Span, WantedSeries, parse_series
from workbench.domain.screens.series_views import SeriesView
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.chart.drawing import chart_pane, drawing
from workbench.pages.chart.tables import chart_head, mark_table, value_table
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import href, key
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content, show_in_address
from workbench.pages.frame.pickers import hidden_fields, measures_by_group
from workbench.pages.frame.saved_views import SavedViewsPanel
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench

_TEMPLATE = "chart/page.html"
_PERIODS = {PeriodKind.ANNUAL: "Annual", PeriodKind.QUARTERLY: "Quarterly", PeriodKind.TTM: "TTM"}
_VIEWS = {
    SeriesView.AS_IS: "As is",
    SeriesView.INDEX: "Indexed",
    SeriesView.GROWTH: "Growth",
    SeriesView.PER_SHARE: "Per share",
}
_SPANS = {Span.YEAR: "1 y", Span.THREE_YEARS: "3 y", Span.FIVE_YEARS: "5 y", Span.TEN_YEARS: "10 y", Span.ALL: "All"}
_MARKS = {MarkKind.FILINGS: "Filings", MarkKind.EVENTS: "8-K", MarkKind.SPLITS: "Splits"}
# Charts of the largest companies that a first visit offers: name, measures, further parameters.
_SUGGESTED: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("Revenue, indexed", ("revenue",), {"view": "index"}),
    ("Net margin", ("net_margin",), {"period": "ttm"}),
    ("Revenue growth by quarter", ("revenue",), {"view": "growth", "period": "quarterly"}),
)
_LARGEST = 4


def chart_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, the chart, its values, its marks and saved charts; without series, suggested charts."""
    saved = SavedViewsPanel(ViewKind.CHART, selection)
    if not selection.series:
        panels: dict[str, Viewable] = {
            "query": HtmlPanel(_form(selection)),
            "values": HtmlPanel(_invitation(workbench, selection)),
            "saved": saved.panel,
        }
        return Content("Chart", panels, cards=tuple(panels))
    shown = ChartPanel(workbench, selection, saved)
    if not shown.is_drawn:
        panels = {"query": shown.form, "chart": shown.chart}
        return Content("Chart", panels, cards=tuple(panels))
    panels = {"query": shown.form, "chart": shown.chart, "values": shown.values, "saved": saved.panel}
    return Content("Chart", panels, cards=tuple(panels))


class ChartPanel:
    """The parts of the page. A choice changes the address and draws all parts again, without loading the page."""

    def __init__(self, workbench: Workbench, selection: Selection, saved: SavedViewsPanel) -> None:
        self._workbench = workbench
        self._saved = saved
        self.form = HtmlPanel(on_event=self._on_event)
        self._head = HtmlPanel()
        self.values = HtmlPanel(on_event=self._on_event)
        answer = self._show(selection)
        self._drawing = chart_pane(answer) if answer is not None else None
        parts = [self._head, self._drawing] if self._drawing is not None else [self._head]
        self.chart = pn.Column(*parts, sizing_mode="stretch_width")

    @property
    def is_drawn(self) -> bool:
        """Whether there is a chart, not only a message that says why there is none."""
        return self._drawing is not None

    def _on_event(self, name: str, value: str) -> None:
        if name != "go":
            return
        arguments = {key: [text.encode() for text in texts] for key, texts in parse_qs(value.lstrip("?")).items()}
        selection = Selection.from_arguments(arguments)
        answer = self._show(selection)
        if answer is not None and self._drawing is None:
            self._drawing = chart_pane(answer)
            self.chart.append(self._drawing)
        elif answer is not None and self._drawing is not None:
            self._drawing.object = drawing(answer)
        show_in_address(selection)
        self._saved.show(selection)

    def _show(self, selection: Selection) -> ChartAnswer | None:
        """Writes all parts for the selection; returns the chart, or None after showing why there is none."""
        self.form.html = _form(selection)
        try:
            question = parse_chart(dict(_parameters(selection)), selection.period, selection.as_of)
            with self._workbench.database.read() as connection:
                answer = chart_answer(read_chart(connection, question))
        except WorkbenchError as error:
            self._head.html = problem(error)
            self.values.html = ""
            return None
        self._head.html = chart_head(answer)
        values = value_table(answer, selection, parameters=_parameters(selection))
        self.values.html = values + mark_table(answer, selection)
        return answer


def _parameters(selection: Selection) -> list[tuple[str, str]]:
    return [(name, value) for name, value in selection.parameters() if name in (*PARAMETERS[ViewKind.CHART], "as_of")]


def _form(selection: Selection) -> Markup:
    """Fields that add a series, its chips, and the choices of period, view, span and marks, each an address of its own."""
    wanted: tuple[WantedSeries, ...] = ()
    with suppress(WorkbenchError):  # the chart says what is wrong; without chips the address is corrected by hand
        wanted = parse_series(selection.series)
    groups = [
        {"name": name, "options": [{"value": f":{item.name}", "text": item.label, "is_current": False} for item in items]}
        for name, items in {"Price": [CLOSE], **measures_by_group(with_value=True)}.items()
    ]
    measures = fragment("frame/pickers.html", "measure_options", "choose one", groups)
    span, view = selection.span or Span.TEN_YEARS.value, selection.view or SeriesView.AS_IS.value
    return fragment(
        _TEMPLATE, "form", hidden_fields(replace(selection, series="")), ",".join(map(str, wanted)), measures,
        [_chip(each, wanted, selection) for each in wanted],
        _tabs(_PERIODS, selection.period, lambda value: replace(selection, period=PeriodKind(value))),
        _tabs(_VIEWS, view, lambda value: replace(selection, view="" if value == SeriesView.AS_IS else value)),
        _tabs(_SPANS, span, lambda value: replace(selection, span="" if value == Span.TEN_YEARS else value)),
        _mark_tabs(selection),
    )  # fmt: skip


def _tabs(offered: dict[Any, str], current: str, target: Callable[[str], Selection]) -> list[dict[str, object]]:
    return [_tab(label, target(value.value), is_current=value.value == current) for value, label in offered.items()]


def _tab(text: str, target: Selection, *, is_current: bool) -> dict[str, object]:
    return {"value": target.query(), "text": text, "href": href("chart", target), "is_current": is_current}


def _mark_tabs(selection: Selection) -> list[dict[str, object]]:
    """Each kind of mark is shown or not by itself."""
    shown = [name for name in selection.marks.split(",") if name]
    tabs = []
    for kind, label in _MARKS.items():
        others = [name for name in shown if name != kind.value]
        marks = others if kind.value in shown else [*shown, kind.value]
        tabs.append(_tab(label, replace(selection, marks=",".join(marks)), is_current=kind.value in shown))
    return tabs


def _chip(item: WantedSeries, wanted: tuple[WantedSeries, ...], selection: Selection) -> dict[str, str]:
    without = replace(selection, series=",".join(str(each) for each in wanted if each != item))
    moved = [replace(each, is_right=not each.is_right) if each == item else each for each in wanted]
    other = replace(selection, series=",".join(map(str, moved)))
    return {
        "text": f"{item.company} {item.measure.label}",
        "title": str(item),
        "href": href("chart", without),
        "query": without.query(),
        "other": href("chart", other),
        "other_query": other.query(),
        "other_axis": "left" if item.is_right else "right",
    }


def _invitation(workbench: Workbench, selection: Selection) -> Markup:
    """Instructions and charts of the largest companies."""
    with workbench.database.read() as connection:
        largest = run_screen(connection, Screen(as_of=selection.as_of, limit=_LARGEST)).rows
    names = [key(row.company) for row in largest]
    sets = []
    for title, measures, parameters in _SUGGESTED:
        series = ",".join(f"{name}:{measure}" for measure in measures for name in names)
        target = Selection(as_of=selection.as_of).changed(series=series, **parameters)
        sets.append({"href": href("chart", target), "name": title, "about": ", ".join(names)})
    message = notice(
        "Draw a chart.",
        "Add series above: a company and a statement line, a ratio, a valuation measure or its share price. Series of one "
        "unit share an axis; a second unit gets the right axis.",
        "Or start with one of these:" if names else "",
        is_inline=True,
    )
    return fragment(_TEMPLATE, "invitation", message, sets if names else [])
