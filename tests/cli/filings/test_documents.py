"""`workbench documents` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.engine import Database
from tests.command import Run, command_line
from tests.parse.pdfs import pdf


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the program in a home of its own on this test's database."""
    return command_line(database.url, tmp_path / "home")


def test_documents_are_added_found_shown_and_removed(run: Run, tmp_path: Path) -> None:
    nuts, locked = tmp_path / "nuts.pdf", tmp_path / "locked.pdf"
    nuts.write_bytes(pdf([["A preface."], ["The harvest of walnuts fell."]], labels="0 << /S /r >> 1 << /S /D >>"))
    locked.write_bytes(pdf([["x"]], is_locked=True))
    added = run("documents", "add", str(nuts), str(locked), "--form", "note", "--date", "2024-05-01")
    assert added.returncode == 1
    assert "nuts.pdf: added as document 1 (NOTE), dated 2024-05-01: 2 pages, 2 passages" in added.stdout
    assert added.stderr == "workbench: locked.pdf: the PDF is locked with a password (save a copy without one and add that)\n"
    found = run("search", "walnut harvest", "--form", "NOTE", "--format", "json")
    hit = json.loads(found.stdout)["hits"][0]
    assert (hit["document"], hit["title"], hit["page"], hit["filed_on"]) == ("nuts.pdf", "nuts", 2, "2024-05-01")
    corrected = run("documents", "correct", "nuts", "--company", "Walnut Growers", "--period", "FY2023")
    assert corrected.stdout == "Document 1 is Walnut Growers · NOTE · fiscal 2023\n"
    shown = run("documents", "show", "nuts", "--page", "2", "--format", "json")
    assert json.loads(shown.stdout)["text"][0]["text"] == "The harvest of walnuts fell."
    assert json.loads(shown.stdout)["text"][0]["page_label"] == "1"
    assert run("documents", "remove", "nuts.pdf").stdout == "Removed document 1: nuts.pdf\n"
    assert json.loads(run("documents", "list", "--format", "json").stdout) == {"documents": []}
    missing = run("documents", "show", "nuts")
    assert (missing.returncode, missing.stderr.startswith("workbench: there is no added document 'nuts'")) == (1, True)
