"""`workbench compare` and `workbench screen` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
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

COMPANIES = (
    Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571", state_of_incorporation="DE"),
    Company(Cik(8), "Bolt & Sons", (Listing(Ticker("BLT")),), sic="5331", state_of_incorporation="OH"),
)
# Revenue and net income of two years; Bolt's fiscal years end in January.
FIGURES = {
    7: (date(2022, 1, 1), ((1_000_000_000, 100_000_000), (1_250_000_000, -30_000_000))),
    8: (date(2022, 2, 1), ((2_000_000_000, 300_000_000), (2_400_000_000, 600_000_000))),
}


def facts(company: Company) -> list[Fact]:
    first, years = FIGURES[company.cik.number]
    found = []
    for number, (revenue, net_income) in enumerate(years):
        start, end = first.replace(year=first.year + number), first.replace(year=first.year + number + 1)
        end = date.fromordinal(end.toordinal() - 1)
        accession = Accession(f"{company.cik.padded}-{end.year - 2000 + 1}-000011")
        for tag, value in (("Revenues", revenue), ("NetIncomeLoss", net_income), ("IncomeTaxExpenseBenefit", 5)):
            found.append(
                Fact(
                    company.cik, Concept("us-gaap", tag), "USD", start, end, Decimal(value), accession, "10-K",
                    date(end.year + 1, 3, 20) if end.month == 12 else date(end.year, 3, 20),
                )
            )  # fmt: skip
    return found


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database, where two companies have filed two annual reports."""
    with database.write() as connection:
        for company in COMPANIES:
            save_company(connection, company)
            load_facts(connection, company.cik, facts(company))
    return command_line(database.url, tmp_path / "home", folder=tmp_path, COLUMNS="100")


def test_companies_side_by_side(workbench: Run, tmp_path: Path) -> None:
    table = workbench("compare", "acm", "BLT", "-m", "revenue,net_margin")
    assert (table.returncode, table.stderr) == (0, "")
    for text in ("2022", "2023", "FY 2024", "1,250", "2,400", "(2.4%)", "25.0%"):
        assert text in table.stdout
    document = json.loads(workbench("compare", "ACM", "8", "-m", "revenue", "--format", "json").stdout)
    assert [column["label"] for column in document["columns"]] == ["2022", "2023"]
    assert [[figure["value"] for figure in row["figures"]] for row in document["rows"]] == [
        ["1000000000", "1250000000"], ["2000000000", "2400000000"]
    ]  # fmt: skip
    assert document["rows"][1]["figures"][1]["facts"][0]["accession"] == "0000000008-25-000011"
    saved = workbench("compare", "ACM", "BLT", "-o", "both.xlsx")
    assert (saved.returncode, saved.stdout) == (0, "")
    assert zipfile.is_zipfile(tmp_path / "both.xlsx")


def test_a_screen(workbench: Run) -> None:
    table = workbench("screen", "revenue > 1.2B", "net_income < 0")
    assert table.returncode == 0, table.stderr
    assert "Acme " in table.stdout
    assert "Bolt" not in table.stdout
    assert "1 of 2 companies pass." in table.stdout
    document = json.loads(workbench("screen", "revenue > 1B", "--sort=-revenue", "--format", "json").stdout)
    assert [row["company"]["ticker"] for row in document["companies"]] == ["ACM", "BLT"]
    assert document["companies"][0]["figures"][0]["value"] == "1250000000"
    assert document["filters"][0]["sentence"] == "Revenue in the latest fiscal year above 1 billion USD"
    before = json.loads(workbench("screen", "revenue > 1B", "--as-of", "2023-12-31", "--format", "json").stdout)
    assert [row["company"]["ticker"] for row in before["companies"]] == ["BLT"]  # Acme's latest is 1,000 million then
    worth = json.loads(workbench("screen", "market_cap > 1B", "--format", "json").stdout)  # of neither is there a price
    assert (worth["matched"], worth["undecided"], worth["metrics"][0]["basis"]) == (0, 2, "close")
    rows = list(csv.DictReader(io.StringIO(workbench("screen", "revenue > 1B", "--format", "csv").stdout)))
    assert [(row["ticker"], row["value"], row["accessions"]) for row in rows] == [
        ("BLT", "2400000000", "0000000008-25-000011"), ("ACM", "1250000000", "0000000007-24-000011")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("compare", "NOPE"), 1, "NOPE"),
        (("compare", "ACM", "-m", "revenu"), 2, "did you mean revenue"),
        (("compare", "ACM", "--as-of", "2999-01-01"), 2, "future"),
        (("compare", "ACM", "--as-of", "2001-01-01"), 1, "no such figures"),
        (("compare", "ACM", "--period", "quarterly"), 1, "no such figures"),
        (("compare", "ACM", "--format", "xlsx"), 2, "name a file with -o"),
        (("compare", "ACM", "-o", "both.doc"), 2, "does not name a format"),
        (("compare", "ACM", "-o", "missing/both.csv"), 1, "cannot be written"),
        (("screen", "revenue >> 1"), 2, "'> 1' is not a number"),
        (("screen", "sparkle > 1"), 2, "'sparkle' is not a statement line"),
        (("screen", "pe@ttm < 20"), 2, "pe is of the last close"),
        (("screen", "revenue > 1", "--sort", "sparkle"), 2, "'sparkle' is not a statement line"),
        (("screen", "revenue > 1", "--as-of", "yesterday"), 2, "yesterday"),
    ],
)
def test_a_wrong_question_is_one_clear_error(workbench: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    found = workbench(*arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert message in found.stderr
    assert "Traceback" not in found.stderr
