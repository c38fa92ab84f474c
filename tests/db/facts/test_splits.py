"""Splits of the recorded companies: found in the filings that restated for them, and share figures comparable over them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.facts.splits import splits
from db.statements.as_known import statement
from db.statements.provenance import provenance
from workbench.analysis.statements.provenance_json import provenance_document
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind

pytestmark = pytest.mark.mirror


@pytest.mark.parametrize(
    ("ticker", "expected"),
    [
        ("AAPL", [("7 for 1", "0001193125-14-277160"), ("4 for 1", "0000320193-20-000096")]),
        ("NVDA", [("4 for 1", "0001045810-21-000131"), ("10 for 1", "0001045810-24-000264")]),
        ("WMT", [("3 for 1", "0000104169-24-000056")]),
        ("GOOGL", [("20 for 1", "0001652044-22-000071")]),
        ("GOOG", [("20 for 1", "0001652044-22-000071")]),
        ("NKE", [("2 for 1", "0001193125-13-008172"), ("2 for 1", "0000320187-16-000242")]),
        ("PG", []),
        ("MCD", []),
        ("COST", []),
        ("SNOW", []),
    ],
)
def test_splits_are_found(recorded: Database, ticker: str, expected: list[tuple[str, str]]) -> None:
    with recorded.read() as connection:
        found = splits(connection, resolve(connection, ticker).cik)
    assert [(split.label, split.accession) for split in found] == expected


def test_a_split_is_not_known_before_it_was_filed(recorded: Database) -> None:
    with recorded.read() as connection:
        assert [split.label for split in splits(connection, resolve(connection, "NVDA").cik, date(2024, 8, 27))] == ["4 for 1"]


def eps(recorded: Database, ticker: str, label: str, as_of: date | None = None, line: str = "eps_diluted") -> Figure:
    with recorded.read() as connection:
        found = statement(connection, resolve(connection, ticker), StatementKind.INCOME, PeriodKind.ANNUAL, as_of)
    column = [period.label for period in found.periods].index(label)
    return next(row for row in found.lines if row.line == line).figures[column]


@pytest.mark.parametrize(
    ("ticker", "label", "reported", "adjusted"),
    [
        # Last filed before the split; the figure in today's shares beside it.
        ("NVDA", "FY 2020", "1.13", "0.113"),  # restated once, by the 4 for 1; the 10 for 1 is still to come
        ("NVDA", "FY 2022", "3.85", "0.385"),
        ("NVDA", "FY 2023", "0.17", None),  # restated in the annual report after the split
        ("AAPL", "FY 2011", "27.68", "0.9885714285714285714285714286"),  # 7 for 1, then 4 for 1
        ("AAPL", "FY 2013", "5.68", "1.42"),
        ("AAPL", "FY 2018", "2.98", None),
        ("WMT", "FY 2021", "4.75", "1.583333333333333333333333333"),
        ("WMT", "FY 2022", "1.62", None),
        ("GOOGL", "FY 2019", "49.16", "2.458"),
        ("GOOGL", "FY 2021", "5.61", None),
    ],
)
def test_amounts_a_share_are_comparable_over_a_split(
    recorded: Database, ticker: str, label: str, reported: str, adjusted: str | None
) -> None:
    found = eps(recorded, ticker, label)
    assert found.value == Decimal(reported)
    assert found.adjusted_value == (None if adjusted is None else Decimal(adjusted))
    assert (found.adjustment is None) == (adjusted is None)


def test_share_counts_go_the_other_way(recorded: Database) -> None:
    found = eps(recorded, "NVDA", "FY 2022", line="weighted_average_shares_diluted")
    assert found.value == 2_535_000_000
    assert found.adjusted_value == 25_350_000_000
    assert found.adjustment == "10 for 1 in 0001045810-24-000264"


def test_before_the_split_nothing_is_adjusted(recorded: Database) -> None:
    found = eps(recorded, "NVDA", "FY 2022", date(2024, 5, 30))
    assert (found.value, found.adjusted_value) == (Decimal("3.85"), None)


def test_the_proof_of_a_figure_says_by_which_splits_it_is_comparable(recorded: Database) -> None:
    with recorded.read() as connection:
        company = resolve(connection, "NVDA")
        found = provenance(connection, company, StatementKind.INCOME, "eps_diluted", period_end=date(2019, 1, 27))
    told = provenance_document(found)
    assert (told["value"], told["adjusted_value"]) == ("6.63", "0.16575")
    assert told["adjustment"] == "4 for 1 in 0001045810-21-000131, 10 for 1 in 0001045810-24-000264"
