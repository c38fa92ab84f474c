"""The history of figures of the recorded companies, as their filings give it."""

from __future__ import annotations

from datetime import date

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from db.statements.figure_history import figure_history
from db.statements.ratios import ratios
from workbench.domain.measures.figure_history import FigureKey
from workbench.domain.statements.statement import PeriodKind, StatementKind

pytestmark = pytest.mark.mirror


@pytest.mark.parametrize(
    ("ticker", "line", "end", "expected"),
    [
        # Apple took up new rules for what it sells with software in January 2010, and filed fiscal 2009 again.
        ("AAPL", "revenue", "2009-09-26", [
            ("2009-10-27", "first", "36537000000"), ("2010-01-25", "restated", "42905000000"),
            ("2010-10-27", "repeated", "42905000000"), ("2011-10-26", "repeated", "42905000000"),
        ]),
        # Ten for one in June 2024.
        ("NVDA", "eps_diluted", "2024-01-28", [
            ("2024-02-21", "first", "11.93"), ("2025-02-26", "split", "1.19"), ("2026-02-25", "repeated", "1.19"),
        ]),
        # Twenty for one in July 2022.
        ("GOOGL", "eps_diluted", "2021-12-31", [
            ("2022-02-02", "first", "112.2"), ("2023-02-03", "split", "5.61"), ("2024-01-31", "repeated", "5.61"),
        ]),
    ],
)  # fmt: skip
def test_what_filings_did_to_a_figure(
    recorded: Database, ticker: str, line: str, end: str, expected: list[tuple[str, str, str]]
) -> None:
    key = FigureKey(StatementKind.INCOME, line, PeriodKind.ANNUAL, date.fromisoformat(end))
    with recorded.read() as connection:
        known = figure_history(connection, resolve(connection, ticker), key)
    assert [(each.known_on.isoformat(), each.change.value, str(each.value)) for each in known] == expected


def test_as_of_a_day_nothing_later_is_known(recorded: Database) -> None:
    key = FigureKey(StatementKind.INCOME, "revenue", PeriodKind.ANNUAL, date(2009, 9, 26))
    with recorded.read() as connection:
        apple = resolve(connection, "AAPL")
        known = figure_history(connection, apple, key, as_of=date(2010, 1, 24))
        assert [each.change.value for each in known] == ["first"]
        assert figure_history(connection, apple, key, as_of=date(2009, 10, 26)) == []


@pytest.mark.parametrize(("ticker", "as_of"), [("NKE", None), ("MCD", date(2021, 3, 1))])
def test_the_last_of_the_history_is_what_the_page_shows(recorded: Database, ticker: str, as_of: date | None) -> None:
    with recorded.read() as connection:
        company = resolve(connection, ticker)
        wanted = (
            (StatementKind.INCOME, PeriodKind.ANNUAL),
            (StatementKind.BALANCE, PeriodKind.QUARTERLY),
            (StatementKind.CASHFLOW, PeriodKind.TTM),
        )
        tables = [(kind, statement(connection, company, kind, period, as_of, limit_periods=3)) for kind, period in wanted]
        shown = [
            (kind, table.period, line, figure)
            for kind, table in tables
            for line in table.lines[::4]
            for figure in line.figures[:1]
        ]
        of_ratios = ratios(connection, company, PeriodKind.ANNUAL, as_of, limit_periods=2)
        shown += [(None, PeriodKind.ANNUAL, line, line.figures[0]) for line in of_ratios.lines[::6]]
        compared = 0
        for kind, period, line, figure in shown:
            known = figure_history(connection, company, FigureKey(kind, line.line, period, figure.period_end), as_of=as_of)
            assert (known[-1].value if known else None) == figure.value, (kind, line.line, figure)
            compared += figure.value is not None
    assert compared > 15
