"""`workbench restatements` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from tests.command import Run, command_line
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker

ACME = Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571")
# After Apple's of January 2010: revenue of two years by new rules, and long-term debt rounded in a sentence a year later.
FILED = (
    ("Revenues", 2008, 2009, "36537000000"), ("Revenues", 2008, 2010, "42905000000"),
    ("Revenues", 2007, 2009, "32479000000"), ("Revenues", 2007, 2010, "37491000000"),
    ("NetIncomeLoss", 2008, 2009, "5704000000"), ("NetIncomeLoss", 2008, 2010, "8235000000"),
    ("RepaymentsOfDebt", 2008, 2010, "90678000000"), ("RepaymentsOfDebt", 2008, 2011, "90700000000"),
    ("NetIncomeLoss", 2010, 2011, "14013000000"), ("Revenues", 2010, 2011, "65225000000"),
    ("IncomeTaxExpenseBenefit", 2010, 2011, "4527000000"),
)  # fmt: skip


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database."""
    facts = [
        Fact(
            ACME.cik, Concept("us-gaap", tag), "USD", date(year, 1, 1), date(year, 12, 31), Decimal(value),
            Accession(f"0000000007-{filed % 100:02d}-000001"), "10-K", date(filed, 2, 20),
        )
        for tag, year, filed, value in FILED
    ]  # fmt: skip
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, facts)
    return command_line(database.url, tmp_path / "home", "restatements", "ACM")


def test_restatements_come_first_and_each_once(workbench: Run) -> None:
    shown = workbench().stdout
    assert shown.index("Revenues") < shown.index("RepaymentsOfDebt")
    assert shown.count("Revenues") == 1
    assert "and 1 other period" in shown
    assert "2 restatement" in shown.replace("restatements", "restatement")
    found = json.loads(workbench("--format", "json").stdout)
    assert found["counts"] == {"restatement": 2, "rounding": 1}
    assert [len(entry["changes"]) for entry in found["restatements"]] == [2, 1, 1]
    rows = list(csv.reader(io.StringIO(workbench("--format", "csv").stdout)))
    assert len(rows) == 1 + 4


def test_before_the_first_filing_the_answer_is_unknown(workbench: Run) -> None:
    assert "Unknown: the loaded filings begin on 2009-02-20." in workbench("--as-of", "2008-12-31").stdout
    assert "No later filing changed a value." in workbench("--as-of", "2009-12-31").stdout
