"""Inline facts in the database: with their dimensions, once, and where each is printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.companies import resolve
from db.engine import Database
from db.facts.elements import origins
from db.facts.loading import count_facts
from db.facts.segments import breakdowns
from db.filings.documents import get_document
from db.filings.filing_index import indexed_documents
from tests import edgar_folder, inline_filing
from tests.conftest import MIRROR
from tests.inline_filing import ACCESSION, ACME, ELEMENTS, ingest
from tests.parse.inline_documents import label_linkbase
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Accession, Cik
from workbench.domain.measures.provenance import NoElement
from workbench.ingest.filings.documents import read_text
from workbench.parse.xbrl.companyfacts import parse_company_facts
from workbench.parse.xbrl.inline_xbrl import READER, parse_inline_xbrl


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return inline_filing.build(tmp_path / "edgar")


def _fact(**changes: object) -> SourceFact:
    values = {
        "concept": "us-gaap:Revenues", "unit": "USD", "period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31),
        "value": Decimal(5_000_000), "accession": ACCESSION.text, "form": "10-K", "filed_on": date(2024, 2, 1),
    } | changes  # fmt: skip
    return SourceFact(**values)  # type: ignore[arg-type]


def test_a_filing_brings_the_facts_that_companyfacts_lack_and_none_twice(
    database: Database, objects: FolderStore, folder: Path
) -> None:
    dropped = ingest(database, objects, folder)
    assert dropped == {"fact of another company": 1, "number that its format cannot be read by": 1}
    with database.read() as connection:
        rows = connection.execute(
            sa.text(
                "select tag, members, value from financial_metrics join concepts using (concept_id)"
                " join dimension_sets using (dimensions_id) where period_end = '2023-12-31' order by tag, value"
            )
        ).all()
        elements = connection.scalar(sa.text("select count(*) from fact_elements"))
    assert [(row.tag, row.members, row.value) for row in rows] == [
        ("Assets", {}, 1_000_000),
        ("EarningsPerShareDiluted", {}, Decimal("1.23")),
        ("Hammers", {}, 12),
        ("Revenues", {"us-gaap:StatementBusinessSegmentsAxis": "acme:HandAndPowerHammersMember"}, 1_800_000),
        ("Revenues", {"us-gaap:StatementBusinessSegmentsAxis": "acme:AnvilsMember"}, 3_200_000),
        ("Revenues", {}, 5_000_000),
    ]
    assert elements == ELEMENTS


def test_the_year_on_the_cover_names_all_years(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    cover = b'<ix:nonNumeric name="dei:DocumentFiscalYearFocus" contextRef="year">2022</ix:nonNumeric></ix:hidden>'
    report = inline_filing.REPORT.replace(b"</ix:hidden>", cover)
    ingest(database, objects, inline_filing.build(tmp_path / "edgar", report))
    with database.read() as connection:
        stated = connection.execute(sa.text("select accession, fiscal_year, is_from_document from stated_fiscal_years")).all()
        (found,) = breakdowns(connection, resolve(connection, "ACME"))
    assert (ACCESSION.text, 2022, True) in stated
    assert found.period_labels == ("FY 2022",)


def test_again_changes_nothing_and_a_document_indexed_before_is_read_from_the_archive(
    database: Database, objects: FolderStore, folder: Path
) -> None:
    ingest(database, objects, folder)
    with database.write() as connection:
        before = count_facts(connection, ACME)
        connection.execute(sa.text("delete from inline_readings"))
        connection.execute(sa.text("delete from fact_elements"))
    ingest(database, objects, folder)
    ingest(database, objects, folder, again=True)
    with database.read() as connection:
        assert count_facts(connection, ACME) == before
        assert connection.scalar(sa.text("select count(*) from fact_elements")) == ELEMENTS
        assert indexed_documents(connection, ACME)[ACCESSION, edgar_folder.DOCUMENT].inline_reader == READER


def test_a_fact_is_shown_where_it_is_printed_or_the_reason_is_said(
    database: Database, objects: FolderStore, folder: Path
) -> None:
    ingest(database, objects, folder)
    asked = [
        _fact(),
        _fact(concept="us-gaap:Assets", period_start=None, value=Decimal("1000000.0")),
        _fact(concept="acme:Hammers", period_start=None, unit="pure", value=Decimal(12)),
        _fact(value=Decimal(5_000_001)),
        _fact(accession="0001234567-99-000003"),
    ]
    with database.read() as connection:
        found = origins(connection, ACME, asked)
        text = read_text(objects, get_document(connection, ACCESSION))
    assert [origin.reason for origin in found] == [
        None, None, NoElement.HIDDEN, NoElement.NOT_IN_DOCUMENT, NoElement.FILING_NOT_ARCHIVED,
    ]  # fmt: skip
    revenue, assets = found[0].element, found[1].element
    assert revenue is not None
    assert (revenue.element_id, revenue.text, text[revenue.start : revenue.end]) == ("f-1", "5.0", "5.0")
    assert text[: revenue.start].endswith("Revenue\t$")
    assert assets is not None
    assert assets.text == "1,000"
    assert found[4].elsewhere == revenue
    with database.read() as connection:
        assert origins(connection, ACME, asked[4:], as_of=date(2024, 1, 31))[0].elsewhere is None


@pytest.mark.parametrize("name", ["acme-20231231_lab.xml", "acme-20231231.xsd"])
def test_members_are_called_what_the_filing_calls_them(
    database: Database, objects: FolderStore, folder: Path, name: str
) -> None:
    beside = f"Archives/edgar/data/{ACME.number}/{ACCESSION.compact}/{name}"
    edgar_folder.write(folder, beside, label_linkbase(HandAndPowerHammersMember="Hammers &amp; more", OtherMember="Other"))
    ingest(database, objects, folder)
    with database.read() as connection:
        (found,) = breakdowns(connection, resolve(connection, "ACME"))
    assert [row.label for row in found.rows] == ["Anvils", "Hammers & more"]


def test_labels_that_cannot_be_read_cost_no_filing(database: Database, objects: FolderStore, folder: Path) -> None:
    beside = f"Archives/edgar/data/{ACME.number}/{ACCESSION.compact}/acme-20231231_lab.xml"
    edgar_folder.write(folder, beside, b"<html><p>Gone</html>")
    assert ingest(database, objects, folder)["labels of members could not be read"] == 1
    with database.read() as connection:
        assert len(breakdowns(connection, resolve(connection, "ACME"))) == 1


def test_plain_and_broken_documents_keep_their_text(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    root = edgar_folder.build(tmp_path / "edgar")
    ingest(database, objects, root)
    with database.read() as connection:
        assert origins(connection, ACME, [_fact()])[0].reason is NoElement.NO_INLINE_XBRL
    inline_filing.build(root, inline_filing.REPORT.replace(b"</html>", b""))
    with database.write() as connection:
        connection.execute(sa.text("delete from documents"))
    assert ingest(database, objects, root) == {"the inline XBRL document is not well-formed": 1}
    with database.read() as connection:
        assert origins(connection, ACME, [_fact()])[0].reason is NoElement.NOT_READ


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("document", "facts"),
    [
        ("1045810/000104581025000023/nvda-20250126", 580),
        ("104169/000010416925000021/wmt-20250131", 513),
        ("1652044/000165204425000014/goog-20241231", 607),
        ("63908/000006390824000072/mcd-20231231", 558),
        ("80424/000008042425000076/pg-20250630", 586),
        ("320193/000032019324000123/aapl-20240928", 431),
        ("320187/000032018725000047/nke-20250531", 440),
    ],
)
def test_facts_without_dimensions_are_those_of_companyfacts(document: str, facts: int) -> None:
    filer, folder, _ = document.split("/")
    cik, accession = Cik(int(filer)), Accession.parse(folder)
    inline = parse_inline_xbrl((MIRROR / f"Archives/edgar/data/{document}.htm").read_bytes())
    assert inline is not None
    theirs: dict[tuple[object, ...], set[Decimal]] = {}
    ours: dict[tuple[object, ...], set[Decimal]] = {}
    content = (MIRROR / f"api/xbrl/companyfacts/CIK{cik.padded}.json").read_bytes()
    for fact in parse_company_facts(content, cik).facts:
        if fact.accession == accession:
            theirs.setdefault((fact.concept, fact.unit, fact.period_start, fact.period_end), set()).add(fact.value)
    for marked in inline.facts:
        if not marked.dimensions and marked.value is not None:
            key = (marked.concept, marked.unit, marked.period_start, marked.period_end)
            ours.setdefault(key, set()).add(marked.value)
    assert len(theirs) == facts
    assert [key for key, values in theirs.items() if not values & ours.get(key, set())] == []
