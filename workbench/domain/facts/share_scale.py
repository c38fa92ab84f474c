"""Share counts of balance sheets that were filed in another scale than the earnings per share beside them.

Kimberly-Clark's quarterly reports of 2019 and 2020 give 378.6 million shares as 378.6 trillion, and Apple's for March 2014 has
861,745 shares. Earnings by earnings per share, as known when the count was filed, imply the number of shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact

# Both are among the tags that every statement reads, since they show the fiscal periods.
_EARNINGS = ("us-gaap:NetIncomeLoss", "ifrs-full:ProfitLoss")
_PER_SHARE = ("us-gaap:EarningsPerShareDiluted", "us-gaap:EarningsPerShareBasic", "ifrs-full:BasicEarningsLossPerShare")
# A wrong scale is a factor of a thousand or a million. Rounded earnings per share, preferred dividends and several classes of
# shares move the implied count by less.
_FACTOR = 100


def newest_in_scale(
    facts: FactTable, count: KnownFact, spans: Sequence[tuple[date, date]], currency: str, *, is_part: bool
) -> KnownFact | None:
    """The newest value of a count that earnings per share of one of the periods to its day do not contradict; None if all do.

    `is_part`: the shares can be few of all, as treasury shares are. Without earnings per share it is the count.
    """
    values = facts.values_of(count)
    return next((each for each in values if not _is_of_another_scale(facts, each, spans, currency, is_part=is_part)), None)


def _is_of_another_scale(
    facts: FactTable, count: KnownFact, spans: Sequence[tuple[date, date]], currency: str, *, is_part: bool
) -> bool:
    for span in spans:
        for implied in _implied(facts, count, span, currency):
            is_small = abs(count.value) * _FACTOR < implied and not is_part
            return bool(count.value) and (is_small or abs(count.value) > implied * _FACTOR)
    return False


def _implied(facts: FactTable, count: KnownFact, span: tuple[date, date], currency: str) -> Iterator[Decimal]:
    earned = next(_as_filed(facts, _EARNINGS, currency, span, count.filed_on), None)
    for per_share in _as_filed(facts, _PER_SHARE, f"{currency}/shares", span, count.filed_on):
        if per_share and earned:
            yield abs(earned / per_share)


def _as_filed(
    facts: FactTable, concepts: Iterable[str], unit: str, span: tuple[date, date], filed_on: date
) -> Iterator[Decimal]:
    """The value of each concept as known when the count was filed: a later split changes amounts a share."""
    for fact in facts.each(concepts, unit, *span):
        known = (each.value for each in facts.values_of(fact) if each.since_on <= filed_on)
        yield from islice(known, 1)
