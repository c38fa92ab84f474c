"""Valuation: a company's market capitalisation, multiples and yields at the close of a day, as known on that day.

The definitions are data, in `concept_map/valuation.toml`. All of them use the market capitalisation: an unadjusted close times
the shares outstanding, both on the share basis of that day. Each figure carries its operands, or is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Company, Ticker
from workbench.domain.market.prices import CLOSES_AS_TRADED, FRESH, DailyBar
from workbench.domain.measures.claims import CLAIM_TAGS, preferred_claim, whole_debt
from workbench.domain.measures.ratios import (
    RatioDefinition,
    Ratios,
    RatioUnit,
    all_figures,
    define_ratio,
    ratio_definitions,
    ratio_tags,
)
from workbench.domain.measures.share_basis import Step, product, splits_to_price
from workbench.domain.measures.share_count import (
    COVER_TAGS,
    MOST_DAYS_OF_ANNUAL,
    ClassCount,
    count_shares,
    counts_until,
    most_days_of,
)
from workbench.domain.measures.traded_unit import CoverPage, float_ratio, public_float, unit_refusal
from workbench.domain.statements.assembly import statement_period
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.concepts import read_data
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import Figure, StatementPeriod, Status

MARKET_CAP, _PREFERRED, _DEBT = "market_cap", "preferred_claim", "total_debt"
PRICED_IN = "USD"


class Basis(StrEnum):
    """The period of the figures that a price is compared with: newest balance sheet, twelve months to it, fiscal year."""

    LATEST = "latest"
    TTM = "ttm"
    ANNUAL = "annual"


@dataclass(frozen=True, slots=True)
class Multiple:
    """One valuation measure: its definition in the notation of ratios, and its period."""

    ratio: RatioDefinition
    basis: Basis

    @property
    def name(self) -> str:
        """Its stable name."""
        return self.ratio.name


@dataclass(frozen=True, slots=True)
class Close:
    """The last price of a share: as traded, in US dollars, from one source."""

    ticker: Ticker
    source: str
    traded_on: date
    close: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares outstanding as filed; `factor` converts them to the share basis of the price over `splits` (a text), if any."""

    value: Decimal
    formula: str
    fact: SourceFact
    factor: Decimal = Decimal(1)
    splits: str | None = None


@dataclass(frozen=True, slots=True)
class ValuationLine:
    """One valuation measure; `period` is the period of its figures, None if there are none."""

    line: str
    label: str
    figure: Figure
    period: StatementPeriod | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """A company at the last close known on `day`, by the facts filed by then; lines in the order of their definitions.

    `as_of` None means the present. `price` and `shares` are None if unknown; the market capitalisation gives the reason. The
    `period_end` of figures is `day`. It stays the same up to `holds_until`, unless something is filed or traded before.
    """

    company: Company
    industry: str
    as_of: date | None
    day: date
    currency: str
    price: Close | None
    shares: Shares | None
    lines: tuple[ValuationLine, ...]
    holds_until: date

    def figure(self, name: str) -> Figure:
        """The figure of one measure by name; raises KeyError."""
        return {line.line: line.figure for line in self.lines}[name]


@cache
def multiples() -> Mapping[str, Multiple]:
    """Every valuation measure by its name, in the order of the page."""
    return {
        entry["name"]: Multiple(define_ratio(entry), Basis(entry["basis"])) for entry in read_data("valuation")["multiple"]
    }


@cache
def valuation_tags() -> frozenset[str]:
    """Every tag that valuation may need."""
    return frozenset(ratio_tags().union(COVER_TAGS, CLAIM_TAGS))


@cache
def measure_definitions() -> Mapping[str, RatioDefinition]:
    """Every ratio and every valuation measure by its name."""
    return {**ratio_definitions(), **{multiple.name: multiple.ratio for multiple in multiples().values()}}


