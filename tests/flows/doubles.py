"""What workers of the tests are sent; named by a module, because workers import it."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from flows.worker_tasks import CompaniesPart
from workbench.domain.errors import MalformedDocument, SetupError, SourceUnavailable
from workbench.domain.operations.runs import IngestReport
from workbench.settings import Settings


def square(settings: Settings, item: int) -> int:
    """Leaves a line for each time it was done."""
    with (settings.home / "done").open("a") as file:
        file.write(f"{item}\n")
    return item * item


def misbehave(settings: Settings, item: str) -> str:
    """Does what the item's name says, each time or (`once-...`) the first time only."""
    seen = settings.home / f"seen-{item}"
    is_first = not seen.exists() or not seen.read_text()  # a pool that breaks may kill between the opening and the writing
    with seen.open("a") as file:
        file.write("x")
    what = item.removeprefix("once-").split("-")[0]
    if item.startswith("once-") and not is_first:
        return item
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "rubbish":
        raise MalformedDocument("this is rubbish")
    if what == "away":
        raise SourceUnavailable("nobody answers", retry_after_seconds=0.01)
    if what == "bug":
        raise ZeroDivisionError("a mistake in the program")
    if what == "gone":
        raise SetupError("the database is gone")
    return item


def die_at_two(_: Settings, part: CompaniesPart) -> list[IngestReport]:
    """Kills its process over the company with the CIK 2."""
    at = datetime.now(UTC)
    for cik in part.ciks:
        if cik.number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    return [IngestReport("metrics", str(cik), "saved", at, at) for cik in part.ciks]


def linger(settings: Settings, item: int) -> int:
    """Says which process works on the item, and takes a minute."""
    (settings.home / f"worker-{item}").write_text(str(os.getpid()))
    time.sleep(60)
    return item


def times(home: Path, item: str) -> int:
    """How often `misbehave` was asked for the item."""
    return len((home / f"seen-{item}").read_text())
