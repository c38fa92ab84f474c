"""Restatements are stored ahead, and what is stored is what the facts would give again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import get_companies, known_ciks, save_company
from db.engine import Database
from db.facts.elements import save_elements
from db.screens.company_metrics import refresh_company, stale_companies
from db.statements import restatements as module
from db.statements import stored_restatements
from db.statements.as_known import refresh_statements
from db.statements.restatements import refresh_restatements, restatements
from db.statements.stored_restatements import latest_restatements, stored_list
from db.tables import documents
from tests.db.statements.test_memo import ACME, load
from workbench.domain.facts.fact import Concept
from workbench.domain.facts.restatements import Change
from workbench.domain.measures.provenance import PlacedFact


@pytest.mark.mirror
def test_what_is_stored_of_every_recorded_company_is_what_its_facts_give(recorded: Database) -> None:
    days = (None, date(2010, 2, 1), date(2014, 6, 30), date(2020, 12, 31), date(2009, 1, 1))
    with recorded.engine.connect() as connection:
        for company in get_companies(connection, known_ciks(connection)):
            computed = {day: restatements(connection, company, day) for day in days}
            page = restatements(connection, company, None, kinds=[Change.SPLIT], since=date(2015, 1, 1), limit=3, offset=1)
            assert refresh_restatements(connection, company.cik)
            assert not refresh_restatements(connection, company.cik)
            for day in days:
                assert stored_list(connection, company, day) == computed[day], (company.label, day)
            asked = {"kinds": [Change.SPLIT], "since": date(2015, 1, 1), "limit": 3, "offset": 1}
            assert stored_list(connection, company, None, **asked) == page  # type: ignore[arg-type]
        connection.rollback()


@pytest.fixture
def filed(connection: sa.Connection) -> sa.Connection:
    save_company(connection, ACME)
    load(connection, 2021, 7_724_000_000)
    load(connection, 2021, 7_700_000_000, filed=2022)
    return connection


def test_a_stored_list_is_read_instead_of_computed(filed: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_restatements(filed, ACME.cik)
    expected = restatements(filed, ACME)
    monkeypatch.setattr(module, "_computed", lambda *_: pytest.fail("computed again"))
    assert restatements(filed, ACME) == expected


def test_the_latest_of_all_companies_are_as_of_a_day_and_never_stale(filed: sa.Connection) -> None:
    refresh_restatements(filed, ACME.cik)
    entries = latest_restatements(filed, limit=10)
    assert {cik for cik, _ in entries} == {ACME.cik}
    assert [entry for _, entry in entries] == list(restatements(filed, ACME).restated)  # one company, one filing
    changed = {(entry.foremost.before.value, entry.foremost.after.value) for _, entry in entries}
    assert (Decimal(7_724_000_000), Decimal(7_700_000_000)) in changed
    day = entries[0][1].foremost.after.filed_on
    kinds = sorted({kind for _, entry in entries for kind in entry.kinds})
    assert latest_restatements(filed, as_of=day, since=day, kinds=kinds, limit=10) == entries
    assert latest_restatements(filed, as_of=day - timedelta(days=1), limit=10) == []
    assert latest_restatements(filed, since=day + timedelta(days=1), limit=10) == []
    assert latest_restatements(filed, kinds=[Change.SPLIT], limit=10) == []
    assert latest_restatements(filed, limit=10, offset=1) == entries[1:]
    load(filed, 2022, 8_000_000_000)
    assert latest_restatements(filed, limit=10) == []


def test_new_facts_and_new_rules_end_it(filed: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_restatements(filed, ACME.cik)
    with monkeypatch.context() as context:
        context.setattr(stored_restatements, "RULES", "others")
        assert stored_list(filed, ACME, None) is None
    assert stored_list(filed, ACME, None) is not None
    load(filed, 2023, 108_000_000)
    assert stored_list(filed, ACME, None) is None
    assert refresh_restatements(filed, ACME.cik)


def test_the_precision_that_a_document_states_decides_and_ends_it(filed: sa.Connection) -> None:
    """Revenue of 7,700 million is exact, as a total is, unless the document marks it as exact to a hundred million."""

    def kinds() -> list[Change]:
        return [one.kind for one in restatements(filed, ACME).changes if one.after.concept == "us-gaap:Revenues"]

    assert kinds() == [Change.RECLASSIFICATION]
    refresh_restatements(filed, ACME.cik)
    accession, day = "0000000007-23-000001", date(2023, 2, 20)
    row = {
        "origin": "filing", "name": "a.htm", "form": "10-K", "cik": 7, "accession": accession, "filed_on": day,
        "sha256": "a", "text_sha256": "b", "extractor": "x", "chars": 9,
    }  # fmt: skip
    number = filed.scalar(sa.insert(documents).values(row).returning(documents.c.document_id))
    year = date(2021, 1, 1), date(2021, 12, 31)
    marked = PlacedFact("f1", Concept("us-gaap", "Revenues"), "USD", *year, (), Decimal(7_700_000_000), -8, 0, 5, "7,700")
    assert number is not None
    save_elements(filed, number, [marked], sha256="a", reader="x", outcome="read")
    assert stored_list(filed, ACME, None) is None
    assert kinds() == [Change.ROUNDING]


def test_a_company_without_a_stored_list_is_stale(filed: sa.Connection) -> None:
    refresh_company(filed, ACME.cik)
    refresh_statements(filed, ACME.cik)
    assert stale_companies(filed) == [ACME.cik]
    refresh_restatements(filed, ACME.cik)
    assert stale_companies(filed) == []


def test_before_the_first_filing_the_answer_is_unknown(filed: sa.Connection) -> None:
    first = restatements(filed, ACME).filings_from
    assert first is not None
    for _ in range(2):
        assert not restatements(filed, ACME, first - timedelta(days=1)).is_known
        assert restatements(filed, ACME, first).is_known
        refresh_restatements(filed, ACME.cik)
