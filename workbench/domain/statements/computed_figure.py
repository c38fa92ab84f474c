"""A computed figure, the reasons why there may be none, and whether figures agree within rounding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.statements.statement import Figure, Status


class Refusal(StrEnum):
    """Why there is no figure."""

    NOT_REPORTED = "not_reported"
    OPERAND_MISSING = "operand_missing"
    OPERAND_RESTATED_APART = "operand_restated_apart"
    PERIOD_LENGTH_MISMATCH = "period_length_mismatch"
    NOT_SUBTRACTABLE = "not_subtractable"
    NOT_ADDITIVE = "not_additive"
    MAY_COUNT_TWICE = "may_count_twice"
    NOT_MEANINGFUL = "not_meaningful"
    SCALE_ERROR = "scale_error"
    QUARTERS_DISAGREE = "quarters_disagree"
    ISSUED_NOT_OUTSTANDING = "issued_not_outstanding"
    TOO_ROUNDED = "too_rounded"
    RESTATED_APART = "restated_apart"
    WRONG_SIGN = "wrong_sign"
    CONTRADICTED = "contradicted"
    PARTS_WITHOUT_TOTAL = "parts_without_total"
    PREFERRED_AT_PAR = "preferred_at_par"
    # Reasons of measures that use a share price.
    NOT_LISTED = "not_listed"
    NO_PRICE = "no_price"
    STALE_PRICE = "stale_price"
    PRICE_BASIS_UNKNOWN = "price_basis_unknown"
    SHARE_BASIS_UNKNOWN = "share_basis_unknown"
    NO_SHARE_COUNT = "no_share_count"
    STALE_SHARE_COUNT = "stale_share_count"
    SHARE_COUNT_UNCONFIRMED = "share_count_unconfirmed"
    SHARE_COUNT_CONTRADICTED = "share_count_contradicted"
    SEVERAL_SHARE_CLASSES = "several_share_classes"
    DEPOSITARY_RATIO_UNKNOWN = "depositary_ratio_unknown"
    TRADED_UNIT_UNKNOWN = "traded_unit_unknown"
    PUBLIC_FLOAT_CONTRADICTS = "public_float_contradicts"
    CURRENCY_MISMATCH = "currency_mismatch"
    STALE_FIGURES = "stale_figures"
    NOT_FOR_INDUSTRY = "not_for_industry"


class ComputedFigure(NamedTuple):
    """A figure with the facts from which it was computed."""

    value: Decimal | None
    reason: Refusal | None = None
    formula: str | None = None
    facts: tuple[KnownFact, ...] = ()
    adjusted_value: Decimal | None = None
    adjustment: str | None = None

    @property
    def comparable(self) -> Decimal | None:
        """The value to compare with other periods: in today's shares if it was filed before a split."""
        return self.value if self.adjusted_value is None else self.adjusted_value

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts of the facts."""
        return frozenset(fact.concept for fact in self.facts)

    def figure(self, period_end: date, unit: str) -> Figure:
        """The figure as a reader sees it."""
        if self.value is None:
            return Figure(period_end, None, unit, Status.REFUSED, reason=str(self.reason))
        status = Status.REPORTED if self.formula is None else Status.DERIVED
        sources = tuple(fact.source() for fact in self.facts)
        units = {fact.unit for fact in self.facts}
        return Figure(
            period_end,
            self.value,
            self.facts[0].unit if len(units) == 1 else unit,
            status,
            formula=self.formula,
            facts=sources,
            adjusted_value=self.adjusted_value,
            adjustment=self.adjustment,
        )


# When there are several reasons, the first one in this order is given.
_GRAVEST = (
    Refusal.NOT_LISTED, Refusal.NO_PRICE, Refusal.STALE_PRICE, Refusal.PRICE_BASIS_UNKNOWN, Refusal.DEPOSITARY_RATIO_UNKNOWN,
    Refusal.TRADED_UNIT_UNKNOWN, Refusal.PUBLIC_FLOAT_CONTRADICTS,
    Refusal.SEVERAL_SHARE_CLASSES, Refusal.NO_SHARE_COUNT, Refusal.STALE_SHARE_COUNT, Refusal.SHARE_COUNT_UNCONFIRMED,
    Refusal.SHARE_COUNT_CONTRADICTED, Refusal.SHARE_BASIS_UNKNOWN, Refusal.CURRENCY_MISMATCH,
    Refusal.ISSUED_NOT_OUTSTANDING, Refusal.TOO_ROUNDED,
    Refusal.SCALE_ERROR, Refusal.WRONG_SIGN, Refusal.RESTATED_APART, Refusal.CONTRADICTED, Refusal.PARTS_WITHOUT_TOTAL,
    Refusal.PREFERRED_AT_PAR,
    Refusal.NOT_MEANINGFUL, Refusal.QUARTERS_DISAGREE, Refusal.OPERAND_RESTATED_APART,
    Refusal.NOT_ADDITIVE, Refusal.MAY_COUNT_TWICE, Refusal.NOT_SUBTRACTABLE,
)  # fmt: skip


def refused(*operands: ComputedFigure) -> ComputedFigure:
    """The refused figure of a formula over these operands, with the gravest reason; not reported becomes operand missing."""
    reasons = {computed.reason for computed in operands if computed.value is None}
    return ComputedFigure(None, next((reason for reason in _GRAVEST if reason in reasons), Refusal.OPERAND_MISSING))


# Companies round to a million at most, so each of the five figures of a sum is off by half a million at most.
_ROUNDING = Decimal(2_500_000)


def sum_holds(whole: ComputedFigure, parts: Sequence[ComputedFigure]) -> bool | None:
    """Whether a year is the sum of its quarters within rounding; None when a figure is unknown or was restated separately.

    Rounding allows half of the last digit of the roundest figure for each of the five, and a million at most.
    """
    return adds_up(whole, parts) if agree([fact for computed in (whole, *parts) for fact in computed.facts]) else None


def adds_up(whole: ComputedFigure, parts: Sequence[ComputedFigure]) -> bool | None:
    """The same as `sum_holds`, without checking for separate restatements."""
    values = [part.value for part in parts if part.value is not None]
    if whole.value is None or len(values) < len(parts):
        return None
    return is_same(whole.value, sum(values, Decimal(0)), *values)


def is_same(one: Decimal, other: Decimal, *terms: Decimal) -> bool:
    """Whether two figures are equal within rounding, when one of them is the sum of `terms`."""
    apart = abs(one - other)
    is_in_millions = any(value and value % 100_000 == 0 for value in (one, *terms))
    return apart == 0 or (apart <= _ROUNDING if is_in_millions else apart <= Decimal(2_500))


def rolls(first: Decimal, change: Decimal, last: Decimal) -> bool:
    """Whether first balance plus change is the last balance, within two units of the last digit of the most exact figure."""
    digits = [int(each.normalize().as_tuple().exponent) for each in (first, change, last) if each]
    return abs(first + change - last) <= 2 * Decimal(1).scaleb(min(6, *digits, 6)) if digits else True


def stood_together(one: KnownFact, other: KnownFact) -> bool:
    """Whether both values were the current filed values at the same time.

    A restated year less an unrestated year-to-date would give a quarter that the company never reported.
    """
    return one.first_filed_on <= other.last_filed_on and other.first_filed_on <= one.last_filed_on
