"""Fiscal periods as sentences state them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workbench.domain.statements.statement import PeriodKind, StatementPeriod

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "september" else "sep(?:t(?:ember)?)?" for name in _MONTHS)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SHORT = r"['’]?(?P<short>\d\d)"
_ANY_YEAR = rf"(?:{_YEAR}|{_SHORT})"
_DATE = (
    rf"(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)|(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<dyear>(?:19|20)\d\d)"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{_MONTH})\.?,?\s+(?P<dyear2>(?:19|20)\d\d))"
)  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_ORDINAL = "|".join(_ORDINALS)
_QUARTER = rf"(?:Q(?P<q>[1-4])|(?P<q2>[1-4])Q|(?P<word>{_ORDINAL})[- ](?:fiscal[- ])?quarter)"
_HALF = r"(?:H(?P<half>[12])|(?P<half2>[12])H|(?P<halfword>first|second)[- ]half)"
_FISCAL = r"(?:fiscal(?:[ -]year)?|FY|financial[ -]year)"
_OF = r"(?:\s+of)?(?:\s+(?:the|its))?"
_ENDED = r"(?:that\s+|which\s+)?(?:ended|ending)(?:\s+on)?"
_TRAILING = r"(?:TTM|LTM|(?:trailing|last|latest)[- ](?:twelve|12)[- ]months?|(?:twelve|12)[- ]months?)"
_TO = rf"(?:{_ENDED}|to|through|till|until|up\s+to|as\s+of|at|for)"
_ANY_QUARTER = rf"(?:{_QUARTER}|(?:fiscal[- ])?quarter|(?:three|3)[- ]months?|(?:12|13|14|16|17)[- ]weeks)"
# In the order in which they are looked for; what one has matched is no part of another.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("trailing", rf"\b{_TRAILING}\s*,?\s*{_TO}(?:\s+the)?\s+{_DATE}"),
    ("trailing", rf"\b{_TRAILING}[ ,]+(?:{_TO}\s+)?(?:the\s+)?{_QUARTER}{_OF}(?:[ -]?{_FISCAL})?[ -]?{_ANY_YEAR}(?!\d)"),
    ("annual", rf"\b(?:(?:fiscal|financial|full)[ -])?year(?:\s+{_YEAR})?,?\s*\(?{_ENDED}\s+{_DATE}"),
    ("quarterly", rf"\b{_ANY_QUARTER}(?:{_OF}(?:\s+{_FISCAL})?\s+{_YEAR})?,?\s*\(?{_ENDED}\s+{_DATE}"),
    ("quarterly", rf"\b{_QUARTER}{_OF}(?:[ -]?{_FISCAL})?[ -]?{_ANY_YEAR}(?![\d,]\d)(?!\d)"),
    ("quarterly", rf"\b{_FISCAL}[ -]?{_ANY_YEAR}(?:['’]s)?[ -,]+{_QUARTER}\b"),
    ("quarterly", rf"\b{_YEAR}[ -]?{_QUARTER}\b"),
    ("quarterly", rf"\b{_HALF}{_OF}(?:[ -]?{_FISCAL})?[ -]?{_ANY_YEAR}(?!\d)"),
    ("annual", rf"\b{_FISCAL}[ -]?{_ANY_YEAR}(?!\d|[.,]\d)"),
    ("annual", r"\b(?:full[- ])?(?P<fyear>(?:19|20)\d\d)\s+(?:fiscal|financial)(?:\s+year)?\b"),
    ("annual", rf"\bfull[- ]year\s+{_YEAR}\s*\(?fiscal\b"),
    ("date", _DATE),
    ("bare", rf"(?<![\d.,$€£¥-])(?:\b(?:full[- ]year|(?:the\s+)?year)\s+)?\b{_YEAR}(?![\d%-]|[.,]\d)"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A period that [start, end) of a sentence names: by its fiscal year and part of it, by its last day, or by both.

    `kind` is None for a day alone. `is_bare`: a year without a word that says fiscal, which may be the calendar's.
    """

    text: str
    start: int
    end: int
    kind: PeriodKind | None
    fiscal_year: int | None = None
    quarter: int | None = None
    part: str | None = None
    last_day: date | None = None
    is_bare: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What the period is, without the words that name it."""
        return self.kind, self.fiscal_year, self.quarter, self.part, self.last_day

    def is_of(self, column: StatementPeriod) -> bool:
        """Whether a column of a table is this period."""
        if self.last_day is not None and column.end != self.last_day:
            return False
        if self.fiscal_year is not None and column.fiscal_year != self.fiscal_year:
            return False
        if self.kind is PeriodKind.QUARTERLY and column.part != self.part:
            return False  # a half-year is no quarter
        if self.quarter is not None:
            return column.fiscal_quarter == self.quarter and not column.is_transition
        return self.kind is not PeriodKind.ANNUAL or not column.is_transition


def periods_in(text: str) -> list[StatedPeriod]:
    """The periods that a text names, from left to right."""
    results: list[StatedPeriod] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if all(match.end() <= each.start or each.end <= match.start() for each in results):
                results += _period(kind, match)
    return sorted(results, key=lambda each: each.start)


def _period(kind: str, match: re.Match[str]) -> Iterator[StatedPeriod]:
    parts = {name: value for name, value in match.groupdict().items() if value}
    day = _day(parts)
    if day is None and any(name in parts for name in ("iso", "day", "day2")):
        return  # 31 June
    digit = parts.get("q") or parts.get("q2") or _ORDINALS.get(parts.get("word", "").lower())
    half = parts.get("half") or parts.get("half2") or _ORDINALS.get(parts.get("halfword", "").lower())
    yield StatedPeriod(
        match.group(),
        match.start(),
        match.end(),
        _KINDS[kind],
        _year(parts),
        int(digit) if digit else None,
        f"H{half}" if half else None,
        day,
        is_bare=kind == "bare",
    )


_KINDS = {
    "annual": PeriodKind.ANNUAL, "bare": PeriodKind.ANNUAL, "quarterly": PeriodKind.QUARTERLY, "trailing": PeriodKind.TTM,
    "date": None,
}  # fmt: skip


def _year(parts: dict[str, str]) -> int | None:
    year = parts.get("year") or parts.get("fyear")
    if year:
        return int(year)
    return 2000 + int(parts["short"]) if "short" in parts else None


def _day(parts: dict[str, str]) -> date | None:
    try:
        if "iso" in parts:
            return date.fromisoformat(parts["iso"])
        month, day, year = (parts.get(name) or parts.get(f"{name}2") for name in ("month", "day", "dyear"))
        if not (month and day and year):
            return None
        number = next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(month.lower()[:3]))
        return date(int(year), number, int(day))
    except ValueError:
        return None
