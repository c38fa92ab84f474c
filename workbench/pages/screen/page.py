"""The screener page: filters and the companies that match them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from panel.viewable import Viewable

from db.screens.screening import run_screen
from workbench.domain.errors import WorkbenchError
from workbench.domain.measures.screen_results import ScreenFigure, ScreenResult, ScreenRow
from workbench.domain.measures.screens import Filter, Metric, Screen, parse_filters, parse_metrics, parse_sort
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import company_link, href
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content
from workbench.pages.frame.peer_figures import downloads, figure_link
from workbench.pages.frame.pickers import chips, figure_fields, hidden_fields, measures_by_group, sorted_heading
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench

_ROWS = 50
_TEMPLATE = "screen/page.html"
_EXAMPLES = (
    "revenue >= 10B", "net_margin@ttm > 20", "revenue_growth > 10", "debt_to_equity < 1", "return_on_equity between 10 and 40",
    "free_cash_flow@ttm > 0", "pe < 20", "sic in 3570-3679", "filed 10-K since 2024-01-01",
)  # fmt: skip


def screen_page(workbench: Workbench, selection: Selection) -> Content:
    """The filters, each with its sentence, and the matching companies; all companies without a filter."""
    filters: tuple[Filter, ...] = ()
    try:
        screen = screen_of(selection)
        with workbench.database.read() as connection:
            result = run_screen(connection, screen)
        below = screen_table(result, selection)
        filters = screen.filters
    except WorkbenchError as error:
        below = problem(error)
    panels: dict[str, Viewable] = {"query": HtmlPanel(_form(selection, filters)), "found": HtmlPanel(below)}
    return Content("Screen", panels, cards=tuple(panels))


def screen_of(selection: Selection) -> Screen:
    """The screen in the address; raises InvalidRequest for parts that cannot be parsed."""
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


def screen_table(result: ScreenResult, selection: Selection) -> Markup:
    """The matching companies in the screen's order; headings sort, figures link to their sources."""
    screen = result.screen
    parameters = {"where": selection.where, "show": ",".join(map(str, screen.metrics)), "sort": selection.sort}
    if screen.as_of:
        parameters["as_of"] = screen.as_of.isoformat()
    head = (
        f"{result.matched:,} of {result.companies:,} companies match",
        result.reasons_in_words,
        downloads("screen", {name: value for name, value in parameters.items() if value}),
    )
    if not result.rows:
        message = notice("No company matches.", "Remove a filter, or choose another as-of date.", is_inline=True)
        return fragment(_TEMPLATE, "empty", *head, message)
    columns = [_header(metric, screen, selection) for metric in screen.metrics]
    rows = [_row(row, selection) for row in result.rows]
    return fragment(_TEMPLATE, "result", *head, columns, rows, *_pager(result, selection))


def _header(metric: Metric, screen: Screen, selection: Selection) -> dict[str, str]:
    is_order = metric == screen.order
    other = f"-{metric}" if is_order and not screen.is_ascending else str(metric)
    target = href("screen", replace(selection, sort=other, offset=0))
    is_ascending = screen.is_ascending if is_order else None
    return sorted_heading(metric.label, target, is_ascending=is_ascending, title=str(metric))


def _row(row: ScreenRow, selection: Selection) -> dict[str, Any]:
    company = row.company
    return {
        "company": company_link(company, selection),
        "industry": company.sic_description or company.sic or "",
        "figures": [_cell(row, figure, selection) for figure in row.figures],
    }


def _cell(row: ScreenRow, figure: ScreenFigure, selection: Selection) -> dict[str, str] | None:
    return figure_link(
        row.company, figure.metric.measure, figure.metric.basis, value=figure.value, unit=figure.unit,
        end=figure.period_end, period=figure.period_label, as_of=selection.as_of,
    )  # fmt: skip


def _pager(result: ScreenResult, selection: Selection) -> tuple[str, str]:
    """The addresses of the previous and next page, each empty if there is none."""
    earlier = replace(selection, offset=max(0, selection.offset - _ROWS))
    on = "" if result.next_offset is None else href("screen", replace(selection, offset=result.next_offset))
    return href("screen", earlier) if selection.offset else "", on


def _form(selection: Selection, filters: tuple[Filter, ...]) -> Markup:
    chosen = [(item.sentence, str(item), href("screen", _without(selection, filters, item))) for item in filters]
    examples = [
        {"href": href("screen", _with(selection, text)), "text": text} for text in _EXAMPLES if text not in selection.where
    ]
    return fragment(
        _TEMPLATE, "form", hidden_fields(replace(selection, where="", offset=0)), selection.where,
        selection.where.strip().rstrip(";"), figure_fields("where", between="; ", with_value=True), chips(chosen, "Filters"),
        examples, _catalogue(selection),
    )  # fmt: skip


def _with(selection: Selection, text: str) -> Selection:
    return replace(selection, where="; ".join(filter(None, (selection.where.strip().rstrip(";"), text))), offset=0)


def _without(selection: Selection, filters: tuple[Filter, ...], item: Filter) -> Selection:
    return replace(selection, where="; ".join(str(other) for other in filters if other != item), offset=0)


def _catalogue(selection: Selection) -> list[dict[str, Any]]:
    """Every measure by group; a link adds it as a column."""
    return [
        {
            "name": name,
            "measures": [
                {
                    "href": href("screen", replace(selection, show=_shown(selection, item.name))),
                    "name": item.name,
                    "label": item.label,
                }
                for item in items
            ],
        }
        for name, items in measures_by_group(with_value=True).items()
    ]


def _shown(selection: Selection, name: str) -> str:
    return ",".join(filter(None, (selection.show, name)))
