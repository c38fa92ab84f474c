"""Half-years out of the tables: however many periods are asked for, stored or computed, on any day."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.facts.loading import load_facts
from db.screens.company_metrics import key_figures, refresh_company
from db.statements.as_known import assembled_statement, refresh_statements
from db.statements.ratios import ratios
from db.statements.stored_statements import stored_statement
from tests.domain.statements.test_half_years import COMPANY, Reported, facts, half, quarter, year
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession
from workbench.domain.statements.statement import PeriodKind, StatementKind

INCOME = StatementKind.INCOME
# Ten years of half-years after two of quarters, each report with the year before beside its own.
FILED = [
    *(each for number in (2012, 2013) for place in (1, 2, 3) for each in quarter(number, place, 100)),
    *(year(number, 400 + number - 2012) for number in range(2012, 2024)),
    *(half(number, 200 + number - 2014) for number in range(2014, 2025)),
]


def load(connection: sa.Connection, filed: list[Reported]) -> None:
    save_company(connection, COMPANY)
    load_facts(
        connection,
        COMPANY.cik,
        [
            Fact(
                COMPANY.cik, Concept(*known.concept.split(":")), known.unit, known.period_start, known.period_end, known.value,
                Accession(known.accession), known.form, known.filed_on,
            )
            for known in facts(*filed)
        ],
    )  # fmt: skip


@pytest.mark.parametrize("period", PeriodKind)
@pytest.mark.parametrize("newest", [1, 4, 12, 25, 40])
def test_the_newest_periods_are_those_of_all(connection: sa.Connection, period: PeriodKind, newest: int) -> None:
    load(connection, FILED)
    whole = assembled_statement(connection, COMPANY, INCOME, period, None)
    some = assembled_statement(connection, COMPANY, INCOME, period, None, limit_periods=newest)
    assert some.periods == whole.periods[-newest:]
    assert [line.figures for line in some.lines] == [line.figures[-newest:] for line in whole.lines]
    every = ratios(connection, COMPANY, period, None)
    few = ratios(connection, COMPANY, period, None, limit_periods=newest)
    assert few.periods == every.periods[-newest:]
    assert [line.figures for line in few.lines] == [line.figures[-newest:] for line in every.lines]


@pytest.mark.parametrize("period", PeriodKind)
def test_what_is_stored_is_what_the_facts_give(connection: sa.Connection, period: PeriodKind) -> None:
    load(connection, FILED)
    refresh_statements(connection, COMPANY.cik)
    assert stored_statement(connection, COMPANY, INCOME, period, None) == assembled_statement(
        connection, COMPANY, INCOME, period, None
    )


def test_half_yearly_reports_of_the_proposed_form_are_read(connection: sa.Connection) -> None:
    load(connection, [each._replace(form={"6-K": "10-S", "20-F": "10-K"}.get(each.form, each.form)) for each in FILED])
    found = assembled_statement(connection, COMPANY, INCOME, PeriodKind.TTM, None, limit_periods=2)
    assert [period.label for period in found.periods] == ["TTM H2 2023", "TTM H1 2024"]


def test_quarters_of_long_ago_are_found_and_said_to_be_old(connection: sa.Connection) -> None:
    load(connection, [each for each in FILED if each.form != "6-K"])
    found = assembled_statement(connection, COMPANY, INCOME, PeriodKind.QUARTERLY, None, limit_periods=4)
    assert [period.label for period in found.periods] == ["Q1 2013", "Q2 2013", "Q3 2013", "Q4 2013"]
    assert found.stale_reason == "older_than_year"
    assert found.periods[-1].newer_year_end == date(2023, 12, 31)
    refresh_statements(connection, COMPANY.cik)
    stored = stored_statement(connection, COMPANY, INCOME, PeriodKind.QUARTERLY, None, limit_periods=1)
    assert stored is not None
    assert stored.stale_reason == "older_than_year"


def test_screens_have_the_half_year_from_its_day_on_and_no_old_quarter(connection: sa.Connection) -> None:
    load(connection, FILED)
    refresh_company(connection, COMPANY.cik)

    def labels(as_of: date | None = None) -> dict[str, str]:
        return {each.basis.value: each.period_label for each in key_figures(connection, COMPANY.cik, as_of=as_of)}

    assert labels() == {"annual": "FY 2023", "quarterly": "H1 2024", "ttm": "TTM H1 2024"}
    assert labels(date(2024, 7, 27)) == {"annual": "FY 2023", "quarterly": "H2 2023", "ttm": "TTM H2 2023"}
    assert labels(date(2013, 5, 1)) == {"annual": "FY 2012", "quarterly": "Q1 2013", "ttm": "TTM Q1 2013"}
