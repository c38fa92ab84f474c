"""`workbench migrate`: the schema of the database, without anything else."""

from __future__ import annotations

from db import migrate as migrations
from workbench import runtime
from workbench.cli.console import say


def migrate() -> None:
    """Update the database schema to this version.

    Every role does so when it starts; of several processes one migrates.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        revision = migrations.current(connection)
    say(f"The schema is at revision {revision}.")
