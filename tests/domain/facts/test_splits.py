"""Splits are found where filings restate share figures by one ratio, and nowhere else."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.known import FiledVersion, KnownFact
from workbench.domain.facts.splits import Split, comparable, find_splits, stated_ratio

CONCEPTS = {
    1: "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding",
    2: "us-gaap:EarningsPerShareDiluted",
    3: "us-gaap:StockholdersEquityNoteStockSplitConversionRatio1",
    4: "us-gaap:NetIncomeLoss",
}
DILUTED, EPS, STATED, INCOME = CONCEPTS
BEFORE, AFTER = date(2023, 2, 20), date(2024, 2, 20)


def version(concept: int, value: str, filed: date, end: date = date(2022, 12, 31)) -> FiledVersion:
    unit = {DILUTED: 1, EPS: 2, STATED: 3, INCOME: 4}[concept]
    start = None if concept == STATED else date(end.year, 1, 1)
    return (concept, end, start, unit, Decimal(value), f"0000000007-{filed.year % 100}-000001", "10-K", filed)


@pytest.mark.parametrize(
    ("counts", "amounts", "ratio"),
    [
        (("100000000", "200000000"), ("3.21", "1.61"), Fraction(2)),
        (("100000000", "150000000"), ("3.21", "2.14"), Fraction(3, 2)),
        (("100000000", "10000000"), ("-0.32", "-3.21"), Fraction(1, 10)),
        (("100000000", "2000000000"), ("3.21", "0.16"), Fraction(20)),
    ],
)
def test_shares_up_and_amounts_down_by_one_ratio_are_a_split(
    counts: tuple[str, str], amounts: tuple[str, str], ratio: Fraction
) -> None:
    found = find_splits(
        [version(DILUTED, value, filed) for value, filed in zip(counts, (BEFORE, AFTER), strict=True)]
        + [version(EPS, value, filed) for value, filed in zip(amounts, (BEFORE, AFTER), strict=True)],
        CONCEPTS,
    )
    assert found == (Split(ratio, AFTER, "0000000007-24-000001"),)


@pytest.mark.parametrize(
    ("counts", "amounts"),
    [
        (("751800000", "751.8"), ("10.04", "10.04")),  # a wrong scale
        (("751.8", "751800000"), ("10.04", "10.04")),
        (("100000000", "104000000"), ("3.21", "3.09")),  # a restatement
        (("100000000", "200000000"), ("3.21", "3.21")),
        (("100000000", "100000000"), ("3.20", "1.60")),
    ],
)
def test_what_only_looks_like_a_split_is_none(counts: tuple[str, str], amounts: tuple[str, str]) -> None:
    facts = [
        version(concept, value, filed)
        for concept, values in ((DILUTED, counts), (EPS, amounts))
        for value, filed in zip(values, (BEFORE, AFTER), strict=True)
    ]
    assert find_splits(facts, CONCEPTS) == ()


def test_a_ratio_only_stated_is_no_split() -> None:
    """Snowflake's annual report of 2021 states one of 2018, before its shares were listed."""
    assert find_splits([version(STATED, "2", AFTER)], CONCEPTS) == ()


TWICE = [
    version(DILUTED, "600000000", date(2021, 2, 20), date(2020, 12, 31)),
    version(DILUTED, "2400000000", date(2022, 2, 20), date(2020, 12, 31)),
    version(DILUTED, "24000000000", date(2025, 2, 20), date(2020, 12, 31)),
    version(EPS, "8.00", date(2021, 2, 20), date(2020, 12, 31)),
    version(EPS, "2.00", date(2022, 2, 20), date(2020, 12, 31)),
    # Not filed in between: both splits at once.
    version(EPS, "10.00", date(2021, 2, 20), date(2021, 12, 31)),
    version(EPS, "0.25", date(2025, 2, 20), date(2021, 12, 31)),
    version(EPS, "4.40", date(2024, 2, 20), date(2023, 12, 31)),
    version(EPS, "0.44", date(2025, 2, 20), date(2023, 12, 31)),
]


@given(st.permutations(TWICE))
def test_two_splits_are_told_apart_in_any_order(versions: list[FiledVersion]) -> None:
    found = find_splits(versions, CONCEPTS)
    assert [(split.label, split.first_filed_on.year) for split in found] == [("4 for 1", 2022), ("10 for 1", 2025)]


