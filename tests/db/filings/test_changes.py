"""Which two filings are compared."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.filings.changes import choose_versions, comparable_reports
from tests.two_reports import ACME, AMENDED, NEW, OLD, QUARTERS, save
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.changes import ItemPair
from workbench.domain.identity import Accession, Cik, Company


@pytest.fixture
def saved(connection: sa.Connection, objects: FolderStore) -> sa.Connection:
    save(connection, objects)
    return connection


def chosen(pair: ItemPair) -> tuple[Accession | None, Accession | None]:
    return pair.old.document.accession, pair.new.document.accession


def test_the_newest_annual_report_against_the_one_before(saved: sa.Connection) -> None:
    pair = choose_versions(saved, ACME, "item 1a")
    assert chosen(pair) == (OLD, NEW)
    assert pair.new.section.label == "Part I, Item 1A"
    assert pair.new.passages[0][0] >= pair.new.section.start
    assert pair.new.passages[-1][1] <= pair.new.section.end


def test_a_form_or_one_filing_narrows(saved: sa.Connection) -> None:
    assert chosen(choose_versions(saved, ACME, "1A", form="10-Q")) == QUARTERS
    assert chosen(choose_versions(saved, ACME, "II.1", form="10-Q")) == QUARTERS
    assert chosen(choose_versions(saved, ACME, "1A", old=QUARTERS[0])) == QUARTERS
    assert chosen(choose_versions(saved, ACME, "1A", new=AMENDED)) == (NEW, AMENDED)
    assert chosen(choose_versions(saved, ACME, "1A", old=NEW, new=OLD)) == (NEW, OLD)
    assert chosen(choose_versions(saved, ACME, "1A", old=QUARTERS[0], new=NEW)) == (QUARTERS[0], NEW)


def test_as_of_hides_what_came_later(saved: sa.Connection) -> None:
    assert chosen(choose_versions(saved, ACME, "1A", as_of=date(2024, 2, 1))) == (OLD, NEW)
    with pytest.raises(NotFound, match=r"no 10-K of ACME before 0001234567-23-000010"):
        choose_versions(saved, ACME, "1A", as_of=date(2024, 1, 31))
    with pytest.raises(NotFound, match=r"no filing of ACME with an item 1A is here by 2022-01-01"):
        choose_versions(saved, ACME, "1A", as_of=date(2022, 1, 1))
    with pytest.raises(NotFound, match="came on 2024-02-01, after 2024-01-31"):
        choose_versions(saved, ACME, "1A", new=NEW, as_of=date(2024, 1, 31))


def test_what_can_be_compared(saved: sa.Connection) -> None:
    quarterly, annual = comparable_reports(saved, ACME)
    assert (annual.old.accession, annual.new.accession) == (OLD, NEW)
    assert (quarterly.old.accession, quarterly.new.accession) == QUARTERS
    assert {(one.part, one.item) for one in quarterly.shared} >= {("I", "1"), ("II", "1"), ("II", "1A")}
    assert [pair.new.accession for pair in comparable_reports(saved, ACME, as_of=date(2024, 2, 1))] == [NEW]
    assert comparable_reports(saved, ACME, as_of=date(2024, 1, 31)) == []


def test_what_is_asked_wrongly(saved: sa.Connection) -> None:
    with pytest.raises(InvalidRequest, match="cannot be compared with itself"):
        choose_versions(saved, ACME, "1A", old=NEW, new=NEW)
    with pytest.raises(InvalidRequest, match=r"in several parts; say I\.1 or II\.1"):
        choose_versions(saved, ACME, "1", form="10-Q")
    with pytest.raises(InvalidRequest, match="is not an item"):
        choose_versions(saved, ACME, "risks")
    with pytest.raises(NotFound, match="the filing has no item 7"):
        choose_versions(saved, ACME, "7", new=NEW)
    with pytest.raises(NotFound, match="ACME has no filing 0000000001-24-000001"):
        choose_versions(saved, ACME, "1A", new=Accession("0000000001-24-000001"))
    with pytest.raises(InvalidRequest, match="is not a filing of CIK 5"):
        choose_versions(saved, Company(Cik(5), "Five"), "1A", new=NEW)
