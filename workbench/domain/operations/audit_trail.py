"""The audit trail: who did what, from where, with what result, in a chain of hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something to be recorded: `actor` is a user's name, `local` or `?`, `action` a dotted verb such as `work.deleted`."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A recorded event with its number and its hash."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    detail: Mapping[str, str]
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries to list: every field that is given must match. `action` also matches what begins with it and a dot.

    `before` is the number of an entry: only older ones, for the next page.
    """

    actor: str | None = None
    action: str | None = None
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100


class Link(NamedTuple):
    """An entry as the chain sees it: its number, the text that was hashed, and the hash that is stored."""

    audit_id: int
    text: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The result of a verification. `broken_at` is the first entry whose hash does not continue the chain.

    `head` is the hash of the newest entry: saved elsewhere, it shows entries that were cut off or written anew.
    """

    entries: int
    first_id: int | None
    last_id: int | None
    head: str | None
    broken_at: int | None = None


def next_hash(previous: bytes, text: str) -> bytes:
    """The hash of an entry: SHA-256 over the hash of the entry before and the entry's text.

    >>> next_hash(b"", "[1]").hex()[:16]
    '080a9ed428559ef6'
    """
    return hashlib.sha256(previous + text.encode()).digest()


def verify(links: Iterable[Link], start: bytes = b"") -> ChainCheck:
    """Follows the chain from the oldest entry on; `start` is the hash of the last entry that was removed on purpose.

    >>> verify([Link(1, "[1]", next_hash(b"", "[1]")), Link(2, "[2]", b"other")]).broken_at
    2
    """
    previous, count, first = start, 0, None
    last: int | None = None
    for link in links:
        first = link.audit_id if first is None else first
        if next_hash(previous, link.text) != link.hash:
            return ChainCheck(count, first, last, previous.hex() or None, link.audit_id)
        previous, last = link.hash, link.audit_id
        count += 1
    return ChainCheck(count, first, last, previous.hex() if count else None)
