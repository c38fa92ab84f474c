"""Percentiles of a screen's figures within SIC major groups, in one currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from db.screens.group_ranks import group_ranks
from db.statements.rules_digest import RULES
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import Screen, parse_metrics
from workbench.domain.screens.group_rank import GroupRank

# Department stores (5311, 5331), a bank (6021), and companies whose figures are in another currency or not given.
COMPANIES = {
    1: ("5311", "USD", "100", "9"), 2: ("5331", "USD", "400", "3"), 3: ("5331", "USD", "200", "3"),
    4: ("5331", "CAD", "900", "12"), 5: ("6021", "USD", "800", "30"), 6: ("5331", "USD", None, "6"),
    7: (None, "USD", "50", "1"),
}  # fmt: skip


def fill(connection: sa.Connection) -> None:
    for cik, (sic, currency, revenue, margin) in COMPANIES.items():
        connection.execute(
            sa.text("insert into companies (cik, name, sic) values (:cik, 'x', :sic)"), {"cik": cik, "sic": sic}
        )
        figures = f'{{"net_margin": {margin}{f", {chr(34)}revenue{chr(34)}: {revenue}" if revenue else ""}}}'
        state = {"cik": cik, "reader": f"{RULES} sic {sic}", "days": '{"2024-03-01": 1}'}
        connection.execute(
            sa.text(
                "insert into company_metric_states (cik, reader, days, refreshed_at) values (:cik, :reader, :days, now())"
            ),
            state,
        )
        connection.execute(
            sa.text(
                "insert into company_metrics (cik, basis, known_from, period_end, period_label, currency, figures) "
                "values (:cik, 'annual', '2024-03-01', '2023-12-31', 'FY 2023', :currency, cast(:figures as jsonb))"
            ),
            {"cik": cik, "currency": currency, "figures": figures},
        )


def test_a_figure_ranks_among_its_group_and_currency(connection: sa.Connection) -> None:
    fill(connection)
    screen = Screen(shown=parse_metrics(["revenue,net_margin"]), as_of=date(2024, 6, 30))
    ranks = group_ranks(connection, screen, [Cik(number) for number in COMPANIES])
    # Revenue in dollars of group 53: 100, 200, 400. Margins, which have no currency: 3, 3, 6, 9, 12.
    assert ranks[Cik(3)] == (GroupRank(Decimal("50.0"), "53", 2), GroupRank(Decimal("0.0"), "53", 4))
    assert ranks[Cik(2)][0] == GroupRank(Decimal("100.0"), "53", 2)
    assert ranks[Cik(6)] == (None, GroupRank(Decimal("50.0"), "53", 4))
    assert ranks[Cik(4)] == (None, GroupRank(Decimal("100.0"), "53", 4))  # no peer reports in Canadian dollars
    assert ranks[Cik(5)] == ranks[Cik(7)] == (None, None)
    early = group_ranks(connection, Screen(shown=parse_metrics(["revenue"]), as_of=date(2024, 2, 1)), [Cik(1)])
    assert early == {Cik(1): (None,)}
