"""Feature flags: switches that take effect at once in every process, without a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.errors import InvalidRequest

# The effect of each flag while it is off; all flags are on by default.
FLAGS = {
    "jobs": "no job starts, on schedule or by hand; a running job finishes",
    "uploads": "nobody can add documents by page, command or API",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; `changed_by` and `changed_at` are None until its first change."""

    name: str
    is_enabled: bool
    changed_by: str | None = None
    changed_at: datetime | None = None


def parse_flag(text: str) -> str:
    """The name of a flag; raises InvalidRequest for an unknown one."""
    name = text.strip().lower()
    if name not in FLAGS:
        raise InvalidRequest(f"there is no feature flag {text!r}", hint=f"use one of {', '.join(FLAGS)}")
    return name
