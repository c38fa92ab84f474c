"""`workbench valuation` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.market.prices import save_bars
from tests.command import Run, command_line
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar

ACME = Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571", state_of_incorporation="DE")
LAST = date(2024, 3, 28)
# Tag, unit, value; those of a day are marked.
FIGURES = (
    ("NetIncomeLoss", "USD", "500000000"), ("IncomeTaxExpenseBenefit", "USD", "100000000"), ("Revenues", "USD", "4000000000"),
    ("EarningsPerShareBasic", "USD/shares", "5.00"), ("WeightedAverageNumberOfSharesOutstandingBasic", "shares", "100000000"),
    ("*StockholdersEquity", "USD", "-2500000000"), ("*EntityCommonStockSharesOutstanding", "shares", "100000000"),
)  # fmt: skip


def facts() -> list[Fact]:
    return [
        Fact(
            ACME.cik, Concept("dei" if "Entity" in tag else "us-gaap", tag.strip("*")), unit,
            None if tag.startswith("*") else date(2023, 1, 1), date(2024, 2, 9) if "Entity" in tag else date(2023, 12, 31),
            Decimal(value), Accession("0000000007-24-000011"), "10-K", date(2024, 2, 20),
        )
        for tag, unit, value in FIGURES
    ]  # fmt: skip


@pytest.fixture
def workbench(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database: Acme closed at 60.00 on each day to 28 March 2024."""
    price = Decimal("60.00")
    days = [LAST - timedelta(days=back) for back in range(100)]
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, facts())
        bars = [DailyBar(Ticker("ACM"), day, price, price, price, price, 1, None, "alpha-vantage") for day in days]
        save_bars(connection, bars)
    return command_line(database.url, tmp_path / "home", "valuation", folder=tmp_path, COLUMNS="100")


def test_a_table_says_what_it_rests_on_and_why_a_figure_is_missing(workbench: Run) -> None:
    done = workbench("ACM", "--as-of", "2024-03-30")
    assert done.returncode == 0, done.stderr
    assert "ACM closed at 60.00 USD on 2024-03-28 (alpha-vantage)" in done.stdout
    assert "cover page of 0000000007-24-000011, 100,000,000 at 2024-02-09" in done.stdout
    lines = {line.split("  ")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("  ")}
    assert "6,000 m" in lines["Market capitalisation"]
    assert "12.00 ×" in lines["P/E, last fiscal year"]
    assert "– b" in lines["P/B"]
    assert "b not meaningful: the denominator or the multiple is zero or negative" in done.stdout


def test_json_and_csv_carry_the_operands(workbench: Run) -> None:
    document = json.loads(workbench("ACM", "--as-of", "2024-03-30", "--format", "json").stdout)
    assert document["price"] == {"ticker": "ACM", "source": "alpha-vantage", "traded_on": "2024-03-28", "close": "60.00"}
    assert document["shares"]["fact"]["accession"] == "0000000007-24-000011"
    ps = next(measure["value"] for measure in document["measures"] if measure["line"] == "ps")
    assert (ps["value"], [fact["value"] for fact in ps["facts"]]) == ("1.5000", ["100000000", "4000000000"])
    rows = list(csv.DictReader(io.StringIO(workbench("ACM", "--as-of", "2024-03-30", "--format", "csv").stdout)))
    assert next(row for row in rows if row["measure"] == "pe")["value"] == "12.0000"


def test_a_history_is_of_days_as_known_on_them(workbench: Run) -> None:
    done = workbench("ACM", "--history", "--every", "month", "--points", "3", "--as-of", "2024-03-31", "--format", "json")
    points = json.loads(done.stdout)["points"]
    # The report came on 20 February, and the last close of March is three days old at its end.
    assert [(point["day"], point["measures"]["pe"]["value"]) for point in points] == [
        ("2024-01-31", None), ("2024-02-29", "12.0000"), ("2024-03-31", "12.0000"),
    ]  # fmt: skip
    assert points[0]["measures"]["market_cap"]["reason"] == "no_share_count"
    table = workbench("ACM", "--history", "--every", "month", "--points", "3", "--as-of", "2024-03-31").stdout
    assert "2024-02-29" in table


def test_what_is_asked_wrongly_ends_with_two_or_one(workbench: Run) -> None:
    assert workbench("ACM", "--as-of", "yesterday").returncode == 2
    assert workbench("ZZZZ").returncode == 1
