"""Annual statements as figures, stored for the marts; computed from facts, never edited."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from db.companies import get_company
from db.statements.as_known import statement
from workbench.domain.identity import Cik
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind

# Rows that are the same are left as they are, so that a refresh over unchanged facts writes nothing.
_SAVE = sa.text(
    """
    insert into annual_figures (cik, statement, period_end, fiscal_year, period_label, currency, figures)
    values (:cik, :statement, :period_end, :fiscal_year, :period_label, :currency, cast(:figures as jsonb))
    on conflict (cik, statement, period_end) do update
    set fiscal_year = excluded.fiscal_year, period_label = excluded.period_label, currency = excluded.currency,
        figures = excluded.figures
    where (annual_figures.fiscal_year, annual_figures.period_label, annual_figures.currency, annual_figures.figures)
          is distinct from (excluded.fiscal_year, excluded.period_label, excluded.currency, excluded.figures)
    """
)

_DROP = sa.text(
    "delete from annual_figures where cik = :cik and statement = :statement and period_end <> all(cast(:ends as date[]))"
)


def refresh_annual_figures(connection: sa.Connection, cik: Cik) -> int:
    """Brings a company's rows up to its facts and returns how many changed or went.

    A fiscal year has a row in each statement that gives an amount of money for it. Shares and amounts a share that were
    filed before a split are in today's shares.
    """
    company, changed = get_company(connection, cik), 0
    for kind in StatementKind:
        rows = _rows(statement(connection, company, kind, PeriodKind.ANNUAL, None))
        ends = [row["period_end"] for row in rows]
        changed += connection.execute(_DROP, {"cik": cik.number, "statement": kind.value, "ends": ends}).rowcount
        if rows:
            changed += connection.execute(_SAVE, rows).rowcount
    return changed


def _rows(result: Statement) -> list[dict[str, Any]]:
    rows = []
    for place, period in enumerate(result.periods):
        cells = {line.line: line.figures[place] for line in result.lines}
        currencies = Counter(cell.unit for cell in cells.values() if cell.unit is not None and len(cell.unit) == 3)
        if currencies:
            rows.append(
                {
                    "cik": result.company.cik.number,
                    "statement": result.kind.value,
                    "period_end": period.end,
                    "fiscal_year": period.fiscal_year,
                    "period_label": period.label,
                    "currency": currencies.most_common(1)[0][0],
                    "figures": _document(cells),
                }
            )
    return rows


def _document(cells: dict[str, Figure]) -> str:
    """As JSON in which each number has all its digits; what was refused is not in it."""
    values = {line: cell.comparable for line, cell in cells.items()}
    return "{" + ", ".join(f'"{line}": {value:f}' for line, value in values.items() if value is not None) + "}"
