"""The list of all companies, each with its latest fiscal year, its revenue history and its latest filing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Company

# The measures that the list shows for a fiscal year, by the names of `measures()`.
LISTED_MEASURES = ("revenue", "revenue_growth", "operating_margin", "net_income")


class ListOrder(StrEnum):
    """The sort keys of the list: the name, one of the measures, or the day of the latest filing."""

    NAME = "name"
    REVENUE = "revenue"
    REVENUE_GROWTH = "revenue_growth"
    OPERATING_MARGIN = "operating_margin"
    NET_INCOME = "net_income"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class CompanyQuestion:
    """Filter and order of the list: `text` is part of a name or an industry, or the start of a ticker; `sic` is a code.

    Amounts in dollars come before those in other currencies; companies without the figure come last.
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
    """The revenue of one fiscal year, as known while it was the company's latest year."""

    period_end: date
    period_label: str
    currency: str
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company. The period is its latest fiscal year, None without annual figures.

    `figures` are by measure, money in `currency`, without refused ones; `years` are the latest fiscal years, oldest first;
    `filing` is the latest report, event or proxy, not an ownership form.
    """

    company: Company
    period_label: str | None
    period_end: date | None
    currency: str | None
    figures: dict[str, Decimal]
    years: tuple[YearOfRevenue, ...]
    filing: Filing | None
    is_trend_pending: bool = False


@dataclass(frozen=True, slots=True)
class CompanyList:
    """One page of the list, with the number of matching companies and of all companies.

    `unevaluated` counts companies without stored figures: not computed yet, or not computable.
    """

    question: CompanyQuestion
    lines: tuple[CompanyLine, ...]
    matched: int
    companies: int
    unevaluated: int = 0

    @property
    def next_offset(self) -> int | None:
        """The offset of the next page; None on the last page."""
        extensions = self.question.offset + len(self.lines)
        return extensions if self.lines and extensions < self.matched else None

    @property
    def is_trend_pending(self) -> bool:
        """Whether the earlier years of a company on this page are still being computed."""
        return any(line.is_trend_pending for line in self.lines)


def parse_order(text: str) -> tuple[ListOrder, bool]:
    """Parses `revenue` (largest first) or `-revenue`, `name` (A first) or `-name`: the sort key, and whether it ascends.

    Empty text means largest revenue first; raises InvalidRequest for an unknown sort key.
    """
    name = text.strip().removeprefix("-").lower() or ListOrder.REVENUE.value
    try:
        order = ListOrder(name)
    except ValueError:
        raise InvalidRequest(f"companies are sorted by {', '.join(ListOrder)}, not {name!r}") from None
    return order, text.strip().startswith("-") != (order is ListOrder.NAME)
