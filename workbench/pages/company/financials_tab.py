"""Statements and ratios over more periods than the overview shows; and the figures of segments."""

from __future__ import annotations

from dataclasses import replace

from db.facts.segments import breakdowns
from workbench.domain.identity import Company
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.company.segment_panel import segment_tables
from workbench.pages.company.statement_panel import StatementPanel
from workbench.pages.company.tabs import TabContent
from workbench.pages.company.valuation_panel import ValuationPanel
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_PERIODS_SHOWN = 16
_SEGMENT_PERIODS = 5


def financials_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """The statement at once, the ratios when the page is on the screen."""
    statements = StatementPanel(workbench, company, selection, periods_shown=_PERIODS_SHOWN)
    panels = {"statement": statements.table, "ratios": statements.ratios, "sources": statements.sources}
    return TabContent(dict(panels), (statements.show_ratios,), statements.on_event, plain=("sources",))


def segments_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """Figures by segment, region and product, of fiscal years or interim periods."""
    # Segments have no trailing twelve months: those would need a fourth quarter, which no report gives.
    period = PeriodKind.ANNUAL if selection.period is PeriodKind.TTM else selection.period
    with workbench.database.read() as connection:
        tables = breakdowns(connection, company, period=period, as_of=selection.as_of, limit_periods=_SEGMENT_PERIODS)
    return TabContent({"segments": HtmlPanel(segment_tables(tables, replace(selection, period=period)))})


def valuation_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """The multiples at the last close at once, their trends when the page is on the screen."""
    valuation = ValuationPanel(workbench, company, selection)
    return TabContent({"valuation": valuation.panel}, (valuation.show_history,))
