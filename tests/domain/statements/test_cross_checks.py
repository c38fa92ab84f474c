"""Net income of two statements of one period (in millions)."""

from __future__ import annotations

import pytest

from tests.domain.statements.given_figures import filed, refusal
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.cross_checks import net_income_of_both_statements
from workbench.domain.statements.identities import Outcome

MILLION = 1_000_000
UNKNOWN = refusal(Refusal.RESTATED_APART)


def of(millions: int, accession: str) -> ComputedFigure:
    return filed(millions * MILLION, concept="us-gaap:ProfitLoss", accession=accession)


@pytest.mark.parametrize(
    ("first", "consolidated", "parent", "outcome"),
    [
        (of(5_676, "A"), of(5_676, "B"), of(5_502, "B"), Outcome.HOLDS),
        (of(5_502, "A"), of(5_676, "B"), of(5_502, "B"), Outcome.HOLDS),
        (of(5_502, "A"), UNKNOWN, of(5_502, "B"), Outcome.HOLDS),
        (of(5_676, "A"), of(5_676, "A"), of(5_502, "A"), Outcome.NOT_CHECKED),  # one fact agrees with itself
        (of(5_611, "A"), of(5_676, "B"), of(5_502, "B"), Outcome.BROKEN),
        (of(5_676, "A"), UNKNOWN, of(5_502, "B"), Outcome.NOT_CHECKED),  # the others' share may be 174
        (UNKNOWN, of(5_676, "B"), of(5_502, "B"), Outcome.NOT_CHECKED),
    ],
)
def test_a_cash_flow_statement_begins_with_a_net_income_of_the_income_statement(
    first: ComputedFigure, consolidated: ComputedFigure, parent: ComputedFigure, outcome: Outcome
) -> None:
    column = {"net_income_in_cash_flow": first, "consolidated_net_income": consolidated, "net_income": parent}
    assert net_income_of_both_statements(column).outcome is outcome


def test_statements_without_cash_flow_have_no_such_check() -> None:
    assert net_income_of_both_statements({"net_income": of(8, "A")}).outcome is Outcome.NOT_APPLICABLE
