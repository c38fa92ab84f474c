"""A company of the starter data as its filed versions, for tests of what is computed from them without a database."""

from __future__ import annotations

from typing import NamedTuple

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import StarterCompany, decode


class StarterVersions(NamedTuple):
    """A company and all of its facts, with the names of concepts and units by their ids."""

    company: Company
    versions: list[FiledVersion]
    concepts: dict[int, str]
    units: dict[int, str]

    @property
    def facts(self) -> FactTable:
        """All of them, as known now."""
        return FactTable(self.versions, self.concepts, self.units)


def starter_versions(cik: Cik) -> StarterVersions:
    """The company of the starter data with this CIK."""
    (filer,) = decode(packaged_file(), only={cik})
    return versions_of(filer)


def versions_of(filer: StarterCompany) -> StarterVersions:
    """The filed versions of one company of the starter data."""
    names = sorted({fact.concept for fact in filer.facts}, key=str)
    ids = {concept: number for number, concept in enumerate(names, 1)}
    unit_ids = {unit: number for number, unit in enumerate(sorted({fact.unit for fact in filer.facts}), 1)}
    versions: list[FiledVersion] = [
        (
            ids[fact.concept], fact.period_end, fact.period_start, unit_ids[fact.unit], fact.value, fact.accession.text,
            fact.form, fact.filed_on,
        )
        for fact in filer.facts
    ]  # fmt: skip
    concepts = {number: f"{concept.taxonomy}:{concept.tag}" for concept, number in ids.items()}
    return StarterVersions(filer.company, versions, concepts, {number: unit for unit, number in unit_ids.items()})
