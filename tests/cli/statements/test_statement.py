"""`workbench statement` and `workbench concepts` as a user meets them."""

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
FIGURES = {
    "Revenues": "1250000000.50", "CostOfRevenue": "750000000", "NetIncomeLoss": "-30400000", "ProfitLoss": "-30400000",
    "IncomeTaxExpenseBenefit": "5000000", "Depreciation": "9000000", "DepreciationAndAmortization": "14000000",
}  # fmt: skip


def facts() -> list[Fact]:
    accession = Accession("0000000007-24-000011")
    span = date(2023, 1, 1), date(2023, 12, 31)
    figures = [(tag, "USD", value) for tag, value in FIGURES.items()] + [("EarningsPerShareBasic", "USD/shares", "-0.31")]
    return [
        Fact(ACME.cik, Concept("us-gaap", tag), unit, *span, Decimal(value), accession, "10-K", date(2024, 2, 20))
        for tag, unit, value in figures
    ]


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database, where Acme has filed one annual report."""
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, facts())
    return command_line(database.url, tmp_path / "home", COLUMNS="100")


def test_every_format(workbench: Run) -> None:
    found = workbench("statement", "acm", "income", "--format", "json")
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert document["company"] == {"ticker": "ACM", "cik": 7, "name": "Acme Corp", "display_name": "Acme"}
    assert (document["kind"], document["period"], document["as_of"]) == ("income", "annual", None)
    (period,) = document["periods"]
    assert (period["start"], period["end"]) == ("2023-01-01", "2023-12-31")
    assert (period["fiscal_year"], period["fiscal_quarter"]) == (2023, None)
    values = {line["line"]: line["values"][0] for line in document["lines"]}
    assert values["revenue"]["value"] == "1250000000.50"
    assert (values["revenue"]["unit"], values["revenue"]["status"], values["revenue"]["reason"]) == ("USD", "reported", None)
    (fact,) = values["revenue"]["facts"]
    assert (fact["concept"], fact["accession"]) == ("us-gaap:Revenues", "0000000007-24-000011")
    assert (fact["filed_on"], fact["form"]) == ("2024-02-20", "10-K")
    gross = values["gross_profit"]
    assert (gross["value"], gross["status"], gross["formula"]) == ("500000000.50", "derived", "revenue - cost_of_revenue")
    assert len(gross["facts"]) == 2
    assert (values["eps_diluted"]["value"], values["eps_diluted"]["reason"]) == (None, "not_reported")

    rows = list(csv.DictReader(io.StringIO(workbench("statement", "7", "income", "--format", "csv").stdout)))
    assert {row["line"]: row["value"] for row in rows}["net_income"] == "-30400000"
    assert list(rows[0])[-3:] == ["adjusted_value", "adjustment", "known_on"]
    known = {row["line"]: row["known_on"] for row in rows}
    assert (known["gross_profit"], known["eps_diluted"]) == ("2024-02-20", "")

    table = workbench("statement", "ACM", "income").stdout
    assert "Acme  ACM" in table
    assert "FY 2023" in table
    assert "(30)" in table
    assert "(0.31)" in table
    assert "500 ᵈ" in table


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("NOPE", "income"), 1, "NOPE"),
        (("ACM", "income", "--as-of", "2999-01-01"), 2, "future"),
        (("ACM", "income", "--as-of", "yesterday"), 2, "yesterday"),
        (("ACM", "equity"), 2, "equity"),
        (("ACM", "income", "--as-of", "2020-01-01"), 1, "the loaded filings begin on 2024-02-20 (choose a later"),
        (
            ("ACM", "income", "--period", "quarterly"),
            1,
            "no quarterly figures for ACM (load them with `workbench ingest A",
        ),
    ],
)
def test_a_wrong_question_is_one_clear_error(workbench: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    found = workbench("statement", *arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_explain_says_which_tag_won_and_why(workbench: Run) -> None:
    found = workbench("concepts", "explain", "ACM", "depreciation_amortization")
    assert found.returncode == 0, found.stderr
    assert "us-gaap:DepreciationAndAmortization" in found.stdout
    assert "us-gaap:Depreciation" in found.stdout
    assert "the largest in the newest filing" in found.stdout
    wrong = workbench("concepts", "explain", "ACM", "sparkle")
    assert wrong.returncode == 2
    assert "sparkle" in wrong.stderr
