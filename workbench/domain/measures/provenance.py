"""Provenance: from a figure of a statement or ratio table through its facts to the elements of the filed documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workbench.domain.errors import NotFound
from workbench.domain.facts.fact import Concept
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Accession
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Figure, Statement, StatementLine, StatementPeriod


@dataclass(frozen=True, slots=True)
class PlacedFact:
    """A number that an element of a filing's document tags. `value` is None for nil.

    `start` and `end` are character offsets in the document's extracted text, `printed` is the text there; all are None for a
    hidden element. `decimals` is the accuracy (-6: to the million); None means exact.
    """

    element_id: str
    concept: Concept
    unit: str
    period_start: date | None
    period_end: date
    dimensions: tuple[tuple[str, str], ...]
    value: Decimal | None
    decimals: int | None
    start: int | None = None
    end: int | None = None
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedFact:
    """What an element of a filing's document reports: concept, value, unit, period, and axes with their members."""

    concept: str
    value: Decimal
    unit: str
    period_start: date | None
    period_end: date
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Element:
    """Where a fact is printed: document and element, [start, end) of the extracted text, and that text."""

    accession: Accession
    document: str
    element_id: str
    start: int
    end: int
    text: str


class NoElement(StrEnum):
    """Why no element can be shown for a fact."""

    FILING_NOT_ARCHIVED = "filing_not_archived"
    NO_INLINE_XBRL = "no_inline_xbrl"
    NOT_READ = "inline_xbrl_not_read"
    NOT_IN_DOCUMENT = "not_in_document"
    HIDDEN = "hidden_element"


@dataclass(frozen=True, slots=True)
class Origin:
    """One fact and the element of its filing where it is printed, or None and the reason.

    Without an element, `elsewhere` is an element of another archived filing of the company with the same fact, if any.
    """

    fact: SourceFact
    element: Element | None
    reason: NoElement | None
    elsewhere: Element | None = None

    @property
    def shown(self) -> Element | None:
        """The element to open: the filing's own, or else the one elsewhere."""
        return self.element or self.elsewhere


@dataclass(frozen=True, slots=True)
class Provenance:
    """The whole chain of one figure; `origins` are its facts in the order of the figure's formula."""

    table: Statement | RatioTable
    line: StatementLine
    period: StatementPeriod
    figure: Figure
    origins: tuple[Origin, ...]


def figure_at(
    table: Statement | RatioTable, line: str, period_end: date | None
) -> tuple[StatementLine, StatementPeriod, Figure]:
    """The figure of a line or ratio for the period that ends on `period_end` (None: the newest period).

    Raises NotFound for a line or a period that the table does not have.
    """
    row = next((each for each in table.lines if each.line == line), None)
    if row is None:
        names = ", ".join(each.line for each in table.lines)
        none = (
            f"the {table.kind} statement has no line {line!r}"
            if isinstance(table, Statement)
            else f"there is no ratio {line!r}"
        )
        raise NotFound(none, hint=f"choose one of {names}" if names else None)
    for period, figure in reversed(list(zip(table.periods, row.figures, strict=True))):
        if period_end in (None, period.end):
            return row, period, figure
    ends = ", ".join(str(period.end) for period in table.periods[-8:])
    raise NotFound(
        f"there is no {table.period} period that ends on {period_end}" if period_end else "there are no periods",
        hint=f"the newest periods end on {ends}" if ends else None,
    )
