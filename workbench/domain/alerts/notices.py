"""Notices: what a rule found, and the messages that tell of it, as plain text and as HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from html import escape
from urllib.parse import urlencode

from workbench.domain.alerts.rules import AlertRule
from workbench.domain.identity import Accession, Cik, Company

# In full up to so many in a message, then by their title alone, then only counted.
_IN_FULL = 20
_LISTED = 300


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
    """One thing to be told. `subject` is what it is about within its rule: told once, whatever happens.

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


def compose(told: Sequence[tuple[AlertRule, Notice]], base: str) -> Message:
    """The message that tells of these notices, in their order; `base` is where the workbench's pages are.

    One stands for itself; several have a title that counts them, each under its own.
    """
    base = base.rstrip("/")
    rules = {rule.rule_id: rule for rule, _ in told}
    title = told[0][1].title if len(told) == 1 else f"{len(told)} notices: {_names(told)}"
    full, listed, more = told[:_IN_FULL], told[_IN_FULL:_LISTED], len(told) - _LISTED
    texts = [_text(notice, base) for _, notice in full]
    bodies = [_html(notice, base) for _, notice in full]
    if listed:
        texts.append("\n".join(f"- {notice.title}" + _link(notice, base) for _, notice in listed))
        bodies.append("<ul>" + "".join(f"<li>{_linked(notice.title, notice, base)}</li>" for _, notice in listed) + "</ul>")
    if more > 0:
        texts.append(f"And {more:,} more: workbench alerts deliveries lists them.")
        bodies.append(f"<p>And {more:,} more: <code>workbench alerts deliveries</code> lists them.</p>")
    why = [f"Alert {rule.rule_id}: {rule.sentence}" for rule in rules.values()]
    text = "\n\n".join([*texts, "\n".join(["--", *why])]) + "\n"
    foot = "<br>".join(map(escape, why))
    html = f'<div style="font-family:sans-serif">{"".join(bodies)}<hr><p style="color:#666;font-size:85%">{foot}</p></div>'
    return Message(_key(told), title, text, html)


def trial(channel: str, base: str) -> Message:
    """The message that shows that a channel works."""
    text = f"This is how notices will reach you through the channel {channel}.\n\nThe workbench: {base}\n"
    html = (
        f"<p>This is how notices will reach you through the channel <b>{escape(channel)}</b>.</p>"
        f'<p><a href="{escape(base)}">The workbench</a></p>'
    )
    return Message("trial", "A trial of the workbench's notices", text, html)


def company_page(company: Company, **parameters: str) -> str:
    """The address of a company's page without its host."""
    return "/company?" + urlencode({"ticker": company.ticker.symbol if company.ticker else str(company.cik), **parameters})


def reader_page(accession: str) -> str:
    """The address of a filing in the reader, without its host."""
    return "/reader?" + urlencode({"accession": accession})


def filing_url(cik: Cik, accession: str) -> str:
    """The SEC's page that lists a filing's documents."""
    number = Accession(accession)
    return f"https://www.sec.gov/Archives/edgar/data/{cik}/{number.compact}/{number}-index.htm"


def day(value: date) -> str:
    """`1 Nov 2024`."""
    return f"{value.day} {value:%b %Y}"


def as_filed(form: str, accession: str, filed_on: date) -> str:
    """`10-K 0000320193-24-000123 of 1 Nov 2024`."""
    return f"{form} {accession} of {day(filed_on)}"


def _key(told: Sequence[tuple[AlertRule, Notice]]) -> str:
    subjects = "\n".join(f"{rule.rule_id} {rule.created_at.isoformat()} {notice.subject}" for rule, notice in told)
    return hashlib.sha256(subjects.encode()).hexdigest()[:32]


def _names(told: Sequence[tuple[AlertRule, Notice]]) -> str:
    names = list(dict.fromkeys(notice.company or "runs" for _, notice in told))
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _rows(notice: Notice, base: str) -> list[tuple[str, str]]:
    links = (("Page", base + notice.page if notice.page else None), ("At the SEC", notice.source_url))
    return [*notice.facts, *((name, address) for name, address in links if address)]


def _text(notice: Notice, base: str) -> str:
    rows = _rows(notice, base)
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join([notice.title, *(f"  {name:<{width}}  {value}" for name, value in rows)])


def _html(notice: Notice, base: str) -> str:
    """Lines and no table, and addresses that are seen: this is what mail programs without HTML make the text of."""
    rows = (f'<span style="color:#666">{escape(name)}:</span> {_value(value)}' for name, value in _rows(notice, base))
    return f"<h3>{_linked(notice.title, notice, base)}</h3><p>{'<br>'.join(rows)}</p>"


def _value(text: str) -> str:
    return f'<a href="{escape(text)}">{escape(text)}</a>' if text.startswith(("http://", "https://")) else escape(text)


def _link(notice: Notice, base: str) -> str:
    return f"  {base}{notice.page}" if notice.page else ""


def _linked(text: str, notice: Notice, base: str) -> str:
    return f'<a href="{escape(base + notice.page)}">{escape(text)}</a>' if notice.page else escape(text)
