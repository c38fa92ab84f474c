"""Scheduled jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.operations.cron import Cron


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job with its cron in UTC (None: started by hand only) and the setting that it lacks to run (None: none)."""

    name: str
    about: str
    cron: str | None
    missing: str | None = None

    def next_at(self, now: datetime) -> datetime | None:
        """The time of the next run; None for a job that is started by hand only."""
        return Cron.parse(self.cron).next(now) if self.cron and not self.missing else None


JobList = Callable[[], Sequence[ScheduledJob]]
"""The jobs that a process runs, with what they lack when it is asked."""
