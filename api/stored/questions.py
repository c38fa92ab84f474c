"""Which requests have answers that are cached: those that follow from one company or one filing alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workbench.domain.errors import InvalidIdentifier
from workbench.domain.identity import Accession
from workbench.runtime.company_cache import company_key

_PATTERN = re.compile(
    r"/api/v1/(?:companies/(?P<company>[^/]+)(?P<of_company>|/statements/[a-z]+|/ratios|/filings)"
    r"|filings/(?P<filing>[^/]+)(?P<of_filing>|/sections))"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer may be cached.

    `text` identifies it, `route` is the pattern of its route, and `tag` the key under which changes of its company or filing
    are notified. `is_stored` says whether its answer is stored in the database too.
    """

    text: str
    route: str
    tag: str
    is_stored: bool


def question_of(scope: Mapping[str, Any]) -> Question | None:
    """The question of an HTTP request; None if its answer is not cached."""
    if scope["method"] != "GET":
        return None
    accepted = b"".join(value for name, value in scope["headers"] if name == b"accept")
    is_csv = b"text/csv" in accepted and b"application/json" not in accepted
    return _question(scope["path"], scope["query_string"], is_csv)


@lru_cache(maxsize=4096)
def _question(path: str, query: bytes, is_csv: bool) -> Question | None:
    match = _PATTERN.fullmatch(path)
    if match is None:
        return None
    try:
        if match["company"] is not None:
            tag, below = company_key(match["company"]), match["of_company"]
            kind = "/statements/{kind}" if below.startswith("/statements/") else below
            route = "/companies/{ticker}" + kind
        else:
            tag, kind = f"filing:{Accession.parse(match['filing']).text}", match["of_filing"]
            route = "/filings/{accession}" + kind
    except InvalidIdentifier:
        return None
    # As known now, and as JSON: other days are asked for more rarely, and there are too many of them to store.
    is_stored = kind in ("/statements/{kind}", "/ratios") and not is_csv and re.search(rb"as_of|format|%", query) is None
    return Question(f"{path}?{query.decode('latin-1')}{' as CSV' if is_csv else ''}", route, tag, is_stored)
