"""Marts: tables for reports and spreadsheets, built from the workbench's own, and what is expected of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["passed", "warned", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What became of one expectation of a table: `rows` is how many rows break it, None when it could not be asked."""

    table: str
    name: str
    verdict: Verdict
    rows: int | None
    seconds: float
    message: str | None = None


@dataclass(frozen=True, slots=True)
class BuiltMart:
    """What became of one table; `message` says why it could not be built."""

    table: str
    about: str
    verdict: Verdict
    seconds: float
    message: str | None = None


@dataclass(frozen=True, slots=True)
class MartsBuild:
    """One run: its tables and expectations in the order in which they ran, and the pages that describe them (HTML)."""

    built_at: datetime
    marts: tuple[BuiltMart, ...]
    expectations: tuple[Expectation, ...]
    documentation: bytes = b""

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that was built or looked at, by name."""
        return tuple(sorted({each.table for each in self.marts} | {each.table for each in self.expectations}))

    def broken(self, table: str) -> list[str]:
        """What is wrong with a table, a line each: not built, or an expectation that failed."""
        return [
            *(f"not built: {each.message or each.verdict}" for each in self._not_built(table)),
            *(_line(each) for each in self.expectations if each.table == table and each.verdict == "failed"),
        ]

    def warnings(self, table: str) -> dict[str, int]:
        """Expectations of the table that some rows break and may, and how many rows."""
        return {each.name: each.rows or 0 for each in self.expectations if each.table == table and each.verdict == "warned"}

    def _not_built(self, table: str) -> Iterable[BuiltMart]:
        return (each for each in self.marts if each.table == table and each.verdict in ("failed", "skipped"))


def _line(each: Expectation) -> str:
    found = f"{each.rows:,} rows break it" if each.rows else each.message or "it could not be asked"
    return f"{each.name}: {found}"
