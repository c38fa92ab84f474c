"""`workbench provenance` and `workbench segments` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.engine import Database
from tests import inline_filing
from tests.command import Run, command_line
from workbench.adapters.object_store import FolderStore


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database, which has Acme's report."""
    home = tmp_path / "home"
    inline_filing.ingest(database, FolderStore(home / "objects"), inline_filing.build(tmp_path / "edgar"))
    return command_line(database.url, home, COLUMNS="120")


def test_a_figure_down_to_its_element(workbench: Run) -> None:
    shown = workbench("provenance", "ACME", "revenue")
    assert shown.returncode == 0, shown.stderr
    assert "Revenue, FY 2023: 5,000,000 USD" in shown.stdout
    assert "10-K 0001234567-24-000010, filed 2024-02-01" in shown.stdout
    assert "printed as '5.0' in acme-20231231.htm, element f-1" in shown.stdout
    document = json.loads(workbench("provenance", "acme", "revenue", "--format", "json").stdout)
    assert document["operands"][0]["element"]["text"] == "5.0"
    assert document["operands"][0]["reason"] is None


def test_a_ratio_that_is_not_proven_says_why(workbench: Run) -> None:
    shown = workbench("provenance", "ACME", "Net_Margin")
    assert shown.returncode == 0, shown.stderr
    assert "Net margin, FY 2023: no value" in shown.stdout
    assert "Reason: cannot be computed: an operand is not reported" in shown.stdout
    document = json.loads(workbench("provenance", "ACME", "net_margin", "--format", "json").stdout)
    assert (document["kind"], document["formula"], document["operands"]) == ("ratios", "net_income / revenue", [])


def test_segments_as_a_table_and_as_json(workbench: Run) -> None:
    shown = workbench("segments", "ACME")
    assert shown.returncode == 0, shown.stderr
    assert "Revenue by segment, USD millions" in shown.stdout
    assert "Hand and Power Hammers" in shown.stdout
    document = json.loads(workbench("segments", "ACME", "--format", "json").stdout)
    assert document["breakdowns"][0]["rows"][0]["values"][0]["element"]["text"] == "3.2"
    none = workbench("segments", "ACME", "--as-of", "2024-01-01")
    assert (none.returncode, "no stored filing" in none.stderr) == (1, True)
    assert workbench("segments", "ACME", "--period", "ttm").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ACME", "anvils"), 2, "not a statement line"),
        (("ACME", "revenue", "--period-end", "soon"), 2, "not a date"),
        (("ACME", "revenue", "--period-end", "2019-12-31"), 1, "the newest periods end on"),
        (("NOBODY", "revenue"), 1, "NOBODY"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(workbench: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    answer = workbench("provenance", *arguments)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_claims_are_verified_in_words_and_as_json(workbench: Run) -> None:
    shown = workbench("verify", "Acme Anvils had total assets of $1.0 million at December 31, 2023")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("Supported: Acme Anvils had total assets")
    assert "'1,000' in acme-20231231.htm, characters" in " ".join(shown.stdout.split())
    document = json.loads(workbench("verify", "ACME FY 2023 total assets $1.2 million", "--format", "json").stdout)
    assert (document["outcome"], document["claims"][0]["reason"]) == ("contradicted", "figure_differs")
