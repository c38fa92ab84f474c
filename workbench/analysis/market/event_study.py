"""Event studies: the average abnormal return of shares around filings, with a confidence band.

Source of the formulas: A. C. MacKinlay, "Event Studies in Economics and Finance", Journal of Economic Literature 35 (1997),
pages 13-39. Floats, as everything in `analysis` that is not reported money.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from statistics import NormalDist, fmean
from zoneinfo import ZoneInfo

from workbench.analysis.market.returns import DailyReturn
from workbench.domain.errors import InvalidRequest

FEWEST_EVENTS = 5
FEWEST_ESTIMATION_DAYS = 60
# The regular session of the New York exchanges ends at 16:00: what is accepted later can be traded on the next day only.
_CLOSE, _EXCHANGE = time(16), ZoneInfo("America/New_York")


class ReturnModel(StrEnum):
    """What a return is expected to be, from the days before the event.

    `constant_mean`: the share's own average return. `market`: alpha + beta times the return of a benchmark, by least squares.
    """

    CONSTANT_MEAN = "constant_mean"
    MARKET = "market"


class Exclusion(StrEnum):
    """Why an event is left out."""

    NO_PRICES = "no_prices"
    SHORT_HISTORY = "short_history"
    NOT_ENOUGH_DAYS_AFTER = "not_enough_days_after"
    GAP = "gap"
    OVERLAPS = "overlaps"


EXCLUSIONS: Mapping[Exclusion, str] = {
    Exclusion.NO_PRICES: "no prices around the day",
    Exclusion.SHORT_HISTORY: "too few trading days before",
    Exclusion.NOT_ENOUGH_DAYS_AFTER: "too few trading days after",
    Exclusion.GAP: "days without a return in between",
    Exclusion.OVERLAPS: "the window overlaps that of an earlier event of the company",
}


@dataclass(frozen=True, slots=True)
class StudyEvent:
    """A filing of a company: what was filed (a form, or items of Form 8-K), and when."""

    company: str
    accession: str
    what: str
    filed_on: date
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """The event window in trading days around day 0, the days to estimate on before it, and the confidence level (0 to 1)."""

    first_day: int = -5
    last_day: int = 5
    estimation_days: int = 120
    level: float = 0.95

    def __post_init__(self) -> None:
        if not -60 <= self.first_day <= 0 <= self.last_day <= 60:
            raise InvalidRequest("the event window runs from -60..0 to 0..60 trading days", hint="such as window=(-5, 5)")
        if not FEWEST_ESTIMATION_DAYS <= self.estimation_days <= 500:
            raise InvalidRequest(f"estimation takes {FEWEST_ESTIMATION_DAYS} to 500 trading days, not {self.estimation_days}")
        if not 0.5 <= self.level < 1:
            raise InvalidRequest(f"the confidence level is from 0.5 to below 1, not {self.level}", hint="such as 0.95")

    @property
    def days(self) -> range:
        """The days of the event window; 0 is the first day on which the filing could be traded on."""
        return range(self.first_day, self.last_day + 1)


@dataclass(frozen=True, slots=True)
class EventReturns:
    """One event: its day 0 and abnormal returns of the window as ratios, or why it is left out.

    `variance` is that of the daily abnormal returns over the days of estimation.
    """

    event: StudyEvent
    day_zero: date | None
    abnormal: tuple[float, ...] = ()
    variance: float = math.nan
    exclusion: Exclusion | None = None

    @property
    def cumulative(self) -> float:
        """The cumulative abnormal return of the whole window."""
        return math.fsum(self.abnormal) if self.abnormal else math.nan


@dataclass(frozen=True, slots=True)
class StudyDay:
    """One day of the window: the mean abnormal return over events, its running sum, and the confidence band of that sum."""

    day: int
    abnormal: float
    cumulative: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EventStudy:
    """The result: `days` is empty, and `refusal` says why, where fewer than `FEWEST_EVENTS` events can be used."""

    design: StudyDesign
    model: ReturnModel
    events: tuple[EventReturns, ...]
    days: tuple[StudyDay, ...]

    @property
    def used(self) -> tuple[EventReturns, ...]:
        """The events behind the result."""
        return tuple(each for each in self.events if each.exclusion is None)

    @property
    def excluded(self) -> dict[Exclusion, int]:
        """How many events are left out, by reason, most frequent first."""
        return dict(Counter(each.exclusion for each in self.events if each.exclusion is not None).most_common())

    @property
    def refusal(self) -> str | None:
        """Why there is no result, in a sentence; None if there is one."""
        if self.days:
            return None
        reasons = "; ".join(f"{count} left out: {EXCLUSIONS[reason]}" for reason, count in self.excluded.items())
        usable = f"An event study needs at least {FEWEST_EVENTS} events, and {len(self.used)} can be used"
        return f"{usable} ({reasons})." if reasons else f"{usable}."

    @property
    def formula(self) -> str:
        """How the figures are computed, in a line."""
        expected = "mean(R)" if self.model is ReturnModel.CONSTANT_MEAN else "alpha + beta * R(benchmark)"
        return (
            f"AR = R - ({expected}) over {self.design.estimation_days} trading days before the window; CAR = running sum "
            "of the mean AR over events; band = CAR +- z * sqrt(days * sum(variance of AR)) / events (MacKinlay 1997)"
        )


Returns = Sequence[DailyReturn]


def event_study(
    events: Sequence[StudyEvent],
    returns: Mapping[str, Returns],
    design: StudyDesign,
    *,
    benchmark: Returns | None = None,
) -> EventStudy:
    """Mean abnormal returns around the events, from the simple daily returns of each company, oldest first.

    With a `benchmark` by the market model, else by the constant mean return. Abnormal returns are taken as independent
    between events, so an event whose window overlaps that of an earlier one of the same company is left out. Events of
    several companies on the same days move together; then the band is too narrow.
    """
    market = None if benchmark is None else {each.traded_on: each.value for each in benchmark}
    results: list[EventReturns] = []
    taken: dict[str, date] = {}
    for event in sorted(events, key=lambda each: (each.filed_on, each.accession)):
        own = returns.get(event.company, ())
        result = _measured(event, own, design, market)
        if result.exclusion is None and result.day_zero is not None:
            place = _place(own, result.day_zero)
            if own[place + design.first_day].traded_on <= taken.get(event.company, date.min):
                result = EventReturns(event, result.day_zero, exclusion=Exclusion.OVERLAPS)
            else:
                taken[event.company] = own[place + design.last_day].traded_on
        results.append(result)
    model = ReturnModel.CONSTANT_MEAN if benchmark is None else ReturnModel.MARKET
    used = [each for each in results if each.exclusion is None]
    days = _days(used, design) if len(used) >= FEWEST_EVENTS else ()
    return EventStudy(design, model, tuple(results), days)


def day_zero(event: StudyEvent, traded_on: Sequence[date]) -> date | None:
    """The first of the trading days on which the filing was public before the close; None without one within a week."""
    day, is_late = event.filed_on, False
    if event.accepted_at is not None:
        local = event.accepted_at.astimezone(_EXCHANGE)
        is_late = local.date() == day and local.time() >= _CLOSE
    place = bisect_left(traded_on, day)
    if is_late and place < len(traded_on) and traded_on[place] == day:
        place += 1
    traded = traded_on[place] if place < len(traded_on) else None
    return traded if traded is not None and (traded - day).days <= 7 else None


def _measured(
    event: StudyEvent, own: Returns, design: StudyDesign, market: Mapping[date, float | None] | None
) -> EventReturns:
    zero = day_zero(event, [each.traded_on for each in own])
    if zero is None:
        return EventReturns(event, None, exclusion=Exclusion.NO_PRICES)
    place = _place(own, zero)
    start = place + design.first_day
    if start - design.estimation_days < 0:
        return EventReturns(event, zero, exclusion=Exclusion.SHORT_HISTORY)
    if place + design.last_day >= len(own):
        return EventReturns(event, zero, exclusion=Exclusion.NOT_ENOUGH_DAYS_AFTER)
    before, window = own[start - design.estimation_days : start], own[start : place + design.last_day + 1]
    pairs = [_pair(each, market) for each in (*before, *window)]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < len(pairs):
        return EventReturns(event, zero, exclusion=Exclusion.GAP)
    estimation, shown = known[: len(before)], known[len(before) :]
    alpha, beta, variance = _expected(estimation, has_market=market is not None)
    return EventReturns(event, zero, tuple(own - alpha - beta * other for own, other in shown), variance)


def _pair(day: DailyReturn, market: Mapping[date, float | None] | None) -> tuple[float, float] | None:
    """A day's own return and that of the benchmark (0 without one); None where one of them is unknown."""
    other = 0.0 if market is None else market.get(day.traded_on)
    return None if day.value is None or other is None else (day.value, other)


