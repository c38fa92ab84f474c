"""`workbench sections` as a user runs it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from db.engine import Database
from tests.command import Run, command_line
from tests.parse.documents import heading, page, paragraph
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document

CONTENT = page(
    heading("PART I"), heading("Item 1. Financial Statements"), paragraph("Sales grew."), heading("PART II"),
    heading("Item 1. Legal Proceedings"), paragraph("None – at all."), heading("Item 1A. Risk Factors"), paragraph(),
)  # fmt: skip


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the command on this test's database, in which one quarterly report lies."""
    home = tmp_path / "home"
    objects = FolderStore(home / "objects")
    with database.write() as connection:
        index_document(
            connection,
            objects,
            CONTENT,
            NewDocument(
                name="q.htm",
                origin="filing",
                sha256=archive.store(objects, CONTENT),
                form="10-Q",
                accession=Accession("0000000001-24-000001"),
                filed_on=date(2024, 5, 1),
            ),
        )
    return command_line(database.url, home, "sections")


def test_json_has_every_item_with_its_span_and_text(run: Run) -> None:
    done = run("000000000124000001", "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["accession"], answer["form"]) == ("0000000001-24-000001", "10-Q")
    assert [(one["part"], one["item"]) for one in answer["sections"]] == [("I", "1"), ("II", "1"), ("II", "1A")]
    legal = answer["sections"][1]
    assert list(legal)[:7] == ["part", "item", "title", "start", "end", "confidence", "text"]
    assert legal["text"] == "Item 1. Legal Proceedings\n\nNone – at all."
    assert legal["end"] - legal["start"] == len(legal["text"])


def test_one_item_as_text(run: Run) -> None:
    assert run("0000000001-24-000001", "--item", "II.1").stdout == "Item 1. Legal Proceedings\n\nNone – at all.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["0000000001-24-000999"], 1, "there is no filing 0000000001-24-000999"),
        (["0000000001-24-000001", "--item", "7"], 1, "the filing has no item 7 (it has I.1, II.1, II.1A)"),
        (["0000000001-24-000001", "--item", "risk"], 2, "'risk' is not an item"),
        (["12-34"], 2, "is not an accession number"),
    ],
)
def test_bad_requests_are_one_line(run: Run, arguments: list[str], code: int, message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
