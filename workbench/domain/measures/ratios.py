"""Ratios: margins, growth, returns, leverage, coverage, days of working capital, cash and per-share figures.

The definitions are data, in `concept_map/ratios.toml`. A ratio is computed from figures of the statements, so it carries
their facts and its formula, or is refused for the reason of its operand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.facts.periods import FiscalPeriod, days_of
from workbench.domain.facts.splits import SPLIT_TAGS, Split, is_restated_by_split
from workbench.domain.identity import Company
from workbench.domain.statements.assembly import CompanyFigures, columns_of, figures_in, statement_periods
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, refused
from workbench.domain.statements.concepts import ConceptMap, LineDefinition, Template, UnitKind, define_line, is_for, read_data
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.known_on import KnownDays, agreed_from, known_with_splits
from workbench.domain.statements.outliers import is_out_of_scale
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
    is_known,
    stale_reason,
)


class RatioUnit(StrEnum):
    """The unit of a ratio: percent (0 to 100), times, days, money, or money per share."""

    PERCENT = "pct"
    RATIO = "ratio"
    DAYS = "days"
    MONEY = "money"
    PER_SHARE = "per_share"


# Digits after the point, rounded half to even; money stays exact.
_DIGITS = {RatioUnit.PERCENT: 4, RatioUnit.RATIO: 4, RatioUnit.DAYS: 2, RatioUnit.PER_SHARE: 4}


@dataclass(frozen=True)
class RatioDefinition:
    """One ratio: `formula` over lines, other ratios, numbers, `average()`, `prior()` and `days` (see `ratios.toml`)."""

    name: str
    label: str
    group: str
    unit: RatioUnit
    formula: str
    periods: frozenset[PeriodKind]
    restricted_to: Mapping[str, tuple[str, ...]]

    @property
    def expression(self) -> ast.expr:
        """The parsed formula."""
        return _parsed(self.formula)

    def rounded(self, value: Decimal) -> Decimal:
        """A value of the formula as a reader sees it: percentages from 0 to 100, rounded (see `_DIGITS`)."""
        value = value * 100 if self.unit is RatioUnit.PERCENT else value
        return round(value, _DIGITS[self.unit]) if self.unit in _DIGITS else value

    def is_for(self, industry: str) -> bool:
        """Whether the ratio applies to this industry."""
        return is_for(self.restricted_to, industry)


@dataclass(frozen=True, slots=True)
class RatioTable:
    """A company's ratios as known on `as_of`: lines in the order of their definitions, periods oldest first.

    A refused figure has its formula too, so that a reader sees which operand was missing.
    """

    company: Company
    industry: str
    period: PeriodKind
    as_of: date | None
    periods: tuple[StatementPeriod, ...]
    lines: tuple[StatementLine, ...]
    filings_from: date | None = None

    @property
    def is_known(self) -> bool:
        """Whether a filing with figures is loaded up to `as_of`; see `Statement`."""
        return is_known(self.periods, self.as_of, self.filings_from)

    @property
    def stale_reason(self) -> str | None:
        """A reason code if the newest column ends before the newest fiscal year; None if it does not."""
        return stale_reason(self.periods)


@cache
def ratio_definitions() -> Mapping[str, RatioDefinition]:
    """Every ratio by its name, in their order on the page."""
    return {entry["name"]: define_ratio(entry) for entry in read_data("ratios")["ratio"]}


def define_ratio(entry: Mapping[str, Any]) -> RatioDefinition:
    """The definition from an entry in the notation of `ratios.toml`; for every kind of period unless the entry names some."""
    return RatioDefinition(
        name=entry["name"],
        label=entry["label"],
        group=entry["group"],
        unit=RatioUnit(entry["unit"]),
        formula=entry["formula"],
        periods=frozenset(PeriodKind(kind) for kind in entry.get("periods", PeriodKind)),
        restricted_to={key: tuple(entry[key]) for key in ("industries", "not_industries") if key in entry},
    )


def ratio_definition(name: str) -> RatioDefinition:
    """One ratio by name; raises InvalidRequest for an unknown name."""
    definition = ratio_definitions().get(name)
    if definition is None:
        raise InvalidRequest(f"{name!r} is not a ratio", hint=f"choose one of {', '.join(ratio_definitions())}")
    return definition


@cache
def ratio_tags() -> frozenset[str]:
    """Every tag that ratios may need: those of the three statements and of the lines that only ratios use."""
    own = {tag for line in _own_lines() for tag in (*line.all_tags, *line.at_least)}
    return frozenset(own.union(SPLIT_TAGS, *(ConceptMap.load().all_tags(kind) for kind in StatementKind)))


@cache
def _own_lines() -> tuple[LineDefinition, ...]:
    return tuple(define_line(line, StatementKind.INCOME, "commercial") for line in read_data("ratios")["line"])


@cache
def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def names_in(expression: ast.AST) -> Iterator[str]:
    """Lines and ratios that an expression needs, in order of appearance."""
    if isinstance(expression, ast.Name):
        yield from () if expression.id == "days" else (expression.id,)
    elif isinstance(expression, ast.Call):
        for argument in expression.args:
            yield from names_in(argument)
    else:
        for child in ast.iter_child_nodes(expression):
            yield from names_in(child)


def all_figures(company: Company, facts: FactTable, splits: Sequence[Split] = ()) -> CompanyFigures:
    """Figures of every line of a company's three statements and of the lines that only ratios use."""
    concept_map = ConceptMap.load()
    industry = concept_map.industry_of(company, facts.concepts)
    templates = {kind: concept_map.template(kind, industry, company) for kind in StatementKind}
    statements = {kind: figures_in(template, facts, splits) for kind, template in templates.items()}
    return CompanyFigures(statements, Template(industry, StatementKind.INCOME, _own_lines()).with_tags(facts.extensions).lines)


