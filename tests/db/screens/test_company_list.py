"""The list of all companies over the recorded ones: figures of the day, order, filter, pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.filing_index import latest_filing_of_each, save_filings
from db.screens.company_list import list_companies
from db.screens.company_metrics import key_figures, refresh_company, save_newest
from db.screens.industries import shared_industries
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.measures.company_list import CompanyList, CompanyQuestion, ListOrder, parse_order
from workbench.domain.statements.statement import PeriodKind

TICKERS = ("AAPL", "WMT", "COST", "SNOW")


@pytest.fixture(scope="module")
def listed(recorded: Database) -> Iterator[sa.Connection]:
    """The recorded companies; the latest figures of four of them are computed, and rolled back at the end."""
    with recorded.engine.connect() as connection:
        transaction = connection.begin()
        for ticker in TICKERS:
            refresh_company(connection, resolve(connection, ticker).cik)
        for ticker in ("WMT", "COST"):  # the SEC's code for both, which the recorded facts do not bring
            store = replace(resolve(connection, ticker), sic="5331", sic_description="Retail-Variety Stores")
            save_company(connection, store)
        yield connection
        transaction.rollback()


def labels(found: CompanyList, count: int = 99) -> list[str]:
    return [line.company.label for line in found.lines][:count]


@pytest.mark.mirror
def test_each_company_stands_with_its_latest_year_as_known_on_the_day(listed: sa.Connection) -> None:
    # Apple's fiscal 2024 (revenue 391,035 million, 2.0 % more than 383,285) was filed on 1 November 2024.
    for day, label, revenue, net_income in (
        (date(2024, 10, 31), "FY 2023", 383285, 96995), (date(2024, 11, 1), "FY 2024", 391035, 93736),
    ):  # fmt: skip
        found = list_companies(listed, CompanyQuestion(as_of=day))
        assert labels(found, 4) == ["WMT", "AAPL", "COST", "SNOW"]
        apple = found.lines[1]
        assert (apple.period_label, apple.currency) == (label, "USD")
        assert apple.figures["revenue"] == Decimal(revenue * 1_000_000)
        assert apple.figures["net_income"] == Decimal(net_income * 1_000_000)
    assert round(apple.figures["revenue_growth"], 1) == Decimal("2.0")
    assert [(year.period_label, year.revenue // 10**6) for year in apple.years] == [
        ("FY 2020", 274515), ("FY 2021", 365817), ("FY 2022", 394328), ("FY 2023", 383285), ("FY 2024", 391035),
    ]  # fmt: skip
    before = list_companies(listed, CompanyQuestion(as_of=date(2005, 1, 1)))
    assert all(line.period_label is None and not line.figures and not line.years for line in before.lines)


@pytest.mark.mirror
def test_order_filter_and_pages(listed: sa.Connection) -> None:
    day = date(2024, 12, 31)
    by_income = list_companies(listed, CompanyQuestion(order=ListOrder.NET_INCOME, is_ascending=True, as_of=day))
    assert labels(by_income, 4) == ["SNOW", "COST", "WMT", "AAPL"]
    names = [
        line.company.name for line in list_companies(listed, CompanyQuestion(order=ListOrder.NAME, is_ascending=True)).lines
    ]
    assert names == sorted(names, key=str.upper)
    assert labels(list_companies(listed, CompanyQuestion(text="cost"))) == ["COST"]
    assert labels(list_companies(listed, CompanyQuestion(text="variety stores", as_of=day))) == ["WMT", "COST"]
    assert labels(list_companies(listed, CompanyQuestion(sic="5331", as_of=day))) == ["WMT", "COST"]
    assert list_companies(listed, CompanyQuestion(text="100%_")).matched == 0
    first = list_companies(listed, CompanyQuestion(as_of=day, limit=3))
    rest = list_companies(listed, CompanyQuestion(as_of=day, offset=3))
    assert first.next_offset == 3
    assert rest.next_offset is None
    assert first.companies == first.matched == len(first.lines) + len(rest.lines)
    assert not set(labels(first)) & set(labels(rest))


@pytest.mark.mirror
def test_key_figures_are_of_twelve_months_where_those_are_proven(listed: sa.Connection) -> None:
    apple = resolve(listed, "AAPL")
    figures = {each.basis: each for each in key_figures(listed, apple.cik, as_of=date(2024, 10, 31))}
    # The twelve months to 29 June 2024: 90,753 + 85,777 + 119,575 + 89,498 million.
    assert figures[PeriodKind.TTM].values["revenue"] == Decimal(385603 * 10**6)
    assert figures[PeriodKind.TTM].period_end == date(2024, 6, 29)
    assert figures[PeriodKind.ANNUAL].values["eps_diluted"] == Decimal("6.13")
    # 101,956 million over an average of 15,515 million shares; the four quarters were 1.46, 2.18, 1.53 and 1.40.
    assert round(figures[PeriodKind.TTM].values["eps_diluted"], 2) == Decimal("6.57")
    assert key_figures(listed, apple.cik, as_of=date(2005, 1, 1)) == []


@pytest.mark.mirror
def test_industries_that_more_than_one_company_is_of(listed: sa.Connection) -> None:
    found = shared_industries(listed, as_of=date(2024, 12, 31))
    assert [(each.sic, each.companies, [company.label for company in each.largest]) for each in found] == [
        ("5331", 2, ["WMT", "COST"])
    ]
    assert shared_industries(listed, as_of=date(2005, 1, 1)) == []
    assert [company.label for company in shared_industries(listed, largest=1)[0].largest] == ["WMT"]


def test_a_trend_is_pending_until_earlier_days_are_computed(connection: sa.Connection) -> None:
    # Kimberly-Clark's net sales and net income, in its Forms 10-K of 2024 and 2025.
    kimberly = Company(Cik(55785), "KIMBERLY CLARK CORP", (Listing(Ticker("KMB")),))
    save_company(connection, kimberly)
    filed = (
        (2023, {"Revenues": 20_431, "NetIncomeLoss": 1_764}, Accession("0000055785-24-000011"), date(2024, 2, 8)),
        (2024, {"Revenues": 20_058, "NetIncomeLoss": 2_545}, Accession("0000055785-25-000012"), date(2025, 2, 13)),
    )
    facts = [
        Fact(
            kimberly.cik, Concept("us-gaap", tag), "USD", date(year, 1, 1), date(year, 12, 31), Decimal(value) * 1_000_000,
            accession, "10-K", filed_on,
        )
        for year, values, accession, filed_on in filed
        for tag, value in values.items()
    ]  # fmt: skip
    load_facts(connection, kimberly.cik, facts)
    assert not list_companies(connection, CompanyQuestion()).is_trend_pending  # no figures yet
    save_newest(connection, kimberly.cik)
    newest = list_companies(connection, CompanyQuestion())
    assert newest.is_trend_pending
    assert [year.revenue for year in newest.lines[0].years] == [Decimal(20_058_000_000)]
    refresh_company(connection, kimberly.cik)
    whole = list_companies(connection, CompanyQuestion())
    assert not whole.is_trend_pending
    assert [year.revenue for year in whole.lines[0].years] == [Decimal(20_431_000_000), Decimal(20_058_000_000)]


def test_the_latest_filing_is_a_report_of_the_day_and_no_notice_of_ownership(connection: sa.Connection) -> None:
    pear, plum = (
        Company(Cik(number), name, listings=(Listing(Ticker(name)),)) for number, name in ((901, "PEAR"), (902, "PLUM"))
    )
    for company in (pear, plum):
        save_company(connection, company)
    dated = (("10-K", date(2024, 2, 1)), ("8-K", date(2024, 5, 1)), ("4", date(2024, 6, 1)))
    save_filings(
        connection,
        [
            Filing(pear.cik, Accession(f"0000000901-24-00000{number}"), form, day)
            for number, (form, day) in enumerate(dated, start=1)
        ],
    )
    asked = [pear.cik, plum.cik]
    now = latest_filing_of_each(connection, asked, forms=REPORT_FORMS)
    assert {cik: filing.form for cik, filing in now.items()} == {pear.cik: "8-K"}
    then = latest_filing_of_each(connection, asked, forms=REPORT_FORMS, as_of=date(2024, 4, 30))
    assert then[pear.cik].filed_on == date(2024, 2, 1)
    found = list_companies(connection, CompanyQuestion(order=ListOrder.FILED, as_of=date(2024, 4, 30)))
    assert labels(found) == ["PEAR", "PLUM"]
    assert found.lines[0].filing == then[pear.cik]
    assert found.lines[1].filing is None


def test_an_order_is_read_from_text() -> None:
    assert parse_order("") == (ListOrder.REVENUE, False)
    assert parse_order("-net_income") == (ListOrder.NET_INCOME, True)
    assert parse_order("name") == (ListOrder.NAME, True)
    assert parse_order("-name") == (ListOrder.NAME, False)
    with pytest.raises(InvalidRequest, match="sorted by name, revenue"):
        parse_order("sparkle")
