"""Every view of periods that are older than the newest fiscal year says so: page, terminal and JSON."""

from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from tests.domain.statements.test_half_years import COMPANY, HALVES, Reported, facts, quarter, year
from workbench.analysis.statements.numbers_json import ratio_document
from workbench.analysis.statements.statement_json import statement_document
from workbench.cli.statements import ratio_table, statement_table
from workbench.domain.measures.ratios import compute
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.pages.company.ratio_table import ratio_table as ratio_page
from workbench.pages.company.statement_table import statement_table as statement_page
from workbench.pages.frame.selection import Selection

# Quarterly reports until 2021, annual ones alone since.
STALE = (*(each for place in (1, 2, 3) for each in quarter(2021, place, 100)), year(2021, 410), year(2022, 500))


def printed(shown: RenderableType) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(shown)
    return capture.get()


@pytest.mark.parametrize(
    ("filed", "period", "reason"),
    [
        (STALE, PeriodKind.QUARTERLY, "older_than_year"),
        (STALE, PeriodKind.TTM, None),
        (STALE, PeriodKind.ANNUAL, None),
        (HALVES, PeriodKind.QUARTERLY, None),
    ],
)
def test_every_view_says_it(filed: tuple[Reported, ...], period: PeriodKind, reason: str | None) -> None:
    table = facts(*filed)
    statement = assemble(COMPANY, StatementKind.INCOME, period, None, table)
    ratios = compute(COMPANY, period, None, table)
    assert statement_document(statement)["stale_reason"] == reason
    assert ratio_document(ratios)["stale_reason"] == reason
    words = "Not the newest figures: no such period was reported since: the newest fiscal year ends later"
    for shown in (printed(statement_table.render(statement, 200)), printed(ratio_table.render(ratios, 200))):
        assert (f"{words} (2022-12-31)." in shown) == bool(reason)
    for html in (statement_page(statement, Selection()), ratio_page(ratios, Selection())):
        assert (f"{words} (31 Dec 2022)." in html) == bool(reason)
