"""Old events leave the table only for a file that was read back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from db.companies import save_company
from db.engine import Database
from db.filings.event_archives import archives
from db.filings.events import list_events
from db.filings.filing_index import save_filings
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import IntegrityError
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.ingest.operations.retention import archive_old_events, read_archive

COSTCO = Cik(909832)
TODAY = date(2026, 11, 24)


def report(number: int, filed_on: date, *items: str) -> Filing:
    accession = Accession(f"0000909832-{filed_on:%y}-{number:06}")
    return Filing(cik=COSTCO, accession=accession, form="8-K", filed_on=filed_on, report_on=filed_on, items=items)


# Two years before the day lies 2024-11-24: whole months up to the end of October go.
OLD = [
    report(1, date(2022, 12, 31), "2.02", "9.01"),
    report(2, date(2023, 1, 1), "5.02"),
    report(3, date(2024, 10, 31), "8.01"),
]
NEW = [report(4, date(2024, 11, 1), "2.02"), report(5, date(2026, 11, 20), "7.01")]


@pytest.fixture
def events(database: Database) -> Database:
    with database.write() as connection:
        save_company(connection, Company(COSTCO, "COSTCO WHOLESALE CORP"))
        save_filings(connection, [*OLD, *NEW])
    return database


def left(database: Database) -> list[tuple[date, str]]:
    with database.read() as connection:
        return [(each.filed_on, each.item) for each in list_events(connection, COSTCO)]


KEPT = [(date(2026, 11, 20), "7.01"), (date(2024, 11, 1), "2.02")]


def test_whole_months_move_a_year_to_a_file_and_can_be_read_there(events: Database, objects: FolderStore) -> None:
    done = archive_old_events(events, objects, today=TODAY, days=730)
    assert (done.outcome, dict(done.saved)) == ("saved", {"archived events": 4, "archives": 3})
    assert left(events) == KEPT
    with events.read() as connection:
        files = archives(connection)
    assert [(each.since, each.before, each.events) for each in files] == [
        (date(2022, 12, 31), date(2023, 1, 1), 2),
        (date(2023, 1, 1), date(2024, 1, 1), 1),
        (date(2024, 10, 31), date(2024, 11, 1), 1),
    ]
    rows = [row for each in files for row in read_archive(objects, each)]
    assert [(row["filed_on"], row["item"], row["event_type"]) for row in rows] == [
        (date(2022, 12, 31), "2.02", "results"),
        (date(2022, 12, 31), "9.01", "exhibits"),
        (date(2023, 1, 1), "5.02", "people"),
        (date(2024, 10, 31), "8.01", "other"),
    ]
    assert pq.read_table(io.BytesIO(objects.get(files[0].key))).num_rows == 2


def test_a_second_run_and_a_second_load_change_nothing(events: Database, objects: FolderStore) -> None:
    archive_old_events(events, objects, today=TODAY, days=730)
    with events.write() as connection:
        save_filings(connection, [*OLD, *NEW])
    assert left(events) == KEPT
    assert archive_old_events(events, objects, today=TODAY, days=730).outcome == "unchanged"
    with events.read() as connection:
        assert len(archives(connection)) == 3


def test_nothing_leaves_for_a_file_that_cannot_be_read_back(events: Database, objects: FolderStore) -> None:
    class Forgetful(FolderStore):
        def get(self, key: str) -> bytes:
            return super().get(key)[:-1]

    done = archive_old_events(events, Forgetful(objects._root), today=TODAY, days=730)
    assert done.outcome == "failed"
    assert "IntegrityError" in (done.error or "")
    assert len(left(events)) == 6
    with events.read() as connection:
        assert archives(connection) == []


def test_a_damaged_archive_is_not_read(events: Database, objects: FolderStore) -> None:
    archive_old_events(events, objects, today=TODAY, days=730)
    with events.read() as connection:
        first = archives(connection)[0]
    objects.put(first.key, b"PAR1 something else")
    with pytest.raises(IntegrityError):
        read_archive(objects, first)


def test_events_that_change_while_they_are_written_stay(
    events: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FolderStore.put

    def put_while_others_write(self: FolderStore, *args: object, **kwargs: object) -> None:
        put(self, *args, **kwargs)  # type: ignore[arg-type]
        with events.write() as connection:
            save_filings(connection, [report(9, date(2022, 12, 31), "1.01")])

    monkeypatch.setattr(FolderStore, "put", put_while_others_write)
    done = archive_old_events(events, objects, today=TODAY, days=730)
    assert done.dropped == {"year that changed meanwhile: left for the next run": 1}
    assert len(left(events)) == 7
    assert datetime.now(UTC) >= done.finished_at
