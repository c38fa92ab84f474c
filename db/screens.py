"""Companies that pass a screen, as known on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from workbench.domain.identity import Cik, Company
from workbench.domain.screens import Bindings, Metric, Screen

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class ScreenFigure:
    """The latest figure of one metric: `value` None where it is refused or the company has not reported the period.

    `period_label` and `period_end` are of the company's latest period of that kind, None without one.
    """

    metric: Metric
    value: Decimal | None
    unit: str
    period_label: str | None
    period_end: date | None


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """One company that passed, with a figure for each of the screen's metrics in their order."""

    company: Company
    figures: tuple[ScreenFigure, ...]


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """A stretch of the companies that pass, in the screen's order.

    `matched` counts all that pass; `undecided` those that pass what can be decided, and lack a figure for the rest;
    `companies` all that were looked at.
    """

    screen: Screen
    rows: tuple[ScreenRow, ...]
    matched: int
    undecided: int
    companies: int

    @property
    def next_offset(self) -> int | None:
        """Where the list goes on; None at its end."""
        end = self.screen.offset + len(self.rows)
        return end if end < self.matched and self.rows else None


def run_screen(connection: sa.Connection, screen: Screen) -> ScreenResult:
    """The companies that pass every filter, from figures known at the end of `as_of` (None: now).

    A filter whose figure is not known for a company is neither true nor false: the company does not pass, and is counted.
    """
    values = Bindings()
    condition = " and ".join(f"({item.sql(values)})" for item in screen.filters) or "true"
    tables = _tables(screen)
    bound = {**values.values, "day": screen.as_of or date.max}
    counts = connection.execute(
        sa.text(
            f"select count(*) as companies, count(*) filter (where {condition}) as matched, "  # noqa: S608
            f"count(*) filter (where ({condition}) is null) as undecided from companies c {tables}"
        ),
        bound,
    ).one()
    rows = _rows(connection, screen, f"from companies c {tables} where {condition}", bound) if counts.matched else ()
    return ScreenResult(screen, tuple(rows), counts.matched, counts.undecided, counts.companies)


def _tables(screen: Screen) -> str:
    """A join for each kind of period the screen asks about; without `as_of` the index of what still holds serves."""
    when = "{0}.known_until is null"
    if screen.as_of is not None:
        when = "{0}.known_from <= :day and ({0}.known_until is null or {0}.known_until > :day)"
    join = "left join company_metrics {0} on {0}.cik = c.cik and {0}.basis = '{0}' and " + when
    bases = dict.fromkeys(metric.basis for metric in (*screen.metrics, screen.order))
    return " ".join(join.format(basis.value) for basis in bases)


def _rows(connection: sa.Connection, screen: Screen, origin: str, bound: dict[str, Any]) -> list[ScreenRow]:
    more = Bindings()
    more.values.update(bound)
    columns = []
    for number, metric in enumerate(screen.metrics):
        name = metric.basis.value
        columns.append(
            f"{metric.sql(more)} as f{number}, {name}.currency as c{number}, {name}.period_label as l{number}, "
            f"{name}.period_end as e{number}"
        )
    # Figures of one currency stand together: they have no order among several.
    by = f"{screen.order.sql(more)} {'asc' if screen.is_ascending else 'desc'} nulls last"
    if screen.order.measure.has_currency:
        by = f"{screen.order.basis.value}.currency <> 'USD' nulls last, {screen.order.basis.value}.currency, {by}"
    found = connection.execute(
        sa.text(f"select c.cik, {', '.join(columns)} {origin} order by {by}, c.cik limit :limit offset :offset"),
        {**more.values, "limit": screen.limit, "offset": screen.offset},
    ).all()
    named = get_companies(connection, [Cik(row.cik) for row in found])
    return [ScreenRow(company, _figures(screen, row)) for company, row in zip(named, found, strict=True)]


def _figures(screen: Screen, row: Any) -> tuple[ScreenFigure, ...]:
    return tuple(
        ScreenFigure(
            metric,
            getattr(row, f"f{number}"),
            unit_of(metric, getattr(row, f"c{number}")),
            getattr(row, f"l{number}"),
            getattr(row, f"e{number}"),
        )
        for number, metric in enumerate(screen.metrics)
    )


def unit_of(metric: Metric, currency: str | None) -> str:
    """The unit as on a statement: the currency for money, `USD/shares` a share, else what the measure counts."""
    unit = metric.measure.unit
    return {"money": currency or "USD", "per_share": f"{currency or 'USD'}/shares"}.get(unit, unit)
