"""Whatever the rules fail with, a question about one company ends in one error of the tree; the database's own pass."""

from __future__ import annotations

import decimal
import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from db.companies import save_company
from db.facts.computable import computes
from db.market import movers
from db.screens import screened_values
from tests.ingest.fenced_room import COMPANIES
from workbench.domain.errors import InvalidRequest, NotComputable
from workbench.domain.identity import Company
from workbench.domain.operations.failed_units import describe

_ERRORS = st.sampled_from(
    [ZeroDivisionError("zero"), KeyError("line"), decimal.InvalidOperation(), RecursionError(), OverflowError("large")]
)


def raising(error: Exception) -> None:
    @computes("the ratios")
    def ratios(_: sa.Connection, company: Company, periods: int, *, limit: int = 1) -> None:
        raise error

    ratios(None, COMPANIES[0], 2)  # type: ignore[arg-type]


@given(_ERRORS)
def test_any_failure_of_the_rules_names_company_and_answer(error: Exception) -> None:
    with pytest.raises(NotComputable, match=r"the ratios of Company 1 \(T1\) cannot be computed") as caught:
        raising(error)
    assert caught.value.__cause__ is error
    assert describe(caught.value).error_type == type(error).__name__


@pytest.mark.parametrize("error", [InvalidRequest("no such period"), sa.exc.DataError("select", {}, Exception("bad"))])
def test_errors_of_the_tree_and_of_the_database_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        raising(error)
    assert caught.value is error


def test_a_screen_by_price_goes_on_beside_a_company_that_cannot_be_valued(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    @computes("the valuation")
    def valuation(connection: sa.Connection, company: Company, _: None) -> SimpleNamespace:
        if company == COMPANIES[1]:
            connection.execute(sa.text("select 1"))
            raise ZeroDivisionError
        return SimpleNamespace(price=SimpleNamespace(traded_on=date(2024, 1, 2)))

    for company in COMPANIES:
        save_company(connection, company)
    monkeypatch.setattr(screened_values, "valuation", valuation)
    monkeypatch.setattr(screened_values, "figures_of", lambda _: ({"pe": Decimal("12.5")}, {}))
    found = screened_values._values_of(connection, [company.cik for company in COMPANIES], None)
    assert [json.loads(document)["cik"] for document in found] == [1, 3]


def test_a_move_whose_splits_cannot_be_computed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(movers, "splits", fail)
    move = type("Move", (), {"company": COMPANIES[0]})()
    assert movers._was_split(None, move, None)  # type: ignore[arg-type]
