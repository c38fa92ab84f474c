"""Why a line has the figure it has: which tags were there, which won, and by what rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known import FactTable, KnownFact
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.identity import Company
from workbench.domain.statements.assembly import figures_of
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import Balance, Choice, ConceptMap, LineDefinition
from workbench.domain.statements.statement import StatementKind

RULES = {
    Choice.FIRST: "the first tag of the list that was reported",
    Choice.STEADY: "the newest of the tags used through the year, as the statement's own is",
    Choice.TOTAL: "the tag the rest of the statement adds up with; failing that, the newest of those used through the year",
    Choice.LARGEST: "the largest in the newest filing, since a part is never more than the whole",
    Choice.PART: "the first that is less than the line it is a part of",
    Choice.ROLLS: "the tag that the change in cash leads to from its own figure at the start; failing that, the first",
}


@dataclass(frozen=True, slots=True)
class ExplainedPeriod:
    """One fiscal year: the figure, and every candidate in the map's order; `winner` is None for a derived or refused one."""

    period: FiscalPeriod
    cell: ComputedFigure
    winner: KnownFact | None
    candidates: tuple[KnownFact, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A line of one company, newest fiscal year first. `industry` is the template chosen, `version` that of the map.

    `reached` are those concepts that the map does not list and filings prove to be the line by their own calculations.
    """

    line: LineDefinition
    industry: str
    version: str
    periods: tuple[ExplainedPeriod, ...]
    extensions: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """How the tag is chosen, in words."""
        return RULES[self.line.choice]


def statement_of(line: str) -> StatementKind:
    """The statement a line stands on (the first, for one that stands on two); raises InvalidRequest for no line."""
    for kind in StatementKind:
        if any(definition["name"] == line for definition in ConceptMap.load().lines[kind]):
            return kind
    raise InvalidRequest(f"{line!r} is no line of a statement", hint="`workbench concepts list` names them")


def explain(company: Company, name: str, facts: FactTable) -> Explanation:
    """Which tag gave a line its figure in each fiscal year, and which lost.

    Raises InvalidRequest for a line that the company's industry has not.
    """
    figures = figures_of(company, statement_of(name), facts)
    line = next((line for line in figures.template.lines if line.name == name), None)
    if line is None:
        raise InvalidRequest(f"a statement of the {figures.template.industry} template has no line {name!r}")
    with_fallback_tags = replace(line, name=f"{name} of any tag", tags=(*line.tags, *line.last_tags))
    periods = []
    for period in reversed(figures.calendar.years):
        cell = figures.cell(name, period)
        start = period.start if line.balance is Balance.DURATION else None
        candidates = tuple(figures.candidates(with_fallback_tags, start, period.end))
        winner = cell.facts[0] if cell.value is not None and cell.formula is None else None
        periods.append(ExplainedPeriod(period, cell, winner, candidates))
    extensions = facts.extensions.get(name, ())
    return Explanation(line, figures.template.industry, ConceptMap.load().version, tuple(periods), extensions)
