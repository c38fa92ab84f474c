"""What the tables of companies share: a figure as a link to its proof, and the ways to take a table along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape
from urllib.parse import urlencode

from workbench.domain.amounts import DASH, by_unit
from workbench.domain.as_of import today
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.frame.markup import address, key
from workbench.pages.frame.selection import Selection


def figure_cell(
    company: Company, measure: Measure, basis: PeriodKind | None, *, value: Decimal | None, unit: str | None, end: date | None,
    period: str | None, as_of: date | None, why: str = "",
) -> str:  # fmt: skip
    """The figure over its period, where one is given; it opens its sources on the company page."""
    shown = f'<span class="period">{escape(period)}</span>' if period else ""
    if end is None:
        return f"<td>{DASH}</td>"
    place = f"{measure.name}@{(end if basis else as_of or today()).isoformat()}"
    target = Selection(ticker=key(company), as_of=as_of, figure=place)
    target = replace(target, period=basis or target.period, kind=measure.kind or target.kind)
    classes = "figure" + ("" if value is not None else " refused") + (" negative" if value is not None and value < 0 else "")
    title = f' title="{escape(why)}"' if why else ""
    return f'<td><a class="{classes}"{title} href="{address("company", target)}">{by_unit(value, unit)}</a>{shown}</td>'


def downloads(route: str, parameters: dict[str, str]) -> str:
    """Links that save the table, each figure with its proof."""
    links = []
    for form, label in (("xlsx", "XLSX"), ("csv", "CSV"), ("parquet", "Parquet")):
        query = urlencode({**parameters, "format": form})
        links.append(f'<a href="{escape(f"api/v1/{route}?{query}")}" download>{label}</a>')
    return f'<span class="right small">Save as {" · ".join(links)}</span>'
