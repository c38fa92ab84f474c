"""Ratios by hand: averages of balances, growth over the year before, days, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_figures import COMPANY, Filings
from workbench.domain.measures.ratios import compute
from workbench.domain.statements.statement import Figure, PeriodKind, Status

ENDS = (date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31))


def company(**changes: tuple[str | None, ...]) -> Filings:
    """Three calendar years; each of `changes` is a tag's figures, None for one that is not filed."""
    rows: dict[str, tuple[str | None, ...]] = {
        "Revenues": ("700", "800", "1000"),
        "NetIncomeLoss": ("50", "60", "90"),
        "IncomeTaxExpenseBenefit": ("10", "15", "20"),
        "CostOfRevenue": ("300", "365", "438"),
        "Assets": ("1000", "1400", "2200"),
        "StockholdersEquity": ("400", "500", "700"),
        "AccountsReceivableNetCurrent": ("90", "110", "190"),
        "InventoryNet": ("40", "60", "80"),
    }
    filings = Filings()
    for tag, values in (rows | changes).items():
        for end, value in zip(ENDS, values, strict=True):
            is_balance = tag in ("Assets", "StockholdersEquity", "AccountsReceivableNetCurrent", "InventoryNet", "Goodwill")
            if value is not None:
                start = None if is_balance else date(end.year, 1, 1)
                filings.add(tag, start, end, value, filed=date(end.year + 1, 2, 1))
    return filings


def ratio(name: str, year: int = 2023, **changes: tuple[str | None, ...]) -> Figure:
    table = compute(COMPANY, PeriodKind.ANNUAL, None, company(**changes).known())
    column = [period.label for period in table.periods].index(f"FY {year}")
    return next(line for line in table.lines if line.line == name).figures[column]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("return_on_assets", "5.0000"),  # 90 / ((1400 + 2200) / 2 = 1800)
        ("return_on_equity", "15.0000"),  # 90 / ((500 + 700) / 2 = 600)
        ("asset_turnover", "0.5556"),  # 1000 / 1800
        ("receivable_days", "54.75"),  # (110 + 190) / 2 = 150, / 1000, * 365 days
        ("inventory_days", "58.33"),  # (60 + 80) / 2 = 70, / 438, * 365 days
        ("net_margin", "9.0000"),
        ("revenue_growth", "25.0000"),  # 1000 / 800 - 1
    ],
)
def test_ratios_by_hand(name: str, value: str) -> None:
    found = ratio(name)
    assert (found.value, found.status) == (Decimal(value), Status.DERIVED)


def test_an_average_carries_the_balance_of_both_ends() -> None:
    found = ratio("return_on_assets")
    assert found.formula == "net_income / average(total_assets)"
    assert [(fact.period_end, fact.value) for fact in found.facts] == [
        (ENDS[2], Decimal(90)), (ENDS[1], Decimal(1400)), (ENDS[2], Decimal(2200))
    ]  # fmt: skip


@pytest.mark.parametrize("assets", [(None, None, "2200"), ("1000", "1400", None)])
def test_an_average_without_one_of_its_ends_is_refused(assets: tuple[str | None, ...]) -> None:
    found = ratio("return_on_assets", Assets=assets)
    assert (found.value, found.reason) == (None, "operand_missing")


@pytest.mark.parametrize(("equity", "value"), [(("0", "100", "-98"), "9000.0000"), (("0", "100", "-100"), None)])
def test_a_ratio_to_nothing_or_less_means_nothing(equity: tuple[str, ...], value: str | None) -> None:
    found = ratio("return_on_equity", StockholdersEquity=equity)
    assert (found.value, found.reason) == ((Decimal(value), None) if value else (None, "not_meaningful"))


def test_growth_is_over_the_year_before_alone() -> None:
    assert ratio("revenue_growth", 2022).value == Decimal("14.2857")  # 800 / 700 - 1
    assert ratio("revenue_growth", 2023, Revenues=("700", None, "1000")).reason is not None
