"""Valuation as JSON and as rows: one shape for the command line, the API and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.statement_json import (
    FactAnswer,
    FigureAnswer,
    PeriodAnswer,
    fact_document,
    figure_document,
    period_document,
)
from workbench.domain.measures.valuation import Shares, Valuation, ValuationLine, multiples
from workbench.domain.measures.valuation_history import Every, ValuationHistory


class CloseAnswer(TypedDict, closed=True):
    """The last close, as traded, in US dollars."""

    ticker: str
    source: str
    traded_on: IsoDate
    close: DecimalText


class SharesAnswer(TypedDict, closed=True):
    """Shares outstanding as filed. `split_factor` converts them to shares on the day of the close, for `splits` since then."""

    value: DecimalText
    formula: str
    split_factor: DecimalText
    splits: str | None
    fact: FactAnswer


class MeasureAnswer(TypedDict, closed=True):
    """One valuation measure, based on the figures of `period`. Unit of the value: a currency, ratio (times) or pct."""

    line: str
    label: str
    group: str
    definition: str
    period: PeriodAnswer | None
    value: FigureAnswer


class _DayFields(TypedDict):
    day: IsoDate
    currency: str
    price: CloseAnswer | None
    shares: SharesAnswer | None


class _DayAnswer(_DayFields, closed=True):
    """What a valuation rests on."""


class ValuationAnswer(_DayFields, closed=True):
    """A company's valuation at the last close known on `day`, from the facts filed by then.

    `price` and `shares` are null if they are not known; the market capitalisation then gives the reason.
    """

    company: FilerAnswer
    industry: str
    as_of: IsoDate | None
    measures: list[MeasureAnswer]


class ValuationPointAnswer(_DayFields, closed=True):
    """One day of a history: every measure by its name, as known on that day."""

    measures: dict[str, FigureAnswer]


class ValuationHistoryAnswer(TypedDict, closed=True):
    """Valuations by day, oldest first; each uses only filings and prices known on its day."""

    company: FilerAnswer
    as_of: IsoDate | None
    every: Every
    points: list[ValuationPointAnswer]


def valuation_document(valuation: Valuation) -> ValuationAnswer:
    """The close, the share count, and every measure with its group, definition, period and operands."""
    return {
        "company": filer_answer(valuation.company),
        "industry": valuation.industry,
        "as_of": valuation.as_of.isoformat() if valuation.as_of else None,
        **_day(valuation),
        "measures": [
            {
                "line": line.line,
                "label": line.label,
                "group": multiples()[line.line].ratio.group,
                "definition": multiples()[line.line].ratio.formula,
                "period": period_document(line.period) if line.period else None,
                "value": figure_document(line.figure),
            }
            for line in valuation.lines
        ],
    }


def history_document(valuation_history: ValuationHistory) -> ValuationHistoryAnswer:
    """Days oldest first, each with the close, the share count and the measures as known on that day."""
    return {
        "company": filer_answer(valuation_history.company),
        "as_of": valuation_history.as_of.isoformat() if valuation_history.as_of else None,
        "every": valuation_history.every,
        "points": [
            {**_day(point), "measures": {line.line: figure_document(line.figure) for line in point.lines}}
            for point in valuation_history.points
        ],
    }


def _day(valuation: Valuation) -> _DayAnswer:
    price = valuation.price
    return {
        "day": valuation.day.isoformat(),
        "currency": valuation.currency,
        "price": {
            "ticker": price.ticker.symbol,
            "source": price.source,
            "traded_on": price.traded_on.isoformat(),
            "close": f"{price.close:f}",
        }
        if price
        else None,
        "shares": _shares(valuation.shares) if valuation.shares else None,
    }


def _shares(shares: Shares) -> SharesAnswer:
    return {
        "value": f"{shares.value:f}",
        "formula": shares.formula,
        "split_factor": f"{shares.factor:f}",
        "splits": shares.splits,
        "fact": fact_document(shares.fact),
    }


class MeasureRow(TypedDict, closed=True):
    """One valuation measure of one day as a row."""

    day: IsoDate
    measure: str
    label: str
    value: DecimalText | None
    unit: str | None
    status: str
    reason: str | None
    period: str | None
    close: DecimalText | None
    ticker: str | None
    traded_on: IsoDate | None
    source: str | None
    formula: str | None
    concepts: str
    accessions: str
    known_on: IsoDate | None


HEADER = tuple(MeasureRow.__annotations__)


def rows(valuations: Iterable[Valuation]) -> Iterator[tuple[str | None, ...]]:
    """One row a day and measure, under `HEADER`; several facts of a figure are joined by a space."""
    for result in valuations:
        for line in result.lines:
            yield _row(result, line)


def _row(valuation: Valuation, line: ValuationLine) -> tuple[str | None, ...]:
    figure, price = line.figure, valuation.price
    return (
        valuation.day.isoformat(),
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
        figure.known_on.isoformat() if figure.known_on else None,
    )
