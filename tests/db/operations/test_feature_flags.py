"""Switches take effect at once, and what they hold back says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.engine import Database
from db.operations.audit import list_entries
from db.operations.feature_flags import is_enabled, list_flags, set_flag
from flows.jobs import Job
from flows.run import run_on
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, PermissionRefused
from workbench.ingest.filings.uploads import add_document
from workbench.runtime import Workbench
from workbench.settings import Settings


def turn(database: Database, name: str, *, to: bool) -> None:
    with database.write() as connection:
        set_flag(connection, name, is_enabled=to, actor="ada")


def test_a_switch_is_on_until_somebody_turns_it_off_and_the_log_says_who(database: Database) -> None:
    with database.read() as connection:
        assert [(flag.name, flag.is_enabled, flag.changed_by) for flag in list_flags(connection)] == [
            ("jobs", True, None),
            ("uploads", True, None),
        ]
    turn(database, " Jobs ", to=False)
    with database.read() as connection:
        assert (is_enabled(connection, "jobs"), is_enabled(connection, "uploads")) == (False, True)
        assert [(entry.actor, entry.action, entry.detail) for entry in list_entries(connection)] == [
            ("ada", "flag.off", {"name": "jobs"})
        ]
        with pytest.raises(InvalidRequest):
            is_enabled(connection, "better_model")
    turn(database, "jobs", to=True)
    with database.read() as connection:
        assert is_enabled(connection, "jobs")


def test_documents_are_refused_while_uploads_are_off(database: Database, objects: FolderStore) -> None:
    turn(database, "uploads", to=False)
    with pytest.raises(PermissionRefused, match="switched off"):
        add_document(database, objects, content=b"Some words about shoes.", name="note.txt")
    assert list(objects.list("")) == []
    turn(database, "uploads", to=True)
    assert add_document(database, objects, content=b"Some words about shoes.", name="note.txt").is_new


def test_no_job_begins_while_jobs_are_off(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    begun = []
    job = Job("nothing", "does nothing", lambda _: begun.append(1) or iter(()), "0 0 * * *", 60)  # type: ignore[func-returns-value]
    workbench = Workbench(Settings(home=tmp_path), database, objects)
    turn(database, "jobs", to=False)
    summary = run_on(workbench, job)
    assert (summary.outcome, begun) == ("skipped", [])
    assert "switched off" in summary.markdown()
    turn(database, "jobs", to=True)
    assert (run_on(workbench, job).outcome, begun) == ("unchanged", [1])
