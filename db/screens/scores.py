"""Scores of earnings quality and distress as known on a date."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.facts.as_filed import read_filed_versions
from db.facts.computable import computes
from db.screens.valuation import FiledHistory
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import ratio_tags
from workbench.domain.scores.computation import ScoreTable, compute_scores


@computes("the scores")
def score_table(
    connection: sa.Connection, company: Company, as_of: date | None, *, limit_periods: int | None = None
) -> ScoreTable:
    """A company's scores as known on `as_of` (None: now), by score, fiscal years oldest first; see `ScoreTable`.

    A market capitalisation is that of the fiscal year end, as known on that day.
    """
    filed = read_filed_versions(connection, company.cik, ratio_tags(), as_of)
    facts = FactTable(*filed)
    splits = find_splits(facts.filings(SPLIT_TAGS), filed.concepts)
    history = FiledHistory(connection, company, as_of)
    return compute_scores(company, as_of, facts, history.market_cap, limit_periods=limit_periods, splits=splits)
