"""How formulas are evaluated: their words and operands, what several currencies, splits and scales refuse, and the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pytest

from tests.domain.measures.test_ratio_figures import ENDS, company
from tests.domain.statements.test_figures import COMPANY, Filings
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import (
    RatioDefinition,
    Ratios,
    RatioUnit,
    all_figures,
    compute,
    define_ratio,
    ratio_definition,
)
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.statement import Figure, PeriodKind, Status

OWN = {"name": "own", "label": "own", "group": "own", "unit": "ratio", "formula": "revenue / x"}
BANK = Company(Cik(8), "Some Bank", sic="6021")


def ratios(
    filings: Filings, formulas: Mapping[str, str], inputs: Mapping[str, ComputedFigure] = MappingProxyType({}), **more: object
) -> tuple[Ratios, Mapping[str, RatioDefinition], FiscalPeriod]:
    """Ratios with these formulas by name, and the newest year; every one is a number of times."""
    entries = [
        {"name": name, "label": name, "group": "own", "unit": "ratio", "formula": text} for name, text in formulas.items()
    ]
    definitions = {entry["name"]: define_ratio(entry | more) for entry in entries}
    facts = filings.known()
    figures = all_figures(COMPANY, facts)
    return Ratios(figures, definitions=definitions, inputs=inputs), definitions, figures.calendar.years[-1]


def computed(formula: str, filings: Filings | None = None, **inputs: ComputedFigure) -> ComputedFigure:
    own, _, year = ratios(filings or company(), {"own": formula}, inputs)
    return own.compute("own", year)


@pytest.mark.parametrize(
    ("formula", "value", "words"),
    [
        ("revenue - cost_of_revenue - net_income", 472, "revenue - cost_of_revenue - net_income"),
        ("revenue - (cost_of_revenue + net_income)", 472, "revenue - (cost_of_revenue + net_income)"),
        ("revenue + (cost_of_revenue - net_income)", 1348, "revenue + cost_of_revenue - net_income"),
        ("(revenue - cost_of_revenue) * 2", 1124, "(revenue - cost_of_revenue) * 2"),
        ("2 * (revenue - cost_of_revenue)", 1124, "2 * (revenue - cost_of_revenue)"),
        ("revenue * 3 / 2", 1500, "revenue * 3 / 2"),
        ("revenue / (net_income / 9)", 100, "revenue / (net_income / 9)"),
        ("revenue / (net_income * 2) * 9", 50, "revenue / (net_income * 2) * 9"),
        ("total_assets - 0.5", Decimal("2199.5"), "total_assets - 0.5"),
        ("revenue / days * 73", 200, "revenue / 365 days * 73"),
        ("prior(revenue) / 4", 200, "prior(revenue) / 4"),
        ("average(total_assets)", 1800, "average(total_assets)"),
    ],
)  # fmt: skip
def test_values_and_words(formula: str, value: Decimal, words: str) -> None:
    result = computed(formula)
    assert (result.value, result.formula, result.reason) == (value, words, None)


def test_operands_are_the_facts_of_both_sides_in_order() -> None:
    assert [(fact.concept, fact.value) for fact in computed("prior(net_income) / revenue").facts] == [
        ("us-gaap:NetIncomeLoss", Decimal(60)), ("us-gaap:Revenues", Decimal(1000)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("no_such_line", Refusal.NOT_REPORTED),
        ("goodwill", Refusal.NOT_REPORTED),
        ("goodwill / revenue", Refusal.OPERAND_MISSING),
        ("revenue / (revenue - 1000)", Refusal.NOT_MEANINGFUL),
        ("(revenue / (revenue - 1000)) + goodwill", Refusal.NOT_MEANINGFUL),
        ("average(revenue / (revenue - 1000))", Refusal.NOT_MEANINGFUL),
        ("prior(prior(prior(revenue)))", Refusal.OPERAND_MISSING),
        ("prior(prior(prior(revenue))) + 1", Refusal.OPERAND_MISSING),
    ],
)
def test_reasons(formula: str, reason: Refusal) -> None:
    result = computed(formula)
    assert (result.value, result.reason, result.facts) == (None, reason, ())


@pytest.mark.parametrize("formula", ["revenue ** 2", "[revenue]", "revenue.value", "revenue.of(1)"])
def test_a_formula_has_lines_numbers_and_four_operations(formula: str) -> None:
    with pytest.raises((ValueError, KeyError), match=r"a formula cannot contain|Pow"):
        computed(formula)


def test_a_ratio_of_a_ratio_and_of_an_input() -> None:
    own, definitions, year = ratios(
        company(), {"margin": "net_income / revenue", "yield_on_value": "margin * 100 / value"},
        {"value": ComputedFigure(Decimal(9), formula="price * shares")},
    )  # fmt: skip
    result = own.figure(definitions["yield_on_value"], year)
    assert (result.value, result.formula) == (Decimal("1.0000"), "(net_income / revenue) * 100 / value [price * shares]")


def of_currency(unit: str, day: date = date(2024, 2, 1)) -> ComputedFigure:
    fact = KnownFact(
        "dei:X", unit, None, ENDS[-1], Decimal(4), "0000000007-24-000009", "10-K", day, day, day, day, True, False
    )
    return ComputedFigure(Decimal(4), formula="x", facts=(fact,))


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("EUR", Refusal.CURRENCY_MISMATCH), ("EUR/shares", Refusal.CURRENCY_MISMATCH), ("USD", None), ("USD/shares", None),
        ("shares", None), ("pure", None), ("sqm", None), ("STORES", None),
    ],
)  # fmt: skip
def test_currencies_are_not_mixed(unit: str, reason: Refusal | None) -> None:
    assert computed("revenue / x", x=of_currency(unit)).reason is reason


def test_what_was_not_reported_within_a_year_is_none() -> None:
    result = computed("if_any(goodwill, deferred_revenue)")
    assert (result.value, result.formula, result.facts) == (Decimal(0), "0 [no goodwill reported]", ())
    assert computed("if_any(net_income)").value == 90
    # A balance of the year before makes this year's unknown, and one of two years before does not.
    assert computed("if_any(goodwill)", company(Goodwill=("5", None, None))).value == 0
    for formula in ("if_any(goodwill)", "if_any(deferred_revenue, goodwill)"):
        result = computed(formula, company(Goodwill=(None, "5", None)))
        assert result == ComputedFigure(None, Refusal.OPERAND_MISSING)
    assert (
        computed("if_any(deferred_revenue, goodwill)", company(Goodwill=(None, None, "5"))).reason is Refusal.OPERAND_MISSING
    )
    assert computed("if_any(revenue / (revenue - 1000))").reason is Refusal.NOT_MEANINGFUL


def per_share(eps: tuple[str, ...], shares: tuple[str, ...]) -> Filings:
    """Three years with earnings per share and average shares."""
    filings = company()
    for tag, values, unit in (
        ("EarningsPerShareDiluted", eps, 3), ("WeightedAverageNumberOfDilutedSharesOutstanding", shares, 2),
    ):  # fmt: skip
        for end, value in zip(ENDS, values, strict=True):
            filings.add(tag, date(end.year, 1, 1), end, value, filed=date(end.year + 1, 2, 1), unit=unit)
    return filings


def test_share_counts_in_another_scale_are_refused() -> None:
    # Ninety of net income at 4.50 a share are twenty shares, and not twenty thousand.
    whole, thousandfold = per_share(("5", "6", "4.5"), ("10", "10", "20")), per_share(("5", "6", "4.5"), ("10", "10", "20000"))
    formula = "revenue / weighted_average_shares_diluted"
    assert computed(formula, whole).value == 50
    assert computed(formula, thousandfold) == ComputedFigure(None, Refusal.SCALE_ERROR)
    assert computed("eps_diluted / net_income * 20", thousandfold).value == 1


def test_figures_filed_before_a_split_are_in_todays_shares() -> None:
    filings = per_share(("5", "6", "4.5"), ("10", "10", "20"))
    split = Split(Fraction(2), date(2024, 2, 1), "0000000007-24-000032")
    for year, value in ((2023, Decimal("50.0000")), (2022, Decimal("20.0000"))):
        table = compute(COMPANY, PeriodKind.ANNUAL, None, filings.known(), splits=[split])
        column = [period.label for period in table.periods].index(f"FY {year}")
        growth = next(line for line in table.lines if line.line == "eps_growth").figures[column]
        before = compute(COMPANY, PeriodKind.ANNUAL, None, filings.known())
        unsplit = next(line for line in before.lines if line.line == "eps_growth").figures[column]
        # 4.50 after 6.00 in old shares, which are 3.00 in new ones; 6.00 after 5.00, both in old ones.
        assert growth.value == value
        assert unsplit.value == (Decimal("-25.0000") if year == 2023 else value)
        assert ("adjusted for 2 for 1" in str(growth.formula), "adjusted" in str(unsplit.formula)) == (True, False)


def restated(unit: str, *, since: date, again: date) -> ComputedFigure:
    """A fact first filed in February 2023; its value stands `since` a day and was last filed on `again`."""
    first = date(2023, 2, 1)
    fact = KnownFact(
        "dei:X", unit, None, ENDS[-1], Decimal(4), "0000000007-25-000009", "10-K", since, again, first, since, True, False
    )
    return ComputedFigure(Decimal(4), formula="x", facts=(fact,))


def test_an_operand_restated_after_the_other_was_last_filed() -> None:
    # The revenue of 2023 was last filed on 1 February 2024.
    day, later = date(2024, 2, 1), date(2024, 5, 1)
    assert computed("revenue / x", x=restated("USD", since=day, again=day)).reason is None
    assert computed("revenue / x", x=restated("USD", since=later, again=later)) == ComputedFigure(
        None, Refusal.OPERAND_RESTATED_APART
    )


@pytest.mark.parametrize(
    ("split_on", "reason"),
    [
        (date(2024, 5, 1), None), (date(2024, 2, 1), None), (date(2022, 2, 1), Refusal.OPERAND_RESTATED_APART),
        (None, Refusal.OPERAND_RESTATED_APART),
    ],
)  # fmt: skip
def test_a_count_that_a_split_alone_restated_is_comparable(split_on: date | None, reason: Refusal | None) -> None:
    shares = restated("shares", since=date(2024, 5, 1), again=date(2024, 5, 1))
    figures = all_figures(COMPANY, company().known(), [Split(Fraction(2), split_on, "x")] if split_on else [])
    own = Ratios(figures, definitions={"own": define_ratio(OWN)}, inputs={"x": shares})
    assert own.compute("own", figures.calendar.years[-1]).reason is reason


def test_a_figure_in_todays_shares_is_known_since_the_split() -> None:
    split = Split(Fraction(2), date(2024, 6, 1), "0000000007-24-000160")
    table = compute(COMPANY, PeriodKind.ANNUAL, None, per_share(("5", "6", "4.5"), ("10", "10", "20")).known(), splits=[split])
    days = {line.line: line.figures[-1].known_on for line in table.lines}
    assert (days["eps_growth"], days["net_margin"]) == (date(2024, 6, 1), date(2024, 2, 1))


def test_lines_are_those_of_the_companys_industry() -> None:
    facts = company().known()
    names = {company.label: {line.name for line in all_figures(company, facts).template.lines} for company in (COMPANY, BANK)}
    assert all("noninterest_expense" in lines for label, lines in names.items() if label == BANK.label)
    assert "noninterest_expense" not in names[COMPANY.label]
    assert "inventory" in names[COMPANY.label] - names[BANK.label]


def test_the_table() -> None:
    facts = company().known()
    table = compute(COMPANY, PeriodKind.ANNUAL, date(2024, 3, 1), facts, limit_periods=2)
    assert (table.company, table.industry, table.period, table.as_of) == (
        COMPANY,
        "commercial",
        PeriodKind.ANNUAL,
        date(2024, 3, 1),
    )
    assert [(period.label, period.end) for period in table.periods] == [("FY 2022", ENDS[1]), ("FY 2023", ENDS[2])]
    lines = {line.line: line for line in table.lines}
    assert (lines["net_margin"].label, "loss_ratio" in lines, "eps_growth" in lines) == ("Net margin", False, True)
    assert [figure.period_end for figure in lines["net_margin"].figures] == [ENDS[1], ENDS[2]]
    filed = date(2024, 2, 1)
    sources = tuple(
        SourceFact(f"us-gaap:{tag}", "USD", date(2023, 1, 1), ENDS[2], Decimal(value), "0000000007-24-000032", "10-K", filed)
        for tag, value in (("NetIncomeLoss", 90), ("Revenues", 1000))
    )
    assert lines["net_margin"].figures[1]._replace(known_since=None) == Figure(
        ENDS[2], Decimal("9.0000"), "pct", Status.DERIVED, formula="net_income / revenue", facts=sources
    )
    assert lines["net_margin"].figures[1].known_on == filed
    assert lines["research_to_revenue"].figures[1] == Figure(
        ENDS[2], None, "pct", Status.REFUSED, reason="operand_missing", formula="research_and_development / revenue"
    )
    units = {name: lines[name].figures[1].unit for name in ("free_cash_flow", "receivable_days", "asset_turnover")}
    assert units == {"free_cash_flow": "USD", "receivable_days": "days", "asset_turnover": "ratio"}
    assert lines["book_value_per_share"].figures[1].unit == "USD/shares"
    assert [period.label for period in compute(COMPANY, PeriodKind.ANNUAL, None, facts).periods] == [
        "FY 2021",
        "FY 2022",
        "FY 2023",
    ]
    trailing = {line.line for line in compute(COMPANY, PeriodKind.TTM, None, facts).lines}
    assert ("return_on_equity" in trailing, "eps_growth" in trailing) == (True, False)
    of_bank = {line.line for line in compute(BANK, PeriodKind.ANNUAL, None, facts).lines}
    assert ("gross_margin" in of_bank, "efficiency_ratio" in of_bank, "loss_ratio" in of_bank) == (False, True, False)


def test_a_definition_is_an_entry() -> None:
    entry = {"name": "a", "label": "A of B", "group": "own", "unit": "days", "formula": "revenue / 2"}
    whole = define_ratio(entry)
    assert (whole.name, whole.label, whole.group, whole.unit) == ("a", "A of B", "own", RatioUnit.DAYS)
    assert (whole.formula, whole.periods, whole.restricted_to) == ("revenue / 2", frozenset(PeriodKind), {})
    narrow = define_ratio({**entry, "periods": ["annual"], "industries": ["bank"], "not_industries": ["insurer"]})
    assert narrow.periods == {PeriodKind.ANNUAL}
    assert narrow.restricted_to == {"industries": ("bank",), "not_industries": ("insurer",)}
    assert (narrow.is_for("bank"), narrow.is_for("commercial"), whole.is_for("commercial")) == (True, False, True)


def test_an_unknown_ratio_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="'margin_of_error' is not a ratio") as refused:
        ratio_definition("margin_of_error")
    assert str(refused.value.hint).startswith("choose one of gross_margin, operating_margin, ")
