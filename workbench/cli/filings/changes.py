"""`workbench changes`: what changed in an item from one filing to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from db.companies import resolve
from db.filings.changes import choose_versions
from workbench import runtime
from workbench.analysis.filings.changes_json import changes_document, select_changes
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, TableOrJson, write_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.filings.changes import Change, ChangeKind, ItemChanges, ItemVersion
from workbench.domain.identity import Accession
from workbench.ingest.filings.changes import item_changes

_CONTEXT = 90  # characters of unchanged words shown on either side of a change
# As `wdiff` writes them, where there are no colours.
_BRACKETS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_STYLES = {"same": "", "removed": "red strike", "added": "green"}


class Kind(StrEnum):
    """Which changes are printed."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    NUMBERS = "numbers"
    MOVED = "moved"


def print_changes(
    company: CompanyName,
    item: Annotated[str, typer.Option(help="The item: 1A, 7 or, in a 10-Q, I.2.")] = "1A",
    *,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="ACCESSION", help="The older filing; by default the one before --to.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ACCESSION", help="The newer filing; by default the newest annual report.")
    ] = None,
    form: Annotated[str | None, typer.Option(help="Compare the newest two filings of this form, such as 10-Q.")] = None,
    as_of: AsOf = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only changes of this kind; may be repeated.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="Number of largest changes; by default all.")
    ] = None,
    output: TableOrJson = "table",
) -> None:
    """Show what changed in an item between two filings.

    The most important changes come first.
    """
    old, new = Accession.parse(from_) if from_ else None, Accession.parse(to) if to else None
    day = parse_as_of(as_of)
    kinds = [ChangeKind(one) for one in kind or ()]
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            filer = resolve(connection, company)
            pair = choose_versions(connection, filer, item, form=form, old=old, new=new, as_of=day)
        results = item_changes(workbench.objects, pair)
    if output == "json":
        write_json(changes_document(results, kinds=kinds, limit=limit))
        return
    _print_head(results)
    for change in select_changes(results, kinds)[:limit]:
        _print(change)


def _print_head(results: ItemChanges) -> None:
    pair = results.pair
    console.print(Text.assemble((f"{pair.company.display_name}, {pair.new.section.label}. {pair.new.section.title}", "bold")))
    console.print(Text(f"from {_filing(pair.old)}\n  to {_filing(pair.new)}", style="dim"))
    counts = ", ".join(f"{count} {kind}" for kind, count in results.diff.counts.items() if count)
    if not counts:
        console.print("Nothing changed.")
        return
    summary = f"{counts}; {len(results.diff.unchanged)} unchanged. {results.diff.changed_ratio:.1%} of the words differ."
    console.print(summary, highlight=False)


def _filing(version: ItemVersion) -> str:
    document = version.document
    status = "" if version.section.status == "present" else f" ({version.section.status.replace('_', ' ')})"
    return f"{document.form} {document.accession}, filed {document.filed_on}{status}"


def _print(change: Change) -> None:
    where = " → ".join(f"{side.start}-{side.end}" for side in (change.old, change.new) if side)
    moved = " and moved" if change.is_moved and change.kind != "moved" else ""
    head = Text.assemble((f"{change.kind.value}{moved}", "bold"), (f"  weight {change.weight:,.0f}  at {where}", "dim"))
    console.print(Padding(head, (1, 0, 0, 0)))
    console.print(Padding(_body(change), (0, 0, 0, 2)))


def _body(change: Change) -> Text:
    if not change.words:
        side = change.new or change.old
        style = {"added": "green", "removed": "red strike"}.get(change.kind.value, "")
        return Text(side.text if side else "", style=style)
    text = Text()
    for number, run in enumerate(change.words):
        shown = run.text
        if run.kind == "same":
            shown = _shortened(shown, is_first=number == 0, is_last=number == len(change.words) - 1)
        before, after = ("", "") if console.color_system else _BRACKETS[run.kind]
        text.append(f"{before}{shown}{after}", style=_STYLES[run.kind])
    return text


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """The words next to the changes: what lies between is left out."""
    before, after = ("" if is_first else text[:_CONTEXT]), ("" if is_last else text[-_CONTEXT:])
    return text if len(text) <= len(before) + len(after) + 20 else f"{before} … {after}"
