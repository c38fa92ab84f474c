"""Which requests have answers that are cached: those that follow from one company or one filing alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from api.media_types import preferred
from workbench.analysis.table_files import TableFormat
from workbench.domain.errors import InvalidIdentifier
from workbench.domain.identity import Accession
from workbench.runtime.company_cache import company_key

_PATTERN = re.compile(
    r"/api/v1/(?:companies/(?P<company>[^/]+)(?P<of_company>|/statements/[a-z]+|/ratios|/filings)"
    r"|filings/(?P<filing>[^/]+)(?P<of_filing>|/sections))"
)

_JSON = "application/json"
_FORMATS = {_JSON: _JSON} | {form.media_type: form.media_type for form in TableFormat}


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
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return _question(scope["path"], scope["query_string"], preferred(accepted.decode("latin-1"), _FORMATS))


@lru_cache(maxsize=4096)
def _question(path: str, query: bytes, media_type: str) -> Question | None:
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
    is_stored = (
        kind in ("/statements/{kind}", "/ratios") and media_type == _JSON and re.search(rb"as_of|format|%", query) is None
    )
    form = "" if media_type == _JSON else f" as {media_type}"
    return Question(f"{path}?{query.decode('latin-1')}{form}", route, tag, is_stored)
