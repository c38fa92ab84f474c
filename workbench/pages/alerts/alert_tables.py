"""Tables of alerts and notifications, from the API's responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from workbench.pages.frame.markup import day
from workbench.pages.frame.messages import notice
from workbench.pages.frame.templates import fragment

Answer = Mapping[str, Any]

PREVIEW_DAYS = 365
_TEMPLATE = "alerts/alert_tables.html"

_TONES = {"sent": "good", "failed": "bad", "pending": "accent", "sending": "accent"}
_CADENCES = {"at_once": "at once", "daily": "each day", "weekly": "each week"}


def rule_table(rules: Sequence[Answer], added: str = "", *, may_change: bool = True) -> Markup:
    """One row an alert, with buttons for preview and, if it `may_change`, removal; the alert `added` is marked as new."""
    if not rules:
        message = notice("No alerts yet.", "Create one above. Its preview shows past matches.", is_inline=True)
        return fragment(_TEMPLATE, "empty", "Alerts", message)
    rows = [_rule(rule, is_new=str(rule["alert"]) == added, may_change=may_change) for rule in rules]
    has_owner = len({rule["owner"] for rule in rules}) > 1
    return fragment(_TEMPLATE, "rules", rows, has_owner)


def _rule(rule: Answer, *, is_new: bool, may_change: bool) -> dict[str, Any]:
    place = f"api/v1/alerts/{int(rule['alert'])}"
    preview = _button(f"{place}/preview?days={PREVIEW_DAYS}", "preview", "GET", "Preview", rule)
    confirm = f"Remove alert {int(rule['alert'])} permanently?\n\n{rule['sentence']}"
    removal = _button(place, "removed", "DELETE", "Remove", rule) | {"confirm": confirm}
    return {
        "alert": int(rule["alert"]),
        "sentence": rule["sentence"],
        "fault": rule["fault"],
        "is_new": is_new,
        "channel": rule["channel"],
        "when": _when(rule),
        "owner": rule["owner"],
        "buttons": [*([] if rule["fault"] else [preview]), *([removal] if may_change else [])],
    }


def _button(action: str, event: str, method: str, text: str, rule: Answer) -> dict[str, str]:
    label = f"{text}: {rule['sentence']}"
    return {"action": action, "event": event, "method": method, "text": text, "label": label, "confirm": ""}


def _when(rule: Answer) -> str:
    parts = [_CADENCES[rule["cadence"]]]
    if rule["digest_weekday"]:
        parts.append(f"on {rule['digest_weekday']}")
    if rule["digest_at"]:
        parts.append(f"at {rule['digest_at']} {rule['time_zone']}")
    if rule["quiet_hours"]:
        parts.append(f"not {rule['quiet_hours']}")
    return " ".join(parts)


def preview_list(preview: Answer, base: str) -> Markup:
    """The matches that an alert would have found, newest first; links to pages below `base` become relative."""
    rule, matches, shown = preview["alert"], preview["found"], preview["notices"]
    newest = f", the newest {len(shown)} shown" if matches > len(shown) else ""
    count = f"{matches:,} matches in the last {preview['days']:,} days{newest}"
    notices = [
        {"title": each["title"], "href": _href(each, base), "facts": "; ".join(_facts(each))} for each in reversed(shown)
    ]
    return fragment(_TEMPLATE, "preview", rule["sentence"], count, notices)


def _facts(match: Answer) -> list[str]:
    return [f"{fact['name']}: {fact['value']}" for fact in match["facts"]]


def inbox_list(notices: Sequence[Answer], base: str, unread: int) -> Markup:
    """The notifications of the visitor's own alerts, newest first, with what was not read yet marked."""
    if not notices:
        text = "What your alerts find stands here. The `notices` job checks every 15 minutes."
        return fragment(_TEMPLATE, "empty", "Inbox", notice("No notifications yet.", text, is_inline=True))
    rows = [
        {
            "notice": int(each["notice"]),
            "title": each["title"],
            "href": _href(each, base),
            "facts": "; ".join(_facts(each)),
            "found": _moment(each["found_at"]),
            "is_unread": each["read_at"] is None,
        }
        for each in notices
    ]
    return fragment(_TEMPLATE, "inbox", rows, unread)


def notice_table(notices: Sequence[Answer], base: str) -> Markup:
    """The notifications, newest first, each with its state."""
    if not notices:
        text = "Alerts apply to data that arrives after they are created. The `notices` job checks every 15 minutes."
        return fragment(_TEMPLATE, "empty", "Sent notifications", notice("Nothing yet.", text, is_inline=True))
    rows = [
        {
            "found": _moment(each["found_at"]),
            "title": each["title"],
            "href": _href(each, base),
            "alert": int(each["alert"]),
            "channel": each["channel"],
            "state": each["state"],
            "tone": _TONES.get(each["state"], ""),
            "error": each["error"],
        }
        for each in notices
    ]
    return fragment(_TEMPLATE, "sent", rows)


def _href(match: Answer, base: str) -> str:
    """The page of a match, relative to this address; empty for an address of another site."""
    link = match["link"]
    return link.removeprefix(base).lstrip("/") if link and link.startswith((base, "/")) else ""


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{day(moment)} {moment:%H:%M}"
