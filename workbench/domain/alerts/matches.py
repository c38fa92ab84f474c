"""Matches of alert rules: the values of one filing, figure or run each, without texts for readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from workbench.domain.alerts.rules import Condition
from workbench.domain.facts.restated_concepts import RestatedConcept
from workbench.domain.identity import Company
from workbench.domain.statements.statement import Figure


@dataclass(frozen=True, slots=True)
class FilingMatch:
    """A filing; `report_on` is the end of its period or the day of its event."""

    company: Company
    accession: str
    form: str
    filed_on: date
    report_on: date | None
    description: str | None


@dataclass(frozen=True, slots=True)
class EventMatch:
    """A current report with those of its `items` that the rule watches, in order; `report_on` is the day of the event."""

    company: Company
    accession: str
    form: str
    filed_on: date
    report_on: date | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestatementMatch:
    """A filing that restates at least one statement line, with these lines; what matters most first."""

    company: Company
    accession: str
    changes: tuple[RestatedConcept, ...]


@dataclass(frozen=True, slots=True)
class FigureMatch:
    """A figure that a condition watches, as it became known on `known_on`, with its previous value.

    `currency` is that of money and of per-share figures. `proof` is None if current facts do not prove the figure.
    """

    subject: str
    company: Company
    condition: Condition
    period_label: str
    period_end: date
    known_on: date
    value: Decimal
    currency: str | None
    value_before: Decimal | None
    currency_before: str | None
    period_end_before: date | None
    proof: Figure | None


@dataclass(frozen=True, slots=True)
class ScreenMatch:
    """A company that entered or left a screen by a day."""

    company: Company
    condition: Condition
    day: date
    is_entering: bool


@dataclass(frozen=True, slots=True)
class RunMatch:
    """A run of `kind` over `unit` that failed or was quarantined."""

    run_id: int
    kind: str
    unit: str
    finished_at: datetime
    outcome: str
    error: str | None


@dataclass(frozen=True, slots=True)
class ReportMatch:
    """A finished run of a scheduled report."""

    report_id: int
    title: str
    schedule: str
    as_of: date
    figures: int


Match = FilingMatch | EventMatch | RestatementMatch | FigureMatch | ScreenMatch | RunMatch | ReportMatch
