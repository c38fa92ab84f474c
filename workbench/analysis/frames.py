"""Domain values as DataFrames, for notebooks, charts and reports.

Figures are `float64` unless `exact=True` asks for `Decimal` objects; a figure that is not given is NaN (or None).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from workbench.domain.filings import Filing
from workbench.domain.identity import Company
from workbench.domain.passages import Hit
from workbench.domain.prices import DailyBar
from workbench.domain.statements import Statement


def statement_frame(statement: Statement, *, exact: bool = False) -> pd.DataFrame:
    """One row a line in the statement's order (index `line`), one column a period end (oldest first), in full units.

    The first column, `label`, is what a reader sees.
    """
    columns = [pd.Timestamp(period.end) for period in statement.periods]
    rows = [[_number(figure.value, exact) for figure in line.figures] for line in statement.lines]
    frame = pd.DataFrame(
        rows,
        index=pd.Index([line.line for line in statement.lines], name="line", dtype="str"),
        columns=pd.Index(columns, name="period_end"),
        dtype=object if exact else "float64",
    )
    frame.insert(0, "label", [line.label for line in statement.lines])
    return frame


def figures_frame(statement: Statement, *, exact: bool = False) -> pd.DataFrame:
    """One row a figure with its proof: line, label, period, value, unit, status, reason, formula, concepts, accessions.

    `concepts` and `accessions` name the operands in the order of the formula, joined by a comma.
    """
    rows = [
        {
            "line": line.line,
            "label": line.label,
            "period_start": period.start,
            "period_end": period.end,
            "fiscal_year": period.fiscal_year,
            "fiscal_quarter": period.fiscal_quarter,
            "value": _number(figure.value, exact),
            "unit": figure.unit,
            "status": figure.status.value,
            "reason": figure.reason,
            "formula": figure.formula,
            "concepts": ", ".join(fact.concept for fact in figure.facts),
            "accessions": ", ".join(fact.accession for fact in figure.facts),
        }
        for line in statement.lines
        for period, figure in zip(statement.periods, line.figures, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(_FIGURE_COLUMNS))
    for name in ("period_start", "period_end"):
        frame[name] = pd.to_datetime(frame[name])
    frame["fiscal_quarter"] = frame["fiscal_quarter"].astype("Int64")
    return frame if exact else frame.astype({"value": "float64"})


_FIGURE_COLUMNS = (
    "line", "label", "period_start", "period_end", "fiscal_year", "fiscal_quarter", "value", "unit", "status", "reason",
    "formula", "concepts", "accessions",
)  # fmt: skip


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
