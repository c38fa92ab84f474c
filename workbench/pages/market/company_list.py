"""The list of all companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import panel as pn
from markupsafe import Markup
from panel.viewable import Viewable

from db.screens.company_list import list_companies
from workbench.domain.measures.catalogue import Measure, measure
from workbench.domain.measures.company_list import (
    LISTED_MEASURES,
    CompanyLine,
    CompanyList,
    CompanyQuestion,
    ListOrder,
    YearOfRevenue,
    parse_order,
)
from workbench.domain.rights.roles import Permission
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.frame.amounts import compact
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import company_link, day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.peer_figures import figure_link
from workbench.pages.frame.pickers import chips, hidden_fields, sorted_heading
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import sparkline, with_gaps
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

_ROWS = 50
_TRENDS_AGAIN_MS, _TRENDS_LAST_MS = 3_000, 600_000
_TEMPLATE = "market/company_list.html"


def company_list_page(workbench: Workbench, selection: Selection) -> Content:
    """The companies that match the filter, each with its latest fiscal year and filing."""
    order, is_ascending = parse_order(selection.sort)
    question = CompanyQuestion(
        text=selection.q, sic=selection.sic, order=order, is_ascending=is_ascending, as_of=selection.as_of, limit=_ROWS,
        offset=selection.offset,
    )  # fmt: skip
    with workbench.database.read() as connection:
        company_list = list_companies(connection, question)
    panels: dict[str, Viewable] = {}
    if visitor().may(Permission.COMPANIES_LOAD):
        panels["load"] = _load_panel("" if company_list.companies else notice("No companies yet."))
    if not company_list.companies:
        return Content("Companies", panels or {"companies": HtmlPanel(notice("No companies yet."))})
    table = HtmlPanel(company_table(company_list, selection))
    if company_list.is_trend_pending:
        _show_trends_when_ready(workbench, question, selection, table)
    panels = {"query": HtmlPanel(_form(company_list, selection)), "companies": table} | panels
    return Content("Companies", panels, cards=("companies",))


def _load_panel(message: Markup | str) -> HtmlPanel:
    """A form that has a company loaded; then it says that this has begun."""

    def on_event(name: str, value: str) -> None:
        if name == "loading":
            panel.html = fragment(_TEMPLATE, "load", message, value)

    panel = HtmlPanel(fragment(_TEMPLATE, "load", message, ""), on_event=on_event)
    return panel


def _show_trends_when_ready(workbench: Workbench, question: CompanyQuestion, selection: Selection, table: HtmlPanel) -> None:
    """Draws the table again every few seconds, for as long as trends are being prepared and the page is open."""

    def show() -> None:
        with workbench.database.read() as connection:
            company_list = list_companies(connection, question)
        table.html = company_table(company_list, selection)
        if not company_list.is_trend_pending:
            started.pop().stop()  # type: ignore[no-untyped-call]

    def start() -> None:
        started.append(pn.state.add_periodic_callback(show, period=_TRENDS_AGAIN_MS, timeout=_TRENDS_LAST_MS))

    started: list[pn.io.PeriodicCallback] = []
    afterwards(start)


def company_table(company_list: CompanyList, selection: Selection) -> Markup:
    """One row a company; headings sort, figures link to their sources, industries filter the list."""
    if not company_list.lines and company_list.matched:
        message = notice(
            "This page is beyond the end of the list.", f"Companies in the list: {company_list.matched:,}.", is_inline=True
        )
        return fragment(_TEMPLATE, "beyond", message, href("company", replace(selection, offset=0)))
    if not company_list.lines:
        return notice("No company matches.", "Remove a filter.", is_inline=True)
    items = [measure(name) for name in LISTED_MEASURES]
    missing = (
        f"Figures of {company_list.unevaluated:,} companies have not been computed yet." if company_list.unevaluated else ""
    )
    table = {
        "name": _heading("Company", ListOrder.NAME, company_list.question, selection),
        "measures": [_heading(item.label, ListOrder(item.name), company_list.question, selection) for item in items],
        "filed": _heading("Latest filing", ListOrder.FILED, company_list.question, selection),
        "rows": [_row(line, items, selection) for line in company_list.lines],
    }
    return fragment(_TEMPLATE, "companies", table, missing, company_list.is_trend_pending, *_pager(company_list, selection))


def _heading(label: str, order: ListOrder, question: CompanyQuestion, selection: Selection) -> dict[str, str]:
    is_order = order is question.order
    # The first click on a heading sorts the usual way, largest or A first; the second one reverses it.
    first = order is ListOrder.NAME
    sort = f"-{order}" if is_order and question.is_ascending == first else order.value
    target = href("company", replace(selection, sort=sort, offset=0))
    return sorted_heading(label, target, is_ascending=question.is_ascending if is_order else None)


def _row(line: CompanyLine, items: list[Measure], selection: Selection) -> dict[str, Any]:
    company = line.company
    figures = [
        figure_link(
            company, item, PeriodKind.ANNUAL, value=line.figures.get(item.name), unit=_unit(item, line.currency),
            end=line.period_end, period=None, as_of=selection.as_of,
        )
        for item in items
    ]  # fmt: skip
    return {
        "company": company_link(company, selection),
        "industry": company.sic_description or company.sic or "",
        "industry_href": href("company", replace(selection, sic=company.sic, offset=0)) if company.sic else "",
        "year": line.period_label or "",
        "year_end": day(line.period_end) if line.period_end else "",
        "currency": line.currency if line.currency not in (None, "USD") else "",
        "figures": figures,
        "years": revenue_trend(line.years),
        "is_trend_pending": line.is_trend_pending,
        "filing": _filing(line, selection),
    }


def _unit(item: Measure, currency: str | None) -> str | None:
    return currency if item.has_currency else item.unit


def revenue_trend(years: Sequence[YearOfRevenue]) -> dict[str, Any] | None:
    """Revenue as a sparkline with its figures as text; a year in another currency than the newest is a gap."""
    same = [year for year in years if year.currency == years[-1].currency]
    drawn = sparkline(with_gaps({year.period_end: year.revenue if year in same else None for year in years}))
    words = ", ".join(f"{year.period_label} {compact(year.revenue, year.currency)}" for year in same)
    return {"words": words, "line": drawn} if drawn else None


def _filing(line: CompanyLine, selection: Selection) -> dict[str, str] | None:
    filing = line.filing
    if filing is None:
        return None
    target = Selection(accession=filing.accession.text, as_of=selection.as_of)
    return {"href": href("reader", target), "form": filing.form, "filed": day(filing.filed_on)}


def _form(company_list: CompanyList, selection: Selection) -> Markup:
    hidden = hidden_fields(replace(selection, q="", offset=0))
    count = (
        f"{company_list.matched:,} of {company_list.companies:,}"
        if company_list.matched != company_list.companies
        else f"{company_list.companies:,}"
    )
    industry = next((line.company.sic_description for line in company_list.lines if line.company.sic_description), None)
    without = href("company", replace(selection, sic="", offset=0))
    chosen = [(f"{industry or 'Industry'} (SIC {selection.sic})", "Industry", without)] if selection.sic else []
    clear = href("company", replace(selection, q="", offset=0)) if selection.q else ""
    return fragment(_TEMPLATE, "form", count, hidden, selection.q, clear, chips(chosen, "Industry"))


def _pager(company_list: CompanyList, selection: Selection) -> tuple[str, str, str]:
    """The addresses of the previous and next page, and the range of companies on this page."""
    earlier = max(0, selection.offset - _ROWS)
    back = href("company", replace(selection, offset=earlier)) if selection.offset else ""
    on = href("company", replace(selection, offset=company_list.next_offset)) if company_list.next_offset is not None else ""
    last = company_list.question.offset + len(company_list.lines)
    return back, on, f"{company_list.question.offset + 1:,} to {last:,} of {company_list.matched:,}"
