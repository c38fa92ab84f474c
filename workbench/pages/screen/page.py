"""The screener page: filters in words, and the companies that pass."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from panel.viewable import Viewable

from db.screens.screening import run_screen
from workbench.domain.errors import WorkbenchError
from workbench.domain.measures.screen_results import ScreenFigure, ScreenResult, ScreenRow
from workbench.domain.measures.screens import Filter, Metric, Screen, parse_filters, parse_metrics, parse_sort
from workbench.pages.compare.peer_figures import downloads, figure_cell
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, key, notice, problem
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import chips, figure_fields, hidden_fields, measures_by_group
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_ROWS = 50
_EXAMPLES = (
    "revenue >= 10B", "net_margin@ttm > 20", "revenue_growth > 10", "debt_to_equity < 1", "return_on_equity between 10 and 40",
    "free_cash_flow@ttm > 0", "pe < 20", "sic in 3570-3679", "filed 10-K since 2024-01-01",
)  # fmt: skip


def screen_page(workbench: Workbench, selection: Selection) -> Content:
    """The filters, each with its sentence, and the companies that pass; all of them without a filter."""
    filters: tuple[Filter, ...] = ()
    try:
        screen = screen_of(selection)
        with workbench.database.read() as connection:
            result = run_screen(connection, screen)
        below = screen_table(result, selection)
        filters = screen.filters
    except WorkbenchError as error:
        below = problem(error)
    panels: dict[str, Viewable] = {"query": Sheet(_form(selection, filters)), "found": Sheet(below)}
    return Content("Screen", panels, cards=tuple(panels))


def screen_of(selection: Selection) -> Screen:
    """The screen that the address holds; raises as the parsing of its parts does."""
    metric, is_ascending = parse_sort(selection.sort)
    return Screen(
        filters=parse_filters([selection.where]),
        shown=parse_metrics([selection.show]),
        sort=metric,
        is_ascending=is_ascending,
        as_of=selection.as_of,
        limit=_ROWS,
        offset=selection.offset,
    )


def screen_table(result: ScreenResult, selection: Selection) -> str:
    """The companies that pass, in the screen's order, with headers that sort and figures that lead to their proof."""
    screen = result.screen
    asked = {"where": selection.where, "show": ",".join(map(str, screen.metrics)), "sort": selection.sort}
    if screen.as_of:
        asked["as_of"] = screen.as_of.isoformat()
    count = f"{result.matched:,} of {result.companies:,} companies pass"
    note = f'<span class="small muted">{escape(_undecided(result))}</span>' if result.undecided else ""
    head = (
        f'<div class="head"><h2>{count}</h2>{note}'
        f"{downloads('screen', {name: value for name, value in asked.items() if value})}</div>"
    )
    if not result.rows:
        return head + notice("No company passes.", "Take a filter away, or choose another as-of date.", is_inline=True)
    heads = "".join(_header(metric, screen, selection) for metric in screen.metrics)
    rows = "".join(_row(row, selection) for row in result.rows)
    return (
        f'{head}<div class="scroll"><table class="statement peers"><thead><tr><th>Company</th>'
        f'<th class="plain optional">Industry</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"{_pager(result, selection)}"
        '<p class="legend">Money and shares in millions; a dash is a figure that was not reported or is not proven.</p>'
    )


def _undecided(result: ScreenResult) -> str:
    return f"for {result.undecided:,} more a figure that would decide is not known"


def _header(metric: Metric, screen: Screen, selection: Selection) -> str:
    is_order = metric == screen.order
    other = f"-{metric}" if is_order and not screen.is_ascending else str(metric)
    arrow = (" ▲" if screen.is_ascending else " ▼") if is_order else ""
    sort = f' aria-sort="{"ascending" if screen.is_ascending else "descending"}"' if is_order else ""
    href = address("screen", replace(selection, sort=other, offset=0))
    return f'<th{sort}><a href="{href}" title="{escape(str(metric))}">{escape(metric.label)}{arrow}</a></th>'


