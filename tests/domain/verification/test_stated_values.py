from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.domain.verification.stated_values import Bound, ValueUnit, values_in

MONEY, PLAIN, PERCENT = ValueUnit.MONEY, ValueUnit.PLAIN, ValueUnit.PERCENT


@pytest.mark.parametrize(
    ("text", "number", "half_digit", "unit", "currency"),
    [
        ("46.2 %", "46.2", "0.05", PERCENT, None),
        ("46.20 percent", "46.20", "0.005", PERCENT, None),
        ("4.7 per cent", "4.7", "0.05", PERCENT, None),
        ("$84,039 million", "84039000000", "500000", MONEY, "USD"),
        ("US$84.0bn", "84000000000", "50000000", MONEY, "USD"),
        ("EUR 27.6 billion", "27600000000", "50000000", MONEY, "EUR"),
        ("27,600 million euros", "27600000000", "500000", MONEY, "EUR"),
        ("$84,000,000,000", "84000000000", "500000000", MONEY, "USD"),
        ("$84,039,000,000", "84039000000", "500000", MONEY, "USD"),
        ("-$2.5 billion", "-2500000000", "50000000", MONEY, "USD"),
        ("$(2.5) billion", "-2500000000", "50000000", MONEY, "USD"),
        ("minus $2.5 billion", "-2500000000", "50000000", MONEY, "USD"),
        ("$2.95 per share", "2.95", "0.005", ValueUnit.PER_SHARE, "USD"),
        ("$2.95 a diluted share", "2.95", "0.005", ValueUnit.PER_SHARE, "USD"),
        ("2,454 million shares", "2454000000", "500000", ValueUnit.SHARES, None),
        ("1.5x", "1.5", "0.05", ValueUnit.TIMES, None),
        ("65 days", "65", "0.5", ValueUnit.DAYS, None),
        ("1.2 percentage points", "1.2", "0.05", ValueUnit.POINTS, None),
        ("150 basis points", "1.50", "0.005", ValueUnit.POINTS, None),
        ("0.74", "0.74", "0.005", PLAIN, None),
    ],
)
def test_a_number_has_its_scale_unit_and_last_digit(
    text: str, number: str, half_digit: str, unit: ValueUnit, currency: str | None
) -> None:
    (value,) = values_in(f"it was {text} then")
    assert (value.number, value.half_digit, value.unit, value.currency) == (
        Decimal(number), Decimal(half_digit), unit, currency,
    )  # fmt: skip
    assert text in f"it was {text} then"[value.start : value.end + 1]


@pytest.mark.parametrize("text", ["a 10-K", "pages 12-14", "version 1.2.3", "H2O", "the 8-K"])
def test_parts_of_words_and_ranges_are_no_values(text: str) -> None:
    assert values_in(text) == []


@pytest.mark.parametrize(
    ("text", "bound", "admitted", "refused"),
    [
        ("46.2 %", Bound.EXACT, ("46.15", "46.21", "46.25"), ("46.14", "46.26", "46.3", "-46.2")),
        ("about 46 %", Bound.ABOUT, ("45.0", "47.0", "47.1"), ("44.8", "48")),
        ("nearly 46 %", Bound.NEARLY, ("45.2", "46"), ("46.1", "44")),
        ("more than 46 %", Bound.ABOVE, ("46.01", "90"), ("46", "45.9")),
        ("at least 46 %", Bound.AT_LEAST, ("46",), ("45.99",)),
        ("less than 46 %", Bound.BELOW, ("45.9", "-3"), ("46",)),
        ("no more than 46 %", Bound.AT_MOST, ("46",), ("46.01",)),
        ("more than -$5 billion", Bound.ABOVE, ("-6000000000",), ("-4000000000", "5000000000")),
    ],
)
def test_a_number_admits_what_a_reader_would(
    text: str, bound: Bound, admitted: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    (value,) = values_in(text)
    assert value.bound is bound
    assert [value.admits(Decimal(each)) for each in admitted] == [True] * len(admitted)
    assert [value.admits(Decimal(each)) for each in refused] == [False] * len(refused)


def test_a_bracketed_number_may_be_negative() -> None:
    (value,) = values_in("net income ($1.2 billion)")
    assert (value.is_bracketed, value.number) == (True, Decimal("1.2e9"))


@given(st.integers(min_value=-(10**13), max_value=10**13), st.integers(min_value=0, max_value=3))
def test_a_figure_written_in_millions_admits_itself(number: int, places: int) -> None:
    assume(abs(number) > 10 ** (7 - places))
    (value,) = values_in(f"${Decimal(number) / 10**6:,.{places}f} million")
    assert value.admits(Decimal(number))
    assert not value.admits(Decimal(number) * 2)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(text[value.start : value.end].strip() for value in values_in(text))
