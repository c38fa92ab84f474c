"""What added documents are about: understood when they are added, corrected by their users, and used by the search."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.filings.own_documents import own_documents
from db.tables import document_statements, document_subjects, passages
from tests.parse.pdfs import pdf
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker
from workbench.ingest.filings.upload_subjects import Correction, correct_document
from workbench.ingest.filings.uploads import Description, add_document
from workbench.search.hybrid import SearchMode, SearchQuery, search

COVER = [
    "FORM 10-K", "", "For the fiscal year ended December 31, 2022", "", "Orchard Foods, Inc.",
    "(Exact name of registrant as specified in its charter)",
]  # fmt: skip
BUSINESS = ["Item 1. Business", "", "We grow and sell walnuts in forty countries, and press oil from some."]


def _add(
    database: Database, objects: FolderStore, name: str, pages: list[list[str]], description: Description | None = None
) -> str:
    added = add_document(database, objects, content=pdf(pages), name=name, description=description)
    return str(added.document.document.document_id)


def test_a_document_without_a_company_here_is_somebodys(database: Database, objects: FolderStore) -> None:
    _add(database, objects, "orchard-2022.pdf", [COVER, BUSINESS])
    with database.read() as connection:
        (own,) = own_documents(connection)
    assert own.subject is not None
    assert (own.company, own.subject.company, own.document.form) == (None, "Orchard Foods, Inc.", "10-K")
    assert own.subject.period == ReportPeriod(2022)
    assert not own.subject.is_corrected


def test_a_company_that_is_here_is_found_by_any_of_its_names(database: Database, objects: FolderStore) -> None:
    with database.write() as connection:
        former = (FormerName("Facebook Inc", None, None),)
        save_company(
            connection, Company(Cik(1326801), "Meta Platforms, Inc.", (Listing(Ticker("META")),), former_names=former)
        )
        save_company(connection, Company(Cik(5), "Metalico Inc", (Listing(Ticker("MEA")),)))
    _add(database, objects, "FACEBOOK_2019_10K.pdf", [["Some pages of an annual report."]])
    _add(database, objects, "notes on metal.pdf", [["Metal prices fell in spring, said a dealer."]])
    with database.read() as connection:
        metal, facebook = own_documents(connection)
        stored = {(row.cik, row.form) for row in connection.execute(sa.select(passages.c.cik, passages.c.form))}
    assert (facebook.company, facebook.document.form, metal.company) == ("META", "10-K", None)
    assert stored == {(1326801, "10-K"), (None, None)}


def test_what_the_user_says_wins(database: Database, objects: FolderStore) -> None:
    with database.write() as connection:
        save_company(connection, Company(Cik(7), "Walnut Growers Inc", (Listing(Ticker("WNUT")),)))
    _add(database, objects, "AMAZON_2017_10K.pdf", [COVER, BUSINESS], Description(company="WNUT", form="memo"))
    with database.read() as connection:
        (own,) = own_documents(connection)
    assert own.subject is not None
    assert (own.company, own.subject.company, own.document.form) == ("WNUT", "Walnut Growers Inc", "MEMO")


def test_a_correction_moves_the_document(database: Database, objects: FolderStore) -> None:
    number = _add(database, objects, "scan.pdf", [["Walnut sales rose by a tenth, and oil by more."], BUSINESS])
    corrected = correct_document(database, objects, number, Correction("Orchard Foods", "10-K", ReportPeriod(2021, None)))
    assert corrected.subject is not None
    assert (corrected.subject.company, corrected.subject.period) == ("Orchard Foods", ReportPeriod(2021))
    assert (corrected.document.form, corrected.subject.is_corrected, corrected.pages) == ("10-K", True, 2)
    with database.read() as connection:
        items = set(connection.scalars(sa.select(passages.c.item)))
        query = SearchQuery("oil of Orchard Foods in 2021", mode=SearchMode.WORDS)
        result = search(connection, WordLlamaEmbedder(), query)
    assert "1" in items
    assert [mention.documents for mention in result.understood.own_companies] == [(int(number),)]
    assert result.hits[0].period == ReportPeriod(2021)
    again = correct_document(database, objects, number, Correction(period=ReportPeriod(2021, 3)))
    assert again.subject is not None
    assert (again.subject.company, again.subject.period) == ("Orchard Foods", ReportPeriod(2021, 3))


def test_adding_a_document_of_earlier_times_again_reads_what_it_is_about(database: Database, objects: FolderStore) -> None:
    _add(database, objects, "orchard.pdf", [COVER, BUSINESS])
    with database.write() as connection:
        for table in (document_subjects, document_statements):
            connection.execute(sa.delete(table))
    added = add_document(database, objects, content=pdf([COVER, BUSINESS]), name="orchard.pdf")
    assert not added.is_new
    assert added.document.subject is not None
    assert added.document.subject.company == "Orchard Foods, Inc."


@pytest.mark.parametrize(
    "question", ["walnuts of Orchard Foods", "ORCHARD FOODS WALNUTS", "What does Orchard say about walnuts?"]
)
def test_questions_name_it(database: Database, objects: FolderStore, question: str) -> None:
    number = _add(database, objects, "orchard-2022.pdf", [COVER, BUSINESS])
    _add(database, objects, "other.pdf", [["Everybody grows walnuts, and sells walnuts, and eats walnuts."]])
    with database.read() as connection:
        result = search(connection, WordLlamaEmbedder(), SearchQuery(question, mode=SearchMode.WORDS))
    assert result.hits[0].document_id == int(number)
