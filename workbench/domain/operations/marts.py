"""Marts: tables for reports and spreadsheets, built from the workbench's tables, and the expectations on both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

BuildResult = Literal["passed", "warned", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """The result of one expectation on a table: `rows` is the number of violating rows, None if it could not be checked."""

    table: str
    name: str
    result: BuildResult
    rows: int | None
    seconds: float
    message: str | None = None


@dataclass(frozen=True, slots=True)
class BuiltMart:
    """The result of building one table; `message` says why it could not be built."""

    table: str
    about: str
    result: BuildResult
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
        """Every table that was built or checked, by name."""
        return tuple(sorted({each.table for each in self.marts} | {each.table for each in self.expectations}))

    def broken(self, table: str) -> list[str]:
        """The faults of a table, one line each: not built, or a failed expectation."""
        return [
            *(f"not built: {each.message or each.result}" for each in self._not_built(table)),
            *(_line(each) for each in self.expectations if each.table == table and each.result == "failed"),
        ]

    def warnings(self, table: str) -> dict[str, int]:
        """The expectations of the table that gave warnings, with the number of violating rows."""
        return {each.name: each.rows or 0 for each in self.expectations if each.table == table and each.result == "warned"}

    def _not_built(self, table: str) -> Iterable[BuiltMart]:
        return (each for each in self.marts if each.table == table and each.result in ("failed", "skipped"))


def _line(each: Expectation) -> str:
    result = f"{each.rows:,} rows break it" if each.rows else each.message or "it could not be asked"
    return f"{each.name}: {result}"
