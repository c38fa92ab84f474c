"""`workbench audit`: every identity over every column of the statements, of the named companies or of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import get_companies, known_ciks, resolve
from db.statements.audit import audit_company
from workbench import runtime
from workbench.analysis.statements.audit_json import AUDIT_HEADER, audit_rows, audits_document, identity_counts
from workbench.cli.console import console, note, say
from workbench.cli.output import Format, write_csv, write_json
from workbench.cli.progress import progress
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.audit import AuditBreak, CompanyAudit
from workbench.domain.statements.reasons import IDENTITIES
from workbench.runtime import Workbench

_COLUMNS = ("Identity", "Checked", "Holds", "Broken, marked", "Broken, unmarked", "Refused", "Not checked")


def print_audit(
    companies: Annotated[
        list[str] | None, typer.Argument(metavar="[COMPANY]...", help="Tickers or CIKs; by default all companies.")
    ] = None,
    *,
    output: Format = "table",
) -> None:
    """Audit statements: check every identity over every column.

    Counts for each identity how often it holds, is broken, or cannot be checked, and lists each break with its figures and
    their filings. A break is marked if a failed check shows it beside the statement.
    """
    with runtime.open_workbench() as workbench:
        company_audits = _audits(workbench, companies or ())
    if output == "json":
        write_json(audits_document(company_audits), indent=2)
    elif output == "csv":
        write_csv(AUDIT_HEADER, audit_rows(company_audits))
    else:
        _print(company_audits)


def _audits(workbench: Workbench, named: Sequence[str]) -> list[CompanyAudit]:
    """One audit a company; a company that fails is reported, and the others are audited."""
    with workbench.database.read() as connection:
        chosen = [resolve(connection, text) for text in named] or get_companies(connection, known_ciks(connection))
    company_audits = []
    with progress(if_stopped="nothing is stored") as shown:
        for number, company in enumerate(chosen, 1):
            audit = _audit(workbench, company)
            company_audits += [audit] if audit else []
            shown.step("auditing companies", number, len(chosen))
        shown.complete(f"audited {len(company_audits):,} compan{'y' if len(company_audits) == 1 else 'ies'}")
    return company_audits


def _audit(workbench: Workbench, company: Company) -> CompanyAudit | None:
    try:
        with workbench.database.read() as connection:
            return audit_company(connection, company)
    except WorkbenchError as error:
        note(f"{company.label}: {error}", "red")
        return None


def _print(company_audits: Sequence[CompanyAudit]) -> None:
    console.print(_table(company_audits))
    for audit in company_audits:
        for broken in audit.breaks:
            console.print(_words(audit.company, broken))
    shown, checked = sum(each.figures_shown for each in company_audits), sum(each.figures_checked for each in company_audits)
    columns = sum(each.columns for each in company_audits)
    say(f"{columns:,} columns; {checked:,} of {shown:,} figures stand in an identity that was checked and holds.")


def _table(company_audits: Sequence[CompanyAudit]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in _COLUMNS:
        table.add_column(heading, justify="left" if heading == _COLUMNS[0] else "right", overflow="fold")
    for counted in identity_counts(company_audits):
        numbers = (counted["checked"], counted["holds"], counted["broken_marked"], counted["broken_unmarked"],
                   counted["refused"], counted["not_checked"])  # fmt: skip
        table.add_row(IDENTITIES[counted["name"]], *(f"{number:,}" if number else "–" for number in numbers))
    return table


def _words(company: Company, broken: AuditBreak) -> Text:
    """A break with its figures and the filings of each."""
    state, style = ("marked", "yellow") if broken.is_marked else ("unmarked", "red")
    words = Text(f"{company.label} {broken.label} {broken.period} {broken.kind}: {IDENTITIES[broken.name]} ")
    words.append(f"[{state}]", style=style)
    for _, label, figure in broken.figures:
        filed = ", ".join(dict.fromkeys(fact.accession for fact in figure.facts))
        words.append(f"\n  {label} {figure.value:,f} ({filed})", style="dim")
    return words
