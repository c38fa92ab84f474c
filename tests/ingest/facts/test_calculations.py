"""The calculation linkbase of a filing comes in with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.facts.calculations import filed_calculations, linkbase_readings, refresh_extension_mappings
from tests import edgar_folder, inline_filing
from tests.inline_filing import ACCESSION, ACME, ingest
from tests.parse.calculation_documents import linkbase
from tests.parse.inline_documents import document, number
from workbench.adapters.object_store import FolderStore
from workbench.domain.statements.linkbase_checks import FiledCalculations

_SCALE = 'scale="6" format="ixt:num-dot-decimal"'
REPORT = document(
    "<p>FORM 10-K</p><p>Item 8. Financial Statements</p><p>"
    + number("5.0", more=_SCALE, ident="f-1")
    + number("3.0", more=_SCALE, ident="f-2", name="acme:CostOfAnvils")
    + number("2.0", more=_SCALE, ident="f-3", name="us-gaap:GrossProfit")
    + "</p>"
)
GROSS = [("us-gaap_GrossProfit", "us-gaap_Revenues", "1"), ("us-gaap_GrossProfit", "acme_CostOfAnvils", "-1")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return inline_filing.build(tmp_path / "edgar", REPORT)


def put(folder: Path, content: bytes, name: str = "acme-20231231_cal.xml") -> None:
    edgar_folder.write(folder, f"Archives/edgar/data/{ACME.number}/{ACCESSION.compact}/{name}", content)


def read(database: Database) -> list[FiledCalculations]:
    with database.read() as connection:
        return filed_calculations(connection, ACME)


def test_it_is_kept_with_the_figures_of_the_filing(database: Database, objects: FolderStore, folder: Path) -> None:
    put(folder, linkbase({"Income": GROSS}))
    ingest(database, objects, folder)
    (filed,) = read(database)
    (gross,) = filed.calculations
    assert filed.accession == ACCESSION
    assert (gross.total, [concept for concept, _ in gross.terms]) == (
        "us-gaap:GrossProfit",
        ["us-gaap:Revenues", "acme:CostOfAnvils"],
    )
    (span,) = filed.figures.spans
    assert filed.figures.sum_of(gross, span) == (Decimal(2_000_000), Decimal(2_000_000), Decimal(1_500_000))


def test_what_it_proves_is_kept(database: Database, objects: FolderStore, folder: Path) -> None:
    put(folder, linkbase({"Income": GROSS}))
    ingest(database, objects, folder)
    with database.write() as connection:
        assert refresh_extension_mappings(connection, ACME) == refresh_extension_mappings(connection, ACME) == 1
        rows = connection.execute(
            sa.text("select statement, line, tag, period_end from extension_concept_mappings join concepts using (concept_id)")
        )
        assert [tuple(map(str, row)) for row in rows] == [("income", "cost_of_revenue", "CostOfAnvils", "2023-12-31")]


def test_it_may_be_part_of_the_schema(database: Database, objects: FolderStore, folder: Path) -> None:
    put(folder, linkbase({"Income": GROSS}), "acme-20231231.xsd")
    ingest(database, objects, folder)
    assert [len(filed.calculations) for filed in read(database)] == [1]


def test_a_filing_without_one_is_asked_once(database: Database, objects: FolderStore, folder: Path) -> None:
    ingest(database, objects, folder)
    with database.read() as connection:
        assert linkbase_readings(connection, ACME)[ACCESSION].sha256 is None
    put(folder, linkbase({"Income": GROSS}))
    ingest(database, objects, folder)
    assert read(database) == []


def test_a_damaged_one_fails_no_filing(database: Database, objects: FolderStore, folder: Path) -> None:
    put(folder, linkbase({"Income": GROSS})[:-40])
    assert ingest(database, objects, folder)["calculation linkbase could not be read"] == 1
    assert read(database) == []


def test_a_filing_that_was_indexed_before_gets_its_own_from_the_source(
    database: Database, objects: FolderStore, folder: Path
) -> None:
    ingest(database, objects, folder)
    with database.write() as connection:
        connection.execute(sa.text("delete from calculation_linkbases"))
    put(folder, linkbase({"Income": GROSS}))
    ingest(database, objects, folder)
    assert len(read(database)) == 1


def test_a_new_reader_reads_it_from_the_archive(database: Database, objects: FolderStore, folder: Path) -> None:
    put(folder, linkbase({"Income": GROSS}))
    ingest(database, objects, folder)
    with database.write() as connection:
        connection.execute(sa.text("update calculation_linkbases set reader = 'an older one'"))
        connection.execute(sa.text("delete from calculation_arcs"))
    put(folder, linkbase({"Income": GROSS[:1]}))
    ingest(database, objects, folder)
    assert [len(each.terms) for filed in read(database) for each in filed.calculations] == [2]
