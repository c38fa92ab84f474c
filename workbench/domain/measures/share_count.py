"""Shares outstanding: the count on the cover of the last report, confirmed by earnings per share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.facts.issued_shares import OF_AVERAGE_RATIO
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON, FORM, KnownFact
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.splits import comparable
from workbench.domain.identity import Company
from workbench.domain.measures.traded_unit import COVER, PUBLIC_FLOAT
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.figures import Figures

COVER_TAGS = frozenset((COVER, PUBLIC_FLOAT))

# Reports are quarterly; the annual one comes up to 90 days after its year, and the last quarter may have 17 weeks. A filer of
# annual reports only has four months after a year of twelve, and a filer of half-years four after six.
MOST_DAYS_OF_QUARTERLY, MOST_DAYS_OF_ANNUAL = 230, 490
_MOST_DAYS = {3: MOST_DAYS_OF_QUARTERLY, 4: 250, 6: 310}
# Earnings per share are rounded to cents: from this value on, the rounding error is 2 % at most.
_EXACT_EPS = Decimal("0.25")
# Earnings of securities other than common shares, and rounding, make implied and average counts differ by less than this.
_IMPLIED_RATIO = Decimal("0.25")
_SCALE = 100
_WITNESS_AGE = timedelta(days=200)


class ClassCount(NamedTuple):
    """A count of one share class on a cover page, found only in filed documents; `members` are its dimensions."""

    members: tuple[str, ...]
    period_end: date
    value: Decimal
    accession: str
    form: str
    filed_on: date


def most_days_of(calendar: FiscalCalendar) -> int:
    """How many days after its last day a period's figures are the newest there can be, by how often the company reports."""
    return MOST_DAYS_OF_ANNUAL if calendar.cadence is None else _MOST_DAYS[calendar.cadence]


def count_shares(
    company: Company,
    figures: Figures,
    facts: FactTable,
    classes: Sequence[ClassCount],
    *,
    day: date,
    newest: FiscalPeriod | None,
) -> ComputedFigure:
    """The shares outstanding as last filed, on the share basis of that filing; or the reason why they are unknown.

    The count is from the cover page of the newest report, for the whole company or its only class; if no filing tags its cover
    page and one class is listed, from the balance sheet of `newest`. It must be within a tenth of the average count used for
    earnings per share, or of the count implied by earnings if the average has a wrong scale. A foreign receipt (Form 20-F)
    may stand for any number of shares.
    """
    report = _newest_report(facts)
    if report is None:
        return ComputedFigure(None, Refusal.NO_SHARE_COUNT)
    form, reported_on = report
    if form.startswith("20-F"):
        return ComputedFigure(None, Refusal.DEPOSITARY_RATIO_UNKNOWN)
    if day > counts_until(figures.calendar, facts):
        return ComputedFigure(None, Refusal.STALE_SHARE_COUNT)
    count = _on_cover(facts, classes, reported_on)
    if count.reason is Refusal.NOT_REPORTED:
        is_one_listed = len(company.listings) <= 1
        count = _on_balance_sheet(figures, newest) if is_one_listed else ComputedFigure(None, Refusal.SEVERAL_SHARE_CLASSES)
    return count if count.value is None else _confirmed(count, figures)


def counts_until(calendar: FiscalCalendar, facts: FactTable) -> date:
    """The last day on which the newest report is new enough for its share count; any day without a report."""
    report = _newest_report(facts)
    if report is None:
        return date.max
    form, reported_on = report
    days = _MOST_DAYS[calendar.cadence or 3] if form.startswith("10-") else MOST_DAYS_OF_ANNUAL
    return reported_on + timedelta(days=days)


def _newest_report(facts: FactTable) -> tuple[str, date] | None:
    """Form and filing date of the newest annual or quarterly report with figures, without amendments."""
    reports = [
        (row[FILED_ON], row[FORM])
        for row in facts.filings(("us-gaap:NetIncomeLoss", "us-gaap:ProfitLoss", "us-gaap:Assets", "ifrs-full:Assets"))
        if row[FORM].startswith(("10-K", "10-Q", "10-S", "20-F", "40-F")) and not row[FORM].endswith("/A")
    ]
    filed_on, form = max(reports, default=(None, ""))
    return (form, filed_on) if filed_on is not None else None


