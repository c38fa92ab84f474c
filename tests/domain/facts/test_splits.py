"""Splits are found where filings restate share figures by one ratio, and nowhere else."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.known_fact import FiledVersion, KnownFact
from workbench.domain.facts.splits import (
    Split,
    adjustment_words,
    comparable,
    find_splits,
    in_new_shares,
    is_restated_by_split,
    nearest_ratio,
    splits_since,
    stated_ratio,
)

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
        ("0.033", Fraction(1, 30)),  # 0.0325 to 0.0335: 29.9 to 30.8 old ones
        ("1.33", Fraction(4, 3)),
        ("1.67", Fraction(5, 3)),
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


@pytest.mark.parametrize("times", ["0", "-2", "Infinity", "NaN"])
def test_no_ratio_is_near_what_is_not_a_positive_number(times: str) -> None:
    with pytest.raises(ValueError, match=f"{times} new shares for an old one is not a ratio"):
        nearest_ratio(Decimal(times))


def restated(counts: tuple[str, str], amounts: tuple[str, str], stated: str | None = None) -> list[str]:
    """The splits found where a report restates a share count and a per-share amount of the report before."""
    facts = [version(DILUTED, value, filed) for value, filed in zip(counts, (BEFORE, AFTER), strict=True)]
    facts += [version(EPS, value, filed) for value, filed in zip(amounts, (BEFORE, AFTER), strict=True)]
    facts += [version(STATED, stated, AFTER)] if stated else []
    return [split.label for split in find_splits(facts, CONCEPTS)]


@pytest.mark.parametrize(
    ("new", "is_split"),
    [("200600000", True), ("199400000", True), ("200700000", False), ("199300000", False)],
)
def test_counts_prove_a_ratio_to_three_per_mille(new: str, is_split: bool) -> None:
    """Where they do not, per-share amounts alone prove nothing."""
    assert restated(("100000000", new), ("3.21", "1.61")) == (["2 for 1"] if is_split else [])


@pytest.mark.parametrize(
    ("amounts", "counts", "label"),
    [
        # A loss of up to 0.505 a share, 2.525 after 1 for 5: rounded the one down and the other up, 0.50 and 2.53.
        (("0.50", "2.53"), ("500000000", "100000000"), "1 for 5"),
        (("0.50", "2.54"), ("500000000", "100000000"), None),
        # Dividends of Apple before and after 4 for 1: filed to a hundredth of a cent.
        (("0.77", "0.1925"), ("4648913000", "18595652000"), "4 for 1"),
        (("0.205", "0.1025"), ("100000000", "200000000"), "2 for 1"),
        (("0.205", "0.1035"), ("100000000", "200000000"), None),
        # More digits than a hundredth of a cent are no more exact: 0.19251 where 0.19255 was filed.
        (("0.77004", "0.19255"), ("100000000", "400000000"), "4 for 1"),
        # 12 is stored for 12.00: exact to a cent, not to a dollar.
        (("12", "6.3"), ("100000000", "200000000"), None),
        (("12", "6"), ("100000000", "200000000"), "2 for 1"),
    ],
)
def test_amounts_prove_a_ratio_to_the_rounding_of_their_last_digits(
    amounts: tuple[str, str], counts: tuple[str, str], label: str | None
) -> None:
    assert restated(counts, amounts) == ([label] if label else [])


def test_a_stated_ratio_is_turned_round_by_counts_only() -> None:
    # 1 for 10: the loss of 0.10 a share is now 1.00, and the filing states 10.
    assert restated(("100000000", "10000000"), ("0.10", "1.00"), stated="10") == ["1 for 10"]
    # Counts that were restated for something else as well do not say which way.
    assert restated(("100000000", "10050000"), ("0.10", "1.00"), stated="10") == []


def test_an_amount_that_was_not_restated_proves_nothing_however_small() -> None:
    # 0.01 is within rounding of its half; the year after, it was corrected to 0.02.
    counts = [version(DILUTED, "100000000", BEFORE), version(DILUTED, "200000000", AFTER)]
    amounts = [version(EPS, "0.01", BEFORE), version(EPS, "0.01", AFTER), version(EPS, "0.02", date(2025, 2, 20))]
    assert find_splits(counts + amounts, CONCEPTS) == ()


def test_figures_that_stay_or_come_once_stand_beside_those_of_a_split() -> None:
    other = date(2021, 12, 31)
    facts = [
        version(EPS, "2.50", BEFORE, other), version(EPS, "2.50", AFTER, other),
        version(DILUTED, "90000000", BEFORE, other),
        version(DILUTED, "100000000", BEFORE), version(DILUTED, "200000000", AFTER),
        version(EPS, "3.21", BEFORE), version(EPS, "1.61", AFTER),
    ]  # fmt: skip
    assert [split.label for split in find_splits(facts, CONCEPTS)] == ["2 for 1"]


THIRD = date(2025, 2, 20)
FIRST_YEAR, SECOND_YEAR, THIRD_YEAR = date(2019, 12, 31), date(2020, 12, 31), date(2021, 12, 31)


def test_what_earlier_splits_explain_is_taken_out_of_a_later_change() -> None:
    """What was filed before a 3 for 2 and another, and again only after a 5 for 1, changed by 11.25."""
    filings = [date(2020, 2, 20), date(2022, 2, 20), date(2023, 2, 20), date(2024, 2, 20)]
    first, second, third, fourth = filings
    facts = [
        version(DILUTED, "100000000", first, SECOND_YEAR), version(DILUTED, "150000000", second, SECOND_YEAR),
        version(EPS, "3.00", first, SECOND_YEAR), version(EPS, "2.00", second, SECOND_YEAR),
        version(DILUTED, "160000000", second, THIRD_YEAR), version(DILUTED, "240000000", third, THIRD_YEAR),
        version(EPS, "4.20", second, THIRD_YEAR), version(EPS, "2.80", third, THIRD_YEAR),
        version(DILUTED, "80000000", first, FIRST_YEAR), version(DILUTED, "900000000", fourth, FIRST_YEAR),
        version(EPS, "9.00", first, FIRST_YEAR), version(EPS, "0.80", fourth, FIRST_YEAR),
    ]  # fmt: skip
    found = [(split.label, split.first_filed_on) for split in find_splits(facts, CONCEPTS)]
    assert found == [("3 for 2", second), ("3 for 2", third), ("5 for 1", fourth)]


def on_day(concept: int, value: str, filed: date, accession: str, end: date = SECOND_YEAR) -> FiledVersion:
    row = version(concept, value, filed, end)
    return (*row[:5], accession, row[6], row[7])


def test_two_filings_of_one_day_in_new_shares_are_one_split_from_the_first_of_them() -> None:
    early, late = "0000000007-24-000010", "0000000007-24-000011"
    facts = [
        on_day(DILUTED, "200000000", AFTER, late), on_day(DILUTED, "200000000", AFTER, early),
        on_day(DILUTED, "100000000", BEFORE, "0000000007-23-000001"),
        on_day(EPS, "3.20", BEFORE, "0000000007-23-000001"),
        on_day(EPS, "1.60", AFTER, late), on_day(EPS, "1.60", AFTER, early),
        # The second gives the year before as well.
        on_day(DILUTED, "90000000", BEFORE, "0000000007-23-000001", FIRST_YEAR),
        on_day(DILUTED, "180000000", AFTER, late, FIRST_YEAR),
        on_day(EPS, "3.00", BEFORE, "0000000007-23-000001", FIRST_YEAR), on_day(EPS, "1.50", AFTER, late, FIRST_YEAR),
    ]  # fmt: skip
    assert find_splits(facts, CONCEPTS) == (Split(Fraction(2), AFTER, early),)


def test_filings_follow_each_other_by_date_whoever_sent_them() -> None:
    # The agent's accession of 2023 sorts after the company's own of 2024.
    facts = [
        on_day(DILUTED, "100000000", BEFORE, "0001193125-23-000001"),
        on_day(DILUTED, "200000000", AFTER, "0000000007-24-000001"),
        on_day(EPS, "3.20", BEFORE, "0001193125-23-000001"), on_day(EPS, "1.60", AFTER, "0000000007-24-000001"),
    ]  # fmt: skip
    assert find_splits(facts, CONCEPTS) == (Split(Fraction(2), AFTER, "0000000007-24-000001"),)


def test_two_filings_of_one_day_do_not_restate_each_other() -> None:
    facts = [
        on_day(DILUTED, "100000000", AFTER, "0000000007-24-000001"),
        on_day(DILUTED, "200000000", AFTER, "0000000007-24-000002"),
        on_day(EPS, "3.20", AFTER, "0000000007-24-000001"), on_day(EPS, "1.60", AFTER, "0000000007-24-000002"),
    ]  # fmt: skip
    assert find_splits(facts, CONCEPTS) == ()


def test_share_figures_of_apples_2019_in_the_shares_after_4_for_1() -> None:
    # 4,648,913 thousand diluted shares and 11.89 a share, of 55,256 million.
    splits = [Split(Fraction(4), AFTER, "x")]
    assert comparable(known("shares", "4648913000", BEFORE), splits) == 18_595_652_000
    assert comparable(known("USD/shares", "11.89", BEFORE), splits) == Decimal("2.9725")
    assert comparable(known("USD", "55256000000", BEFORE), splits) == 55_256_000_000
    # The filing that first counts in new shares, and later ones, are in new shares already.
    assert splits_since(known("shares", "18595652000", AFTER), splits) == ()
    assert comparable(known("USD/shares", "2.97", THIRD), splits) == Decimal("2.97")
    twice = [*splits, Split(Fraction(1, 10), THIRD, "y")]
    assert comparable(known("shares", "1000", BEFORE), twice) == 400
    assert comparable(known("USD/shares", "1", BEFORE), twice) == Decimal("2.5")


@pytest.mark.parametrize(
    ("unit", "split_on", "since", "is_restated"),
    [
        ("shares", AFTER, AFTER, True),
        ("USD/shares", AFTER, THIRD, True),
        ("USD", AFTER, AFTER, False),
        ("shares", THIRD, AFTER, False),  # restated before the split
        ("shares", date(2021, 2, 20), AFTER, False),  # first filed in new shares
        ("shares", AFTER, date(2021, 2, 20), False),
    ],
)
def test_a_share_figure_is_restated_by_a_split_after_its_first_filing(
    unit: str, split_on: date, since: date, is_restated: bool
) -> None:
    fact = known(unit, "1000", THIRD)._replace(since_on=since)
    assert is_restated_by_split(fact, [Split(Fraction(2), split_on, "x")]) is is_restated
    assert not is_restated_by_split(fact, [])


def test_shares_and_amounts_per_share_go_opposite_ways() -> None:
    """Apple's 4 for 1 of 2020 after a 3 for 2: six new shares for an old one."""
    splits = (Split(Fraction(3, 2), BEFORE, "A"), Split(Fraction(4), AFTER, "B"))
    assert in_new_shares(Decimal("4648.913"), splits, "shares") == Decimal("27893.478")
    assert in_new_shares(Decimal("11.91"), splits, "USD/shares") == Decimal("1.985")
    assert adjustment_words(splits) == "3 for 2 in A, 4 for 1 in B"
    assert adjustment_words(()) == ""
