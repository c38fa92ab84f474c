"""An answer is given again while the facts it follows from hold still, and never once they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.facts.calculations import refresh_extension_mappings, save_linkbase
from db.facts.loading import load_facts
from db.facts.versions import facts_version
from db.statements.as_known import statement
from db.statements.memo import cached_by_facts
from db.statements.ratios import ratios
from tests.domain.statements.test_extension_concepts import calculation
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

ACME = Company(Cik(7), "Acme", sic="3571")
MILL = Company(Cik(8), "Mill", sic="3571")


def load(connection: sa.Connection, year: int, revenue: int, *, filed: int | None = None, company: Company = ACME) -> None:
    filed_on = date((filed or year) + 1, 2, 20)
    accession = Accession(f"{company.cik.padded}-{filed_on.year % 100:02d}-000001")
    values = {"us-gaap:Revenues": revenue, "us-gaap:NetIncomeLoss": 5, "us-gaap:GrossProfit": revenue - 60, "acme:Anvils": 60}
    facts = [
        Fact(
            company.cik, Concept(*name.split(":")), "USD", date(year, 1, 1), date(year, 12, 31), Decimal(value), accession,
            "10-K", filed_on,
        )
        for name, value in values.items()
    ]  # fmt: skip
    load_facts(connection, company.cik, facts)


def income(database: Database, as_of: date | None = None, company: Company = ACME) -> Statement:
    with database.read() as connection:
        return statement(connection, company, StatementKind.INCOME, PeriodKind.ANNUAL, as_of)


def revenue(found: Statement) -> list[Decimal | None]:
    return [figure.value for figure in next(line for line in found.lines if line.line == "revenue").figures]


@pytest.fixture
def filed(database: Database) -> Database:
    with database.write() as connection:
        for company in (ACME, MILL):
            save_company(connection, company)
            load(connection, 2023, 100, company=company)
    return database


def test_the_same_facts_give_the_same_answer_without_computing_it(filed: Database) -> None:
    assert income(filed).lines is income(filed).lines
    with filed.read() as connection:
        assert ratios(connection, ACME, PeriodKind.ANNUAL, None) is ratios(connection, ACME, PeriodKind.ANNUAL, None)
        assert ratios(connection, ACME, PeriodKind.ANNUAL, None, limit_periods=1) is not ratios(
            connection, ACME, PeriodKind.ANNUAL, None
        )


def test_a_filing_that_comes_in_is_in_the_next_answer(filed: Database) -> None:
    before = income(filed, date(2024, 6, 1)), income(filed, company=MILL)
    assert revenue(income(filed)) == [100]
    with filed.write() as connection:
        load(connection, 2024, 120)
    assert revenue(income(filed)) == [100, 120]
    # What was known in June is computed again, and the same; the other company's answer holds.
    assert income(filed, date(2024, 6, 1)) == before[0]
    assert income(filed, company=MILL).lines is before[1].lines


def test_a_filing_of_earlier_that_comes_in_late_is_known_from_its_day(filed: Database) -> None:
    assert revenue(income(filed, date(2024, 6, 1))) == [100]
    with filed.write() as connection:
        load(connection, 2022, 80)
    assert revenue(income(filed, date(2024, 6, 1))) == [80, 100]
    assert revenue(income(filed, date(2023, 6, 1))) == [80]


def test_what_is_loaded_again_changes_nothing(filed: Database) -> None:
    held = income(filed)
    with filed.write() as connection:
        before = facts_version(connection, ACME.cik)
        load(connection, 2023, 100)
        assert facts_version(connection, ACME.cik) == before
    assert income(filed).lines is held.lines


def test_what_was_never_committed_is_in_no_answer(filed: Database) -> None:
    with filed.engine.connect() as connection:
        load(connection, 2024, 120)
        own = statement(connection, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, None)
        connection.rollback()
    assert revenue(own) == [100, 120]
    with filed.write() as connection:
        load(connection, 2024, 130)
    assert revenue(income(filed)) == [100, 130]


def test_a_concept_that_is_found_to_be_a_line_is_in_the_next_answer(filed: Database) -> None:
    def concepts() -> list[str]:
        (cost,) = next(line for line in income(filed).lines if line.line == "cost_of_revenue").figures
        return [fact.concept for fact in cost.facts]

    assert concepts() == []
    report = Filing(ACME.cik, Accession(f"{ACME.cik.padded}-24-000001"), "10-K", date(2024, 2, 20))
    found = [calculation("GrossProfit = Revenues - acme:Anvils")]
    with filed.write() as connection:
        save_linkbase(connection, report, found, sha256="0" * 64, reader="test", outcome="read")
        assert refresh_extension_mappings(connection, ACME.cik) == 1
    assert concepts() == ["acme:Anvils"]
    held = income(filed)
    with filed.write() as connection:
        assert refresh_extension_mappings(connection, ACME.cik) == 1
    assert income(filed).lines is held.lines


def test_another_database_has_answers_of_its_own(filed: Database) -> None:
    other = Database(filed.url)
    try:
        assert income(other).lines is not income(filed).lines
        assert income(other) == income(filed)
    finally:
        other.close()


def counted() -> tuple[Callable[[sa.Connection, Company, int], object], list[int]]:
    asked: list[int] = []

    @cached_by_facts
    def compute(connection: sa.Connection, company: Company, number: int) -> object:
        asked.append(number)
        return object()

    return compute, asked


def test_what_was_not_asked_for_lately_is_let_go(filed: Database) -> None:
    compute, asked = counted()
    with filed.read() as connection:
        for number in (*range(500), 499, 0):
            compute(connection, ACME, number)
    assert asked == [*range(500), 0]