def _row(row: ScreenRow, selection: Selection) -> str:
    company = row.company
    target = address("company", Selection(ticker=key(company), as_of=selection.as_of))
    cells = "".join(_cell(row, figure, selection) for figure in row.figures)
    return (
        f'<tr><th><a href="{target}">{escape(company.label)}</a> <span class="small muted">{escape(company.name)}</span></th>'
        f'<td class="plain optional small muted">{escape(company.sic_description or company.sic or "")}</td>{cells}</tr>'
    )


def _cell(row: ScreenRow, figure: ScreenFigure, selection: Selection) -> str:
    return figure_cell(
        row.company, figure.metric.measure, figure.metric.basis, value=figure.value, unit=figure.unit,
        end=figure.period_end, period=figure.period_label, as_of=selection.as_of,
    )  # fmt: skip


def _pager(result: ScreenResult, selection: Selection) -> str:
    back = ""
    if selection.offset:
        earlier = replace(selection, offset=max(0, selection.offset - _ROWS))
        back = f'<a href="{address("screen", earlier)}">← Previous</a>'
    on = ""
    if result.next_offset is not None:
        on = f'<a href="{address("screen", replace(selection, offset=result.next_offset))}">More →</a>'
    return f'<div class="pager"><span>{back}</span><span>{on}</span></div>' if back or on else ""


def _form(selection: Selection, filters: tuple[Filter, ...]) -> str:
    kept = hidden_fields(replace(selection, where="", offset=0))
    chosen = [(item.sentence, str(item), address("screen", _without(selection, filters, item))) for item in filters]
    examples = "".join(
        f'<a href="{address("screen", _with(selection, text))}">{escape(text)}</a>'
        for text in _EXAMPLES
        if text not in selection.where
    )
    return (
        f'<form class="query" action="screen" role="search">{kept}'
        '<input class="wide mono" name="where" aria-label="Filters" spellcheck="false" autocomplete="off" '
        f'placeholder="revenue >= 10B; net_margin@ttm > 20" value="{escape(selection.where)}">'
        '<button class="primary" type="submit">Screen</button></form>'
        f'<form class="form build" action="screen" aria-label="Add a filter">{kept}'
        f'<input type="hidden" name="where" value="{escape(selection.where.strip().rstrip(";"))}">'
        f"{figure_fields('where', between='; ', with_value=True)}"
        '<button class="secondary" type="submit">Add filter</button></form>'
        f'{chips(chosen, "Filters")}<div class="suggestions"><span>Add</span>{examples}</div>{_catalogue(selection)}'
    )


def _with(selection: Selection, text: str) -> Selection:
    return replace(selection, where="; ".join(filter(None, (selection.where.strip().rstrip(";"), text))), offset=0)


def _without(selection: Selection, filters: tuple[Filter, ...], item: Filter) -> Selection:
    return replace(selection, where="; ".join(str(other) for other in filters if other != item), offset=0)


def _catalogue(selection: Selection) -> str:
    """Every measure by name; choosing one shows it as a column."""
    lists = ""
    for name, items in measures_by_group(with_value=True).items():
        links = "".join(
            f'<li><a href="{address("screen", replace(selection, show=_shown(selection, item.name)))}" '
            f'title="{item.name}: show as a column">{escape(item.label)}</a></li>'
            for item in items
        )
        lists += f'<h2>{name}</h2><ul class="measures">{links}</ul>'
    return (
        '<details class="small"><summary class="muted">All lines, ratios and measures of value</summary><p class="muted">'
        "Lines and ratios stand for the latest fiscal year; <code>@ttm</code> and <code>@quarter</code> after them say "
        f"otherwise. Measures of value are of the last close.</p>{lists}</details>"
    )


def _shown(selection: Selection, name: str) -> str:
    return ",".join(filter(None, (selection.show, name)))
