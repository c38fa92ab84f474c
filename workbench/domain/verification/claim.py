"""What one figure of a sentence claims: of which company, measure and period, and which number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.identity import Company
from workbench.domain.verification.measure_names import NamedMeasure
from workbench.domain.verification.stated_periods import StatedPeriod
from workbench.domain.verification.stated_values import StatedValue


class Role(StrEnum):
    """What a number is: the figure of the period, its change, the figure of the period before; or there is no number."""

    LEVEL = "level"
    CHANGE = "change"
    EARLIER = "earlier"
    DIRECTION = "direction"


class Base(StrEnum):
    """What a change is measured from: the same period a year before, or the period just before."""

    YEAR_BEFORE = "year_before"
    PERIOD_BEFORE = "period_before"


class Unclear(StrEnum):
    """Why a claim cannot be read; the order is that in which reasons are given."""

    WORDS_NOT_UNDERSTOOD = "words_not_understood"
    NO_COMPANY = "no_company"
    SEVERAL_COMPANIES = "several_companies"
    NO_MEASURE = "no_measure"
    SEVERAL_MEASURES = "several_measures"
    NO_PERIOD = "no_period"
    SEVERAL_PERIODS = "several_periods"
    NO_VALUE = "no_value"
    ROLE_UNCLEAR = "role_unclear"


@dataclass(frozen=True, slots=True)
class NamedCompany:
    """A company and the stretch [start, end) of a sentence that names it."""

    company: Company
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure that a sentence claims; `text` is the part of the sentence that does.

    `direction` is +1 where the sentence says that the figure rose, -1 where it fell, 0 where it says neither. `earlier_period`
    is the period that a change starts from, where the sentence names it. Of Role.EARLIER, `period` is the later one.
    `unclear` with `unclear_text` says why the claim cannot be read; then anything else may be missing.
    """

    text: str
    company: Company | None = None
    measure: NamedMeasure | None = None
    period: StatedPeriod | None = None
    value: StatedValue | None = None
    role: Role = Role.LEVEL
    direction: int = 0
    base: Base | None = None
    earlier_period: StatedPeriod | None = None
    unclear: Unclear | None = None
    unclear_text: str = ""


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """The claims of a sentence in order, and the words at its end that give a reason and are not judged."""

    claims: tuple[Claim, ...]
    not_judged: str = ""
