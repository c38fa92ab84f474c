"""The timeline of a company's current reports."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from workbench.domain.filings.events import UNKNOWN, MarketEvent
from workbench.pages.frame.markup import address, day, notice
from workbench.pages.frame.selection import Selection

_REPORTS_SHOWN = 10


def timeline(events: Sequence[MarketEvent], selection: Selection) -> str:
    """One row a report, the newest first: when it was filed, when it happened, and each item, a link into the reader.

    What only says that exhibits are attached is left out, unless a report says nothing else.
    """
    if not events:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return notice(f"No current reports{until}.", "They come in with the company's index of filings.", is_inline=True)
    reports = [list(group) for _, group in groupby(events, key=lambda event: event.accession)][:_REPORTS_SHOWN]
    rows = "".join(_row(report, selection) for report in reports)
    return (
        '<div class="head"><h2>Events</h2><span class="right small muted">items of Form 8-K</span></div>'
        '<div class="scroll"><table class="filings"><thead><tr><th>Filed</th><th class="optional">Happened</th><th>What</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(report: list[MarketEvent], selection: Selection) -> str:
    first = report[0]
    said = [event for event in report if event.event_type != "exhibits"] or report
    happened = day(first.report_on) if first.report_on and first.report_on != first.filed_on else ""
    return (
        f"<tr><td>{day(first.filed_on)}</td><td class='optional'>{happened}</td>"
        f"<td class='wide'>{'<br>'.join(_item(event, selection) for event in said)}</td></tr>"
    )


def _item(event: MarketEvent, selection: Selection) -> str:
    item = event.item if event.start is not None else ""
    target = address("reader", Selection(accession=event.accession.text, item=item, as_of=selection.as_of))
    label = f"{event.label}: {event.item}" if event.event_type == UNKNOWN else event.label
    form = "" if event.form == "8-K" else f" ({event.form})"
    return f'<a href="{target}">{escape(label)}</a> <span class="muted small">{escape(event.item + form)}</span>'
