"""What became of one unit of ingest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Outcome = Literal["saved", "unchanged", "skipped", "failed", "quarantined"]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """One unit of work, which was committed as a whole or not at all.

    `kind` is what it was (`company`, `submissions`, `facts`, `filing`, ...), `subject` what it was about (a ticker or an
    accession). `saved` counts new rows by what they are, `dropped` what was left out by reason. `error` is the one line
    for a person when the outcome is skipped, failed or quarantined; `is_transient` says of a failure that asking again later
    may help.
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
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds()
