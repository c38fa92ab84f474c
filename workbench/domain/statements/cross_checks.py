"""Identities between two statements of one period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workbench.domain.statements.identities import RESTRICTED_CASH, AnyFigure, Column, Outcome, Result, rounding
from workbench.domain.statements.statement import StatementKind

CASH_OF_BOTH, INTEREST_OF_DEBT = "cash_of_both_statements", "interest_on_debt"
CROSS_NAMES = (INTEREST_OF_DEBT, CASH_OF_BOTH)

_CASH_FLOW, _BALANCE, _INTEREST = "cash_at_end", "cash_and_equivalents", "interest_expense"
_DEBT = ("short_term_debt", "current_portion_of_long_term_debt", "short_term_and_current_debt", "long_term_debt",
         "whole_long_term_debt")  # fmt: skip
LINES = frozenset({_CASH_FLOW, _BALANCE, _INTEREST, *_DEBT})


def cross_results(column: Column) -> Iterator[tuple[str, StatementKind, Result]]:
    """Each identity between two statements, with the statement that shows its result."""
    yield INTEREST_OF_DEBT, StatementKind.INCOME, interest_on_debt(column)
    yield CASH_OF_BOTH, StatementKind.CASHFLOW, cash_of_both_statements(column)


def cash_of_both_statements(column: Column) -> Result:
    """Whether the balance sheet has the closing cash of the statement of cash flows.

    NOT_CHECKED where one of them includes restricted cash, and is then the larger one.
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
