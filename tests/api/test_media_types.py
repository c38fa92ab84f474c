"""Which format an Accept header asks for."""

from __future__ import annotations

import pytest

from api.media_types import preferred

OFFERED = {"application/json": "json", "text/csv": "csv", "application/vnd.apache.parquet": "parquet"}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("text/*", "csv"),
        ("text/csv, application/json", "json"),  # on equal terms the first that is offered
        ("text/csv, application/json;q=0.9", "csv"),
        ("text/csv;q=0, */*;q=0.1", "json"),
        ("application/vnd.apache.parquet, */*;q=0.1", "parquet"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        ("image/png", "json"),
        ("text/csv;q=many", "json"),
        (",;,/", "json"),
    ],
)
def test_the_highest_weight_of_the_most_specific_range_decides(accept: str, form: str) -> None:
    assert preferred(accept, OFFERED) == form
