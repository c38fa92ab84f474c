"""Alert rules and notices as JSON, one shape for the command line and the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.domain.alerts.delivery_times import Cadence
from workbench.domain.alerts.notices import Delivery, Notice
from workbench.domain.alerts.rules import AlertRule


def rule_as_json(rule: AlertRule) -> dict[str, Any]:
    """A rule as plain values; times of day are `HH:MM` in `time_zone`."""
    schedule = rule.schedule
    is_digest = schedule.cadence is not Cadence.AT_ONCE
    return {
        "alert": rule.rule_id,
        "owner": rule.owner,
        "condition": str(rule.condition),
        "kind": rule.condition.kind.value,
        "sentence": rule.sentence,
        "fault": rule.condition.fault or None,
        "ticker": rule.company.ticker.symbol if rule.company and rule.company.ticker else None,
        "cik": rule.company.cik.number if rule.company else None,
        "watchlist": rule.watchlist,
        "channel": rule.channel,
        "cadence": schedule.cadence.value,
        "digest_at": f"{schedule.at:%H:%M}" if is_digest else None,
        "digest_weekday": schedule.day,
        "quiet_hours": str(schedule.quiet) if schedule.quiet else None,
        "time_zone": schedule.zone,
        "created_at": rule.created_at.isoformat(),
    }


def notice_as_json(notice: Notice, base: str) -> dict[str, Any]:
    """What a reader is told; `link` is the page below `base`, null where there is none."""
    return {
        "subject": notice.subject,
        "title": notice.title,
        "cik": notice.cik.number if notice.cik else None,
        "facts": [{"name": name, "value": value} for name, value in notice.facts],
        "link": base + notice.page if notice.page else None,
        "source_url": notice.source_url,
    }


def delivery_as_json(delivery: Delivery, base: str) -> dict[str, Any]:
    """A notice and what became of it."""
    return {
        "notice": delivery.notice_id,
        "alert": delivery.rule_id,
        "channel": delivery.channel,
        "state": delivery.state.value,
        "found_at": delivery.found_at.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "attempts": delivery.attempts,
        "sent_at": _at(delivery.sent_at),
        "error": delivery.error,
        **notice_as_json(delivery.notice, base),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
