"""Reports of one company, made up, in which each kind of change occurs once."""

from __future__ import annotations

from datetime import date

from db.companies import save_company
from db.engine import Connection
from db.filings.filing_index import save_filings
from tests.parse.documents import heading, page, paragraph
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ports import ObjectStore

ACME = Company(cik=Cik(1234567), name="Acme Anvils, Inc.", listings=(Listing(Ticker("ACME"), "NYSE"),), sic="3390")
OLD, NEW = Accession("0001234567-23-000010"), Accession("0001234567-24-000010")
QUARTERS = Accession("0001234567-23-000020"), Accession("0001234567-24-000020")
AMENDED = Accession("0001234567-24-000030")

PORT = "A strike at the port of Oakland could delay the steel that we import from our suppliers in Asia."
DOLLAR = "A stronger dollar lowers what our sales abroad are worth."
STAFF = "We compete for smiths with larger employers, and may not keep the people on whom we depend."
DEBT = "As of December 31, 2022, we owed $12.5 million, all of it due in 2026."
CLOUD = "We rent computers from one provider of cloud services; an outage there would stop our shop."

OLD_RISKS = (PORT, DOLLAR, STAFF, DEBT)
NEW_RISKS = (PORT.replace("port of Oakland", "ports of Oakland and Long Beach"), CLOUD, DEBT.replace("2022", "2023"), DOLLAR)


def annual(risks: tuple[str, ...]) -> bytes:
    """A 10-K with these paragraphs as its risk factors."""
    body = [paragraph(risk) for risk in risks]
    return page(
        heading("PART I"), heading("Item 1. Business"), paragraph(), heading("Item 1A. Risk Factors"), *body,
        heading("Item 2. Properties"), paragraph("One forge."),
    )  # fmt: skip


def quarterly(risk: str) -> bytes:
    """A 10-Q with an Item 1 in both of its parts."""
    return page(
        heading("PART I"), heading("Item 1. Financial Statements"), paragraph(f"Sales grew. {risk}"),
        heading("PART II"), heading("Item 1. Legal Proceedings"), paragraph("None."),
        heading("Item 1A. Risk Factors"), paragraph(risk),
    )  # fmt: skip


def save(connection: Connection, objects: ObjectStore) -> None:
    """Two annual reports, two quarterly ones and an amendment, indexed."""
    save_company(connection, ACME)
    for accession, form, day, content in (
        (OLD, "10-K", date(2023, 2, 1), annual(OLD_RISKS)),
        (QUARTERS[0], "10-Q", date(2023, 5, 1), quarterly(PORT)),
        (NEW, "10-K", date(2024, 2, 1), annual(NEW_RISKS)),
        (AMENDED, "10-K/A", date(2024, 3, 1), annual((PORT,))),
        (QUARTERS[1], "10-Q", date(2024, 5, 1), quarterly(CLOUD)),
    ):
        name = f"acme-{day:%Y%m%d}.htm"
        save_filings(connection, [Filing(ACME.cik, accession, form, day, primary_document=name)])
        index_document(
            connection,
            objects,
            content,
            NewDocument(
                name=name,
                origin="filing",
                sha256=archive.store(objects, content),
                form=form,
                cik=ACME.cik,
                accession=accession,
                filed_on=day,
            ),
        )
