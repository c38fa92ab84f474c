from __future__ import annotations

import pytest

from tests.conftest import MIRROR
from tests.parse.inline_documents import label_linkbase
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept
from workbench.parse.xbrl.label_linkbase import parse_labels


def test_the_terse_label_in_english_and_else_the_standard_one_without_its_mark() -> None:
    content = label_linkbase(AnvilsMember="Anvils")
    assert parse_labels(content) == {Concept("acme", "AnvilsMember"): "Anvils"}
    standard = content.replace(b"role/terseLabel", b"role/documentation")
    assert parse_labels(standard) == {Concept("acme", "AnvilsMember"): "Anvils, at length"}


def test_a_schema_without_labels_has_none_and_rubbish_is_refused() -> None:
    assert parse_labels(b"<schema/>") == {}
    for rubbish in (b"", b"<html><p>", b"%PDF-1.4"):
        with pytest.raises(MalformedDocument):
            parse_labels(rubbish)


@pytest.mark.mirror
def test_apple_as_it_names_its_segments() -> None:
    folder = MIRROR / "Archives/edgar/data/320193/000032019325000057"
    labels = parse_labels((folder / "aapl-20250329_lab.xml").read_bytes())
    assert labels[Concept("aapl", "RestOfAsiaPacificSegmentMember")] == "Rest of Asia Pacific"
    assert labels[Concept("aapl", "IPhoneMember")] == "iPhone"
