"""What an added document is about: whose it is and for which period. Its form stands with the document."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.companies.names import keys_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.passages import ReportPeriod

_PERIOD = re.compile(r"(?:FY)?\s*(?P<year>(?:19|20)\d\d)(?:\s*-?Q(?P<quarter>[1-4]))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentSubject:
    """The company, by the name that the document gives, with every key by which questions mean it; and the fiscal period.

    A field that is not known is None. `is_corrected` when a user said so, which no later reading changes.
    """

    company: str | None = None
    keys: tuple[str, ...] = ()
    period: ReportPeriod | None = None
    is_corrected: bool = False


def named_subject(company: str | None, period: ReportPeriod | None) -> DocumentSubject:
    """The subject as a user states it."""
    return DocumentSubject(company, keys_of([company]) if company else (), period, is_corrected=True)


def parse_period(text: str) -> ReportPeriod:
    """Reads `2023`, `FY2023` or `2023Q2`; raises InvalidRequest otherwise."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise InvalidRequest(f"{text!r} is not a fiscal period such as 2023 or 2023Q2")
    return ReportPeriod(int(match["year"]), int(match["quarter"]) if match["quarter"] else None)


def period_label(period: ReportPeriod) -> str:
    """The period as `parse_period` reads it."""
    return f"{period.fiscal_year}Q{period.quarter}" if period.quarter else str(period.fiscal_year)
