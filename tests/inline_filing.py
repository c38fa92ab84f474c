"""Acme's annual report as inline XBRL, ingested: a company that does not exist, with one segment."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from db.engine import Database
from tests import edgar_folder
from tests.parse.inline_documents import context, document, explicit, number
from workbench.domain.identity import Accession, Cik
from workbench.ingest.companies import ingest_company
from workbench.ports import ObjectStore
from workbench.sources.folder import FolderSource

ACME = Cik(edgar_folder.CIK)
ACCESSION = Accession(edgar_folder.ACCESSION)
_POINT = 'format="ixt:num-dot-decimal"'


def _segment(name: str) -> str:
    return explicit("us-gaap:StatementBusinessSegmentsAxis", f"acme:{name}Member")


REPORT = document(
    "<p>FORM 10-K</p><p>Item 1. Business</p><p>Anvils and hammers.</p><p>Item 8. Financial Statements</p>"
    "<table><tr><td>Revenue</td><td>$</td><td>"
    + number("5.0", more=f'scale="6" {_POINT}', ident="f-1")
    + "</td></tr><tr><td>of which anvils</td><td>$</td><td>"
    + number("3.2", more=f'scale="6" {_POINT}', ident="f-2", at="anvils")
    + "</td></tr><tr><td>of which hammers</td><td>$</td><td>"
    + number("1.8", more=f'scale="6" {_POINT}', ident="f-8", at="hammers")
    + "</td></tr><tr><td>Another</td><td></td><td>"
    + number("1", ident="f-3", at="other")
    + "</td></tr><tr><td>Commitments</td><td></td><td>"
    + number("", ident="f-4", name="us-gaap:CommitmentsAndContingencies", at="instant", more='xsi:nil="true"')
    + "</td></tr></table><p>Twice the assets: "
    + number("1,000", ident="f-5", name="us-gaap:Assets", at="instant", more=f'scale="3" {_POINT}')
    + f".</p><p>Odd: {number('many', ident='f-6')}</p>",
    contexts=context("anvils", members=_segment("Anvils"))
    + context("hammers", members=_segment("HandAndPowerHammers"))
    + context("other", cik=77),
    hidden=number("12", ident="f-7", name="acme:Hammers", unit="pure", at="instant"),
)
ELEMENTS = 6


def build(root: Path, report: bytes = REPORT) -> Path:
    """A folder like EDGAR's with Acme and this report."""
    folder = edgar_folder.build(root)
    path = f"Archives/edgar/data/{ACME.number}/{ACCESSION.compact}/{edgar_folder.DOCUMENT}"
    edgar_folder.write(folder, path, report)
    return folder


def ingest(database: Database, objects: ObjectStore, folder: Path, *, again: bool = False) -> Counter[str]:
    """Ingests Acme from there; returns what was dropped of its filings, by reason."""
    dropped: Counter[str] = Counter()
    for report in ingest_company(database, objects, FolderSource(folder), None, "ACME", again=again):
        if report.kind == "filing":
            dropped.update(report.dropped)
    return dropped
