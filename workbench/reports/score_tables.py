"""Scores in reports: a table by year, and how each is made up."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from workbench.domain.statements.reasons import why_not
from workbench.reports.tables import ReportHtml, fragment, joined, table, word_table

_UNITS = {"pct": (2, " %"), "points": (0, ""), "score": (2, "")}


def score_table(scores: pd.DataFrame) -> ReportHtml | None:
    """The scores of `scores_frame` by fiscal year; below, why a newest one is refused. None without any value."""
    if scores.value.notna().sum() == 0:
        return None
    periods = list(dict.fromkeys(scores.sort_values("period_end", kind="stable").period))
    rows, refused = [], []
    for _, own in scores.groupby("score", sort=False):
        by_period = own.set_index("period")
        newest = own.iloc[-1]
        if math.isnan(newest.value):
            refused.append(f"{newest.label} of {newest.period}: {why_not(newest.reason)}")
        if own.value.notna().any():
            digits, sign = _UNITS[newest.unit]
            values = [by_period.value.get(period, math.nan) for period in periods]
            cells = ["–" if math.isnan(value) else f"{value:,.{digits}f}{sign}" for value in values]
            rows.append((newest.label, cells, False))
    return table(periods, rows, note=f"Refused: {'; '.join(refused)}." if refused else "")


def by_period(scores: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Chosen scores as columns by their labels, one row a fiscal year, for a chart; those without any value are left out."""
    there = scores[scores.score.isin(names)]
    wide = there.pivot(index="period", columns="label", values="value").reindex(list(dict.fromkeys(there.period)))
    return wide.dropna(axis=1, how="all").rename_axis(columns=None)


def part_tables(scores: pd.DataFrame, parts: pd.DataFrame) -> ReportHtml | None:
    """How each of the scores is made up in its newest year, by `score_parts_frame`: a table a score; None without any part."""
    if parts.empty:
        return None
    newest = parts[parts.period_end == parts.groupby("score").period_end.transform("max")]
    labels = dict(zip(scores.score, scores.label, strict=True))
    return joined(_parts_of(labels[name], own) for name, own in newest.groupby("score", sort=False))


def _parts_of(label: str, own: pd.DataFrame) -> ReportHtml:
    rows = pd.DataFrame(
        {
            "Part": own.label,
            "Value": [_short(value) for value in own.value],
            "Weight": ["test" if test else f"{weight:g}" for test, weight in zip(_texts(own.test), own.weight, strict=True)],
            "Adds": [_short(points) for points in own.points],
            "Formula, or why it is refused": [
                why_not(reason) if math.isnan(value) else formula
                for formula, value, reason in zip(own.formula, own.value, own.reason, strict=True)
            ],
            "Filings": own.accessions,
        }
    )
    heading = f"{label}, {own.period.iloc[0]}"
    broken = ["Part", "Formula, or why it is refused", "Filings"]
    return fragment("titled", heading, word_table(rows, wrapping=broken, numbers=["Value", "Adds"]).html)


def source_table(scores: pd.DataFrame) -> ReportHtml:
    """The study behind each score, and what it says of a value."""
    labels = dict(zip(scores.score, scores.label, strict=True))
    rows = [(labels[name], source, scores.attrs["readings"][name]) for name, source in scores.attrs["sources"].items()]
    return word_table(pd.DataFrame(rows, columns=["Score", "Source", "Reading"]), wrapping=["Score", "Source", "Reading"])


def _short(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]
