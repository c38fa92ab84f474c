"""Cron expressions of five fields in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.domain.errors import InvalidRequest

# Minute, hour, day of month, month, day of week (0 and 7 are Sunday).
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
# 29 February falls on a given weekday within 28 years, or within 40 years around a year like 1900.
_LONGEST = timedelta(days=366 * 41)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes that match five fields. If both day fields are restricted, one match is enough, as in crontab(5).

    >>> Cron.parse("30 6 * * 1-5").previous(datetime(2026, 11, 23, 6, 29))
    datetime.datetime(2026, 11, 20, 6, 30)
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Parses numbers, `*`, lists, ranges and steps; raises InvalidRequest for anything else."""
        fields = text.split()
        if len(fields) != len(_BOUNDS):
            raise InvalidRequest(f"{text!r} is not a cron expression of five fields")
        minutes, hours, days, months, weekdays = (
            _values(field, low, high, text) for field, (low, high) in zip(fields, _BOUNDS, strict=True)
        )
        return cls(" ".join(fields), minutes, hours, days, months, frozenset(day % 7 for day in weekdays))

    def next(self, after: datetime) -> datetime:
        """The first matching minute later than `after`."""
        moment = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return self._nearest(moment, 1)

    def previous(self, at: datetime) -> datetime:
        """The last matching minute that is not later than `at`."""
        return self._nearest(at.replace(second=0, microsecond=0), -1)

    def _nearest(self, moment: datetime, direction: int) -> datetime:
        """The nearest match, searched by day and then within the day: some thousand steps at most."""
        start = moment
        while abs(moment - start) < _LONGEST:
            if self._is_day(moment):
                times = [(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
                if direction > 0:
                    fitting = [time for time in times if time >= (moment.hour, moment.minute)][:1]
                else:
                    fitting = [time for time in times if time <= (moment.hour, moment.minute)][-1:]
                if fitting:
                    return moment.replace(hour=fitting[0][0], minute=fitting[0][1])
            at_edge = moment.replace(hour=0, minute=0) if direction > 0 else moment.replace(hour=23, minute=59)
            moment = at_edge + timedelta(days=direction)
        raise InvalidRequest(f"{self.text!r} never matches: no such day exists")

    def _is_day(self, moment: datetime) -> bool:
        in_month, in_week = moment.day in self.days, moment.isoweekday() % 7 in self.weekdays
        fields = self.text.split()
        either = not fields[2].startswith("*") and not fields[4].startswith("*")
        return moment.month in self.months and (in_month or in_week if either else in_month and in_week)


def _values(field: str, low: int, high: int, text: str) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if not match:
            raise InvalidRequest(f"{part!r} in {text!r} is not a cron field")
        first, last, step = (int(group) if group is not None else None for group in match.groups())
        begin = low if first is None else first
        end = high if first is None or (step and last is None) else first if last is None else last
        if not low <= begin <= end <= high or step == 0:
            raise InvalidRequest(f"{part!r} in {text!r} is out of range")
        values.update(range(begin, end + 1, step or 1))
    return frozenset(values)
