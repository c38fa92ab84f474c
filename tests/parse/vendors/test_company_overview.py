"""Alpha Vantage's overview of a company."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED
from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.overview import CompanyOverview
from workbench.parse.vendors.company_overview import parse_overview

RECORDED = SHARED / "data" / "alphavantage"
IBM = Company(Cik(51143), "INTERNATIONAL BUSINESS MACHINES CORP", (Listing(Ticker("IBM")),))


def parse(content: bytes, company: Company = IBM, ticker: str = "IBM") -> CompanyOverview:
    return parse_overview(content, company, Ticker(ticker), "alpha-vantage")


def body(**fields: Any) -> bytes:
    return json.dumps({"Symbol": "IBM", "CIK": "51143"} | fields).encode()


@pytest.mark.mirror
def test_the_recorded_overview_of_ibm() -> None:
    found = parse((RECORDED / "demo" / "OVERVIEW.json").read_bytes())
    assert (found.sector, found.industry) == ("Technology", "Information Technology Services")
    assert (found.outstanding_shares, found.float_shares) == (939_885_000, 937_921_000)
    assert (found.dividend_on, found.ex_dividend_on) == (date(2026, 6, 10), date(2026, 5, 8))
    assert (found.market_capitalization, found.dividend_per_share) == (Decimal("206116848000"), Decimal("6.72"))
    assert (found.currency, found.exchange, found.fiscal_year_end) == ("USD", "NYSE", "December")
    assert (found.latest_quarter_on, found.beta) == (date(2026, 3, 31), Decimal("0.581"))
    assert found.website == "https://www.ibm.com"


@pytest.mark.mirror
@pytest.mark.parametrize("name", ["portfoliotree/company_overview.json", "RomelTorres/mock_company_overview.json"])
def test_older_shapes_are_read_too(name: str) -> None:
    found = parse((RECORDED / name).read_bytes())
    assert found.sector == "Technology"
    assert found.website is None
    assert 880_000_000 < (found.outstanding_shares or 0) < 900_000_000
    assert found.dividend_on is not None


def test_what_the_service_does_not_know_is_left_out() -> None:
    found = parse(
        body(
            Sector="None", Industry="-", SharesOutstanding="None", SharesFloat="-5", DividendDate="None",
            ExDividendDate="0000-00-00", LatestQuarter="soon", MarketCapitalization="1E400", DividendPerShare="NaN",
            AnalystTargetPrice="-3", Beta="-0.25", OfficialSite="javascript:alert(1)", Currency="",
        )
    )  # fmt: skip
    assert found == CompanyOverview(Cik(51143), Ticker("IBM"), "alpha-vantage", beta=Decimal("-0.25"))


def test_a_count_of_shares_is_whole_and_what_is_not_shouted_stays() -> None:
    found = parse(body(SharesOutstanding="10.5", SharesFloat="10.0", Sector="Real Estate & REIT"))
    assert (found.outstanding_shares, found.float_shares, found.sector) == (None, 10, "Real Estate & REIT")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (body(Symbol="AAPL"), "another ticker"),
        (body(CIK="320193"), "another ticker|CIK 320193"),
        (b"{}", "another ticker"),
        (b"[]", "not a JSON object"),
        (b"<html>", "HTML page"),
        (b"", "empty"),
    ],
)
def test_another_body_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(MalformedDocument, match=reason):
        parse(content)


def test_a_share_class_is_spelled_either_way() -> None:
    berkshire = Company(Cik(1067983), "BERKSHIRE HATHAWAY INC", (Listing(Ticker("BRK-B")),))
    assert parse(b'{"Symbol": "BRK.B", "CIK": "1067983"}', berkshire, "BRK-B").ticker == Ticker("BRK-B")


@given(st.dictionaries(st.sampled_from(["SharesOutstanding", "Beta", "DividendDate", "Sector", "CIK"]), st.text(max_size=12)))
def test_no_value_brings_it_down(fields: dict[str, str]) -> None:
    try:
        found = parse(body(**fields))
    except MalformedDocument:
        return
    assert found.outstanding_shares is None or found.outstanding_shares >= 0
