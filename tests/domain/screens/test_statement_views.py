"""Change from a year before, common size and compound growth, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.measures.test_ratio_figures import company
from tests.domain.statements.test_figures import COMPANY, Filings
from workbench.domain.screens.statement_views import StatementView, ViewedStatement, viewed, whole_of
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind, Status


def view_of(
    filings: Filings, view: StatementView, kind: StatementKind = StatementKind.INCOME, period: PeriodKind = PeriodKind.ANNUAL
) -> ViewedStatement:
    facts = filings.known()
    return viewed(assemble(COMPANY, kind, period, None, facts), view, facts)


def figures(result: ViewedStatement, line: str) -> tuple[Figure, ...]:
    return next(each for each in result.table.lines if each.line == line).figures


def rates(result: ViewedStatement, line: str) -> dict[int, Figure]:
    place = [each.line for each in result.table.lines].index(line)
    return {each.years: each.figures[place] for each in result.compound}


def test_growth_has_its_operands_and_the_first_year_none() -> None:
    before, second, newest = figures(view_of(company(), StatementView.GROWTH), "revenue")
    assert (before.value, before.reason) == (None, "operand_missing")
    assert second.value == Decimal("14.2857")  # 800 / 700 - 1
    assert (newest.value, newest.unit, newest.status) == (Decimal("25.0000"), "pct", Status.DERIVED)  # 1000 / 800 - 1
    assert newest.formula == "revenue / prior(revenue) - 1"
    assert [fact.value for fact in newest.facts] == [1000, 800]


def test_growth_from_a_loss_is_not_meaningful() -> None:
    filings = company(NetIncomeLoss=("-50", "60", "-90"))
    _, from_loss, to_loss = figures(view_of(filings, StatementView.GROWTH), "net_income")
    assert (from_loss.value, from_loss.reason) == (None, "not_meaningful")
    assert to_loss.value == Decimal("-250.0000")  # -90 / 60 - 1


def test_a_figure_that_the_statement_refuses_is_refused_for_its_reason() -> None:
    result = view_of(company(CostOfRevenue=("300", "365", None)), StatementView.GROWTH)
    before, second, newest = figures(result, "cost_of_revenue")
    assert (before.reason, second.value) == ("operand_missing", Decimal("21.6667"))  # 365 / 300 - 1
    assert (newest.value, newest.reason, newest.unit) == (None, "not_reported", "pct")


@pytest.mark.parametrize(
    ("kind", "line", "values"),
    [
        (StatementKind.INCOME, "cost_of_revenue", ["42.8571", "45.6250", "43.8000"]),  # 300 / 700, 365 / 800, 438 / 1000
        (StatementKind.BALANCE, "inventory", ["4.0000", "4.2857", "3.6364"]),  # 40 / 1000, 60 / 1400, 80 / 2200
        (StatementKind.BALANCE, "total_assets", ["100.0000"] * 3),
    ],
)
def test_common_size_is_of_revenue_or_of_total_assets(kind: StatementKind, line: str, values: list[str]) -> None:
    result = view_of(company(), StatementView.COMMON_SIZE, kind)
    assert [each.value for each in figures(result, line)] == list(map(Decimal, values))
    assert figures(result, line)[-1].formula == f"{line} / {whole_of(kind)}"
    assert result.compound == ()


def test_common_size_leaves_out_lines_that_are_not_money() -> None:
    filings = company()
    filings.add("EarningsPerShareDiluted", date(2023, 1, 1), date(2023, 12, 31), "2.5", unit=3)
    lines = {line.line for line in view_of(filings, StatementView.COMMON_SIZE).table.lines}
    assert "revenue" in lines
    assert not lines & {"eps_diluted", "shares_diluted"}


def five_years(last: str) -> Filings:
    filings = Filings()
    for year, value in enumerate(("1000", "1200", "900", "1500", last), start=2019):
        for tag, amount in (("Revenues", value), ("IncomeTaxExpenseBenefit", "10"), ("NetIncomeLoss", "80")):
            filings.add(tag, date(year, 1, 1), date(year, 12, 31), amount, filed=date(year + 1, 2, 1))
    return filings


def test_compound_growth_counts_fiscal_years() -> None:
    result = rates(view_of(five_years("1600"), StatementView.GROWTH), "revenue")
    assert result[3].value == Decimal("10.0642")  # 1600 / 1200 is 1.33333, its third root 1.100642
    assert result[3].formula == "(revenue / revenue of 3 fiscal years before) ^ (1 / 3) - 1"
    assert [fact.value for fact in result[3].facts] == [1600, 1200]
    assert (result[5].value, result[5].reason) == (None, "operand_missing")


def test_compound_growth_to_a_negative_figure_is_not_meaningful() -> None:
    assert rates(view_of(five_years("-5"), StatementView.GROWTH), "revenue")[3].reason == "not_meaningful"


def test_compound_growth_is_of_fiscal_years_alone() -> None:
    assert view_of(five_years("1600"), StatementView.GROWTH, period=PeriodKind.TTM).compound == ()
