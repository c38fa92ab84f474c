"""The list of all companies: what an analyst opens in the morning."""

from __future__ import annotations

from dataclasses import replace
from html import escape

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
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.company.trend_bars import compact
from workbench.pages.compare.peer_figures import figure_cell
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, key, notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import chips, hidden_fields
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import course, with_gaps
from workbench.runtime import Workbench

_ROWS = 50


def company_list_page(workbench: Workbench, selection: Selection) -> Content:
    """All companies with their latest fiscal year and filing, or those that the filter leaves."""
    order, is_ascending = parse_order(selection.sort)
    question = CompanyQuestion(
        text=selection.q, sic=selection.sic, order=order, is_ascending=is_ascending, as_of=selection.as_of, limit=_ROWS,
        offset=selection.offset,
    )  # fmt: skip
    with workbench.database.read() as connection:
        found = list_companies(connection, question)
    if not found.companies:
        empty = notice("No companies yet.", "Bring one in with `workbench ingest AAPL`, then reload this page.")
        return Content("Companies", {"companies": Sheet(empty)})
    panels: dict[str, Viewable] = {
        "query": Sheet(_form(found, selection)),
        "companies": Sheet(company_table(found, selection)),
    }
    return Content("Companies", panels, cards=("companies",))


def company_table(found: CompanyList, selection: Selection) -> str:
    """One row a company; each heading sorts, each figure leads to its proof, each industry narrows the list to it."""
    if not found.lines and found.matched:
        first = f'<p><a href="{address("company", replace(selection, offset=0))}">To the first page</a></p>'
        beyond = "This page is beyond the end of the list."
        return notice(beyond, f"Companies in the list: {found.matched:,}.", is_inline=True) + first
    if not found.lines:
        return notice("No company matches.", "Take a filter away.", is_inline=True)
    items = [measure(name) for name in LISTED_MEASURES]
    missing = f" Of {found.unevaluated:,} companies the figures are still to be computed." if found.unevaluated else ""
    heads = "".join(_heading(item.label, ListOrder(item.name), found.question, selection) for item in items)
    rows = "".join(_row(line, items, selection) for line in found.lines)
    return (
        '<div class="scroll"><table class="statement peers companies"><thead><tr>'
        f"{_heading('Company', ListOrder.NAME, found.question, selection)}<th class='plain optional'>Industry</th>"
        f"<th>Fiscal year</th>{heads}<th class='optional'>Revenue over years</th>"
        f"{_heading('Latest filing', ListOrder.FILED, found.question, selection)}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
        f'{_pager(found, selection)}<p class="legend">Money in millions; a dash is a figure that was not reported or is not '
        "proven. The line is revenue of up to five fiscal years, each as it was known while it was the latest."
        f"{missing}</p>"
    )


def _heading(label: str, order: ListOrder, question: CompanyQuestion, selection: Selection) -> str:
    is_order = order is question.order
    # A heading chosen once sorts the usual way, largest or A first, and chosen again the other.
    first = order is ListOrder.NAME
    sort = f"-{order}" if is_order and question.is_ascending == first else order.value
    arrow = (" ▲" if question.is_ascending else " ▼") if is_order else ""
    state = f' aria-sort="{"ascending" if question.is_ascending else "descending"}"' if is_order else ""
    return (
        f'<th{state}><a href="{address("company", replace(selection, sort=sort, offset=0))}">{escape(label)}{arrow}</a></th>'
    )


def _row(line: CompanyLine, items: list[Measure], selection: Selection) -> str:
    company = line.company
    target = address("company", Selection(ticker=key(company), as_of=selection.as_of))
    cells = "".join(
        figure_cell(
            company, item, PeriodKind.ANNUAL, value=line.figures.get(item.name), unit=_unit(item, line.currency),
            end=line.period_end, period=None, as_of=selection.as_of,
        )
        for item in items
    )  # fmt: skip
    year = f'<span title="to {day(line.period_end)}">{escape(line.period_label or "")}</span>' if line.period_end else "–"
    foreign = f' <span class="small muted">{escape(line.currency)}</span>' if line.currency not in (None, "USD") else ""
    return (
        f'<tr><th><a href="{target}">{escape(company.label)}</a> <span class="small muted">{escape(company.name)}</span></th>'
        f'<td class="plain optional small">{_industry(line, selection)}</td><td>{year}{foreign}</td>{cells}'
        f'<td class="course optional">{_years(line.years)}</td><td class="filed">{_filing(line, selection)}</td></tr>'
    )


def _unit(item: Measure, currency: str | None) -> str | None:
    return currency if item.has_currency else item.unit


def _industry(line: CompanyLine, selection: Selection) -> str:
    company = line.company
    name = escape(company.sic_description or company.sic or "")
    if not company.sic:
        return name
    return f'<a class="quiet" href="{address("company", replace(selection, sic=company.sic, offset=0))}">{name}</a>'


def _years(years: tuple[YearOfRevenue, ...]) -> str:
    """The course of revenue, with its figures in words; a year in another currency than the newest one's is a gap in it."""
    alike = [year for year in years if year.currency == years[-1].currency]
    told = ", ".join(f"{year.period_label} {compact(year.revenue, year.currency)}" for year in alike)
    drawn = course(with_gaps({year.period_end: year.revenue if year in alike else None for year in years}))
    return f'<span role="img" aria-label="{escape(told)}" title="{escape(told)}">{drawn}</span>' if drawn else ""


def _filing(line: CompanyLine, selection: Selection) -> str:
    filing = line.filing
    if filing is None:
        return "–"
    target = address("reader", Selection(accession=filing.accession.text, as_of=selection.as_of))
    return f'<a href="{target}">{escape(filing.form)}</a><span class="period">{day(filing.filed_on)}</span>'


def _form(found: CompanyList, selection: Selection) -> str:
    kept = hidden_fields(replace(selection, q="", offset=0))
    count = f"{found.matched:,} of {found.companies:,}" if found.matched != found.companies else f"{found.companies:,}"
    industry = next((line.company.sic_description for line in found.lines if line.company.sic_description), None)
    without = address("company", replace(selection, sic="", offset=0))
    chosen = [(f"{industry or 'Industry'} (SIC {selection.sic})", "Industry", without)] if selection.sic else []
    clear = (
        f'<a class="small" href="{address("company", replace(selection, q="", offset=0))}">clear</a>' if selection.q else ""
    )
    return (
        f'<div class="head"><h1>Companies</h1><span class="muted">{count}</span></div>'
        f'<form class="form" action="company" role="search">{kept}<label>Name, ticker or industry'
        f'<input name="q" placeholder="all" value="{escape(selection.q)}" spellcheck="false" autocomplete="off"></label>'
        f'<button class="primary" type="submit">Filter</button>{clear}</form>{chips(chosen, "Industry")}'
    )


def _pager(found: CompanyList, selection: Selection) -> str:
    back = on = ""
    if selection.offset:
        back = f'<a href="{address("company", replace(selection, offset=max(0, selection.offset - _ROWS)))}">← Previous</a>'
    if found.next_offset is not None:
        on = f'<a href="{address("company", replace(selection, offset=found.next_offset))}">More →</a>'
    last = found.question.offset + len(found.lines)
    place = f'<span class="small muted">{found.question.offset + 1:,} to {last:,} of {found.matched:,}</span>'
    return f'<div class="pager"><span>{back}</span>{place}<span>{on}</span></div>' if back or on else ""
