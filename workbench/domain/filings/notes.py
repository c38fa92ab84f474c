"""Notes to the financial statements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One note: its number as printed (`4`, `D`), its title, and its span [start, end) of the document's extracted text."""

    number: str
    title: str
    start: int
    end: int
