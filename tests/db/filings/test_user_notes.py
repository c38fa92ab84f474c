"""Whose notes are whose, what they can be about, and which filings a user has read."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.filings.documents import get_document
from db.filings.user_notes import add_note, delete_note, list_notes, list_reviews, mark_reviewed, remove_review
from tests.two_reports import ACME, NEW, OLD, PORT, save
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.identity import Accession, Cik
from workbench.domain.measures.user_notes import NotedFigure, NotedPassage, parse_figure, parse_tags
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role
from workbench.domain.statements.statement import PeriodKind
from workbench.ingest.archive import load_text
from workbench.ingest.filings.user_notes import note_passage

ADA, BEN, VERA = Caller("ada", Role.ANALYST), Caller("ben", Role.ANALYST), Caller("vera", Role.VIEWER)
REVENUE = NotedFigure(ACME.cik, PeriodKind.ANNUAL, "revenue@2023-12-31")


@pytest.fixture
def saved(connection: sa.Connection, objects: FolderStore) -> sa.Connection:
    save(connection, objects)
    return connection


def test_a_note_is_its_owners_until_it_is_shared(saved: sa.Connection) -> None:
    own = add_note(saved, ADA, REVENUE, " Includes a 53rd week. ", ("calendar",))
    shared = add_note(saved, ADA, REVENUE, "Restated later.", shared_with=(Role.ANALYST,))
    assert (own.text, own.tags, own.about) == ("Includes a 53rd week.", ("calendar",), REVENUE)
    assert list_notes(saved, ADA, cik=ACME.cik, figure=REVENUE.name) == [shared, own]
    assert list_notes(saved, BEN) == [shared]
    assert list_notes(saved, VERA) == []
    assert list_notes(saved, ADA, tag="calendar") == [own]
    assert list_notes(saved, ADA, figure="revenue@2022-12-31") == []
    assert list_notes(saved, LOCAL) == [shared, own]
    with pytest.raises(NotFound, match=f"there is no note {shared.note_id} of yours"):
        delete_note(saved, BEN, shared.note_id)
    assert delete_note(saved, ADA, shared.note_id) == shared
    assert list_notes(saved, BEN) == []


def test_a_note_on_a_passage_has_its_words(saved: sa.Connection, objects: FolderStore) -> None:
    document = get_document(saved, OLD)
    start = _offset(objects, document.text_sha256, PORT)
    passage = (document.document_id, start, start + len(PORT))
    note = note_passage(saved, objects, ADA, passage, "Ask about Oakland.", shared_with=(Role.VIEWER,))
    assert note.about == NotedPassage(document.document_id, start, start + len(PORT), PORT)
    assert list_notes(saved, VERA, document_id=document.document_id) == [note]
    with pytest.raises(InvalidRequest, match="must be a span within"):
        note_passage(saved, objects, ADA, (document.document_id, start, 10**6), "x")
    with pytest.raises(NotFound):
        note_passage(saved, objects, ADA, (10**9, 0, 5), "x")


def _offset(objects: FolderStore, sha256: str | None, words: str) -> int:
    return load_text(objects, sha256 or "").index(words)


def test_what_is_read_is_ones_own_affair(saved: sa.Connection) -> None:
    review = mark_reviewed(saved, ADA, NEW)
    assert (review.accession, review.form, review.filed_on) == (NEW, "10-K", date(2024, 2, 1))
    mark_reviewed(saved, ADA, OLD)
    mark_reviewed(saved, ADA, NEW)
    assert [each.accession for each in list_reviews(saved, ADA, ACME.cik)] == [NEW, OLD]
    assert list_reviews(saved, BEN, ACME.cik) == list_reviews(saved, LOCAL, ACME.cik) == []
    assert remove_review(saved, ADA, NEW).accession == NEW
    assert [each.accession for each in list_reviews(saved, ADA, ACME.cik)] == [OLD]
    with pytest.raises(NotFound, match="is not marked as reviewed"):
        remove_review(saved, BEN, OLD)
    with pytest.raises(NotFound, match="there is no filing"):
        mark_reviewed(saved, ADA, Accession("0001234567-99-000001"))


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_a_text_has_a_length(saved: sa.Connection, text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"1 to 4,000 characters"):
        add_note(saved, ADA, REVENUE, text)


@pytest.mark.parametrize("name", ["revenue", "revenue@2023", "Revenue@2023-12-31", "revenue@2023-13-31", "a b@2023-12-31"])
def test_a_figure_has_a_name_and_a_day(name: str) -> None:
    with pytest.raises(InvalidRequest, match="is not a"):
        parse_figure(Cik(1), PeriodKind.ANNUAL, name)


def test_tags_are_words_between_commas() -> None:
    assert parse_tags(" Margins, one  off,,margins ") == ("margins", "one off")
    assert parse_tags("") == ()
    with pytest.raises(InvalidRequest, match="at most 10 tags"):
        parse_tags(",".join(f"t{number}" for number in range(11)))
    with pytest.raises(InvalidRequest, match="at most 40 characters"):
        parse_tags("x" * 41)
