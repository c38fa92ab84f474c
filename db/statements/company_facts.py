"""All of a company's facts that figures follow from, read once for everything that is computed ahead."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa

from db.companies import get_company
from db.facts.as_filed import FiledVersions, read_filed_versions, statement_tags
from db.facts.versions import facts_version
from db.statements.rules_digest import rules_for
from db.tables import company_metric_states, stored_statements
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import all_figures, ratio_tags
from workbench.domain.statements.assembly import CompanyFigures
from workbench.domain.statements.settled import unchanged_before
from workbench.domain.statements.statement import PeriodKind, StatementKind


class CompanyFacts:
    """The facts of a company as known now, with the figures that they prove, which are made at first use."""

    def __init__(self, connection: sa.Connection, cik: Cik) -> None:
        self.company = get_company(connection, cik)
        # Before the facts are read: those that come in between are then newer than their version says, never older.
        self.version = facts_version(connection, cik)
        self.filed = read_filed_versions(connection, cik, ratio_tags(), None)
        self._before = _state(connection, self.company)

    @cached_property
    def facts(self) -> FactTable:
        """The known facts."""
        return FactTable(*self.filed)

    @cached_property
    def splits(self) -> Sequence[Split]:
        """The company's stock splits, oldest first."""
        return find_splits(self.facts.filings(SPLIT_TAGS), self.filed.concepts)

    @cached_property
    def figures(self) -> CompanyFigures:
        """The figures of all lines."""
        return all_figures(self.company, self.facts, self.splits)

    @cached_property
    def checksums(self) -> dict[str, int]:
        """Day of filing to a sum, in any order, over the facts and names of years that became known on it."""
        return _checksums(self.filed)

    @cached_property
    def first_difference(self) -> date | None:
        """The first day of filing whose facts are others than when latest figures were last computed; None if none are."""
        known = {} if self._before is None or not self._before.is_of_these_rules else self._before.days
        others = [day for day in self.checksums.keys() | known.keys() if self.checksums.get(day) != known.get(day)]
        if self._before is not None and not known and not others:
            others = list(self._before.days)  # another reader, and no facts any more
        return date.fromisoformat(min(others)) if others else None

    @cached_property
    def unchanged_before(self) -> date | None:
        """Columns that end before this day are in stored statements and checks as these facts make them.

        None if any may be another: only where statements and latest figures are of the same facts, and all that came in since
        is newer and names no fiscal years, can one know what is left as it was.
        """
        since, before = self.first_difference, self._before
        if since is None or before is None or not before.is_of_stored_statements or max(before.days) >= since.isoformat():
            return None
        if any(offset.known_from >= since for offset in self.filed.year_offsets):
            return None
        return unchanged_before(self.facts, since)

    def last_filed_on(self, kind: StatementKind) -> date | None:
        """The day on which the last of what a statement follows from was filed; None for nothing."""
        # Concepts that no map names are read because they belong to a line.
        tags, others = statement_tags(kind), ratio_tags()
        concepts = (concept for concept in self.facts.concepts if concept in tags or concept not in others)
        days = (row[FILED_ON] for row in self.facts.filings(concepts))
        return max((*days, *(offset.known_from for offset in self.filed.year_offsets)), default=None)


class _State(NamedTuple):
    """What latest figures were computed from: by these rules or not, and whether stored statements are of the same facts."""

    is_of_these_rules: bool
    is_of_stored_statements: bool
    days: dict[str, int]


def _state(connection: sa.Connection, company: Company) -> _State | None:
    state, stored, rules = company_metric_states.c, stored_statements.c, rules_for(company)
    row = connection.execute(sa.select(state.reader, state.days, state.facts_version).where(state.cik == company.cik.number))
    before = row.one_or_none()
    if before is None:
        return None
    same = sa.and_(stored.reader == rules, stored.facts_version == before.facts_version)
    count = connection.scalar(sa.select(sa.func.count()).where(stored.cik == company.cik.number, same))
    is_own = before.reader == rules
    is_of_both = is_own and bool(before.days) and count == len(StatementKind) * len(PeriodKind)
    return _State(is_own, is_of_both, before.days)


def _checksums(filed: FiledVersions) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for version in filed.versions:
        sums[version[FILED_ON].isoformat()] += zlib.crc32("|".join(map(str, version)).encode())
    for offset in filed.year_offsets:
        sums[offset.known_from.isoformat()] += zlib.crc32("|".join(map(str, offset)).encode())
    return dict(sums)
