"""A statement's change from a year before, common size and compound growth, as known on a date."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.facts.as_filed import read_filed_versions
from db.facts.computable import computes
from db.statements.as_known import statement
from db.statements.memo import cached_by_facts
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import ratio_tags
from workbench.domain.screens.statement_views import COMPOUND_YEARS, StatementView, ViewedStatement, viewed
from workbench.domain.statements.statement import PeriodKind, StatementKind, is_of_quarters

# The facts of a year before the oldest column, and one more that shows how the fiscal year runs.
_YEARS_BEFORE = 2


@computes("the statement")
@cached_by_facts
def viewed_statement(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    view: StatementView,
    limit_periods: int,
) -> ViewedStatement:
    """The newest `limit_periods` columns of a statement in a view, as known on `as_of` (None: now), oldest first."""
    shown = statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
    years = max(limit_periods if period is PeriodKind.ANNUAL else -(-limit_periods // 4), *COMPOUND_YEARS)
    has_few = period is PeriodKind.ANNUAL or is_of_quarters(shown.periods)
    newest_years = years + _YEARS_BEFORE if has_few else None
    filed = read_filed_versions(connection, company.cik, ratio_tags(), as_of, newest_years=newest_years)
    facts = FactTable(*filed)
    return viewed(shown, view, facts, find_splits(facts.filings(SPLIT_TAGS), filed.concepts))
