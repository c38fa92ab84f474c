"""Domain values as DataFrames, for notebooks, charts and reports.

Figures are `float64` unless `exact=True` asks for `Decimal` objects; a figure that is not given is NaN (or None).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from workbench.domain.facts.restated_concepts import RestatementList
from workbench.domain.filings.events import MarketEvent
from workbench.domain.filings.filing import Filing
from workbench.domain.filings.passages import Hit
from workbench.domain.identity import Company
from workbench.domain.market.news import ScoredArticle
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.measures.comparison import Comparison
from workbench.domain.measures.provenance import Provenance
from workbench.domain.measures.ratios import RatioTable, ratio_definitions
from workbench.domain.measures.segments import Breakdown
from workbench.domain.measures.valuation import Valuation, multiples
from workbench.domain.measures.valuation_history import ValuationHistory
from workbench.domain.statements.statement import Statement, StatementLine


def statement_frame(
    statement: Statement, *, exact: bool = False, as_filed: bool = False, empty_lines: bool = False
) -> pd.DataFrame:
    """One row a line in the statement's order (index `line`), one column a period end (oldest first), in full units.

    The first column, `label`, is what a reader sees. Lines without any figure are left out, unless `empty_lines` asks for
    them. Share figures filed before a split are in today's shares, so that a row can be computed with; `as_filed` leaves them
    as they were. `attrs` have `currency`, `units` by line, the labels of the `periods`, and `is_known`, which is False before
    the first loaded filing.
    """
    lines = shown_lines(statement, empty_lines=empty_lines)
    rows = [[_number(figure.value if as_filed else figure.comparable, exact) for figure in line.figures] for line in lines]
    frame = pd.DataFrame(
        rows,
        index=pd.Index([line.line for line in lines], name="line", dtype="str"),
        columns=pd.Index([pd.Timestamp(period.end) for period in statement.periods], name="period_end"),
        dtype=object if exact else "float64",
    )
    frame.insert(0, "label", [line.label for line in lines])
    units = {line.line: next((figure.unit for figure in line.figures if figure.value is not None), None) for line in lines}
    frame.attrs = {
        "currency": statement.units.currency or None,
        "units": units,
        "periods": [period.label for period in statement.periods],
        "is_known": statement.is_known,
    }
    return frame


def shown_lines(table: Statement | RatioTable, *, empty_lines: bool) -> list[StatementLine]:
    """The lines of a table in their order: those with a figure, or all."""
    return [line for line in table.lines if empty_lines or any(figure.value is not None for figure in line.figures)]


def figures_frame(statement: Statement | RatioTable, *, exact: bool = False) -> pd.DataFrame:
    """One row a figure of a line or ratio, with its proof, in the order of the table, periods oldest first.

    Columns: line, label, period, value, unit, status, reason, formula, concepts, accessions.
    `value` is as filed, `comparable` in today's shares where a split came after. `concepts` and `accessions` name the operands
    in the order of the formula, joined by a comma. `part` is the half-year or trimester (`H1`, `T3`) of a company that
    does not report quarters, `known_on` the day on which the value became known.
    """
    rows = [
        {
            "line": line.line,
            "label": line.label,
            "period": period.label,
            "period_start": period.start,
            "period_end": period.end,
            "fiscal_year": period.fiscal_year,
            "fiscal_quarter": period.fiscal_quarter,
            "part": period.part,
            "value": _number(figure.value, exact),
            "comparable": _number(figure.comparable, exact),
            "unit": figure.unit,
            "status": figure.status.value,
            "reason": figure.reason,
            "formula": figure.formula,
            "concepts": ", ".join(fact.concept for fact in figure.facts),
            "accessions": ", ".join(fact.accession for fact in figure.facts),
            "known_on": figure.known_on,
        }
        for line in statement.lines
        for period, figure in zip(statement.periods, line.figures, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(_FIGURE_COLUMNS))
    frame = _dated(frame, "period_start", "period_end", "known_on")
    frame["fiscal_quarter"] = frame["fiscal_quarter"].astype("Int64")
    return frame if exact else frame.astype({"value": "float64", "comparable": "float64"})


_FIGURE_COLUMNS = (
    "line", "label", "period", "period_start", "period_end", "fiscal_year", "fiscal_quarter", "part", "value", "comparable",
    "unit",
    "status", "reason", "formula", "concepts", "accessions", "known_on",
)  # fmt: skip


def ratio_frame(table: RatioTable, *, exact: bool = False, empty_lines: bool = False) -> pd.DataFrame:
    """One row a ratio in the order of their definitions (index `ratio`), one column a period end, oldest first.

    Columns `label`, `group` and `unit` (pct: 0 to 100, ratio, days, money, per_share) come before the periods, whose labels
    are in `attrs` under `periods`: they are those with any ratio, not always those of a statement. Ratios without any figure
    are left out, unless `empty_lines` asks for them. `attrs["is_known"]` is False before the first loaded filing.
    """
    definitions, lines = ratio_definitions(), shown_lines(table, empty_lines=empty_lines)
    frame = pd.DataFrame(
        [[_number(figure.value, exact) for figure in line.figures] for line in lines],
        index=pd.Index([line.line for line in lines], name="ratio", dtype="str"),
        columns=pd.Index([pd.Timestamp(period.end) for period in table.periods], name="period_end"),
        dtype=object if exact else "float64",
    )
    for place, name in enumerate(("label", "group", "unit")):
        frame.insert(place, name, [str(getattr(definitions[line.line], name)) for line in lines])
    frame.attrs = {"periods": [period.label for period in table.periods], "is_known": table.is_known}
    return frame


def valuation_frame(valuation: Valuation, *, exact: bool = False) -> pd.DataFrame:
    """One row a measure in the order of their definitions (index `measure`), with its value and what it follows from.

    Columns are label, group, unit, value, reason, period, formula and known_on; money is in full units, pct is 0 to 100.
    `attrs` have `day`, `close`, `traded_on`, `source` and `shares` as filed, None where they are not known.
    """
    rows = [
        {
            "label": line.label,
            "group": multiples()[line.line].ratio.group,
            "unit": line.figure.unit,
            "value": _number(line.figure.value, exact),
            "reason": line.figure.reason,
            "period": line.period.label if line.period else None,
            "formula": line.figure.formula,
            "known_on": line.figure.known_on,
        }
        for line in valuation.lines
    ]
    frame = pd.DataFrame(rows, index=pd.Index([line.line for line in valuation.lines], name="measure", dtype="str"))
    price = valuation.price
    frame.attrs = {
        "day": valuation.day.isoformat(),
        "close": str(price.close) if price else None,
        "traded_on": price.traded_on.isoformat() if price else None,
        "source": price.source if price else None,
        "shares": str(valuation.shares.value) if valuation.shares else None,
    }
    frame = _dated(frame, "known_on")
    return frame if exact else frame.astype({"value": "float64"})


def valuation_history_frame(history: ValuationHistory, *, exact: bool = False) -> pd.DataFrame:
    """One row a day (index `day`), oldest first: close and its source, then one column a measure, NaN where it is refused."""
    rows = [
        {
            "close": _number(point.price.close if point.price else None, exact),
            "source": point.price.source if point.price else None,
            **{line.line: _number(line.figure.value, exact) for line in point.lines},
        }
        for point in history.points
    ]
    days = pd.Index([pd.Timestamp(point.day) for point in history.points], name="day")
    frame = pd.DataFrame(rows, index=days, columns=["close", "source", *multiples()])
    return frame if exact else frame.astype({name: "float64" for name in frame.columns if name != "source"})


def comparison_frame(comparison: Comparison, *, exact: bool = False) -> pd.DataFrame:
    """One row a measure and company (index `measure`, `company`), one column a calendar period, oldest first.

    Share figures filed before a split are in today's shares, as `ComparedFigure.comparable` says. `attrs` have under
    `currencies` what each company reports in, where a measure of money has a figure: amounts are as reported.
    """
    rows = [[_number(each.comparable if each else None, exact) for each in row.figures] for row in comparison.rows]
    index = pd.MultiIndex.from_tuples(
        [(row.measure.name, row.company.label) for row in comparison.rows], names=["measure", "company"]
    )
    columns = pd.Index([column.label for column in comparison.columns], name="calendar", dtype="str")
    frame = pd.DataFrame(rows, index=index, columns=columns, dtype=object if exact else "float64")
    frame.attrs = {
        "currencies": {
            row.company.label: str(each.figure.unit).partition("/")[0]
            for row in comparison.rows
            if row.measure.has_currency
            for each in row.figures
            if each is not None and each.comparable is not None
        }
    }
    return frame


def provenance_frame(provenance: Provenance, *, exact: bool = False) -> pd.DataFrame:
    """One row an operand of a figure, in the order of its formula: the fact as filed, and where it is printed.

    `document`, `element_id`, `start`, `end` and `text` are of the element in the filing `shown_in`; where there is none, all
    are empty, and where it is another filing's than the fact's, `reason` says why. `attrs` have the figure itself.
    """
    columns = [
        "concept", "value", "unit", "period_start", "period_end", "accession", "form", "filed_on", "shown_in", "document",
        "element_id", "start", "end", "text", "reason",
    ]  # fmt: skip
    rows = []
    for origin in provenance.origins:
        fact, place = origin.fact, origin.shown
        of_fact = (fact.concept, _number(fact.value, exact), fact.unit, fact.period_start, fact.period_end)
        of_filing = (fact.accession, fact.form, fact.filed_on, place.accession.text if place else None)
        printed = (place.document, place.element_id, place.start, place.end, place.text) if place else (None,) * 5
        rows.append((*of_fact, *of_filing, *printed, origin.reason.value if origin.reason else None))
    frame = pd.DataFrame(rows, columns=columns).astype({"start": "Int64", "end": "Int64"})
    figure = provenance.figure
    frame.attrs |= {
        "label": provenance.line.label, "period": provenance.period.label, "value": _number(figure.value, exact),
        "unit": figure.unit, "status": figure.status.value, "formula": figure.formula, "reason": figure.reason,
        "known_on": figure.known_on.isoformat() if figure.known_on else None,
    }  # fmt: skip
    return _dated(frame, "period_start", "period_end", "filed_on")


def segments_frame(breakdowns: Iterable[Breakdown]) -> pd.DataFrame:
    """One row a figure: line, axis, member, period, value, unit, accession, known_on; not of the company as a whole.

    Figures where `is_in_others` is set count in other rows: a sum leaves them out. `axes` and `members` are the names in XBRL,
    which tell apart what has the same words.
    """
    rows = [
        {
            "line": breakdown.line,
            "axis": breakdown.axis_label,
            "member": row.label,
            "period_start": fact.period_start,
            "period_end": fact.period_end,
            "value": float(fact.value),
            "unit": fact.unit,
            "accession": fact.accession,
            "known_on": fact.filed_on,
            "is_in_others": row.is_in_others,
            "axes": ", ".join(breakdown.axes),
            "members": ", ".join(row.members),
        }
        for breakdown in breakdowns
        for row in breakdown.rows
        for fact in row.facts
        if fact is not None
    ]
    columns = [
        "line", "axis", "member", "period_start", "period_end", "value", "unit", "accession", "known_on", "is_in_others",
        "axes", "members",
    ]  # fmt: skip
    return _dated(pd.DataFrame(rows, columns=columns), "period_start", "period_end", "known_on")


def restatements_frame(restatement_list: RestatementList) -> pd.DataFrame:
    """One row a changed period, what matters most first: filed_on, kind, label, period_end, before, after, unit, accessions.

    The rows of one concept and filing are together. `attrs["is_known"]` is False where no filing is known by that day.
    """
    rows = [
        {
            "filed_on": one.after.filed_on,
            "kind": one.kind.value,
            "label": one.label,
            "concept": one.after.concept,
            "period_end": one.after.period_end,
            "before": float(one.before.value),
            "after": float(one.after.value),
            "unit": one.after.unit,
            "accession_before": one.before.accession,
            "accession_after": one.after.accession,
        }
        for one in restatement_list.changes
    ]
    columns = [
        "filed_on", "kind", "label", "concept", "period_end", "before", "after", "unit", "accession_before", "accession_after",
    ]  # fmt: skip
    frame = _dated(pd.DataFrame(rows, columns=columns), "filed_on", "period_end")
    frame.attrs["is_known"] = restatement_list.is_known
    return frame


def checks_frame(statement_checks: Iterable[StatementCheck]) -> pd.DataFrame:
    """One row for each check result, in the order given: statement, period, period_end, name, result and detail."""
    rows = [
        (each.kind.value, each.label, each.check.period_end, each.check.name, each.check.result, each.check.detail)
        for each in statement_checks
    ]
    frame = pd.DataFrame(rows, columns=["statement", "period", "period_end", "name", "result", "detail"])
    return _dated(frame, "period_end")


def events_frame(events: Iterable[MarketEvent]) -> pd.DataFrame:
    """One row an item of a current report, in the order given."""
    rows = [
        (event.filed_on, event.report_on, event.item, event.event_type, event.label, event.form, event.accession.text)
        for event in events
    ]
    frame = pd.DataFrame(rows, columns=["filed_on", "report_on", "item", "event_type", "label", "form", "accession"])
    return _dated(frame, "filed_on", "report_on")


def news_frame(articles: Iterable[ScoredArticle]) -> pd.DataFrame:
    """One row an article, in the order given: when, publisher, title, sentiment (-1 to 1 by its method) and address."""
    rows = [
        (each.article.published_at, each.article.publisher, each.article.title, each.sentiment, each.method, each.article.url)
        for each in articles
    ]
    frame = pd.DataFrame(rows, columns=["published_at", "publisher", "title", "sentiment", "sentiment_method", "url"])
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    return frame.astype({"sentiment": "float64"})


def _dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    for name in columns:
        frame[name] = pd.to_datetime(frame[name])
    return frame


def price_frame(bars: Iterable[DailyBar], *, exact: bool = False) -> pd.DataFrame:
    """One row a trading day (index `traded_on`, in the order given): open, high, low, close, adjusted_close, volume_shares."""
    listed = list(bars)
    names = ("open", "high", "low", "close", "adjusted_close")
    columns: dict[str, Any] = {name: [_number(getattr(bar, name), exact) for bar in listed] for name in names}
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex([bar.traded_on for bar in listed], name="traded_on"))
    frame = frame.astype(object if exact else "float64")
    frame["volume_shares"] = pd.Series([bar.volume_shares for bar in listed], index=frame.index, dtype="int64")
    return frame


def filings_frame(filings: Iterable[Filing]) -> pd.DataFrame:
    """One row a filing, in the order given (index `accession`): form, filed_on, report_on, items, description."""
    listed = list(filings)
    frame = pd.DataFrame(
        {
            "form": pd.Series([filing.form for filing in listed], dtype="str"),
            "filed_on": pd.to_datetime(pd.Series([filing.filed_on for filing in listed], dtype=object)),
            "report_on": pd.to_datetime(pd.Series([filing.report_on for filing in listed], dtype=object)),
            "items": pd.Series([", ".join(filing.items) for filing in listed], dtype="str"),
            "description": pd.Series([filing.description for filing in listed], dtype="str"),
        }
    )
    frame.index = pd.Index([filing.accession.text for filing in listed], name="accession", dtype="str")
    return frame


def hits_frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """One row a search hit, best first as given: score, the citation (company to span), and the passage's text."""
    rows = [
        {
            "score": hit.score,
            "company": hit.company,
            "form": hit.form,
            "filed_on": hit.filed_on,
            "accession": hit.accession.text if hit.accession else None,
            "document": hit.document,
            "item": hit.item,
            "start": hit.start,
            "end": hit.end,
            "text": hit.text,
        }
        for hit in hits
    ]
    columns = ["score", "company", "form", "filed_on", "accession", "document", "item", "start", "end", "text"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["filed_on"] = pd.to_datetime(frame["filed_on"])
    return frame


def companies_frame(companies: Iterable[Company]) -> pd.DataFrame:
    """One row a company, in the order given (index `cik`): ticker, name, sic, industry, fiscal_year_end."""
    listed = list(companies)
    return pd.DataFrame(
        {
            "ticker": [company.ticker.symbol if company.ticker else None for company in listed],
            "name": [company.name for company in listed],
            "sic": [company.sic for company in listed],
            "industry": [company.sic_description for company in listed],
            "fiscal_year_end": [company.fiscal_year_end for company in listed],
        },
        index=pd.Index([company.cik.number for company in listed], name="cik", dtype="int64"),
    )


def _number(value: Decimal | None, exact: bool) -> Decimal | float | None:
    return value if exact else float("nan") if value is None else float(value)
