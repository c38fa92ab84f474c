"""Loading the starter data: whole or not at all a company, once, and never over what a user brought in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import get_company, loaded_part, resolve, save_company
from db.engine import Database
from db.facts.fiscal_years import fiscal_year_offsets_of
from db.facts.loading import count_facts, load_facts
from db.filings.documents import get_document_by_id
from db.filings.filing_index import list_filings
from db.market.prices import price_series
from tests.conftest import MIRROR
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidIdentifier, InvalidRequest, MalformedDocument, NotFound
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.fiscal_years import StatedYear, YearOffset
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.ingest import archive
from workbench.ingest.facts.companyfacts import ingest_facts
from workbench.ingest.filings.documents import read_text
from workbench.ingest.search.passages import embed_missing
from workbench.ingest.starter import is_empty, load_starter
from workbench.ingest.starter.build import build_starter
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import StarterCompany, ciks, decode, encode
from workbench.search.hybrid import SearchMode, SearchQuery, search
from workbench.sources.folder import FolderSource


def company(number: int, ticker: str) -> StarterCompany:
    cik, accession = Cik(number), Accession(f"{number:010d}-25-000001")
    filing = Filing(cik, accession, "10-K", date(2025, 2, 14), date(2024, 12, 31))
    revenue = Fact(
        cik, Concept("us-gaap", "Revenues"), "USD", date(2024, 1, 1), date(2024, 12, 31), Decimal(number), accession, "10-K",
        date(2025, 2, 14),
    )  # fmt: skip
    return StarterCompany(Company(cik, f"Company {number}", (Listing(Ticker(ticker)),)), (filing,), (revenue,))


THREE = encode([company(11, "AAA"), company(22, "BBB"), company(33, "CCC")])


def test_fiscal_years_bear_the_names_that_reports_state(database: Database, objects: FolderStore) -> None:
    # The Home Depot's pattern: the year to 2024-01-28 is fiscal 2023.
    stated = StatedYear("0000000011-25-000001", date(2024, 1, 28), 2023, 0, date(2024, 3, 13))
    load_starter(database, objects, content=encode([replace(company(11, "AAA"), stated_years=(stated,))]))
    with database.read() as connection:
        offsets = fiscal_year_offsets_of(connection, Cik(11), None)
    assert offsets == [YearOffset(date(2024, 1, 28), date(2024, 3, 13), -1)]


def everything(database: Database) -> list[tuple[object, ...]]:
    """Every fact with its names in place of ids, in one order."""
    query = """
        select m.cik, taxonomy, tag, unit, members::text, period_start, period_end, filed_on, value::text, accession, form
        from financial_metrics m join concepts using (concept_id) join units using (unit_id)
        join dimension_sets using (dimensions_id)
        order by 1, 2, 3, 4, 7, 6, 10
    """
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_companies_filings_facts_and_prices_are_there(database: Database, objects: FolderStore) -> None:
    assert is_empty(database)
    steps: list[tuple[int, int]] = []
    reports = load_starter(database, objects, content=THREE, progress=lambda done, total: steps.append((done, total)))
    assert [(report.subject, report.outcome) for report in reports] == [
        ("bokeh-sampledata", "saved"), ("AAA", "saved"), ("BBB", "saved"), ("CCC", "saved"),
    ]  # fmt: skip
    assert steps == [(1, 4)] * 4
    with database.read() as connection:
        assert resolve(connection, "bbb").cik == Cik(22)
        assert [filing.form for filing in list_filings(connection, Cik(22))] == ["10-K"]
        assert price_series(connection, Ticker("GOOGL")).bars[-1].close == Decimal("806.19")
    assert [row[8] for row in everything(database)] == ["11", "22", "33"]


def test_loading_again_changes_nothing(database: Database, objects: FolderStore) -> None:
    load_starter(database, objects, content=THREE)
    before = everything(database)
    again = load_starter(database, objects, content=THREE)
    assert [report.outcome for report in again] == ["unchanged", "skipped", "skipped", "skipped"]
    assert everything(database) == before


class Stopped(Exception):
    """Stands for Ctrl-C, a killed process or a lost server: nothing after it runs."""


def test_an_interrupted_load_goes_on_where_it_stopped(database: Database, objects: FolderStore) -> None:
    steps = 0

    def stop_after_the_first_company(_done: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise Stopped

    def counts() -> list[int]:
        with database.read() as connection:
            return [count_facts(connection, Cik(number)) for number in (11, 22, 33)]

    with pytest.raises(Stopped):
        load_starter(database, objects, content=THREE, progress=stop_after_the_first_company)
    assert counts() == [1, 0, 0]
    assert is_empty(database, content=THREE)
    load_starter(database, objects, content=THREE)
    assert counts() == [1, 1, 1]
    assert not is_empty(database, content=THREE)


def test_what_a_user_ingested_is_left_as_it_is(database: Database, objects: FolderStore) -> None:
    newer = Company(Cik(22), "Company 22 under its new name", (Listing(Ticker("NEW")),))
    with database.write() as connection:
        save_company(connection, newer)
        load_facts(connection, Cik(22), [])
    assert not is_empty(database)
    reports = load_starter(database, objects, content=THREE)
    assert [report.outcome for report in reports[1:]] == ["saved", "skipped", "saved"]
    with database.read() as connection:
        assert get_company(connection, Cik(22)) == newer
        assert count_facts(connection, Cik(22)) == 0


def test_a_company_that_cannot_be_read_leaves_nothing_half(database: Database, objects: FolderStore) -> None:
    with pytest.raises(MalformedDocument):
        load_starter(database, objects, content=THREE[: len(THREE) // 2])
    with database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from companies")) == 0


def test_the_file_that_was_loaded_is_archived_under_the_hash_its_rows_name(database: Database, objects: FolderStore) -> None:
    load_starter(database, objects, content=THREE)
    with database.read() as connection:
        known = loaded_part(connection, Cik(11), "starter")
    assert known is not None
    assert archive.load(objects, known[0]) == THREE


def test_the_packaged_file_is_small_and_of_many_kinds() -> None:
    content = packaged_file()
    companies = list(decode(content))
    assert len(content) < 3_000_000
    assert sum(len(each.facts) for each in companies) > 250_000
    labels = {each.company.label for each in companies}
    assert labels >= {"AAPL", "NVDA", "GOOGL", "PG", "WMT", "NKE", "MCD", "COST", "DIS", "SNOW"}
    assert all(filing.description is None for each in companies for filing in each.filings)
    apple = next(each for each in companies if each.company.label == "AAPL")
    revenue = [
        (fact.value, fact.accession.text)
        for fact in apple.facts
        if fact.concept.tag == "RevenueFromContractWithCustomerExcludingAssessedTax"
        and (fact.period_start, fact.period_end) == (date(2023, 10, 1), date(2024, 9, 28))
    ]
    assert (Decimal(391_035_000_000), "0000320193-24-000123") in revenue


def test_composed_passages_are_found_by_search_and_open_at_their_span(database: Database, objects: FolderStore) -> None:
    snowflake = next(each for each in decode(packaged_file()) if each.company.label == "SNOW")
    load_starter(database, objects, content=encode([snowflake]))
    embedder = WordLlamaEmbedder()
    embed_missing(database, embedder)
    with database.read() as connection:
        found = search(connection, embedder, SearchQuery("annual revenue FY 2024", mode=SearchMode.WORDS))
        hit = found.hits[0]
        document = get_document_by_id(connection, hit.document_id)
        earlier = search(connection, embedder, SearchQuery("annual revenue FY 2024", as_of=date(2024, 3, 1)))
    assert hit.title == "Figures of SNOWFLAKE INC., fiscal year 2024 (composed by the workbench from XBRL facts)"
    assert hit.text.startswith("Composed by the workbench from XBRL facts, not written by the company: SNOWFLAKE INC. (SNOW)")
    assert "Revenue was $2.8 billion, 35.9% more than the $2.1 billion of a year before" in hit.text
    assert read_text(objects, document)[hit.start : hit.end] == hit.text
    assert (document.origin, document.accession) == ("composed", None)
    # The annual report of that year was filed on 2024-03-26: nobody knew its figures before.
    assert document.filed_on is not None
    assert document.filed_on >= date(2024, 3, 26)
    assert hit.passage_id not in {each.passage_id for each in earlier.hits}


@pytest.mark.mirror
def test_the_packaged_file_is_what_the_command_builds() -> None:
    names = [str(cik) for cik in ciks(packaged_file())]
    built = build_starter(FolderSource(MIRROR), names)
    assert built.content == packaged_file()
    assert built.dropped == {}


@pytest.mark.mirror
def test_facts_are_those_that_ingesting_the_source_gives(database: Database, objects: FolderStore) -> None:
    source = FolderSource(MIRROR)
    built = build_starter(source, ["SNOW", "MRVL"])
    assert built.missing["submissions of CIK 1640147"] == 1
    load_starter(database, objects, content=built.content)
    from_starter = everything(database)
    assert len(from_starter) == 8163 + 8053
    for each in built.companies:
        assert not any(ingest_facts(database, objects, source, each.company).saved.values())
    assert everything(database) == from_starter


@pytest.mark.mirror
@pytest.mark.parametrize(("names", "error"), [([], InvalidRequest), (["?"], InvalidIdentifier), (["NOSUCH"], NotFound)])
def test_names_that_mean_nothing_are_refused(names: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        build_starter(FolderSource(MIRROR), names)
