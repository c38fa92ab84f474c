"""The comparison page: companies side by side, aligned by calendar quarter, one measure drawn and all in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import panel as pn
from markupsafe import Markup
from panel.viewable import Viewable

from db.companies import resolve
from db.screens.comparison import compare
from db.screens.industries import shared_industries
from db.screens.screening import run_screen
from workbench.analysis.screens.comparison_chart import MeasureChart, measure_chart
from workbench.domain.amounts import by_unit
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure, measure, measures
from workbench.domain.measures.comparison import ComparedFigure, ComparedRow, Comparison
from workbench.domain.measures.screens import Screen
from workbench.domain.screens.comparison_summary import rows_of, summary_of
from workbench.domain.screens.saved_views import ViewKind
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.compare.order import ordered
from workbench.pages.frame.charts import chart_legend, comparison_chart, comparison_lines
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, href, key
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content, show_in_address
from workbench.pages.frame.peer_figures import downloads, figure_link
from workbench.pages.frame.pickers import chips, company_field, hidden_fields, measure_options
from workbench.pages.frame.saved_views import SavedViewsPanel
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench

_COLUMNS = {PeriodKind.ANNUAL: 8, PeriodKind.QUARTERLY: 9, PeriodKind.TTM: 9}
_MEASURES = "revenue, revenue_growth, operating_margin, net_margin, net_income, eps_diluted, free_cash_flow"
_KINDS = {PeriodKind.ANNUAL: "Annual", PeriodKind.QUARTERLY: "Quarterly", PeriodKind.TTM: "TTM"}
_LARGEST = 5
_INDEXED = "index"
_VIEWS = {"": "As is", _INDEXED: "Indexed"}
_TEMPLATE = "compare/page.html"


def compare_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, a chart and a table for each measure; without companies, suggested sets to compare."""
    if not _names(selection.ticker):
        panels: dict[str, Viewable] = {
            "query": HtmlPanel(_form(selection)),
            "peers": HtmlPanel(_invitation(workbench, selection)),
            "saved": SavedViewsPanel(ViewKind.COMPARISON, selection).panel,
        }
        return Content("Compare", panels, cards=tuple(panels))
    title = f"{selection.ticker[:60]} · Compare"
    try:
        comparison = _read(workbench, selection)
    except WorkbenchError as error:
        panels = {"query": HtmlPanel(_form(selection)), "peers": HtmlPanel(problem(error))}
        return Content(title, panels, cards=tuple(panels))
    companies = tuple(dict.fromkeys(row.company for row in comparison.rows))
    panels = {"query": HtmlPanel(_form(selection, companies))}
    if comparison.columns:
        shown = ComparisonPanel(comparison, selection)
        panels |= {"chart": shown.chart, "peers": shown.tables, "saved": shown.saved.panel}
    else:
        panels["peers"] = HtmlPanel(_nothing(selection))
    return Content(title, panels, cards=tuple(panels))


class ComparisonPanel:
    """The chart of one measure above the table of all; a measure's heading, or the tabs above the chart, select it."""

    def __init__(self, comparison: Comparison, selection: Selection) -> None:
        self._comparison = comparison
        self._selection = selection
        self._measures = {item.name: item for item in dict.fromkeys(row.measure for row in comparison.rows)}
        self._head = HtmlPanel(on_event=self._on_event)
        self.tables = HtmlPanel(on_event=self._on_event)
        self.saved = SavedViewsPanel(ViewKind.COMPARISON, selection)
        chart = self._show()
        self._lines = comparison_chart(chart)
        self.chart = pn.Column(self._head, self._lines, sizing_mode="stretch_width")

    def _on_event(self, name: str, value: str) -> None:
        if (name == "chart" and value in self._measures) or (name == "view" and value in _VIEWS):
            self._selection = self._selection.changed(**{name: value})
            self._lines.object = comparison_lines(self._show())
            show_in_address(self._selection)
            self.saved.show(self._selection)

    def _show(self) -> MeasureChart:
        """Writes the heading and the tables for the selected measure, by default the first one."""
        first = next(iter(self._measures.values()))
        drawn = self._measures.get(self._selection.chart, first)
        chart = measure_chart(self._comparison, drawn, is_indexed=self._selection.view == _INDEXED)
        self._head.html = chart_head(chart, self._measures.values(), self._selection)
        self.tables.html = comparison_tables(self._comparison, self._selection, drawn=chart.measure)
        return chart


