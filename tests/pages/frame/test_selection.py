"""The address of a page says what it shows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import FutureDate, InvalidRequest
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.pages.frame.selection import Selection


def test_an_address_is_read() -> None:
    arguments = {
        "ticker": [b"nvda"],
        "as_of": [b"2024-06-30"],
        "kind": [b"balance"],
        "start": [b"10"],
        "bokeh-session-id": [b"x"],
    }
    chosen = Selection.from_arguments(arguments)
    assert chosen == Selection(ticker="nvda", as_of=date(2024, 6, 30), kind=StatementKind.BALANCE, start=10)
    assert chosen.query() == "?ticker=nvda&as_of=2024-06-30&kind=balance&start=10"


def test_companies_may_be_named_one_by_one() -> None:
    chosen = Selection.from_arguments({"ticker": [b"AAPL", b"NVDA", b"AAPL"], "period": [b"annual", b"ttm"]})
    assert (chosen.ticker, chosen.period) == ("AAPL,NVDA", PeriodKind.TTM)


def test_defaults_are_left_out() -> None:
    assert Selection().query() == "?"
    assert Selection(ticker="AAPL", period=PeriodKind.QUARTERLY).query(period=PeriodKind.ANNUAL) == "?ticker=AAPL"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("as_of", b"yesterday", "not a date"),
        ("kind", b"equity", "kind must be one of income, balance, cashflow"),
        ("period", b"weekly", "period must be one of annual"),
        ("start", b"-1", "start must be a whole number"),
        ("offset", "²".encode(), "offset must be a whole number"),
        ("q", b"x" * 10_000, "q in the address is longer"),
    ],
)
def test_what_cannot_be_is_refused_by_name(name: str, value: bytes, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        Selection.from_arguments({name: [value]})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("asof", "did you mean as_of?"),
        ("Ticker", "did you mean ticker?"),
        ("utm_source", "remove it from the address"),
        ("from_", "did you mean from?"),
    ],
)
def test_what_pages_do_not_know_is_refused_by_name(name: str, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=f"unknown parameter '{name}'") as refused:
        Selection.from_arguments({"ticker": [b"AAPL"], name: [b"2015-01-01"]})
    assert refused.value.hint == hint


def test_the_future_is_refused() -> None:
    with pytest.raises(FutureDate):
        Selection.from_arguments({"as_of": [b"2999-01-01"]})


@given(
    q=st.text(max_size=50).map(str.strip), start=st.none() | st.integers(0, 10**9 - 1), item=st.text(max_size=5).map(str.strip)
)
def test_what_is_written_is_read_again(q: str, start: int | None, item: str) -> None:
    from urllib.parse import parse_qs

    chosen = Selection(q=q.replace("\x00", ""), start=start, item=item.replace("\x00", ""))
    query = parse_qs(chosen.query().removeprefix("?"), keep_blank_values=True)
    again = Selection.from_arguments(
        {name: [value.encode(errors="replace") for value in values] for name, values in query.items()}
    )
    assert again.start == start
    assert again.q == chosen.q.encode(errors="replace").decode().strip()
