"""Ratios: margins, growth, returns, leverage, coverage, days of working capital, cash and per-share figures.

The definitions are data, in `concept_map/ratios.toml`. A ratio is computed from figures of the statements, so it carries
their facts and its formula, or is refused for the reason its operand is.
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
from workbench.domain.facts.known import FactTable, KnownFact, agree
from workbench.domain.facts.periods import FiscalPeriod, days_of
from workbench.domain.facts.splits import SPLIT_TAGS, Split, is_restated_by_split
from workbench.domain.identity import Company
from workbench.domain.statements.assembly import columns_of, figures_in, statement_period
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, refused
from workbench.domain.statements.concepts import ConceptMap, LineDefinition, Template, UnitKind, define_line, is_for, read_data
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.scale import is_out_of_scale
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind, StatementLine, StatementPeriod, Status


class RatioUnit(StrEnum):
    """What a ratio counts: hundredths (0 to 100), times, days, an amount of money, or money a share."""

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
        """The formula, read."""
        return _parsed(self.formula)

    def is_for(self, industry: str) -> bool:
        """Whether companies of this industry have it."""
        return is_for(self.restricted_to, industry)


@dataclass(frozen=True, slots=True)
class RatioTable:
    """A company's ratios as known on `as_of`: lines in the order of their definitions, periods oldest first.

    A refused figure keeps its formula, so that a reader sees what was missing.
    """

    company: Company
    industry: str
    period: PeriodKind
    as_of: date | None
    periods: tuple[StatementPeriod, ...]
    lines: tuple[StatementLine, ...]


@cache
def ratio_definitions() -> Mapping[str, RatioDefinition]:
    """Every ratio by its name, in their order on the page."""
    return {entry["name"]: define_ratio(entry) for entry in read_data("ratios")["ratio"]}


def define_ratio(entry: Mapping[str, Any]) -> RatioDefinition:
    """The definition in an entry of `ratios.toml`, or one in its notation; of every kind of period unless it says."""
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
    """One ratio; raises InvalidRequest for a name that is none."""
    found = ratio_definitions().get(name)
    if found is None:
        raise InvalidRequest(f"{name!r} is no ratio", hint=f"they are {', '.join(ratio_definitions())}")
    return found


@cache
def ratio_tags() -> frozenset[str]:
    """Every tag that ratios may need: those of the three statements and of the lines only ratios use."""
    own = {tag for line in _own_lines() for tag in (*line.tags, *line.fallback_tags, *line.at_least)}
    return frozenset(own.union(SPLIT_TAGS, *(ConceptMap.load().all_tags(kind) for kind in StatementKind)))


@cache
def _own_lines() -> tuple[LineDefinition, ...]:
    return tuple(define_line(line, StatementKind.INCOME, "commercial") for line in read_data("ratios")["line"])


@cache
def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def names_in(expression: ast.AST) -> Iterator[str]:
    """Lines and ratios that an expression needs, in the order they stand."""
    if isinstance(expression, ast.Name):
        yield from () if expression.id == "days" else (expression.id,)
    elif isinstance(expression, ast.Call):
        for argument in expression.args:
            yield from names_in(argument)
    else:
        for child in ast.iter_child_nodes(expression):
            yield from names_in(child)


def all_figures(company: Company, facts: FactTable, splits: Sequence[Split] = ()) -> Figures:
    """Figures of every line of a company's three statements, and of the lines only ratios use, together."""
    concept_map = ConceptMap.load()
    industry = concept_map.industry_of(company, facts.concepts)
    lines = {line.name: line for line in _own_lines()}
    for kind in StatementKind:
        for line in concept_map.template(kind, industry, company).lines:
            lines.setdefault(line.name, line)
    return figures_in(Template(industry, StatementKind.INCOME, tuple(lines.values())), facts, splits)


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

    Share figures from before one of the `splits` count in today's shares.
    """
    figures = all_figures(company, facts, splits)
    ratios = Ratios(figures)
    industry = figures.template.industry
    chosen = [r for r in ratio_definitions().values() if period in r.periods and r.is_for(industry)]
    columns = columns_of(figures.calendar, period)
    with_figures = (c for c in reversed(columns) if any(ratios.compute(r.name, c).value is not None for r in chosen))
    shown = list(islice(with_figures, limit_periods))[::-1]
    lines = tuple(StatementLine(r.name, r.label, tuple(ratios.figure(r, column) for column in shown)) for r in chosen)
    periods = tuple(statement_period(column) for column in shown)
    return RatioTable(company, industry, period, as_of, periods, lines)


class Ratios:
    """Every ratio a company's figures prove, each computed once.

    `definitions` are those of `ratio_definitions` and any others whose formulas use them; `given` are operands by name that
    come from elsewhere than statements, such as a market capitalisation.
    """

    def __init__(
        self,
        figures: Figures,
        *,
        definitions: Mapping[str, RatioDefinition] | None = None,
        given: Mapping[str, ComputedFigure] = MappingProxyType({}),
    ) -> None:
        self._figures = figures
        self._definitions = ratio_definitions() if definitions is None else definitions
        self._given = given
        self._lines = {line.name: line for line in figures.template.lines}
        self._computed: dict[tuple[str, FiscalPeriod], ComputedFigure] = {}

    def figure(self, ratio: RatioDefinition, period: FiscalPeriod) -> Figure:
        """A ratio as a reader gets it, rounded (see `_DIGITS`)."""
        computed = self.compute(ratio.name, period)
        unit = self._unit(ratio, period)
        if computed.value is None:
            return Figure(period.end, None, unit, Status.REFUSED, reason=str(computed.reason), formula=ratio.formula)
        value = computed.value * 100 if ratio.unit is RatioUnit.PERCENT else computed.value
        if ratio.unit in _DIGITS:
            value = round(value, _DIGITS[ratio.unit])
        sources = tuple(fact.source() for fact in computed.facts)
        return Figure(period.end, value, unit, Status.DERIVED, formula=computed.formula, facts=sources)

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """A ratio, not rounded and not yet in hundredths."""
        key = (name, period)
        if key not in self._computed:
            found = self._evaluate(self._definitions[name].expression, period)
            if found.value is not None and len(_currencies(found.facts)) > 1:
                found = ComputedFigure(None, Refusal.CURRENCY_MISMATCH)
            elif found.value is not None and not agree(self._comparable(found.facts)):
                found = ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
            self._computed[key] = found
        return self._computed[key]

    def _comparable(self, facts: Sequence[KnownFact]) -> list[KnownFact]:
        """Without what only a split restated: its shares are counted alike here."""
        return [fact for fact in facts if not is_restated_by_split(fact, self._figures.splits)]

    def _unit(self, ratio: RatioDefinition, period: FiscalPeriod) -> str:
        currency = self._figures.currency_at(period.end)
        return {RatioUnit.MONEY: currency, RatioUnit.PER_SHARE: f"{currency}/shares"}.get(ratio.unit, ratio.unit.value)

    def _evaluate(self, node: ast.expr, period: FiscalPeriod) -> ComputedFigure:
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
        raise ValueError(f"a formula has no {ast.dump(node)}")

    def _named(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        if name == "days":
            return ComputedFigure(
                Decimal(days_of(period.start, period.end)), formula=f"{days_of(period.start, period.end)} days"
            )
        if name in self._given:
            computed = self._given[name]
            return computed._replace(formula=f"{name} [{computed.formula}]")
        if name not in self._lines:
            if name not in self._definitions:
                return ComputedFigure(None, Refusal.NOT_REPORTED)  # a line that this industry's statements have not
            inner = self.compute(name, period)
            return inner._replace(formula=f"({inner.formula})")
        computed = self._figures.compute(name, period)
        line = self._lines[name]
        if line.unit is UnitKind.SHARES and is_out_of_scale(self._figures, line, period):
            return ComputedFigure(None, Refusal.SCALE_ERROR)
        words = computed.formula or (computed.adjustment and f"adjusted for {computed.adjustment}")
        return ComputedFigure(computed.comparable, computed.reason, f"{name} [{words}]" if words else name, computed.facts)

    def _combined(self, node: ast.BinOp, period: FiscalPeriod) -> ComputedFigure:
        left, right = self._evaluate(node.left, period), self._evaluate(node.right, period)
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
        opening = period._replace(end=period.start - timedelta(days=1))
        first, last = self._evaluate(node, opening), self._evaluate(node, period)
        if first.value is None or last.value is None:
            return refused(first, last)
        return ComputedFigure(
            (first.value + last.value) / 2, formula=f"average({last.formula})", facts=first.facts + last.facts
        )

    def _prior(self, node: ast.expr, period: FiscalPeriod) -> ComputedFigure:
        earlier = self._figures.calendar.year_before(period)
        if earlier is None:
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        computed = self._evaluate(node, earlier)
        return computed._replace(formula=f"prior({computed.formula})")

    def _if_any(self, nodes: Sequence[ast.expr], period: FiscalPeriod) -> ComputedFigure:
        """The first; nothing where the company has reported none of them for any period of the last year.

        A company that had such a thing a quarter ago has an unknown amount of it now rather than none.
        """
        found = self._evaluate(nodes[0], period)
        if found.reason is not Refusal.NOT_REPORTED:
            return found
        calendar = self._figures.calendar
        near = [each for each in (*calendar.years, *calendar.quarters) if timedelta(0) <= period.end - each.end < _A_YEAR]
        if any(self._evaluate(node, each).value for node in nodes for each in (period, *near)):
            return ComputedFigure(None, Refusal.OPERAND_MISSING)
        return ComputedFigure(Decimal(0), formula=f"0 [no {' or '.join(names_in(nodes[0]))} reported]")


# A year of 53 weeks, and the days that a changed year end moves it by.
_A_YEAR = timedelta(days=380)

_SYMBOLS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_LOOSE = (ast.Add, ast.Sub)


def _bracketed(computed: ComputedFigure, node: ast.expr, around: str, *, is_right: bool = False) -> str:
    """An operand's words, in brackets where the order of operations asks for them."""
    if isinstance(node, ast.BinOp) and ((isinstance(node.op, _LOOSE) and around in "*/") or (is_right and around in "-/")):
        return f"({computed.formula})"
    return str(computed.formula)


def _currencies(facts: Sequence[KnownFact]) -> set[str]:
    """The currencies of amounts and of amounts a share."""
    return {currency for fact in facts if len(currency := fact.unit.removesuffix("/shares")) == 3 and currency.isupper()}