def chart_head(chart: MeasureChart, items: Iterable[Measure], selection: Selection) -> Markup:
    """The name of the measure, tabs of all measures, the legend, and the companies left out with the reason."""
    offered = [(item.name, item.label, "compare" + selection.query(chart=item.name)) for item in items]
    missing = ", ".join(company.label for company in chart.left_out)
    shown = choices(offered, chart.measure.name)
    views = choices(
        [(value, label, "compare" + selection.query(view=value)) for value, label in _VIEWS.items()], selection.view
    )
    return fragment(_TEMPLATE, "chart_head", chart.measure.label, shown, views, chart_legend(chart), missing)


def _read(workbench: Workbench, selection: Selection) -> Comparison:
    chosen = [measure(name) for name in _names(selection.measure or _MEASURES)]
    with workbench.database.read() as connection:
        companies = [resolve(connection, name) for name in _names(selection.ticker)]
        period = selection.period
        compared = compare(connection, companies, chosen, period, selection.as_of, columns=_COLUMNS[period])
    return ordered(compared, selection.sort)


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,;\s]+", text) if name]


def comparison_tables(comparison: Comparison, selection: Selection, *, drawn: Measure | None = None) -> Markup:
    """A table for each measure, newest calendar period first, each figure over the company's own period.

    A measure's heading selects it for the chart; the heading of `drawn` is marked.
    """
    periods = [(kind.value, label, "compare" + selection.query(period=kind)) for kind, label in _KINDS.items()]
    parameters = {
        "ticker": ",".join(_names(selection.ticker)),
        "measure": ",".join(_names(selection.measure or _MEASURES)),
        "period": comparison.period.value,
    }
    if selection.as_of:
        parameters["as_of"] = selection.as_of.isoformat()
    items = dict.fromkeys(row.measure for row in comparison.rows)
    tables = [_table(comparison, item, selection, is_drawn=item == drawn) for item in items]
    return fragment(_TEMPLATE, "tables", choices(periods, comparison.period), downloads("comparison", parameters), tables)


def _table(comparison: Comparison, item: Measure, selection: Selection, *, is_drawn: bool) -> dict[str, Any]:
    return {
        "href": "compare" + selection.query(chart=item.name),
        "name": item.name,
        "label": item.label,
        "is_drawn": is_drawn,
        "columns": [column.label for column in reversed(comparison.columns)],
        "order": _order(item, selection),
        "rows": [_row(row, selection, comparison.period) for row in rows_of(comparison, item)],
        "summaries": _summaries(comparison, item),
    }


def _order(item: Measure, selection: Selection) -> dict[str, str]:
    """The link of the newest column's heading, which sorts the companies by this measure; once more reverses the order."""
    is_order = selection.sort.removeprefix("-") == item.name
    is_ascending = selection.sort.startswith("-")
    other = f"-{item.name}" if is_order and not is_ascending else item.name
    return {
        "href": "compare" + selection.query(sort=other),
        "arrow": (" ▲" if is_ascending else " ▼") if is_order else "",
        "sort": ("ascending" if is_ascending else "descending") if is_order else "",
    }


def _summaries(comparison: Comparison, item: Measure) -> list[dict[str, Any]]:
    """Median, lowest and highest figure of each column, the newest first; none of figures in several currencies."""
    summary = summary_of(comparison, item)
    if summary is None:
        return []
    columns, unit = summary.columns[::-1], summary.unit
    rows = {
        "Median": [each.median if each is not None else None for each in columns],
        "Lowest": [each.lowest if each is not None else None for each in columns],
        "Highest": [each.highest if each is not None else None for each in columns],
    }
    return [
        {"label": label, "texts": [by_unit(value, unit) if value is not None else "" for value in values]}
        for label, values in rows.items()
    ]


