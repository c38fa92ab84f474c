"""Whether two filed values are one figure, rounded to different digits.

The place of a value's last digit is the power of ten that it is exact to. XBRL `decimals` prove it; without them it is read
off the value, whose last zeros may be digits: 2,420,000,000 of a filing in millions is as likely exact to the million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from workbench.domain.facts.known_fact import ACCESSION, CONCEPT, UNIT, VALUE, FiledVersion

# Amounts a share are given to the cent and rates to the percent, though 2.50 and 0.40 are stored without their last zeros.
_CENT: Final = -2
# By chance one value of a hundred ends in two zeros more than its filing's others, one of ten in one.
_ZEROS_THAT_PROVE: Final = 2
# A filing's values are exact to the place that a quarter of them reach: of ten values in millions nine do not end in 0.
_QUARTER: Final = 4
# Counts of stores, segments and employees below this are exact.
_LEAST_ROUNDED_COUNT: Final = 1000
# Nobody rounds to tens or hundreds of dollars or shares.
_UNUSUAL_PLACES: Final = (1, 2)
# What tables are rounded to, beside thousands.
_HUNDRED_THOUSANDS, _MILLIONS = 5, 6
# Of a value of few digits the last one is more than this share.
_SHARE_OF_A_DIGIT: Final = Decimal("0.02")
_LARGEST_DIFFERENCE: Final = Decimal("0.1")
_AT_PLACE: Final = Decimal("0.75")


class Stated(NamedTuple):
    """A value with the place of its last digit as far as known.

    `decimals` are XBRL's (-6: exact to the million), None if unknown; `filing_place` is the place that values of its unit have
    in its filing, `concept_place` the finest that values of its concept have there (see `FilingPlaces`).
    `is_percent_or_cents`: a rate, or an amount a share.
    """

    value: Decimal
    decimals: int | None
    filing_place: int
    concept_place: int
    is_percent_or_cents: bool

    @property
    def place(self) -> int:
        """The power of ten of the last digit: 6 for millions, -2 for cents."""
        if self.decimals is not None:
            return -self.decimals
        place = last_digit(self.value, is_percent_or_cents=self.is_percent_or_cents)
        zeros = place - self.filing_place
        is_rounder = zeros >= _ZEROS_THAT_PROVE and self.concept_place > self.filing_place
        return place if zeros <= 0 or is_rounder else self.filing_place


def last_digit(value: Decimal, *, is_percent_or_cents: bool) -> int:
    """The power of ten of the last digit that is not zero, at most cents for rates and amounts a share; that of 0 is 0."""
    place = int(value.normalize().as_tuple().exponent)
    return min(place, _CENT) if is_percent_or_cents else place


def is_percent_or_cents(unit: str) -> bool:
    """Whether values of the unit are rates or amounts a share."""
    return unit == "pure" or unit.endswith("/shares")


class FilingPlaces:
    """The places of last digits in filings.

    A company prints a concept either in its tables, to their last digit, or rounded in a sentence: where one value of the
    concept is to the filing's place, the zeros of the others are digits (Walmart's net income of fiscal 2009 was 13,400
    million).
    """

    def __init__(self, versions: Iterable[FiledVersion], units: Mapping[int, str]) -> None:
        self._rates = {number for number, unit in units.items() if is_percent_or_cents(unit)}
        places: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self._finest: dict[tuple[str, int, int], int] = {}
        for version in versions:
            if version[VALUE]:
                accession, unit = version[ACCESSION], version[UNIT]
                place = last_digit(version[VALUE], is_percent_or_cents=unit in self._rates)
                places[accession, unit].append(place)
                key = accession, unit, version[CONCEPT]
                self._finest[key] = min(place, self._finest.get(key, place))
        self._usual = {key: _usual(result) for key, result in places.items()}

    def stated(self, version: FiledVersion, decimals: int | None) -> Stated:
        """The value of a filed version, with the places of its filing; `decimals` as `Stated` has them."""
        accession, unit = version[ACCESSION], version[UNIT]
        usual = self._usual.get((accession, unit), 0)
        finest = self._finest.get((accession, unit, version[CONCEPT]), usual)
        return Stated(version[VALUE], decimals, usual, finest, unit in self._rates)


def _usual(places: Sequence[int]) -> int:
    return sorted(places)[len(places) // _QUARTER]


def is_rounding(one: Stated, other: Stated) -> bool:
    """Whether the value with the coarser last digit is the other one rounded to it: to the nearest, or cut off.

    Where XBRL `decimals` do not prove the place, a value of few digits must be near the other one and rounder than the rest
    of its filing. Values that differ in their filings' usual place may lie up to two of its units apart, since
    filers round so that columns add up (Marvell's since fiscal 2023).
    """
    coarse, fine = (one, other) if one.place > other.place else (other, one)
    if coarse.place == fine.place:
        return False
    digit = Decimal(1).scaleb(coarse.place)
    if coarse.decimals is not None:
        return _is_rounded(coarse.value, fine.value, digit)
    if coarse.place in _UNUSUAL_PLACES or _is_exact_count(one, other):
        return False
    apart, size = abs(one.value - other.value), _larger(one, other)
    is_of_filing = coarse.filing_place >= coarse.place and coarse.filing_place > fine.filing_place
    if digit <= size * _SHARE_OF_A_DIGIT:
        return apart < digit * 2 if is_of_filing else _is_rounded(coarse.value, fine.value, digit)
    if is_of_filing and _HUNDRED_THOUSANDS <= coarse.place <= _MILLIONS:
        return apart < digit * _AT_PLACE
    is_rounder = coarse.place <= 0 or coarse.place - coarse.filing_place >= _ZEROS_THAT_PROVE
    return is_rounder and apart <= digit / 2 and apart <= size * _LARGEST_DIFFERENCE


def _is_rounded(coarse: Decimal, fine: Decimal, digit: Decimal) -> bool:
    """Whether one value is the other to the nearest, or cut off."""
    apart = abs(coarse - fine)
    return apart <= digit / 2 or (apart < digit and abs(coarse) < abs(fine))


def _is_exact_count(one: Stated, other: Stated) -> bool:
    is_whole = one.value == one.value.to_integral_value() and other.value == other.value.to_integral_value()
    return is_whole and _larger(one, other) < _LEAST_ROUNDED_COUNT and not one.is_percent_or_cents


def _larger(one: Stated, other: Stated) -> Decimal:
    return max(abs(one.value), abs(other.value))
