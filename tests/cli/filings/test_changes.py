"""`workbench changes` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.engine import Database
from tests.command import Run, command_line
from tests.two_reports import CLOUD, NEW, OLD, save
from workbench.adapters.object_store import FolderStore


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    home = tmp_path / "home"
    with database.write() as connection:
        save(connection, FolderStore(home / "objects"))
    return command_line(database.url, home, "changes", COLUMNS="120")


def test_people_read_both_wordings(run: Run) -> None:
    done = run("ACME", "--item", "1A")
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert f"from 10-K {OLD}, filed 2023-02-01 to 10-K {NEW}, filed 2024-02-01" in text
    assert "1 added, 1 removed, 1 reworded, 1 numbers, 1 moved; 1 unchanged." in text
    assert "A strike at the [-port-]{+ports+} of Oakland{+ and Long Beach+} could delay" in text
    assert "As of [-December 31, 2022-]{+December 31, 2023+}, we owed" in text


def test_programs_read_spans(run: Run) -> None:
    done = run("acme", "--format", "json", "--kind", "added", "-n", "1")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["from"]["accession"], answer["to"]["accession"], answer["to"]["item"]) == (str(OLD), str(NEW), "1A")
    (change,) = answer["changes"]
    assert (change["kind"], change["old"], change["new"]["text"]) == ("added", None, CLOUD)
    assert answer["counts"] == {"added": 1, "removed": 1, "reworded": 1, "numbers": 1, "moved": 1}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ACME", "--item", "risks"], 2, "'risks' is not an item"),
        (["ACME", "--to", "12"], 2, "is not an accession number"),
        (["ZZZZ"], 1, "there is no company with the ticker ZZZZ"),
        (["ACME", "--as-of", "2999-01-01"], 2, "lies in the future"),
        (["ACME", "--to", str(OLD)], 1, f"no 10-K of ACME before {OLD} with an item 1A is here"),
    ],
)
def test_bad_requests_are_one_line(run: Run, arguments: list[str], code: int, message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