def _row(row: ComparedRow, selection: Selection, basis: PeriodKind) -> dict[str, Any]:
    company = row.company
    return {
        "href": href("company", Selection(ticker=key(company), as_of=selection.as_of, period=basis)),
        "label": company.label,
        "name": company.display_name,
        "figures": [_cell(row, compared, selection, basis) for compared in reversed(row.figures)],
    }


def _cell(row: ComparedRow, compared: ComparedFigure | None, selection: Selection, basis: PeriodKind) -> dict[str, str] | None:
    if compared is None:
        return None
    figure = compared.figure
    return figure_link(
        row.company, row.measure, basis, value=compared.comparable, unit=figure.unit, end=figure.period_end,
        period=compared.period.label, as_of=selection.as_of, why=figure.adjustment or figure.formula or figure.reason or "",
    )  # fmt: skip


def _nothing(selection: Selection) -> Markup:
    when = f" as known on {selection.as_of}" if selection.as_of else ""
    return notice(f"No figures{when}.", "Choose another period or a later as-of date.", is_inline=True)


def _invitation(workbench: Workbench, selection: Selection) -> Markup:
    """Instructions and suggested sets: companies of one industry, and the largest companies."""
    with workbench.database.read() as connection:
        industries = shared_industries(connection, as_of=selection.as_of)
        largest = run_screen(connection, Screen(as_of=selection.as_of, limit=_LARGEST)).rows
    sets = [(f"{each.description} (SIC {each.sic})", each.companies, each.largest) for each in industries]
    if len(largest) > 1:
        sets.append(("Largest by revenue", len(largest), tuple(row.company for row in largest)))
    message = notice(
        "Compare companies.",
        "Enter two or more companies above. Their fiscal years and quarters are aligned with the calendar, and each figure "
        "links to its filing.",
        "Or start with one of these:" if sets else "",
        is_inline=True,
    )
    return fragment(_TEMPLATE, "invitation", message, [_set(*each, selection) for each in sets])


def _set(name: str, size: int, companies: Sequence[Company], selection: Selection) -> dict[str, str]:
    target = replace(selection, ticker=",".join(key(company) for company in companies))
    more = f" and {size - len(companies):,} more" if size > len(companies) else ""
    members = ", ".join(company.label for company in companies)
    return {"href": href("compare", target), "name": name, "members": members + more}


def _form(selection: Selection, companies: Sequence[Company] = ()) -> Markup:
    """Chips of the compared companies and measures, and fields that add one.

    Without `companies` the chips show the names in the address, so that a wrong one can be removed.
    """
    names, written = _names(selection.measure or _MEASURES), _names(selection.ticker)
    chosen = [(company.label, company.display_name, key(company)) for company in companies] or [
        (name, name, name) for name in written
    ]
    keys = [name for _, _, name in chosen]
    current = replace(selection, ticker=",".join(written), measure=",".join(names))
    company_chips = [
        (label, title, href("compare", replace(current, ticker=_without(keys, name)))) for label, title, name in chosen
    ]
    known = measures()
    measure_chips = [
        (
            known[name.lower()].label if name.lower() in known else name,
            name,
            href("compare", replace(current, measure=_without(names, name))),
        )
        for name in (names if chosen else ())
    ]
    return fragment(
        _TEMPLATE, "form", hidden_fields(replace(current, ticker="", measure="")), current.ticker, current.measure,
        company_field("ticker", hint="Tickers or names, by comma"), measure_options("none"),
        chips(company_chips, "Companies"), chips(measure_chips, "Lines and ratios"),
    )  # fmt: skip


def _without(items: Sequence[str], item: str) -> str:
    return ",".join(each for each in items if each != item)
