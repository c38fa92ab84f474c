"""`workbench segments` fits its tables into the terminal without cutting a figure."""

from __future__ import annotations

import pytest
from rich.console import Console

from tests.domain.measures.test_segments import divide, fact, segment
from workbench.cli.statements.segments import _table

YEARS = range(2018, 2024)
(BREAKDOWN,) = divide(
    *(fact(260_000_000_000, year=year, filed=2024) for year in YEARS),
    *(fact(261_376_000_000, segment("Anvils"), year=year, filed=2024) for year in YEARS),
    *(fact(-1_376_000_000, segment("Hammers"), year=year, filed=2024) for year in YEARS),
)


@pytest.mark.parametrize(("width", "shown"), [(40, 1), (60, 3), (120, 6)])
def test_the_newest_periods_that_fit_are_shown_whole(width: int, shown: int) -> None:
    console = Console(width=width, record=True)
    console.print(_table(BREAKDOWN, width))
    printed = console.export_text()
    assert printed.count("261,376") == shown
    assert printed.count("(1,376)") == shown
    assert "FY 2023" in printed
    assert "…" not in printed
    assert ("not shown: the terminal is too narrow" in " ".join(printed.split())) == (shown < len(YEARS))
