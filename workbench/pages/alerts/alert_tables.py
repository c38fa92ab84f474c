"""What the API tells of alerts and notices, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from workbench.pages.frame.markup import day, notice, tag

Told = Mapping[str, Any]

PREVIEW_DAYS = 365

_TONES = {"sent": "good", "failed": "bad", "pending": "accent", "sending": "accent"}
_CADENCES = {"at_once": "at once", "daily": "each day", "weekly": "each week"}


def rule_table(rules: Sequence[Told], added: str = "") -> str:
    """One row an alert, each with what it would have told and its removal; the one numbered `added` is said to be here."""
    head = '<div class="head"><h2>Alerts</h2></div>'
    if not rules:
        return head + notice("No alerts yet.", "Make one above: its preview shows what it would have told.", is_inline=True)
    owners = {rule["owner"] for rule in rules}
    owner = "<th class='optional'>Owner</th>" if len(owners) > 1 else ""
    rows = "".join(_rule(rule, is_new=str(rule["alert"]) == added, has_owner=bool(owner)) for rule in rules)
    return (
        f'{head}<p class="small" role="alert"></p><div class="scroll"><table class="filings runs"><thead><tr><th>Alert</th>'
        f"<th>What</th><th>To</th><th class='optional'>When</th>{owner}<th></th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rule(rule: Told, *, is_new: bool, has_owner: bool) -> str:
    fault = f" {tag('no longer possible', 'bad')}" if rule["fault"] else ""
    new = f" {tag('new', 'good')}" if is_new else ""
    place = f"api/v1/alerts/{int(rule['alert'])}"
    past = "" if rule["fault"] else _button(f"{place}/preview?days={PREVIEW_DAYS}", "preview", "GET", "Preview", rule)
    owner = f"<td class='optional'>{escape(rule['owner'])}</td>" if has_owner else ""
    confirm = f"Remove alert {int(rule['alert'])} for good?\n\n{rule['sentence']}"
    return (
        f"<tr><td>{int(rule['alert'])}</td><td class='wide'>{escape(rule['sentence'])}{fault}{new}</td>"
        f"<td>{escape(rule['channel'])}</td><td class='optional'>{escape(_when(rule))}</td>{owner}"
        f'<td class="actions">{past}{_button(place, "removed", "DELETE", "Remove", rule, confirm=confirm)}</td></tr>'
    )


def _button(place: str, event: str, method: str, text: str, rule: Told, *, confirm: str = "") -> str:
    label = f"{text}: {rule['sentence']}"
    asked = f' data-confirm="{escape(confirm)}"' if confirm else ""
    return (
        f'<form class="inline" data-post="{event}" data-method="{method}" action="{place}"{asked}>'
        f'<button type="submit" aria-label="{escape(label)}">{text}</button></form>'
    )


def _when(rule: Told) -> str:
    parts = [_CADENCES[rule["cadence"]]]
    if rule["digest_weekday"]:
        parts.append(f"on {rule['digest_weekday']}")
    if rule["digest_at"]:
        parts.append(f"at {rule['digest_at']} {rule['time_zone']}")
    if rule["quiet_hours"]:
        parts.append(f"not {rule['quiet_hours']}")
    return " ".join(parts)


def preview_list(preview: Told, base: str) -> str:
    """What an alert would have told, the newest first; links to pages below `base` lead to those of this address."""
    rule, found, shown = preview["alert"], preview["found"], preview["notices"]
    newest = f", the newest {len(shown)}" if found > len(shown) else ""
    head = (
        f'<div class="head" data-preview><h2>{escape(rule["sentence"])}</h2><span class="muted">would have told '
        f"{found:,} times in the last {preview['days']:,} days{newest}</span></div>"
    )
    items = "".join(
        f'<li>{_title(each, base)}<div class="small muted">{escape("; ".join(_facts(each)))}</div></li>'
        for each in reversed(shown)
    )
    return f'{head}<ul class="news">{items}</ul>' if items else head


def _facts(told: Told) -> list[str]:
    return [f"{fact['name']}: {fact['value']}" for fact in told["facts"]]


def notice_table(notices: Sequence[Told], base: str) -> str:
    """What was told, and what became of each."""
    head = '<div class="head"><h2>What was told</h2></div>'
    if not notices:
        text = "An alert speaks of what comes in after it was made; the job `notices` looks for it."
        return head + notice("Nothing yet.", text, is_inline=True)
    rows = "".join(
        f"<tr><td>{_moment(each['found_at'])}</td><td class='wide'>{_title(each, base)}</td><td>{int(each['alert'])}</td>"
        f"<td class='optional'>{escape(each['channel'])}</td><td>{_state(each)}</td></tr>"
        for each in notices
    )
    return (
        f'{head}<div class="scroll"><table class="filings runs"><thead><tr><th>Found (UTC)</th><th>What</th><th>Alert</th>'
        f"<th class='optional'>To</th><th>Became</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _state(told: Told) -> str:
    error = f'<div class="small note">{escape(told["error"])}</div>' if told["error"] else ""
    return tag(told["state"], _TONES.get(told["state"], "")) + error


def _title(told: Told, base: str) -> str:
    title, link = escape(told["title"]), told["link"]
    return f'<a href="{escape(link.removeprefix(base).lstrip("/"))}">{title}</a>' if link else title


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{day(moment)} {moment:%H:%M}"
