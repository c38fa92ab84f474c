"""Paging: a query fetches one row more than is shown, to know whether another page follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from workbench.analysis.answer_types import Page

_T = TypeVar("_T")

MOST_CHARACTERS = 20_000
"""Of a document's text in one answer."""


def cut(rows: Sequence[_T], limit: int, offset: int) -> tuple[Sequence[_T], Page]:
    """The first `limit` of up to `limit + 1` fetched rows, and their position in the list."""
    next_offset = offset + limit if len(rows) > limit else None
    return rows[:limit], {"limit": limit, "offset": offset, "next_offset": next_offset}
