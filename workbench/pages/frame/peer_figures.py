"""Shared parts of the company tables: figures that link to their sources, and download links."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from markupsafe import Markup

from workbench.domain.amounts import by_unit
from workbench.domain.as_of import today
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.frame.markup import href, key
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment


def figure_link(
    company: Company, measure: Measure, basis: PeriodKind | None, *, value: Decimal | None, unit: str | None, end: date | None,
    period: str | None, as_of: date | None, why: str = "",
) -> dict[str, str] | None:  # fmt: skip
    """The figure with its period for the macro `figure_cell`, linked to its sources; None without a period."""
    if end is None:
        return None
    place = f"{measure.name}@{(end if basis else as_of or today()).isoformat()}"
    target = Selection(ticker=key(company), as_of=as_of, figure=place)
    target = replace(target, period=basis or target.period, kind=measure.kind or target.kind)
    classes = "figure" + ("" if value is not None else " refused") + (" negative" if value is not None and value < 0 else "")
    return {
        "classes": classes, "why": why, "href": href("company", target), "text": by_unit(value, unit), "period": period or "",
    }  # fmt: skip


def downloads(route: str, parameters: dict[str, str]) -> Markup:
    """Links that download the table, each figure with its sources."""
    files = [
        {"href": f"api/v1/{route}?{urlencode({**parameters, 'format': form})}", "label": label}
        for form, label in (("xlsx", "XLSX"), ("csv", "CSV"), ("parquet", "Parquet"))
    ]
    return fragment("frame/peer_figures.html", "downloads", files)
