"""What trades under a ticker: a share, a receipt or a unit, by cover page, place of incorporation and public float."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.traded_unit import COVER, PUBLIC_FLOAT, CoverPage, float_ratio, is_domestic, unit_refusal

FILED = date(2024, 2, 20)
HEAD = (
    "Securities registered pursuant to Section 12(b) of the Act:\nTitle of each class\tTrading symbol\tName of each exchange\n"
)
SHARES = CoverPage(FILED, f"{HEAD}Common stock, par value $0.01\tMKR\tNYSE\nIndicate by check mark")
RECEIPTS = CoverPage(FILED, f"{HEAD}American Depositary Shares, each representing 13 Ordinary Shares\tMKR\tNasdaq\n")
SPONSOR = CoverPage(
    FILED,
    f"{HEAD}Units, each consisting of one share of Class A common stock and one-half of one warrant\tMKRU\tNYSE\n"
    "Class A common stock, par value $0.0001 per share\tMKR\tNYSE\nWarrants\tMKRW\tNYSE\n",
)
PARTNERSHIP = CoverPage(FILED, f"{HEAD}Common Units representing limited partner interests\tMKR\tNYSE\n")


def company(state: str | None, ticker: str = "MKR") -> Company:
    return Company(Cik(7), "Maker", (Listing(Ticker(ticker)),), state_of_incorporation=state)


@pytest.mark.parametrize(
    ("state", "covers", "ratio", "reason"),
    [
        # A cover page that names the securities decides, wherever the company is incorporated: Garmin, BeiGene.
        ("V8", [SHARES], None, None),
        ("E9", [RECEIPTS], None, "depositary_ratio_unknown"),
        ("E9", [RECEIPTS], "1.0", "depositary_ratio_unknown"),
        # None read: only a company of the United States is known to list shares.
        ("DE", [], None, None),
        ("PR", [], None, None),
        ("E9", [], None, "traded_unit_unknown"),
        ("A6", [], None, "traded_unit_unknown"),
        (None, [], None, "traded_unit_unknown"),
        ("", [CoverPage(FILED, "FORM 10-Q of before 2019")], None, "traded_unit_unknown"),
        # The public float says that a close is of a share, or of something else.
        ("E9", [], "0.97", None),
        (None, [], "0.5", "traded_unit_unknown"),  # half a company held by its founders, or a receipt of two
        ("DE", [], "0.5", None),
        ("DE", [], "0.076", "public_float_contradicts"),  # a thirteenth
        ("DE", [], "10", "public_float_contradicts"),  # a tenth of a share, or a wrong count
    ],
)
def test_a_close_is_of_a_share(state: str | None, covers: list[CoverPage], ratio: str | None, reason: str | None) -> None:
    found = unit_refusal(company(state), covers, Decimal(ratio) if ratio else None)
    assert (found.value if found else None) == reason


@pytest.mark.parametrize(
    ("ticker", "cover", "is_unit"),
    [
        ("MKRU", SPONSOR, True),
        ("MKR", SPONSOR, False),
        ("MKRW", SPONSOR, False),
        ("MKR", PARTNERSHIP, False),
        ("MKR", SHARES, False),
        ("MKR-UN", CoverPage(FILED, f"{HEAD}Units, each comprising a share and a right\tMKR.UN\tNYSE\n"), True),
    ],
)
def test_a_unit_of_several_securities_is_no_share(ticker: str, cover: CoverPage, is_unit: bool) -> None:
    assert cover.is_unit(Ticker(ticker)) is is_unit
    refusal = unit_refusal(company("DE", ticker), [cover], None)
    assert (refusal is not None) is is_unit


@pytest.mark.parametrize(("code", "is_ours"), [("DE", True), ("X1", False), ("E9", False), ("L2", False), (None, False)])
def test_codes_of_states_have_no_digit(code: str | None, is_ours: bool) -> None:
    assert is_domestic(company(code)) is is_ours


def facts(*, count: str = "1430000000", public_float: str | None = "38000000000") -> FactTable:
    """An annual report with the count on its cover and the public float of the last day of June."""
    accession, filed_on = "0000000007-26-000001", date(2026, 2, 27)
    rows = [(1, date(2026, 1, 30), None, 2, Decimal(count), accession, "10-K", filed_on)]
    if public_float is not None:
        rows.append((2, date(2025, 6, 30), None, 1, Decimal(public_float), accession, "10-K", filed_on))
    return FactTable(rows, {1: COVER, 2: PUBLIC_FLOAT}, {1: "USD", 2: "shares"})


def test_the_float_by_the_value_of_all_shares_on_its_day() -> None:
    # 38 billion held by others; 1,430 million shares at 376.86 would be 538.9 billion: receipts of thirteen.
    ratio = float_ratio(facts(), Decimal("376.86"), [])
    assert ratio is not None
    assert round(ratio, 4) == Decimal("0.0705")
    assert unit_refusal(company("DE"), [], ratio) is not None


def test_without_float_close_or_a_common_basis_there_is_no_ratio() -> None:
    close = Decimal("28.00")
    assert float_ratio(facts(public_float=None), close, []) is None
    assert float_ratio(facts(public_float="0"), close, []) is None
    assert float_ratio(facts(), None, []) is None
    split = Split(Fraction(10), date(2025, 10, 30), "0000000007-25-000009")
    assert float_ratio(facts(), close, [split]) is None
    earlier = Split(Fraction(10), date(2024, 10, 30), "0000000007-24-000009")
    assert float_ratio(facts(), close, [earlier]) is not None
