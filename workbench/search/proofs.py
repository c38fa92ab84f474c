"""The statements and ratios by which a claim or a question is judged, and the proofs of their figures."""

from __future__ import annotations

from datetime import date

from db.engine import Connection
from db.facts.elements import origins
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.domain.measures.provenance import Provenance
from workbench.domain.verification.claim import Claim
from workbench.domain.verification.judgement import JudgedFigure, Table, TableKey, tables_needed


class Proofs:
    """What was known on `as_of` (None: now); each table is read once."""

    def __init__(self, connection: Connection, as_of: date | None) -> None:
        self._connection = connection
        self._as_of = as_of
        self._tables: dict[tuple[int, TableKey], Table] = {}

    def tables(self, claim: Claim) -> dict[TableKey, Table]:
        """The tables by which a claim is judged; none for a claim without a company."""
        company = claim.company
        if company is None:
            return {}
        for kind, period in tables_needed(claim):
            place = (company.cik.number, (kind, period))
            if place not in self._tables:
                self._tables[place] = (
                    ratios(self._connection, company, period, self._as_of)
                    if kind is None
                    else statement(self._connection, company, kind, period, self._as_of)
                )
        return {key: self._tables[company.cik.number, key] for key in tables_needed(claim)}

    def proof(self, judged: JudgedFigure | None) -> Provenance | None:
        """A figure with its facts, and the elements that print them; None for none."""
        if judged is None:
            return None
        places = origins(self._connection, judged.table.company.cik, judged.figure.facts, as_of=self._as_of)
        return Provenance(judged.table, judged.line, judged.column, judged.figure, tuple(places))
