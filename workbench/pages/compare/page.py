"""The comparison page: companies side by side, aligned by calendar quarter, one measure drawn and all in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

import panel as pn
from panel.viewable import Viewable

from db.companies import resolve
from db.screens.comparison import compare
from db.screens.industries import shared_industries
from db.screens.screening import run_screen
from workbench.analysis.screens.comparison_chart import MeasureChart, measure_chart
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure, measure, measures
from workbench.domain.measures.comparison import ComparedFigure, ComparedRow, Comparison
from workbench.domain.measures.screens import Screen
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.compare.peer_figures import downloads, figure_cell
from workbench.pages.frame.charts import chart_legend, comparison_chart, comparison_lines
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, key, notice, problem, tabs
from workbench.pages.frame.page import Content, show_in_address
from workbench.pages.frame.pickers import chips, company_field, hidden_fields, measure_options
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_COLUMNS = {PeriodKind.ANNUAL: 8, PeriodKind.QUARTERLY: 9, PeriodKind.TTM: 9}
_MEASURES = "revenue, revenue_growth, operating_margin, net_margin, net_income, eps_diluted, free_cash_flow"
_KINDS = {PeriodKind.ANNUAL: "Annual", PeriodKind.QUARTERLY: "Quarterly", PeriodKind.TTM: "TTM"}
_LARGEST = 5


def compare_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, a chart and a table for each measure once companies are named; sets to begin with before."""
    if not _names(selection.ticker):
        panels: dict[str, Viewable] = {"query": Sheet(_form(selection)), "peers": Sheet(_invitation(workbench, selection))}
        return Content("Compare", panels, cards=tuple(panels))
    title = f"{selection.ticker[:60]} · Compare"
    try:
        comparison = _read(workbench, selection)
    except WorkbenchError as error:
        panels = {"query": Sheet(_form(selection)), "peers": Sheet(problem(error))}
        return Content(title, panels, cards=tuple(panels))
    companies = tuple(dict.fromkeys(row.company for row in comparison.rows))
    panels = {"query": Sheet(_form(selection, companies))}
    if comparison.columns:
        shown = ComparisonPanel(comparison, selection)
        panels |= {"chart": shown.chart, "peers": shown.tables}
    else:
        panels["peers"] = Sheet(_nothing(selection))
    return Content(title, panels, cards=tuple(panels))


class ComparisonPanel:
    """The chart of one measure above the table of all; a measure's heading, or the choice above the chart, draws it."""

    def __init__(self, comparison: Comparison, selection: Selection) -> None:
        self._comparison = comparison
        self._selection = selection
        self._measures = {item.name: item for item in dict.fromkeys(row.measure for row in comparison.rows)}
        self._head = Sheet(on_event=self._on_event)
        self.tables = Sheet(on_event=self._on_event)
        chart = self._show()
        self._lines = comparison_chart(chart)
        self.chart = pn.Column(self._head, self._lines, sizing_mode="stretch_width")

    def _on_event(self, name: str, value: str) -> None:
        if name == "chart" and value in self._measures:
            self._selection = self._selection.changed(chart=value)
            self._lines.object = comparison_lines(self._show())
            show_in_address(self._selection)

    def _show(self) -> MeasureChart:
        """Writes the heading and the tables for the drawn measure: the one asked for, or the first that is compared."""
        first = next(iter(self._measures.values()))
        chart = measure_chart(self._comparison, self._measures.get(self._selection.chart, first))
        self._head.html = chart_head(chart, self._measures.values(), self._selection)
        self.tables.html = comparison_tables(self._comparison, self._selection, drawn=chart.measure)
        return chart


def chart_head(chart: MeasureChart, items: Iterable[Measure], selection: Selection) -> str:
    """The name of what is drawn, the choice of another measure, and which companies could not be drawn, and why."""
    choices = [(item.name, item.label, "compare" + selection.query(chart=item.name)) for item in items]
    choice = tabs("chart", choices, chart.measure.name, "Drawn measure")
    missing = ", ".join(company.label for company in chart.left_out)
    note = f'<p class="small muted">Not drawn, as reported in another currency: {escape(missing)}.</p>' if missing else ""
    return (
        f'<div class="head"><h2>{escape(chart.measure.label)}</h2><span class="right">{choice}</span></div>'
        f"{chart_legend(chart)}{note}"
    )


def _read(workbench: Workbench, selection: Selection) -> Comparison:
    chosen = [measure(name) for name in _names(selection.measure or _MEASURES)]
    with workbench.database.read() as connection:
        companies = [resolve(connection, name) for name in _names(selection.ticker)]
        period = selection.period
        return compare(connection, companies, chosen, period, selection.as_of, columns=_COLUMNS[period])


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,;\s]+", text) if name]


def comparison_tables(comparison: Comparison, selection: Selection, *, drawn: Measure | None = None) -> str:
    """A table for each measure, newest calendar period first, each figure over the company's own period.

    A measure's heading draws it; that of `drawn` is marked.
    """
    choices = [(kind.value, label, "compare" + selection.query(period=kind)) for kind, label in _KINDS.items()]
    asked = {
        "ticker": ",".join(_names(selection.ticker)),
        "measure": ",".join(_names(selection.measure or _MEASURES)),
        "period": comparison.period.value,
    }
    if selection.as_of:
        asked["as_of"] = selection.as_of.isoformat()
    head = (
        f'<div class="head">{_tabs(choices, comparison.period)}'
        f'<span class="small muted">money and shares in millions</span>{downloads("comparison", asked)}</div>'
    )
    items = dict.fromkeys(row.measure for row in comparison.rows)
    tables = "".join(_table(comparison, item, selection, is_drawn=item == drawn) for item in items)
    return (
        f'{head}<div class="scroll"><table class="statement peers">{tables}</table></div>'
        '<p class="legend">Columns are calendar periods; below each figure stands the company\'s own fiscal period. Share '
        "figures from before a split are in today's shares. A dash is a figure that was not reported or is not proven.</p>"
    )


