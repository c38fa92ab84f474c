"""The newest reports are compared once each, and the lists over companies show what changed in words."""

from __future__ import annotations

from datetime import date

import pytest

from db.engine import Database
from db.filings.change_lists import latest_changes, uncompared
from tests.two_reports import ACME, CLOUD, NEW, OLD, QUARTERS, STAFF, save
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.changes import ChangeKind
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.filings.changes import report_changes


@pytest.fixture
def compared(database: Database, objects: FolderStore) -> list[IngestReport]:
    """Acme's reports are saved and compared; the reports of the run."""
    with database.write() as connection:
        save(connection, objects)
    return list(report_changes(database, objects))


def test_the_newest_report_of_each_form_is_compared_once(
    database: Database, objects: FolderStore, compared: list[IngestReport]
) -> None:
    assert [(each.subject, each.outcome, each.saved) for each in compared] == [
        (QUARTERS[1].text, "saved", {"compared items": 1}),  # these quarterly reports have no Item 2
        (NEW.text, "saved", {"compared items": 1}),  # and these annual ones no Item 7
    ]
    with database.read() as connection:
        assert uncompared(connection, 10) == []
    assert list(report_changes(database, objects)) == []


def test_words_count_and_numbers_do_not(database: Database, compared: list[IngestReport]) -> None:
    assert compared
    with database.read() as connection:
        quarter, year = latest_changes(connection, limit=10)
    assert (year.item, year.old, year.new, year.form) == ("1A", OLD, NEW, "10-K")
    # Of five changes one is of a date alone and one of place alone.
    assert year.count == 3
    texts = {change.kind: change.text for change in year.notable}
    assert texts == {ChangeKind.ADDED: CLOUD, ChangeKind.REMOVED: STAFF, ChangeKind.REWORDED: "ports … and Long Beach"}
    assert [change.weight for change in year.notable] == sorted((c.weight for c in year.notable), reverse=True)
    assert (quarter.item, quarter.old, quarter.new) == ("II-1A", *QUARTERS)


def test_a_list_is_of_these_companies_by_the_day(database: Database, compared: list[IngestReport]) -> None:
    assert compared
    with database.read() as connection:
        assert [each.form for each in latest_changes(connection, as_of=date(2024, 4, 30), limit=10)] == ["10-K"]
        assert latest_changes(connection, as_of=date(2024, 1, 31), limit=10) == []
        assert len(latest_changes(connection, ciks=[ACME.cik], limit=10)) == 2
        assert latest_changes(connection, ciks=[Cik(320193)], limit=10) == []
        assert [each.form for each in latest_changes(connection, limit=1, offset=1)] == ["10-K"]
