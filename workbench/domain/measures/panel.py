"""A panel: measures of companies as each of several days knew them, for studies that must not look ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Company
from workbench.domain.measures.screens import Metric


@dataclass(frozen=True, slots=True)
class PanelCell:
    """The latest figure of a metric as known at the end of `day`. `value` is None exactly when `reason` is a code.

    Share figures are on the share basis known on that day. `period_label` and `period_end` are those of the company's own
    period, None without one; `known_on` is when the value became known.
    """

    day: date
    company: Company
    metric: Metric
    value: Decimal | None
    unit: str
    reason: str | None = None
    period_label: str | None = None
    period_end: date | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The cells by day, company, then metric."""

    cells: tuple[PanelCell, ...]
