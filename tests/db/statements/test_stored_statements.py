"""Statements are stored ahead, and what is stored is what the facts would give again: never other, never older."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db.companies import get_companies, get_company, known_ciks, save_company
from db.engine import Database
from db.screens.company_metrics import stale_companies
from db.statements import rules_digest, stored_statements
from db.statements.as_known import assembled_statement, continued_statement, refresh_statements, statement
from db.statements.stored_statements import settled_statement, stored_statement
from db.tables import fiscal_year_offsets
from tests.db.statements.test_memo import ACME, load
from workbench.domain.identity import Company
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind


def stored(connection: sa.Connection, company: Company = ACME, as_of: date | None = None) -> Statement | None:
    return stored_statement(connection, company, StatementKind.INCOME, PeriodKind.ANNUAL, as_of)


def anew(connection: sa.Connection, company: Company = ACME, as_of: date | None = None) -> Statement:
    return assembled_statement(connection, company, StatementKind.INCOME, PeriodKind.ANNUAL, as_of)


@pytest.fixture
def filed(connection: sa.Connection) -> sa.Connection:
    save_company(connection, ACME)
    for year in (2021, 2022):
        load(connection, year, 100)
    assert refresh_statements(connection, ACME.cik) == 9
    return connection


@pytest.fixture(scope="module")
def recorded_and_stored(recorded: Database) -> Iterator[tuple[sa.Connection, list[Company]]]:
    with recorded.engine.connect() as connection:
        companies = get_companies(connection, known_ciks(connection))
        for company in companies:
            refresh_statements(connection, company.cik)
        yield connection, companies
        connection.rollback()


@pytest.mark.mirror
@pytest.mark.parametrize("kind", StatementKind)
def test_what_is_stored_of_every_recorded_company_is_what_its_facts_give(
    recorded_and_stored: tuple[sa.Connection, list[Company]], kind: StatementKind
) -> None:
    connection, companies = recorded_and_stored
    cells = 0
    for company in companies:
        for period in PeriodKind:
            for newest in (None, 7) if period is PeriodKind.QUARTERLY else (None,):
                found = stored_statement(connection, company, kind, period, None, limit_periods=newest)
                assert found == assembled_statement(connection, company, kind, period, None, limit_periods=newest)
                cells += sum(len(line.figures) for line in found.lines) if found else 0
    assert cells > 20_000


@pytest.mark.mirror
@pytest.mark.parametrize("kind", StatementKind)
def test_a_past_day_of_every_recorded_company_is_as_its_facts_of_then_give_it(
    recorded_and_stored: tuple[sa.Connection, list[Company]], kind: StatementKind
) -> None:
    """On days drawn anew for each kind, by what is stored of long ago and by all the facts."""
    connection, companies = recorded_and_stored
    draw, continued, figures = random.Random(kind.value), 0, 0
    for company in companies:
        for period in PeriodKind:
            day = date(2015, 1, 1) + timedelta(days=draw.randrange(365 * 11))
            newest = draw.choice((None, 10 if period is PeriodKind.ANNUAL else 20))
            found = continued_statement(connection, company, kind, period, day, limit_periods=newest)
            if found is not None:
                continued += 1
                figures += sum(len(line.figures) for line in found.lines)
                assert found == assembled_statement(connection, company, kind, period, day, limit_periods=newest)
    assert continued > len(companies)
    assert figures > 15_000


@pytest.fixture
def restated(connection: sa.Connection) -> sa.Connection:
    """Ten years of 100, the one of 2015 restated to 90 in the report of 2016, that of 2012 to 80 in a late one of 2019."""
    save_company(connection, ACME)
    for year in range(2011, 2021):
        load(connection, year, 100)
    load(connection, 2015, 90, filed=2016)
    load(connection, 2012, 80, filed=2018)
    refresh_statements(connection, ACME.cik)
    return connection


@pytest.mark.parametrize(
    ("day", "settled", "revenue"),
    [
        (date(2021, 2, 19), 8, [100, 80, 100, 100, 90, 100, 100, 100, 100]),
        (date(2019, 2, 20), 6, [100, 80, 100, 100, 90, 100, 100, 100]),
        # What came in 2019 changed the second column, and with it what newer ones have read.
        (date(2019, 2, 19), 1, [100, 100, 100, 100, 90, 100, 100]),
        (date(2017, 2, 19), 1, [100, 100, 100, 100, 100]),
        (date(2013, 2, 20), 0, [100, 100]),
    ],
)
def test_columns_that_a_later_filing_changed_are_computed_as_of_the_day(
    restated: sa.Connection, day: date, settled: int, revenue: list[int]
) -> None:
    income = (ACME, StatementKind.INCOME, PeriodKind.ANNUAL, day)
    there = settled_statement(restated, *income)
    assert (0 if there is None else len(there[0].periods)) == settled
    found = statement(restated, *income)
    assert [figure.value for figure in next(line for line in found.lines if line.line == "revenue").figures] == revenue
    assert found == anew(restated, as_of=day)
    assert (continued_statement(restated, *income) is None) is (settled == 0)
    for newest in (1, 3):
        assert statement(restated, *income, limit_periods=newest) == assembled_statement(
            restated, *income, limit_periods=newest
        )


def test_days_on_which_years_had_other_names_or_nothing_was_stored_are_computed(restated: sa.Connection) -> None:
    income, day = (ACME, StatementKind.INCOME, PeriodKind.ANNUAL), date(2020, 6, 1)
    assert continued_statement(restated, *income, day) is not None
    assert continued_statement(restated, *income, None) is None
    restated.execute(sa.text("update fact_versions set version = version + 1 where cik = 7"))
    assert continued_statement(restated, *income, day) is None
    offset = {"cik": 7, "year_end": date(2018, 12, 31), "known_from": date(2020, 7, 1), "years": 1}
    restated.execute(sa.insert(fiscal_year_offsets).values(offset))
    refresh_statements(restated, ACME.cik)
    assert continued_statement(restated, *income, day) is None
    assert continued_statement(restated, *income, date(2020, 7, 1)) is not None


def test_what_is_stored_is_answered_and_nothing_is_computed_twice(filed: sa.Connection) -> None:
    assert stored(filed) == anew(filed) == statement(filed, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, None)
    assert refresh_statements(filed, ACME.cik) == 0


def test_facts_that_came_in_since_make_it_no_answer(filed: sa.Connection) -> None:
    load(filed, 2023, 120)
    assert stored(filed) is None
    found = statement(filed, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, None)
    assert [period.label for period in found.periods] == ["FY 2021", "FY 2022", "FY 2023"]
    assert refresh_statements(filed, ACME.cik) == 9
    assert stored(filed) == found


def test_facts_that_went_take_their_columns_along(filed: sa.Connection) -> None:
    filed.execute(sa.text("delete from financial_metrics where cik = 7 and period_end = '2022-12-31'"))
    filed.execute(sa.text("update fact_versions set version = version + 1 where cik = 7"))
    refresh_statements(filed, ACME.cik)
    found = stored(filed)
    assert found == anew(filed)
    assert [period.label for period in found.periods] == ["FY 2021"]


def test_it_is_what_was_known_from_the_day_its_last_fact_was_filed(filed: sa.Connection) -> None:
    last = date(2023, 2, 20)
    assert stored(filed, as_of=last - timedelta(days=1)) is None
    for day in (last, date(2030, 1, 1)):
        found = stored(filed, as_of=day)
        assert found == anew(filed, as_of=day)
        assert found.as_of == day


def test_other_rules_do_not_answer_with_it(filed: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    save_company(filed, ACME)
    for module in (rules_digest, stored_statements):
        monkeypatch.setattr(module, "RULES", "others")
    assert stored(filed) is None
    assert refresh_statements(filed, ACME.cik) == 9
    assert stored(filed) == anew(filed)


def test_a_company_of_another_industry_is_not_answered_with_it(filed: sa.Connection) -> None:
    bank = replace(ACME, sic="6022")
    assert stored(filed, bank) is None
    save_company(filed, bank)
    assert ACME.cik in stale_companies(filed)
    refresh_statements(filed, ACME.cik)
    found = stored(filed, bank)
    assert found == anew(filed, bank)
    assert "net_interest_income" in {line.line for line in found.lines}


def test_who_the_company_is_comes_from_who_asks(filed: sa.Connection) -> None:
    renamed = replace(ACME, name="Acme Holdings")
    found = stored(filed, renamed)
    assert found is not None
    assert found.company == renamed


def test_a_column_that_is_as_it_was_is_not_written_again(filed: sa.Connection) -> None:
    def written() -> list[tuple[object, ...]]:
        where = "statement = 'income' and period = 'annual'"
        rows = filed.execute(sa.text(f"select place, ctid::text from stored_statement_columns where {where} order by place"))
        return [tuple(row) for row in rows]

    before = written()
    load(filed, 2025, 120)
    refresh_statements(filed, ACME.cik)
    assert len(before) == 2
    after = written()
    assert len(after) == 3
    assert after[0] == before[0]


def test_a_company_without_facts_has_statements_without_periods(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    refresh_statements(connection, ACME.cik)
    assert stored(connection) == anew(connection)
    assert stored(connection).periods == ()
    assert get_company(connection, ACME.cik) == ACME
