"""Which of the formats of an answer a request asks for by its Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

_T = TypeVar("_T")


def preferred(accept: str, offered: Mapping[str, _T]) -> _T:
    """What is offered under the media type that the header ranks highest; the first on equal terms or with none acceptable.

    A range is as specific as it says: `text/*;q=0.5, text/csv` takes text/csv at full weight.
    """
    return offered[_best(accept, tuple(offered))]


@lru_cache(maxsize=1024)
def _best(accept: str, offered: tuple[str, ...]) -> str:
    ranges = list(_ranges(accept))
    weights = {media: max((each for each in ranges if _fits(each[1], media)), default=(0, "", 0.0))[2] for media in offered}
    return max(offered, key=lambda media: weights[media])  # the first of the highest


def _ranges(header: str) -> Iterator[tuple[int, str, float]]:
    """How specific each range is, the range, and its weight."""
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" not in media:
            continue
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        yield 2 - media.count("*"), media, _weight(weights[0]) if weights else 1.0


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _fits(pattern: str, media: str) -> bool:
    kind, _, subtype = pattern.partition("/")
    return kind in ("*", media.partition("/")[0]) and subtype in ("*", media.partition("/")[2])