def compute(
    company: Company,
    period: PeriodKind,
    as_of: date | None,
    facts: FactTable,
    *,
    limit_periods: int | None = None,
    splits: Sequence[Split] = (),
) -> RatioTable:
    """The ratios these facts prove, for the newest `limit_periods` periods that have any figure at all.

    Share figures filed before one of the `splits` are converted to today's shares.
    """
    figures = all_figures(company, facts, splits)
    ratios = Ratios(figures)
    industry = figures.template.industry
    chosen = [r for r in ratio_definitions().values() if period in r.periods and r.is_for(industry)]
    columns = columns_of(figures.calendar, period)

    def has_any(column: FiscalPeriod) -> bool:
        return any(ratios.compute(ratio.name, column).value is not None for ratio in chosen)

    shown = list(islice((column for column in reversed(columns) if has_any(column)), limit_periods))[::-1]
    lines = tuple(StatementLine(r.name, r.label, tuple(ratios.figure(r, column) for column in shown)) for r in chosen)
    periods = statement_periods(shown, figures.calendar, has_any)
    return RatioTable(company, industry, period, as_of, periods, lines)


class Ratios:
    """Every ratio that a company's figures prove. Each ratio is computed once.

    `definitions` are those of `ratio_definitions` and any others whose formulas use them; `inputs` are operands by name that
    do not come from statements, such as a market capitalisation.
    """

    def __init__(
        self,
        figures: Figures,
        *,
        definitions: Mapping[str, RatioDefinition] | None = None,
        inputs: Mapping[str, ComputedFigure] = MappingProxyType({}),
    ) -> None:
        self._figures = figures
        self._definitions = ratio_definitions() if definitions is None else definitions
        self._inputs = inputs
        self._lines = {line.name: line for line in figures.template.lines}
        self._days = KnownDays(figures)
        self._computed: dict[tuple[str, FiscalPeriod], ComputedFigure] = {}

    def figure(self, ratio: RatioDefinition, period: FiscalPeriod) -> Figure:
        """A ratio as a reader sees it, rounded (see `_DIGITS`)."""
        computed = self.compute(ratio.name, period)
        unit = self._unit(ratio, period)
        if computed.value is None:
            return Figure(period.end, None, unit, Status.REFUSED, reason=str(computed.reason), formula=ratio.formula)
        value = ratio.rounded(computed.value)
        sources = tuple(fact.source() for fact in computed.facts)
        since = self._known_on(ratio, period, computed.facts)
        return Figure(period.end, value, unit, Status.DERIVED, formula=computed.formula, facts=sources, known_since=since)

    def _known_on(self, ratio: RatioDefinition, period: FiscalPeriod, facts: Sequence[KnownFact]) -> date | None:
        """The day from which on all operands were known, and agreed with each other; None without any."""
        split = known_with_splits(facts, self._figures.splits)
        agreed = agreed_from(self._figures, self._comparable(facts))
        operands = self._operand_days(ratio.expression, period)
        return max((*operands, agreed, *((split,) if split else ())), default=None) if facts else None

    def _operand_days(self, node: ast.expr, period: FiscalPeriod) -> Iterator[date]:
        """The days on which the operands of a part of a formula became known."""
        if isinstance(node, ast.Name) and node.id in self._inputs:
            yield from (fact.filed_on for fact in self._inputs[node.id].facts)
        elif isinstance(node, ast.Name) and node.id in self._lines:
            day = self._days.of(node.id, period)
            yield from () if day is None else (day,)
        elif isinstance(node, ast.Name) and node.id in self._definitions:
            yield from self._operand_days(self._definitions[node.id].expression, period)
        elif isinstance(node, ast.BinOp):
            yield from self._operand_days(node.left, period)
            yield from self._operand_days(node.right, period)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for each in self._periods_of(node.func.id, period):
                yield from self._operand_days(node.args[0], each)

    def _periods_of(self, function: str, period: FiscalPeriod) -> Iterator[FiscalPeriod]:
        """The periods of whose figures a function makes one: both ends of an average, the year before of `prior`."""
        if function == "prior":
            earlier = self._figures.calendar.year_before(period)
            yield from () if earlier is None else (earlier,)
        else:
            yield from (_opening(period), period) if function == "average" else (period,)

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """A ratio, not rounded; percentages as fractions (0 to 1)."""
        key = (name, period)
        if key not in self._computed:
            computed = self.evaluate(self._definitions[name].expression, period)
            if computed.value is not None and len(_currencies(computed.facts)) > 1:
                computed = ComputedFigure(None, Refusal.CURRENCY_MISMATCH)
            elif computed.value is not None and not agree(self._comparable(computed.facts)):
                computed = ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
            self._computed[key] = computed
        return self._computed[key]

    def _comparable(self, facts: Sequence[KnownFact]) -> Sequence[KnownFact]:
        """The facts without those that only a split restated, since ratios use today's shares throughout."""
        splits = self._figures.splits
        return [fact for fact in facts if not is_restated_by_split(fact, splits)] if splits else facts

    def _unit(self, ratio: RatioDefinition, period: FiscalPeriod) -> str:
        currency = self._figures.currency_at(period.end)
        return {RatioUnit.MONEY: currency, RatioUnit.PER_SHARE: f"{currency}/shares"}.get(ratio.unit, ratio.unit.value)

    def evaluate(self, node: ast.expr, period: FiscalPeriod) -> ComputedFigure:
        """A part of a formula for a period, not rounded."""
        if isinstance(node, ast.Name):
            return self._named(node.id, period)
        if isinstance(node, ast.Constant):
            return ComputedFigure(Decimal(str(node.value)), formula=str(node.value))
        if isinstance(node, ast.BinOp):
            return self._combined(node, period)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "if_any":
                return self._if_any(node.args, period)
            return self._average(node.args[0], period) if node.func.id == "average" else self._prior(node.args[0], period)
        raise ValueError(f"a formula cannot contain {ast.dump(node)}")

    def _named(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        if name == "days":
            return ComputedFigure(
                Decimal(days_of(period.start, period.end)), formula=f"{days_of(period.start, period.end)} days"
            )
        if name in self._inputs:
            computed = self._inputs[name]
            return computed._replace(formula=f"{name} [{computed.formula}]")
        if name not in self._lines:
            if name not in self._definitions:
                return ComputedFigure(None, Refusal.NOT_REPORTED)  # a line that this industry's statements do not have
            inner = self.compute(name, period)
            return inner._replace(formula=f"({inner.formula})")
        computed = self._figures.compute(name, period)
        line = self._lines[name]
        if line.unit is UnitKind.SHARES and is_out_of_scale(self._figures, line, period):
            return ComputedFigure(None, Refusal.SCALE_ERROR)
        words = computed.formula or (computed.adjustment and f"adjusted for {computed.adjustment}")
        return ComputedFigure(computed.comparable, computed.reason, f"{name} [{words}]" if words else name, computed.facts)

    def _combined(self, node: ast.BinOp, period: FiscalPeriod) -> ComputedFigure:
        left, right = self.evaluate(node.left, period), self.evaluate(node.right, period)
        if left.value is None or right.value is None:
            return refused(left, right)
        symbol, value = _SYMBOLS[type(node.op)], Decimal(0)
        if symbol == "/":
            if right.value <= 0:
                return ComputedFigure(None, Refusal.NOT_MEANINGFUL)
            value = left.value / right.value
        elif symbol == "*":
            value = left.value * right.value
        else:
            value = left.value + right.value if symbol == "+" else left.value - right.value
        words = f"{_bracketed(left, node.left, symbol)} {symbol} {_bracketed(right, node.right, symbol, is_right=True)}"
        return ComputedFigure(value, formula=words, facts=left.facts + right.facts)

    def _average(self, node: ast.expr, period: FiscalPeriod) -> ComputedFigure:
        first, last = self.evaluate(node, _opening(period)), self.evaluate(node, period)
        if first.value is None or last.value is None:
            return refused(first, last)
        return ComputedFigure(
            (first.value + last.value) / 2, formula=f"average({last.formula})", facts=first.facts + last.facts
        )

    def _prior(self, node: ast.expr, period: FiscalPeriod) -> ComputedFigure:
        earlier = self._figures.calendar.year_before(period)
        if earlier is None:
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        computed = self.evaluate(node, earlier)
        return computed._replace(formula=f"prior({computed.formula})")

    def _if_any(self, nodes: Sequence[ast.expr], period: FiscalPeriod) -> ComputedFigure:
        """The first operand; zero if the company has reported none of them for any period of the last year.

        A company that reported such an item a quarter ago has an unknown amount of it rather than none.
        """
        first = self.evaluate(nodes[0], period)
        if first.reason is not Refusal.NOT_REPORTED:
            return first
        calendar = self._figures.calendar
        near = [each for each in (*calendar.years, *calendar.quarters) if timedelta(0) <= period.end - each.end < _A_YEAR]
        if any(self.evaluate(node, each).value for node in nodes for each in (period, *near)):
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        return ComputedFigure(Decimal(0), formula=f"0 [no {' or '.join(names_in(nodes[0]))} reported]")


def _opening(period: FiscalPeriod) -> FiscalPeriod:
    """The period whose closing balances are those at the start of this one."""
    return period._replace(end=period.start - timedelta(days=1))


# A year of 53 weeks, plus the days by which a changed year end moves it.
_A_YEAR = timedelta(days=380)

_SYMBOLS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_LOOSE = (ast.Add, ast.Sub)


def _bracketed(computed: ComputedFigure, node: ast.expr, around: str, *, is_right: bool = False) -> str:
    """The formula of an operand, in brackets where the order of operations requires them."""
    if isinstance(node, ast.BinOp) and ((isinstance(node.op, _LOOSE) and around in "*/") or (is_right and around in "-/")):
        return f"({computed.formula})"
    return str(computed.formula)


def _currencies(facts: Sequence[KnownFact]) -> set[str]:
    """The currencies of amounts and of per-share amounts."""
    return {currency for fact in facts if len(currency := fact.unit.removesuffix("/shares")) == 3 and currency.isupper()}
