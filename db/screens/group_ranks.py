"""Percentiles within industry groups: each figure of a screen among all companies of the same SIC major group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from db.screens.filter_sql import Bindings, figure_sql
from db.screens.screened_values import bound_values, latest_sql, values_sql, values_to_decide
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import AT_CLOSE, Metric, Screen
from workbench.domain.screens.group_rank import GroupRank

# Among fewer peers a percentile says nothing.
FEWEST_PEERS = 2


def group_ranks(connection: sa.Connection, screen: Screen, ciks: Sequence[Cik]) -> dict[Cik, tuple[GroupRank | None, ...]]:
    """The rank of each of these companies for each metric of the screen, as known at the end of its `as_of`.

    None without a figure, a SIC code, or `FEWEST_PEERS` peers. SIC codes are today's.
    """
    by_metric = [_ranks(connection, metric, screen.as_of, ciks) for metric in screen.metrics]
    return {cik: tuple(ranks.get(cik) for ranks in by_metric) for cik in ciks}


def _ranks(connection: sa.Connection, metric: Metric, as_of: date | None, ciks: Sequence[Cik]) -> dict[Cik, GroupRank]:
    by_price = values_to_decide(connection, Screen(sort=metric, as_of=as_of)) if metric.basis is None else []
    values = Bindings()
    name = metric.source
    table = values_sql(as_of) if name == AT_CLOSE else latest_sql(name, as_of)
    currency = f"{name}.currency" if metric.measure.has_currency else "cast(null as text)"
    query = (
        "select cik, sic_group, share, peers from ("  # noqa: S608
        "select cik, sic_group, percent_rank() over (partition by sic_group, currency order by figure) as share, "
        "count(*) over (partition by sic_group, currency) - 1 as peers from ("
        f"select c.cik, left(lpad(c.sic, 4, '0'), 2) as sic_group, {currency} as currency, "
        f"{figure_sql(metric, values)} as figure from companies c {table} where c.sic is not null"
        ") as figures where figure is not null) as ranked where cik = any(:ciks) and peers >= :fewest"
    )
    bound = {
        **values.values, "day": as_of or date.max, **bound_values(as_of, by_price), "ciks": [cik.number for cik in ciks],
        "fewest": FEWEST_PEERS,
    }  # fmt: skip
    return {
        Cik(row.cik): GroupRank(round(Decimal(row.share) * 100, 1), row.sic_group, row.peers)
        for row in connection.execute(sa.text(query), bound)
    }
