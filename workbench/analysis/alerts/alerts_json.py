"""Alert rules and notifications as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Page, PageFields, Schema
from workbench.domain.alerts.delivery_times import Cadence
from workbench.domain.alerts.notices import Delivery, Notice, NoticeState
from workbench.domain.alerts.rules import AlertKind, AlertRule


class AlertAnswer(TypedDict, closed=True):
    """One alert. `sentence` says in words what it watches for. Times of day are HH:MM in `time_zone`."""

    alert: int
    owner: str
    condition: str
    kind: AlertKind
    sentence: str
    fault: Annotated[str | None, Schema(description="Why the condition cannot be checked; null if it can.")]
    ticker: str | None
    cik: int | None
    watchlist: str | None
    channel: str
    cadence: Cadence
    digest_at: str | None
    digest_weekday: str | None
    quiet_hours: str | None
    time_zone: str
    created_at: IsoTime
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]


class AlertsAnswer(TypedDict, closed=True):
    """Alerts, in the order in which they were created."""

    alerts: list[AlertAnswer]


class ChannelsAnswer(TypedDict, closed=True):
    """The names of the notification channels."""

    channels: list[str]


class NoticeFactAnswer(TypedDict, closed=True):
    """One line of a notification."""

    name: str
    value: str


class _NoticeFields(TypedDict):
    subject: Annotated[str, Schema(description="What it is about; an alert sends one notification for each subject.")]
    title: str
    cik: int | None
    facts: list[NoticeFactAnswer]
    link: Annotated[str | None, Schema(description="The page of the workbench that shows it.")]
    source_url: str | None


class NoticeAnswer(_NoticeFields, closed=True):
    """A notification as its reader sees it."""


class DeliveryAnswer(_NoticeFields, closed=True):
    """A notification and its delivery: sent at `due_at` at the earliest, after so many `attempts`."""

    notice: int
    alert: int
    channel: str
    state: NoticeState
    found_at: IsoTime
    due_at: IsoTime
    attempts: int
    sent_at: IsoTime | None
    error: str | None
    read_at: Annotated[IsoTime | None, Schema(description="When the owner of the alert read it in the inbox.")]


class DeliveryPage(PageFields, closed=True):
    """Notifications, newest first."""

    notices: list[DeliveryAnswer]


class InboxAnswer(TypedDict, closed=True):
    """How many notifications of the caller's own alerts have not been read."""

    unread: int


class AlertPreviewAnswer(TypedDict, closed=True):
    """What an alert would have sent, oldest first. `found` counts all, `notices` holds the newest. A draft is number 0."""

    alert: AlertAnswer
    days: int
    found: int
    notices: list[NoticeAnswer]


def rule_as_json(rule: AlertRule) -> AlertAnswer:
    """One alert; times of day are `HH:MM` in `time_zone`."""
    schedule = rule.schedule
    is_digest = schedule.cadence is not Cadence.AT_ONCE
    return {
        "alert": rule.rule_id,
        "owner": rule.owner,
        "condition": str(rule.condition),
        "kind": rule.condition.kind,
        "sentence": rule.sentence,
        "fault": rule.condition.fault or None,
        "ticker": rule.company.ticker.symbol if rule.company and rule.company.ticker else None,
        "cik": rule.company.cik.number if rule.company else None,
        "watchlist": rule.watchlist,
        "channel": rule.channel,
        "cadence": schedule.cadence,
        "digest_at": f"{schedule.at:%H:%M}" if is_digest else None,
        "digest_weekday": schedule.day,
        "quiet_hours": str(schedule.quiet) if schedule.quiet else None,
        "time_zone": schedule.zone,
        "created_at": rule.created_at.isoformat(),
        "shared_with": [role.value for role in rule.shared_with],
    }


def notice_as_json(notice: Notice, base: str) -> NoticeAnswer:
    """One notification; `link` is the page below `base`, None where there is none."""
    return {
        "subject": notice.subject,
        "title": notice.title,
        "cik": notice.cik.number if notice.cik else None,
        "facts": [{"name": name, "value": value} for name, value in notice.facts],
        "link": base + notice.page if notice.page else None,
        "source_url": notice.source_url,
    }


def delivery_as_json(delivery: Delivery, base: str) -> DeliveryAnswer:
    """One notification and its delivery; `link` as in `notice_as_json`."""
    return {
        "notice": delivery.notice_id,
        "alert": delivery.rule_id,
        "channel": delivery.channel,
        "state": delivery.state,
        "found_at": delivery.found_at.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "attempts": delivery.attempts,
        "sent_at": _at(delivery.sent_at),
        "error": delivery.error,
        "read_at": _at(delivery.read_at),
        **notice_as_json(delivery.notice, base),
    }


def delivery_page(deliveries: Iterable[Delivery], base: str, page: Page) -> DeliveryPage:
    """Part of the notifications, in the order given."""
    return {"notices": [delivery_as_json(each, base) for each in deliveries], **page}


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
