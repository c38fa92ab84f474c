"""The timeline of a company's current reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from workbench.analysis.market.reactions import PriceReaction
from workbench.domain.filings.events import UNKNOWN, MarketEvent
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_REPORTS_SHOWN = 10
_NO_REACTIONS: Mapping[date, PriceReaction] = MappingProxyType({})


def reaction_cell(reaction: PriceReaction | None) -> dict[str, str] | None:
    """A price reaction in per cent with its sign, and the closes that it is between; None without one."""
    if reaction is None:
        return None
    text = f"{100 * reaction.value:+.1f}%".replace("-", "−")
    return {"text": text, "span": f"Close of {day(reaction.from_on)} to close of {day(reaction.to_on)}, adjusted"}


def timeline(
    events: Sequence[MarketEvent], selection: Selection, reactions: Mapping[date, PriceReaction] = _NO_REACTIONS
) -> Markup:
    """One row a report, newest first: filing date, event date, price reaction, and each item as a link into the reader.

    Items that only list exhibits are left out, unless a report has no other items.
    """
    if not events:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return notice(
            f"No current reports{until}.",
            "They come with the company's filing index: load it on the page Companies, or with `workbench ingest`.",
            is_inline=True,
        )
    reports = [list(group) for _, group in groupby(events, key=lambda event: event.accession)][:_REPORTS_SHOWN]
    rows = [_row(report, selection, reactions) for report in reports]
    return fragment("company/event_timeline.html", "timeline", rows, any(row["reaction"] for row in rows))


def _row(report: list[MarketEvent], selection: Selection, reactions: Mapping[date, PriceReaction]) -> dict[str, Any]:
    first = report[0]
    shown = [event for event in report if event.event_type != "exhibits"] or report
    happened = day(first.report_on) if first.report_on and first.report_on != first.filed_on else ""
    return {
        "filed": day(first.filed_on), "happened": happened, "reaction": reaction_cell(reactions.get(first.filed_on)),
        "mentions": [_item(event, selection) for event in shown],
    }  # fmt: skip


def _item(event: MarketEvent, selection: Selection) -> dict[str, str]:
    item = event.item if event.start is not None else ""
    label = f"{event.label}: {event.item}" if event.event_type == UNKNOWN else event.label
    form = "" if event.form == "8-K" else f" ({event.form})"
    target = Selection(accession=event.accession.text, item=item, as_of=selection.as_of)
    return {"href": href("reader", target), "label": label, "place": event.item + form}
