"""Alert notifications: the match of a rule, its delivery, and the message that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.identity import Cik


class NoticeState(StrEnum):
    """The state of a notification.

    `known` means that the match existed when the rule or the company was added, so it is never sent; `sending` means that a
    process has claimed it; `failed` means that all attempts failed.
    """

    KNOWN = "known"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. `subject` identifies the match within its rule: each is sent once.

    `facts` are pairs of a name and a text for the reader, in order. `page` is the path of the workbench's page without the
    host, `source_url` the filing at the SEC.
    """

    subject: str
    title: str
    cik: Cik | None = None
    company: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    page: str | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery record of a notification: its state, due time, number of attempts and last error, and when it was read."""

    notice_id: int
    rule_id: int
    channel: str
    state: NoticeState
    notice: Notice
    found_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    error: str | None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message for a channel: a title of one line, and the same content as text and as HTML; `files` go with it by mail.

    `key` is an idempotency key: it is equal for equal notifications, so that a receiver recognises a repeated message.
    `unsubscribe` is an address by which its reader stops such messages; mail has it in its head (RFC 2369, RFC 8058).
    """

    key: str
    title: str
    text: str
    html: str
    files: tuple[MessageFile, ...] = ()
    unsubscribe: str | None = None
