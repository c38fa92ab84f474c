"""Annual statements kept as figures: what marts are built of."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve
from db.engine import Database
from db.statements.annual_figures import refresh_annual_figures


@pytest.mark.mirror
def test_kept_figures_are_those_of_the_statements(recorded: Database) -> None:
    with recorded.engine.connect() as connection, connection.begin() as transaction:
        for ticker in ("NVDA", "COST"):
            cik = resolve(connection, ticker).cik
            assert refresh_annual_figures(connection, cik) > 20
            assert refresh_annual_figures(connection, cik) == 0
        costco = _figures(connection, "COST", "income", 2023)
        assert (costco["revenue"], costco["net_income"]) == (Decimal("242290000000"), Decimal("6292000000"))
        assert _figures(connection, "COST", "balance", 2023)["total_assets"] == Decimal("68994000000")
        # Filed as 6.90 before the split of ten for one in June 2024.
        assert _figures(connection, "NVDA", "income", 2022)["eps_basic"] == Decimal("0.391")
        transaction.rollback()


def _figures(connection: sa.Connection, ticker: str, statement: str, year: int) -> dict[str, Decimal]:
    query = (
        "select key, value::numeric from annual_figures, jsonb_each_text(figures) where cik = :cik and statement = :statement"
    )
    asked = {"cik": resolve(connection, ticker).cik.number, "statement": statement, "year": year}
    return {row[0]: row[1] for row in connection.execute(sa.text(query + " and fiscal_year = :year"), asked)}
