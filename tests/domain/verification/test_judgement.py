"""Judged by Nike's figures of fiscal 2022 to 2024 as its 10-K of 2024 gives them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
)
from workbench.domain.verification.claim import NamedCompany, Unclear
from workbench.domain.verification.claim_parser import read_sentence
from workbench.domain.verification.judgement import Finding, Judgement, Outcome, Table, TableKey, judge, tables_needed

NIKE = Company(Cik(320187), "NIKE, Inc.")
ENDS = (date(2022, 5, 31), date(2023, 5, 31), date(2024, 5, 31))
YEARS = tuple(StatementPeriod(date(end.year - 1, 6, 1), end, end.year, None) for end in ENDS)


def line(name: str, *values: str | None, unit: str = "USD", reason: str = "not_reported") -> StatementLine:
    figures = tuple(
        Figure(end, Decimal(value), unit, Status.REPORTED) if value else Figure(end, None, unit, Status.REFUSED, reason)
        for end, value in zip(ENDS, values, strict=True)
    )
    return StatementLine(name, name, figures)


INCOME = Statement(
    NIKE, StatementKind.INCOME, PeriodKind.ANNUAL, None, YEARS,
    (
        line("revenue", "46710000000", "51217000000", "51362000000"),
        line("net_income", "6046000000", "5070000000", "5700000000"),
        line("consolidated_net_income", "6046000000", "5070000000", "5700000001"),
        line("eps_diluted", "3.75", "3.23", "3.73", unit="USD/shares"),
        line("eps_basic", "3.83", "3.27", "3.76", unit="USD/shares"),
        line("research_and_development", None, None, None),
        line("other_nonoperating_income", "-181000000", "-280000000", "-228000000"),
        line("operating_income", None, None, None, reason="restated_apart"),
    ),
)  # fmt: skip
CASHFLOW = Statement(
    NIKE, StatementKind.CASHFLOW, PeriodKind.ANNUAL, None, YEARS,
    (line("investing_cash_flow", "-1524000000", "564000000", "894000000"),),
)  # fmt: skip
RATIOS = RatioTable(
    NIKE, "commercial", PeriodKind.ANNUAL, None, YEARS, (line("gross_margin", "45.9816", "43.5207", "44.5602", unit="pct"),)
)
TABLES: dict[TableKey, Table] = {
    (StatementKind.INCOME, PeriodKind.ANNUAL): INCOME,
    (StatementKind.CASHFLOW, PeriodKind.ANNUAL): CASHFLOW,
    (None, PeriodKind.ANNUAL): RATIOS,
}


def judged(sentence: str) -> list[Judgement]:
    named = [NamedCompany(NIKE, each.start(), each.end()) for each in re.finditer("Nike", sentence)]
    claims = read_sentence(sentence, named).claims
    return [judge(claim, {key: TABLES[key] for key in tables_needed(claim) if key in TABLES}) for claim in claims]


S, C, A, N = Outcome.SUPPORTED, Outcome.CONTRADICTED, Outcome.AMBIGUOUS, Outcome.NOT_LOADED


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Nike's revenue was $51.4 billion in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's revenue was $51.3 billion in fiscal 2024", [(C, Finding.FIGURE_DIFFERS)]),
        ("Nike's revenue was $51.4 million in fiscal 2024", [(C, Finding.SCALE_DIFFERS)]),
        ("Nike's revenue was -$51.4 billion in fiscal 2024", [(C, Finding.SIGN_DIFFERS)]),
        ("Nike had a net loss of $5.7 billion in fiscal 2024", [(C, Finding.SIGN_DIFFERS)]),
        ("Nike's revenue was ($51.4 billion) in fiscal 2024", [(A, Finding.SIGN_UNCLEAR)]),
        ("Nike's other income (expense), net was ($228 million) in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's revenue was €51.4 billion in fiscal 2024", [(A, Finding.CURRENCY_DIFFERS)]),
        ("Nike's revenue was 51.4 in fiscal 2024", [(A, Finding.UNIT_DOES_NOT_FIT)]),
        ("Nike's revenue was 44.6 % in fiscal 2024", [(A, Finding.UNIT_DOES_NOT_FIT)]),
        ("Nike's gross margin was 44.6 % in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's gross margin was 44.5 % in fiscal 2024", [(C, Finding.FIGURE_DIFFERS)]),
        ("Nike's gross margin was 44.5602 % in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's gross margin rose 2 % in fiscal 2024", [(A, Finding.UNIT_DOES_NOT_FIT)]),
        ("Nike's gross margin rose 1.0 percentage points in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's gross margin fell 104 basis points in fiscal 2024", [(C, Finding.DIRECTION_DIFFERS)]),
        ("Nike's EPS was $3.73 in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's EPS was $3.76 in fiscal 2024", [(A, Finding.AGREES_FOR_OTHER_MEASURE)]),
        ("Nike's diluted EPS was $3.76 in fiscal 2024", [(C, Finding.FIGURE_DIFFERS)]),
        ("Nike's net income rose 12.4 % in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's net income fell 12.4 % in fiscal 2024", [(C, Finding.DIRECTION_DIFFERS)]),
        ("Nike's net income rose by $630 million in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's net income fell to $5.7 billion in fiscal 2024", [(C, Finding.DIRECTION_DIFFERS)]),
        ("Nike's net income rose in fiscal 2023", [(C, Finding.DIRECTION_DIFFERS)]),
        ("Nike's net income rose 1 % in fiscal 2022", [(A, Finding.EARLIER_PERIOD_MISSING)]),
        ("Nike's investing cash flow rose 10 % in fiscal 2023", [(A, Finding.CHANGE_NOT_MEANINGFUL)]),
        ("Nike's cash used in investing activities was $1,524 million in fiscal 2022", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's revenue was more than $51 billion in fiscal 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's revenue was more than $52 billion in fiscal 2024", [(C, Finding.FIGURE_DIFFERS)]),
        ("Nike's revenue was $51.4 billion in fiscal 2030", [(N, Finding.PERIOD_NOT_LOADED)]),
        ("Nike's R&D expense was $1.2 billion in fiscal 2024", [(N, Finding.NOT_REPORTED)]),
        ("Nike's operating income was $6.3 billion in fiscal 2024", [(A, Finding.FIGURE_REFUSED)]),
        ("What was Nike's revenue in fiscal 2024?", [(A, Unclear.NO_VALUE)]),
        ("Initech's revenue was $51.4 billion in fiscal 2024", [(N, Finding.COMPANY_NOT_LOADED)]),
        # The year to May 2024 is fiscal 2024; that to May 2023 lies in 2022 as well.
        ("Nike's revenue was $51.4 billion in 2024", [(S, Finding.FIGURE_AGREES)]),
        ("Nike's revenue was $51.2 billion in 2022", [(A, Finding.AGREES_FOR_OTHER_YEAR)]),
        ("Nike's revenue was $60 billion in 2024", [(C, Finding.FIGURE_DIFFERS)]),
        (
            "Nike's revenue rose from $51.2 billion in fiscal 2023 to $51.4 billion in fiscal 2024",
            [(S, Finding.FIGURE_AGREES), (S, Finding.FIGURE_AGREES)],
        ),
    ],
)  # fmt: skip
def test_a_claim_is_judged_by_the_figure(sentence: str, expected: list[tuple[Outcome, Finding | Unclear]]) -> None:
    assert [(each.outcome, each.reason) for each in judged(sentence)] == expected


def test_the_difference_is_given() -> None:
    (change,) = judged("Nike's net income fell 10 % in fiscal 2024")
    assert change.actual is not None
    assert round(change.actual, 1) == Decimal("12.4")
    assert (change.figure and change.figure.column.label, change.earlier and change.earlier.column.label) == (
        "FY 2024",
        "FY 2023",
    )


def test_a_question_gets_its_figure() -> None:
    (question,) = judged("How much revenue did Nike have in fiscal 2024?")
    assert question.figure is not None
    assert question.figure.figure.value == Decimal(51362000000)
