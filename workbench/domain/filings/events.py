"""Current reports as events: the event type and date of each item of Form 8-K.

The two-part item numbers apply since 23 August 2004 (SEC release 33-8400); before that the form had items 1 to 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Accession, Cik

UNKNOWN = "unknown"

EventSource = Literal["index", "document", "both"]


class EventKind(NamedTuple):
    """The event type of an item: a stable name for programs and a short label for people."""

    event_type: str
    label: str


# An item's own heading, with its number.
_HEADING = re.compile(r"item\s+\d", re.IGNORECASE)
_UNKNOWN = EventKind(UNKNOWN, "Item not on the list of Form 8-K")

EVENT_KINDS: dict[str, EventKind] = {
    "1.01": EventKind("agreement", "Material agreement entered"),
    "1.02": EventKind("agreement_ended", "Material agreement ended"),
    "1.03": EventKind("bankruptcy", "Bankruptcy or receivership"),
    "1.04": EventKind("mine_safety", "Mine shutdown or pattern of violations"),
    "1.05": EventKind("cybersecurity", "Material cybersecurity incident"),
    "2.01": EventKind("acquisition_or_disposal", "Assets acquired or disposed of"),
    "2.02": EventKind("results", "Results and financial condition"),
    "2.03": EventKind("obligation", "Financial obligation created"),
    "2.04": EventKind("obligation_accelerated", "Obligation accelerated or increased"),
    "2.05": EventKind("exit_costs", "Costs of exit or disposal"),
    "2.06": EventKind("impairment", "Material impairment"),
    "3.01": EventKind("delisting", "Delisting, listing rule failed, or listing moved"),
    "3.02": EventKind("unregistered_sale", "Unregistered sale of equity"),
    "3.03": EventKind("holder_rights", "Rights of security holders changed"),
    "4.01": EventKind("auditor", "Auditor changed"),
    "4.02": EventKind("non_reliance", "Earlier statements not to be relied on"),
    "5.01": EventKind("control", "Control of the company changed"),
    "5.02": EventKind("people", "Directors and officers: departures, elections, pay"),
    "5.03": EventKind("articles", "Articles, bylaws or fiscal year changed"),
    "5.04": EventKind("plan_trading", "Trading under benefit plans suspended"),
    "5.05": EventKind("ethics", "Code of ethics amended or waived"),
    "5.06": EventKind("shell_status", "Shell company status changed"),
    "5.07": EventKind("vote", "Votes of security holders"),
    "5.08": EventKind("nominations", "Director nominations by shareholders"),
    "6.01": EventKind("abs_material", "Asset-backed: informational material"),
    "6.02": EventKind("abs_servicer", "Asset-backed: servicer or trustee changed"),
    "6.03": EventKind("abs_support", "Asset-backed: credit support changed"),
    "6.04": EventKind("abs_distribution", "Asset-backed: distribution not made"),
    "6.05": EventKind("abs_update", "Asset-backed: Securities Act update"),
    "6.06": EventKind("abs_static_pool", "Asset-backed: static pool information"),
    "7.01": EventKind("disclosure", "Regulation FD disclosure"),
    "8.01": EventKind("other", "Other events"),
    "9.01": EventKind("exhibits", "Financial statements and exhibits"),
    "1": EventKind("control", "Control of the company changed"),
    "2": EventKind("acquisition_or_disposal", "Assets acquired or disposed of"),
    "3": EventKind("bankruptcy", "Bankruptcy or receivership"),
    "4": EventKind("auditor", "Auditor changed"),
    "5": EventKind("other", "Other events"),
    "6": EventKind("people", "Directors resigned"),
    "7": EventKind("exhibits", "Financial statements and exhibits"),
    "8": EventKind("articles", "Fiscal year changed"),
    "9": EventKind("disclosure", "Regulation FD disclosure"),
    "10": EventKind("ethics", "Code of ethics amended or waived"),
    "11": EventKind("plan_trading", "Trading under benefit plans suspended"),
    "12": EventKind("results", "Results and financial condition"),
}


@dataclass(frozen=True, slots=True)
class MarketEvent:
    """One item of one current report. `report_on` is the day of the earliest event reported, `filed_on` the filing date.

    `source` says whether the filing's index, its document, or both name the item. `document`, `start` and `end` locate the
    item; they are None if the document was not read or the item was not found in it.
    """

    cik: Cik
    accession: Accession
    item: str
    event_type: str
    form: str
    report_on: date | None
    filed_on: date
    source: EventSource
    document: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def label(self) -> str:
        """The label of the event type."""
        return event_kind(self.item).label


@dataclass(frozen=True, slots=True)
class EventOpening:
    """The first passage of an item, and where it stands in the document's text."""

    text: str
    start: int
    end: int

    def excerpt(self, characters: int = 200) -> str:
        """The beginning without the item's own heading, cut after a word.

        >>> EventOpening("Item 2.02 Results of Operations\\nOn May 1, the company reported results.", 0, 70).excerpt(20)
        'On May 1, the…'
        """
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        if len(lines) > 1 and _HEADING.match(lines[0]):
            lines = lines[1:]
        text = " ".join(lines)
        return text if len(text) <= characters else f"{text[: characters - 1].rpartition(' ')[0]}…"


def event_kind(item: str) -> EventKind:
    """The event type of an item; UNKNOWN for an item that the form does not have, which is stored too."""
    return EVENT_KINDS.get(item, _UNKNOWN)


def is_current_report(form: str) -> bool:
    """Whether a form is an 8-K, one of its variants (8-K12B, 8-K12G3, 8-K15D5), or an amendment of one."""
    return form == "8-K" or form.startswith(("8-K/", "8-K12", "8-K15"))


def parse_event_types(names: Iterable[str]) -> tuple[str, ...]:
    """The event types by name, each once; raises InvalidRequest for an unknown one, with the known ones as a hint."""
    known = list(dict.fromkeys([kind.event_type for kind in EVENT_KINDS.values()] + [UNKNOWN]))
    types = tuple(dict.fromkeys(name.strip().lower().replace("-", "_") for name in names if name.strip()))
    wrong = next((name for name in types if name not in known), None)
    if wrong is not None:
        raise InvalidRequest(f"there is no event type {wrong!r}", hint="choose one of " + ", ".join(known))
    return types
