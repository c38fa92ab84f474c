"""Ratios and checks are of the figures that the statements show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.starter_versions import starter_versions
from workbench.domain.facts.splits import find_splits
from workbench.domain.identity import Cik
from workbench.domain.measures.checks import all_checks
from workbench.domain.measures.ratios import all_figures
from workbench.domain.statements.assembly import CompanyFigures, assemble
from workbench.domain.statements.statement import Check, PeriodKind, StatementKind
from workbench.domain.statements.tie_out import YEAR_IS_SUM_OF_QUARTERS

# Its annual report for fiscal 2015 gives the noncontrolling interest that can be redeemed for the year before alone.
_WALMART = starter_versions(Cik(104169))
# Of the sums of quarters, those of years are stored.
_NOT_STORED = (YEAR_IS_SUM_OF_QUARTERS, PeriodKind.QUARTERLY)
_YEAR_END = date(2015, 1, 31)


@pytest.fixture(scope="module")
def walmart() -> CompanyFigures:
    facts = _WALMART.facts
    return all_figures(_WALMART.company, facts, find_splits(_WALMART.versions, _WALMART.concepts))


def test_a_ratio_has_the_operand_that_the_balance_sheet_shows(walmart: CompanyFigures) -> None:
    year = next(year for year in walmart.calendar.years if year.end == _YEAR_END)
    # Liabilities and equity of 203,490 million less total equity of 85,937 million.
    assert walmart.compute("total_liabilities", year).value == Decimal(117_553_000_000)
    assert walmart.unchecked("total_liabilities", year).formula == "liabilities_and_equity - total_equity"


def test_every_stored_check_is_of_the_figures_shown(walmart: CompanyFigures) -> None:
    company, facts = _WALMART.company, _WALMART.facts
    stored = all_checks(company, walmart)
    for kind in StatementKind:
        for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY):
            shown = assemble(company, kind, period, None, facts, splits=walmart.splits)
            own = {_key(each): each for each in shown.checks if (each.name, period) != _NOT_STORED}
            of_statement = [each.check for each in stored if (each.kind, each.period) == (kind, period)]
            assert len(own) > 20
            assert {_key(each): each for each in of_statement if _key(each) in own} == own


def _key(check: Check) -> tuple[str, date]:
    return check.name, check.period_end
