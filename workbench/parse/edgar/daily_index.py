"""The SEC's daily index by form (`form.YYYYMMDD.idx`): every filing of one day, in columns of fixed width."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik

_NAME = "the daily index"
# Company names hold anything, so a line is read from its end; the form is what stands before two blanks at its head.
_LINE = re.compile(
    r"(?P<form>\S(?:.*?\S)??)  .*?\s(?P<cik>\d{1,10}) +(?P<day>\d{8}) +\S*?(?P<accession>\d{10}-\d\d-\d{6})\.txt\s*"
)


@dataclass(frozen=True, slots=True)
class DailyIndex:
    """A row for each filer of each filing, by form; `dropped` counts lines that are none."""

    filings: tuple[Filing, ...]
    dropped: int


def parse_daily_index(content: bytes) -> DailyIndex:
    """Reads one day; the filings know filer, accession, form and day. Raises MalformedDocument when it is no such index."""
    head, rule, body = content.decode("latin-1").partition("\n-----")
    if not rule or "Form Type" not in head:
        raise MalformedDocument(f"{_NAME}: it has no table", document=_NAME)
    filings, dropped = [], 0
    for line in body.splitlines()[1:]:
        match = _LINE.fullmatch(line)
        if match is None:
            dropped += bool(line.strip())
            continue
        try:
            day = date.fromisoformat(match["day"])
            filings.append(Filing(Cik.parse(match["cik"]), Accession.parse(match["accession"]), match["form"], day))
        except (InvalidIdentifier, ValueError):
            dropped += 1
    return DailyIndex(tuple(filings), dropped)
