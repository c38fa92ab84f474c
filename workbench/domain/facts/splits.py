"""Stock splits in a company's filings, and share figures made comparable across them.

After a split a company restates its share counts and per-share figures of earlier periods (ASC 260-10-55-12). A split is
proven if one filing restates them by one simple ratio, shares up and per-share amounts down, or if one of the two agrees with
the ratio that the filing states. Figures filed from that day on are in new shares, earlier ones in old shares.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, prod
from operator import itemgetter
from typing import NamedTuple

from workbench.domain.facts.known_fact import FiledVersion, KnownFact, Quantity

_SHARES = frozenset(
    f"us-gaap:{tag}"
    for tag in (
        "WeightedAverageNumberOfDilutedSharesOutstanding", "WeightedAverageNumberOfSharesOutstandingBasic",
        "WeightedAverageNumberOfShareOutstandingBasicAndDiluted", "CommonStockSharesOutstanding", "CommonStockSharesIssued",
    )
)  # fmt: skip
_PER_SHARE = frozenset(
    f"us-gaap:{tag}"
    for tag in (
        "EarningsPerShareDiluted", "EarningsPerShareBasic", "EarningsPerShareBasicAndDiluted",
        "CommonStockDividendsPerShareDeclared", "CommonStockDividendsPerShareCashPaid",
    )
)  # fmt: skip
_STATED = frozenset(f"us-gaap:StockholdersEquityNoteStockSplitConversionRatio{ending}" for ending in ("", "1"))

# The concepts needed to find splits.
SPLIT_TAGS = _SHARES | _PER_SHARE | _STATED

# Ratios that boards choose between 1 for 2 and 5 for 1, new shares for old ones: 3 for 2 and the like.
_RATIOS = sorted(
    {Fraction(1, 2)}
    | {Fraction(new) for new in range(2, 6)}
    | {Fraction(new, old) for old in (2, 3, 4, 5) for new in range(old + 1, 2 * old)}
    | {Fraction(5, 2), Fraction(7, 2)}
)  # fmt: skip
# Ratios of a stated decimal: 3 for 2, 7 for 5; a finer one is a stock dividend or an exchange ratio of a merger.
_LARGEST_DENOMINATOR = 100
# Share counts have at least five digits; buy-backs and issues never restate them.
_TOLERANCE = Decimal("0.003")
_KINDS_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Split:
    """New shares for each old one. `accession`, of `first_filed_on`, is the first filing that counts in new shares."""

    ratio: Fraction
    first_filed_on: date
    accession: str

    @property
    def label(self) -> str:
        """`4 for 1`, `3 for 2`, `1 for 10`."""
        return f"{self.ratio.numerator} for {self.ratio.denominator}"

    @property
    def words(self) -> str:
        """The ratio and the filing, as an adjusted figure names it: `4 for 1 in 0000320193-20-000096`."""
        return f"{self.label} in {self.accession}"


class _Restated(NamedTuple):
    """A restated share count or per-share amount: the split lies after `before_on` and not later than `filed_on`."""

    before_on: date
    filed_on: date
    accession: str
    is_count: bool
    old: Decimal
    new: Decimal

    def fits(self, ratio: Fraction) -> bool:
        times = Decimal(ratio.numerator) / ratio.denominator
        if self.is_count:
            return abs(self.new / (self.old * times) - 1) <= _TOLERANCE
        # Both amounts are rounded to their last digit.
        slack = (_half_digit(self.old) / times) + _half_digit(self.new)
        return abs(self.old / times - self.new) <= slack


def find_splits(versions: Iterable[FiledVersion], concepts: Mapping[int, str]) -> tuple[Split, ...]:
    """The splits that these filings prove, oldest first; filed versions as for `known.FactTable`, in any order.

    A ratio is proven by two of three: share counts restated by it, per-share amounts restated by its inverse, the stated
    ratio. A wrong scale changes counts only, so it proves nothing.
    """
    versions = list(versions)
    stating = {number for number, name in concepts.items() if name in _STATED}
    stated = {(version[5], stated_ratio(version[4])) for version in versions if version[0] in stating}
    by_filing: defaultdict[tuple[date, str], list[_Restated]] = defaultdict(list)
    for restated in _restated(versions, concepts):
        by_filing[restated.filed_on, restated.accession].append(restated)
    splits: list[Split] = []
    for (filed_on, accession), evidence in sorted(by_filing.items()):
        # A change that earlier splits explain is not another split.
        left = [_without(splits, restated) for restated in evidence]
        ratio = _proven(left, {ratio for where, ratio in stated if where == accession and ratio})
        if ratio is not None:
            splits.append(Split(ratio, filed_on, accession))
    return tuple(splits)


def _without(splits: Sequence[Split], restated: _Restated) -> _Restated:
    """The restatement without the effect of the splits in between."""
    times = Fraction(1)
    for split in splits:
        if restated.before_on < split.first_filed_on <= restated.filed_on:
            times *= split.ratio
    factor = Decimal(times.numerator) / times.denominator
    return restated._replace(old=restated.old * factor if restated.is_count else restated.old / factor)


def _restated(versions: Iterable[FiledVersion], concepts: Mapping[int, str]) -> Iterator[_Restated]:
    groups: defaultdict[Quantity, list[FiledVersion]] = defaultdict(list)
    wanted = {number for number, name in concepts.items() if name in _SHARES or name in _PER_SHARE}
    for version in versions:
        if version[0] in wanted:
            groups[version[:4]].append(version)
    for key, group in groups.items():
        first = group[0][4]
        if all(version[4] == first for version in group):
            continue
        group.sort(key=itemgetter(7, 5))
        for old, new in pairwise(group):
            if old[4] * new[4] > 0 and old[4] != new[4] and old[7] < new[7]:
                yield _Restated(old[7], new[7], new[5], concepts[key[0]] in _SHARES, abs(old[4]), abs(new[4]))


def _proven(evidence: Sequence[_Restated], stated: set[Fraction]) -> Fraction | None:
    """The best supported ratio with two kinds of evidence; None if there is none.

    For 1 for 200, some companies state 0.005 and some 200: the restated counts show the direction.
    """
    supported = []
    candidates = stated | {nearest_ratio(restated.new / restated.old) for restated in evidence if restated.is_count}
    for ratio in candidates - {Fraction(1)}:
        fitting = [restated for restated in evidence if restated.fits(ratio)]
        counts = sum(restated.is_count for restated in fitting)
        is_stated = ratio in stated or (counts > 0 and 1 / ratio in stated)
        kinds = (counts > 0) + (len(fitting) > counts) + is_stated
        if fitting and kinds >= _KINDS_NEEDED:
            supported.append((len(fitting), is_stated, ratio))
    return max(supported)[-1] if supported else None


def nearest_ratio(times: Decimal) -> Fraction:
    """The usual split ratio nearest to this many new shares for each old one.

    N for 1 and 1 for N are among the usual ratios for every N. Raises ValueError unless the number is positive.
    """
    if not times.is_finite() or times <= 0:
        raise ValueError(f"{times} new shares for an old one is not a ratio")
    exact = Fraction(times)
    if exact >= _RATIOS[-1]:
        return Fraction(round(exact))
    if exact <= _RATIOS[0]:
        below = int(1 / exact)
        return min(Fraction(1, below), Fraction(1, below + 1), key=lambda ratio: abs(ratio - exact))
    place = bisect(_RATIOS, exact)
    return min(_RATIOS[place - 1 : place + 1], key=lambda ratio: abs(ratio - exact))


def stated_ratio(value: Decimal) -> Fraction | None:
    """The new shares for each old one that a filing states as a decimal: 2, 1.5, 0.005, 0.0667; None if it is not a ratio.

    A rounded decimal means the usual ratio that rounds to it, if there is exactly one.
    """
    if not value.is_finite() or value <= 0:
        return None
    exact, slack = Fraction(value), Fraction(1, 2) * Fraction(10) ** _exponent(value)
    if exact.numerator == 1:
        return exact
    if exact <= _RATIOS[0] and exact > slack:
        first, last = ceil(1 / (exact + slack)), floor(1 / (exact - slack))
        if first == last:
            return Fraction(1, first)
    elif abs(nearest_ratio(value) - exact) <= slack:
        return nearest_ratio(value)
    return exact.limit_denominator(_LARGEST_DENOMINATOR) or None


def splits_since(fact: KnownFact, splits: Iterable[Split]) -> tuple[Split, ...]:
    """The splits after a share figure was last filed."""
    return tuple(split for split in splits if fact.last_filed_on < split.first_filed_on)


def comparable(fact: KnownFact, splits: Iterable[Split]) -> Decimal:
    """A share count or per-share amount in today's shares; exact except for repeating decimals."""
    return in_new_shares(fact.value, splits_since(fact, splits), fact.unit) if fact.unit.endswith("shares") else fact.value


def in_new_shares(value: Decimal, splits: Iterable[Split], unit: str) -> Decimal:
    """A share count, or an amount per share in another unit than `shares`, in the shares after these splits."""
    times = prod((split.ratio for split in splits), start=Fraction(1))
    if unit != "shares":
        times = 1 / times
    return value * times.numerator / times.denominator


def adjustment_words(splits: Iterable[Split]) -> str:
    """The splits by which a figure is adjusted, in words."""
    return ", ".join(split.words for split in splits)


def is_restated_by_split(fact: KnownFact, splits: Iterable[Split]) -> bool:
    """Whether a split since the first filing restated a share figure."""
    is_of_shares = fact.unit.endswith("shares")
    return is_of_shares and any(fact.first_filed_on < split.first_filed_on <= fact.since_on for split in splits)


def _exponent(value: Decimal) -> int:
    """The power of ten of the last digit that is not zero: -3 of 0.0050 and of 1.005, 0 of 20 and of 25.0."""
    exponent = value.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _half_digit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    # Never finer than a tenth of a cent, never coarser than a cent: stored values have no trailing zeros.
    return Decimal("0.5").scaleb(min(-2, max(-4, exponent if isinstance(exponent, int) else -2)))
