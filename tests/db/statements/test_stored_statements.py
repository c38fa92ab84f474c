"""Statements are stored ahead, and what is stored is what the facts would give again: never other, never older."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db.companies import get_companies, get_company, known_ciks, save_company
from db.engine import Database
from db.screens.company_metrics import stale_companies
from db.statements import rules_digest, stored_statements
from db.statements.as_known import assembled_statement, refresh_statements, statement
from db.statements.stored_statements import stored_statement
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
            for newest in (None, 7):
                found = stored_statement(connection, company, kind, period, None, limit_periods=newest)
                assert found == assembled_statement(connection, company, kind, period, None, limit_periods=newest)
                cells += sum(len(line.figures) for line in found.lines) if found else 0
    assert cells > 25_000


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
