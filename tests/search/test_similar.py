"""Companies alike, over small annual reports of companies that do not exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from db.companies import save_company
from db.engine import Connection, Database
from db.search.embeddings import find_model
from db.search.similarity import refresh_similarity
from tests.parse.documents import heading, page, paragraph
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.analysis.search.similar_json import SimilarCompaniesAnswer, similar_document
from workbench.domain.as_of import today
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession, Cik, Company
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ingest.search.passages import embed_missing
from workbench.search.similar import similar_companies

BAKER, MILLER, BANK, TAILOR = (
    Company(Cik(number), name, sic=sic)
    for number, name, sic in ((11, "Baker", "2050"), (12, "Miller", "2041"), (13, "Bank", "6021"), (14, "Tailor", None))
)
BREAD = "We bake bread and rolls from wheat flour in ovens and sell them in bakeries and to grocery stores every morning. "
FLOUR = "We mill wheat and rye into flour for bread and sell it to bakeries and grocery stores which bake with it. "
LOANS = "We take deposits and lend money to households and firms as mortgages and credit cards and earn interest on it. "
CLOTH = "We sew suits and shirts of wool and cotton to measure and sell them in our shops in large cities. "
MODEL = WordLlamaEmbedder().model


def report(connection: Connection, objects: FolderStore, company: Company, day: date, words: str) -> None:
    content = page(
        heading("PART I"), heading("Item 1. Business"), paragraph(words * 8), heading("Item 1A. Risk Factors"),
        paragraph("Our shares may fall and our suppliers may be late. " * 12), heading("Item 2. Properties"), paragraph(),
    )  # fmt: skip
    index_document(
        connection,
        objects,
        content,
        NewDocument(
            name=f"{company.name}-{day}.htm",
            origin="filing",
            sha256=archive.store(objects, content),
            form="10-K",
            cik=company.cik,
            accession=Accession(f"{company.cik.number:010d}-{day:%y}-000001"),
            filed_on=day,
        ),
    )


@pytest.fixture
def saved(database: Database, tmp_path: Path) -> Database:
    """The baker was a bank until 2023."""
    objects = FolderStore(tmp_path / "objects")
    with database.write() as connection:
        for company in (BAKER, MILLER, BANK, TAILOR):
            save_company(connection, company)
        report(connection, objects, BAKER, date(2022, 3, 1), LOANS)
        report(connection, objects, BAKER, date(2024, 3, 1), BREAD)
        report(connection, objects, MILLER, date(2022, 2, 1), FLOUR)
        report(connection, objects, BANK, date(2022, 2, 1), LOANS.replace("households", "families"))
        report(connection, objects, TAILOR, date(2023, 2, 1), CLOTH)
    embed_missing(database, WordLlamaEmbedder())
    return database


def names(connection: Connection, company: Company, as_of: date | None = None) -> list[str]:
    return [one.company.name for one in similar_companies(connection, MODEL, company, as_of=as_of)]


def test_by_what_they_say_and_are_as_of_any_day(saved: Database) -> None:
    with saved.read() as connection:
        assert names(connection, BAKER)[0] == "Miller"
        assert set(names(connection, BAKER)) == {"Miller", "Bank", "Tailor"}
        found = similar_companies(connection, MODEL, BAKER)
        assert found == similar_companies(connection, MODEL, BAKER, as_of=today())
        miller = found[0]
        assert miller.industry_similarity == 0.5
        assert miller.size_similarity is None
        assert miller.document is not None
        assert miller.document.filed_on == date(2022, 2, 1)
        then = similar_companies(connection, MODEL, BAKER, as_of=date(2022, 12, 31))
        text = {one.company.name: one.text_similarity for one in then}
        assert text["Bank"] is not None
        assert text["Miller"] is not None
        assert text["Bank"] > 0.95 > text["Miller"]
        assert "Tailor" not in text
        assert similar_companies(connection, MODEL, TAILOR, as_of=date(2022, 12, 31)) == []


def test_the_passages_are_citations_of_both(saved: Database) -> None:
    with saved.read() as connection:
        (miller,) = similar_companies(connection, MODEL, BAKER, limit=1)
    pair = miller.passages[0]
    assert "bake bread" in pair.own.text
    assert "mill wheat" in pair.other.text
    assert (pair.own.item, pair.other.item) == ("1", "1")
    assert pair.other.accession == Accession("0000000012-22-000001")
    assert 0.6 <= pair.similarity <= 1
    answer = similar_document(BAKER, None, [miller])
    TypeAdapter(SimilarCompaniesAnswer).validate_python(answer)


def test_refreshing_again_changes_nothing_and_new_reports_count(saved: Database, tmp_path: Path) -> None:
    with saved.write() as connection:
        model = find_model(connection, MODEL)
        assert model is not None
        assert refresh_similarity(connection, model) == 0
        report(connection, FolderStore(tmp_path / "objects"), TAILOR, date(2024, 2, 1), BREAD)
    embed_missing(saved, WordLlamaEmbedder())
    with saved.read() as connection:
        found = {one.company.name: one.text_similarity for one in similar_companies(connection, MODEL, BAKER)}
    assert found["Tailor"] == pytest.approx(1, abs=1e-5)


def test_without_any_report_the_industry_is_left(saved: Database) -> None:
    with saved.write() as connection:
        save_company(connection, Company(Cik(15), "Pastry cook", sic="2052"))
        found = similar_companies(connection, MODEL, Company(Cik(15), "Pastry cook", sic="2052"))
    assert [(one.company.name, one.industry_similarity, one.text_similarity) for one in found] == [
        ("Baker", 0.75, None), ("Miller", 0.5, None),
    ]  # fmt: skip
    assert found[0].passages == ()
