"""One basis for each column: figures of one column were filed together.

A later filing can restate part of a column and leave the rest out (operations that it shows as discontinued, the business that
a shell company bought). The values it leaves out are on the old basis and are not shown in that column. A later filing can
also put one value on a wrong day, or restate it only in a note; the column then keeps the value filed with the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.statements.computed_figure import is_same
from workbench.domain.statements.concepts import ConceptMap, LineDefinition, Operand, Template, UnitKind, parse_formula
from workbench.domain.statements.statement import StatementKind

# The lines that change when a filing restates the whole statement. Lines of one group follow from each other: a note that
# restates one of them (opening equity of a year, assets of all segments) can change no other group.
_MAIN_GROUPS = {
    StatementKind.INCOME: (
        ("revenue",), ("cost_of_revenue",), ("gross_profit",), ("operating_expenses", "costs_and_expenses"),
        ("operating_income",), ("income_before_tax",), ("income_tax",), ("consolidated_net_income", "net_income"),
    ),
    StatementKind.BALANCE: (
        ("total_assets",), ("current_assets",), ("current_liabilities",), ("total_liabilities",),
        ("stockholders_equity", "total_equity", "noncontrolling_interest"), ("liabilities_and_equity",),
    ),
    StatementKind.CASHFLOW: (
        ("operating_cash_flow",), ("investing_cash_flow",), ("financing_cash_flow",), ("net_change_in_cash",),
    ),
}  # fmt: skip

# Identities among figures of one column, as terms whose sum is zero.
_IDENTITIES = {
    StatementKind.INCOME: (
        "gross_profit - revenue + cost_of_revenue",
        "consolidated_net_income - net_income - net_income_noncontrolling?",
    ),
    StatementKind.BALANCE: (
        "total_assets - liabilities_and_equity",
        "liabilities_and_equity - total_liabilities - total_equity - temporary_equity?",
        "liabilities_and_equity - total_liabilities - stockholders_equity - noncontrolling_interest? - temporary_equity?",
        "total_equity - stockholders_equity - noncontrolling_interest?",
    ),
    StatementKind.CASHFLOW: (
        "net_change_in_cash - operating_cash_flow - investing_cash_flow - financing_cash_flow - exchange_rate_effect?",
    ),
}

# One restated figure may be a single correction. When one filing restates this many groups, it restates the column.
_LEAST_RESTATED = 2

_Column = tuple[date | None, date]
_Choose = Callable[[LineDefinition, date | None, date], KnownFact | None]
_Candidates = Callable[[LineDefinition, date | None, date], Iterator[KnownFact]]


@cache
def statements_of(line: str) -> tuple[StatementKind, ...]:
    """The statements that have a line of this name; empty for a line that only ratios use."""
    lines = ConceptMap.load().lines
    return tuple(kind for kind in StatementKind if any(each["name"] == line for each in lines[kind]))


class ColumnBasis:
    """Decides which filed values of a column are on the same basis, for the lines of one statement."""

    def __init__(self, template: Template, facts: FactTable, choose: _Choose, candidates: _Candidates) -> None:
        self._facts = facts
        self._choose = choose
        self._candidates = candidates
        self._lines = {line.name: line for line in template.lines}
        self._kind = template.kind
        self._groups = {
            kind: [[self._lines[name] for name in names if name in self._lines] for names in groups]
            for kind, groups in _MAIN_GROUPS.items()
        }
        self._identities: defaultdict[str, list[tuple[Operand, ...]]] = defaultdict(list)
        for terms in (parse_formula(identity) for identities in _IDENTITIES.values() for identity in identities):
            for term in terms:
                self._identities[term.line].append(terms)
        self._changes: dict[tuple[StatementKind, _Column], Mapping[date, set[int]]] = {}
        self._restated: dict[tuple[StatementKind, _Column], date | None] = {}

    def settle(self, line: LineDefinition, fact: KnownFact, start: date | None, end: date) -> KnownFact:
        """The fact; or the earlier value, when a filing changed this value alone and broke an identity that held before.

        For a line that is `with_total_assets`, also the earlier value that a filing gave with the total assets of that day.
        """
        while line.unit is UnitKind.MONEY and fact.is_restated:
            if self._is_apart_from_its_balance_sheet(line, fact):
                before = self._facts.before(fact)
                if before is None:
                    break
                fact = before
                continue
            before = self._facts.before(fact)
            changed = self._changed(self._statement_of(line), (start, end))
            is_alone = len(changed.get(fact.since_on, ())) < _LEAST_RESTATED
            if before is None or not is_alone or not self._breaks_an_identity(line, fact, before, (start, end)):
                break
            fact = before
        return fact

    def _is_apart_from_its_balance_sheet(self, line: LineDefinition, fact: KnownFact) -> bool:
        """Whether no filing gave this balance with the total assets of its day, though some filings gave those."""
        if not line.is_with_total_assets:
            return False
        total = self._lines.get("total_assets")
        days = self._facts.filing_days(total.tags if total else (), fact.period_end)
        return bool(days) and not any(fact.since_on <= day <= fact.last_filed_on for day in days)

    def is_left_out(self, line: LineDefinition, fact: KnownFact, start: date | None, end: date) -> bool:
        """Whether a filing restated the column after any tag of the line last gave this value."""
        if line.unit is UnitKind.SHARES:
            return False
        restated_on = self._restated_on(self._statement_of(line), (start, end))
        if restated_on is None or fact.last_filed_on >= restated_on:
            return False
        return not any(
            other.last_filed_on >= restated_on and is_same(other.value, fact.value)
            for other in self._candidates(line, start, end)
        )

    def on_the_new_basis(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        """The figure that the line has under another tag since a filing restated its column; None if there is not just one.

        A filer that adopts a standard for earlier years too restates them under the tag of that standard.
        """
        restated_on = self._restated_on(self._statement_of(line), (start, end))
        later = [fact for fact in self._candidates(line, start, end) if restated_on and fact.last_filed_on >= restated_on]
        return min(later, key=lambda fact: fact.filed_on) if len({fact.value for fact in later}) == 1 else None

    def _statement_of(self, line: LineDefinition) -> StatementKind:
        """The statement of a line: this template's own kind where the line is on it or on no statement, else its first."""
        kinds = statements_of(line.name)
        return self._kind if self._kind in kinds or not kinds else kinds[0]

    def _restated_on(self, kind: StatementKind, column: _Column) -> date | None:
        """The last day on which a filing restated the column as a whole."""
        key = kind, column
        if key not in self._restated:
            days = (day for day, groups in self._changed(kind, column).items() if len(groups) >= _LEAST_RESTATED)
            self._restated[key] = max(days, default=None)
        return self._restated[key]

    def _changed(self, kind: StatementKind, column: _Column) -> Mapping[date, set[int]]:
        """The groups of main lines with changed values, by the filing date of the change."""
        key = kind, column
        if key not in self._changes:
            changed: defaultdict[date, set[int]] = defaultdict(set)
            for number, lines in enumerate(self._groups[kind]):
                for line in lines:
                    fact = self._choose(line, *column)
                    if fact is not None and fact.is_restated:
                        changed[fact.since_on].add(number)
            self._changes[key] = changed
        return self._changes[key]

    def _breaks_an_identity(self, line: LineDefinition, fact: KnownFact, before: KnownFact, column: _Column) -> bool:
        for terms in self._identities.get(line.name, ()):
            others = [term for term in terms if term.line != line.name]
            known = {term.line: self._unchanged(term, fact, column) for term in others}
            if any(known[term.line] is None for term in others):
                continue
            own = next(term.sign for term in terms if term.line == line.name)
            rest = sum((term.sign * (known[term.line] or Decimal(0)) for term in others), Decimal(0))
            values = [value for value in known.values() if value]
            if is_same(own * before.value, -rest, *values) and not is_same(own * fact.value, -rest, *values):
                return True
        return False

    def _unchanged(self, term: Operand, fact: KnownFact, column: _Column) -> Decimal | None:
        """The value of another term of an identity, if it was filed before the fact and not changed since; else None."""
        line = self._lines.get(term.line)
        other = self._choose(line, *column) if line else None
        if other is None:
            return Decimal(0) if term.is_optional else None
        was_known = other.first_filed_on < fact.since_on
        has_changed = other.is_restated and other.since_on >= fact.since_on
        return other.value if was_known and not has_changed else None
