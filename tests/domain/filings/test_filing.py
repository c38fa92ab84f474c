"""How a person names an item."""

from __future__ import annotations

import pytest

from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.filing import Section, select_sections

SECTIONS = [
    Section(part, item, "title", 0, 1, 1.0, "heading")
    for part, item in (("I", "1"), ("I", "2"), ("II", "1"), ("II", "1A"), (None, "2.02"), (None, "S3"))
]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1", ["Part I, Item 1", "Part II, Item 1"]),
        ("II.1", ["Part II, Item 1"]),
        ("ii-1a", ["Part II, Item 1A"]),
        (" item 1A ", ["Part II, Item 1A"]),
        ("Part II, Item 1A", ["Part II, Item 1A"]),
        ("2.02", ["Item 2.02"]),
        ("Item 2", ["Part I, Item 2"]),
        ("s3", ["Section 3"]),
        ("Section 3", ["Section 3"]),
    ],
)
def test_an_item_is_found_by_each_of_its_names(text: str, labels: list[str]) -> None:
    assert [section.label for section in select_sections(SECTIONS, text)] == labels


def test_what_is_not_there_says_what_is() -> None:
    with pytest.raises(NotFound, match="no item 9") as caught:
        select_sections(SECTIONS, "9")
    assert caught.value.hint == "it has I.1, I.2, II.1, II.1A, 2.02, S3"
    with pytest.raises(InvalidRequest):
        select_sections(SECTIONS, "risk factors")
