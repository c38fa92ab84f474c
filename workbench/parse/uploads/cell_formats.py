"""How a spreadsheet shows a value: its number format applied (ECMA-376 Part 1, section 18.8.31).

Digits, grouping, scaling by thousands, per cent, currency, literal text, sections by sign, dates and times. Colours, fill
characters and padding are left out; a number in a format of another kind (fractions, conditions) is shown as it is stored.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

CellValue = str | bool | int | float | Decimal | datetime | date | time | timedelta

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\-\]]*)(?:-[^\]]*)?\]|\[[^\]]*\]'
    r"|(?P<mask>General|[.,]?[0#?][0#?.,]*(?:E[+-]0+)?)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;)', re.DOTALL)
_OTHER_KIND = re.compile(r"\[[<>=]|/")
_GENERAL = re.compile(r"\s*(?:general|@)?\s*", re.IGNORECASE)
_DATE_PART = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|(yyyy|yy|mmmm|mmm|mm|m)|([dhs]+|AM/PM)|(.)', re.IGNORECASE | re.DOTALL)
_STRFTIME = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m"}
_DIGITS = Context(prec=15)  # that a spreadsheet keeps
_LONGEST = 255  # characters of a format


def displayed(value: CellValue, code: str | None) -> str:
    """The value as the format `code` shows it, without white space at its ends.

    >>> displayed(-1234.5, '#,##0.0_);(#,##0.0)'), displayed(0.0815, '0.0%'), displayed(1250000, '$0.0,,"m"')
    ('(1,234.5)', '8.2%', '$1.3m')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    code = (code or "")[:_LONGEST]
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, code)
    number = Decimal(str(value))
    if not number.is_finite():
        return ""
    if _GENERAL.fullmatch(code) or _OTHER_KIND.search(re.sub(r'"[^"]*"', "", code)):
        return _stored(number)
    sections = _SECTIONS.findall(code)
    section, says_sign = sections[0] if sections else "", False
    if number < 0 and len(sections) > 1:
        section, says_sign = sections[1], True
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    return _in_section(number, section, "" if says_sign or number >= 0 else "-")


class _Section(NamedTuple):
    before: str
    mask: str | None
    after: str


def _in_section(number: Decimal, text: str, sign: str) -> str:
    section = _parsed(text)
    if section is None:
        return _stored(number)
    if section.mask is None:
        return section.before.strip()
    if "e" in section.mask.lower():  # General, or an exponent
        return f"{sign}{section.before}{_stored(abs(number))}{section.after}".strip()
    scaled = section.mask.rstrip(",")
    value = abs(number) * Decimal(100) ** (section.before + section.after).count("%")
    value /= Decimal(1000) ** (len(section.mask) - len(scaled))
    figures = _figures(value, scaled)
    sign = sign if re.search(r"[1-9]", figures) else ""
    return f"{sign}{section.before}{figures}{section.after}".strip()


def _parsed(text: str) -> _Section | None:
    """Literal text, mask of digits, literal text; None for more than one mask."""
    before: list[str] = []
    after: list[str] = []
    mask: str | None = None
    for token in _TOKEN.finditer(text):
        if token["mask"] is not None:
            if mask is not None:
                return None
            mask = token["mask"]
            continue
        literal = next((each for each in token.group("quoted", "escaped", "currency", "plain") if each), "")
        (before if mask is None else after).append(literal)
    return _Section("".join(before), mask, "".join(after))


def _figures(value: Decimal, mask: str) -> str:
    """Rounded to the decimals of the mask, half away from zero; empty for a zero for which the mask has no `0`."""
    whole, _, fraction = mask.partition(".")
    most = len(fraction)
    rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, Context(prec=400))
    if not rounded and "0" not in mask:
        return ""
    integer, _, decimals = f"{rounded:f}".partition(".")
    integer = integer.zfill(whole.count("0"))
    if "," in whole:
        integer = f"{int(integer):,}"
    decimals = decimals[: fraction.count("0")] + decimals[fraction.count("0") :].rstrip("0")
    return f"{integer}.{decimals}" if decimals else integer


def _stored(number: Decimal) -> str:
    text = f"{_DIGITS.create_decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime | date | time | timedelta, code: str) -> str:
    """A day as ISO 8601, unless the format leaves the day out: `Jun-23`, `FY23`, `14:30`."""
    if isinstance(value, timedelta | time):
        return str(value)
    parts = list(_DATE_PART.finditer(code.split(";", maxsplit=1)[0]))
    named = {letter for match in parts for letter in f"{match[3] or ''}{match[4] or ''}".lower()}
    if named & {"h", "s"} and not named & {"d", "y"}:
        return f"{value:%H:%M}"
    if named & {"d", "h", "s"} or not named:
        has_time = isinstance(value, datetime) and value.time() != time()
        return f"{value:%Y-%m-%d %H:%M}" if has_time else f"{value:%Y-%m-%d}"
    pieces = [
        f"{value:{_STRFTIME[match[3].lower()]}}" if match[3] else match[1] or match[2] or match[5] or "" for match in parts
    ]
    return "".join(pieces).strip(" @;-")
