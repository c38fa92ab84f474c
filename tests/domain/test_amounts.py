"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.domain.amounts import MILLION, StatementUnits, by_unit, grouped, in_units, is_money, statement_units


@pytest.mark.parametrize(
    ("value", "places", "sign", "text"),
    [
        ("1234.55", 1, "%", "1,234.6%"),
        ("1234.45", 1, "%", "1,234.4%"),  # half to even
        ("-9.84", 1, "%", "(9.8%)"),
        ("-0.04", 1, "%", "0.0%"),
        ("-0.05", 2, "", "(0.05)"),
        ("0", 2, "×", "0.00×"),
        ("-1000", 0, "", "(1,000)"),
        ("123456789012345678901234567890123", 0, "", "123,456,789,012,345,678,901,234,567,890,123"),
    ],
)
def test_thousands_are_grouped_and_negatives_in_brackets(value: str, places: int, sign: str, text: str) -> None:
    assert grouped(Decimal(value), places, sign) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("391035000000", "391,035"), ("-1500000", "(2)"), ("499999", "0.50"), ("-1234", "(0.0012)"), ("0", "0")],
)
def test_no_amount_is_shown_as_nought(value: str, text: str) -> None:
    assert in_units(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("6.08", "USD/shares", "6.08"), ("0.241", "pure", "24.1%"), ("-0.241", "pure", "(24.1%)"),
        ("391035000", "USD", "391,035"), ("1500", "shares", "2"), ("-2500000", "CAD", "(2,500) CAD"), ("0", "USD", "0"),
        (None, "USD", "–"),
    ],
)  # fmt: skip
def test_a_cell_of_a_statement_follows_its_unit(value: str | None, unit: str, text: str) -> None:
    thousands = StatementUnits(Decimal(1000), "thousands", "USD")
    assert thousands.text(None if value is None else Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("largest", "currency", "words", "shown"),
    [
        ("391035000000", "USD", "USD millions", "391,035"),  # Apple, revenue of fiscal 2024
        ("45095325000000", "JPY", "JPY millions", "45,095,325"),  # Toyota, revenue of the year to March 2024
        ("39962000000", "EUR", "EUR millions", "39,962"),
        ("1965007000000000", "IDR", "IDR billions", "1,965,007"),
        ("999999999999999", "KRW", "KRW millions", "1,000,000,000"),
        ("1000000000000000", "KRW", "KRW billions", "1,000,000"),
        ("100000000", "USD", "USD millions", "100"),
        ("99999999", "USD", "USD thousands", "100,000"),
        ("-5400000", "USD", "USD thousands", "(5,400)"),
        ("100000", "GBP", "GBP thousands", "100"),
        ("99999", "GBP", "GBP", "99,999"),
        ("0.75", "USD", "USD", "1"),
    ],
)
def test_the_scale_keeps_digits_that_a_reader_can_compare(largest: str, currency: str, words: str, shown: str) -> None:
    units = statement_units(
        [(Decimal(1), currency), (None, currency), (Decimal(largest), currency), (Decimal(10**14), "shares")]
    )
    assert (units.words, units.text(Decimal(largest), currency)) == (words, shown)


def test_a_statement_in_two_currencies_is_in_that_of_most_amounts_and_marks_the_others() -> None:
    figures = [
        (Decimal(10**12), "USD"),
        (Decimal(6 * 10**6), "CAD"),
        (Decimal(7 * 10**6), "CAD"),
        (Decimal("1.5"), "USD/shares"),
    ]
    units = statement_units(figures)
    assert units.words == "CAD thousands"  # by the amounts that are in it
    assert [units.text(*figure) for figure in figures] == ["1,000,000,000 USD", "6,000", "7,000", "1.50"]


@pytest.mark.parametrize(
    "figures", [[], [(None, "USD")], [(Decimal(0), "USD")], [(Decimal(5), "shares"), (Decimal(1), "pure")]]
)
def test_a_statement_without_amounts_is_in_millions_of_no_currency(figures: list[tuple[Decimal | None, str]]) -> None:
    assert statement_units(figures) == StatementUnits(MILLION, "millions", "")
    assert statement_units(figures).words == "millions"


def test_what_is_money() -> None:
    assert all(map(is_money, ("USD", "JPY", "EUR")))
    assert not any(map(is_money, ("shares", "pure", "USD/shares", "pct", "", None, "U1D")))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "pct", "–"), ("-9.84", "pct", "(9.8%)"), ("45.25", "days", "45.2"), ("1.456", "ratio", "1.46"),
        ("6.075", "USD/shares", "6.08"), ("416161000000", "USD", "416,161"), ("-1234567", "USD", "(1.23)"), ("0", "USD", "0"),
    ],
)  # fmt: skip
def test_a_cell_of_a_comparison_follows_its_unit(value: str | None, unit: str, text: str) -> None:
    assert by_unit(None if value is None else Decimal(value), unit) == text
