"""Scores as DataFrames."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from workbench.domain.scores.computation import ScoredPart, ScoredYear, ScoreTable
from workbench.domain.statements.statement import Figure

_COLUMNS = [
    "score", "label", "period", "period_end", "value", "unit", "reason", "formula", "concepts", "accessions", "known_on",
]  # fmt: skip


def scores_frame(table: ScoreTable, *, exact: bool = False) -> pd.DataFrame:
    """One row a score and fiscal year, years oldest first: value, unit, reason of a refusal, formula, operands, known_on.

    `attrs` have by score its `sources`, the studies that the formulas are from, and `readings`, what they say of a value.
    """
    rows = [(year.score.name, year.score.label, *_figure(year, year.figure, exact)) for year in table.years]
    frame = _typed(pd.DataFrame(rows, columns=_COLUMNS), exact, "value")
    known = {year.score.name: year.score for year in table.years}
    frame.attrs = {
        "sources": {name: score.source for name, score in known.items()},
        "readings": {name: score.reading for name, score in known.items()},
    }
    return frame


def score_parts_frame(table: ScoreTable, *, exact: bool = False) -> pd.DataFrame:
    """One row a part of a score and fiscal year, in the order of the score: its value, its weight or test, and its points.

    `points` are what the part adds to the score: weight times value, or 1 for a test that is passed.
    """
    rows = [
        (year.score.name, part.part.ratio.label, *_figure(year, part.figure, exact), *_points(part, exact))
        for year in table.years
        for part in year.parts
    ]
    frame = pd.DataFrame(rows, columns=[*_COLUMNS, "part", "weight", "test", "points"])
    return _typed(frame, exact, "value", "points", "weight")


def _figure(year: ScoredYear, figure: Figure, exact: bool) -> tuple[object, ...]:
    return (
        year.period.label,
        year.period.end,
        _number(figure.value, exact),
        figure.unit,
        figure.reason,
        figure.formula,
        ", ".join(dict.fromkeys(fact.concept for fact in figure.facts)),
        ", ".join(dict.fromkeys(fact.accession for fact in figure.facts)),
        figure.known_on,
    )


def _points(part: ScoredPart, exact: bool) -> tuple[object, ...]:
    test = part.part.test.value if part.part.test else None
    weight = None if part.part.test else part.part.weight
    return part.part.ratio.name, _number(weight, exact), test, _number(part.points, exact)


def _typed(frame: pd.DataFrame, exact: bool, *numbers: str) -> pd.DataFrame:
    for name in ("period_end", "known_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame if exact else frame.astype(dict.fromkeys(numbers, "float64"))


def _number(value: Decimal | None, exact: bool) -> Decimal | float | None:
    return value if exact else float("nan") if value is None else float(value)
