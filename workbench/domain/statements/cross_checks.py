"""Identities between two statements of one period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workbench.domain.statements.identities import RESTRICTED_CASH, AnyFigure, Column, Outcome, Result, rounding
from workbench.domain.statements.statement import StatementKind

CASH_OF_BOTH, INTEREST_OF_DEBT = "cash_of_both_statements", "interest_on_debt"
NET_INCOME_OF_BOTH = "net_income_of_both_statements"
CROSS_NAMES = (INTEREST_OF_DEBT, NET_INCOME_OF_BOTH, CASH_OF_BOTH)

_CASH_FLOW, _BALANCE, _INTEREST = "cash_at_end", "cash_and_equivalents", "interest_expense"
_HELD_FOR_SALE, _FIRST_OF_CASH_FLOW = "cash_held_for_sale", "net_income_in_cash_flow"
# A statement of cash flows begins with the income of all owners, or with that of the parent's.
_NET_INCOMES = ("consolidated_net_income", "net_income")
_DEBT = ("short_term_debt", "current_portion_of_long_term_debt", "short_term_and_current_debt", "long_term_debt",
         "whole_long_term_debt")  # fmt: skip
LINES = frozenset({_CASH_FLOW, _BALANCE, _HELD_FOR_SALE, _INTEREST, *_DEBT, _FIRST_OF_CASH_FLOW, *_NET_INCOMES})


def cross_results(column: Column) -> Iterator[tuple[str, StatementKind, Result]]:
    """Each identity between two statements, with the statement that shows its result."""
    yield INTEREST_OF_DEBT, StatementKind.INCOME, interest_on_debt(column)
    yield NET_INCOME_OF_BOTH, StatementKind.CASHFLOW, net_income_of_both_statements(column)
    yield CASH_OF_BOTH, StatementKind.CASHFLOW, cash_of_both_statements(column)


def net_income_of_both_statements(column: Column) -> Result:
    """Whether the cash flow statement begins with a net income of the income statement: of all owners, or the parent's.

    NOT_CHECKED where one filed fact gives both figures: it agrees with itself.
    """
    first = column.get(_FIRST_OF_CASH_FLOW)
    if first is None:
        return Result(Outcome.NOT_APPLICABLE)
    if first.value is None:
        return Result(Outcome.NOT_CHECKED, missing=(_FIRST_OF_CASH_FLOW,))
    broken = None
    for name in _NET_INCOMES:
        figure = column.get(name)
        if figure is None or figure.value is None:
            continue
        lines, difference = (_FIRST_OF_CASH_FLOW, name), first.value - figure.value
        if abs(difference) <= rounding(len(first.facts) + len(figure.facts), first.value, figure.value):
            is_one = first.facts == figure.facts
            return Result(Outcome.NOT_CHECKED, lines) if is_one else Result(Outcome.HOLDS, lines, difference)
        broken = broken or Result(Outcome.BROKEN, lines, difference)
    # Without the income of all owners, that of the parent's may differ by the share of the others.
    is_known = broken is not None and _NET_INCOMES[0] in broken.lines
    return broken if broken is not None and is_known else Result(Outcome.NOT_CHECKED, missing=_NET_INCOMES[:1])


def cash_of_both_statements(column: Column) -> Result:
    """Whether the balance sheet has the closing cash of the statement of cash flows.

    Closing cash may include that of businesses held for sale. NOT_CHECKED where one of them includes restricted cash, and is
    then the larger one.
    """
    closing, balance = column.get(_CASH_FLOW), column.get(_BALANCE)
    if closing is None or balance is None:
        return Result(Outcome.NOT_APPLICABLE)
    missing = tuple(name for name, figure in ((_CASH_FLOW, closing), (_BALANCE, balance)) if figure.value is None)
    if closing.value is None or balance.value is None:
        return Result(Outcome.NOT_CHECKED, missing=missing)
    lines, difference = (_CASH_FLOW, _BALANCE), closing.value - balance.value
    if abs(difference) <= rounding(2, closing.value, balance.value):
        return Result(Outcome.HOLDS, lines, difference)
    held = column.get(_HELD_FOR_SALE)
    if held is not None and held.value and abs(difference - abs(held.value)) <= rounding(3, closing.value, balance.value):
        return Result(Outcome.HOLDS, (*lines, _HELD_FOR_SALE), difference - abs(held.value))
    wider, narrower = (closing, balance) if _is_restricted(closing) else (balance, closing)
    is_mixed = _is_restricted(closing) != _is_restricted(balance)
    if is_mixed and (wider.value or Decimal(0)) > (narrower.value or Decimal(0)):
        return Result(Outcome.NOT_CHECKED)
    return Result(Outcome.BROKEN, lines, difference)


def _is_restricted(figure: AnyFigure) -> bool:
    return any(RESTRICTED_CASH in fact.concept for fact in figure.facts)


def interest_on_debt(column: Column) -> Result:
    """Whether interest expense is above zero where the balance sheet shows debt."""
    interest = column.get(_INTEREST)
    if interest is None:
        return Result(Outcome.NOT_APPLICABLE)
    debts = [(name, figure) for name in _DEBT if (figure := column.get(name)) is not None and figure.value]
    if interest.value is None or not debts:
        return Result(Outcome.NOT_CHECKED, missing=(_INTEREST,) if interest.value is None else ())
    name, _ = max(debts, key=lambda each: each[1].value or Decimal(0))
    return Result(Outcome.HOLDS if interest.value > 0 else Outcome.BROKEN, (_INTEREST, name), interest.value)
