"""Divisions out of the tables, from filings as the SEC has them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from db.companies import resolve
from db.engine import Database
from db.facts.segments import breakdowns
from tests import inline_filing
from tests.conftest import MIRROR
from tests.parse.inline_documents import context, document, explicit, number
from workbench.adapters.object_store import FolderStore
from workbench.domain.measures.segments import Breakdown
from workbench.ingest.companies import ingest_company
from workbench.sources.folder import FolderSource


def _of(found: tuple[Breakdown, ...], line: str, axis: str) -> dict[str, list[int | None]]:
    one = next(each for each in found if (each.line, each.axis_label) == (line, axis))
    return {row.label: [int(fact.value / 10**6) if fact else None for fact in row.facts] for row in one.rows}


def test_segments_with_their_elements_as_of(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    inline_filing.ingest(database, objects, inline_filing.build(tmp_path / "edgar"))
    with database.read() as connection:
        acme = resolve(connection, "ACME")
        (found,) = breakdowns(connection, acme)
        assert breakdowns(connection, acme, as_of=date(2024, 1, 31)) == ()
    assert [row.label for row in found.rows] == ["Anvils", "Hand and Power Hammers"]
    assert [element.text if element else None for row in found.rows for element in row.elements] == ["3.2", "1.8"]
    assert found.adds_up == (True,)


def test_eliminations_are_a_row_with_their_element(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    eliminations = explicit("srt:ConsolidationItemsAxis", "us-gaap:IntersegmentEliminationMember")
    point = 'scale="6" format="ixt:num-dot-decimal"'
    anvils, hammers = (
        explicit("us-gaap:StatementBusinessSegmentsAxis", f"acme:{name}Member") for name in ("Anvils", "Hammers")
    )
    report = document(
        "<p>FORM 10-K</p><p>Item 8. Financial Statements</p><p>Revenue "
        + number("5003", more=point, ident="f-1")
        + " of anvils "
        + number("3201", more=point, ident="f-2", at="anvils")
        + ", hammers "
        + number("2802", more=point, ident="f-3", at="hammers")
        + " and less "
        + number("1000", more=f'{point} sign="-"', ident="f-4", at="eliminations")
        + ".</p>",
        contexts=context("anvils", members=anvils)
        + context("hammers", members=hammers)
        + context("eliminations", members=eliminations),
    )
    inline_filing.ingest(database, objects, inline_filing.build(tmp_path / "edgar", report))
    with database.read() as connection:
        (found,) = breakdowns(connection, resolve(connection, "ACME"))
    assert [(row.label, row.is_reconciling) for row in found.rows] == [
        ("Anvils", False), ("Hammers", False), ("Intersegment Elimination", True)
    ]  # fmt: skip
    assert [element.text if element else None for row in found.rows for element in row.elements] == ["3201", "2802", "1000"]
    assert found.adds_up == (True,)


@pytest.mark.mirror
def test_apple_as_its_annual_report_prints_it(database: Database, objects: FolderStore) -> None:
    for _ in ingest_company(database, objects, FolderSource(MIRROR), None, "AAPL", forms=("10-K",), since=date(2024, 1, 1)):
        pass
    with database.read() as connection:
        found = breakdowns(connection, resolve(connection, "AAPL"), limit_periods=2)
    assert _of(found, "revenue", "Segment") == {
        "Americas": [162560, 167045],
        "Europe": [94294, 101328],
        "Greater China": [72559, 66952],
        "Rest of Asia Pacific": [29615, 30658],
        "Japan": [24257, 25052],
    }
    assert _of(found, "revenue", "Region")["United States"] == [138573, 142196]
    assert _of(found, "operating_income", "Segment")["Europe"] == [36098, 41790]
    assert next(each for each in found if each.axis_label == "Segment").adds_up == (True, True)
