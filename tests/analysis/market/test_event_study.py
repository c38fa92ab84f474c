"""Abnormal returns around filings, checked by hand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from workbench.analysis.market.event_study import (
    FEWEST_EVENTS,
    EventStudy,
    Exclusion,
    StudyDesign,
    StudyEvent,
    day_zero,
    event_study,
)
from workbench.analysis.market.market_frames import event_returns_frame, event_study_frame
from workbench.analysis.market.returns import DailyReturn
from workbench.domain.errors import InvalidRequest

DESIGN = StudyDesign(-1, 1, 60)
START = date(2020, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def swinging(length: int, jumps: dict[int, float] | None = None) -> list[DailyReturn]:
    """Returns of plus and minus one per cent in turn, and others on the days of `jumps`."""
    return [
        DailyReturn(day(number), (jumps or {}).get(number, 0.01 if number % 2 else -0.01)) for number in range(length)
    ]  # fmt: skip


def filed(company: str, number: int, accepted_at: datetime | None = None) -> StudyEvent:
    return StudyEvent(company, f"0000000001-20-{number:06d}", "8-K item 2.02", day(number), accepted_at)


def studied(events: int = FEWEST_EVENTS, jump: float = 0.05) -> EventStudy:
    """As many companies, each of which jumps on the day of its filing."""
    companies = [f"C{number}" for number in range(events)]
    returns = {company: swinging(120, {100: jump}) for company in companies}
    return event_study([filed(company, 100) for company in companies], returns, DESIGN)


def test_the_mean_jump_and_its_band() -> None:
    study = studied()
    # Over 60 days the returns average zero, with a variance of 60 * 0.01^2 / 59.
    assert [each.abnormal for each in study.days] == pytest.approx([0.01, 0.05, 0.01])
    assert [each.cumulative for each in study.days] == pytest.approx([0.01, 0.06, 0.07])
    half = 1.959964 * math.sqrt(2 * (60 * 0.0001 / 59) / 5)
    assert study.days[1].low == pytest.approx(0.06 - half, abs=1e-7)
    assert study.days[1].high == pytest.approx(0.06 + half, abs=1e-7)
    frame = event_study_frame(study)
    assert frame.loc[0, "abnormal_pct"] == pytest.approx(5)
    assert frame.attrs["events"] == 5
    assert frame.attrs["refusal"] is None


def test_too_few_events_are_refused_with_what_is_left_out() -> None:
    returns = {"A": swinging(120), "B": swinging(80)}
    events = [filed("A", 100), filed("A", 101), filed("B", 30), filed("B", 79), filed("C", 100)]
    study = event_study(events, returns, DESIGN)
    reasons = [each.exclusion for each in study.events]
    assert reasons == [
        Exclusion.SHORT_HISTORY, Exclusion.NOT_ENOUGH_DAYS_AFTER, None, Exclusion.NO_PRICES, Exclusion.OVERLAPS,
    ]  # fmt: skip
    assert study.days == ()
    assert study.refusal is not None
    assert study.refusal.startswith("An event study needs at least 5 events, and 1 can be used (1 left out: ")
    assert event_study_frame(study).empty
    assert event_returns_frame(study).excluded.notna().sum() == 4
    assert studied(FEWEST_EVENTS - 1).days == ()


def test_a_day_without_a_return_leaves_its_event_out() -> None:
    own = swinging(120)
    own[90] = DailyReturn(day(90), None, "gap")
    (result,) = event_study([filed("A", 100)], {"A": own}, DESIGN).events
    assert result.exclusion is Exclusion.GAP


def test_by_a_benchmark_what_the_market_explains_is_not_abnormal() -> None:
    market = swinging(120, {100: 0.03})
    own = [DailyReturn(each.traded_on, 0.001 + 2 * (each.value or 0)) for each in market]
    own[100] = DailyReturn(day(100), 0.001 + 2 * 0.03 + 0.04)
    (result,) = event_study([filed("A", 100)], {"A": own}, DESIGN, benchmark=market).events
    assert result.abnormal == pytest.approx((0, 0.04, 0), abs=1e-12)
    assert result.variance == pytest.approx(0, abs=1e-12)


def test_what_is_accepted_after_the_close_counts_on_the_next_day() -> None:
    days = [date(2024, 2, 1), date(2024, 2, 2), date(2024, 2, 5)]
    # Apple's results of 1 February 2024 were accepted at 16:30 in New York; a report of the morning counts at once.
    late, early = datetime(2024, 2, 1, 21, 30, tzinfo=UTC), datetime(2024, 2, 1, 11, 30, tzinfo=UTC)
    assert day_zero(StudyEvent("A", "1", "8-K", days[0], late), days) == days[1]
    assert day_zero(StudyEvent("A", "1", "8-K", days[0], early), days) == days[0]
    assert day_zero(StudyEvent("A", "1", "8-K", date(2024, 2, 3)), days) == days[2]
    assert day_zero(StudyEvent("A", "1", "8-K", date(2024, 3, 1)), days) is None
    # Accepted after 17:30, a filing has the date of the next day.
    assert day_zero(StudyEvent("A", "1", "8-K", days[1], datetime(2024, 2, 1, 23, 0, tzinfo=UTC)), days) == days[1]


@pytest.mark.parametrize("wrong", [(1, 5, 120, 0.95), (-5, -1, 120, 0.95), (-5, 5, 10, 0.95), (-5, 5, 120, 95.0)])
def test_a_design_that_measures_nothing_is_refused(wrong: tuple[int, int, int, float]) -> None:
    with pytest.raises(InvalidRequest):
        StudyDesign(*wrong)
