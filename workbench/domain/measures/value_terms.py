"""Valuation measures as functions of the close: what follows from filings, without the price of a day.

Between two filings a company's measures change with its close alone. Each of them is (a + b * cap) / (c + d * cap) of the
market capitalisation: P/E is cap / earnings, enterprise value cap + claims, an earnings yield earnings / cap. So the terms of
a stretch of days give the measures of each of its days, to the digit of `KnownCompany.value`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.ratios import Ratios, RatioUnit, names_in
from workbench.domain.measures.share_basis import product
from workbench.domain.measures.valuation import MARKET_CAP, KnownCompany, Multiple, measure_definitions, multiples
from workbench.domain.statements.computed_figure import Refusal

_ZERO, _ONE = Decimal(0), Decimal(1)


class _Linear(NamedTuple):
    """`constant` + `by_cap` times the market capitalisation."""

    constant: Decimal
    by_cap: Decimal = _ZERO

    def at(self, cap: Decimal) -> Decimal:
        return self.constant + self.by_cap * cap


class ValueTerms(NamedTuple):
    """What a company's valuation measures follow from beside the close.

    `shares` is the count as filed, `numerator` and `denominator` the splits from its filing to the close; `shares` is None if
    no measure has a value. `measures` are, by name, the two linear terms of each, or the code of the reason why it is refused.
    """

    shares: Decimal | None
    numerator: int
    denominator: int
    measures: Mapping[str, tuple[_Linear, _Linear] | str]

    def at(self, close: Decimal, names: Iterable[str]) -> tuple[dict[str, Decimal], dict[str, str]]:
        """These measures at a close: the values, and the reason codes of the refused ones."""
        values: dict[str, Decimal] = {}
        reasons: dict[str, str] = {}
        cap = close * self.shares * self.numerator / self.denominator if self.shares is not None else _ZERO
        for name in names:
            terms = self.measures[name]
            if isinstance(terms, str):
                reasons[name] = terms
                continue
            definition = multiples()[name].ratio
            value = definition.rounded(terms[0].at(cap) / terms[1].at(cap))
            if definition.unit is RatioUnit.RATIO and value <= 0:
                reasons[name] = str(Refusal.NOT_MEANINGFUL)
            else:
                values[name] = value
        return values, reasons

    def document(self) -> dict[str, object]:
        """The terms for JSON, numbers as text with all their digits; `read_terms` reads it."""
        measures = {
            name: terms if isinstance(terms, str) else [f"{number:f}" for linear in terms for number in linear]
            for name, terms in self.measures.items()
        }
        shares = f"{self.shares:f}" if self.shares is not None else None
        return {"shares": shares, "splits": [self.numerator, self.denominator], "measures": measures}


def read_terms(document: Mapping[str, Any], names: Iterable[str]) -> ValueTerms:
    """The terms of these measures from what `ValueTerms.document` wrote."""
    shares, (numerator, denominator), written = document["shares"], document["splits"], document["measures"]
    measures: dict[str, tuple[_Linear, _Linear] | str] = {}
    for name in names:
        terms = written[name]
        numbers = [] if isinstance(terms, str) else list(map(Decimal, terms))
        measures[name] = (_Linear(*numbers[:2]), _Linear(*numbers[2:])) if numbers else terms
    return ValueTerms(Decimal(shares) if shares is not None else None, numerator, denominator, measures)


def value_terms(known: KnownCompany, bars: Sequence[DailyBar], close_of_float: Decimal | None) -> ValueTerms:
    """The terms at the last of these bars, which is new enough on its day; arguments as of `KnownCompany.value`."""
    steps = known.steps(bars)
    cap = known.market_cap(bars, steps, close_of_float)
    ratios = known.ratios(cap)
    measures: dict[str, tuple[_Linear, _Linear] | str] = {}
    for name, multiple in multiples().items():
        period = known.periods[multiple.basis]
        if name == MARKET_CAP:
            measures[name] = (_Linear(_ZERO, _ONE), _Linear(_ONE)) if cap.value is not None else str(cap.reason)
        else:
            reason = known.refusal(multiple, period, cap)
            measures[name] = str(reason) if reason or period is None else _terms(multiple, ratios, period)
    times = product(steps or ())
    count = known.count.value if cap.value is not None else None
    return ValueTerms(count, times.numerator, times.denominator, measures)


def _terms(multiple: Multiple, ratios: Ratios, period: FiscalPeriod) -> tuple[_Linear, _Linear] | str:
    """The terms of one measure; whether it is refused does not depend on the market capitalisation, which is above zero."""
    computed = ratios.compute(multiple.name, period)
    if computed.value is None:
        return str(computed.reason)
    node = multiple.ratio.expression
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _linear(node.left, ratios, period), _linear(node.right, ratios, period)
    return _linear(node, ratios, period), _Linear(_ONE)


def _linear(node: ast.expr, ratios: Ratios, period: FiscalPeriod) -> _Linear:
    if isinstance(node, ast.Name) and node.id == MARKET_CAP:
        return _Linear(_ZERO, _ONE)
    if isinstance(node, ast.Name) and node.id in multiples():
        return _linear(measure_definitions()[node.id].expression, ratios, period)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and MARKET_CAP in names_in(node):
        left, right = _linear(node.left, ratios, period), _linear(node.right, ratios, period)
        sign = 1 if isinstance(node.op, ast.Add) else -1
        return _Linear(left.constant + sign * right.constant, left.by_cap + sign * right.by_cap)
    if MARKET_CAP in names_in(node):
        raise ValueError(f"{ast.unparse(node)} is not linear in the market capitalisation")
    return _Linear(ratios.evaluate(node, period).value or _ZERO)
