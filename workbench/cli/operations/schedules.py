"""The scheduler that `workbench up`, `workbench serve jobs` and `workbench flows serve` run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.operations.leader import Leader
from flows.jobs import JOBS
from flows.scheduler import JobProcess, LedSchedule, Scheduler
from workbench.runtime import Workbench


@contextmanager
def scheduled_jobs(workbench: Workbench) -> Iterator[None]:
    """While the block lasts, due jobs are run, each in its own process, unless another process does that already."""
    # A process that runs jobs serves no requests, which would start the listener.
    workbench.data_changes.start()
    process = JobProcess(lambda: workbench.settings)
    schedule = LedSchedule(workbench.database, JOBS, Leader(workbench.database))
    scheduler = Scheduler(schedule, process.run)
    scheduler.start()
    try:
        yield
    finally:
        process.close()
        scheduler.stop()
        schedule.close()
