"""The error of a command that has no figures to show."""

from __future__ import annotations

from datetime import date

from workbench.domain.errors import NotFound


def no_figures(what: str, as_of: date | None, company: str) -> NotFound:
    """An error that says what is missing and how to get it: by ingest, or by another date."""
    if as_of is None:
        return NotFound(f"there are no {what}", hint=f"load them with `workbench ingest {company}`")
    return NotFound(f"there are no {what} as known on {as_of}", hint="leave out --as-of to see what is known today")
