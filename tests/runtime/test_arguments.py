"""Every question of a researcher takes a company and a day in every spelling; new methods are held to it too."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.domain.as_of import parse_day, today
from workbench.domain.errors import FutureDate, InvalidIdentifier, InvalidRequest
from workbench.domain.identity import Cik, Company, Ticker
from workbench.runtime import Workbench
from workbench.runtime.arguments import company_text, find_as_of, find_day, names_of
from workbench.runtime.research import Research

DAY = date(2024, 12, 31)
# What a question is asked with where its signature has no default; a new parameter has to be added.
ARGUMENTS: dict[str, Any] = {
    "company": "AAPL",
    "companies": ["AAPL"],
    "measures": ["revenue"],
    "measure": "net_margin",
    "concept": "us-gaap:Assets",
    "query": "late frost in the orchard",
}
METHODS = [
    method
    for name, method in inspect.getmembers(Research, inspect.isfunction)
    if not name.startswith("_") and name not in ("embedder", "better_embedder")
]
# These compute whole statements or valuations with each call: they are asked in the first and the last spelling alone.
COSTLY = ("checks", "valuation_history")
NAMES = ("company", "companies", "ticker", "tickers")
DAYS = ("as_of", "day", "since", "until", "period_end")


def parameters(method: Callable[..., Any], written: str) -> list[str]:
    """The names of a method's parameters in whose annotation stands `written`."""
    return [each.name for each in inspect.signature(method).parameters.values() if written in str(each.annotation)]


ASKED_OF_COMPANY = [
    (method, name)
    for method in METHODS
    for name in parameters(method, "CompanyName")
    if (method.__name__, name) != ("companies", "query")
]
ASKED_OF_DAY = [(method, name) for method in METHODS for name in parameters(method, "AsOf")]


def ask(workbench: Workbench, method: Callable[..., Any], **given: Any) -> Any:
    needed = [
        each for each in inspect.signature(method).parameters.values() if each.default is each.empty and each.name != "self"
    ]
    if "points" in inspect.signature(method).parameters:
        given = {"points": 2, **given}  # each is a whole valuation
    missing = [each.name for each in needed if each.name not in {**ARGUMENTS, **given}]
    assert not missing, f"say in ARGUMENTS what {method.__name__} is asked with for {missing}"
    return getattr(workbench, method.__name__)(**{**{each.name: ARGUMENTS[each.name] for each in needed}, **given})


def spelled(method: Callable[..., Any], spellings: Sequence[Any]) -> Sequence[Any]:
    return (spellings[0], spellings[-1]) if method.__name__ in COSTLY else spellings


def same(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame):
        return one.equals(other) and one.attrs == other.attrs
    return bool(one == other)


def method_id(value: Any) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("method", METHODS, ids=method_id)
def test_a_company_and_a_day_are_declared_as_such(method: Callable[..., Any]) -> None:
    for name, parameter in inspect.signature(method).parameters.items():
        if name in NAMES:
            assert "CompanyName" in str(parameter.annotation), f"{method.__name__}({name})"
        if name in DAYS:
            assert str(parameter.annotation) in ("AsOf", "Day | None"), f"{method.__name__}({name})"


@pytest.mark.parametrize(("method", "name"), ASKED_OF_COMPANY, ids=method_id)
def test_a_company_is_taken_in_every_spelling(loaded: Workbench, method: Callable[..., Any], name: str) -> None:
    apple = loaded.company("AAPL")
    expected = ask(loaded, method, **{name: ARGUMENTS[name]})
    spellings = (
        "aapl",
        " AAPL ",
        320193,
        "320193",
        "0000320193",
        "CIK0000320193",
        np.int64(320193),
        Cik(320193),
        apple,
        Ticker("AAPL"),
    )
    for spelling in spelled(method, spellings):
        given = {name: [spelling]} if name == "companies" else {name: spelling}
        assert same(ask(loaded, method, **given), expected), f"{method.__name__}({spelling!r})"
        if name == "companies":
            assert same(ask(loaded, method, companies=spelling), expected)


@pytest.mark.parametrize(("method", "name"), ASKED_OF_COMPANY, ids=method_id)
@pytest.mark.parametrize("wrong", [True, 320193.0, None, b"AAPL", 0, -1, 10**10, "", "not a ticker!"], ids=repr)
def test_what_names_no_company_is_one_clear_error(
    loaded: Workbench, method: Callable[..., Any], name: str, wrong: Any
) -> None:
    with pytest.raises(InvalidIdentifier, match=r"is neither a ticker|is not a CIK"):
        ask(loaded, method, **{name: [wrong] if name == "companies" else wrong})


SPELLED_DAYS: tuple[Any, ...] = (
    "2024-12-31", DAY, datetime.fromisoformat("2024-12-31"), datetime.fromisoformat("2024-12-31T23:59"),
    datetime(2024, 12, 31, 12, tzinfo=UTC),
    pd.Timestamp("2024-12-31"), pd.Timestamp("2024-12-31T09:30", tz="America/New_York"), np.datetime64("2024-12-31"),
    np.datetime64("2024-12-31T09:30:00.000000001"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "name"), ASKED_OF_DAY, ids=method_id)
