"""The result of one unit of ingest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Outcome = Literal["saved", "unchanged", "skipped", "failed", "quarantined"]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """One unit of work, which was committed as a whole or not at all.

    `kind` is the kind of unit (`company`, `submissions`, `facts`, `filing`, ...), `subject` a ticker or an accession.
    `saved` counts new rows by kind, `dropped` counts omitted rows by reason. `error` is one line for the user if the outcome
    is skipped, failed or quarantined; `is_transient` means that a later try may succeed.
    """

    kind: str
    subject: str
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    saved: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    is_transient: bool = False

    @property
    def seconds(self) -> float:
        """The duration in seconds."""
        return (self.finished_at - self.started_at).total_seconds()
