"""Filters as data: what is read, what it says, and that it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.catalogue import measures, screened_measures
from workbench.domain.measures.screens import BASES, OPERATORS, Screen, parse_filter, parse_filters, parse_sort


@pytest.mark.parametrize(
    ("text", "canonical", "sentence"),
    [
        (
            "revenue >= 10B",
            "revenue >= 10000000000",
            "Revenue in the latest fiscal year at least 10 billion USD",
        ),
        (
            "Revenue@TTM>1.5b eur",
            "revenue@ttm > 1500000000 EUR",
            "Revenue over the trailing twelve months above 1.5 billion EUR",
        ),
        (
            "net_margin between -5 and 20%",
            "net_margin between -5 and 20",
            "Net margin in the latest fiscal year from -5 % to 20 %",
        ),
        (
            "eps_diluted@quarter < 0",
            "eps_diluted@quarter < 0",
            "Earnings per share, diluted in the latest quarter below 0 USD a share",
        ),
        (
            "shares_outstanding = 1,000,000",
            "shares_outstanding = 1000000",
            "Shares outstanding in the latest fiscal year exactly 1 million shares",
        ),
        (
            "receivable_days <= 45.5",
            "receivable_days <= 45.5",
            "Days sales outstanding in the latest fiscal year at most 45.5 days",
        ),
        (
            "PE<20",
            "pe < 20",
            "P/E, trailing twelve months at the last close below 20",
        ),
        (
            "market_cap between 10B and 2T",
            "market_cap between 10000000000 and 2000000000000",
            "Market capitalisation at the last close from 10 billion USD to 2 trillion USD",
        ),
        (
            "SIC in 3570-3579, 7372",
            "sic in 3570-3579,7372",
            "SIC code 3570 to 3579 or 7372",
        ),
        (
            "ticker = brk.b",
            "ticker in BRK-B",
            "Ticker BRK-B",
        ),
        (
            "filed 10-k/a since 2024-01-01",
            "filed 10-K/A since 2024-01-01",
            "Filed 10-K/A since 2024-01-01",
        ),
    ],
)
def test_a_filter_says_what_was_meant_and_reads_back(text: str, canonical: str, sentence: str) -> None:
    found = parse_filter(text)
    assert (str(found), found.sentence) == (canonical, sentence)
    assert parse_filter(str(found)) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("revenue", "'revenue' is not a filter"),
        ("revenu > 1", "'revenu' is not a statement line"),
        ("revenue@weekly > 1", "'weekly' is not a basis"),
        ("pe@ttm < 20", "pe is of the last close, not of a period"),
        ("pe < 20 USD", "pe is in ratio, not in USD"),
        ("revenue > lots", "'lots' is not a number"),
        ("revenue > 1 USD; drop table companies", "not a filter"),
        ("revenue > 1'; drop table companies", "not a number"),
        ("revenue between 1", "is not a range"),
        ("revenue between 1 USD and 2 EUR", "names two currencies"),
        ("net_margin > 5 EUR", "net_margin is in pct"),
        ("revenue > 1e99999", "is not a number"),
        ("sic in 99999", "'99999' is not a SIC code"),
        ("sic in 20-10", "'20-10' is not a SIC code"),
        ("ticker in a!b", "neither a ticker"),
        ("filed 10-K since yesterday", "'yesterday' is not a date"),
    ],
)
def test_what_cannot_be_read_is_quoted(text: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        parse_filters([text])


figures = st.builds(
    lambda name, basis, symbol, value: f"{name}@{basis} {symbol} {value:f}",
    st.sampled_from(sorted(measures())),
    st.sampled_from([name for name, _ in BASES.values()]),
    st.sampled_from([symbol for symbol in OPERATORS if symbol != "between"]),
    st.decimals(-(10**15), 10**15, places=4),
)


@given(st.lists(figures, max_size=5))
def test_every_screen_stands_in_one_line(texts: list[str]) -> None:
    filters = parse_filters(texts)
    assert parse_filters([";".join(map(str, filters))]) == filters
    assert Screen(filters).sentence.endswith(".")


def test_what_is_of_the_last_close_has_names_of_its_own() -> None:
    worth = [item for item in screened_measures().values() if item.is_of_price]
    assert {item.name for item in worth} >= {"market_cap", "enterprise_value", "pe", "pb", "ev_to_ebitda", "dividend_yield"}
    assert not {item.name for item in worth} & set(measures())
    assert not {item.label for item in worth} & {item.label for item in measures().values()}


def test_sorting() -> None:
    metric, is_ascending = parse_sort("-net_margin@ttm")
    assert (str(metric), is_ascending) == ("net_margin@ttm", True)
    assert parse_sort("") == (None, False)
    with pytest.raises(InvalidRequest, match="at most 20 filters"):
        parse_filters([f"revenue > {number}" for number in range(21)])