def _expected(estimation: Sequence[tuple[float, float]], *, has_market: bool) -> tuple[float, float, float]:
    """Alpha, beta and the variance of what they leave unexplained (MacKinlay's equations 3, 4 and A.1 to A.3)."""
    own_mean, other_mean = fmean(own for own, _ in estimation), fmean(other for _, other in estimation)
    spread = math.fsum((other - other_mean) ** 2 for _, other in estimation)
    beta = 0.0
    if spread:
        beta = math.fsum((own - own_mean) * (other - other_mean) for own, other in estimation) / spread
    alpha = own_mean - beta * other_mean
    squares = math.fsum((own - alpha - beta * other) ** 2 for own, other in estimation)
    return alpha, beta, squares / (len(estimation) - (2 if has_market else 1))


def _days(used: Sequence[EventReturns], design: StudyDesign) -> tuple[StudyDay, ...]:
    """Means over events, and the normal band of the running sum: its variance grows with the days summed."""
    z = NormalDist().inv_cdf(0.5 + design.level / 2)
    variance = math.fsum(each.variance for each in used) / len(used) ** 2
    results, cumulative = [], 0.0
    for number, day in enumerate(design.days):
        abnormal = fmean(each.abnormal[number] for each in used)
        cumulative += abnormal
        half = z * math.sqrt((number + 1) * variance)
        results.append(StudyDay(day, abnormal, cumulative, cumulative - half, cumulative + half))
    return tuple(results)


def _place(own: Returns, day: date) -> int:
    return bisect_left(own, day, key=lambda each: each.traded_on)
