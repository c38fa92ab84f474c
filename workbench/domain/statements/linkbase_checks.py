"""Whether the totals of a statement agree with the calculation linkbases of the filings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.facts.periods import FiscalPeriod, same_start
from workbench.domain.identity import Accession, Company
from workbench.domain.statements.calculations import Calculation, FiledFigures, Span, Sum, by_statement
from workbench.domain.statements.statement import Check, StatementKind

CALCULATIONS_ADD_UP = "calculations_add_up"

# A check result names this many differences in full; a filing with a wrong scale has dozens.
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class FiledCalculations:
    """The calculations of a filing, and its figures for the whole company."""

    accession: Accession
    calculations: tuple[Calculation, ...]
    figures: FiledFigures


class LinkbaseChecks:
    """Checks a company's statements against its archived calculation linkbases."""

    def __init__(self, filed: Sequence[FiledCalculations], company: Company, industry: str) -> None:
        self._filed: list[tuple[FiledCalculations, Mapping[StatementKind, tuple[Calculation, ...]]]] = [
            (each, by_statement(each.calculations, company, industry)) for each in filed
        ]

    def check(self, kind: StatementKind, period: FiscalPeriod) -> Check:
        """The check result of one statement for one period, over every filing of that period with an archived linkbase.

        Cash flows of a quarter are filed year to date and are checked for that span. Without such a filing the result is
        `not_applicable` and says that nothing was checked.
        """
        compared, wrong = 0, []
        for filed, calculations in self._filed:
            for calculation in calculations[kind]:
                for each in _sums(calculation, filed.figures, period):
                    compared += 1
                    if not each.holds:
                        wrong.append(_difference(calculation, each, filed.accession))
        if not compared:
            detail = "not checked: no filing of this period is archived with its calculation linkbase"
            return Check(CALCULATIONS_ADD_UP, period.end, "not_applicable", detail)
        if not wrong:
            return Check(CALCULATIONS_ADD_UP, period.end, "passed", f"{compared} calculations compared")
        more = [f"and {len(wrong) - _MOST_NAMED} more"] if len(wrong) > _MOST_NAMED else []
        return Check(CALCULATIONS_ADD_UP, period.end, "failed", "; ".join(wrong[:_MOST_NAMED] + more))


def _sums(calculation: Calculation, figures: FiledFigures, period: FiscalPeriod) -> Iterator[Sum]:
    for span in figures.spans:
        if _is_of(span, period) and (each := figures.sum_of(calculation, span)) is not None:
            yield each


def _is_of(span: Span, period: FiscalPeriod) -> bool:
    _, start, end = span
    if end != period.end:
        return False
    return start is None or same_start(start, period.start) or same_start(start, period.year_start)


def _difference(calculation: Calculation, compared: Sum, accession: Accession) -> str:
    total = calculation.total.removeprefix("us-gaap:")
    return f"{total} {compared.total:,f}, its terms {compared.terms:,f} in {accession}"
