"""The scheduler that `workbench up` and `workbench flows serve` run."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.jobs import JOBS
from flows.scheduler import JobProcess, Schedule, Scheduler, last_started
from workbench.runtime import Workbench


def start_scheduler(workbench: Workbench) -> tuple[Scheduler, JobProcess]:
    """The scheduler, running, and the process that it gives jobs to; close both, the process first."""
    with workbench.database.read() as connection:
        last = last_started(connection)
    process = JobProcess(workbench.settings)
    scheduler = Scheduler(Schedule(JOBS, last, datetime.now(UTC)), process.run)
    scheduler.start()
    return scheduler, process
