"""The list of all companies: each with its latest fiscal year, how revenue went, and its latest filing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Company

# What the list shows of a fiscal year, by the names of `measures()`.
LISTED_MEASURES = ("revenue", "revenue_growth", "operating_margin", "net_income")


class ListOrder(StrEnum):
    """What the list can be sorted by: the name, one of the measures, or the day of the latest filing."""

    NAME = "name"
    REVENUE = "revenue"
    REVENUE_GROWTH = "revenue_growth"
    OPERATING_MARGIN = "operating_margin"
    NET_INCOME = "net_income"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class CompanyQuestion:
    """Which companies, in which order: `text` is part of a name, of an industry, or the begin of a ticker; `sic` a code.

    Amounts in dollars stand before those in other currencies; companies without the figure come last.
    """

    text: str = ""
    sic: str = ""
    order: ListOrder = ListOrder.REVENUE
    is_ascending: bool = False
    as_of: date | None = None
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class YearOfRevenue:
    """The revenue of one fiscal year, as it was known while that was the company's latest year."""

    period_end: date
    period_label: str
    currency: str
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company. The period is its latest fiscal year, None without annual figures; what is not proven is not in `figures`.

    `figures` are by measure, money in `currency`; `years` are the latest, oldest first; `filing` is a report, an event or a
    proxy, not a notice of ownership.
    """

    company: Company
    period_label: str | None
    period_end: date | None
    currency: str | None
    figures: dict[str, Decimal]
    years: tuple[YearOfRevenue, ...]
    filing: Filing | None


@dataclass(frozen=True, slots=True)
class CompanyList:
    """One page of the list, how many companies match and how many there are.

    `unevaluated` counts those of all whose figures are not there: still to be computed, or they cannot be.
    """

    question: CompanyQuestion
    lines: tuple[CompanyLine, ...]
    matched: int
    companies: int
    unevaluated: int = 0

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None on the last."""
        extensions = self.question.offset + len(self.lines)
        return extensions if self.lines and extensions < self.matched else None


def parse_order(text: str) -> tuple[ListOrder, bool]:
    """Reads `revenue` (largest first) or `-revenue`, and `name` (A first) or `-name`: the order, and whether it ascends.

    No text is the largest revenue first; raises InvalidRequest for what the list has not.
    """
    name = text.strip().removeprefix("-").lower() or ListOrder.REVENUE.value
    try:
        order = ListOrder(name)
    except ValueError:
        raise InvalidRequest(f"companies are sorted by {', '.join(ListOrder)}, not {name!r}") from None
    return order, text.strip().startswith("-") != (order is ListOrder.NAME)
