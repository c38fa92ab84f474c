"""Reports on their way to readers: who gets them, and how far each delivery is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.alerts.rules import parse_channel
from workbench.domain.errors import InvalidRequest

WEBHOOK = "webhook:"
MOST_RECIPIENTS = 20


class DeliveryState(StrEnum):
    """The state of a delivery: `sending` while a process has claimed it, `failed` after all attempts failed."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportDelivery:
    """One report run for one recipient. `attempts` includes the attempt under way."""

    report_id: int
    recipient: str
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None = None
    error: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: the same for each attempt, so that a receiver recognises a repeated message."""
        return f"report-{self.report_id}-{self.recipient}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link in a mailed report stops: the reports of an owner's schedule to a recipient. `title` is the report's."""

    schedule: str
    owner: str
    recipient: str
    title: str


def parse_recipients(texts: Iterable[str]) -> tuple[str, ...]:
    """The recipients, each once: names of channels, or of signed webhooks as `webhook:NAME`.

    Raises InvalidRequest for an invalid name and for more than `MOST_RECIPIENTS`.
    """
    recipients = tuple(dict.fromkeys(map(_recipient, texts)))
    if len(recipients) > MOST_RECIPIENTS:
        raise InvalidRequest(f"a report has at most {MOST_RECIPIENTS} recipients, not {len(recipients)}")
    return recipients


def _recipient(text: str) -> str:
    text = text.strip()
    if text.startswith(WEBHOOK):
        return WEBHOOK + parse_channel(text.removeprefix(WEBHOOK))
    return parse_channel(text)
