"""The list of companies where it ends, where its filter leaves nothing, and while trends are being prepared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.company_list import CompanyLine, CompanyList, CompanyQuestion, YearOfRevenue
from workbench.pages.frame.selection import Selection
from workbench.pages.market.company_list import company_table


def test_a_page_beyond_the_end_leads_to_the_first() -> None:
    html = company_table(CompanyList(CompanyQuestion(offset=100), (), 14, 14), Selection(q="inc", offset=100))
    assert "This page is beyond the end of the list." in html
    assert "Companies in the list: 14." in html
    assert 'href="company?q=inc"' in html
    assert "<table" not in html


def test_a_filter_that_leaves_nothing_says_so() -> None:
    html = company_table(CompanyList(CompanyQuestion(text="zzz"), (), 0, 14), Selection(q="zzz"))
    assert "No company matches." in html


def test_a_trend_that_is_being_prepared_says_so_until_it_is_there() -> None:
    # Kimberly-Clark's net sales, in Forms 10-K of 2024 and 2025.
    sales = {2023: Decimal(20_431_000_000), 2024: Decimal(20_058_000_000)}
    years = [YearOfRevenue(date(year, 12, 31), f"FY {year}", "USD", sales[year]) for year in sales]
    company = Company(Cik(55785), "KIMBERLY CLARK CORP", (Listing(Ticker("KMB")),))
    line = CompanyLine(company, "FY 2024", date(2024, 12, 31), "USD", {}, (years[-1],), None, is_trend_pending=True)
    pending = company_table(CompanyList(CompanyQuestion(), (line,), 1, 1), Selection())
    assert "being prepared</span>" in pending
    assert "Revenue trends are being prepared." in pending
    ready = replace(line, years=tuple(years), is_trend_pending=False)
    html = company_table(CompanyList(CompanyQuestion(), (ready,), 1, 1), Selection())
    assert "being prepared" not in html
    assert "FY 2023 20.4 bn USD, FY 2024 20.1 bn USD" in html
