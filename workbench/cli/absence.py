"""How a command says that there is nothing to show."""

from __future__ import annotations

from datetime import date

from workbench.domain.errors import NotFound


def nothing_known(what: str, as_of: date | None, company: str) -> NotFound:
    """That there are no figures of a kind, and what mends it: ingest, but not of a day before the first filing."""
    if as_of is None:
        return NotFound(f"there are no {what}", hint=f"`workbench ingest {company}` brings them")
    return NotFound(f"there are no {what} as known on {as_of}", hint="without --as-of there is what is known today")
