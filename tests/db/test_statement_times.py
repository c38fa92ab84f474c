"""Statements are timed from when their engine is observed, and one that was under way then ends as it would have."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from db.engine import Database
from db.statement_times import time_statements


def test_a_statement_under_way_when_observation_begins_is_not_observed(database: Database) -> None:
    observed: list[str] = []
    begun, results = threading.Event(), []

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def _begins(*_: object) -> None:
        begun.set()

    def ask() -> None:
        with database.engine.connect() as connection:
            results.append(connection.scalar(sa.text("select 7 from pg_sleep(0.5)")))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(10)
    time_statements(database.engine, lambda kind, _: observed.append(kind))
    asking.join(30)
    assert results == [7]
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("select 8")) == 8
    assert observed[-1:] == ["select"]
    assert len(observed) == 1
