"""Inline XBRL transformations: from what a document prints to the value it means.

The registries of the years differ in spelling (`numdotdecimal`, `num-dot-decimal`) and agree in meaning, so a name is
looked up without its hyphens: https://www.xbrl.org/specification/inlinexbrl-transformationregistry, and for the names
that end in English words the SEC's own registry (EDGAR Filer Manual, 6.5 and 6.6).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workbench.parse.xbrl.number_words import number_from_words
from workbench.parse.xbrl.state_names import STATE_CODES

_SEPARATORS = str.maketrans("", "", " \xa0\u2009\u202f'’`\t\r\n\f")
_PLAIN = re.compile(r"\d*\.?\d+|\d+\.")
_UNITS = re.compile(r"(\d[\d.,'’ ]*?)\D+?(\d{1,2})\D*")  # 12 euros 50 cents
_POINT = frozenset({"numdotdecimal", "numdotdecimalin", "numdotdecimalapos", "numcommadot", "numspacedot"})
_COMMA = frozenset({"numcommadecimal", "numcommadecimalapos", "numdotcomma", "numspacecomma", "numcomma"})
_ZERO = frozenset({"fixedzero", "zerodash", "numdash"})
_LONGEST = 200


def read_number(printed: str, transformation: str | None) -> Decimal | None:
    """The number that the text of a numeric element means, before scale and sign, exactly as many digits as printed.

    `transformation` is the local name of the element's format; without one the text is a plain decimal. None for a text
    that this format cannot mean, and for a format that is not known.
    """
    name = _name(transformation)
    if name in _ZERO:
        return Decimal(0)
    if len(printed) > _LONGEST:
        return None
    if name == "numwordsen":
        number = number_from_words(printed)
        return None if number is None else Decimal(number)
    text = printed.translate(_SEPARATORS)
    if name in _POINT:
        text = text.replace(",", "")
    elif name in _COMMA:
        text = text.replace(".", "").replace(",", ".")
    elif name.startswith("numunitdecimal"):
        match = _UNITS.fullmatch(printed.strip())
        whole = re.sub(r"\D", "", match.group(1)) if match else ""
        text = f"{whole}.{match.group(2).zfill(2)}" if match else ""
    elif name:
        return None
    return Decimal(text) if text.isascii() and _PLAIN.fullmatch(text) else None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CONSTANTS = {"fixedtrue": "true", "booleantrue": "true", "fixedfalse": "false", "booleanfalse": "false",
              "fixedempty": "", "nocontent": ""}  # fmt: skip
_BALLOT = {"☒": "true", "☑": "true", "x": "true", "þ": "true", "ý": "true", "☐": "false", "o": "false", "¨": "false"}
_DURATIONS = {"duryear": "P{}Y", "durmonth": "P{}M", "durweek": "P{}W", "durday": "P{}D", "durhour": "PT{}H"}
_DURATION_WORDS = {"year": "Y", "month": "M", "week": "W", "day": "D"}
_EXCHANGES = (
    ("nasdaq", "NASDAQ"), ("new york stock exchange", "NYSE"), ("nyse american", "NYSEAMER"), ("nyse arca", "NYSEArca"),
    ("cboe", "CboeBZX"), ("nyse", "NYSE"),
)  # fmt: skip
_PRINTED_DATE = re.compile(
    r"([A-Za-z]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?(?:,?\s*(\d{4}))?|(\d{1,2})\s+([A-Za-z]+)\.?,?\s*(\d{4})?"
)


def read_text(printed: str, transformation: str | None) -> str | None:
    """The value that the text of a non-numeric element means; None where it is not known, and it stands as printed."""
    name = _name(transformation)
    if not name:
        return printed
    text = " ".join(printed.split())
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if name in _READERS:
        return _READERS[name](text)
    if name in _DURATIONS:
        return _duration(text, name)
    return _named_date(text) if "monthname" in name or "datelong" in name else _numeric_date(text, name)


def _name(transformation: str | None) -> str:
    return (transformation or "").replace("-", "").lower()


def _capitalised(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split())


def _exchange(text: str) -> str | None:
    return next((code for words, code in _EXCHANGES if words in text.lower()), None)


def _duration(text: str, name: str) -> str | None:
    number = read_number(text, "numdotdecimal") if text[:1].isdigit() else read_number(text, "numwordsen")
    if number is None:
        return None
    return _fractional(number, name) or _DURATIONS[name].format(f"{int(number) if number == int(number) else number}")


def _duration_in_words(text: str) -> str | None:
    parts = re.findall(r"([\w‑-]+(?:\s+and\s+[\w-]+)?)\s+(year|month|week|day)s?", text.lower())
    results = [(number_from_words(words), unit) for words, unit in parts]
    if not results or any(number is None for number, _ in results):
        return None
    return "P" + "".join(f"{number}{_DURATION_WORDS[unit]}" for number, unit in results)


def _fractional(number: Decimal, name: str) -> str | None:
    """The SEC writes half a year as months: 2.5 years is P2Y6M."""
    whole = int(number)
    if number == whole or name != "duryear":
        return None
    months = (number - whole) * 12
    return f"P{whole}Y{int(months)}M" + (f"{int((months - int(months)) * 30)}D" if months != int(months) else "")


def _named_date(text: str) -> str | None:
    month_year = re.fullmatch(r"([A-Za-z]+)\.?,?\s*(\d{4})", text)
    if month_year and (month := _month(month_year.group(1))):
        return f"{month_year.group(2)}-{month:02d}"
    match = _PRINTED_DATE.fullmatch(text)
    if match is None:
        return None
    words, day, year = match.group(1, 2, 3) if match.group(1) else match.group(5, 4, 6)
    month = _month(words)
    if not month:
        return None
    return _iso(int(year), month, int(day)) if year else f"--{month:02d}-{int(day):02d}"


def _month(word: str) -> int | None:
    return _MONTHS.index(word[:3].lower()) + 1 if word[:3].lower() in _MONTHS else None


def _numeric_date(text: str, name: str) -> str | None:
    order = {"monthdayyear": "mdy", "slashus": "mdy", "daymonthyear": "dmy", "sloteu": "dmy", "slasheu": "dmy", "doteu": "dmy",
             "yearmonthday": "ymd", "monthday": "md", "daymonth": "dm", "monthyear": "my", "yearmonth": "ym"}  # fmt: skip
    result = order.get(name.removeprefix("date"))
    numbers = re.findall(r"\d+", text)
    if result is None or len(numbers) != len(result):
        return None
    part = dict(zip(result, map(int, numbers), strict=True))
    if "y" in part and part["y"] < 100:
        part["y"] += 2000
    if result in {"md", "dm"}:
        return f"--{part['m']:02d}-{part['d']:02d}"
    return f"{part['y']:04d}-{part['m']:02d}" if "d" not in part else _iso(part["y"], part["m"], part["d"])


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


_READERS: dict[str, Callable[[str], str | None]] = {
    "boolballotbox": lambda text: _BALLOT.get(text.lower()),
    "durwordsen": _duration_in_words,
    "entityfilercategoryen": _capitalised,
    "exchnameen": _exchange,
    "stateprovnameen": lambda text: STATE_CODES.get(text.lower()),
}
