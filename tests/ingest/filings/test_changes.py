"""What changed between two archived filings, as spans into both."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.filings.changes import choose_versions
from tests.search import anchors
from tests.two_reports import ACME, CLOUD, DEBT, DOLLAR, PORT, STAFF, save
from workbench.adapters.object_store import FolderStore
from workbench.analysis.filings.paragraphs import comparable
from workbench.domain.filings.changes import ChangeKind, ItemVersion, Paragraph
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession, Cik, Company
from workbench.ingest import archive
from workbench.ingest.filings.changes import item_changes
from workbench.ingest.filings.documents import index_document, read_text


def test_each_change_is_a_citation_into_both(connection: sa.Connection, objects: FolderStore) -> None:
    save(connection, objects)
    found = item_changes(objects, choose_versions(connection, ACME, "1A"))
    texts = {
        change.kind: tuple(side.text if side else None for side in (change.old, change.new)) for change in found.diff.changes
    }
    assert texts == {
        ChangeKind.ADDED: (None, CLOUD),
        ChangeKind.REMOVED: (STAFF, None),
        ChangeKind.REWORDED: (PORT, PORT.replace("port of Oakland", "ports of Oakland and Long Beach")),
        ChangeKind.NUMBERS: (DEBT, DEBT.replace("2022", "2023")),
        ChangeKind.MOVED: (DOLLAR, DOLLAR),
    }
    for change in found.diff.changes:
        assert_cited(objects, found.pair.old, change.old)
        assert_cited(objects, found.pair.new, change.new)


def assert_cited(objects: FolderStore, version: ItemVersion, side: Paragraph | None) -> None:
    if side is not None:
        assert version.section.start <= side.start < side.end <= version.section.end
        text = read_text(objects, version.document)[side.start : side.end]
        assert comparable(text) == comparable(side.text)


@pytest.mark.mirror
def test_running_headers_and_page_breaks_are_no_change(connection: sa.Connection, objects: FolderStore) -> None:
    """Amazon's risk factors of fiscal 2024 differ from those of 2023 in sixteen paragraphs: read side by side, none was added
    or removed. What a page break parts would look so.
    """
    amazon = Company(Cik(1018724), "AMAZON COM INC")
    save_company(connection, amazon)
    for number, day in (("0001018724-24-000008", date(2024, 2, 2)), ("0001018724-25-000004", date(2025, 2, 7))):
        path = anchors.documents()[number]
        content = path.read_bytes()
        index_document(
            connection,
            objects,
            content,
            NewDocument(
                name=path.name,
                origin="filing",
                sha256=archive.store(objects, content),
                form="10-K",
                cik=amazon.cik,
                accession=Accession(number),
                filed_on=day,
            ),
        )
    found = item_changes(objects, choose_versions(connection, amazon, "1A"))
    counts = found.diff.counts
    assert (counts[ChangeKind.ADDED], counts[ChangeKind.REMOVED], counts[ChangeKind.REWORDED]) == (0, 0, 16)
    assert found.diff.changed_ratio < 0.01
