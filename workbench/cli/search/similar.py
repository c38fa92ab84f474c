"""`workbench similar`: the companies most like one."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app

if TYPE_CHECKING:
    from workbench.domain.filings.similarity import SimilarCompany


class Format(StrEnum):
    """How the companies are printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def similar(
    ticker: Annotated[str, typer.Argument(help="A ticker or a CIK.")],
    *,
    as_of: Annotated[str | None, typer.Option(help="As it was known on this day, such as 2024-06-30.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="How many companies.")] = 10,
    output: Annotated[Format, typer.Option("--format", help="A table for people, or JSON.")] = Format.TABLE,
) -> None:
    """List the companies most like one: by what they say of themselves, by industry and by size."""
    from db.companies import resolve
    from workbench.analysis.search.similar_json import similar_document
    from workbench.domain.as_of import parse_as_of
    from workbench.runtime import open_workbench
    from workbench.search.similar import similar_companies

    day = parse_as_of(as_of)
    with open_workbench() as workbench, workbench.database.read() as connection:
        company = resolve(connection, ticker)
        found = similar_companies(connection, workbench.embedder.model, company, as_of=day, limit=limit)
    if output is Format.JSON:
        typer.echo(json.dumps(similar_document(company, day, found), ensure_ascii=False))
    elif found:
        console.print(_table(found))
    else:
        console.print(
            f"No company like {company.label} is here; `workbench ingest` brings in more, with their annual reports."
        )


def _table(found: list[SimilarCompany]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("company")
    for name in ("score", "text", "industry", "size", "revenue"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("both speak of", ratio=1)
    for one in found:
        named = Text.assemble((one.company.label, "bold"), f"\n{one.company.name}")
        shares = [_share(one.text_similarity), _share(one.industry_similarity), _share(one.size_similarity)]
        table.add_row(named, f"{one.score:.2f}", *shares, _billions(one), Text(_spoken(one), style="dim"))
    return table


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _billions(one: SimilarCompany) -> str:
    if one.size is None or one.size.revenue is None:
        return "–"
    return f"{one.size.revenue / Decimal(10**9):,.1f} bn {one.size.currency}"


def _spoken(one: SimilarCompany) -> str:
    if not one.passages:
        return ""
    text = " ".join(one.passages[0].other.text.split())
    return text if len(text) <= 160 else text[:160].rsplit(" ", 1)[0] + " …"
