"""Where a figure comes from, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.statements.schemas import FactOut, StatementCompanyOut
from workbench.domain.measures.provenance import NoElement
from workbench.domain.statements.statement import PeriodKind, StatementKind, Status


class ElementOut(BaseModel):
    """What prints a fact: an inline XBRL element, [start, end) of the document's extracted text, and what stands there."""

    model_config = ConfigDict(extra="forbid")

    accession: str
    document: str
    element_id: str
    start: int
    end: int
    text: str


class OperandOut(FactOut):
    """A fact with the element of its filing, or the `reason` why none can be shown.

    `elsewhere` is then an element of another filing that says the same, where one is archived.
    """

    element: ElementOut | None
    reason: NoElement | None
    elsewhere: ElementOut | None


class ProvenanceOut(BaseModel):
    """One figure and its operands, in the order of its formula. `kind` is its statement, or `ratios`.

    `adjusted_value` is a share figure filed before a stock split in today's shares, `adjustment` says by which splits.
    """

    model_config = ConfigDict(extra="forbid")

    company: StatementCompanyOut
    kind: StatementKind | Literal["ratios"]
    period: PeriodKind
    as_of: date | None
    line: str
    label: str
    period_label: str
    period_start: date | None
    period_end: date
    value: str | None
    unit: str | None
    status: Status
    reason: str | None
    formula: str | None
    adjusted_value: str | None
    adjustment: str | None
    operands: list[OperandOut]