def _on_cover(facts: FactTable, classes: Sequence[ClassCount], reported_on: date) -> ComputedFigure:
    whole = [
        fact
        for fact in facts.of(COVER)
        if fact.unit == "shares" and fact.value > 0 and fact.period_end <= fact.filed_on and fact.last_filed_on >= reported_on
    ]
    by_class = [each for each in classes if each.filed_on >= reported_on and each.value > 0]
    if len({each.members for each in by_class}) > 1:
        return ComputedFigure(None, Refusal.SEVERAL_SHARE_CLASSES)
    if whole:
        return _as_computed(max(whole, key=lambda fact: (fact.period_end, fact.filed_on)))
    if by_class:
        return _as_computed(_fact_of(max(by_class, key=lambda each: (each.period_end, each.filed_on))))
    # A company that tags its cover page without a count for the whole company counts each class separately.
    is_tagged = COVER in facts or PUBLIC_FLOAT in facts
    return ComputedFigure(None, Refusal.SEVERAL_SHARE_CLASSES if is_tagged else Refusal.NOT_REPORTED)


def _as_computed(fact: KnownFact) -> ComputedFigure:
    return ComputedFigure(
        fact.value, formula=f"cover page of {fact.accession}, {fact.value:,f} at {fact.period_end}", facts=(fact,)
    )


def _fact_of(count: ClassCount) -> KnownFact:
    filed_on, form = count.filed_on, count.form
    return KnownFact(
        COVER, "shares", None, count.period_end, count.value, count.accession, form, filed_on, filed_on, filed_on, filed_on,
        form.startswith(("10-K", "40-F")), form.startswith(("10-Q", "10-S")),
    )  # fmt: skip


def _on_balance_sheet(figures: Figures, newest: FiscalPeriod | None) -> ComputedFigure:
    computed = figures.compute("shares_outstanding", newest) if newest else ComputedFigure(None, Refusal.NO_SHARE_COUNT)
    if computed.value is None:
        return ComputedFigure(None, Refusal.NO_SHARE_COUNT if computed.reason is Refusal.NOT_REPORTED else computed.reason)
    return computed._replace(formula=f"balance sheet: {computed.formula or 'shares_outstanding'}, {computed.value:,f}")


def _confirmed(count: ComputedFigure, figures: Figures) -> ComputedFigure:
    """The count, if it agrees with the count used for earnings per share; else a refusal."""
    fact = count.facts[0]
    value = comparable(fact, figures.splits) if fact.concept == COVER else count.comparable
    witness = next((each for each in _witnesses(figures, fact) if each is not None), None)
    if witness is None or value is None or value <= 0:
        return ComputedFigure(None, Refusal.SHARE_COUNT_UNCONFIRMED)
    average, implied = witness
    is_near = _apart(value, average) <= OF_AVERAGE_RATIO and (implied is None or _apart(value, implied) <= _IMPLIED_RATIO)
    return count if is_near else ComputedFigure(None, Refusal.SHARE_COUNT_CONTRADICTED)


def _apart(one: Decimal, other: Decimal) -> Decimal:
    return max(one, other) / min(one, other) - 1


def _witnesses(figures: Figures, fact: KnownFact) -> Iterable[tuple[Decimal, Decimal | None] | None]:
    """Average and implied counts, newest period first, a quarter before the year that ends on the same day."""
    calendar = figures.calendar
    periods = sorted((*calendar.quarters, *calendar.years), key=lambda each: (each.end, each.start), reverse=True)
    for period in periods:
        if period.end <= fact.filed_on and fact.period_end - period.end <= _WITNESS_AGE:
            yield _witness(figures, period)


def _witness(figures: Figures, period: FiscalPeriod) -> tuple[Decimal, Decimal | None] | None:
    """The average count of a period and, if earnings per share are exact enough, the count they imply."""
    earnings = figures.compute("net_income_to_common", period).value
    per_share = figures.compute("eps_basic", period).comparable
    implied = abs(earnings / per_share) if earnings and per_share else None
    exact = implied if per_share and abs(per_share) >= _EXACT_EPS else None
    for name in ("weighted_average_shares", "weighted_average_shares_diluted"):
        average = figures.compute(name, period).comparable
        if average and average > 0 and (implied is None or _SCALE * min(average, implied) / max(average, implied) >= 1):
            return average, exact
    return (exact, exact) if exact else None
