"""Share classes: the one that is a company's main listing, and facts that filings give by class only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from workbench.domain.facts.member_names import in_words

CLASS_AXIS: Final = "us-gaap:StatementClassOfStockAxis"

# Lines of the income statement that companies such as Visa report by class, each with its line for the listed class.
LINES_OF_CLASS: Final[Mapping[str, str]] = {
    "eps_basic": "eps_basic_of_class",
    "eps_diluted": "eps_diluted_of_class",
    "weighted_average_shares": "weighted_average_shares_of_class",
    "weighted_average_shares_diluted": "weighted_average_shares_diluted_of_class",
}


class ListedClass(NamedTuple):
    """A ticker on the cover page of a report, and the member that its facts have on the axis of share classes."""

    accession: str
    symbol: str
    member: str
    filed_on: date


def main_class(listed: Iterable[ListedClass], tickers: Sequence[str]) -> str | None:
    """The member of the class behind the first of the company's tickers that its newest cover page names.

    A cover page with one class alone needs no ticker: the company may have had another one then. None if it stays open.
    """
    by_report: dict[tuple[date, str], dict[str, str]] = {}
    for each in listed:
        by_report.setdefault((each.filed_on, each.accession), {})[each.symbol] = each.member
    members = by_report[max(by_report)] if by_report else {}
    named = next((members[ticker] for ticker in tickers if ticker in members), None)
    return named if named is not None or len(members) != 1 else next(iter(members.values()))


def of_class(concept: str, member: str) -> str:
    """The name of a concept's facts of one class: `us-gaap:EarningsPerShareBasic [us-gaap:CommonClassAMember]`."""
    return f"{concept} [{member}]"


def split_class(concept: str) -> tuple[str, str | None]:
    """The concept and the class of a name as `of_class` makes it; no class for any other concept."""
    name, _, member = concept.removesuffix("]").partition(" [")
    return name, member or None


def label_with_class(label: str, concepts: Collection[str]) -> str:
    """The label of a line with the classes of its facts, in words."""
    members = sorted({member for _, member in map(split_class, concepts) if member is not None})
    return f"{label} ({', '.join(map(in_words, members))})" if members else label