def test_a_day_is_taken_in_every_spelling(loaded: Workbench, method: Callable[..., Any], name: str) -> None:
    expected = ask(loaded, method, **{name: DAY})
    for spelling in spelled(method, SPELLED_DAYS):
        assert same(ask(loaded, method, **{name: spelling}), expected), f"{method.__name__}({name}={spelling!r})"


WRONG_DAYS: tuple[Any, ...] = (
    "soon", "2024-13-01", 20241231, 1.5, True, time(12), pd.NaT, np.datetime64("NaT"), np.datetime64(10**18, "s"),
    object(), b"x", [DAY], pd.Series([pd.Timestamp(DAY)]), datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
)  # fmt: skip


@pytest.mark.parametrize(("method", "name"), ASKED_OF_DAY, ids=method_id)
def test_what_is_no_day_is_one_clear_error(loaded: Workbench, method: Callable[..., Any], name: str) -> None:
    for wrong in WRONG_DAYS:
        with pytest.raises(InvalidRequest, match="is not a date such as 2024-06-30"):
            ask(loaded, method, **{name: wrong})
    with pytest.raises(FutureDate):
        ask(loaded, method, **{name: datetime.now(UTC) + timedelta(days=2)})


def test_the_end_of_a_period_is_taken_in_every_spelling(loaded: Workbench) -> None:
    expected = loaded.provenance("AAPL", "revenue", period_end="2024-09-28")
    for day in (date(2024, 9, 28), pd.Timestamp("2024-09-28"), np.datetime64("2024-09-28")):
        assert loaded.provenance("AAPL", "revenue", period_end=day).equals(expected)
    for wrong in (pd.NaT, 5, ""):
        with pytest.raises(InvalidRequest, match="is not a date"):
            loaded.provenance("AAPL", "revenue", period_end=wrong)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime.fromisoformat("2024-06-30T23:30"), date(2024, 6, 30)),  # without a zone: the day that it shows
        (datetime(2024, 6, 30, 23, 30, tzinfo=timezone(timedelta(hours=-4))), date(2024, 7, 1)),
        (datetime(2024, 7, 1, 8, 30, tzinfo=timezone(timedelta(hours=9))), date(2024, 6, 30)),
        (pd.Timestamp("2024-06-30T23:30", tz="America/New_York"), date(2024, 7, 1)),
        (np.datetime64("2024-06-30T23:59:59"), date(2024, 6, 30)),
    ],
)
def test_a_moment_is_its_day_in_utc(moment: Any, day: date) -> None:
    assert find_day(moment) == find_as_of(moment) == day
    assert type(find_day(moment)) is date


def test_nothing_is_now_and_today_is_the_newest_day() -> None:
    assert find_as_of(None) is find_as_of("") is None
    assert find_as_of(today()) == today()
    assert parse_day(" 2024-06-30 ") == date(2024, 6, 30)


def test_a_share_class_stays_itself() -> None:
    assert [company_text(Ticker.parse(text)) for text in ("BRK.B", "brk-b", "BRK/B")] == ["BRK-B"] * 3
    assert company_text(Company(Cik(1067983), "Berkshire Hathaway Inc")) == "1067983"


def test_a_list_of_companies_is_searched_by_any_name(loaded: Workbench) -> None:
    assert list(loaded.companies(320193).index) == list(loaded.companies(Cik(320193)).index) == [320193]


def test_several_companies_and_texts_may_stand_in_one_text(loaded: Workbench) -> None:
    assert names_of("AAPL, msft,BRK.B ") == names_of(["AAPL", "msft", "BRK.B"]) == ["AAPL", "msft", "BRK.B"]
    assert names_of(["AAPL,AAPL", Cik(320193)]) == ["AAPL", Cik(320193)]
    annual = loaded.filings("AAPL", "10-K", as_of=DAY)
    assert set(annual.form) == {"10-K"}
    assert same(loaded.filings("AAPL", "10-K, 8-K", as_of=DAY), loaded.filings("AAPL", ["10-K", "8-K"], as_of=DAY))
    compared = loaded.compare("AAPL", "revenue, net_margin", as_of=DAY)
    assert same(compared, loaded.compare(["AAPL"], ["revenue", "net_margin"], as_of=DAY))
    found = loaded.search("late frost in the orchard", forms="10-K", items="1A", k=2)
    assert same(found, loaded.search("late frost in the orchard", forms=["10-K"], items=["1A"], k=2))


def test_prices_by_cik_are_those_of_the_first_share_class(loaded: Workbench) -> None:
    assert len(loaded.prices("320193", as_of="2013-03-01")) == len(loaded.prices("AAPL", as_of="2013-03-01")) > 3000
