"""Restatements: each change of a filed value, with the rule that classifies it.

A change is between the last filing with the old value and the first with the new one, for one concept, unit and period. The
kinds, in the order of the checks:

    split            the ratio of a stock split that came between, for share counts and amounts a share
    rounding         the same figure, rounded to different digits (see `rounding`)
    scale_error      apart by a thousand, a million or a billion, or by a hundred
    sign             the same amount with the other sign
    retag            the newer filing has the old value under another concept, which did not have it before
    reclassification the statement's total for the period is unchanged in the newer filing: the amount moved within it
    restatement      anything else; always so for the totals themselves
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from workbench.domain.facts.known_fact import (
    ACCESSION,
    CONCEPT,
    END,
    FILED_ON,
    FORM,
    START,
    UNIT,
    VALUE,
    FiledVersion,
    Quantity,
    in_order,
)
from workbench.domain.facts.rounding import FilingPlaces, Stated, is_percent_or_cents, is_rounding, last_digit
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import Split


class Change(StrEnum):
    """Why a value differs from what was filed before."""

    RESTATEMENT = "restatement"
    RECLASSIFICATION = "reclassification"
    RETAG = "retag"
    SPLIT = "split"
    SCALE_ERROR = "scale_error"
    SIGN = "sign"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Restatement:
    """A changed value of one quantity: `before` as last filed, `after` as first filed with the new value.

    `lines` are the statement lines of its concept (empty for a figure of a note); `evidence` explains the kind in words.
    """

    kind: Change
    label: str
    lines: tuple[str, ...]
    before: SourceFact
    after: SourceFact
    evidence: str

    @property
    def difference(self) -> Decimal:
        """The new value less the old one."""
        return self.after.value - self.before.value

    @property
    def difference_pct(self) -> Decimal | None:
        """The difference in percent of the old value, to two digits; None if that was zero."""
        if not self.before.value:
            return None
        return round(self.difference / abs(self.before.value) * 100, 2)


@dataclass(frozen=True, slots=True)
class Words:
    """Names for ids: `taxonomy:tag` of concepts, units, labels of concepts, and statement lines of concepts.

    `totals` are the concepts of totals, which stand in tables to the last digit.
    """

    concepts: Mapping[int, str]
    units: Mapping[int, str]
    labels: Mapping[int, str]
    lines: Mapping[str, tuple[str, ...]]
    totals: frozenset[str] = frozenset()


# The totals of statements within which an amount can move: flows of a period, balances on a day.
_FLOW_TOTALS = ("us-gaap:NetIncomeLoss", "us-gaap:ProfitLoss", "ifrs-full:ProfitLoss")
_BALANCE_TOTALS = ("us-gaap:Assets", "us-gaap:LiabilitiesAndStockholdersEquity", "ifrs-full:Assets")
_TOTALS = frozenset((
    *_FLOW_TOTALS, *_BALANCE_TOTALS, "us-gaap:StockholdersEquity",
    "us-gaap:StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest", "ifrs-full:Equity",
))  # fmt: skip
_SCALES = tuple(Decimal(10) ** power for power in (2, 3, 6, 9))
# A value of few digits is exact to half of its last digit: 4.7 for 4,709.2 million. A larger difference is not rounding.
_SCALE_TOLERANCE = Decimal("0.02")
_SHARE_OF_COUNT = _HALF_CENT = Decimal("0.005")
_DAYS_OF_QUARTER = 91


# The XBRL `decimals` of filed versions that are known, by concept, end, start, unit, value and accession; None: exact.
Decimals = Mapping[tuple[int, date, date | None, int, Decimal, str], int | None]


def find_restatements(
    versions: Iterable[FiledVersion], words: Words, splits: Sequence[Split], decimals: Decimals = MappingProxyType({})
) -> list[Restatement]:
    """Every change of a value among these filings (see `known.FactTable`), in any order.

    Newest filing first; within one, statement lines before notes, then by concept and period.
    """
    history = _History(versions, words, splits, decimals)
    return sorted(history.changes(), key=_newest_first)


def _newest_first(restatement: Restatement) -> tuple[int, str, bool, str, str, int, int]:
    after = restatement.after
    start = after.period_start.toordinal() if after.period_start else 0
    newest = (-after.filed_on.toordinal(), after.accession)
    return (*newest, not restatement.lines, after.concept, after.unit, -after.period_end.toordinal(), -start)


class _History:
    """All filed versions of a company's facts by quantity, and the values of each filing for a period."""

    def __init__(self, versions: Iterable[FiledVersion], words: Words, splits: Sequence[Split], decimals: Decimals) -> None:
        self._words = words
        self._splits = splits
        self._decimals = decimals
        self._groups: defaultdict[Quantity, list[FiledVersion]] = defaultdict(list)
        self._concepts_by_value: defaultdict[tuple[object, ...], set[int]] = defaultdict(set)
        self._ids = {name: number for number, name in words.concepts.items()}
        every = list(versions)
        for version in every:
            self._groups[version[:VALUE]].append(version)
        for group in self._groups.values():
            group.sort(key=in_order)
        self._places = FilingPlaces(every, words.units)
        self._moved: set[tuple[str, Decimal]] = set()

    def changes(self) -> Iterator[Restatement]:
        changed = [
            (old, new)
            for group in self._groups.values()
            if len(group) > 1
            for old, new in pairwise(group)
            if old[VALUE] != new[VALUE]
        ]
        self._note({pair[side][ACCESSION] for pair in changed for side in (0, 1)})
        # Amounts that moved for certain: the same difference elsewhere in the filing is no rounding.
        self._moved = {
            (new[ACCESSION], abs(new[VALUE] - old[VALUE])) for old, new in changed if not self._is_rounding(old, new)
        }
        for old, new in changed:
            kind, evidence = self._classify(old, new)
            concept = self._words.concepts[new[CONCEPT]]
            label = self._words.labels.get(new[CONCEPT]) or concept.split(":", 1)[1]
            lines = self._words.lines.get(concept, ())
            yield Restatement(kind, label, lines, self._source(old), self._source(new), evidence)

    def _note(self, accessions: set[str]) -> None:
        """Indexes the values of concepts in these filings, by unit and period."""
        for group in self._groups.values():
            for version in group:
                if version[ACCESSION] in accessions:
                    self._concepts_by_value[(*version[1:VALUE], version[VALUE], version[ACCESSION])].add(version[CONCEPT])

    def _source(self, version: FiledVersion) -> SourceFact:
        concept, end, start, unit, value, accession, form, filed_on = version
        return SourceFact(self._words.concepts[concept], self._words.units[unit], start, end, value, accession, form, filed_on)

    def _classify(self, old: FiledVersion, new: FiledVersion) -> tuple[Change, str]:
        before, after = old[VALUE], new[VALUE]
        unit = self._words.units[new[UNIT]]
        if unit.endswith("shares"):
            split = self._split(unit, old, new)
            if split is not None:
                return Change.SPLIT, split
        if self._is_rounding(old, new) and not self._is_of_a_moved_amount(old, new):
            return Change.ROUNDING, "the same figure, rounded to different digits"
        scale = _scale_between(before, after)
        if scale is not None:
            return Change.SCALE_ERROR, f"different by a factor of {scale:,f}"
        if before == -after or (before * after < 0 and self._is_rounding(old, _with_value(new, -after))):
            return Change.SIGN, "the same amount with the other sign"
        others = (
            self._concepts_by_value[(*new[1:VALUE], before, new[ACCESSION])]
            - self._concepts_by_value[(*old[1:VALUE], before, old[ACCESSION])]
        )
        moved = sorted(self._words.concepts[other] for other in others - {new[CONCEPT]})
        if moved and before:
            return Change.RETAG, f"the old value is now under {moved[0]}"
        return self._within_total(old, new)

    def _is_rounding(self, old: FiledVersion, new: FiledVersion) -> bool:
        return is_rounding(self._stated(old), self._stated(new))

    def _stated(self, version: FiledVersion) -> Stated:
        key = version[:FORM]
        decimals = self._decimals.get(key)
        if decimals is None and key in self._decimals:  # exact, to the digit that it is written with
            is_rate = is_percent_or_cents(self._words.units[version[UNIT]])
            decimals = max(0, -last_digit(version[VALUE], is_percent_or_cents=is_rate))
        stated = self._places.stated(version, decimals)
        is_total = self._words.concepts[version[CONCEPT]] in self._words.totals
        return stated._replace(concept_place=stated.filing_place) if is_total else stated

    def _is_of_a_moved_amount(self, old: FiledVersion, new: FiledVersion) -> bool:
        """Whether the difference is more than half of the last digit, and others in the filing moved by the same amount.

        Apple's deferred tax liabilities of fiscal 2021 went from 7,200 to 7,253 million, not by cutting off digits: three
        other lines of the note changed by 53 million.
        """
        apart = abs(new[VALUE] - old[VALUE])
        digit = Decimal(1).scaleb(max(self._stated(old).place, self._stated(new).place))
        return apart * 2 > digit and (new[ACCESSION], apart) in self._moved

    def _split(self, unit: str, old: FiledVersion, new: FiledVersion) -> str | None:
        times = Decimal(1)
        between = [split for split in self._splits if old[FILED_ON] < split.first_filed_on <= new[FILED_ON]]
        for split in between:
            times = times * split.ratio.numerator / split.ratio.denominator
        if not between:
            return None
        expected = old[VALUE] * times if unit == "shares" else old[VALUE] / times
        label = " and ".join(f"split {split.label}, first in {split.accession}" for split in between)
        if abs(expected - new[VALUE]) <= _split_slack(expected, times, new, self._words):
            return label
        if unit != "shares":
            return None
        scale = next((scale for scale in _SCALES if abs(new[VALUE] / scale - expected) <= expected * _SHARE_OF_COUNT), None)
        return f"{label}, after a count without {scale:,f}s" if scale is not None else None

    def _within_total(self, old: FiledVersion, new: FiledVersion) -> tuple[Change, str]:
        if self._words.concepts[new[CONCEPT]] in _TOTALS:
            return Change.RESTATEMENT, "a total of the statement changed"
        for total in _BALANCE_TOTALS if new[START] is None else _FLOW_TOTALS:
            group = self._groups.get((self._ids.get(total, -1), *new[1:VALUE]), ())
            now = [version for version in group if version[ACCESSION] == new[ACCESSION]]
            then = [version for version in group if in_order(version) <= in_order(old)]
            if now and then:
                if now[-1][VALUE] == then[-1][VALUE] or self._is_rounding(then[-1], now[-1]):
                    return Change.RECLASSIFICATION, f"{total} for the period is unchanged"
                return Change.RESTATEMENT, f"{total} for the period changed too"
        return Change.RESTATEMENT, "the newer filing gives no total to compare"


