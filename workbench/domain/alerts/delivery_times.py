"""When a notice goes out: at once or gathered into a digest, and never within quiet hours.

Both are told by a clock on the wall somewhere, so both follow its changes between winter and summer time.
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
    """How often notices go out: each as it is found, or all of a day or a week in one message."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(StrEnum):
    """The days on which a weekly digest can go out."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until just before `end` by the clock of `zone`, every day; over midnight where `end` is the earlier one."""

    start: time
    end: time
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str) -> QuietHours:
        """Reads `22:00-07:00`; raises InvalidRequest for other text, for no time at all, and for an unknown time zone."""
        first, _, last = text.partition("-")
        quiet = cls(parse_time(first), parse_time(last), parse_zone(zone))
        if quiet.start == quiet.end:
            raise InvalidRequest(f"{text.strip()!r} is either always quiet or never")
        return quiet

    def covers(self, moment: datetime) -> bool:
        """Whether the clock on the wall shows a quiet time at this moment."""
        shown = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def release(self, moment: datetime) -> datetime:
        """The first moment, not before this one, that is not quiet; in UTC."""
        moment = moment.astimezone(UTC)
        while self.covers(moment):
            # Minute by minute, a day's worth at most: the clock may jump over `end`, show it twice, or go back behind `start`.
            moment = moment.replace(second=0, microsecond=0) + _MINUTE
        return moment

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule's delivery. `at` and `weekday` (0 is Monday) say when a digest goes out, by the clock of `zone`."""

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
        """Reads `daily` or `weekly` (at once without), `07:30`, `friday` and `22:00-07:00`.

        Raises InvalidRequest for what is none of them, and for a time or a day that no digest goes by.
        """
        if digest is not None and digest not in (Cadence.DAILY, Cadence.WEEKLY):
            raise InvalidRequest(f"a digest is daily or weekly, not {digest!r}")
        cadence = Cadence(digest) if digest else Cadence.AT_ONCE
        if at and cadence is Cadence.AT_ONCE:
            raise InvalidRequest("a time is for a digest; notices that go out at once have none", hint="say daily or weekly")
        if weekday and cadence is not Cadence.WEEKLY:
            raise InvalidRequest("a day of the week is for a weekly digest")
        return cls(
            cadence,
            parse_zone(zone),
            parse_time(at) if at else _DEFAULT_DIGEST_TIME,
            _weekday(weekday) if weekday else 0,
            QuietHours.parse(quiet, zone) if quiet else None,
        )

    def due_at(self, found_at: datetime) -> datetime:
        """When a notice that was found at this moment goes out at the earliest; in UTC."""
        moment = found_at.astimezone(UTC) if self.cadence is Cadence.AT_ONCE else self._next_digest(found_at.astimezone(UTC))
        return self.quiet.release(moment) if self.quiet else moment

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing goes out at this moment."""
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
        """The day of a weekly digest by name, None for any other."""
        return list(Weekday)[self.weekday].value if self.cadence is Cadence.WEEKLY else None


def parse_time(text: str) -> time:
    """Reads `7:30` or `07:30`; raises InvalidRequest."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise InvalidRequest(f"{text.strip()!r} is no time of day such as 07:30")
    return time(int(match[1]), int(match[2]))


@cache
def parse_zone(name: str) -> str:
    """The name of a time zone of the IANA database such as Europe/Berlin; raises InvalidRequest for what is none."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones is an OSError
        raise InvalidRequest(f"{name!r} is no time zone such as Europe/Berlin or UTC") from None
    return name


def _weekday(text: str) -> int:
    name = text.strip().lower()
    for number, day in enumerate(Weekday):
        if len(name) >= 3 and day.value.startswith(name):
            return number
    raise InvalidRequest(f"{text.strip()!r} is no day of the week such as monday")
