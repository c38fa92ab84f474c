"""When a notification is sent: at once or in a digest, and never within quiet hours.

Both use the local time of a time zone, so both follow changes between winter and summer time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from workbench.domain.errors import InvalidRequest

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_DEFAULT_DIGEST_TIME = time(8)


class Cadence(StrEnum):
    """How often notifications are sent: each at once, or all of a day or a week in one message."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(StrEnum):
    """The days on which a weekly digest can be sent."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Daily from `start` until just before `end` in local time of `zone`; across midnight if `end` is earlier than `start`."""

    start: time
    end: time
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str) -> QuietHours:
        """Parses `22:00-07:00`; raises InvalidRequest for other text, an empty span, and an unknown time zone."""
        first, _, last = text.partition("-")
        quiet = cls(parse_time(first), parse_time(last), parse_zone(zone))
        if quiet.start == quiet.end:
            raise InvalidRequest(f"quiet hours must start and end at different times, unlike {text.strip()!r}")
        return quiet

    def covers(self, moment: datetime) -> bool:
        """Whether the local time at this moment is within the quiet hours."""
        shown = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def release(self, moment: datetime) -> datetime:
        """The first moment at or after this one outside quiet hours; in UTC."""
        moment = moment.astimezone(UTC)
        while self.covers(moment):
            # Minute by minute, for a day at most: local time may skip `end`, show it twice, or go back behind `start`.
            moment = moment.replace(second=0, microsecond=0) + _MINUTE
        return moment

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule's delivery. A digest is sent at `at` on `weekday` (0 is Monday), in local time of `zone`."""

    cadence: Cadence = Cadence.AT_ONCE
    zone: str = "UTC"
    at: time = _DEFAULT_DIGEST_TIME
    weekday: int = 0
    quiet: QuietHours | None = None

    @classmethod
    def parse(
        cls,
        *,
        zone: str,
        digest: str | None = None,
        at: str | None = None,
        weekday: str | None = None,
        quiet: str | None = None,
    ) -> Schedule:
        """Parses `daily` or `weekly` (empty: at once), `07:30`, `friday` and `22:00-07:00`.

        Raises InvalidRequest for other text, and for a time or a weekday that does not apply to the cadence.
        """
        if digest is not None and digest not in (Cadence.DAILY, Cadence.WEEKLY):
            raise InvalidRequest(f"a digest is daily or weekly, not {digest!r}")
        cadence = Cadence(digest) if digest else Cadence.AT_ONCE
        if at and cadence is Cadence.AT_ONCE:
            raise InvalidRequest(
                "only a digest has a time; other notifications are sent at once", hint="choose daily or weekly"
            )
        if weekday and cadence is not Cadence.WEEKLY:
            raise InvalidRequest("only a weekly digest has a day of the week")
        return cls(
            cadence,
            parse_zone(zone),
            parse_time(at) if at else _DEFAULT_DIGEST_TIME,
            _weekday(weekday) if weekday else 0,
            QuietHours.parse(quiet, zone) if quiet else None,
        )

    def due_at(self, found_at: datetime) -> datetime:
        """The earliest moment to send a notification created at this moment; in UTC."""
        moment = found_at.astimezone(UTC) if self.cadence is Cadence.AT_ONCE else self._next_digest(found_at.astimezone(UTC))
        return self.quiet.release(moment) if self.quiet else moment

    def is_quiet(self, moment: datetime) -> bool:
        """Whether this moment is within quiet hours."""
        return self.quiet is not None and self.quiet.covers(moment)

    def _next_digest(self, after: datetime) -> datetime:
        day = after.astimezone(ZoneInfo(self.zone)).date() - _DAY
        while True:
            moment = datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)
            if moment > after and (self.cadence is Cadence.DAILY or day.weekday() == self.weekday):
                return moment
            day += _DAY

    def __str__(self) -> str:
        texts = ["at once"]
        if self.cadence is not Cadence.AT_ONCE:
            day = f" on {self.day.title()}" if self.day else ""
            texts = [f"{self.cadence.value}{day} at {self.at:%H:%M}"]
        if self.quiet:
            texts.append(f"quiet {self.quiet}")
        if self.quiet or self.cadence is not Cadence.AT_ONCE:
            texts.append(self.zone)
        return ", ".join(texts)

    @property
    def day(self) -> str | None:
        """The name of a weekly digest's day; None for other schedules."""
        return list(Weekday)[self.weekday].value if self.cadence is Cadence.WEEKLY else None


def parse_time(text: str) -> time:
    """Parses `7:30` or `07:30`; raises InvalidRequest."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise InvalidRequest(f"{text.strip()!r} is not a time of day such as 07:30")
    return time(int(match[1]), int(match[2]))


@cache
def parse_zone(name: str) -> str:
    """The name of a time zone of the IANA database such as Europe/Berlin; raises InvalidRequest for an unknown one."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones is an OSError
        raise InvalidRequest(f"{name!r} is not a time zone such as Europe/Berlin or UTC") from None
    return name


def _weekday(text: str) -> int:
    name = text.strip().lower()
    for number, day in enumerate(Weekday):
        if len(name) >= 3 and day.value.startswith(name):
            return number
    raise InvalidRequest(f"{text.strip()!r} is not a day of the week such as monday")
