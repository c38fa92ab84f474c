"""Where loading the starter data stands."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from db.companies import save_company, save_loaded_part
from db.engine import Database
from db.operations.starter import PART, claim, is_wanted
from workbench.domain.identity import Cik, Company

ONE, TWO = Company(Cik(1), "One"), Company(Cik(2), "Two")
CIKS = [ONE.cik, TWO.cik]


def test_an_empty_database_wants_it_and_one_of_a_users_own_does_not(connection: sa.Connection) -> None:
    assert is_wanted(connection, "hash", CIKS)
    save_company(connection, ONE)
    assert not is_wanted(connection, "hash", CIKS)


def test_only_an_unfinished_load_of_the_same_file_is_wanted_again(connection: sa.Connection) -> None:
    save_company(connection, ONE)
    save_loaded_part(connection, ONE.cik, PART, sha256="hash", reader="r")
    assert is_wanted(connection, "hash", CIKS)
    assert not is_wanted(connection, "another", CIKS)
    save_company(connection, TWO)
    assert not is_wanted(connection, "hash", CIKS)


def test_of_two_who_claim_a_company_one_gets_it(database: Database) -> None:
    got: list[bool] = []
    with database.write() as connection:
        assert claim(connection, ONE)

        def other() -> None:
            with database.write() as theirs:
                got.append(claim(theirs, ONE))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.2)
        assert got == []  # it waits for what becomes of ours
    thread.join(30)
    assert got == [False]
