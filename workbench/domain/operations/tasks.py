"""Tasks: work that a request leaves to the process that runs jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# A task whose process was killed is started once more. One that kills its process each time must not do so forever.
MOST_TRIES = 2


class TaskKind(StrEnum):
    """What a task does: run a report, compute the vectors of new passages, read a document, write a table to a file, or load a
    company from the SEC.
    """

    REPORT = "report"
    EMBED = "embed"
    DOCUMENT = "document"
    EXPORT = "export"
    COMPANY = "company"


class TaskStatus(StrEnum):
    """What became of a task."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as its owner sees it.

    A report has `report_id`, and the cells of its notebook as `steps`; a document that was added has its number as `result`.
    An export has its `table` and `format` as `export`.
    """

    task_id: int
    kind: TaskKind
    status: TaskStatus
    owner: str | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    report_id: int | None
    steps: int | None
    steps_done: int | None
    result: str | None = None
    cancel_requested_at: datetime | None = None
    export: Mapping[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether its state will not change."""
        return self.status not in (TaskStatus.QUEUED, TaskStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Task:
    """A task that was taken from the queue; `tries` counts this one. `traceparent` is the span that queued it."""

    task_id: int
    kind: TaskKind
    parameters: Mapping[str, Any]
    tries: int
    owner: str | None = None
    traceparent: str | None = None
