"""The panel of similar companies as markup."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workbench.domain.filings.passages import Hit
from workbench.domain.filings.similarity import CompanySize, SharedPassages, SimilarCompany
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.pages.company.similar_panel import similar_table
from workbench.pages.frame.selection import Selection


def hit(number: int, text: str) -> Hit:
    accession = Accession(f"000000000{number}-24-000001")
    return Hit(
        passage_id=number, document_id=number, cik=Cik(number), company="C", accession=accession,
        document="c.htm", title=None, form="10-K", filed_on=date(2024, 2, 1), part="I", item="1", page=None, start=10, end=20,
        text=text, score=0.0, ticker=f"T{number}",
    )  # fmt: skip


def test_each_company_links_to_its_page_and_each_passage_to_the_reader() -> None:
    miller = SimilarCompany(
        Company(Cik(2), "Miller & Sons <Ltd>", (Listing(Ticker("MILL")),)),
        None,
        CompanySize(Decimal("1500000000"), None, "USD", "FY 2024"),
        0.9512,
        None,
        0.5,
        (SharedPassages(hit(1, "We bake bread."), hit(2, "We mill <flour>."), 0.8),),
    )
    html = similar_table([miller], Selection(ticker="BAKE", as_of=date(2024, 6, 30)))
    assert 'href="company?ticker=MILL&amp;as_of=2024-06-30"' in html
    assert "Miller &amp; Sons &lt;Ltd&gt;" in html
    assert "<td>0.95</td><td>–</td><td>0.50</td><td>1.5 bn USD</td>" in html
    assert "accession=0000000002-24-000001&amp;document=c.htm&amp;start=10&amp;end=20" in html
    assert "We mill &lt;flour&gt;." in html


def test_without_any_it_says_so() -> None:
    assert "No similar companies yet" in similar_table([], Selection())
