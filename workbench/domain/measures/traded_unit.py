"""What trades under a ticker: one share, or a receipt or unit that stands for another number of shares.

A close is of what is listed, a count is of shares. The cover page of a report names what is listed (Form 10-K, the table of
section 12(b)). Without it a company incorporated in the United States lists its shares: depositary receipts are of foreign
issuers (Securities Act, Form F-6). The public float, the value of what no affiliate holds, confirms or contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Company, Ticker
from workbench.domain.statements.computed_figure import Refusal

PUBLIC_FLOAT = "dei:EntityPublicFloat"
COVER = "dei:EntityCommonStockSharesOutstanding"

# A cover page lists the securities registered under section 12(b) of the Exchange Act, mostly before its check boxes.
_REACH, _TITLES = 6_000, 2_000
_CHECK_MARK = re.compile(r"check\s*mark", re.IGNORECASE)
_REGISTERED = re.compile(r"\b12\s*\(\s*b\s*\)|\btitles?\s+of\s+(?:each\s+)?class", re.IGNORECASE)
_RECEIPT = re.compile(r"\bAmerican\s+Deposit[ao]ry\b", re.IGNORECASE)
# `Units, each consisting of one Class A share and half a warrant`; common units of a partnership consist of nothing.
_UNIT = re.compile(r"\bunits?\b\W{0,3}(?:each\s+)?(?:consist\w*|compris\w*|compos\w*)\b", re.IGNORECASE)
_EXCHANGE = re.compile(r"\b(?:NYSE|Nasdaq|Stock\s+Exchange|Stock\s+Market|exchange\s+on\s+which)\b", re.IGNORECASE)

# Where nobody controls a company its float is 0.94 to 1.05 of its value; a receipt of two shares makes it half at most.
_LEAST_CONFIRMING, _MOST_CONFIRMING = Decimal("0.8"), Decimal("1.1")
# Walmart's float is half its value, the rest being its founders' family's; at a fifth a receipt of five is as likely.
_LEAST_POSSIBLE, _MOST_POSSIBLE = Decimal("0.2"), Decimal(2)


class CoverPage(NamedTuple):
    """The first text of an annual or quarterly report; text after the cover page does no harm."""

    filed_on: date
    text: str

    @property
    def titles(self) -> str | None:
        """The securities registered; None where the page names none, as a quarterly report did until 2019."""
        heading = _REGISTERED.search(self.text[:_REACH])
        if heading is None:
            return None
        titles = self.text[heading.end() : heading.end() + _TITLES]
        return _CHECK_MARK.split(titles, maxsplit=1)[0]

    @property
    def has_receipts(self) -> bool | None:
        """Whether it registers American depositary shares or receipts; None where it names no securities."""
        return None if self.titles is None else bool(_RECEIPT.search(self.titles))

    def is_unit(self, ticker: Ticker) -> bool:
        """Whether it says that this ticker is of units of several securities."""
        titles = self.titles or ""
        symbol = re.search(rf"\b{'[-./ ]'.join(map(re.escape, ticker.symbol.split('-')))}\b", titles)
        if symbol is None:
            return False
        before = titles[: symbol.start()]
        ends = [each.end() for each in _EXCHANGE.finditer(before)]
        return bool(_UNIT.search(before[max(ends, default=0) :]))


def newest_cover(covers: Sequence[CoverPage]) -> CoverPage | None:
    """The newest cover page that names the securities registered."""
    return max((cover for cover in covers if cover.titles is not None), key=lambda cover: cover.filed_on, default=None)


def public_float(facts: FactTable) -> KnownFact | None:
    """The newest public float in US dollars, as of the last day of a second fiscal quarter."""
    filed = [fact for fact in facts.of(PUBLIC_FLOAT) if fact.unit == "USD" and fact.value > 0]
    return max(filed, key=lambda fact: (fact.filed_on, fact.period_end), default=None)


def float_ratio(facts: FactTable, close: Decimal | None, splits: Sequence[Split]) -> Decimal | None:
    """The public float by the market value on its day, at the count on the same cover page and this close of that day.

    None without one of them, or where a split lies between that day and the filing.
    """
    stated = public_float(facts)
    if stated is None or not close:
        return None
    covers = [fact for fact in facts.of(COVER) if fact.accession == stated.accession]
    counts = [fact for fact in covers if fact.unit == "shares" and fact.value > 0]
    is_split = any(stated.period_end < split.first_filed_on <= stated.filed_on for split in splits)
    return stated.value / (close * counts[0].value) if len(counts) == 1 and not is_split else None


def unit_refusal(company: Company, covers: Sequence[CoverPage], ratio: Decimal | None) -> Refusal | None:
    """Why a close of the company's ticker may not be the price of one share; None if it is.

    `ratio` is that of the public float to the market value (see `float_ratio`). It decides where no cover page was read.
    """
    cover = newest_cover(covers)
    if cover is not None:
        if cover.has_receipts:
            return Refusal.DEPOSITARY_RATIO_UNKNOWN
        return Refusal.TRADED_UNIT_UNKNOWN if company.ticker and cover.is_unit(company.ticker) else None
    if ratio is not None and not _LEAST_POSSIBLE <= ratio <= _MOST_POSSIBLE:
        return Refusal.PUBLIC_FLOAT_CONTRADICTS
    is_confirmed = ratio is not None and _LEAST_CONFIRMING <= ratio <= _MOST_CONFIRMING
    return None if is_confirmed or is_domestic(company) else Refusal.TRADED_UNIT_UNKNOWN


def is_domestic(company: Company) -> bool:
    """Whether the company is incorporated in a state or territory of the United States.

    EDGAR's codes of these are two letters; codes of provinces and countries have a digit, as E9 of the Cayman Islands.
    """
    code = company.state_of_incorporation or ""
    return len(code) == 2 and code.isalpha()
