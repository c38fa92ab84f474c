"""Price changes across all companies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.facts.computable import computes
from db.facts.splits import splits
from workbench.domain.errors import NotComputable
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company, Ticker
from workbench.domain.market.movers import Mover, Span

# Prices that end long before the newest ones belong to another market day.
_STALE_DAYS = 7
# What is left of a change when a split is taken out of it may still be the market's own of that stretch.
_CLOSE = Decimal("0.3")

# For each share class and source the last close known, and the one before: each a look-up in the key's index, however many
# days there are. The recursion steps from one source to the next.
_MOVES = sa.text(
    """
    select t.cik, t.ticker, s.source, after.traded_on as to_on, before.traded_on as from_on,
           after.close as close, before.close as close_before,
           after.adjusted_close as adjusted, before.adjusted_close as adjusted_before
    from company_tickers t
    cross join lateral (
        with recursive one as (
            (select source from stock_prices where ticker = t.ticker order by source limit 1)
            union all
            select (select p.source from stock_prices p where p.ticker = t.ticker and p.source > one.source
                    order by p.source limit 1) from one where one.source is not null
        ) select source from one where source is not null
    ) s
    cross join lateral (
        select traded_on, close, adjusted_close from stock_prices p
        where p.ticker = t.ticker and p.source = s.source and p.traded_on <= coalesce(cast(:as_of as date), 'infinity')
        order by traded_on desc limit 1
    ) after
    cross join lateral (
        select traded_on, close, adjusted_close from stock_prices p
        where p.ticker = t.ticker and p.source = s.source and p.traded_on <= after.traded_on - cast(:days as integer)
        order by traded_on desc limit 1
    ) before
    where cast(:ciks as bigint[]) is null or t.cik = any(cast(:ciks as bigint[]))
    order by t.cik, t.position, after.traded_on desc, s.source
    """
)


def movers(
    connection: sa.Connection, *, span: Span = Span.DAY, ciks: Collection[Cik] = (), as_of: date | None = None
) -> list[Mover]:
    """How each company's first priced share class moved over the span, up to the last days known; the largest rise first.

    From one source each, the one with the latest day, then the first by name. Left out are shares whose prices
    end more than a week before the newest of all, and those whose change by closes as traded is that of a split which the
    company's filings prove.
    """
    asked = {"as_of": as_of, "days": span.days, "ciks": [cik.number for cik in ciks] or None}
    rows: dict[int, Any] = {}
    for row in connection.execute(_MOVES, asked):
        rows.setdefault(row.cik, row)
    newest = max((row.to_on for row in rows.values()), default=None)
    fresh = [row for row in rows.values() if newest and newest - row.to_on <= timedelta(days=_STALE_DAYS)]
    ciks = [Cik(row.cik) for row in fresh]
    companies = {company.cik.number: company for company in get_companies(connection, ciks)} if ciks else {}
    moves = [_mover(companies[row.cik], row) for row in fresh if row.close_before > 0]
    return sorted(
        (move for move in moves if not (move.may_be_a_split and _was_split(connection, move, as_of))),
        key=lambda move: (-move.change_pct, move.ticker.symbol),
    )


@computes("the splits")
def _splits(connection: sa.Connection, company: Company, as_of: date | None) -> tuple[Split, ...]:
    return splits(connection, company.cik, as_of)


def _was_split(connection: sa.Connection, move: Mover, as_of: date | None) -> bool:
    try:
        results = _splits(connection, move.company, as_of)
    except NotComputable:  # whether it was one is not known
        return True
    known = (split for split in results if split.first_filed_on >= move.from_on)
    return any(
        abs(move.after * split.ratio.numerator / (move.before * split.ratio.denominator) - 1) < _CLOSE for split in known
    )


def _mover(company: Company, row: Any) -> Mover:
    is_adjusted = row.adjusted is not None and row.adjusted_before is not None and row.adjusted_before > 0
    pair: tuple[Decimal, Decimal] = (row.adjusted_before, row.adjusted) if is_adjusted else (row.close_before, row.close)
    return Mover(company, Ticker(row.ticker), row.source, row.from_on, row.to_on, *pair, is_adjusted, row.close)
