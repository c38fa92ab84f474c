"""The comparison page: companies side by side, aligned by calendar quarter."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from panel.viewable import Viewable

from db.companies import resolve
from db.comparison import compare
from workbench.domain.comparison import ComparedFigure, ComparedRow, Comparison
from workbench.domain.errors import WorkbenchError
from workbench.domain.measures import Measure, measure
from workbench.domain.statements import PeriodKind
from workbench.pages.frame import Content
from workbench.pages.markup import address, key, notice, problem, tabs
from workbench.pages.peer_cells import downloads, figure_cell
from workbench.pages.selection import Selection
from workbench.pages.sheet import Sheet
from workbench.runtime import Workbench

_COLUMNS = {PeriodKind.ANNUAL: 8, PeriodKind.QUARTERLY: 9, PeriodKind.TTM: 9}
_MEASURES = "revenue, revenue_growth, operating_margin, net_margin, net_income, eps_diluted, free_cash_flow"
_KINDS = {PeriodKind.ANNUAL: "Annual", PeriodKind.QUARTERLY: "Quarterly", PeriodKind.TTM: "TTM"}


def compare_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, and a table for each measure once companies are named."""
    panels: dict[str, Viewable] = {"query": Sheet(_form(selection))}
    if not _names(selection.ticker):
        panels["peers"] = Sheet(_invitation())
        return Content("Compare", panels, cards=tuple(panels))
    try:
        comparison = _read(workbench, selection)
        panels["peers"] = Sheet(comparison_tables(comparison, selection) if comparison.columns else _nothing(selection))
    except WorkbenchError as error:
        panels["peers"] = Sheet(problem(error))
    return Content(f"{selection.ticker[:60]} · Compare", panels, cards=tuple(panels))


def _read(workbench: Workbench, selection: Selection) -> Comparison:
    chosen = [measure(name) for name in _names(selection.measure or _MEASURES)]
    with workbench.database.read() as connection:
        companies = [resolve(connection, name) for name in _names(selection.ticker)]
        period = selection.period
        return compare(connection, companies, chosen, period, selection.as_of, columns=_COLUMNS[period])


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,;\s]+", text) if name]


def comparison_tables(comparison: Comparison, selection: Selection) -> str:
    """A table for each measure, newest calendar period first, each figure over the company's own period."""
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
    tables = "".join(_table(comparison, item, selection) for item in items)
    return (
        f'{head}<div class="scroll"><table class="statement peers">{tables}</table></div>'
        '<p class="legend">Columns are calendar periods; below each figure stands the company\'s own fiscal period. Share '
        "figures from before a split are in today's shares. A dash is a figure that was not reported or is not proven.</p>"
    )


def _tabs(choices: list[tuple[str, str, str]], current: PeriodKind) -> str:
    return tabs("", choices, current.value, "Period").replace(' data-event=""', "")


def _table(comparison: Comparison, item: Measure, selection: Selection) -> str:
    heads = "".join(f"<th><b>{column.label}</b></th>" for column in reversed(comparison.columns))
    rows = "".join(_row(row, selection, comparison.period) for row in comparison.rows if row.measure == item)
    return f"<thead><tr><th><b>{escape(item.label)}</b></th>{heads}</tr></thead><tbody>{rows}</tbody>"


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


def _invitation() -> str:
    return notice(
        "Compare companies.",
        "Name two or more by ticker or CIK. Their fiscal years and quarters are put under the calendar's, and each figure "
        "leads to the filing it comes from.",
        is_inline=True,
    )


def _form(selection: Selection) -> str:
    kept = replace(selection, ticker="", measure="").parameters()
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in kept)
    return (
        f'<form class="query" action="compare">{hidden}'
        f'<input class="wide" name="ticker" aria-label="Companies" placeholder="AAPL, NVDA, COST" required '
        f'value="{escape(selection.ticker)}" spellcheck="false" autocomplete="off">'
        '<button class="primary" type="submit">Compare</button>'
        f'<input class="wide" name="measure" aria-label="Lines and ratios" spellcheck="false" autocomplete="off" '
        f'value="{escape(selection.measure or _MEASURES)}"></form>'
    )
