"""Lists in parts: a query asks for one more than is shown, to know whether the list continues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from workbench.analysis.answer_types import Page

_T = TypeVar("_T")


def cut(found: Sequence[_T], limit: int, offset: int) -> tuple[Sequence[_T], Page]:
    """The first `limit` of `limit + 1` asked for, and where they stand in the list."""
    next_offset = offset + limit if len(found) > limit else None
    return found[:limit], {"limit": limit, "offset": offset, "next_offset": next_offset}
