"""`workbench similar`: the companies most similar to one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from db.companies import resolve
from workbench import runtime
from workbench.analysis.search.similar_json import similar_document
from workbench.cli.console import console, say
from workbench.cli.output import AsOf, CompanyName, TableOrJson, write_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.filings.similarity import SimilarCompany
from workbench.search.similar import similar_companies


def print_similar(
    company: CompanyName,
    *,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="Number of companies.")] = 10,
    output: TableOrJson = "table",
) -> None:
    """List the companies most similar to one.

    The score combines the text of annual reports, the industry and the size.
    """
    day = parse_as_of(as_of)
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        filer = resolve(connection, company)
        results = similar_companies(connection, workbench.embedder.model, filer, as_of=day, limit=limit)
    if output == "json":
        write_json(similar_document(filer, day, results))
    elif results:
        console.print(_table(results))
    else:
        say(
            f"No similar company is stored. Load {filer.label} and others with `workbench ingest`: "
            "their annual reports are compared."
        )


def _table(results: list[SimilarCompany]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("Company")
    for name in ("Score", "Text", "Industry", "Size", "Revenue"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Passage in common", ratio=1)
    for one in results:
        named = Text.assemble((one.company.label, "bold"), f"\n{one.company.display_name}")
        shares = [_share(one.text_similarity), _share(one.industry_similarity), _share(one.size_similarity)]
        table.add_row(named, f"{one.score:.2f}", *shares, _billions(one), Text(_common_passage(one), style="dim"))
    return table


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _billions(one: SimilarCompany) -> str:
    if one.size is None or one.size.revenue is None:
        return "–"
    return f"{one.size.revenue / Decimal(10**9):,.1f} bn {one.size.currency}"


def _common_passage(one: SimilarCompany) -> str:
    if not one.passages:
        return ""
    text = " ".join(one.passages[0].other.text.split())
    return text if len(text) <= 160 else text[:160].rsplit(" ", 1)[0] + " …"
