"""`workbench verify`: whether the figures of a sentence are those that filings give."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from workbench import runtime
from workbench.analysis.statements.provenance_json import OperandAnswer, ProvenanceAnswer
from workbench.analysis.statements.verification_json import ClaimAnswer
from workbench.cli.console import console
from workbench.cli.output import AsOf, TextOrJson, write_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.verification.judgement import Outcome
from workbench.search.verification import verification_document, verify

_STYLES = {Outcome.SUPPORTED: "bold green", Outcome.CONTRADICTED: "bold red"}


def verify_sentence(
    sentence: Annotated[
        list[str],
        typer.Argument(
            metavar="SENTENCE",
            help='A sentence with figures, such as "Apple\'s net income was $93.7 billion in fiscal 2024".',
            show_default=False,
        ),
    ],
    *,
    as_of: AsOf = None,
    output: TextOrJson = "text",
) -> None:
    """Check the figures that a sentence claims against those that were filed.

    Each figure is supported, contradicted, ambiguous or not loaded.
    """  # fmt: skip
    day = parse_as_of(as_of)
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        answer = verification_document(verify(connection, " ".join(sentence), day))
    if output == "json":
        write_json(answer, indent=2)
        return
    for claim in answer["claims"]:
        _print(claim)
    if answer["not_judged"]:
        console.print(Text(f"Not judged: {answer['not_judged']}", style="dim"))


def _print(claim: ClaimAnswer) -> None:
    outcome = claim["outcome"]
    heading = Text(outcome.replace("_", " ").capitalize(), style=_STYLES.get(outcome, "bold yellow"))
    console.print(heading.append(f": {claim['text']}", style="default not bold"))
    console.print(Text(claim["explanation"]))
    for figure in (claim["figure"], claim["earlier"]):
        _print_operands(figure)


def _print_operands(figure: ProvenanceAnswer | None) -> None:
    for operand in figure["operands"] if figure else ():
        console.print(Text(f"  {operand['concept']} {operand['value']} {operand['unit']}, {_place(operand)}", style="dim"))


def _place(operand: OperandAnswer) -> str:
    element = operand["element"] or operand["elsewhere"]
    filing = f"{operand['form']} filed {operand['filed_on']}, {operand['accession']}"
    if element is None:
        return filing
    return f"{filing}: {element['text']!r} in {element['document']}, characters {element['start']} to {element['end']}"
