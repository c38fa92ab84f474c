"""Current reports as events, from the index and from the documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.filings.events import list_events, save_document_events
from db.filings.filing_index import save_filings
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.events import EVENT_KINDS, event_kind, is_current_report, parse_event_types
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.parse.items.form_items import form_items

APPLE = Cik(320193)
# Apple's index of filings: results of the fourth quarter of 2024, and the change of finance chief told in August.
RESULTS = Filing(
    APPLE, Accession("0000320193-24-000120"), "8-K", date(2024, 10, 31), date(2024, 10, 31), items=("2.02", "9.01")
)
PEOPLE = Filing(APPLE, Accession("0001140361-24-038601"), "8-K", date(2024, 8, 26), date(2024, 8, 23), items=("5.02", "9.01"))
OLD = Filing(APPLE, Accession("0001104659-04-011111"), "8-K", date(2004, 4, 14), date(2004, 4, 14), items=("12", "9", "7"))
ANNUAL = Filing(APPLE, Accession("0000320193-24-000123"), "10-K", date(2024, 11, 1), items=("2.02",))


@pytest.fixture(autouse=True)
def apple(connection: sa.Connection) -> None:
    save_company(connection, Company(APPLE, "Apple Inc."))
    save_filings(connection, [RESULTS, PEOPLE, OLD, ANNUAL])


def _told(connection: sa.Connection, **narrowed: object) -> list[tuple[date, str, str]]:
    return [(each.filed_on, each.item, each.event_type) for each in list_events(connection, APPLE, **narrowed)]  # type: ignore[arg-type]


def test_each_item_of_each_current_report_is_an_event(connection: sa.Connection) -> None:
    assert _told(connection) == [
        (date(2024, 10, 31), "2.02", "results"),
        (date(2024, 10, 31), "9.01", "exhibits"),
        (date(2024, 8, 26), "5.02", "people"),
        (date(2024, 8, 26), "9.01", "exhibits"),
        (date(2004, 4, 14), "7", "exhibits"),
        (date(2004, 4, 14), "9", "disclosure"),
        (date(2004, 4, 14), "12", "results"),
    ]
    people = list_events(connection, APPLE, types=("people",))[0]
    assert (people.report_on, people.source, people.start) == (date(2024, 8, 23), "index", None)


def test_events_are_asked_for_as_of_a_day(connection: sa.Connection) -> None:
    assert _told(connection, as_of=date(2024, 8, 25)) == _told(connection, since=date(2004, 1, 1), as_of=date(2004, 12, 31))
    assert _told(connection, as_of=date(2024, 8, 26), types=("people",)) == [(date(2024, 8, 26), "5.02", "people")]
    assert len(_told(connection, types=("results",))) == 2
    assert len(_told(connection, items=("2.02",))) == 1


def test_an_item_that_only_the_document_names_is_kept_and_an_unknown_one_said(connection: sa.Connection) -> None:
    assert save_document_events(connection, RESULTS, ["2.02", "9.01", "7.77"]) == 1
    assert save_document_events(connection, RESULTS, ["2.02", "9.01", "7.77"]) == 0
    found = {each.item: (each.event_type, each.source) for each in list_events(connection, APPLE, since=date(2024, 10, 31))}
    assert found == {"2.02": ("results", "both"), "9.01": ("exhibits", "both"), "7.77": ("unknown", "document")}
    save_filings(connection, [RESULTS])
    assert len(list_events(connection, APPLE)) == 8


def test_every_item_of_the_form_is_on_the_list() -> None:
    assert {each.item for each in form_items("8-K")} <= set(EVENT_KINDS)
    assert event_kind("4.02").event_type == "non_reliance"
    assert event_kind("1.01").event_type == "agreement"
    assert event_kind("4").event_type == event_kind("4.01").event_type


def test_forms_and_types() -> None:
    current = ["8-K", "8-K/A", "8-K12B", "8-K15D5"]
    assert [form for form in (*current, "8-KX", "8-A12B", "6-K", "10-K") if is_current_report(form)] == current
    assert parse_event_types(["Results", " non-reliance "]) == ("results", "non_reliance")
    with pytest.raises(InvalidRequest, match="no event type 'party'"):
        parse_event_types(["party"])


def test_a_report_whose_filing_date_the_index_corrects_is_not_told_twice(connection: sa.Connection) -> None:
    save_filings(connection, [replace(RESULTS, filed_on=date(2024, 11, 1))])
    assert [(day, item) for day, item, _ in _told(connection, since=date(2024, 10, 1))] == [
        (date(2024, 11, 1), "2.02"),
        (date(2024, 11, 1), "9.01"),
    ]
