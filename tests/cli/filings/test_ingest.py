"""`workbench ingest` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db import companies
from db.engine import Database
from db.facts import loading
from db.operations.failed_units import list_failed
from db.screens.company_metrics import stale_companies
from tests import edgar_folder
from tests.command import Run, command_line
from tests.edgar_server import Answer, EdgarServer, titled
from tests.flows import archives
from workbench.adapters.object_store import FolderStore
from workbench.cli.filings.ingest import _with_contact
from workbench.domain.identity import Cik
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return edgar_folder.build(tmp_path / "edgar")


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database."""
    return command_line(database.url, tmp_path / "home", "ingest", COLUMNS="200")


def test_a_table_of_what_came_in_and_again_nothing(workbench: Run, root: Path) -> None:
    first = workbench("ACME", "--edgar", str(root))
    assert first.returncode == 0, first.stderr
    (row,) = [line.split() for line in first.stdout.splitlines() if line.strip().startswith("ACME")]
    assert row[1:4] == ["3", "4", "1"]
    assert "1 × document filed on paper" in first.stdout
    assert "Computed the vectors of" in first.stdout
    second = workbench("acme", "--edgar", str(root))
    assert second.returncode == 0
    assert "facts unchanged" in second.stdout
    assert second.stderr == "1/1 ACME: nothing new\n"
    assert "vectors" not in second.stdout


def test_json_lines_and_the_others_go_through_when_one_fails(workbench: Run, root: Path) -> None:
    done = workbench("ZZZZ", "ACME", "--edgar", str(root), "--json")
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["company"], line["kind"], line["outcome"]) for line in lines] == [
        ("ZZZZ", "company", "failed"),
        ("ACME", "submissions", "saved"),
        ("ACME", "facts", "saved"),
        ("ACME", "filing", "saved"),
        ("ACME", "filings", "saved"),
    ]
    assert lines[2]["saved"] == {"facts": 4}
    failed, loaded = done.stderr.splitlines()  # a line a company where standard error is no terminal
    assert failed == f"1/2 ZZZZ: failed: {lines[0]['error']}"
    assert loaded.startswith("2/2 ACME: 3 filings, 4 facts, 1 document, ")


@pytest.mark.parametrize(
    "case",
    [
        (["not a ticker"], 2, "neither a ticker"),
        (["ACME", "12345678901"], 2, "not a CIK"),
        (["ACME", "--since", "yesterday"], 2, "not a date"),
        (["ACME", "--since", "2999-01-01"], 2, "future"),
        (["ACME", "--forms", "10_K"], 2, "not a form"),
        (["ACME", "--edgar", "no-such-folder"], 1, "is not a folder"),
        (["ACME", "--edgar", "http://u:p@127.0.0.1:9/"], 2, "without a user"),
        (["ACME", "--edgar", "http://127.0.0.1:9/"], 1, "WORKBENCH_CONTACT"),
        ([], 2, "Missing argument"),
    ],
)
def test_bad_input_is_one_clear_line_and_changes_nothing(
    workbench: Run, database: Database, root: Path, case: tuple[list[str], int, str]
) -> None:
    arguments, code, said = case
    edgar = [] if "--edgar" in arguments else ["--edgar", str(root)]
    settings = {"WORKBENCH_CONTACT": "t@example.org"} if "u:p" in str(arguments) else {}
    done = workbench(*arguments, *edgar, **settings)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    with database.read() as connection:
        assert companies.search_companies(connection) == []


def test_at_a_terminal_the_contact_is_asked_for_once_and_stored(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["nobody", "Jane Doe jane@example.org"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: answers.pop(0))
    opened = Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path))
    assert _with_contact(opened, str(tmp_path)).contact is None
    assert len(answers) == 2
    for _ in range(2):
        assert _with_contact(opened, None).contact == "Jane Doe jane@example.org"
    assert answers == []
    again = Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path))
    assert again.settings.contact is None
    assert again.stored_settings.refresh().contact == "Jane Doe jane@example.org"


def test_over_http_with_a_contact(workbench: Run, database: Database, root: Path) -> None:
    with EdgarServer(root) as server:
        done = workbench("ACME", "--edgar", server.url, WORKBENCH_CONTACT="Jane jane@example.org")
        assert done.returncode == 0, done.stderr
        assert all("Jane jane@example.org" in agent for _, _, agent in server.requests)
    with database.read() as connection:
        assert loading.count_facts(connection, Cik(edgar_folder.CIK)) == 4


def test_a_refusal_of_the_source_is_told_with_what_to_do(workbench: Run, root: Path) -> None:
    with EdgarServer(root) as server:
        server.script("*", *(Answer(status=403, body=titled("Undeclared Automated Tool")) for _ in range(9)))
        done = workbench("ACME", "--edgar", server.url, WORKBENCH_CONTACT="Jane jane@example.org")
    assert done.returncode == 1
    assert "does not accept the contact" in done.stdout
    assert "WORKBENCH_CONTACT" in done.stdout


# The rules fail on the facts of the company with the CIK 7001, as on a ratio that nobody thought of.
_BROKEN = """
from db.statements import company_facts
figures = company_facts.all_figures
def fail(company, *more):
    return 1 / 0 if company.cik.number == 7001 else figures(company, *more)
company_facts.all_figures = fail
"""


def test_a_company_whose_figures_fail_leaves_the_others_of_the_command_alone(
    workbench: Run, database: Database, tmp_path: Path
) -> None:
    root = archives.build(tmp_path / "many", range(7000, 7003), facts=3)
    archives.unpack(root)
    done = workbench("7000", "7001", "7002", "--edgar", str(root), before=_BROKEN)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (trouble,) = [line for line in done.stdout.splitlines() if "failed" in line]
    assert trouble.startswith("7001: metrics failed: ZeroDivisionError: division by zero (")
    with database.read() as connection:
        assert [str(cik) for cik in stale_companies(connection)] == ["7001"]
        (failed,) = list_failed(connection)
    assert (failed.kind, failed.unit, failed.tries) == ("metrics", "7001", 1)
    again = workbench("7001", "--edgar", str(root))  # its rules work
    assert again.returncode == 0, again.stdout + again.stderr
    with database.read() as connection:
        assert list_failed(connection) == []
        assert stale_companies(connection) == []
