"""`workbench watchlist`: companies that somebody follows."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.operations.accounts import LOCAL_USER

watchlist = typer.Typer(help="Lists of companies to follow.", no_args_is_help=True)
app.add_typer(watchlist, name="watchlist")

ListName = Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")]
Companies = Annotated[list[str], typer.Argument(metavar="TICKER-or-CIK...", help="Companies that are here.")]
Owner = Annotated[str, typer.Option(help="Whose list; without it, the one of the person at this machine.")]
Output = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")]


@watchlist.command()
def add(name: ListName, companies: Companies, *, owner: Owner = LOCAL_USER) -> None:
    """Put companies on a list, which is made when there is none of that name."""
    from db.alerts import watchlists
    from db.companies import resolve
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        ciks = [resolve(connection, text).cik for text in companies]
        if name.strip() not in {each.name for each in watchlists.watchlists(connection, owner)}:
            watchlists.create(connection, owner, name)
        added = watchlists.add_members(connection, owner, name, ciks)
        total = len(watchlists.members(connection, owner, name))
    console.print(f"{escape(name)}: {added} added, {total} on it")


@watchlist.command()
def remove(name: ListName, companies: Companies, *, owner: Owner = LOCAL_USER) -> None:
    """Take companies off a list."""
    from db.alerts import watchlists
    from db.companies import resolve
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        ciks = [resolve(connection, text).cik for text in companies]
        removed = watchlists.remove_members(connection, owner, name, ciks)
        left = len(watchlists.members(connection, owner, name))
    console.print(f"{escape(name)}: {removed} taken off, {left} left")


@watchlist.command()
def delete(name: ListName, *, owner: Owner = LOCAL_USER) -> None:
    """Remove a list; its companies stay."""
    from db.alerts import watchlists
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        watchlists.delete(connection, owner, name)
    console.print(f"{escape(name)} is removed")


@watchlist.command("list")
def list_lists(*, owner: Owner = LOCAL_USER, output: Output = "table") -> None:
    """Show the lists."""
    from db.alerts.watchlists import watchlists
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = watchlists(connection, owner)
    if output == "json":
        shapes = [
            {"name": each.name, "companies": each.companies, "created_at": each.created_at.isoformat()} for each in found
        ]
        typer.echo(json.dumps({"owner": owner, "watchlists": shapes}, ensure_ascii=False))
        return
    if not found:
        console.print("no watchlists yet: `workbench watchlist add LIST TICKER...` makes one")
        return
    table = Table("List", "Companies", "Since", box=None, header_style="bold")
    for each in found:
        table.add_row(escape(each.name), str(each.companies), f"{each.created_at:%Y-%m-%d}")
    console.print(table)


@watchlist.command()
def show(name: ListName, *, owner: Owner = LOCAL_USER, output: Output = "table") -> None:
    """Show the companies on a list, in the order in which they were put there."""
    from db.alerts import watchlists
    from db.companies import get_companies
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = get_companies(connection, watchlists.members(connection, owner, name))
    if output == "json":
        shapes = [
            {"cik": str(each.cik), "ticker": each.ticker.symbol if each.ticker else None, "name": each.name} for each in found
        ]
        typer.echo(json.dumps({"owner": owner, "name": name.strip(), "companies": shapes}, ensure_ascii=False))
        return
    table = Table("Ticker", "Company", "CIK", box=None, header_style="bold")
    for each in found:
        table.add_row(each.ticker.symbol if each.ticker else "", escape(each.name), str(each.cik))
    console.print(table)