def _split_slack(expected: Decimal, times: Decimal, new: FiledVersion, words: Words) -> Decimal:
    """How far a restated share figure may be from the old one times the ratio: both are rounded."""
    if words.units[new[UNIT]] == "shares":
        return abs(expected) * _SHARE_OF_COUNT
    # To a cent on both sides; dividends of several quarters to a cent each.
    start, is_dividend = new[START], "Dividend" in words.concepts[new[CONCEPT]]
    quarters = max(1, round((new[END] - start).days / _DAYS_OF_QUARTER)) if is_dividend and start else 1
    return _HALF_CENT * (1 + 1 / times) * quarters


def _with_value(version: FiledVersion, value: Decimal) -> FiledVersion:
    return (*version[:VALUE], value, *version[ACCESSION:])


def _scale_between(one: Decimal, other: Decimal) -> Decimal | None:
    """The power of ten between two values, to the digits of the shorter one; None if there is no such factor."""
    if one * other <= 0:
        return None
    small, large = sorted((abs(one), abs(other)))
    digits = max(Decimal(1).scaleb(last_digit(value, is_percent_or_cents=False)) / abs(value) for value in (one, other))
    tolerance = min(_SCALE_TOLERANCE, digits)
    return next((scale for scale in _SCALES if abs(large / small / scale - 1) <= tolerance), None)
