"""Valuation measures of each company at its last close, stored for screens: what `valuation` says now, never edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import get_company
from db.facts.versions import facts_version
from db.screens.valuation import valuation
from db.statements.rules_digest import RULES, SIC, rules_for
from db.tables import company_values
from workbench.domain.errors import NotComputable
from workbench.domain.identity import Cik, Company
from workbench.domain.market.prices import FRESH
from workbench.domain.measures.valuation import Valuation

# SQL: the row `v` was computed from what the rules, facts and listings of `companies c` are. A digest has nothing to quote.
SAME_INPUTS = f"""(
    v.cik = c.cik and v.reader = concat('{RULES}{SIC}', c.sic, ' state ', c.state_of_incorporation)
    and v.facts_version = coalesce((select f.version from fact_versions f where f.cik = c.cik), 0)
    and v.listed = coalesce(
        (select string_agg(t.ticker, ' ' order by t.position, t.ticker) from company_tickers t where t.cik = c.cik), '')
)"""  # noqa: S608

# SQL: the row of `company_values v` is what `valuation` says of `companies c` on `:today`.
HOLDS = f"({SAME_INPUTS} and v.holds_until >= :today)"

# SQL: companies with a close that is new enough between `:first` and `:last`.
HAS_CLOSE = """exists (
    select 1 from company_tickers t join stock_prices p on p.ticker = t.ticker and p.traded_on between :first and :last
    where t.cik = c.cik and t.position = 0)"""


def first_fresh(day: date) -> date:
    """The first day whose close is new enough on this one."""
    return day - min(FRESH, day - date.min)


def stale_values(connection: sa.Connection, day: date) -> list[Cik]:
    """Companies with a new enough close whose stored values do not hold on this day, today's."""
    query = sa.text(
        f"select c.cik from companies c where {HAS_CLOSE} "  # noqa: S608
        f"and not exists (select 1 from company_values v where {HOLDS}) order by c.cik"
    )
    return [Cik(number) for number in connection.scalars(query, {"today": day, "first": first_fresh(day), "last": day})]


def refresh_values(connection: sa.Connection, cik: Cik) -> None:
    """Stores what `valuation` says of a company now; nothing, if it cannot be computed."""
    company = get_company(connection, cik)
    # Before the facts are read: those that come in between are then newer than their version says, never older.
    version = facts_version(connection, cik)
    try:
        with connection.begin_nested():
            result = valuation(connection, company, None)
    except NotComputable:
        connection.execute(sa.delete(company_values).where(company_values.c.cik == cik.number))
        return
    figures, reasons = figures_of(result)
    row = {
        "reader": reader_of(company), "facts_version": version, "listed": listed_text(company),
        "holds_until": result.holds_until, "traded_on": result.price.traded_on if result.price else None,
        "figures": _json(figures_document(figures)), "reasons": reasons,
    }  # fmt: skip
    insert = pg.insert(company_values).values({"cik": cik.number} | row)
    connection.execute(insert.on_conflict_do_update(index_elements=["cik"], set_=row | {"computed_at": sa.func.now()}))


def figures_of(result: Valuation) -> tuple[dict[str, Decimal], dict[str, str]]:
    """The values of a valuation by measure, and the reason codes of those that are refused."""
    figures = {line.line: line.figure for line in result.lines}
    values = {name: figure.value for name, figure in figures.items() if figure.value is not None}
    return values, {name: str(figure.reason) for name, figure in figures.items() if figure.value is None}


def figures_document(figures: Mapping[str, Decimal]) -> str:
    """JSON of figures by measure, each with all its digits."""
    return "{" + ", ".join(f"{json.dumps(name)}: {value:f}" for name, value in figures.items()) + "}"


def _json(document: str) -> sa.ColumnElement[object]:
    return sa.cast(sa.literal(document, sa.Text), pg.JSONB)


def reader_of(company: Company) -> str:
    """What the measures of a company follow from beside facts, prices and listings."""
    return f"{rules_for(company)} state {company.state_of_incorporation or ''}"


def listed_text(company: Company) -> str:
    """The company's tickers as stored, first class first."""
    return " ".join(listing.ticker.symbol for listing in company.listings)
