"""Switches that take effect at once in every process, where a setting would need each of them started again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.errors import InvalidRequest

# What each switch holds back while it is off; all are on until somebody turns them off.
FLAGS = {
    "jobs": "no job starts, on schedule or by hand; a running job finishes",
    "uploads": "nobody can add documents by page, command or API",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One switch; `changed_by` and `changed_at` are None while nobody has touched it."""

    name: str
    is_enabled: bool
    changed_by: str | None = None
    changed_at: datetime | None = None


def parse_flag(text: str) -> str:
    """The name of a switch; raises InvalidRequest for one that there is not."""
    name = text.strip().lower()
    if name not in FLAGS:
        raise InvalidRequest(f"there is no feature flag {text!r}", hint=f"use one of {', '.join(FLAGS)}")
    return name
