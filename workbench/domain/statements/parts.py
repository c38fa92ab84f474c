"""Lines that a statement shows in parts without a total: parts are not wholes, and a sum of parts needs a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, is_same, refused
from workbench.domain.statements.concepts import Balance, Choice, LineDefinition
from workbench.domain.statements.tag_choice import TagChoice, are_side_by_side

_Column = tuple[date | None, date]
_FromTags = Callable[[LineDefinition, FiscalPeriod], ComputedFigure]


class Parts:
    """Figures of lines under their fallback tags and tags of parts."""

    def __init__(
        self, lines: Mapping[str, LineDefinition], choice: TagChoice, years: Sequence[FiscalPeriod], from_tags: _FromTags
    ) -> None:
        self._lines = lines
        self._choice = choice
        self._years = years
        self._from_tags = from_tags

    def are_filed(self, line: LineDefinition, period: FiscalPeriod) -> bool:
        """Whether the company files the line in parts, in the period or in the year-to-dates and years around it.

        It does if one filing gives different figures under several of the tags, so that each is a part of the line, or a
        figure under a tag that is of one part only.
        """
        in_parts, unproven = line.in_parts, line.of_unproven_parts
        for column in self._columns(line, period):
            if are_side_by_side(tuple(self._choice.candidates(in_parts, *column))):
                return True
            if any(fact.value for fact in self._choice.candidates(unproven, *column)):
                return True
        return False

    def figure(self, line: LineDefinition, period: FiscalPeriod) -> ComputedFigure:
        """The part, or the sum of all parts, that the rest of the statement proves to be the whole line.

        Refused as parts without a total if there is no proof.
        """
        concepts = next(filter(None, (self._whole(line, *column) for column in self._columns(line, period))), ())
        if not concepts:
            return ComputedFigure(None, Refusal.PARTS_WITHOUT_TOTAL)
        figures = [self._from_tags(replace(line, name=f"{line.name} by {tag}", tags=(tag,)), period) for tag in concepts]
        values = [figure.value for figure in figures if figure.value is not None]
        if len(figures) == 1:
            return figures[0]
        facts = tuple(fact for figure in figures for fact in figure.facts)
        if len(values) < len(figures):
            return refused(*figures)
        if not agree(facts):
            return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
        names = [tag.partition(":")[2] for tag in concepts]
        words = [f"{name} [{figure.formula}]" if figure.formula else name for name, figure in zip(names, figures, strict=True)]
        return ComputedFigure(sum(values, Decimal(0)), formula=" + ".join(words), facts=facts)

    def add_up_to(self, line: LineDefinition, value: Decimal, period: FiscalPeriod) -> bool:
        """Whether one filing gives all parts of the line for the period, and their sum is this value within rounding."""
        filed = list(self._choice.candidates(line.of_unproven_parts, period.start, period.end))
        if len(filed) < len(line.part_tags) or len({fact.last_filed_on for fact in filed}) > 1:
            return False
        parts = [fact.value for fact in filed]
        return is_same(sum(parts, Decimal(0)), value, *parts)

    def _whole(self, line: LineDefinition, start: date | None, end: date) -> tuple[str, ...]:
        """The tag, or the tags to add up, that give the whole line in a column; none if that is not proven.

        A figure is the whole if subtotals of the statement follow from it, or if it is the sum of all others in its filing.
        """
        filed = [fact for fact in self._choice.candidates(line.in_parts, start, end) if fact.value]
        if not filed:
            return ()
        newest = max(fact.last_filed_on for fact in filed)
        by_value: dict[Decimal, KnownFact] = {}
        for fact in filed:
            if fact.last_filed_on == newest:
                by_value.setdefault(fact.value, fact)
        for value, fact in by_value.items():
            if self._is_proven(line, value, start, end):
                return (fact.concept,)
        total, largest = sum(by_value, Decimal(0)), max(by_value)
        if len(by_value) > 2 and total == 2 * largest:
            return (by_value[largest].concept,)
        if len(by_value) > 1 and self._is_proven(line, total, start, end):
            return tuple(fact.concept for fact in by_value.values())
        return ()

    def _is_proven(self, line: LineDefinition, value: Decimal, start: date | None, end: date) -> bool:
        """Whether other filed figures of the column lead to this value of the line, to the last digit."""
        if line.choice is Choice.TOTAL:
            return self._choice.is_revenue(value, start, end)
        total = Decimal(0)
        for term in line.proven_by:
            fact = self._choice.choose(self._lines[term.line], start, end) if term.line in self._lines else None
            if fact is None and not term.is_optional:
                return False
            total += term.sign * (fact.value if fact else Decimal(0))
        return bool(line.proven_by) and total == value

    def _columns(self, line: LineDefinition, period: FiscalPeriod) -> Iterator[_Column]:
        """The columns that show how a company files the line: the period, its year to date, and the years it is in."""
        if line.balance is not Balance.DURATION:
            yield None, period.start - timedelta(days=1) if line.balance is Balance.OPENING else period.end
            return
        yield period.start, period.end
        yield period.year_start, period.end
        for year in reversed(self._years):
            if year.start <= period.end and year.end >= period.start:
                yield year.start, year.end
