"""A statement as a table to save; in a workbook, lines that follow from others of their column are formulas over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from workbench.analysis.exports import Cell, Export, ExportedFigure, SumFormula
from workbench.domain.measures.catalogue import measure
from workbench.domain.statements.concepts import ConceptMap, Operand, parse_formula
from workbench.domain.statements.identities import identities
from workbench.domain.statements.statement import Check, PeriodKind, Statement, StatementKind, StatementLine

_TITLES = {
    StatementKind.INCOME: "Income statement",
    StatementKind.BALANCE: "Balance sheet",
    StatementKind.CASHFLOW: "Cash flow statement",
}
_PERIODS = {
    PeriodKind.ANNUAL: "Fiscal years",
    PeriodKind.QUARTERLY: "Fiscal quarters",
    PeriodKind.TTM: "Trailing twelve months",
}
_INDENT = "    "
_CODE = 3  # letters of a currency's code (ISO 4217)
_FIRST = 2  # the place of the first line, below the rows of the periods' ends and currencies

# The place of each line's row below the header, and its figure in a column.
_Places = Mapping[str, tuple[int, Decimal | None]]


def statement_export(statement: Statement) -> Export:
    """The statement as a table: a row a line, a column a period, the oldest first; a refused figure is empty.

    Share figures filed before a stock split stand there in today's shares, and as filed among `figures`. Lines without any
    figure are left out.
    """
    lines = [line for line in statement.lines if any(figure.value is not None for figure in line.figures)]
    when = f", as known on {statement.as_of}" if statement.as_of else ""
    company = statement.company
    return Export(
        name=f"{company.ticker or company.cik}-{statement.kind}-{statement.period}",
        title=f"{company.label}: {_TITLES[statement.kind].lower()}",
        notes=(
            f"{_PERIODS[statement.period]}{when}. Share figures from before a split are in today's shares.",
            *(f"Check that fails: {check.name} on {check.period_end}, {check.detail}" for check in _failed(statement)),
        ),
        header=("Line", "Unit", *(period.label for period in statement.periods)),
        rows=(
            ("Period end", None, *(period.end for period in statement.periods)),
            ("Currency", None, *(_currency(lines, column) for column in range(len(statement.periods)))),
            *_rows(statement.kind, lines),
        ),
        figures=tuple(
            ExportedFigure(company, measure(line.line), statement.period.value, period.label, period.label, figure)
            for line in lines
            for period, figure in zip(statement.periods, line.figures, strict=True)
        ),
    )


def _rows(kind: StatementKind, lines: Sequence[StatementLine]) -> Iterator[tuple[Cell, ...]]:
    columns = [_formulas(kind, lines, column) for column in range(len(lines[0].figures) if lines else 0)]
    for place, line in enumerate(lines, start=_FIRST):
        units = dict.fromkeys(figure.unit for figure in line.figures if figure.value is not None)
        cells = (column.get(place, figure.comparable) for column, figure in zip(columns, line.figures, strict=True))
        # After a change of currency no unit holds for the whole row: the row of currencies says each column's.
        yield (_INDENT * line.level + line.label, next(iter(units)) if len(units) == 1 else None, *cells)


def _currency(lines: Sequence[StatementLine], column: int) -> str | None:
    """The currency of a column's amounts; several are named one after the other."""
    units = (line.figures[column].unit for line in lines if line.figures[column].value is not None)
    return (
        ", ".join(dict.fromkeys(unit for unit in units if unit is not None and len(unit) == _CODE and unit.isupper())) or None
    )


def _failed(statement: Statement) -> list[Check]:
    return [check for check in statement.checks if check.result == "failed"]


def _formulas(kind: StatementKind, lines: Sequence[StatementLine], column: int) -> dict[int, SumFormula]:
    """The sums of a column by the place of their row: of derived figures, and of filed totals whose parts stand above them.

    A filed total that would be computed from what is itself derived from it stays a number.
    """
    places = {line.line: (place, line.figures[column].comparable) for place, line in enumerate(lines, start=_FIRST)}
    results: dict[int, SumFormula] = {}

    def add(name: str, terms: Sequence[Operand], *, is_filed: bool) -> None:
        place = places[name][0]
        summed = _sum(places, name, terms) if place not in results else None
        if summed is None or (is_filed and any(term > place for term, _ in summed.terms)):
            return
        if not any(_leads_to(results, term, place) for term, _ in summed.terms):
            results[place] = summed

    for line in lines:
        add(line.line, parse_formula(line.figures[column].formula or ""), is_filed=False)
    for name, terms in _layouts(kind):
        if name in places:
            add(name, terms, is_filed=True)
    if kind is StatementKind.BALANCE:
        for name, parts in _totals(lines):
            add(name, parts, is_filed=True)
    return results


def _totals(lines: Sequence[StatementLine]) -> Iterator[tuple[str, list[Operand]]]:
    """Each total with the lines that stand under the total before it, and with that total too."""
    before: StatementLine | None = None
    parts: list[Operand] = []
    for line in lines:
        if line.level == 1:
            parts.append(Operand(line.line, 1, is_optional=True))
        elif line.level == 0:
            yield line.line, parts
            if before is not None:
                yield line.line, [Operand(before.line, 1), *parts]
            before, parts = line, []


@cache
def _layouts(kind: StatementKind) -> tuple[tuple[str, tuple[Operand, ...]], ...]:
    """Each line that is a sum of others, with these: as identities have it, then by the formula that derives it."""
    forms = [(form.line, form.terms) for identity in identities(kind) for form in identity.forms]
    derived = [(line["name"], parse_formula(line.get("formula", ""))) for line in ConceptMap.load().lines[kind]]
    return (*forms, *derived)


def _sum(places: _Places, line: str, formula: Sequence[Operand]) -> SumFormula | None:
    """The figure of a line as the sum of others of its column, where the formula has lines alone and adds up."""
    value = places[line][1]
    operands = [each for each in formula if not each.is_condition]
    if value is None or any(each.line not in places and not each.is_optional for each in operands):
        return None
    terms = [
        (place, each.sign, amount)
        for each in operands
        for place, amount in [places.get(each.line, (0, None))]
        if amount is not None
    ]
    # A single term repeats a line.
    if len(terms) < 2 or sum(sign * amount for _, sign, amount in terms) != value:
        return None
    return SumFormula(tuple((place, sign) for place, sign, _ in terms), value)


def _leads_to(formulas: Mapping[int, SumFormula], start: int, goal: int) -> bool:
    """Whether the row `start` is computed, in the end, from the row `goal`."""
    if start == goal:
        return True
    return start in formulas and any(_leads_to(formulas, term, goal) for term, _ in formulas[start].terms)
