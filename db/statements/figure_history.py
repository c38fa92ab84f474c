"""The history of one figure over all filings."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.facts.as_filed import read_filed_versions
from db.facts.computable import computes
from workbench.domain.facts.splits import SPLIT_TAGS
from workbench.domain.identity import Company
from workbench.domain.measures import figure_history as domain
from workbench.domain.measures.figure_history import FigureKey, FiledFacts, KnownFigure
from workbench.domain.measures.ratios import ratio_tags
from workbench.domain.statements.concepts import ConceptMap


@computes("the history of the figure")
def figure_history(
    connection: sa.Connection, company: Company, key: FigureKey, *, as_of: date | None = None
) -> list[KnownFigure]:
    """What the figure was after each filing up to `as_of` that carries it or one of its operands, oldest first."""
    tags = ratio_tags() if key.kind is None else ConceptMap.load().all_tags(key.kind) | SPLIT_TAGS
    filed = read_filed_versions(connection, company.cik, tags, as_of)
    return domain.figure_history(company, key, FiledFacts(*filed))
