"""How long a server wants to be left alone, by its header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from workbench.deadlines.retry_after import retry_after_seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("60", 60), (" 120 ", 120), ("9" * 30, 999_999_999), (None, None), ("", None), ("soon", None), ("-5", None),
        ("1.5", None), ("²", None), ("Wed, 99 Foo 2024 00:00:00 GMT", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)  # fmt: skip
def test_seconds_or_nothing(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value) == seconds


@pytest.mark.parametrize("is_gmt", [True, False])
def test_a_date_ahead(is_gmt: bool) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    text = format_datetime(moment, usegmt=True) if is_gmt else f"{moment:%a, %d %b %Y %H:%M:%S}"
    assert 80 < (retry_after_seconds(text) or 0) <= 90
