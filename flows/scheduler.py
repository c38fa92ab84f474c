"""The built-in scheduler, without a Prefect server: runs due jobs one after another, each in its own process.

A separate process keeps pages fast while filings are read, can be stopped when it takes too long, and cannot crash the server.
"""

from __future__ import annotations

import logging
import os
import subprocess  # the workbench itself is started, without a shell  # nosec B404
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from db.engine import Connection, Database
from db.operations.leader import Leader
from db.operations.runs import latest_of
from db.screens.company_metrics import stale_companies
from flows.jobs import METRICS, Job
from flows.run import KIND
from workbench.domain.operations.cron import Cron
from workbench.settings import Settings
from workbench.tracing import child_variables

logger = logging.getLogger(__name__)

# Exit status of `workbench flows run` after a transient failure (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN = 75

_LOOK_SECONDS = 5.0
_LOG_BYTES = 2_000_000


def last_started(connection: Connection) -> dict[str, datetime]:
    """The time of the last start of each job that has run.

    If latest figures are older than their facts or of another version, the job that computes them counts as never run, so
    it is due immediately.
    """
    last = {name: report.started_at for name, report in latest_of(connection, KIND).items()}
    return last | {METRICS: datetime.fromtimestamp(0, UTC)} if stale_companies(connection) else last


class Schedule:
    """Decides which jobs are due. Several missed runs of a job count as one."""

    def __init__(self, jobs: Sequence[Job], last_started: Mapping[str, datetime], now: datetime) -> None:
        self._crons = {job.name: (job, Cron.parse(job.cron)) for job in jobs if job.cron}
        self._since = {name: last_started.get(name, now) for name in self._crons}
        self._again: dict[str, tuple[datetime, int]] = {}

    def due(self, now: datetime) -> list[Job]:
        """The jobs to run now, in the order of the table."""
        return [job for name, (job, cron) in self._crons.items() if self._is_due(name, cron, now)]

    def _is_due(self, name: str, cron: Cron, now: datetime) -> bool:
        again = self._again.get(name)
        return cron.previous(now) > self._since[name] or (again is not None and now >= again[0])

    def ran(self, job: Job, now: datetime, *, is_transient: bool) -> None:
        """Records that `job` ended at `now`; after a transient failure it is due again after its retry delay."""
        _, tries = self._again.pop(job.name, (now, 0))
        self._since[job.name] = now
        if is_transient and tries < job.retries:
            self._again[job.name] = (now + timedelta(seconds=job.retry_delay_seconds), tries + 1)


class LedSchedule:
    """The schedule of the one process that runs the jobs; calling it gives None in the others.

    The next leader continues from the runs that are recorded.
    """

    def __init__(self, database: Database, jobs: Sequence[Job], leader: Leader) -> None:
        self._database = database
        self._jobs = jobs
        self._leader = leader
        self._schedule: Schedule | None = None

    def __call__(self) -> Schedule | None:
        """The schedule while this process leads."""
        if not self._leader.holds():
            self._schedule = None
        elif self._schedule is None:
            with self._database.read() as connection:
                last = last_started(connection)
            self._schedule = Schedule(self._jobs, last, datetime.now(UTC))
            logger.info("this process runs the scheduled jobs")
        return self._schedule

    def close(self) -> None:
        """Lets another process lead."""
        self._leader.close()


class Scheduler:
    """Runs due jobs in its own thread until `stop`.

    `schedule` gives the schedule, None while another process runs the jobs. `run` runs one job and returns whether its
    failure is transient.
    """

    def __init__(
        self,
        schedule: Callable[[], Schedule | None],
        run: Callable[[Job], bool],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._schedule = schedule
        self._run = run
        self._now = now
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="scheduler", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the current job, which the caller stops."""
        self._stopped.set()
        self._thread.join(timeout=20)

    def look(self) -> list[Job]:
        """Runs the due jobs and returns them."""
        schedule = self._schedule()
        if schedule is None:
            return []
        due = [job for job in schedule.due(self._now()) if not self._stopped.is_set()]
        for job in due:
            try:
                is_transient = self._run(job)
            except Exception:
                # It could not be started, for example because the disk is full. The others run; it is retried after its delay.
                logger.exception("the job %s could not be started", job.name)
                is_transient = True
            schedule.ran(job, self._now(), is_transient=is_transient)
        return due

    def _serve(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                logger.exception("the scheduler failed and will try again")


class JobProcess:
    """Runs a job as `workbench flows run NAME`; its output goes to `<home>/run/flows.log`.

    `current` gives the settings that count when a job is due.
    """

    def __init__(self, current: Callable[[], Settings]) -> None:
        self._current = current
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    def run(self, job: Job) -> bool:
        """Runs the job and waits, at most its time-out; returns True after a transient failure."""
        settings = self._current()
        if job.missing(settings):
            return False
        log = settings.home / "run" / "flows.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        command = [sys.executable, "-c", "from workbench.cli import main; main()", "flows", "run", job.name]
        environment = {**os.environ, "WORKBENCH_HOME": str(settings.home), **child_variables()}
        with log.open("ab") as output:
            with self._lock:
                if self._is_closed:
                    return False
                self._child = subprocess.Popen(  # nosec B603
                    command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
                )
            try:
                return self._child.wait(timeout=job.timeout_seconds) == TRY_AGAIN
            except subprocess.TimeoutExpired:
                self._end()
                return False

    def close(self) -> None:
        """Ends the current job and starts no more."""
        with self._lock:
            self._is_closed = True
        self._end()

    def _end(self) -> None:
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        if child.poll() is None:
            child.kill()
            child.wait()
