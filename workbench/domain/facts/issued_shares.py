"""Detects balance sheet counts of shares issued that were filed as shares outstanding.

Boeing files its 1,012 million shares issued under `CommonStockSharesOutstanding` too; more than a quarter of them are treasury
shares. Shares outstanding are shares issued less treasury shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact

OUTSTANDING = "us-gaap:CommonStockSharesOutstanding"
_ISSUED = "us-gaap:CommonStockSharesIssued"
_TREASURY = ("us-gaap:TreasuryStockCommonShares", "us-gaap:TreasuryStockShares")
_TREASURY_VALUE = ("us-gaap:TreasuryStockValue", "us-gaap:TreasuryStockCommonValue")
_AVERAGES = (
    "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic",
    "us-gaap:WeightedAverageNumberOfShareOutstandingBasicAndDiluted",
    "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding",
)

# The most by which a year's buy-backs, issues and dilution move a count from its average, without a merger or an initial
# public offering: of the 577 measurable cover pages of recorded companies, all but two are closer.
OF_AVERAGE_RATIO = Decimal("0.1")
# If only the value of treasury shares is known, the count may differ from the average by a quarter's buy-backs only.
_NEAR_RATIO = Decimal("0.02")
# A derived count may be off by this much for rounding.
_ROUNDING_RATIO = Decimal("0.01")


def is_of_issued(facts: FactTable, fact: KnownFact) -> bool:
    """Whether a count filed as outstanding is the number of shares issued, including treasury shares.

    True if the filer gives the same number as issued, and either treasury shares that are larger than its rounding or 1 % of
    it, or treasury stock of unknown number and a different average count. Also true if the average count over the period
    matches the count without treasury shares.
    """
    if fact.concept != OUTSTANDING or not fact.value:
        return False
    issued = _at(facts, (_ISSUED,), fact)
    is_same = issued is not None and issued.value == fact.value
    average = _average(facts, fact)
    treasury = _at(facts, _TREASURY, fact)
    if treasury is not None and treasury.value:
        if is_same:
            return abs(treasury.value) > min(_half_digit(fact.value), fact.value * _ROUNDING_RATIO)
        net = fact.value - abs(treasury.value)
        return average is not None and not _is_near(fact.value, average) and _is_near(net, average)
    held = _at(facts, _TREASURY_VALUE, fact, unit=None)
    if not is_same or held is None or not held.value:
        return False
    return average is None or not _is_near(fact.value, average, _NEAR_RATIO)


def is_too_rounded(counts: Sequence[KnownFact], total: Decimal) -> bool:
    """Whether a sum of counts may be off by more than 1 % because the largest count is rounded.

    Disney gives 1.9 billion issued and 79 million treasury shares: the difference is anywhere from 1,771 to 1,871 million.
    """
    largest = max((abs(count.value) for count in counts), default=Decimal(0))
    return not total or _half_digit(largest) > abs(total) * _ROUNDING_RATIO


def _is_near(count: Decimal, average: Decimal, ratio: Decimal = OF_AVERAGE_RATIO) -> bool:
    return abs(count / average - 1) <= ratio


def _at(facts: FactTable, concepts: tuple[str, ...], fact: KnownFact, unit: str | None = "shares") -> KnownFact | None:
    """The known fact of the first of these concepts on the day of a fact; `unit` None: in any unit."""
    for concept in concepts:
        if unit is not None:
            known_fact = facts.find(concept, unit, None, fact.period_end)
        else:
            known_fact = next(iter(facts.on(concept, fact.period_end)), None)
        if known_fact is not None:
            return known_fact
    return None


def _average(facts: FactTable, fact: KnownFact) -> Decimal | None:
    """The average count over the shortest period that ends on the day of a fact."""
    for concept in _AVERAGES:
        known = [each for each in facts.on(concept, fact.period_end) if each.value and each.period_start]
        if known:
            return max(known, key=lambda each: each.period_start or each.period_end).value
    return None


def _half_digit(value: Decimal) -> Decimal:
    """Half of the last nonzero digit: the largest rounding error of the value."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)
