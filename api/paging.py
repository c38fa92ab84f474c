"""Lists in parts: one more is asked for than is shown, to know whether there is more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")


def cut(found: Sequence[_T], limit: int, offset: int) -> tuple[Sequence[_T], dict[str, Any]]:
    """The first `limit` of `limit + 1` asked for, and the fields that say where the list goes on."""
    next_offset = offset + limit if len(found) > limit else None
    return found[:limit], {"limit": limit, "offset": offset, "next_offset": next_offset}
