"""Ratios as known on a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from db.facts.as_filed import read_filed_versions
from db.facts.computable import computes
from db.statements.memo import cached_by_facts
from db.statements.restatements import filings_from
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import RatioTable, compute, ratio_tags
from workbench.domain.statements.statement import PeriodKind, is_of_quarters


@computes("the ratios")
@cached_by_facts
def ratios(
    connection: sa.Connection,
    company: Company,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> RatioTable:
    """A company's ratios as known on `as_of` (None: now); periods oldest first, one line a ratio of its industry.

    With `PeriodKind.TTM` flows are those of the trailing twelve months at each quarter's end. A company without facts has
    no periods.
    """

    def computed(newest_years: int | None) -> RatioTable:
        filed = read_filed_versions(connection, company.cik, ratio_tags(), as_of, newest_years=newest_years)
        facts = FactTable(*filed)
        splits = find_splits(facts.filings(SPLIT_TAGS), filed.concepts)
        result = compute(company, period, as_of, facts, limit_periods=limit_periods, splits=splits)
        return result if result.periods else replace(result, filings_from=filings_from(connection, company.cik))

    if limit_periods is None:
        return computed(None)
    # A year more than the columns, which growth and opening balances need.
    ratio_table = computed(2 + (limit_periods if period is PeriodKind.ANNUAL else -(-limit_periods // 4)))
    # Half-years, and quarters of long ago, reach further back than so many quarters do.
    return ratio_table if period is PeriodKind.ANNUAL or is_of_quarters(ratio_table.periods) else computed(None)
