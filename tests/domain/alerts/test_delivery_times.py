"""Quiet hours and digests by the clock on the wall, over midnight and over changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.alerts.delivery_times import Cadence, QuietHours, Schedule
from workbench.domain.errors import InvalidRequest

# Half hours, clocks that change at midnight (Cairo, Beirut, Santiago) or by half an hour (Lord Howe), and no change at all.
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "America/Santiago",
    "Asia/Kolkata", "Pacific/Auckland",
)  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(quiet: str) -> QuietHours:
    return QuietHours.parse(quiet, "Europe/Berlin")


@pytest.mark.parametrize(
    ("quiet", "moment", "released"),
    [
        # Winter time is UTC+1: 23:30 on the wall waits over midnight, 03:00 until the same morning.
        ("22:00-07:00", "2026-01-10T22:30", "2026-01-11T06:00"),
        ("22:00-07:00", "2026-01-11T02:00", "2026-01-11T06:00"),
        ("22:00-07:00", "2026-01-11T06:00", "2026-01-11T06:00"),
        ("22:00-07:00", "2026-01-11T20:59:59", "2026-01-11T20:59:59"),
        ("22:00-07:00", "2026-01-11T21:00", "2026-01-12T06:00"),
        ("12:00-13:00", "2026-07-01T10:15:30", "2026-07-01T11:00"),
        # On 29 March 2026 at 01:00 UTC the clock jumps from 02:00 to 03:00: the night is an hour shorter ...
        ("22:00-07:00", "2026-03-28T21:00", "2026-03-29T05:00"),
        # ... and quiet hours that would end within the jump end with it.
        ("22:00-02:30", "2026-03-29T00:30", "2026-03-29T01:00"),
        # On 25 October 2026 at 01:00 UTC it goes back from 03:00 to 02:00: the night is an hour longer ...
        ("22:00-07:00", "2026-10-24T20:00", "2026-10-25T06:00"),
        # ... and what is quiet from 02:00 to 02:30 is so twice.
        ("02:00-02:30", "2026-10-25T00:10", "2026-10-25T00:30"),
        ("02:00-02:30", "2026-10-25T01:10", "2026-10-25T01:30"),
    ],
)
def test_held_until_quiet_hours_end(quiet: str, moment: str, released: str) -> None:
    assert berlin(quiet).release(utc(moment)) == utc(released)


@settings(max_examples=150)
@given(
    zone=st.sampled_from(ZONES),
    start=st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    end=st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    moment=st.floats(0, 20 * 365.25 * 24 * 3600).map(lambda seconds: utc("2010-01-01") + timedelta(seconds=seconds)),
    part=st.floats(0, 0.999),
)
def test_what_is_held_is_held_no_longer_than_quiet_lasts(
    zone: str, start: time, end: time, moment: datetime, part: float
) -> None:
    if start == end:
        return
    quiet = QuietHours(start, end, zone)
    released = quiet.release(moment)
    assert released >= moment
    assert not quiet.covers(released)
    assert released - moment <= timedelta(hours=25)
    if released > moment:  # at each moment in between the clock on the wall shows a quiet time
        between = (moment + (released - moment) * part).astimezone(ZoneInfo(zone)).time()
        assert (start <= between < end) if start < end else (between >= start or between < end)


def test_digests_go_out_at_their_time_on_the_wall_all_year() -> None:
    daily = Schedule.parse(zone="America/New_York", digest="daily", at="7:30")
    assert daily.due_at(utc("2026-01-10T12:29")) == utc("2026-01-10T12:30")
    assert daily.due_at(utc("2026-01-10T12:30")) == utc("2026-01-11T12:30")
    assert daily.due_at(utc("2026-07-10T12:00")) == utc("2026-07-11T11:30")
    # 8 March 2026: at 07:00 UTC the clock jumps from 02:00 to 03:00.
    assert daily.due_at(utc("2026-03-08T06:00")) == utc("2026-03-08T11:30")
    weekly = Schedule.parse(zone="UTC", digest="weekly", weekday="fri")
    assert (weekly.at, weekly.day) == (time(8), "friday")
    assert weekly.due_at(utc("2026-11-24T18:00")) == utc("2026-11-27T08:00")
    assert weekly.due_at(utc("2026-11-27T08:00")) == utc("2026-12-04T08:00")


def test_a_digest_waits_for_quiet_hours_too() -> None:
    schedule = Schedule.parse(zone="Europe/Berlin", digest="daily", at="06:00", quiet="22:00-07:00")
    assert schedule.due_at(utc("2026-01-10T12:00")) == utc("2026-01-11T06:00")
    assert schedule.is_quiet(utc("2026-01-11T05:00"))
    assert str(schedule) == "daily at 06:00, quiet 22:00-07:00, Europe/Berlin"
    assert Schedule().due_at(utc("2026-01-10T12:00")) == utc("2026-01-10T12:00")
    assert (Schedule().cadence, str(Schedule())) == (Cadence.AT_ONCE, "at once")


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"quiet": "22-7"}, "not a time of day"),
        ({"quiet": "24:00-07:00"}, "not a time of day"),
        ({"quiet": "07:00-07:00"}, "start and end at different times"),
        ({"zone": "Berlin"}, "not a time zone"),
        ({"zone": "../etc/passwd"}, "not a time zone"),
        ({"zone": ""}, "not a time zone"),
        ({"digest": "hourly"}, "daily or weekly"),
        ({"at": "07:00"}, "only a digest has a time"),
        ({"digest": "daily", "weekday": "monday"}, "only a weekly digest"),
        ({"digest": "weekly", "weekday": "mo"}, "not a day of the week"),
    ],
)
def test_what_is_no_delivery_time_is_refused(given_: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        Schedule.parse(**{"zone": "UTC", **given_})  # type: ignore[arg-type]
