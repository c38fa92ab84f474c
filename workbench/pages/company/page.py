"""The company page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import panel as pn
from markupsafe import Markup

from db.companies import resolve, search_companies
from db.filings.filing_index import list_filings
from db.screens.company_metrics import key_figures
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Company
from workbench.pages.company.filings_tab import documents_tab, filings_tab
from workbench.pages.company.financials_tab import financials_tab, segments_tab, valuation_tab
from workbench.pages.company.key_figures import figure_strip
from workbench.pages.company.overview_tab import overview_tab
from workbench.pages.company.quality_tab import quality_tab
from workbench.pages.company.tabs import Tab, TabContent, chosen_tab, tab_row, tab_value
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day, named
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.company_list import company_list_page
from workbench.runtime import Workbench

_TEMPLATE = "company/page.html"
_TABS: Mapping[Tab, Callable[[Workbench, Company, Selection], TabContent]] = {
    Tab.OVERVIEW: overview_tab,
    Tab.FINANCIALS: financials_tab,
    Tab.VALUATION: valuation_tab,
    Tab.SEGMENTS: segments_tab,
    Tab.FILINGS: filings_tab,
    Tab.DOCUMENTS: documents_tab,
    Tab.QUALITY: quality_tab,
}


def company_page(workbench: Workbench, selection: Selection) -> Content:
    """One tab of one company; without a ticker the list of all, and for a part of a name the list of matches."""
    if not selection.ticker:
        return company_list_page(workbench, selection)
    tab = chosen_tab(selection)
    selection = replace(selection, tab=tab_value(tab))
    with workbench.database.read() as connection:
        try:
            company = resolve(connection, selection.ticker)
        except (NotFound, InvalidIdentifier):
            # A part of a name opens the list even when only one company matches: MET is not META.
            if not search_companies(connection, selection.ticker, limit=1):
                raise
            return company_list_page(workbench, replace(selection, ticker="", q=selection.ticker))
        newest = list_filings(connection, company.cik, forms=REPORT_FORMS, as_of=selection.as_of, limit=1)
        figures = key_figures(connection, company.cik, as_of=selection.as_of)
    content = _TABS[tab](workbench, company, selection)
    afterwards(*content.steps)
    strip = figure_strip(
        figures, selection if content.on_event else replace(selection, tab=""), is_live=bool(content.on_event)
    )
    top = header(company, newest, selection.as_of) + strip + tab_row(tab, selection)
    panels: dict[str, pn.viewable.Viewable] = {"header": HtmlPanel(top, on_event=content.on_event), **content.panels}
    cards = [name for name in content.panels if name not in content.plain]
    title = f"{company.display_name} ({company.label}){f' · {tab.value.capitalize()}' if selection.tab else ''}"
    return Content(title, panels, cards=cards, layout="company")


def header(company: Company, filings: list[Filing], as_of: date | None) -> Markup:
    """Name, share classes, industry and fiscal year end; and its name on `as_of` where that differs."""
    listings = [f"{listing.exchange + ': ' if listing.exchange else ''}{listing.ticker}" for listing in company.listings]
    facts = {
        "Name at the time": company.other_name_on(as_of) if as_of else None,
        "Files as": company.name if company.name != company.display_name else None,
        "Industry": f"{company.sic_description} (SIC {company.sic})" if company.sic_description else company.sic,
        "Fiscal year end": _year_end(company.fiscal_year_end),
        "Incorporated": company.state_of_incorporation,
        "CIK": str(company.cik),
        "Latest filing": f"{filings[0].form}, {day(filings[0].filed_on)}" if filings else None,
    }
    return fragment(_TEMPLATE, "header", company.display_name, listings, named(facts))


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _year_end(text: str | None) -> str | None:
    if not text or len(text) != 4 or not text.isdigit() or not 1 <= int(text[:2]) <= 12:
        return None
    return f"{int(text[2:])} {_MONTHS[int(text[:2]) - 1]}"
