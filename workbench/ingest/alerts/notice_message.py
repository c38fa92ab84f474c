"""Notification messages, as plain text and as HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from workbench.domain.alerts.notices import Message, Notice
from workbench.domain.alerts.rules import AlertRule

# A message shows this many notifications in full, then only titles up to _LISTED, then only a count.
_IN_FULL = 20
_LISTED = 300

if TYPE_CHECKING:
    from workbench.analysis.templates import Templates


@cache
def templates() -> Templates:
    """The templates of messages; imported with the first message, which few commands and jobs write."""
    from workbench.analysis.templates import Templates

    return Templates("workbench.ingest.alerts")


def compose(sent: Sequence[tuple[AlertRule, Notice]], base: str, *, unsubscribe: str | None = None) -> Message:
    """The message for these notifications, in their order; `base` is the address of the workbench's pages, `unsubscribe` the
    link that stops such messages.

    The title is that of a single notification, or the number of notifications and their companies.
    """
    base = base.rstrip("/")
    rules = {rule.rule_id: rule for rule, _ in sent}
    title = sent[0][1].title if len(sent) == 1 else f"{len(sent)} notices: {_names(sent)}"
    more = len(sent) - _LISTED
    values: dict[str, Any] = {
        "full": [_shown(notice, base) for _, notice in sent[:_IN_FULL]],
        "listed": [_shown(notice, base) for _, notice in sent[_IN_FULL:_LISTED]],
        "more": f"{more:,}" if more > 0 else "",
        "alerts": [f"Alert {rule.rule_id}: {rule.sentence}" for rule in rules.values()],
        "unsubscribe": unsubscribe or "",
    }
    made = templates()
    text = made.text("notice_message.txt", **values)
    html = str(made.fragment("notice_message.html", "message", **values))
    return Message(_key(sent), title, text, html, unsubscribe=unsubscribe)


def trial(channel: str, base: str) -> Message:
    """The test message of a channel."""
    made = templates()
    text = made.text("notice_trial.txt", channel=channel, base=base)
    html = made.fragment("notice_message.html", "trial", channel, base)
    return Message("trial", "Test notification from the workbench", text, str(html))


def _shown(notice: Notice, base: str) -> dict[str, Any]:
    links = (("Page", base + notice.page if notice.page else None), ("At the SEC", notice.source_url))
    rows = [*notice.facts, *((name, address) for name, address in links if address)]
    return {
        "title": notice.title,
        "href": base + notice.page if notice.page else "",
        "rows": [{"name": name, "value": value, "is_link": value.startswith(("http://", "https://"))} for name, value in rows],
        "width": max((len(name) for name, _ in rows), default=0),
    }


def _key(sent: Sequence[tuple[AlertRule, Notice]]) -> str:
    subjects = "\n".join(f"{rule.rule_id} {rule.created_at.isoformat()} {notice.subject}" for rule, notice in sent)
    return hashlib.sha256(subjects.encode()).hexdigest()[:32]


def _names(sent: Sequence[tuple[AlertRule, Notice]]) -> str:
    names = list(dict.fromkeys(notice.company or "runs" for _, notice in sent))
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
