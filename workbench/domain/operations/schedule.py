"""Work that comes back, as its schedule tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.operations.cron import Cron


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job with its cron in UTC (None: only a person starts it) and the setting it lacks to run, None for none."""

    name: str
    about: str
    cron: str | None
    missing: str | None = None

    def next_at(self, now: datetime) -> datetime | None:
        """When it runs next; None for one that does not run by itself."""
        return Cron.parse(self.cron).next(now) if self.cron and not self.missing else None
