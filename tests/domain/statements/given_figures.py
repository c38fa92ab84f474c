"""Figures that a test gives, in place of those that facts prove: for rules that only read figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import cast

from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.concepts import ConceptMap, Template
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import StatementKind

YEAR = FiscalPeriod(date(2023, 1, 1), date(2023, 12, 31), 2023, None, date(2023, 1, 1))
YEAR_BEFORE = FiscalPeriod(date(2022, 1, 1), date(2022, 12, 31), 2022, None, date(2022, 1, 1))
YEAR_AFTER = FiscalPeriod(date(2024, 1, 1), date(2024, 12, 31), 2024, None, date(2024, 1, 1))
QUARTERS = tuple(
    FiscalPeriod(start, end, 2023, number, date(2023, 1, 1))
    for number, (start, end) in enumerate(
        (
            (date(2023, 1, 1), date(2023, 3, 31)), (date(2023, 4, 1), date(2023, 6, 30)),
            (date(2023, 7, 1), date(2023, 9, 30)), (date(2023, 10, 1), date(2023, 12, 31)),
        ),
        start=1,
    )
)  # fmt: skip
FILED = date(2024, 2, 20)


def filed(
    value: str | int, *, concept: str = "us-gaap:Assets", since: date = FILED, last: date = FILED, accession: str = "A"
) -> ComputedFigure:
    """A figure as one filing gives it, restated if `since` is later than FILED."""
    fact = KnownFact(
        concept, "USD", None, YEAR.end, Decimal(value), accession, "10-K", since, last, FILED, since, True, False
    )  # fmt: skip
    return ComputedFigure(Decimal(value), facts=(fact,))


def derived(value: str | int) -> ComputedFigure:
    """A figure by a formula."""
    return filed(value)._replace(formula="one - other")


def refusal(reason: Refusal) -> ComputedFigure:
    """No figure, for this reason."""
    return ComputedFigure(None, reason)


Given = Mapping[str, str | int | ComputedFigure]


@dataclass
class GivenFigures:
    """Reads like `Figures`: the figures of each period by line; what is not given is not reported."""

    template: Template
    by_period: Mapping[FiscalPeriod, Given]
    splits: tuple[Split, ...] = ()
    calendar: FiscalCalendar = field(default_factory=lambda: FiscalCalendar((YEAR,), QUARTERS))

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        value = self.by_period.get(period, {}).get(name)
        if value is None:
            return refusal(Refusal.NOT_REPORTED)
        return value if isinstance(value, ComputedFigure) else filed(value)

    unchecked = compute

    def label(self, name: str) -> str:
        return next((line.label for line in self.template.lines if line.name == name), name)


def given(kind: StatementKind, by_period: Mapping[FiscalPeriod, Given], *, years: Sequence[FiscalPeriod] = (YEAR,)) -> Figures:
    """These figures, on the template of commercial companies."""
    company = Company(Cik(7), "Some Company", sic="3571")
    found = GivenFigures(ConceptMap.load().template(kind, "commercial", company), by_period)
    found.calendar = replace(found.calendar, years=tuple(years))
    return cast(Figures, found)
