"""One figure of one line for one period: reported, derived with its operands, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from workbench.domain.facts.issued_shares import is_of_issued, is_too_rounded
from workbench.domain.facts.known import FactTable, ReportingCurrency
from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.share_scale import newest_in_scale
from workbench.domain.facts.splits import Split, adjustment_words, comparable, in_new_shares, splits_since
from workbench.domain.statements.basis import ColumnBasis
from workbench.domain.statements.computed_figure import (
    ComputedFigure,
    Refusal,
    is_same,
    refused,
)
from workbench.domain.statements.concepts import Balance, Choice, LineDefinition, Operand, Template, UnitKind
from workbench.domain.statements.parts import Parts
from workbench.domain.statements.per_share import trailing_per_share
from workbench.domain.statements.quarter_sums import QuarterSums
from workbench.domain.statements.rolling_cash import RollingCash, instant_of
from workbench.domain.statements.subtotals import Subtotals, refutation
from workbench.domain.statements.tag_choice import TagChoice
from workbench.domain.statements.year_to_dates import INTERIM_WORDS, YearToDates

_Key = tuple[str, date, int | None, bool]

# Reasons of figures that were filed: what needs one of them is unknown, not unreported.
_FILED_AND_REFUSED = {
    Refusal.RESTATED_APART, Refusal.WRONG_SIGN, Refusal.CONTRADICTED, Refusal.PARTS_WITHOUT_TOTAL, Refusal.SCALE_ERROR,
}  # fmt: skip

# The line of shares that can be few of all.
_TREASURY = "treasury_shares"
_NOT_REPORTED = ComputedFigure(None, Refusal.NOT_REPORTED)


def _key(name: str, period: FiscalPeriod) -> _Key:
    return name, period.end, period.quarter, period.is_trailing


class Figures:
    """Every figure that a company's known facts prove. Each figure is computed once."""

    def __init__(
        self,
        template: Template,
        facts: FactTable,
        calendar: FiscalCalendar,
        currency: ReportingCurrency,
        splits: Sequence[Split] = (),
    ) -> None:
        self.template = template
        self.calendar = calendar
        self.splits = splits
        self.facts = facts
        self._choice = TagChoice(template, facts, self.unit)
        self._basis = ColumnBasis(template, facts, self._choice.choose, self._choice.candidates)
        self._year_to_dates = YearToDates(facts, self._choice, self._basis, calendar)
        self._currency = currency
        self._lines = {line.name: line for line in template.lines}
        self._line_parts = Parts(self._lines, self._choice, calendar.years, self._from_tags)
        self._subtotals = Subtotals(self._lines, calendar.years, self._from_tags)
        self._repeating = {line.name for line in template.lines if line.distinct_from}
        self._computed: dict[_Key, ComputedFigure] = {}
        self._tagged: dict[_Key, ComputedFigure] = {}
        self._open: set[_Key] = set()
        self._filed: dict[tuple[str, str], list[KnownFact]] = {}
        self._years = {year.start: year for year in calendar.years}
        self._cash = RollingCash(facts, self._choice, self._years, self.unit, self.compute)
        self._sums = QuarterSums(
            facts, calendar, self.unchecked, lambda *each: _key(*each) in self._open, self._year_to_dates.mixes_bases
        )

    @property
    def are_used(self) -> bool:
        """Whether any figure has been computed."""
        return bool(self._computed or self._tagged)

    @property
    def currency(self) -> str:
        """The currency of the newest period."""
        ends = [periods[-1].end for periods in (self.calendar.years, self.calendar.quarters) if periods]
        return self._currency.at(max(ends)) if ends else self._currency.usual

    def currency_at(self, end: date) -> str:
        """The currency of a period by its last day, since a company can change its reporting currency."""
        return self._currency.at(end)

    def unit(self, line: LineDefinition, end: date) -> str:
        """The unit of a line for the period that ends on this day."""
        if line.unit is UnitKind.SHARES:
            return "shares"
        currency = self._currency.other.get(end, self._currency.usual)
        return currency if line.unit is UnitKind.MONEY else f"{currency}/shares"

    def label(self, name: str) -> str:
        """The label of a line; its name if the template does not have it."""
        return self._lines[name].label if name in self._lines else name

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """The figure of a line for a period; a line that the template does not have is refused as not reported.

        A quarter is refused if it keeps its year from being the sum of its quarters: then it is a different quantity.
        """
        computed = self.unchecked(name, period)
        if computed.value is not None and period.quarter and not period.is_trailing:
            breaking = self._sums.breaking(self._lines.get(name), period)
            if breaking and computed in breaking:
                return ComputedFigure(None, Refusal.QUARTERS_DISAGREE)
        return computed

    def unchecked(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """The figure of a line for a period, whether or not the quarters of its year add up."""
        key = name, period.end, period.quarter, period.is_trailing
        computed = self._computed.get(key)
        if computed is None:
            line = self._lines.get(name)
            if line is None or key in self._open:  # two lines that prove each other prove nothing
                return ComputedFigure(None, Refusal.NOT_REPORTED)
            self._open.add(key)
            computed = self._prove(line, period)
            if computed.value is not None and (line.at_most or line.sign_of or line.whole_of):
                why = refutation(line, computed.value, lambda other: self.compute(other, period).value)
                computed = computed if why is None else ComputedFigure(None, why)
            self._computed[key] = computed
            self._open.discard(key)
        return computed

    def recast_on(self, line: LineDefinition, facts: Sequence[KnownFact]) -> date | None:
        """The last day on which a filing gave one of these flows on a new basis; see `YearToDates.recast_on`."""
        return self._year_to_dates.recast_on(line, facts)

    def candidates(self, line: LineDefinition, start: date | None, end: date) -> Iterator[KnownFact]:
        """The known facts of each of a line's tags for a period, in the map's order."""
        return self._choice.candidates(line, start, end)

    def has_any(self, names: Iterable[str], period: FiscalPeriod) -> bool:
        """Whether any of these lines has a figure for the period."""
        return any(self.compute(name, period).value is not None for name in names)

    def _prove(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        computed = self._from_tags(line, period)
        if not line.formula and not self._choice.is_reported(line):
            return computed
        # A filed figure that contradicts others is not replaced by the formula, which may give the value before a restatement.
        # Nobody files trailing twelve months, so for those the formula may still be used.
        is_contradicted = computed.reason is Refusal.QUARTERS_DISAGREE and not period.is_trailing
        if computed.value is not None and self._subtotals.is_beside(line, period):
            return ComputedFigure(None, Refusal.CONTRADICTED)
        if computed.value is not None or is_contradicted:
            return computed
        if line.formula:
            by_formula = self._by_formula(line, period)
            if by_formula.value is not None or computed.reason is Refusal.NOT_REPORTED:
                computed = by_formula
        if line.fallback_tags or line.part_tags:
            computed = self._fallback_figure(line, period, computed)
        return self._of_parts(line, period) or computed if computed.reason is Refusal.NOT_REPORTED else computed

    def _of_parts(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure | None:
        """The refusal of an operand that is filed in parts alone: then the line is unknown, and not without a figure."""
        refusals = (self.compute(operand.line, period) for operand in line.formula if operand.is_filed)
        return next((each for each in refusals if each.reason is Refusal.PARTS_WITHOUT_TOTAL), None)

    def _fallback_figure(self, line: LineDefinition, period: FiscalPeriod, computed: ComputedFigure) -> ComputedFigure:
        """The figure under the fallback tags, if nothing else is reported or if it shows that the formula counts twice."""
        if computed.reason is not Refusal.NOT_REPORTED and not line.overlap:
            return computed  # fallback tags are of parts, and something about the whole is known
        if any(self.compute(name, period).value for name in line.fallback_unless):
            return computed
        if computed.value is None and not line.overlap and self._line_parts.are_filed(line, period):
            return self._line_parts.figure(line, period)
        last = self._from_tags(line.by_fallback_tags, period)
        if computed.value is None:
            return computed if last.value is None else last
        twice = self.compute(line.overlap, period).value if line.overlap else None
        if last.value is not None and twice and is_same(computed.value - twice, last.value, computed.value, twice):
            return last
        return (
            ComputedFigure(None, Refusal.MAY_COUNT_TWICE)
            if self._may_be_duplicates(line.possible_duplicates, period)
            else computed
        )

    def _may_be_duplicates(self, names: Sequence[str], period: FiscalPeriod) -> bool:
        """Whether filed figures of these lines are equal within 1 %, so that they may be the same quantity."""
        filed = [
            computed.value
            for computed in (self.compute(name, period) for name in names)
            if computed.value and computed.formula is None
        ]
        return len(filed) > 1 and (max(filed) - min(filed)) * 100 <= max(filed)

    def _from_tags(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        if not self._choice.is_reported(line):
            return _NOT_REPORTED
        if period.is_trailing and line.balance is Balance.DURATION:
            return self._trailing(line, period)
        if line.choice is Choice.ROLLS:  # follows from other figures, which may just be being proven
            return self._of_period(line, period)
        key = _key(line.name, period)
        computed = self._tagged.get(key)
        if computed is None:
            computed = self._tagged[key] = self._of_period(line, period)
        return computed

    def _of_period(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        start, end = (period.start, period.end) if line.balance is Balance.DURATION else (None, instant_of(line, period))
        fact = self._cash.balance(line, period) if line.choice is Choice.ROLLS else self._choice.choose(line, start, end)
        if fact is not None:
            fact = self._basis.settle(line, fact, start, end)
            if line.unit is UnitKind.SHARES and start is None:
                spans = ((period.start, end), (period.year_start, end))
                in_scale = newest_in_scale(self.facts, fact, spans, self._currency.at(end), is_part=line.name == _TREASURY)
                if in_scale is None:
                    return ComputedFigure(None, Refusal.SCALE_ERROR)
                fact = in_scale
            reason = self._not_of_line(line, period, fact, start, end)
            # A later figure under a tag of a part may be of the whole.
            may_switch = reason is Refusal.RESTATED_APART and line.choice is not Choice.PART
            if may_switch and (other := self._basis.on_the_new_basis(line, start, end)):
                fact, reason = other, self._not_of_line(line, period, other, start, end)
            return self._as_filed(line, fact) if reason is None else ComputedFigure(None, reason)
        if period.quarter in (None, 1) or line.balance is not Balance.DURATION:
            return ComputedFigure(None, Refusal.NOT_REPORTED)
        return self._year_to_dates.quarter(line, period)

    def _not_of_line(
        self, line: LineDefinition, period: FiscalPeriod, fact: KnownFact, start: date | None, end: date
    ) -> Refusal | None:
        """Why a fact under a line's tag is not the line's figure for the period; None if it is."""
        if line.choice is Choice.TOTAL and self._choice.is_contested(line, start, end):
            return Refusal.CONTRADICTED
        if self._year_to_dates.is_misdated(line, period, fact):
            return Refusal.QUARTERS_DISAGREE
        if line.is_never_negative and fact.value < 0:
            return Refusal.WRONG_SIGN
        if self._basis.is_left_out(line, fact, start, end):
            return Refusal.RESTATED_APART
        return Refusal.ISSUED_NOT_OUTSTANDING if is_of_issued(self.facts, fact) else None

    def _as_filed(self, line: LineDefinition, fact: KnownFact) -> ComputedFigure:
        """A fact as filed and, for share figures filed before a split, also in today's shares."""
        if line.unit is not UnitKind.MONEY and self.splits:
            since = splits_since(fact, self.splits)
            if since:
                words = adjustment_words(since)
                return ComputedFigure(fact.value, facts=(fact,), adjusted_value=comparable(fact, since), adjustment=words)
        return ComputedFigure(fact.value, facts=(fact,))

    def _trailing(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        """Twelve months: the same fiscal year, else the sum of its quarters or half-years, else year and year-to-dates."""
        year = self._years.get(period.start)
        if year is not None and year.end == period.end:
            return self._from_tags(line, year)
        parts = self.calendar.quarters_of(period)
        quarters = [self._discrete(line, part) for part in parts]
        if all(computed.reason is Refusal.NOT_REPORTED for computed in quarters):
            return ComputedFigure(None, Refusal.NOT_REPORTED)
        if line.unit is not UnitKind.MONEY:
            return trailing_per_share(self, line.name, period)
        values = [computed.value for computed in quarters if computed.value is not None]
        facts = tuple(fact for computed in quarters for fact in computed.facts)
        if len({fact.unit for fact in facts}) > 1:
            return ComputedFigure(None, Refusal.CURRENCY_MISMATCH)
        if len(values) == len(quarters) and agree(facts) and not self._year_to_dates.mixes_bases(line, facts):
            words = " + ".join(
                f"[{computed.formula}]" if computed.formula else INTERIM_WORDS[part.months]
                for computed, part in zip(quarters, parts, strict=True)
            )
            return ComputedFigure(sum(values, Decimal(0)), formula=words, facts=facts)
        is_apart = len(values) == len(quarters)
        return self._year_to_dates.rolled_forward(line, period) or (
            ComputedFigure(None, Refusal.OPERAND_RESTATED_APART) if is_apart else refused(*quarters)
        )

    def _discrete(self, line: LineDefinition, quarter: FiscalPeriod) -> ComputedFigure:
        """A quarter from the line's own tags; refused if it keeps its year from adding up."""
        computed = self._from_tags(line, quarter)
        if computed.value is not None and computed in self._sums.breaking(self._lines.get(line.name), quarter):
            return ComputedFigure(None, Refusal.QUARTERS_DISAGREE)
        return computed

    def _by_formula(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        """The result of the formula; not reported if an operand that must be filed is not."""
        for name in (operand.line for operand in line.formula if operand.is_filed):
            if self._from_tags(self._lines[name], period).value is None:
                return ComputedFigure(None, Refusal.NOT_REPORTED)
        computed = self._from_formula(line, period)
        if line.formula_unless and computed.value and self._leaves_out(line, computed, period):
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        return computed

    def _leaves_out(self, line: LineDefinition, computed: ComputedFigure, period: FiscalPeriod) -> bool:
        """Whether the company has what the formula of the line leaves out (see `LineDefinition.formula_unless`)."""
        held = self.facts.each(line.formula_unless, self._currency.at(period.end), None, period.end)
        if any(fact.value for fact in held):
            return True
        filings = {fact.accession for fact in computed.facts}
        filed = (fact for filing in filings for tag in line.formula_unless for fact in self.facts.filed_in(tag, filing))
        return any(fact.value and fact.period_start is not None and fact.period_end > period.start for fact in filed)

    def _from_formula(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        total = Decimal(0)
        words: list[str] = []
        facts: list[KnownFact] = []
        missing: list[ComputedFigure] = []
        skipped: list[str] = []
        for operand in (each for each in line.formula if not each.is_condition):
            computed = self.compute(operand.line, period)
            if computed.value is None:
                if operand.is_optional and computed.reason is Refusal.NOT_REPORTED:
                    # A line that may repeat another line is already included in that line.
                    skipped += [] if operand.line in self._repeating else [operand.line]
                else:
                    missing.append(computed)
                continue
            total += operand.sign * computed.value
            words.append(
                f"{'+' if operand.sign > 0 else '-'} {operand.line}" + (f" [{computed.formula}]" if computed.formula else "")
            )
            facts.extend(computed.facts)
        conditions = {each.line: self.compute(each.line, period) for each in line.formula if each.is_condition}
        skipped += [name for name, each in conditions.items() if each.reason is Refusal.NOT_REPORTED]
        missing += self._unmet(line, total, conditions.values(), period)
        is_filed = any(each.reason in _FILED_AND_REFUSED for each in missing)
        if not words and not is_filed:
            return ComputedFigure(None, Refusal.NOT_REPORTED)
        if missing:
            return refused(*missing)
        if total and any(self._filed_with(name, facts, period) for name in skipped):
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        if not agree(facts):
            return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
        if line.must_equal and not self._leads_to_totals(line.must_equal, total, period):
            return ComputedFigure(None, Refusal.CONTRADICTED)
        result = ComputedFigure(total, formula=" ".join(words).removeprefix("+ "), facts=tuple(facts))
        return self._counted(result) if line.unit is UnitKind.SHARES else result

    def _unmet(
        self, line: LineDefinition, total: Decimal, conditions: Iterable[ComputedFigure], period: FiscalPeriod
    ) -> list[ComputedFigure]:
        """The conditions that keep a formula from giving this total, as refused figures."""
        reported = [each for each in conditions if each.value != 0 and each.reason is not Refusal.NOT_REPORTED]
        # A share of zero is zero, whichever party it belongs to.
        if not reported or not total or (line.part_tags and self._line_parts.add_up_to(line, total, period)):
            return []
        return [each if each.value is None else ComputedFigure(None, Refusal.OPERAND_MISSING) for each in reported]

    def _leads_to_totals(self, terms: Sequence[Operand], value: Decimal, period: FiscalPeriod) -> bool:
        """Whether a computed figure agrees with the sum of these filed terms; True if one of them is not filed."""
        filed = [self._from_tags(self._lines[term.line], period).value if term.line in self._lines else None for term in terms]
        values = [term.sign * each for term, each in zip(terms, filed, strict=True) if each is not None]
        return len(values) < len(terms) or is_same(value, sum(values, Decimal(0)), *values)

    def _counted(self, sum_of_counts: ComputedFigure) -> ComputedFigure:
        """A share count computed from others, also in today's shares; refused if their rounding makes it too uncertain."""
        if is_too_rounded(sum_of_counts.facts, sum_of_counts.value or Decimal(0)):
            return ComputedFigure(None, Refusal.TOO_ROUNDED)
        since = [splits_since(fact, self.splits) for fact in sum_of_counts.facts]
        if any(each != since[0] for each in since):
            return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
        if not since[0]:
            return sum_of_counts
        adjusted = in_new_shares(sum_of_counts.value or Decimal(0), since[0], "shares")
        return sum_of_counts._replace(adjusted_value=adjusted, adjustment=adjustment_words(since[0]))

    def _filed_with(self, name: str, facts: list[KnownFact], period: FiscalPeriod) -> bool:
        """Whether the filings of these facts also report an optional line, for a period that includes this one.

        Then the company has such an item, and its figure for this period is unknown rather than zero. A nil is no item.
        """
        return any(
            fact.period_end >= period.end and (fact.period_start is None or fact.period_start <= period.start)
            for accession in {fact.accession for fact in facts}
            for fact in self._facts_filed(name, accession)
        )

    def _facts_filed(self, name: str, accession: str) -> list[KnownFact]:
        key = (name, accession)
        if key not in self._filed:
            tags = set(self._tags_behind(name))
            filed = (fact for tag in tags for fact in self.facts.filed_in(tag, accession))
            self._filed[key] = [fact for fact in filed if fact.value]
        return self._filed[key]

    def _tags_behind(self, name: str) -> Iterator[str]:
        """The tags of a line and of the lines that its formula needs."""
        line = self._lines.get(name)
        if line is not None:
            yield from (*line.tags, *line.fallback_tags)
            for operand in line.formula:
                if not (operand.is_condition or operand.is_optional or operand.is_filed):
                    yield from self._tags_behind(operand.line)
