"""A unit that fails inside a transaction leaves it whole for the others."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa

from db.companies import get_company, known_ciks, save_company
from db.engine import Connection, Database
from db.operations.failed_units import failed_unit
from tests.ingest.fenced_room import COMPANIES
from workbench.domain.errors import Interrupted, MalformedDocument
from workbench.domain.identity import Company
from workbench.ingest.fence import attempt, attempt_recorded


def save(connection: Connection, company: Company, broken: str) -> str:
    save_company(connection, company)
    if company.name == broken:
        connection.execute(sa.text("select 1 / 0"))
    return company.name


def test_what_a_unit_wrote_before_it_failed_is_undone_and_the_others_stay(database: Database) -> None:
    with database.write() as connection:
        for company in COMPANIES:
            done = attempt(connection, partial(save, connection, company, "Company 2"))
            assert (done.result is None) == (done.error is not None) == (company.name == "Company 2")
    with database.read() as connection:
        assert [cik.number for cik in known_ciks(connection)] == [1, 3]


def test_a_reading_transaction_is_fenced_too(database: Database) -> None:
    with database.write() as connection:
        save_company(connection, COMPANIES[0])
    with database.read() as connection:
        assert attempt(connection, lambda: connection.execute(sa.text("select 1 / 0"))).error is not None
        assert attempt(connection, partial(get_company, connection, COMPANIES[0].cik)).result == COMPANIES[0]


def test_a_recorded_unit_is_passed_over_after_its_tries_and_done_over_other_data(database: Database) -> None:
    def tried(broken: str, version: str) -> bool:
        with database.write() as connection:
            work = partial(save, connection, COMPANIES[1], broken)
            return attempt_recorded(connection, "test", "two", work, data_version=version).result is not None

    assert [tried("Company 2", "one") for _ in range(3)] == [False] * 3
    assert not tried("", "one")  # passed over, though it would succeed
    assert tried("", "another")
    with database.read() as connection:
        assert failed_unit(connection, "test", "two") is None


def test_rubbish_is_for_the_caller_to_count_and_an_interrupt_for_nobody(database: Database) -> None:
    def rubbish() -> None:
        raise MalformedDocument("a picture")

    def stopped() -> None:
        raise Interrupted("stopped")

    with database.write() as connection:
        done = attempt_recorded(connection, "test", "one", rubbish, data_version="x")
        assert isinstance(done.error, MalformedDocument)
        assert failed_unit(connection, "test", "one") is None
        with pytest.raises(Interrupted):
            attempt(connection, stopped)
