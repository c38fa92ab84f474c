"""How a company's main lines move over its periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workbench.domain.statements.statement import Statement, StatementPeriod

# A line of the statements, or one line as a share of another.
_SHOWN: tuple[tuple[str, str, str | None], ...] = (
    ("Revenue", "revenue", None),
    ("Net income", "net_income", None),
    ("Operating cash flow", "operating_cash_flow", None),
    ("Gross margin", "gross_profit", "revenue"),
    ("Operating margin", "operating_income", "revenue"),
    ("Net margin", "net_income", "revenue"),
)

_Points = dict[StatementPeriod, tuple[Decimal | None, str | None]]


@dataclass(frozen=True, slots=True)
class Trend:
    """One line over time, oldest first. `unit` is a currency, or `pure` for a ratio (0 to 1); a value not given is None."""

    label: str
    unit: str
    periods: tuple[StatementPeriod, ...]
    values: tuple[Decimal | None, ...]


def trend_lines(statements: Iterable[Statement]) -> dict[str, str]:
    """The lines of these statements that move, by name and with their labels: those with at least two values."""
    return {
        line.line: line.label
        for statement in statements
        for line in statement.lines
        if sum(figure.value is not None for figure in line.figures) > 1
    }


def trends(statements: Iterable[Statement], *, chosen: str = "") -> list[Trend]:
    """Revenue, net income, operating cash flow and margins, as far as these statements of one company have them.

    With `chosen` that line first, as it was reported: share figures from before a split are in today's shares.

    A margin is its line divided by revenue, None where either is not given or revenue is not above zero. A trend with fewer
    than two values is left out.
    """
    series: dict[str, _Points] = {}
    labels: dict[str, str] = {}
    for statement in statements:
        for line in statement.lines:
            labels.setdefault(line.line, line.label)
            series.setdefault(
                line.line,
                {
                    period: (figure.comparable, figure.unit)
                    for period, figure in zip(statement.periods, line.figures, strict=True)
                },
            )
    shown = ((labels[chosen], chosen, None), *_SHOWN) if chosen in labels else _SHOWN
    results = (_trend(label, series.get(top, {}), series.get(base, {}) if base else None) for label, top, base in shown)
    return [trend for trend in results if sum(value is not None for value in trend.values) > 1]


def _trend(label: str, top: _Points, base: _Points | None) -> Trend:
    periods = tuple(sorted(top, key=lambda period: period.end))
    if base is None:
        unit = next((unit for _, unit in top.values() if unit), "USD")
        return Trend(label, unit, periods, tuple(top[period][0] for period in periods))
    return Trend(label, "pure", periods, tuple(_share(top[period], base.get(period)) for period in periods))


def _share(part: tuple[Decimal | None, str | None], whole: tuple[Decimal | None, str | None] | None) -> Decimal | None:
    if whole is None or part[0] is None or whole[0] is None or whole[0] <= 0 or part[1] != whole[1]:
        return None
    return part[0] / whole[0]