def _tabs(choices: list[tuple[str, str, str]], current: PeriodKind) -> str:
    return tabs("", choices, current.value, "Period").replace(' data-event=""', "")


def _table(comparison: Comparison, item: Measure, selection: Selection, *, is_drawn: bool) -> str:
    heads = "".join(f"<th><b>{column.label}</b></th>" for column in reversed(comparison.columns))
    rows = "".join(_row(row, selection, comparison.period) for row in comparison.rows if row.measure == item)
    href, state = escape("compare" + selection.query(chart=item.name)), " aria-current=true" if is_drawn else ""
    name = (
        f'<a href="{href}" data-event="chart" data-value="{item.name}" title="Draw it above"{state}>{escape(item.label)}</a>'
    )
    return f"<thead><tr><th><b>{name}</b></th>{heads}</tr></thead><tbody>{rows}</tbody>"


def _row(row: ComparedRow, selection: Selection, basis: PeriodKind) -> str:
    company = row.company
    target = address("company", Selection(ticker=key(company), as_of=selection.as_of, period=basis))
    cells = "".join(_cell(row, compared, selection, basis) for compared in reversed(row.figures))
    return (
        f'<tr><th><a href="{target}">{escape(company.label)}</a> '
        f'<span class="small muted">{escape(company.name)}</span></th>{cells}</tr>'
    )


def _cell(row: ComparedRow, compared: ComparedFigure | None, selection: Selection, basis: PeriodKind) -> str:
    if compared is None:
        return "<td>–</td>"
    figure = compared.figure
    return figure_cell(
        row.company, row.measure, basis, value=compared.comparable, unit=figure.unit, end=figure.period_end,
        period=compared.period.label, as_of=selection.as_of, why=figure.adjustment or figure.formula or figure.reason or "",
    )  # fmt: skip


def _nothing(selection: Selection) -> str:
    when = f" as known on {selection.as_of}" if selection.as_of else ""
    return notice(f"There are no such figures{when}.", "Choose another period or a later as-of date.", is_inline=True)


def _invitation(workbench: Workbench, selection: Selection) -> str:
    """What to do, and sets to begin with: companies of one industry, and the largest."""
    with workbench.database.read() as connection:
        industries = shared_industries(connection, as_of=selection.as_of)
        largest = run_screen(connection, Screen(as_of=selection.as_of, limit=_LARGEST)).rows
    sets = [(f"{each.description} (SIC {each.sic})", each.companies, each.largest) for each in industries]
    if len(largest) > 1:
        sets.append(("Largest by revenue", len(largest), tuple(row.company for row in largest)))
    told = notice(
        "Compare companies.",
        "Name two or more above. Their fiscal years and quarters are put under the calendar's, and each figure leads to the "
        "filing it comes from.",
        "Or begin with one of these:" if sets else "",
        is_inline=True,
    )
    return told + f'<div class="directory">{"".join(_set(*each, selection) for each in sets)}</div>'


def _set(name: str, size: int, companies: Sequence[Company], selection: Selection) -> str:
    target = address("compare", replace(selection, ticker=",".join(key(company) for company in companies)))
    more = f" and {size - len(companies):,} more" if size > len(companies) else ""
    members = ", ".join(company.label for company in companies)
    return f'<a href="{target}"><b>{escape(name)}</b><br><span class="small muted">{escape(members)}{more}</span></a>'


def _form(selection: Selection, companies: Sequence[Company] = ()) -> str:
    """Chips of what is compared; fields that add a company, by its ticker or name, and a measure from a list.

    Without `companies` the chips are as the address has them: one that is wrong can be taken away.
    """
    names, written = _names(selection.measure or _MEASURES), _names(selection.ticker)
    chosen = [(company.label, company.name, key(company)) for company in companies] or [(name, name, name) for name in written]
    keys = [name for _, _, name in chosen]
    asked = replace(selection, ticker=",".join(written), measure=",".join(names))
    of_companies = [
        (label, title, address("compare", replace(asked, ticker=_without(keys, name)))) for label, title, name in chosen
    ]
    known = measures()
    of_measures = [
        (
            known[name.lower()].label if name.lower() in known else name,
            name,
            address("compare", replace(asked, measure=_without(names, name))),
        )
        for name in (names if chosen else ())
    ]
    kept = hidden_fields(replace(asked, ticker="", measure=""))
    return (
        f'<form class="form" action="compare">{kept}<input type="hidden" name="ticker" value="{escape(asked.ticker)}">'
        f'<input type="hidden" name="measure" value="{escape(asked.measure)}">'
        f"{company_field('ticker', hint='Ticker or name; several by comma')}"
        f'<label>Add a line or ratio<select data-adds="measure" data-between="," aria-label="Add a line or ratio">'
        f"{measure_options('none')}</select></label>"
        '<button class="primary" type="submit">Compare</button></form>'
        f"{chips(of_companies, 'Companies')}{chips(of_measures, 'Lines and ratios')}"
    )


def _without(items: Sequence[str], item: str) -> str:
    return ",".join(each for each in items if each != item)
