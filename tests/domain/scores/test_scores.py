"""Scores of a company with NIKE's figures of fiscal 2022 to 2025, in millions, checked by hand."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import all_figures, names_in, ratio_definitions
from workbench.domain.scores.computation import ScoreTable, compute_scores
from workbench.domain.scores.definitions import scores
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.statement import Figure

SHOES = Company(Cik(8), "Shoes Inc.", sic="3021")
# Fiscal years that end on 31 May 2022, 2023, 2024 and 2025.
FLOWS = {
    "Revenues": (46_710, 51_217, 51_362, 46_309), "CostOfGoodsAndServicesSold": (25_231, 28_925, 28_475, 26_519),
    "GrossProfit": (21_479, 22_292, 22_887, 19_790), "NetIncomeLoss": (6_046, 5_070, 5_700, 3_219),
    "SellingGeneralAndAdministrativeExpense": (14_804, 16_377, 16_576, 16_088),
    "NetCashProvidedByUsedInOperatingActivities": (5_188, 5_841, 7_429, 3_698),
    "DepreciationDepletionAndAmortization": (717, 703, 796, 775), "ProceedsFromIssuanceOrSaleOfEquity": (1_151, 651, 667, 551),
    "OperatingIncomeLoss": (6_675, 5_915, 6_311, 3_702),
}  # fmt: skip
BALANCES = {
    "Assets": (40_321, 37_531, 38_110, 36_579), "AssetsCurrent": (28_213, 25_202, 25_382, 23_362),
    "LiabilitiesCurrent": (10_730, 9_256, 10_593, 10_566), "LongTermDebtNoncurrent": (8_920, 8_927, 7_903, 7_961),
    "AccountsReceivableNetCurrent": (4_667, 4_131, 4_427, 4_717), "PropertyPlantAndEquipmentNet": (4_791, 5_081, 5_000, 4_828),
    "StockholdersEquity": (15_281, 14_004, 14_430, 13_213), "Liabilities": (25_040, 23_527, 23_680, 23_366),
    "RetainedEarningsAccumulatedDeficit": (3_476, 1_358, 965, -727),
    "LiabilitiesAndStockholdersEquity": (40_321, 37_531, 38_110, 36_579),
}  # fmt: skip
CAP = ComputedFigure(Decimal(90_000_000_000), formula="60 [close] * shares")


def computed(*, without: str = "", currency: str = "USD", cap: ComputedFigure = CAP, company: Company = SHOES) -> ScoreTable:
    """The scores with a market capitalisation of 90 billion, of all facts but those of one tag."""
    stated = {tag: values for tag, values in {**FLOWS, **BALANCES}.items() if tag != without}
    concepts = {number: f"us-gaap:{tag}" for number, tag in enumerate(stated, start=1)}
    rows: list[FiledVersion] = []
    for number, (tag, values) in enumerate(stated.items(), start=1):
        for year, value in zip((2022, 2023, 2024, 2025), values, strict=True):
            start = date(year - 1, 6, 1) if tag in FLOWS else None
            filing = (f"0000000008-{year - 2000}-000001", "10-K", date(2025, 7, 17))
            rows.append((number, date(year, 5, 31), start, 1, Decimal(value) * 1_000_000, *filing))
    return compute_scores(company, None, FactTable(rows, concepts, {1: currency}), lambda _: cap, limit_periods=1)


def figure(table: ScoreTable, name: str) -> Figure:
    return next(year.figure for year in table.years if year.score.name == name)


def points(table: ScoreTable, name: str) -> dict[str, Decimal | None]:
    (year,) = (year for year in table.years if year.score.name == name)
    return {part.part.ratio.name: part.points for part in year.parts}


def test_accruals_are_income_without_cash_to_average_assets() -> None:
    # A loss of cash of 479 beside income, to assets of 37,344.5 on average.
    accruals = figure(computed(), "accruals")
    assert accruals.value == Decimal("-1.2827")
    assert {fact.concept for fact in accruals.facts} == {
        "us-gaap:NetIncomeLoss", "us-gaap:NetCashProvidedByUsedInOperatingActivities", "us-gaap:Assets",
    }  # fmt: skip


def test_piotroski_counts_the_tests_that_are_passed() -> None:
    table = computed()
    assert points(table, "piotroski") == {
        "f_return_on_assets": 1,  # 3,219 / 38,110 = 8.4 %
        "f_operating_cash_flow": 1,  # 3,698 / 38,110
        "f_return_rises": 0,  # 15.2 % the year before: 5,700 / 37,531
        "f_cash_exceeds_income": 1,
        "f_leverage_falls": 0,  # 7,961 / 37,344.5 = 21.3 % after 7,903 / 37,820.5 = 20.9 %
        "f_liquidity_rises": 0,  # 2.21 after 2.40
        "f_no_stock_issued": 0,
        "f_margin_rises": 0,  # 42.7 % after 44.6 %
        "f_turnover_rises": 0,  # 1.22 after 1.37
    }
    assert figure(table, "piotroski").value == 3
    issued_none = computed(without="ProceedsFromIssuanceOrSaleOfEquity")
    assert figure(issued_none, "piotroski").value == 4


def test_altman_weighs_assets_earnings_and_what_backs_the_debt() -> None:
    table = computed()
    # 1.2 * 12,796 / 36,579 - 1.4 * 727 / 36,579 + 3.3 * 3,702 / 36,579 + 0.6 * 90,000 / 23,366 + 0.999 * 46,309 / 36,579
    assert figure(table, "altman_z").value == Decimal("4.3017")
    # 6.56 * 12,796 / 36,579 - 3.26 * 727 / 36,579 + 6.72 * 3,702 / 36,579 + 1.05 * 13,213 / 23,366
    assert figure(table, "altman_z_book").value == Decimal("3.5039")


def test_beneish_weighs_eight_indices() -> None:
    table = computed()
    weighed = points(table, "beneish")
    assert weighed["m_receivables"] == pytest.approx(Decimal("0.920") * (Decimal(4_717) / 46_309) / (Decimal(4_427) / 51_362))
    assert weighed["m_growth"] == pytest.approx(Decimal("0.892") * Decimal(46_309) / 51_362)
    assert weighed["m_accruals"] == pytest.approx(Decimal("4.679") * Decimal(3_219 - 3_698) / 36_579)
    # -4.84 + 1.0872 + 0.5506 + 0.4569 + 0.8042 + 0.1142 - 0.1852 - 0.3413 - 0.0613
    assert figure(table, "beneish").value == Decimal("-2.4146")


def test_a_score_without_one_of_its_operands_is_refused() -> None:
    table = computed(without="OperatingIncomeLoss")
    assert figure(table, "altman_z").value is None
    assert figure(table, "altman_z").reason == "operand_missing"
    assert figure(table, "altman_z").formula == scores()["altman_z"].formula
    assert points(table, "altman_z")["z_working_capital"] is not None
    assert figure(table, "beneish").value is not None
    assert figure(computed(cap=ComputedFigure(None, Refusal.NO_PRICE)), "altman_z").reason == "no_price"


def test_a_price_in_dollars_is_not_set_against_other_money() -> None:
    table = computed(currency="EUR")
    assert figure(table, "altman_z").reason == "currency_mismatch"
    assert figure(table, "altman_z_book").value == Decimal("3.5039")


def test_scores_are_for_the_industries_they_were_made_for() -> None:
    bank = Company(Cik(9), "Bank Inc.", sic="6022")
    assert computed(company=bank).years == ()


def test_parts_use_lines_and_ratios_and_weights_or_tests() -> None:
    known = {line.name for line in all_figures(SHOES, FactTable([], {}, {})).template.lines}
    known |= set(ratio_definitions()) | {"market_cap"}
    for score in scores().values():
        assert score.source
        assert score.reading
        assert len({part.test is None for part in score.parts}) == 1, score.name
        for part in score.parts:
            assert set(names_in(part.ratio.expression)) <= known, part.ratio.name
            calls = [node.func for node in ast.walk(part.ratio.expression) if isinstance(node, ast.Call)]
            assert {call.id for call in calls if isinstance(call, ast.Name)} <= {"average", "prior", "if_any"}
