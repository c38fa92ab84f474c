"""The statement's change from a year before and common size on the company's page."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.errors import InvalidRequest
from workbench.domain.statements.statement import StatementKind
from workbench.pages.company.page import company_page
from workbench.pages.company.statement_views import chosen_view
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

DAY = date(2024, 12, 31)


def panel(workbench: Workbench, name: str = "statement", **selected: object) -> str:
    content = company_page(workbench, Selection(ticker="AAPL", as_of=DAY, **selected))  # type: ignore[arg-type]
    shown: str = content.panels[name].html  # type: ignore[attr-defined]
    return shown


def test_an_unknown_view_is_refused() -> None:
    assert chosen_view(Selection()) is None
    with pytest.raises(InvalidRequest, match="view must be one of growth, common_size"):
        chosen_view(Selection(view="odd"))


def test_growth_beside_compound_growth(loaded: Workbench) -> None:
    html = panel(loaded, view="growth")
    revenue = html.partition(">Revenue<")[2].partition("</tr>")[0]
    assert "8.5%" in revenue  # five years: (391,035 / 260,174) ^ (1 / 5) is 1.0849; three: (391,035 / 365,817) ^ (1 / 3)
    assert "2.2%" in revenue
    assert ">2.0%</a>" in revenue  # 391,035 / 383,285 - 1
    assert ">(2.8%)</a>" in revenue  # 383,285 / 394,328 - 1
    assert "Change from the same period of the year before" in html


def test_common_size_of_the_balance_sheet(loaded: Workbench) -> None:
    html = panel(loaded, view="common_size", kind=StatementKind.BALANCE)
    assets = html.partition(">Total assets<")[2].partition("</tr>")[0]
    assert assets.count(">100.0%</a>") == 10
    cash = html.partition(">Cash and cash equivalents<")[2].partition("</tr>")[0]
    assert ">8.2%</a>" in cash  # 29,943 / 364,980
    assert "Per cent of total assets" in html


def test_the_drawer_has_the_operands_of_the_change(loaded: Workbench) -> None:
    html = panel(loaded, "sources", view="growth", figure="revenue@2024-09-28")
    assert "Revenue, % change, FY 2024" in html
    assert "revenue / prior(revenue) - 1" in html
    assert "391,035,000,000 USD" in html
    assert "383,285,000,000 USD" in html


def test_the_oldest_period_first(loaded: Workbench) -> None:
    newest_first = panel(loaded)
    assert newest_first.index("FY 2024") < newest_first.index("FY 2023")
    html = panel(loaded, sort="day")
    assert html.index("FY 2023") < html.index("FY 2024")
    revenue = html.partition(">Revenue<")[2].partition("</tr>")[0]
    assert revenue.index("383,285") < revenue.index("391,035")


def test_files_of_the_statement(loaded: Workbench) -> None:
    html = panel(loaded, kind=StatementKind.CASHFLOW)
    assert "api/v1/companies/AAPL/statements/cashflow?period=annual&amp;as_of=2024-12-31&amp;format=csv" in html
