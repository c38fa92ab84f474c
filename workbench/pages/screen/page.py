"""The screener page: filters, the companies that match them now or at past month ends, saved screens and an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from markupsafe import Markup
from panel.viewable import Viewable

from db.screens.group_ranks import group_ranks
from db.screens.screen_history import screen_history
from db.screens.screening import run_screen
from workbench.domain.alerts.rules import INBOX, AlertKind, Condition
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import Filter, Metric, Screen
from workbench.domain.rights.roles import Permission, may
from workbench.domain.screens.group_rank import GroupRank
from workbench.domain.screens.saved_views import ViewKind, screen_from
from workbench.domain.screens.screen_results import ScreenFigure, ScreenResult, ScreenRow
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, company_link, href
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content
from workbench.pages.frame.peer_figures import downloads, figure_link
from workbench.pages.frame.pickers import chips, figure_fields, hidden_fields, measures_by_group, sorted_heading
from workbench.pages.frame.saved_views import SavedViewsPanel
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.screen.history import HISTORY, history_table, months_of
from workbench.runtime import Workbench

_ROWS = 50
PERCENTILES = "percentiles"
_VIEWS = {"": "Companies", PERCENTILES: "Percentiles", HISTORY: "History"}
_TEMPLATE = "screen/page.html"
_EXAMPLES = (
    "revenue >= 10B", "net_margin@ttm > 20", "revenue_growth > 10", "debt_to_equity < 1", "return_on_equity between 10 and 40",
    "free_cash_flow@ttm > 0", "pe < 20", "sic in 3570-3679", "filed 10-K since 2024-01-01",
)  # fmt: skip


def screen_page(workbench: Workbench, selection: Selection) -> Content:
    """The filters, each with its sentence, and the matching companies; all companies without a filter."""
    filters: tuple[Filter, ...] = ()
    columns: tuple[Metric, ...] = ()
    try:
        screen = screen_of(selection)
        with workbench.database.read() as connection:
            if selection.view == HISTORY:
                below = history_table(*screen_history(connection, screen, months_of(selection)), selection)
            else:
                result = run_screen(connection, screen)
                ciks = [row.company.cik for row in result.rows]
                ranks = group_ranks(connection, screen, ciks) if selection.view == PERCENTILES else {}
                below = screen_table(result, selection, ranks)
        filters, columns = screen.filters, screen.shown
    except WorkbenchError as error:
        below = problem(error)
    panels: dict[str, Viewable] = {"query": HtmlPanel(_form(selection, filters, columns)), "found": HtmlPanel(below)}
    panels["saved"] = SavedViewsPanel(ViewKind.SCREEN, selection).panel
    if filters:
        panels |= _alert(workbench, filters)
    return Content("Screen", panels, cards=tuple(panels))


def _alert(workbench: Workbench, filters: tuple[Filter, ...]) -> dict[str, Viewable]:
    """The form of an alert on these filters; nothing for a visitor who may not create alerts."""
    role = visitor().role
    if role is None or not may(role, Permission.ALERTS_WRITE):
        return {}
    channels = (INBOX, *workbench.notifier.channels)
    condition = str(Condition(AlertKind.SCREEN, filters=filters))

    def written(message: Markup) -> Markup:
        return fragment(_TEMPLATE, "alert", condition, channels, message)

    def on_event(name: str, _: str) -> None:
        if name == "added":
            panel.html = written(notice("The alert is added.", "The page Alerts lists it.", is_inline=True))

    panel = HtmlPanel(written(Markup()), on_event=on_event)
    return {"alert": panel}


def screen_of(selection: Selection) -> Screen:
    """The screen in the address; raises InvalidRequest for parts that cannot be parsed."""
    parameters = {"where": selection.where, "show": selection.show, "sort": selection.sort}
    return replace(screen_from(parameters), as_of=selection.as_of, limit=_ROWS, offset=selection.offset)


def screen_table(
    result: ScreenResult, selection: Selection, ranks: Mapping[Cik, Sequence[GroupRank | None]] = MappingProxyType({})
) -> Markup:
    """The matching companies in the screen's order; headings sort, figures link to their sources.

    Below a figure stands its fiscal period, or its rank among the companies of its group where `ranks` has one.
    """
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
    rows = [_row(row, selection, ranks.get(row.company.cik, ())) for row in result.rows]
    return fragment(_TEMPLATE, "result", *head, columns, rows, *_pager(result, selection))


def _header(metric: Metric, screen: Screen, selection: Selection) -> dict[str, str]:
    is_order = metric == screen.order
    other = f"-{metric}" if is_order and not screen.is_ascending else str(metric)
    target = href("screen", replace(selection, sort=other, offset=0))
    is_ascending = screen.is_ascending if is_order else None
    return sorted_heading(metric.label, target, is_ascending=is_ascending, title=str(metric))


def _row(row: ScreenRow, selection: Selection, ranks: Sequence[GroupRank | None]) -> dict[str, Any]:
    company = row.company
    return {
        "company": company_link(company, selection),
        "industry": company.sic_description or company.sic or "",
        "figures": [
            _cell(row, figure, selection, _rank(ranks[place]) if ranks else None) for place, figure in enumerate(row.figures)
        ],
    }


def _rank(rank: GroupRank | None) -> str:
    if rank is None:
        return "too few peers"
    return f"above {rank.above_pct:.0f}% of {rank.peers:,} in SIC {rank.group}"


def _cell(row: ScreenRow, figure: ScreenFigure, selection: Selection, rank: str | None) -> dict[str, str] | None:
    return figure_link(
        row.company, figure.metric.measure, figure.metric.basis, value=figure.value, unit=figure.unit,
        end=figure.period_end, period=figure.period_label if rank is None else rank,
        as_of=selection.as_of,
    )  # fmt: skip


def _pager(result: ScreenResult, selection: Selection) -> tuple[str, str]:
    """The addresses of the previous and next page, each empty if there is none."""
    earlier = replace(selection, offset=max(0, selection.offset - _ROWS))
    on = "" if result.next_offset is None else href("screen", replace(selection, offset=result.next_offset))
    return href("screen", earlier) if selection.offset else "", on


def _form(selection: Selection, filters: tuple[Filter, ...], columns: tuple[Metric, ...]) -> Markup:
    shown = [(each.label, str(each), href("screen", _without_column(selection, columns, each))) for each in columns]
    chosen = [(item.sentence, str(item), href("screen", _without(selection, filters, item))) for item in filters]
    examples = [
        {"href": href("screen", _with(selection, text)), "text": text} for text in _EXAMPLES if text not in selection.where
    ]
    views = [(value, label, href("screen", replace(selection, view=value, offset=0))) for value, label in _VIEWS.items()]
    return fragment(
        _TEMPLATE, "form", hidden_fields(replace(selection, where="", offset=0)), choices(views, selection.view),
        selection.where, selection.where.strip().rstrip(";"), figure_fields("where", between="; ", with_value=True),
        chips(chosen, "Filters") + chips(shown, "Columns"), examples, _catalogue(selection),
    )  # fmt: skip


def _with(selection: Selection, text: str) -> Selection:
    return replace(selection, where="; ".join(filter(None, (selection.where.strip().rstrip(";"), text))), offset=0)


def _without(selection: Selection, filters: tuple[Filter, ...], item: Filter) -> Selection:
    return replace(selection, where="; ".join(str(other) for other in filters if other != item), offset=0)


def _without_column(selection: Selection, columns: tuple[Metric, ...], item: Metric) -> Selection:
    return replace(selection, show=",".join(str(other) for other in columns if other != item))


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
