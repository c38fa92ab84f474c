"""Bringing in a whole company: each step reported, repeatable, and alone in its failing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import companies
from db.engine import Database
from db.facts import loading
from db.filings import filing_index
from db.operations import runs
from tests import edgar_folder
from tests.conftest import MIRROR
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidIdentifier, InvalidRequest, NotFound
from workbench.domain.identity import Cik, Ticker
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.companies import TickerDirectory, ingest_company, parse_names
from workbench.ingest.filings.main_documents import parse_forms
from workbench.sources.folder import FolderSource

ACME = Cik(edgar_folder.CIK)
PAGE = f"submissions/CIK{ACME.padded}.json"
FACTS = f"api/xbrl/companyfacts/CIK{ACME.padded}.json"
FOLDER = f"Archives/edgar/data/{ACME}/000123456724000010"

Ingest = Callable[..., dict[str, IngestReport]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return edgar_folder.build(tmp_path / "edgar")


@pytest.fixture
def ingest(database: Database, objects: FolderStore, root: Path) -> Ingest:
    def run(company: str = "ACME", **options: Any) -> dict[str, IngestReport]:
        reports = list(ingest_company(database, objects, FolderSource(root), None, company, **options))
        return {report.subject if report.kind == "filing" else report.kind: report for report in reports}

    return run


def outcomes(reports: dict[str, IngestReport]) -> dict[str, str]:
    return {name: report.outcome for name, report in reports.items()}


def test_all_of_a_company(database: Database, ingest: Ingest) -> None:
    reports = ingest()
    assert outcomes(reports) == {
        "submissions": "saved", "facts": "saved", edgar_folder.ACCESSION: "saved", "filings": "saved"
    }  # fmt: skip
    assert reports["submissions"].saved == {"companies": 1, "filings": 3}
    assert reports["facts"].saved == {"facts": 4}
    assert reports["filings"].saved["documents"] == 1
    assert reports["filings"].dropped == {"document filed on paper": 1}
    with database.read() as connection:
        company = companies.resolve(connection, "acme.b")
        assert company.name == "Acme Anvils, Inc."
        assert [filing.form for filing in filing_index.list_filings(connection, ACME)] == ["10-K", "8-K", "10-K405"]
        assert loading.count_facts(connection, ACME) == 4
        kinds = {report.kind for report in runs.recent(connection)}
        assert kinds == {"submissions", "facts", "filing", "filings", "metrics"}


def test_again_nothing_changes(database: Database, ingest: Ingest) -> None:
    def everything() -> list[Any]:
        with database.read() as connection:
            counts = "select count(*) from {}"
            tables = ("companies", "sec_filings", "financial_metrics", "documents", "passages", "archive_entries")
            return [connection.scalar(sa.text(counts.format(table))) for table in tables]

    ingest()
    before = everything()
    reports = ingest()
    assert outcomes(reports) == {"submissions": "unchanged", "facts": "unchanged", "filings": "unchanged"}
    assert reports["filings"].dropped == {"document indexed before": 1, "document filed on paper": 1}
    assert everything() == before


def test_a_restatement_and_a_new_filing_come_in_beside_what_is_there(database: Database, root: Path, ingest: Ingest) -> None:
    ingest()
    amended = edgar_folder.fact("2023-12-31", 999000, accn="0001234567-24-000020", form="10-K/A", filed="2024-05-01")
    document = edgar_folder.company_facts()
    document["facts"]["us-gaap"]["Assets"]["units"]["USD"].append(amended)
    edgar_folder.write(root, FACTS, document)
    submissions = edgar_folder.submissions()
    row = {"accessionNumber": "0001234567-24-000020", "form": "10-K/A", "filingDate": "2024-05-01", "primaryDocument": "a.htm"}
    for name, values in submissions["filings"]["recent"].items():
        values.insert(0, edgar_folder.columns(row)[name][0])
    edgar_folder.write(root, PAGE, submissions)
    edgar_folder.write(root, f"Archives/edgar/data/{ACME}/000123456724000020/a.htm", edgar_folder.annual_report("hammers"))

    reports = ingest(forms=parse_forms("10-k/a, 8-K"))
    assert reports["facts"].saved == {"facts": 1}
    assert reports["submissions"].saved == {"filings": 1}
    assert reports["filings"].saved["documents"] == 1
    with database.read() as connection:
        values = connection.scalars(
            sa.text("select value from financial_metrics where period_end = '2023-12-31' and period_start is null order by 1")
        )
        assert list(values) == [Decimal(999000), Decimal(1000000)]


def test_since_leaves_older_documents_alone(ingest: Ingest) -> None:
    assert ingest(since=date(2024, 2, 2))["filings"].saved == {}
    assert ingest(since=date(2024, 2, 1))["filings"].saved["documents"] == 1


def test_an_old_filing_is_read_from_its_full_submission(root: Path, ingest: Ingest) -> None:
    wrapped = "<SEC-DOCUMENT>\n<DOCUMENT>\n<TYPE>10-K405\n<SEQUENCE>1\n<TEXT>\nItem 1. Business\n\n{}\n</TEXT>\n</DOCUMENT>\n"
    path = f"Archives/edgar/data/{ACME}/000123456799000003/0001234567-99-000003.txt"
    edgar_folder.write(root, path, wrapped.format("We make anvils. " * 50).encode())
    reports = ingest(forms=("10-K405",))
    assert reports["0001234567-99-000003"].saved["passages"] > 0
    assert ingest(forms=("10-K405",))["filings"].dropped == {"document indexed before": 1}


def test_again_reads_the_archive_and_asks_nobody(root: Path, ingest: Ingest) -> None:
    ingest()
    (root / FOLDER / edgar_folder.DOCUMENT).unlink()
    reports = ingest(again=True)
    assert reports[edgar_folder.ACCESSION].outcome == "saved"
    assert reports["filings"].dropped == {"document filed on paper": 1}
    assert ingest()["filings"].dropped == {"document indexed before": 1, "document filed on paper": 1}


def test_a_damaged_document_is_quarantined_and_the_next_goes_in(database: Database, root: Path, ingest: Ingest) -> None:
    edgar_folder.write(root, f"{FOLDER}/{edgar_folder.DOCUMENT}", b"")
    reports = ingest()
    assert reports[edgar_folder.ACCESSION].outcome == "quarantined"
    assert reports["filings"].dropped["document quarantined"] == 1
    with database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from documents")) == 0
        (entry,) = connection.scalars(sa.text("select size_bytes from archive_entries where source_url like '%.htm'"))
        assert entry == 0
    edgar_folder.write(root, f"{FOLDER}/{edgar_folder.DOCUMENT}", edgar_folder.annual_report())
    assert ingest()[edgar_folder.ACCESSION].outcome == "saved"


@pytest.mark.parametrize(
    "damage",
    [b"", b"<html>busy</html>", json.dumps(edgar_folder.company_facts()).encode()[:-9], b"\x1f\x8b\x08rubbish", b"[1]"],
    ids=["empty", "html", "cut", "gzip", "list"],
)
def test_damaged_facts_are_quarantined_and_change_nothing(
    database: Database, root: Path, ingest: Ingest, damage: bytes
) -> None:
    edgar_folder.write(root, FACTS, damage)
    reports = ingest()
    assert reports["facts"].outcome == "quarantined"
    assert reports["facts"].error
    assert reports["filings"].outcome == "saved"
    with database.read() as connection:
        assert loading.count_facts(connection, ACME) == 0
        assert connection.scalar(sa.text("select count(*) from concepts")) == 0


def test_facts_without_submissions_bring_the_company_in(database: Database, root: Path, ingest: Ingest) -> None:
    (root / PAGE).unlink()
    reports = ingest()
    assert outcomes(reports) == {"submissions": "skipped", "facts": "saved", "filings": "unchanged"}
    with database.read() as connection:
        company = companies.resolve(connection, "ACME")
    assert company.name == "ACME ANVILS, INC."
    assert [listing.ticker for listing in company.listings] == [Ticker("ACME"), Ticker("ACME-B")]


def test_submissions_without_facts_bring_the_company_in(root: Path, ingest: Ingest) -> None:
    (root / FACTS).unlink()
    reports = ingest()
    assert outcomes(reports)["facts"] == "skipped"
    assert "no XBRL facts" in (reports["facts"].error or "")
    assert outcomes(reports)["filings"] == "saved"


def test_a_company_of_which_there_is_nothing_fails_and_leaves_nothing(database: Database, ingest: Ingest) -> None:
    for company in ("NONE", "OLD", "4242"):
        reports = ingest(company)
        assert reports["company"].outcome == "failed"
        assert "neither submissions nor facts" in (reports["company"].error or "")
    with database.read() as connection:
        assert companies.search_companies(connection) == []


def test_a_ticker_nobody_knows_fails(ingest: Ingest) -> None:
    reports = ingest("ZZZZ")
    assert outcomes(reports) == {"company": "failed"}
    assert "no listed company has the ticker ZZZZ" in (reports["company"].error or "")


def test_a_filing_of_two_companies_is_indexed_once(database: Database, root: Path, ingest: Ingest) -> None:
    ingest()
    edgar_folder.write(root, "submissions/CIK0000000099.json", edgar_folder.submissions(cik="99", name="Acme Sub", tickers=[]))
    edgar_folder.write(
        root, "Archives/edgar/data/99/000123456724000010/" + edgar_folder.DOCUMENT, edgar_folder.annual_report()
    )
    for _ in range(2):
        assert ingest("99")["filings"].dropped["document indexed before"] == 1
        assert ingest()["filings"].dropped["document indexed before"] == 1
    with database.read() as connection:
        assert connection.scalars(sa.text("select cik from documents")).all() == [edgar_folder.CIK]


def test_further_pages_come_in_and_missing_ones_are_asked_for_again(database: Database, root: Path, ingest: Ingest) -> None:
    submissions = edgar_folder.submissions()
    submissions["filings"]["files"] = [{"name": f"CIK{ACME.padded}-submissions-00{number}.json"} for number in (1, 2)]
    edgar_folder.write(root, PAGE, submissions)
    older = edgar_folder.columns({"accessionNumber": "0001234567-95-000001", "filingDate": "1995-03-01"})
    edgar_folder.write(root, f"submissions/CIK{ACME.padded}-submissions-001.json", older)
    first = ingest()["submissions"]
    assert (first.saved["filings"], first.dropped) == (4, {"further page not in the source": 1})
    edgar_folder.write(root, f"submissions/CIK{ACME.padded}-submissions-002.json", b"<html>")
    assert ingest()["submissions"].dropped == {"further page damaged": 1}
    last = edgar_folder.columns({"accessionNumber": "0001234567-94-000001", "filingDate": "1994-03-01"})
    edgar_folder.write(root, f"submissions/CIK{ACME.padded}-submissions-002.json", last)
    assert ingest()["submissions"].saved == {"filings": 1}
    assert ingest()["submissions"].outcome == "unchanged"
    with database.read() as connection:
        assert len(filing_index.list_filings(connection, ACME)) == 5


def test_the_directory_knows_both_lists_and_what_is_here_already(
    database: Database, objects: FolderStore, root: Path, ingest: Ingest
) -> None:
    ingest()
    directory = TickerDirectory(database, objects, FolderSource(root))
    assert directory.company("acme/b").cik == ACME
    assert directory.company("OLD").name == "Older List Corp"
    assert directory.company("1234567").name == "Acme Anvils, Inc."
    assert directory.company("4242").name == "CIK 4242"
    for name in ("company_tickers", "company_tickers_exchange"):
        (root / f"files/{name}.json").unlink()
    alone = TickerDirectory(database, objects, FolderSource(root))
    assert alone.company("ACME").name == "Acme Anvils, Inc."
    with pytest.raises(NotFound):
        alone.company("OLD")


def test_names_and_forms_are_checked_before_anything_is_done() -> None:
    assert parse_names(["aapl", " aapl ", "BRK.B", "320193"]) == ["aapl", "BRK.B", "320193"]
    for wrong in ("", "not a ticker", "12345678901"):
        with pytest.raises(InvalidIdentifier):
            parse_names(["AAPL", wrong])
    assert parse_forms(" 10-k, 8-K,10-K/A,10-K,") == ("10-K", "8-K", "10-K/A")
    for wrong in ("", ",", "10_K", "10-K;8-K", "10-K," + "X" * 30):
        with pytest.raises(InvalidRequest):
            parse_forms(wrong)


@pytest.mark.mirror
def test_apple_as_the_sec_has_it(database: Database, objects: FolderStore) -> None:
    reports = list(
        ingest_company(database, objects, FolderSource(MIRROR), None, "aapl", forms=("10-K",), since=date(2024, 1, 1))
    )
    assert [report.outcome for report in reports] == ["saved"] * 4
    assert reports[1].saved == {"facts": 24579}
    with database.read() as connection:
        row = connection.execute(
            sa.text(
                "select value, accession, form from financial_metrics join concepts using (concept_id)"
                " join dimension_sets using (dimensions_id) where members = '{}'"
                " and tag = 'RevenueFromContractWithCustomerExcludingAssessedTax' and period_start = '2023-10-01'"
                " and period_end = '2024-09-28' and filed_on = '2024-11-01'"
            )
        ).one()
    assert tuple(row) == (Decimal(391035000000), "0000320193-24-000123", "10-K")
