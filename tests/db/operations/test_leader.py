"""One process leads, whichever machine it is on; another takes over when it ends or loses its connection."""

from __future__ import annotations

import sqlalchemy as sa

from db.engine import Database
from db.operations import leader as leaders
from db.operations.leader import Leader


def test_one_leads_and_another_takes_over(database: Database) -> None:
    first, second = Leader(database), Leader(database)
    try:
        assert [first.holds(), second.holds(), first.holds(), second.holds()] == [True, False, True, False]
        first.close()
        assert [second.holds(), first.holds()] == [True, False]
        with database.engine.connect() as administrator:
            administrator.execute(
                sa.text("select pg_terminate_backend(pid, 5000) from pg_locks where classid = :lock"), {"lock": leaders._LOCK}
            )
        assert not second.holds()  # it notices that it lost its connection, and does not believe that it leads
        assert first.holds()
    finally:
        first.close()
        second.close()


def test_without_a_server_nobody_leads() -> None:
    assert not Leader(Database("postgresql://nobody@127.0.0.1:1/none")).holds()
