"""`workbench prices`: daily prices of listed shares."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from db.market.prices import price_series
from workbench import runtime
from workbench.cli.console import console, new_table
from workbench.cli.output import Format, write_records
from workbench.cli.progress import progress
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import PriceSeries
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.market.prices import ingest_prices
from workbench.runtime.sources import price_source

_COLUMNS = ("ticker", "outcome", "saved", "first_on", "last_on", "error", "dropped")


def prices(
    tickers: Annotated[
        list[str], typer.Argument(metavar="TICKER", help="Listed shares, such as AAPL or BRK-B.", show_default=False)
    ],
    *,
    source: Annotated[str | None, typer.Option(metavar="URL", help="Base URL to use in place of Alpha Vantage's.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Load the whole history, not only the latest days.")] = False,
    output: Format = "table",
) -> None:
    """Update daily prices.

    Set the Alpha Vantage key on the page Settings, with `workbench settings set alpha_vantage.api_key`, or as
    WORKBENCH_ALPHA_VANTAGE__API_KEY. A ticker that fails does not stop the others; the exit
    code is then 1.
    """
    wanted = list(dict.fromkeys(Ticker.parse(text) for text in tickers))
    rows: list[tuple[IngestReport, PriceSeries]] = []
    if_stopped = "prices loaded so far are saved; run the command again to continue"
    with (
        runtime.open_workbench() as workbench,
        price_source(workbench.settings, source) as vendor,
        progress(if_stopped=if_stopped) as shown,
    ):
        for number, ticker in enumerate(wanted, 1):
            shown.step(f"{ticker} prices", number - 1, len(wanted))
            report = ingest_prices(workbench.database, workbench.objects, vendor, ticker, is_full=full)
            with workbench.database.read() as connection:
                rows.append((report, price_series(connection, ticker, source=vendor.name)))
            shown.complete(f"{number}/{len(wanted)} {ticker}: {report.error or _saved(report) or report.outcome}")
    if output == "table":
        console.print(_table(rows))
    else:
        write_records(output, "prices", [_record(*row) for row in rows], _COLUMNS)
    if any(report.outcome in ("failed", "quarantined") for report, _ in rows):
        raise typer.Exit(1)


def _saved(report: IngestReport) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in report.saved.items())


def _record(report: IngestReport, series: PriceSeries) -> dict[str, object]:
    bars = series.bars
    return {
        "ticker": report.subject,
        "outcome": report.outcome,
        "saved": sum(report.saved.values()),
        "first_on": bars[0].traded_on.isoformat() if bars else None,
        "last_on": bars[-1].traded_on.isoformat() if bars else None,
        "error": report.error,
        "dropped": [f"{reason} ({count})" for reason, count in report.dropped.items()],
    }


def _table(rows: list[tuple[IngestReport, PriceSeries]]) -> Table:
    table = new_table("Ticker", "Result", "Saved", "First day", "Last day", "Notes")
    for report, series in rows:
        record = _record(report, series)
        dropped = [f"{reason} ({count})" for reason, count in report.dropped.items()]
        note = escape("; ".join(filter(None, [report.error, *dropped])))
        first, last = str(record["first_on"] or "-"), str(record["last_on"] or "-")
        table.add_row(report.subject, report.outcome, _saved(report) or "-", first, last, note)
    return table
