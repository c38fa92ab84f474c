"""Screens, event studies and briefs in reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import holoviews as hv  # type: ignore[import-untyped]
import pandas as pd

from workbench.analysis.market.event_study import EXCLUSIONS, Exclusion
from workbench.domain.companies.display_name import display_name
from workbench.reports import charts
from workbench.reports.brief import brief_columns
from workbench.reports.sentences import amount_in_words
from workbench.reports.tables import ReportHtml, table, word_table


def screen_table(screen: pd.DataFrame, long: pd.DataFrame) -> ReportHtml | None:
    """The companies of a screen with each figure in its unit, in the screen's order; below, the medians. None without one."""
    if screen.empty:
        return None
    labels: Mapping[str, str] = screen.attrs["labels"]
    metrics = list(labels)
    units = {(str(row.company), str(row.metric)): str(row.unit) for row in long.itertuples()}

    def cells(company: str, values: Sequence[float]) -> list[str]:
        return [
            "–" if pd.isna(value) else amount_in_words(value, units.get((company, metric), ""))
            for metric, value in zip(metrics, values, strict=True)
        ]

    rows = [
        (f"{company} {display_name(row['name'])}", cells(str(company), row[metrics].tolist()), False)
        for company, row in screen.iterrows()
    ]
    comparable = [metric for metric in metrics if long[long.metric == metric].unit.nunique() == 1]
    medians = screen[comparable].median()
    shared = {metric: long[long.metric == metric].unit.iloc[0] for metric in comparable}
    middle = [amount_in_words(medians[metric], shared[metric]) if metric in shared else "–" for metric in metrics]
    if len(screen) > 2:
        rows.append(("Median", middle, True))
    return table([labels[metric] for metric in metrics], rows)


def screen_charts(screen: pd.DataFrame) -> list[hv.Element | None]:
    """The first two measures of a screen as bars by company, each in its unit."""
    names = list(screen.attrs["labels"].items())[:2]
    shown, units = screen.head(12), screen.attrs["units"]
    return [
        charts.bars(shown[[metric]].rename(columns={metric: label}).dropna(), label, _unit_words(units.get(metric, "")))
        for metric, label in names
        if not shown.empty
    ]


def _unit_words(unit: str) -> str:
    return {"pct": "per cent", "ratio": "times"}.get(unit, unit)


def screen_proofs(long: pd.DataFrame) -> ReportHtml | None:
    """Each figure of a screen with its period, the day on which it became known, and its filings."""
    if long.empty:
        return None
    shown = brief_columns(long, ["company", "label", "period", "known_on", "accessions"])
    return word_table(shown, wrapping=["Label", "Accessions"])


def study_table(study: pd.DataFrame) -> ReportHtml | None:
    """The days of `event_study_frame`; None without a result."""
    if study.empty:
        return None
    names = {"abnormal_pct": "Mean abnormal return", "car_pct": "Cumulative", "low_pct": "Band from", "high_pct": "Band to"}
    rows = [
        (f"Day {day:+d}" if day else "Day 0", [f"{row[name]:+.2f} %" for name in names], day == 0)
        for day, row in study.iterrows()
    ]
    return table(list(names.values()), rows, note=study.attrs["formula"])


def event_returns_table(events: pd.DataFrame, *, limit: int = 40) -> ReportHtml | None:
    """The newest filings of a study with their returns, or why each is left out; None if all are."""
    if events.excluded.notna().all():
        return None
    shown = brief_columns(events.iloc[::-1].head(limit), ["company", "filed_on", "what", "day_zero", "accession"])
    newest = events.iloc[::-1].head(limit)
    shown["Return"] = [
        f"{car:+.2f} %" if is_used else EXCLUSIONS[Exclusion(str(reason))]
        for car, is_used, reason in zip(newest.car_pct, newest.excluded.isna(), newest.excluded, strict=True)
    ]
    return word_table(shown, wrapping=["What", "Return"], numbers="Return")


def brief_table(frame: pd.DataFrame, columns: Sequence[str], *, wrapping: str = "") -> ReportHtml | None:
    """Chosen columns of a frame of a brief; None without a row."""
    if frame.empty:
        return None
    heading = wrapping.replace("_", " ").capitalize()
    return word_table(brief_columns(frame, columns), wrapping=heading)
