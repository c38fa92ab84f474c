"""Why a line has its figure: which tags were reported, which one was chosen, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.identity import Company
from workbench.domain.statements.assembly import figures_of
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import Balance, Choice, ConceptMap, LineDefinition
from workbench.domain.statements.statement import StatementKind

RULES = {
    Choice.FIRST: "the first tag of the list that was reported",
    Choice.STEADY: "the newest of the tags used throughout the year, as tags of statements are",
    Choice.TOTAL: "the tag with which the rest of the statement adds up, or else the newest of those used throughout the year",
    Choice.LARGEST: "the largest in the newest filing, since a part is never larger than the whole",
    Choice.PART: "the first that is smaller than the line it is a part of",
    Choice.ROLLS: "the tag whose opening balance plus the change in cash is its closing balance, or else the first",
}


@dataclass(frozen=True, slots=True)
class ExplainedPeriod:
    """One fiscal year: the figure and every candidate in the map's order; `winner` is None for a derived or refused figure."""

    period: FiscalPeriod
    computed: ComputedFigure
    winner: KnownFact | None
    candidates: tuple[KnownFact, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A line of one company, newest fiscal year first. `industry` is the chosen template, `version` the map's version.

    `extensions` are concepts that the map does not list and that calculations of filings prove to be the line.
    """

    line: LineDefinition
    industry: str
    version: str
    periods: tuple[ExplainedPeriod, ...]
    extensions: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The rule of the choice as a phrase."""
        return RULES[self.line.choice]


def statement_of(line: str) -> StatementKind:
    """The statement of a line (the first, if two have it); raises InvalidRequest for an unknown line."""
    for kind in StatementKind:
        if any(definition["name"] == line for definition in ConceptMap.load().lines[kind]):
            return kind
    raise InvalidRequest(f"{line!r} is not a line of a statement", hint="`workbench concepts list` shows the lines")


def explain(company: Company, name: str, facts: FactTable) -> Explanation:
    """Which tag gave a line its figure in each fiscal year, and which other tags were reported.

    Raises InvalidRequest for a line that the template of the company's industry does not have.
    """
    figures = figures_of(company, statement_of(name), facts)
    line = next((line for line in figures.template.lines if line.name == name), None)
    if line is None:
        raise InvalidRequest(f"the {figures.template.industry} template has no line {name!r}")
    with_fallback_tags = replace(line, name=f"{name} with fallback tags", tags=line.all_tags)
    periods = []
    for period in reversed(figures.calendar.years):
        computed = figures.compute(name, period)
        start = period.start if line.balance is Balance.DURATION else None
        candidates = tuple(figures.candidates(with_fallback_tags, start, period.end))
        winner = computed.facts[0] if computed.value is not None and computed.formula is None else None
        periods.append(ExplainedPeriod(period, computed, winner, candidates))
    extensions = facts.extensions.get(name, ())
    return Explanation(line, figures.template.industry, ConceptMap.load().version, tuple(periods), extensions)
