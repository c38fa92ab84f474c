from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.statements.statement import PeriodKind
from workbench.domain.verification.stated_periods import periods_in

ANNUAL, QUARTERLY, TTM = PeriodKind.ANNUAL, PeriodKind.QUARTERLY, PeriodKind.TTM
JUNE = date(2024, 6, 29)


@pytest.mark.parametrize(
    ("text", "kind", "year", "quarter", "last_day"),
    [
        ("fiscal 2024", ANNUAL, 2024, None, None),
        ("fiscal year 2024", ANNUAL, 2024, None, None),
        ("FY24", ANNUAL, 2024, None, None),
        ("FY'24", ANNUAL, 2024, None, None),
        ("FY 2024", ANNUAL, 2024, None, None),
        ("2024 fiscal year", ANNUAL, 2024, None, None),
        ("2024", ANNUAL, 2024, None, None),
        ("Q3 2023", QUARTERLY, 2023, 3, None),
        ("Q3 FY23", QUARTERLY, 2023, 3, None),
        ("3Q23", QUARTERLY, 2023, 3, None),
        ("third quarter of fiscal 2023", QUARTERLY, 2023, 3, None),
        ("fiscal 2023's third quarter", QUARTERLY, 2023, 3, None),
        ("third-quarter fiscal 2023", QUARTERLY, 2023, 3, None),
        ("quarter ended June 29, 2024", QUARTERLY, None, None, JUNE),
        ("quarter ended June 29 2024", QUARTERLY, None, None, JUNE),
        ("three months ended 29 June 2024", QUARTERLY, None, None, JUNE),
        ("year ended June 29, 2024", ANNUAL, None, None, JUNE),
        ("fiscal year that ended on 2024-06-29", ANNUAL, None, None, JUNE),
        ("twelve months ended June 29, 2024", TTM, None, None, JUNE),
        ("TTM Q3 2024", TTM, 2024, 3, None),
        ("as of June 29, 2024", None, None, None, JUNE),
        ("third quarter of fiscal 2024, ended June 29, 2024", QUARTERLY, 2024, 3, JUNE),
    ],
)
def test_a_period_is_read_by_its_words(
    text: str, kind: PeriodKind | None, year: int | None, quarter: int | None, last_day: date | None
) -> None:
    (period,) = periods_in(f"It had sales in the {text}.")
    assert (period.kind, period.fiscal_year, period.quarter, period.last_day) == (kind, year, quarter, last_day)
    assert period.is_bare is (text == "2024")


@pytest.mark.parametrize("text", ["$2024", "2,024", "2024-2030", "June 31, 2024", "12024", "about 1999.5"])
def test_other_numbers_are_no_periods(text: str) -> None:
    assert [period.key for period in periods_in(text) if period.last_day] == []
    assert [period.text for period in periods_in(text) if text != "June 31, 2024"] == []
