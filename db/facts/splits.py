"""Stock splits as known on a date."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.facts.as_filed import read_filed_versions
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Cik


def splits(connection: sa.Connection, cik: Cik, as_of: date | None = None) -> tuple[Split, ...]:
    """The stock splits documented in the company's filings up to `as_of`, oldest first."""
    filed = read_filed_versions(connection, cik, SPLIT_TAGS, as_of)
    return find_splits(filed.versions, filed.concepts)
