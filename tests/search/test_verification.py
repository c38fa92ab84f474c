"""Sentences over a small company's report, whose figures stand in `tests/inline_filing.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.engine import Database
from tests import inline_filing
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest
from workbench.domain.verification.judgement import Outcome
from workbench.search.verification import LONGEST_SENTENCE, verification_document, verify


@pytest.fixture
def acme(database: Database, objects: FolderStore, tmp_path: Path) -> Database:
    inline_filing.ingest(database, objects, inline_filing.build(tmp_path / "edgar"))
    return database


def test_a_claim_comes_with_its_filing_and_the_span_of_its_element(acme: Database) -> None:
    with acme.read() as connection:
        answer = verification_document(
            verify(connection, "Acme Anvils had total assets of $1.0 million at December 31, 2023.")
        )
        assert answer["outcome"] is Outcome.SUPPORTED
        (claim,) = answer["claims"]
        assert claim["figure"] is not None
        (operand,) = claim["figure"]["operands"]
        assert (operand["accession"], operand["concept"]) == (inline_filing.ACCESSION.text, "us-gaap:Assets")
        assert operand["element"] is not None
        assert operand["element"]["text"] == "1,000"
        assert (claim["stated_value"], claim["actual_value"]) == ("1000000", "1000000")
        wrong = verify(connection, "ACME: total assets FY 2023 $2.0 million")
        assert verification_document(wrong)["outcome"] is Outcome.CONTRADICTED


def test_what_was_filed_later_is_not_known(acme: Database) -> None:
    from datetime import date

    with acme.read() as connection:
        sentence = "Acme Anvils had total assets of $1.0 million at December 31, 2023"
        before = verify(connection, sentence, date(2024, 1, 31))
        assert verification_document(before)["outcome"] is Outcome.NOT_LOADED


def test_companies_are_not_guessed(acme: Database) -> None:
    with acme.read() as connection:
        for sentence, outcome in (
            ("Initech had total assets of $1.0 million in fiscal 2023", Outcome.NOT_LOADED),
            ("Acmo had total assets of $1.0 million in fiscal 2023", Outcome.NOT_LOADED),
            ("Acme Hammers had total assets of $1.0 million in fiscal 2023", Outcome.SUPPORTED),  # a former name
        ):
            assert verification_document(verify(connection, sentence))["outcome"] is outcome, sentence


@pytest.mark.parametrize("sentence", ["", "  ", "x" * (LONGEST_SENTENCE + 1)])
def test_nothing_and_too_much_are_refused(connection: object, sentence: str) -> None:
    with pytest.raises(InvalidRequest):
        verify(connection, sentence)  # type: ignore[arg-type]
