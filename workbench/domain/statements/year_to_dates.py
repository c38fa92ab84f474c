"""Figures from year-to-date facts: a quarter as a difference of two, twelve months as a year rolled forward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.facts.periods import YEAR_APART, FiscalCalendar, FiscalPeriod, Length, length_of
from workbench.domain.statements.basis import ColumnBasis
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, is_same, stood_together
from workbench.domain.statements.concepts import Balance, Choice, LineDefinition, UnitKind
from workbench.domain.statements.tag_choice import TagChoice

# Interim periods in formulas, by their months.
INTERIM_WORDS = {3: "quarter", 4: "trimester", 6: "half-year"}
# Year-to-dates in formulas, by the months they cover: the formula of a difference names both.
_TO_DATE = {
    3: "first quarter", 4: "first trimester", 6: "first half", 8: "first eight months", 9: "first nine months",
    12: "fiscal year",
}  # fmt: skip
_INTERIM = (Length.QUARTER, Length.TRIMESTER, Length.HALF)
# From the end of a fiscal year back to the first quarter of the year before: all its comparatives.
_NEAR = timedelta(days=650)


class YearToDates:
    """Derives figures of a company's lines from year-to-date facts."""

    def __init__(self, facts: FactTable, choice: TagChoice, basis: ColumnBasis, calendar: FiscalCalendar) -> None:
        self._facts = facts
        self._choice = choice
        self._basis = basis
        self._year_by_end = {year.end: year for year in calendar.years}
        # Interim periods by the first day of their year and the months that have passed at their end.
        self._quarters: Mapping[tuple[date, int], FiscalPeriod] = {
            (quarter.year_start, quarter.elapsed_months): quarter for quarter in calendar.quarters
        }

    def quarter(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        """A quarter as the difference of two year-to-dates of one concept, or of two concepts known to be the same."""
        whole = self._choice.choose(line, period.year_start, period.end)
        if whole is None:
            return ComputedFigure(None, Refusal.NOT_REPORTED)
        whole = self._basis.settle(line, whole, period.year_start, period.end)
        is_contested = line.choice is Choice.TOTAL and self._choice.is_contested(line, period.year_start, period.end)
        reason = Refusal.CONTRADICTED if is_contested else _not_to_subtract_from(line, whole, period)
        if reason is not None:
            return ComputedFigure(None, reason)
        before = self._before(period)
        pairs = list(self._operands(line, whole, before)) if before else []
        pair = next((pair for pair in pairs if self._are_comparable(line, pair)), None)
        if pair is None:
            return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART if pairs else Refusal.OPERAND_MISSING)
        formula = f"{_TO_DATE[period.elapsed_months]} - {_TO_DATE[period.elapsed_months - period.months]}"
        return ComputedFigure(pair[0].value - pair[1].value, formula=formula, facts=pair)

    def rolled_forward(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure | None:
        """The prior fiscal year plus the year to date less the same span of the prior year; None if not proven."""
        last_day = period.year_start - timedelta(days=1)
        year = self._year_by_end.get(last_day)
        before = self._quarters.get((year.start, period.elapsed_months)) if year else None
        whole = self._choice.choose(line, year.start, year.end) if year else None
        if year is None or before is None or whole is None or (line.is_never_negative and whole.value < 0):
            return None
        if line.choice is Choice.TOTAL and self._choice.is_contested(line, year.start, year.end):
            return None
        for twin, part in self._operands(line, whole, before):
            current = self._facts.find(twin.concept, twin.unit, period.year_start, period.end)
            if current is not None and self._are_comparable(line, (twin, current, part)):
                value = twin.value + current.value - part.value
                return ComputedFigure(
                    value, formula="fiscal year + year to date - year to date of that year", facts=(twin, current, part)
                )
        return None

    def recast_on(self, line: LineDefinition, facts: Sequence[KnownFact]) -> date | None:
        """The last day on which a filing gave one of these flows first, and changed the figure of its year-ago period.

        Such a filing gives the flow on a new basis (without operations that it shows as discontinued, under a new standard).
        """
        days = (fact.first_filed_on for fact in facts if fact.period_start is not None and self._is_recast(line, fact))
        return max(days, default=None)

    def mixes_bases(self, line: LineDefinition, facts: Sequence[KnownFact]) -> bool:
        """Whether a flow is on a new basis (see `recast_on`), and another was last filed before.

        Kimberly-Clark's report for June 2025 has sales without a business that it sells. With the three quarters before as
        they were filed, twelve months would be 18,883 million, of which 16,465 are those of the report's basis.
        """
        oldest = min((fact.last_filed_on for fact in facts), default=date.max)
        newer = [fact for fact in facts if fact.first_filed_on > oldest]
        recast_on = self.recast_on(line, newer) if newer else None
        return recast_on is not None and oldest < recast_on

    def _is_recast(self, line: LineDefinition, fact: KnownFact) -> bool:
        """Whether the filing that gave a flow first changed the figure for the same period of the year before."""
        end = self._ends_a_year_before.get(fact.period_end)
        if end is None or fact.period_start is None:
            return False
        start = fact.period_start - (fact.period_end - end)
        compared, day = self._facts.find(fact.concept, fact.unit, start, end), fact.first_filed_on
        if compared is None or compared.since_on != day:
            return False
        earlier = [each for each in self._choice.candidates(line, start, end) if each.first_filed_on < day]
        return compared.is_restated or (bool(earlier) and not any(is_same(each.value, compared.value) for each in earlier))

    @cached_property
    def _ends_a_year_before(self) -> Mapping[date, date]:
        """The last day of the period a year before, by that of each fiscal year and interim period."""
        ends = {period.end for period in (*self._year_by_end.values(), *self._quarters.values())}
        pairs = ((end, end - timedelta(days=days)) for end in ends for days in YEAR_APART)
        return {end: before for end, before in pairs if before in ends}

    def _are_comparable(self, line: LineDefinition, facts: Sequence[KnownFact]) -> bool:
        return agree(facts) and self._stands(line, facts) and not self.mixes_bases(line, facts)

    def is_misdated(self, line: LineDefinition, period: FiscalPeriod, fact: KnownFact) -> bool:
        """Whether a later filing gave a quarter another figure that the year-to-dates of its concept contradict.

        It is misdated if the year-to-dates around the quarter still stand and differ by another amount, and a longer one or
        the year was filed unchanged with or after the new figure. (Procter & Gamble dated six months' restructuring as three
        in the third report of fiscal 2020; NVIDIA gave 518 million of amortization for a quarter of a year of 563.)
        """
        if not fact.is_restated or line.unit is not UnitKind.MONEY or line.balance is not Balance.DURATION:
            return False
        before = self._before(period)
        if before is None:
            return False
        part, whole, *longer = (
            self._facts.find(fact.concept, fact.unit, period.year_start, end)
            for end in (before.end, period.end, *self._later_ends(period))
        )
        if part is None or whole is None or part.is_restated or whole.is_restated or not stood_together(part, whole):
            return False
        still = [each for each in (whole, *longer) if each is not None and not each.is_restated]
        is_confirmed = any(each.last_filed_on >= fact.since_on for each in still)
        return is_confirmed and not is_same(fact.value, whole.value - part.value, whole.value, part.value)

    def _later_ends(self, period: FiscalPeriod) -> list[date]:
        """The last days of the later quarters of a quarter's fiscal year."""
        later = (self._quarters.get((period.year_start, months)) for months in range(period.elapsed_months + 1, 13))
        return [quarter.end for quarter in later if quarter is not None]

    def _before(self, period: FiscalPeriod) -> FiscalPeriod | None:
        """The interim period of the same year that ends where this one begins."""
        return self._quarters.get((period.year_start, period.elapsed_months - period.months))

    def _operands(self, line: LineDefinition, whole: KnownFact, before: FiscalPeriod) -> Iterator[tuple[KnownFact, KnownFact]]:
        """Pairs of year-to-dates of one concept; another tag of the line is used if it gives the same figure for the whole."""
        for concept in (whole.concept, *(tag for tag in line.all_tags if tag != whole.concept)):
            twin = self._facts.find(concept, whole.unit, whole.period_start, whole.period_end)
            part = self._facts.find(concept, whole.unit, before.year_start, before.end)
            if twin is not None and part is not None and twin.value == whole.value:
                yield twin, part
        for concept in line.all_tags:
            part = self._facts.find(concept, whole.unit, before.year_start, before.end)
            if part is not None and concept != whole.concept and self._is_switch(concept, whole):
                yield whole, part

    def _is_switch(self, concept: str, whole: KnownFact) -> bool:
        """Whether two concepts mean the same: they share at least one period, and all shared periods have equal values.

        A filing that adopts a new tag gives its comparatives under it (Snowflake's prior nine months, in fiscal 2022). Only
        the years around count, so that the answer does not depend on how many periods are read.
        """
        pairs = [
            (fact.value, twin.value)
            for fact in self._facts.near(concept, whole.unit, whole.period_end, _NEAR)
            if (twin := self._facts.find(whole.concept, whole.unit, fact.period_start, fact.period_end)) is not None
        ]
        return any(value for value, _ in pairs) and all(is_same(value, twin) for value, twin in pairs)

    def _stands(self, line: LineDefinition, facts: Sequence[KnownFact]) -> bool:
        """Whether no filing restated the column of one of these after it was last filed."""
        return not any(self._basis.is_left_out(line, fact, fact.period_start, fact.period_end) for fact in facts)


def _not_to_subtract_from(line: LineDefinition, whole: KnownFact, period: FiscalPeriod) -> Refusal | None:
    if line.unit is not UnitKind.MONEY:
        return Refusal.NOT_SUBTRACTABLE
    if line.is_never_negative and whole.value < 0:
        return Refusal.WRONG_SIGN
    return None if length_of(period.start, period.end) in _INTERIM else Refusal.PERIOD_LENGTH_MISMATCH
