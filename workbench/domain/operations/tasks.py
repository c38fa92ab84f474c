"""Tasks: work that a request leaves to the process that runs jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A task whose process was killed is started once more. One that kills its process each time must not do so forever.
MOST_TRIES = 2


class TaskKind(StrEnum):
    """What a task does: run a report, or compute the vectors of new passages."""

    REPORT = "report"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class Task:
    """A task that was taken from the queue; `tries` counts this one."""

    task_id: int
    kind: TaskKind
    parameters: Mapping[str, Any]
    tries: int