class KnownCompany:
    """The figures, splits and shares outstanding of a company as known on a day."""

    def __init__(
        self,
        company: Company,
        facts: FactTable,
        concepts: Mapping[int, str],
        classes: Sequence[ClassCount],
        *,
        covers: Sequence[CoverPage],
        day: date,
    ) -> None:
        self.company = company
        self.day = day
        self._facts = facts
        self._covers = covers
        self.splits: tuple[Split, ...] = find_splits(facts.filings(SPLIT_TAGS), concepts)
        self.figures: Figures = all_figures(company, facts, self.splits)
        self.periods = _periods(self.figures)
        newest = self.periods[Basis.LATEST]
        self._counts_until = counts_until(self.figures.calendar, facts)
        self.count = count_shares(company, self.figures, facts, classes, day=day, newest=newest)

    @property
    def industry(self) -> str:
        """The template of the company's industry."""
        return self.figures.template.industry

    @property
    def float_day(self) -> date | None:
        """The day of the newest public float: its close confirms that a share is what trades."""
        stated = public_float(self._facts)
        return stated.period_end if stated is not None else None

    def value(self, as_of: date | None, bars: Sequence[DailyBar], close_of_float: Decimal | None = None) -> Valuation:
        """The valuation at the last of these bars, which come from one source, oldest first, up to the day.

        `close_of_float` is the close of `float_day`, None if there is none.
        """
        steps = self.steps(bars)
        cap = self.market_cap(bars, steps, close_of_float)
        ratios = self.ratios(cap)
        price = Close(bars[-1].ticker, bars[-1].source, bars[-1].traded_on, bars[-1].close) if bars else None
        lines = tuple(_dated(self._line(multiple, ratios, cap), price) for multiple in multiples().values())
        currency = self.figures.currency
        return Valuation(
            self.company, self.industry, as_of, self.day, currency, price, self._shares(steps), lines, self._holds_until(bars)
        )

    def ratios(self, cap: ComputedFigure) -> Ratios:
        """The measures at a market capitalisation."""
        return Ratios(self.figures, definitions=measure_definitions(), inputs={MARKET_CAP: cap, **self._claims()})

    @property
    def filed_until(self) -> date:
        """The next day on which the count or figures are the last time new enough."""
        ends = [self._figures_until(basis, period) for basis, period in self.periods.items() if period is not None]
        return min((end for end in (*ends, self._counts_until) if end >= self.day), default=date.max)

    def _holds_until(self, bars: Sequence[DailyBar]) -> date:
        """The same, and of the close."""
        ends = (self.filed_until, *(bar.traded_on + FRESH for bar in bars[-1:]))
        return min(end for end in ends if end >= self.day)

    def _claims(self) -> dict[str, ComputedFigure]:
        """Claims beside the common shares, on the newest balance sheet."""
        period = self.periods[Basis.LATEST]
        if period is None:
            return {}
        claims = {_PREFERRED: preferred_claim(self.figures, self._facts, period)}
        debt = whole_debt(self.figures, self._facts, period)
        return claims if debt == self.figures.compute(_DEBT, period) else {**claims, _DEBT: debt}

    def steps(self, bars: Sequence[DailyBar]) -> tuple[Step, ...] | None:
        """The splits between the share count and the last of these bars; None if unknown."""
        if not bars or self.count.value is None:
            return None
        fact = self.count.facts[0]
        return splits_to_price(fact.period_end, fact.filed_on, bars, self.splits)

    def _shares(self, steps: tuple[Step, ...] | None) -> Shares | None:
        if self.count.value is None:
            return None
        times = product(steps or ())
        words = ", ".join(step.label for step in steps or ()) or None
        factor = Decimal(times.numerator) / times.denominator
        return Shares(self.count.value, self.count.formula or "", self.count.facts[0].source(), factor, words)

    def market_cap(
        self, bars: Sequence[DailyBar], steps: tuple[Step, ...] | None, close_of_float: Decimal | None
    ) -> ComputedFigure:
        """The market capitalisation at the last of these bars."""
        reason = self._price_refusal(bars)
        if reason is not None:
            return ComputedFigure(None, reason)
        if self.count.value is None:
            return self.count
        reason = unit_refusal(self.company, self._covers, float_ratio(self._facts, close_of_float, self.splits))
        if reason is not None or steps is None:
            return ComputedFigure(None, reason or Refusal.SHARE_BASIS_UNKNOWN)
        last, times = bars[-1], product(steps)
        split = "".join(f" * {step.ratio} [{step.label}, by {last.source}]" for step in steps)
        words = (
            f"{last.close:f} [{last.ticker}, close of {last.traded_on}, {last.source}] * shares [{self.count.formula}]{split}"
        )
        value = last.close * self.count.value * times.numerator / times.denominator
        return ComputedFigure(value, formula=words, facts=self.count.facts)

    def _price_refusal(self, bars: Sequence[DailyBar]) -> Refusal | None:
        if self.company.ticker is None:
            return Refusal.NOT_LISTED
        if not bars:
            return Refusal.NO_PRICE
        if self.day - bars[-1].traded_on > FRESH:
            return Refusal.STALE_PRICE
        return None if bars[-1].source in CLOSES_AS_TRADED else Refusal.PRICE_BASIS_UNKNOWN

    def _line(self, multiple: Multiple, ratios: Ratios, cap: ComputedFigure) -> ValuationLine:
        period = self.periods[multiple.basis]
        if multiple.name == MARKET_CAP:
            return ValuationLine(multiple.name, multiple.ratio.label, self._size(multiple.ratio, cap), None)
        shown = statement_period(period) if period is not None else None
        figure = self._figure(multiple, period, ratios, cap)
        return ValuationLine(multiple.name, multiple.ratio.label, figure._replace(period_end=self.day), shown)

    def _size(self, definition: RatioDefinition, cap: ComputedFigure) -> Figure:
        if cap.value is None:
            return Figure(self.day, None, PRICED_IN, Status.REFUSED, reason=str(cap.reason), formula=definition.formula)
        sources = tuple(fact.source() for fact in cap.facts)
        return Figure(self.day, cap.value, PRICED_IN, Status.DERIVED, formula=cap.formula, facts=sources)

    def _figure(self, multiple: Multiple, period: FiscalPeriod | None, ratios: Ratios, cap: ComputedFigure) -> Figure:
        definition, is_multiple = multiple.ratio, multiple.ratio.unit is RatioUnit.RATIO
        reason = self.refusal(multiple, period, cap)
        if period is not None and reason is None:
            figure = ratios.figure(definition, period)
            if figure.value is None or figure.value > 0 or not is_multiple:
                return figure
            reason = Refusal.NOT_MEANINGFUL
        unit = self.figures.currency if definition.unit is RatioUnit.MONEY else definition.unit.value
        return Figure(self.day, None, unit, Status.REFUSED, reason=str(reason), formula=definition.formula)

    def refusal(self, multiple: Multiple, period: FiscalPeriod | None, cap: ComputedFigure) -> Refusal | None:
        """Why a measure has no figure, regardless of its operands; None if nothing prevents it."""
        if not multiple.ratio.is_for(self.industry):
            return Refusal.NOT_FOR_INDUSTRY
        if cap.value is None:
            return cap.reason or Refusal.OPERAND_MISSING
        if period is None:
            return Refusal.OPERAND_MISSING
        if self.figures.currency != PRICED_IN:
            return Refusal.CURRENCY_MISMATCH
        return Refusal.STALE_FIGURES if self.day > self._figures_until(multiple.basis, period) else None

    def _figures_until(self, basis: Basis, period: FiscalPeriod) -> date:
        """The last day on which the figures of a period are new enough."""
        days = MOST_DAYS_OF_ANNUAL if basis is Basis.ANNUAL else most_days_of(self.figures.calendar)
        return period.end + timedelta(days=days)


def _dated(line: ValuationLine, price: Close | None) -> ValuationLine:
    """The line, whose figure is known no earlier than the close behind it."""
    figure = line.figure
    if price is None or figure.known_on is None:
        return line
    return replace(line, figure=figure._replace(known_since=max(figure.known_on, price.traded_on)))


def _periods(figures: Figures) -> dict[Basis, FiscalPeriod | None]:
    """The newest period with figures, the twelve months that end with it, and the newest fiscal year."""
    calendar = figures.calendar
    known = sorted((*calendar.years, *calendar.quarters), key=lambda period: (period.end, period.start))
    names = ("stockholders_equity", "total_equity", "total_assets")
    latest = next((period for period in reversed(known) if figures.has_any(names, period)), None)
    twelve = [*calendar.years, *calendar.trailing]
    ttm = next((period for period in twelve if latest is not None and period.end == latest.end), None)
    annual = next((year for year in reversed(calendar.years) if figures.has_any(("net_income", *names), year)), None)
    return {Basis.LATEST: latest, Basis.TTM: ttm, Basis.ANNUAL: annual}
