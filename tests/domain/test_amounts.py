"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.domain.amounts import by_unit, grouped, in_statement, in_units


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
        ("391035000", "USD", "391,035"), ("1500", "shares", "2"),
    ],
)  # fmt: skip
def test_a_cell_of_a_statement_follows_its_unit(value: str, unit: str, text: str) -> None:
    assert in_statement(Decimal(value), unit, Decimal(1000)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "pct", "–"), ("-9.84", "pct", "(9.8%)"), ("45.25", "days", "45.2"), ("1.456", "ratio", "1.46"),
        ("6.075", "USD/shares", "6.08"), ("416161000000", "USD", "416,161"), ("-1234567", "USD", "(1.23)"), ("0", "USD", "0"),
    ],
)  # fmt: skip
def test_a_cell_of_a_comparison_follows_its_unit(value: str | None, unit: str, text: str) -> None:
    assert by_unit(None if value is None else Decimal(value), unit) == text
