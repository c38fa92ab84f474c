"""A process killed in the middle leaves all of a unit or nothing of it, and the next run completes it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import Database
from tests import edgar_folder
from workbench.adapters.object_store import FolderStore
from workbench.ingest.companies import ingest_company
from workbench.sources.folder import FolderSource

# Runs the ingest, and dies by SIGKILL when `where` is called for the `count`-th time.
KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from db.engine import Database
from workbench.adapters.object_store import FolderStore
from workbench.ingest.companies import ingest_company
from workbench.sources.folder import FolderSource
url, objects, root, where, count = sys.argv[1:]
module, name = where.rsplit(".", 1)
module = importlib.import_module(module)
real, calls = getattr(module, name), [0]
def dying(*arguments, **named):
    calls[0] += 1
    if calls[0] == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
setattr(module, name, dying)
database = Database(url)
for report in ingest_company(database, FolderStore(Path(objects)), FolderSource(Path(root)), None, "ACME"):
    print(report.kind, flush=True)
"""

TABLES = ("companies", "sec_filings", "financial_metrics", "documents", "filing_sections", "passages", "loaded_parts")


def counts(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {table: connection.scalar(sa.text(f"select count(*) from {table}")) or 0 for table in TABLES}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = edgar_folder.build(tmp_path / "edgar")
    document = edgar_folder.company_facts()
    weeks = [date(2000, 1, 2) + timedelta(weeks=number) for number in range(999)]
    rows = [edgar_folder.fact(f"{end + timedelta(days=6)}", number, start=f"{end}") for number, end in enumerate(weeks)]
    tags = {f"Tag{number}": {"label": "x", "units": {"USD": rows}} for number in range(4)}
    edgar_folder.write(root, f"api/xbrl/companyfacts/CIK{edgar_folder.CIK:010d}.json", document | {"facts": {"us-gaap": tags}})
    return root


@pytest.mark.parametrize(
    "case",
    [
        # killed between the index of filings and what marks it as loaded
        ("db.companies.save_loaded_part", {}),
        # killed when all facts are copied and nothing is committed
        ("db.facts.loading.save_concept_labels", {"companies": 1, "sec_filings": 3, "loaded_parts": 1}),
        # killed between the document's row and its passages
        (
            "db.filings.documents.save_sections",
            {"companies": 1, "sec_filings": 3, "financial_metrics": 3996, "loaded_parts": 2},
        ),
    ],
)  # fmt: skip
def test_killed_in_the_middle(
    database: Database, objects: FolderStore, root: Path, tmp_path: Path, case: tuple[str, dict[str, int]]
) -> None:
    where, left = case
    url = database.url.replace("postgresql+psycopg://", "postgresql://")
    arguments = [sys.executable, "-c", KILLED, url, str(tmp_path / "objects"), str(root), where, "1"]
    child = subprocess.run(arguments, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert counts(database) == dict.fromkeys(TABLES, 0) | left

    reports = list(ingest_company(database, objects, FolderSource(root), None, "ACME"))
    assert not [report for report in reports if report.outcome in ("failed", "quarantined")]
    whole = counts(database)
    assert whole["financial_metrics"] == 3996
    assert (whole["documents"], whole["loaded_parts"]) == (1, 2)
    assert whole["passages"] > 0
    list(ingest_company(database, objects, FolderSource(root), None, "ACME"))
    assert counts(database) == whole


def test_two_processes_bring_in_the_same_company_at_once(database: Database, root: Path, tmp_path: Path) -> None:
    url = database.url.replace("postgresql+psycopg://", "postgresql://")
    arguments = [sys.executable, "-c", KILLED, url, str(tmp_path / "objects"), str(root), "db.operations.runs.save", "99"]
    children = [
        subprocess.Popen(arguments, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for child in children:
        _, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors
    found = counts(database)
    assert (found["companies"], found["sec_filings"], found["financial_metrics"], found["documents"]) == (1, 3, 3996, 1)
