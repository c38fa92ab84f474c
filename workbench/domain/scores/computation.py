"""Scores of a company's fiscal years: each with its parts and their operands, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import Ratios, all_figures
from workbench.domain.measures.valuation import MARKET_CAP, PRICED_IN
from workbench.domain.scores.definitions import Score, ScorePart, part_definitions, scores
from workbench.domain.statements.assembly import columns_of, statement_period
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, refused
from workbench.domain.statements.statement import Figure, PeriodKind, StatementPeriod, Status

_DIGITS = 4

MarketCap = Callable[[date], ComputedFigure]
"""The market capitalisation on a day, as known then."""


@dataclass(frozen=True, slots=True)
class ScoredPart:
    """A part of a score in one year: its figure (a ratio), and what it adds to the score; None if it is refused."""

    part: ScorePart
    figure: Figure
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoredYear:
    """A score of one fiscal year. Its figure is refused if any part is, for the gravest reason."""

    score: Score
    period: StatementPeriod
    figure: Figure
    parts: tuple[ScoredPart, ...]


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The scores of a company as known on `as_of`: by score, years oldest first.

    Years without any proven part are left out, and scores that were not made for the company's industry.
    """

    company: Company
    industry: str
    as_of: date | None
    years: tuple[ScoredYear, ...]


def compute_scores(
    company: Company,
    as_of: date | None,
    facts: FactTable,
    market_cap: MarketCap,
    *,
    limit_periods: int | None = None,
    splits: Sequence[Split] = (),
) -> ScoreTable:
    """The scores that these facts prove, for the newest `limit_periods` fiscal years.

    `market_cap` is asked for the last day of each year.
    """
    figures = all_figures(company, facts, splits)
    columns = columns_of(figures.calendar, PeriodKind.ANNUAL)
    years = []
    for column in columns[-limit_periods:] if limit_periods else columns:
        is_priced = figures.currency_at(column.end) == PRICED_IN
        cap = market_cap(column.end) if is_priced else ComputedFigure(None, Refusal.CURRENCY_MISMATCH)
        ratios = Ratios(figures, definitions=part_definitions(), inputs={MARKET_CAP: cap})
        years.append([_year(score, column, ratios) for score in scores().values()])
    industry = figures.template.industry
    shown = [
        year
        for by_score in zip(*years, strict=True)
        for year in by_score
        if year.score.is_for(industry) and any(part.points is not None for part in year.parts)
    ]
    return ScoreTable(company, industry, as_of, tuple(shown))


def _year(score: Score, column: FiscalPeriod, ratios: Ratios) -> ScoredYear:
    computed = [(part, ratios.compute(part.ratio.name, column)) for part in score.parts]
    parts = tuple(
        ScoredPart(part, ratios.figure(part.ratio, column), None if each.value is None else part.points(each.value))
        for part, each in computed
    )
    known = max((part.figure.known_on for part in parts if part.figure.known_on), default=None)
    total = _total(score, column, computed)
    total = total if total.value is None else total._replace(known_since=known)
    return ScoredYear(score, statement_period(column), total, parts)


def _total(score: Score, column: FiscalPeriod, computed: Sequence[tuple[ScorePart, ComputedFigure]]) -> Figure:
    values = [(part, each.value) for part, each in computed if each.value is not None]
    if len(values) < len(computed):
        why = refused(*(each for _, each in computed)).reason or Refusal.OPERAND_MISSING
        return Figure(column.end, None, score.unit, Status.REFUSED, reason=str(why), formula=score.formula)
    total = score.constant + sum((part.points(value) for part, value in values), Decimal(0))
    facts = tuple(dict.fromkeys(fact for _, each in computed for fact in each.facts))
    value = round(total * 100 if score.unit == "pct" else total, _DIGITS)
    sources = tuple(fact.source() for fact in facts)
    return Figure(column.end, value, score.unit, Status.DERIVED, formula=score.formula, facts=sources)
