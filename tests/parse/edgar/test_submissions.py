"""Submissions: the company, its filings, and what becomes of odd ones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from tests import edgar_folder
from tests.conftest import MIRROR
from tests.parse.xbrl.test_companyfacts import damaged
from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Accession, Cik, FormerName, Listing, Ticker
from workbench.parse.edgar.submissions import parse_submissions, parse_submissions_page

ACME = Cik(edgar_folder.CIK)


def parse(**changes: Any) -> Any:
    return parse_submissions(json.dumps(edgar_folder.submissions(**changes)).encode(), ACME)


def table(*rows: dict[str, Any], **columns: Any) -> bytes:
    return json.dumps(edgar_folder.columns(*rows) | columns).encode()


def test_the_company_and_its_filings() -> None:
    parsed = parse()
    company = parsed.company
    assert (company.name, company.label, company.fiscal_year_end) == ("Acme Anvils, Inc.", "ACME", "1231")
    assert company.listings == (Listing(Ticker("ACME"), "NYSE"), Listing(Ticker("ACME-B"), None))
    assert company.former_names == (FormerName("Acme Hammers", date(1999, 5, 1), date(2005, 1, 2)),)
    annual, results, old = parsed.recent.filings
    assert annual.accession == Accession(edgar_folder.ACCESSION)
    assert annual.report_on == date(2023, 12, 31)
    assert annual.accepted_at == datetime(2024, 2, 1, 21, 30, tzinfo=UTC)
    assert annual.is_xbrl
    assert not annual.is_inline_xbrl
    assert results.items == ("2.02", "9.01")
    assert (old.form, old.primary_document, old.report_on) == ("10-K405", None, None)


def test_rows_that_cannot_be_filings_are_counted() -> None:
    good = {"accessionNumber": edgar_folder.ACCESSION}
    rows = [
        good,
        good | {"accessionNumber": "x"},
        good | {"form": ""},
        good | {"filingDate": "soon"},
        good | {"form": "10\0K"},
    ]
    parsed = parse_submissions_page(table(*rows), ACME)
    assert len(parsed.filings) == 1
    assert parsed.dropped == {
        "filing with an accession number that is none": 1,
        "filing without a form": 2,
        "filing without a date": 1,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cik": "7"}, "that of CIK 7"),
        ({"cik": None}, "names no company"),
        ({"name": " "}, "no name"),
        ({"filings": None}, "not a JSON object"),
        ({"filings": {"recent": []}}, "not a JSON object"),
        ({"filings": {"recent": {"form": []}}}, "accessionNumber is missing"),
    ],
)
def test_a_page_that_is_none_is_one_clear_error(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedDocument, match=said):
        parse(**changes)


def test_columns_of_different_lengths_are_damage_and_missing_optional_ones_are_not() -> None:
    with pytest.raises(MalformedDocument, match="form has 1 rows where accessionNumber has 2"):
        parse_submissions_page(table({}, {}, form=["10-K"]), ACME)
    columns = edgar_folder.columns({"accessionNumber": edgar_folder.ACCESSION})
    small = {name: columns[name] for name in ("accessionNumber", "form", "filingDate")}
    (filing,) = parse_submissions_page(json.dumps(small).encode(), ACME).filings
    assert (filing.primary_document, filing.items, filing.size_bytes) == (None, (), None)


def test_an_html_page_is_told_as_such() -> None:
    with pytest.raises(MalformedDocument, match="received an HTML page instead of JSON"):
        parse_submissions(b"\n<html></html>", ACME)


@settings(max_examples=150, deadline=None)
@given(content=damaged(edgar_folder.submissions()))
def test_no_damage_ends_in_anything_but_filings_or_one_clear_error(content: bytes) -> None:
    try:
        parsed = parse_submissions(content, ACME)
    except MalformedDocument:
        return
    texts = [parsed.company.name, *(filing.form for filing in parsed.recent.filings)]
    assert all(text.isprintable() for text in texts)


@pytest.mark.mirror
def test_pages_of_real_companies() -> None:
    def page(name: str) -> bytes:
        return (MIRROR / "submissions" / name).read_bytes()

    alphabet = parse_submissions(page("CIK0001652044.json"), Cik(1652044))
    assert [str(listing.ticker) for listing in alphabet.company.listings] == ["GOOGL", "GOOG"]
    assert alphabet.pages == ("CIK0001652044-submissions-001.json",)
    apple = parse_submissions(page("CIK0000320193.json"), Cik(320193))
    annual = next(filing for filing in apple.recent.filings if filing.accession == Accession("0000320193-24-000123"))
    assert (annual.form, annual.filed_on, annual.report_on) == ("10-K", date(2024, 11, 1), date(2024, 9, 28))
    assert annual.primary_document == "aapl-20240928.htm"
    assert len(parse_submissions_page(page("CIK0001318605-submissions-001.json"), Cik(1318605)).filings) == 720
    person = parse_submissions(page("CIK0001033331.json"), Cik(1033331)).company
    assert (person.listings, person.label) == ((), "CIK 1033331")