def known(unit: str, value: str, last_filed: date) -> KnownFact:
    filed = date(2021, 2, 20)
    return KnownFact(
        "us-gaap:X", unit, None, date(2020, 12, 31), Decimal(value), "a", "10-K", filed, last_filed, filed, filed, True, False
    )


@given(st.integers(1, 10**12), st.integers(2, 50))
def test_counts_times_amounts_stay_what_they_were(count: int, ratio: int) -> None:
    splits = [Split(Fraction(ratio), date(2024, 2, 20), "x")]
    shares, amount = known("shares", str(count), BEFORE), known("USD/shares", "2.50", BEFORE)
    product = comparable(shares, splits) * comparable(amount, splits)
    assert abs(product - shares.value * amount.value) <= product * Decimal("1e-20")
    assert comparable(known("shares", str(count), AFTER), splits) == count
    assert comparable(known("USD", str(count), BEFORE), splits) == count


RATIOS = st.one_of(
    st.integers(2, 100_000).map(Fraction),
    st.integers(2, 100_000).map(lambda old: Fraction(1, old)),
    st.sampled_from([Fraction(3, 2), Fraction(4, 3), Fraction(7, 5), Fraction(5, 2)]),
)


def decimal_of(ratio: Fraction, digits: int) -> Decimal:
    return Context(prec=digits).divide(Decimal(ratio.numerator), Decimal(ratio.denominator))


@given(ratio=RATIOS, is_inverse=st.booleans(), digits=st.integers(12, 28))
def test_a_split_of_any_ratio_is_found_however_it_is_stated(ratio: Fraction, is_inverse: bool, digits: int) -> None:
    """Of 1 for 30 a filing may state 0.0333, 0.03333333 or 30."""
    shares = 10**12
    facts = [
        version(DILUTED, str(shares), BEFORE),
        version(DILUTED, str(round(shares * ratio)), AFTER),
        version(STATED, f"{decimal_of(1 / ratio if is_inverse else ratio, digits):f}", AFTER),
    ]
    assert find_splits(facts, CONCEPTS) == (Split(ratio, AFTER, "0000000007-24-000001"),)


@given(ratio=RATIOS)
def test_a_split_of_any_ratio_is_found_where_no_filing_states_it(ratio: Fraction) -> None:
    shares, amount = 10**12, Decimal("12.34")
    facts = [version(DILUTED, str(shares), BEFORE), version(DILUTED, str(round(shares * ratio)), AFTER)]
    new = round(Fraction(amount) / ratio, 12)
    facts += [version(EPS, str(amount), BEFORE), version(EPS, f"{decimal_of(new, 28):f}", AFTER)]
    assert [split.ratio for split in find_splits(facts, CONCEPTS)] == [ratio]


@pytest.mark.parametrize(
    ("stated", "ratio"),
    [
        ("0.005", Fraction(1, 200)),
        ("0.0050", Fraction(1, 200)),
        ("0.0008", Fraction(1, 1250)),
        ("0.0667", Fraction(1, 15)),
        ("0.33", Fraction(1, 3)),
        ("0.6667", Fraction(2, 3)),
        ("1.333", Fraction(4, 3)),
        ("1.05", Fraction(21, 20)),
        ("12.5", Fraction(25, 2)),
        ("350", Fraction(350)),
        ("0.0047", None),  # 1 for 211, 212 or 214: which is not said
        ("0", None),
        ("-2", None),
    ],
)
def test_a_ratio_is_read_as_boards_choose_it(stated: str, ratio: Fraction | None) -> None:
    assert stated_ratio(Decimal(stated)) == ratio


@given(st.decimals(allow_nan=True, allow_infinity=True), st.decimals(min_value=0, allow_infinity=False, allow_nan=False))
def test_no_stated_number_stops_the_search(stated: Decimal, count: Decimal) -> None:
    number = (STATED, date(2022, 12, 31), None, 3, stated, "0000000007-24-000001", "10-K", AFTER)
    stated_ratio(stated)
    if stated.is_finite():
        find_splits([number, version(DILUTED, "100", BEFORE), version(DILUTED, str(count), AFTER)], CONCEPTS)
