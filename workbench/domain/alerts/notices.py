"""Notices: what a rule found, its delivery, and the message that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.identity import Cik


class NoticeState(StrEnum):
    """What became of a notice.

    `known` was there when the rule, or the company, came, and is never sent; `sending` is claimed by a process; `failed` was
    given up.
    """

    KNOWN = "known"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to notify somebody of. `subject` is what it is about within its rule: each is sent once, whatever happens.

    `facts` are pairs of a name and what a reader sees, in order. `page` is the address of the workbench's page without its
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
    """A notice in the record: what became of it, when it is due, how often it was tried and what went wrong last."""

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


@dataclass(frozen=True, slots=True)
class Message:
    """What goes through a channel: one line of title, the same content as text and as HTML.

    `key` is the same for the same notices, so that a receiver can tell a message that comes again.
    """

    key: str
    title: str
    text: str
    html: str
