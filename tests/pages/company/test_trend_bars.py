"""Small bars of a trend and the value over them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.analysis.statements.trends import Trend
from workbench.domain.statements.statement import StatementPeriod
from workbench.pages.company.trend_bars import trend_bars

PERIODS = tuple(StatementPeriod(date(year, 1, 1), date(year, 12, 31), year, None) for year in (2022, 2023, 2024))


@pytest.mark.parametrize(
    ("values", "newest"),
    [
        ((1, 2, 3), '<div class="now">3.0 bn USD</div>'),
        ((1, 2, None), '<div class="now">2.0 bn USD <span class="small muted">FY 2023</span></div>'),
    ],
)
def test_a_newest_value_of_an_earlier_period_says_so(values: tuple[int | None, ...], newest: str) -> None:
    amounts = tuple(None if value is None else Decimal(value) * 10**9 for value in values)
    html = trend_bars([Trend("Revenue", "USD", PERIODS, amounts)])
    assert newest in html
    assert "<span>FY 2022</span><span>FY 2024</span>" in html
