"""The JSON and CSV shapes of valuation, one for the command line, the API and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workbench.analysis.statements.statement_json import company_document, fact_document, figure_document, period_document
from workbench.domain.measures.valuation import Shares, Valuation, ValuationLine, multiples
from workbench.domain.measures.valuation_history import ValuationHistory


def valuation_document(found: Valuation) -> dict[str, Any]:
    """What a company costs: the close, the share count, and every measure with its group, definition, period and operands."""
    return {
        "company": company_document(found.company),
        "industry": found.industry,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        **_day(found),
        "measures": [
            {
                "line": line.line,
                "label": line.label,
                "group": multiples()[line.line].ratio.group,
                "definition": multiples()[line.line].ratio.formula,
                "period": period_document(line.period) if line.period else None,
                "value": figure_document(line.figure),
            }
            for line in found.lines
        ],
    }


def history_document(found: ValuationHistory) -> dict[str, Any]:
    """Days oldest first, each with the close, the share count and the measures as known on that day."""
    return {
        "company": company_document(found.company),
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "every": found.every.value,
        "points": [
            {**_day(point), "measures": {line.line: figure_document(line.figure) for line in point.lines}}
            for point in found.points
        ],
    }


def _day(found: Valuation) -> dict[str, Any]:
    price = found.price
    return {
        "day": found.day.isoformat(),
        "currency": found.currency,
        "price": price
        and {
            "ticker": price.ticker.symbol,
            "source": price.source,
            "traded_on": price.traded_on.isoformat(),
            "close": f"{price.close:f}",
        },
        "shares": found.shares and _shares(found.shares),
    }


def _shares(shares: Shares) -> dict[str, Any]:
    return {
        "value": f"{shares.value:f}",
        "formula": shares.formula,
        "split_factor": f"{shares.factor:f}",
        "splits": shares.splits,
        "fact": fact_document(shares.fact),
    }


HEADER = (
    "day", "measure", "label", "value", "unit", "status", "reason", "period", "close", "ticker", "traded_on", "source",
    "formula", "concepts", "accessions",
)  # fmt: skip


def rows(valuations: Iterable[Valuation]) -> Iterator[tuple[str | None, ...]]:
    """One row a day and measure, under `HEADER`; several facts of a figure are joined by a space."""
    for found in valuations:
        for line in found.lines:
            yield _row(found, line)


def _row(found: Valuation, line: ValuationLine) -> tuple[str | None, ...]:
    figure, price = line.figure, found.price
    return (
        found.day.isoformat(),
        line.line,
        line.label,
        f"{figure.value:f}" if figure.value is not None else None,
        figure.unit,
        figure.status.value,
        figure.reason,
        line.period.label if line.period else None,
        f"{price.close:f}" if price else None,
        price.ticker.symbol if price else None,
        price.traded_on.isoformat() if price else None,
        price.source if price else None,
        figure.formula,
        " ".join(fact.concept for fact in figure.facts),
        " ".join(fact.accession for fact in figure.facts),
    )
