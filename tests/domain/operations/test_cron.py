from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.cron import Cron

MONDAY = datetime(2026, 11, 23, 6, 29, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "next_at", "previous_at"),
    [
        ("7 * * * *", "2026-11-23 07:07", "2026-11-23 06:07"),
        ("30 6 * * 1-5", "2026-11-23 06:30", "2026-11-20 06:30"),  # over a weekend
        ("*/20 * * * *", "2026-11-23 06:40", "2026-11-23 06:20"),
        ("40 */6 * * *", "2026-11-23 06:40", "2026-11-23 00:40"),
        ("0 0 29 2 *", "2028-02-29 00:00", "2024-02-29 00:00"),
        ("15 22 1,15 * *", "2026-12-01 22:15", "2026-11-15 22:15"),
        ("0 12 13 * 5", "2026-11-27 12:00", "2026-11-20 12:00"),  # the 13th or a Friday, as crontab(5) has it
        ("5 4 * * 7", "2026-11-29 04:05", "2026-11-22 04:05"),  # 7 is Sunday too
        ("29 6 * * *", "2026-11-24 06:29", "2026-11-23 06:29"),  # the minute that has begun is past
    ],
)
def test_next_and_previous(text: str, next_at: str, previous_at: str) -> None:
    cron = Cron.parse(text)
    assert f"{cron.next(MONDAY):%Y-%m-%d %H:%M}" == next_at
    assert f"{cron.previous(MONDAY):%Y-%m-%d %H:%M}" == previous_at


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "a * * * *", "5-1 * * * *", "*/0 * * * *"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        Cron.parse(text)


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        Cron.parse("0 0 31 2 *").next(MONDAY)


@given(
    st.integers(950_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 59), st.sampled_from(["*", "*/7", "3,15", "8-17"]), st.sampled_from(["*", "0", "1-5", "6,7"]),
)  # fmt: skip
def test_nothing_lies_between_two_that_follow_each_other(at: datetime, minute: int, hours: str, weekdays: str) -> None:
    cron = Cron.parse(f"{minute} {hours} * * {weekdays}")
    following = cron.next(at)
    assert following > at
    assert cron.previous(following) == following
    assert cron.previous(following - timedelta(minutes=1)) <= at
