"""Screens, panels, watchlists and the dictionary of measures as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from workbench.domain.measures.catalogue import screened_measures
from workbench.domain.measures.panel import Panel
from workbench.domain.measures.valuation import measure_definitions
from workbench.domain.screens.screen_results import ScreenResult
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import Figure, StatementKind

Proofs = Sequence[Sequence[Figure | None]]


def screen_frame(result: ScreenResult, *, exact: bool = False) -> pd.DataFrame:
    """One row a company that passes, in the screen's order (index `company`): name, cik, then one column a metric.

    `attrs` have the screen's `sentence`, `labels` and `units` by metric (a unit for each company where they differ is in the
    long form), how many companies `matched` and how many were `looked_at`, and `undecided` by reason.
    """
    rows = [
        {"name": row.company.name, "cik": row.company.cik.number}
        | {str(each.metric): _number(each.value, exact) for each in row.figures}
        for row in result.rows
    ]
    metrics = [str(metric) for metric in result.screen.metrics]
    index = pd.Index([row.company.label for row in result.rows], name="company", dtype="str")
    frame = pd.DataFrame(rows, columns=["name", "cik", *metrics], index=index)
    frame = frame.astype({"cik": "int64"} | dict.fromkeys(metrics, "object" if exact else "float64"))
    units = {str(each.metric): each.unit for row in result.rows[:1] for each in row.figures}
    frame.attrs.update(_about(result) | {"units": units})
    return frame


def screen_long_frame(result: ScreenResult, proofs: Proofs, *, exact: bool = False) -> pd.DataFrame:
    """One row a company and metric, in the screen's order: value, unit, period, period_end, known_on, formula, accessions.

    `attrs` are those of `screen_frame`, without units.
    """
    columns = [
        "company", "cik", "metric", "label", "value", "unit", "period", "period_end", "known_on", "formula", "accessions",
    ]  # fmt: skip
    rows = [
        (
            row.company.label, row.company.cik.number, str(each.metric), each.metric.label, _number(each.value, exact),
            each.unit, each.period_label, each.period_end,
            figure.known_on if figure else None, figure.formula if figure else None,
            ", ".join(dict.fromkeys(fact.accession for fact in figure.facts)) if figure else "",
        )
        for row, figures in zip(result.rows, proofs, strict=True)
        for each, figure in zip(row.figures, figures, strict=True)
    ]  # fmt: skip
    frame = _dated(pd.DataFrame(rows, columns=columns), "period_end", "known_on")
    frame.attrs.update(_about(result))
    return frame if exact else frame.astype({"value": "float64"})


def _about(result: ScreenResult) -> dict[str, object]:
    return {
        "sentence": result.screen.sentence,
        "labels": {str(metric): metric.label for metric in result.screen.metrics},
        "matched": result.matched,
        "looked_at": result.companies,
        "undecided": dict(result.reasons),
    }


def panel_frame(panel: Panel, *, wide: bool = False, exact: bool = False) -> pd.DataFrame:
    """One row a day, company and metric, in that order: value, unit, reason of a refusal, period, period_end, known_on.

    With `wide` one row a day and company (index `day`, `company`), one column a metric, and `attrs["units"]`.
    """
    columns = ["day", "company", "metric", "value", "unit", "reason", "period", "period_end", "known_on"]
    rows = [
        (
            each.day, each.company.label, str(each.metric), _number(each.value, exact), each.unit, each.reason,
            each.period_label, each.period_end, each.known_on,
        )
        for each in panel.cells
    ]  # fmt: skip
    frame = _dated(pd.DataFrame(rows, columns=columns), "day", "period_end", "known_on")
    frame = frame if exact else frame.astype({"value": "float64"})
    if not wide:
        return frame
    metrics, places = list(dict.fromkeys(frame.metric)), frame.drop_duplicates(["day", "company"])
    table = frame.pivot(index=["day", "company"], columns="metric", values="value")[metrics].rename_axis(columns=None)
    table = table.reindex(pd.MultiIndex.from_frame(places[["day", "company"]]))
    table.attrs["units"] = {str(name): list(dict.fromkeys(own)) for name, own in frame.groupby("metric", sort=False).unit}
    return table


def watchlists_frame(watchlists: Iterable[tuple[str, str, int, datetime]]) -> pd.DataFrame:
    """One row a watchlist (index `watchlist`), in the order given: owner, number of companies, created_at."""
    listed = list(watchlists)
    index = pd.Index([name for name, *_ in listed], name="watchlist", dtype="str")
    frame = pd.DataFrame([rest for _, *rest in listed], columns=["owner", "companies", "created_at"], index=index)
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True)
    return frame


def measures_frame() -> pd.DataFrame:
    """One row a measure (index `measure`), by statement, then ratios and multiples: label, table, unit, formula, tags.

    Formulas and tags, in order of preference, are those of a commercial company.
    """
    lines = {
        line.name: line for kind in StatementKind for line in ConceptMap.load().template(kind, "commercial").lines
    }  # fmt: skip
    ratios = measure_definitions()
    rows = []
    for each in screened_measures().values():
        table = each.kind.value if each.kind else "valuation" if each.is_of_price else "ratios"
        line, ratio = lines.get(each.name), ratios.get(each.name)
        formula = (ratio.formula if ratio and each.kind is None else None) or (line.formula_text if line else "")
        rows.append((each.label, table, each.unit, formula, ", ".join(line.tags) if line and each.kind else ""))
    index = pd.Index(list(screened_measures()), name="measure", dtype="str")
    return pd.DataFrame(rows, columns=["label", "table", "unit", "formula", "tags"], index=index)


def used_concepts_frame(used: Iterable[tuple[str, int, date, date, date]]) -> pd.DataFrame:
    """One row a concept (index `concept`), in the order given: its line, facts, first and last period."""
    line_of: dict[str, str] = {}
    for kind in StatementKind:
        for line in ConceptMap.load().template(kind, "commercial").lines:
            for tag in line.tags:
                line_of.setdefault(tag, line.name)
    listed = list(used)
    rows = [(line_of.get(name), *rest) for name, *rest in listed]
    index = pd.Index([name for name, *_ in listed], name="concept", dtype="str")
    columns = ["line", "facts", "first_period_end", "last_period_end", "last_filed_on"]
    return _dated(pd.DataFrame(rows, columns=columns, index=index), *columns[2:])


def with_text(frame: pd.DataFrame, query: str) -> pd.DataFrame:
    """The rows whose index or any text contains `query`, in any case; all for an empty one."""
    words = query.strip().lower()
    if not words:
        return frame
    has_it = pd.Series(frame.index.astype("str").str.lower().str.contains(words, regex=False), index=frame.index)
    for name in frame.select_dtypes(["str", "object"]).columns:
        has_it |= frame[name].astype("str").str.lower().str.contains(words, regex=False)
    return frame.loc[has_it]


def _number(value: Decimal | None, exact: bool) -> Decimal | float | None:
    return value if exact else float("nan") if value is None else float(value)


def _dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    for name in columns:
        frame[name] = pd.to_datetime(frame[name])
    return frame
