"""The cover page of a form as the SEC prescribes it: registrant, form, period, and trading symbols."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

# A cover page, with the table of securities that large filers print on it.
_COVER = 12_000
_FORM = re.compile(r"\bform\s+(10-K|10-Q|8-K|20-F|40-F|6-K|10-KT)\b(?!\s*(?:or|and)\b)", re.IGNORECASE)
_NAMED = re.compile(
    r"\(\s*exact\s+name\s+of\s+(?:the\s+)?(?:registrant|company|issuer)\b|\bexact\s+name\s+of\s+registrant\s+as", re.IGNORECASE
)
_DAY = r"(?P<day>[A-Z][a-z]{2,8}\.?\s+\d{1,2}\s*,\s*(?:19|20)\d\d)"
_ENDED = re.compile(rf"(?:fiscal\s+year|year|quarterly\s+period|quarter|period)\s+ended:?\s+{_DAY}", re.IGNORECASE)
_REPORTED = re.compile(rf"date\s+of\s+(?:report|earliest\s+event)[^\n]{{0,60}}?:?\s*{_DAY}", re.IGNORECASE)
_LENGTHS = (
    (r"(?:nine|9)\s+months|(?:thirty[- ]nine|39|forty|40)\s+weeks", 3),
    (r"(?:six|6)\s+months|(?:twenty[- ](?:six|seven|four|eight)|2[4678])\s+weeks", 2),
    (r"(?:three|3)\s+months|(?:thirteen|fourteen|twelve|1[2346])\s+weeks", 1),
)
_QUARTER = re.compile(r"\b(first|second|third)[- ](?:fiscal[- ])?quarter\b", re.IGNORECASE)
_FIRST_LINES = 3_000
_WITH_FORM = re.compile(
    r"[A-Za-z0-9].*\b(?:company|corporation|corp\.?|inc\.?|incorporated|plc|ltd\.?|limited|n\.v\.|s\.a\.)$", re.I
)
_SYMBOL = re.compile(r"\b([A-Z]{1,5}(?:[.\-][A-Z])?)\b[^\n]{0,80}?(?:New York Stock Exchange|NYSE|Nasdaq)", re.IGNORECASE)
_NO_SYMBOL = frozenset((
    "NYSE", "THE", "LLC", "N", "A", "STOCK", "MARKET", "NEW", "YORK", "NOTES", "CLASS", "B", "C", "ON", "VALUE", "PAR",
))  # fmt: skip
_NO_LINE = re.compile(
    r"^\(|commission|washington|united states|securities|file number|^\W*$|^[☐☒x✓\d\W]+$|form \d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CoverPage:
    """What the cover says; None and empty where it says nothing. `quarters` counts those of the year up to `period_end`."""

    company: str | None = None
    form: str | None = None
    period_end: date | None = None
    quarters: int | None = None
    tickers: tuple[str, ...] = ()


def read_cover_page(text: str) -> CoverPage:
    """The cover page at the beginning of a document's text; an empty one where the text begins otherwise."""
    cover = text[:_COVER]
    form = _FORM.search(cover)
    company = _registrant(cover)
    if form is None and company is None:
        return CoverPage()
    name = form[1].upper().replace("10-KT", "10-K") if form else None
    ended = _REPORTED.search(cover) if name in {"8-K", "6-K"} else _ENDED.search(cover)
    return CoverPage(
        company,
        name,
        _parse_day(ended["day"]) if ended else None,
        _quarters(text) if name == "10-Q" else None,
        _symbols(cover),
    )


def _registrant(cover: str) -> str | None:
    """The name above the words `(Exact name of registrant ...)`."""
    match = _NAMED.search(cover)
    if match is None:
        # Some covers give the name without saying that it is the registrant's: the first line that ends with a legal form.
        lines = (" ".join(line.split()) for line in cover[:_FIRST_LINES].splitlines())
        return next(
            (line for line in lines if len(line) <= 80 and _WITH_FORM.search(line) and not _NO_LINE.search(line)), None
        )
    before = [line.strip(" \t*") for line in cover[: match.start()].splitlines()]
    name = next((line for line in reversed(before) if line and not _NO_LINE.search(line)), None)
    return " ".join(name.split()) if name and len(name) <= 80 and re.search(r"[A-Za-z0-9]{2}", name) else None


def _quarters(text: str) -> int | None:
    """How many quarters the statements of the year to date cover: the longest of their columns."""
    body = text[:150_000]
    counted = next((count for words, count in _LENGTHS if re.search(rf"\b(?:{words})\s+ended\b", body, re.IGNORECASE)), None)
    if counted is not None:
        return counted
    named = _QUARTER.search(body)
    return ("first", "second", "third").index(named[1].lower()) + 1 if named else None


def _symbols(cover: str) -> tuple[str, ...]:
    """Symbols of the table of registered securities that stand for shares: those on a line that names common stock."""
    results = []
    for line in cover.splitlines():
        if re.search(r"common (?:stock|shares)|ordinary shares|capital stock", line, re.IGNORECASE):
            for match in re.finditer(r"(?<![\w.])[A-Z]{1,5}(?:[.\-][A-Z])?(?![\w])", line):
                if match.group() not in _NO_SYMBOL and _SYMBOL.search(line, match.start()):
                    results.append(match.group())
                    break
    return tuple(dict.fromkeys(results))


def _parse_day(text: str) -> date | None:
    plain = re.sub(r"\s*,\s*", ", ", " ".join(text.replace(".", "").split()))
    for layout in ("%B %d, %Y", "%b %d, %Y"):
        try:
            return datetime.strptime(plain, layout).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None
