"""The list of companies where it ends, and where its filter leaves nothing."""

from __future__ import annotations

from workbench.domain.measures.company_list import CompanyList, CompanyQuestion
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
