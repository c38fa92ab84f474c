"""Where a figure stands: from that of a statement or a ratio over its facts to the elements of the filings' own documents."""

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
    """A number as an element of a filing's document marks it. `value` is None for nil.

    `start`, `end` is the span of characters in the document's extracted text, `printed` what stands there; all None for an
    element that nobody sees. `decimals` says how exact it is (-6: to the million), None for exactly.
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
class Element:
    """Where a fact is printed: document and element of a filing, [start, end) of its extracted text, the text there."""

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
    """One fact and where it is printed: an element of its filing, or None and the reason.

    In that case `elsewhere` is an element of another archived filing of the company that says the same, where there is one.
    """

    fact: SourceFact
    element: Element | None
    reason: NoElement | None
    elsewhere: Element | None = None

    @property
    def shown(self) -> Element | None:
        """The element to open: that of the filing itself, or else the one elsewhere."""
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
    """The figure of a line, or a ratio, for the period that ends on `period_end`, of the newest one when None.

    Raises NotFound for a line or a period that the table has not.
    """
    found = next((each for each in table.lines if each.line == line), None)
    if found is None:
        names = ", ".join(each.line for each in table.lines)
        none = f"the {table.kind} statement has no line {line!r}" if isinstance(table, Statement) else f"no ratio is {line!r}"
        raise NotFound(none, hint=f"there are {names}" if names else None)
    for period, figure in reversed(list(zip(table.periods, found.figures, strict=True))):
        if period_end in (None, period.end):
            return found, period, figure
    ends = ", ".join(str(period.end) for period in table.periods[-8:])
    raise NotFound(
        f"there is no {table.period} period that ends on {period_end}" if period_end else "there are no periods",
        hint=f"the newest end on {ends}" if ends else None,
    )
