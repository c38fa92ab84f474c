"""The text of filings in notebooks, over two annual reports in which each kind of change occurs once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from db.engine import Database
from tests import two_reports
from tests.database_server import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture(scope="module")
def reports(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home: Path = tmp_path_factory.mktemp("text-research")
    database, objects = Database(clone(postgres_url, "text_research")), FolderStore(home / "objects")
    with database.write() as connection:
        two_reports.save(connection, objects)
    yield Workbench(Settings(home=home), database, objects)
    database.close()


def test_an_item_by_paragraph_with_its_citation(reports: Workbench) -> None:
    frame = reports.section("ACME", "1A")
    assert frame.attrs["accession"] == str(two_reports.NEW)
    assert two_reports.CLOUD in frame.text.tolist()
    assert frame.attrs["title"] == "Risk Factors"
    earlier = reports.section("ACME", "1A", as_of="2023-12-31")
    assert earlier.attrs["accession"] == str(two_reports.OLD)
    assert two_reports.STAFF in earlier.text.tolist()
    assert reports.section("ACME", "II.1A", form="10-Q").attrs["accession"] == str(two_reports.QUARTERS[1])
    named = reports.section("ACME", "1A", accession=str(two_reports.OLD))
    assert named.text.tolist() == earlier.text.tolist()


def test_an_item_over_the_years(reports: Workbench) -> None:
    frame = reports.text_history("ACME", "1A")
    assert list(frame.index) == [pd.Timestamp("2023-02-01"), pd.Timestamp("2024-02-01")]
    assert frame.accession.tolist() == [str(two_reports.OLD), str(two_reports.NEW)]
    assert pd.isna(frame.changed_pct.iloc[0])
    assert frame.changed_pct.iloc[1] == reports.changes("ACME").attrs["changed_pct"] > 0
    assert two_reports.STAFF in frame.text.iloc[0]
    assert len(reports.text_history("ACME", "1A", limit=1)) == 1
    assert len(reports.text_history("ACME", "1A", as_of="2023-12-31")) == 1
    with pytest.raises(InvalidRequest, match="limit is at least 1"):
        reports.text_history("ACME", "1A", limit=0)


def test_changes_by_kind(reports: Workbench) -> None:
    frame = reports.changes("ACME").set_index("kind")
    assert set(frame.index) == {"added", "removed", "reworded", "numbers", "moved"}
    assert set(reports.changes("ACME", kinds="added, removed").kind) == {"added", "removed"}
    assert frame.loc["numbers", "marked"] == (
        "As of [-December 31, 2022-]{+December 31, 2023+}, we owed $12.5 million, all of it due in 2026."
    )
    assert pd.isna(frame.loc["added", "marked"])
    assert frame.loc["added", "new_text"] == two_reports.CLOUD
    assert frame.loc["added", "added"] == two_reports.CLOUD
    assert pd.isna(frame.loc["added", "old_start"])
    assert frame.loc["removed", "removed"] == two_reports.STAFF
    assert frame.loc["numbers", ["removed", "added"]].tolist() == ["December 31, 2022", "December 31, 2023"]
    assert reports.changes("ACME", kinds=["added"]).kind.tolist() == ["added"]
    assert len(reports.changes("ACME", limit=2)) == 2
    with pytest.raises(InvalidRequest, match="'aded' is none of") as error:
        reports.changes("ACME", kinds=["aded"])
    assert error.value.hint == "did you mean added?"


def test_what_no_filing_has(reports: Workbench) -> None:
    with pytest.raises(NotFound, match="no annual report of ACME with an item 7 is here"):
        reports.text_history("ACME", "7")
    with pytest.raises(NotFound, match="no filing of ACME with an item 7 is here"):
        reports.section("ACME", "7")
    with pytest.raises(InvalidRequest, match="is not an item"):
        reports.section("ACME", "risks")
    assert reports.similar("ACME").empty
