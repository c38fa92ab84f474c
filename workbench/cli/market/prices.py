"""`workbench prices`: daily prices of listed shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.identity import Ticker

if TYPE_CHECKING:
    from workbench.domain.market.prices import PriceSeries
    from workbench.domain.operations.runs import IngestReport


@app.command()
def prices(
    tickers: Annotated[list[str], typer.Argument(metavar="TICKER...", help="Listed shares, such as AAPL or BRK-B.")],
    *,
    source: Annotated[str | None, typer.Option(help="Another base URL in place of Alpha Vantage's.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Ask for the whole series even when the latest days would do.")] = False,
) -> None:
    """Bring daily prices up to date; ends with 1 when a ticker failed, the others are in all the same.

    The key is WORKBENCH_ALPHA_VANTAGE__API_KEY.
    """
    from db.market.prices import price_series
    from workbench.ingest.market.prices import ingest_prices
    from workbench.runtime import open_workbench
    from workbench.runtime.sources import price_source

    wanted = [Ticker.parse(text) for text in tickers]
    from workbench.settings import Settings

    settings = Settings.load()
    rows: list[tuple[IngestReport, PriceSeries]] = []
    with price_source(settings, source) as vendor, open_workbench(settings) as wb:
        for ticker in dict.fromkeys(wanted):
            report = ingest_prices(wb.database, wb.objects, vendor, ticker, is_full=full)
            with wb.database.read() as connection:
                rows.append((report, price_series(connection, ticker, source=vendor.name)))
    console.print(_table(rows))
    if any(report.outcome in ("failed", "quarantined") for report, _ in rows):
        raise typer.Exit(1)


def _table(rows: list[tuple[IngestReport, PriceSeries]]) -> Table:
    table = Table("Ticker", "Outcome", "Saved", "Stored from", "to")
    table.add_column("Notes")
    for report, series in rows:
        saved = ", ".join(f"{count:,} {name}" for name, count in report.saved.items())
        notes = [f"{reason} ({count})" for reason, count in report.dropped.items()]
        first, last = (str(series.bars[0].traded_on), str(series.bars[-1].traded_on)) if series.bars else ("-", "-")
        note = escape("; ".join([*([report.error] if report.error else []), *notes]))
        table.add_row(report.subject, report.outcome, saved or "-", first, last, note)
    return table
