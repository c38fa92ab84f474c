"""How a hit is cited to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.domain.filings.passages import Hit, ReportPeriod
from workbench.search.citations import citation, place_of

_HIT = Hit(
    passage_id=1, document_id=1, cik=None, company=None, accession=None, document="d", title=None, form="10-K",
    filed_on=None, part="II", item="7", page=None, start=0, end=1, text="x", score=1.0, period=ReportPeriod(2024),
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "part", "item", "place"),
    [
        ("10-K", "II", "7", "Item 7, Management's Discussion and Analysis"),
        ("10-K/A", "I", "1A", "Item 1A, Risk Factors"),
        ("10-K", "II", "5", "Item 5, Market for Registrant's Common Equity"),
        ("10-Q", "I", "2", "Item 2, Management's Discussion and Analysis"),
        ("10-Q", "II", "2", "Item 2, Unregistered Sales of Equity Securities"),
        ("8-K", None, "2.02", "Item 2.02, Results of Operations and Financial Condition"),
        ("10-K", "I", "99", "Item 99"),
        ("10-K", None, None, ""),
    ],
)
def test_the_item_with_its_title(form: str, part: str | None, item: str | None, place: str) -> None:
    assert place_of(replace(_HIT, form=form, part=part, item=item)) == place


def test_form_period_and_place() -> None:
    assert citation(_HIT) == ["10-K", "fiscal 2024", "Item 7, Management's Discussion and Analysis"]
    own = replace(_HIT, form=None, item=None, part=None, period=None, page=3)
    assert citation(own) == ["page 3"]
    assert citation(replace(own, page_label="F-3")) == ["page 3 (F-3)"]
    assert citation(replace(own, page_label="sheet Segments")) == ["sheet Segments"]


def test_a_section_by_its_own_heading() -> None:
    hit = replace(_HIT, form="424B4", part=None, item="S3", section="Use of proceeds")
    assert place_of(hit) == "Section 3, Use of proceeds"
    assert place_of(replace(hit, form=None)) == "Section 3, Use of proceeds"
