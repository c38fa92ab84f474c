"""The error of a command that has no figures to show."""

from __future__ import annotations

from datetime import date

from workbench.domain.errors import NotFound


def no_figures(what: str, as_of: date | None, company: str, filings_from: date | None = None) -> NotFound:
    """An error that says what is missing and how to get it: by ingest, or by another date.

    `filings_from` is the day of the first filing whose figures are loaded: before it they are unknown.
    """
    if as_of is None:
        return NotFound(f"there are no {what}", hint=f"load them with `workbench ingest {company}`")
    if filings_from is not None and as_of < filings_from:
        since = f"the loaded filings begin on {filings_from}"
        return NotFound(f"{what} are unknown on {as_of}: {since}", hint="choose a later --as-of")
    return NotFound(f"there are no {what} as known on {as_of}", hint="leave out --as-of to see what is known today")
