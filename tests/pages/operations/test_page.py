"""What failed stands on the operations page, with its error, how often, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from workbench.domain.operations.failed_units import FailedUnit
from workbench.pages.operations.page import failed_table

FAILED = FailedUnit(
    kind="metrics",
    unit="22701",
    error_type="DivisionByZero",
    message="<b>no ratio</b>",
    place="workbench/domain/facts/splits.py:83 fits",
    data_version="facts 7",
    code_version="c",
    tries=3,
    is_quarantined=True,
    first_failed_at=datetime(2026, 11, 28, 4, 35, tzinfo=UTC),
    last_failed_at=datetime(2026, 11, 29, 6, 35, tzinfo=UTC),
)


def test_a_row_says_what_failed_where_and_since_when() -> None:
    html = failed_table([FAILED, replace(FAILED, unit="7", is_quarantined=False, tries=1)], 12)
    for text in ("metrics 22701", "<td>3</td>", "28 Nov 04:35", "29 Nov 06:35", "splits.py:83 fits", "The last 2 of 12"):
        assert text in html
    assert "DivisionByZero: &lt;b&gt;no ratio&lt;/b&gt;" in html
    assert html.count(">quarantined<") == html.count(">retrying<") == 1


def test_nothing_failed_says_so() -> None:
    assert "Nothing has failed" in failed_table([], 0)
