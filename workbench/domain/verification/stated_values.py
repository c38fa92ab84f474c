"""Numbers as sentences state them: sign, currency, scale and unit, the digit they are rounded to, and words like "about"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ValueUnit(StrEnum):
    """What a stated number counts; PLAIN says nothing."""

    PLAIN = "plain"
    MONEY = "money"
    PER_SHARE = "per_share"
    SHARES = "shares"
    PERCENT = "percent"
    POINTS = "percentage points"
    TIMES = "times"
    DAYS = "days"


class Bound(StrEnum):
    """How exactly a number is meant."""

    EXACT = "exactly"
    ABOUT = "about"
    NEARLY = "nearly"
    ABOVE = "more than"
    AT_LEAST = "at least"
    BELOW = "less than"
    AT_MOST = "at most"


# "About 390 billion" is accepted for 391.0 and for 398, not for 405: one part in forty, or one unit of the last digit.
ABOUT_SHARE = Decimal("0.025")


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A number in [start, end) of a sentence, in full units; percentages as 0 to 100, basis points as percentage points.

    `half_digit` is half a unit of the last digit as written. `is_bracketed`: in brackets without a sign or currency before
    them, which may mean a negative number or an aside.
    """

    text: str
    start: int
    end: int
    number: Decimal
    half_digit: Decimal
    unit: ValueUnit
    currency: str | None = None
    bound: Bound = Bound.EXACT
    is_bracketed: bool = False

    def admits(self, actual: Decimal) -> bool:
        """Whether an actual number is one that the stated number can mean."""
        apart = actual - self.number
        wide = max(abs(self.number) * ABOUT_SHARE, 2 * self.half_digit)
        if self.bound is Bound.ABOUT:
            return abs(apart) <= wide
        if self.bound is Bound.NEARLY:
            # Nearer to zero than stated: a loss of nearly 5 billion is smaller than one of 5 billion.
            return (-wide if self.number >= 0 else 0) <= apart <= (0 if self.number >= 0 else wide)
        if self.bound is Bound.EXACT:
            return abs(apart) <= self.half_digit
        # Of a loss, more means a larger loss.
        size = apart if self.number >= 0 else -apart
        return {
            Bound.ABOVE: size > 0, Bound.AT_LEAST: size >= 0, Bound.BELOW: size < 0, Bound.AT_MOST: size <= 0,
        }[self.bound]  # fmt: skip


_SCALES: Mapping[str, int] = {
    "trillion": 12, "trillions": 12, "tn": 12, "trn": 12, "billion": 9, "billions": 9, "bn": 9, "bln": 9, "b": 9,
    "million": 6, "millions": 6, "mn": 6, "mln": 6, "mm": 6, "m": 6, "thousand": 3, "thousands": 3, "k": 3,
}  # fmt: skip
_SYMBOLS = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "c$": "CAD", "a$": "AUD", "hk$": "HKD"}
_CODES = (
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CNY",
    "RMB",
    "CAD",
    "AUD",
    "CHF",
    "HKD",
    "TWD",
    "KRW",
    "INR",
    "BRL",
    "MXN",
    "DKK",
    "SEK",
)
_CURRENCY_WORDS = {
    "us dollars": "USD", "u.s. dollars": "USD", "dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP",
    "yen": "JPY", "yuan": "CNY", "swiss francs": "CHF",
}  # fmt: skip
_UNITS = (
    (r"%(?:\s?-?points?)", ValueUnit.POINTS),
    (r"(?:percentage|percent|per\s+cent)[- ]points?|ppts?|pp|p\.p\.", ValueUnit.POINTS),
    (r"basis\s+points?|bps?", ValueUnit.POINTS),
    (r"%|percent|per\s+cent|pct", ValueUnit.PERCENT),
    (r"times|x|×", ValueUnit.TIMES),
    (r"days", ValueUnit.DAYS),
    (r"shares", ValueUnit.SHARES),
)
_PER_SHARE = r"(?:(?:per|a|for\s+each|for\s+every|/)\s*(?:diluted\s+|basic\s+|common\s+|ordinary\s+)?share|a\s*piece)"
_BOUNDS = (
    (r"no\s+less\s+than|not\s+less\s+than|at\s+least|upwards\s+of", Bound.AT_LEAST),
    (r"no\s+more\s+than|not\s+more\s+than|at\s+most|up\s+to", Bound.AT_MOST),
    (r"nearly|almost|just\s+under|just\s+below|just\s+short\s+of|close\s+to", Bound.NEARLY),
    (r"about|around|approximately|approx\.?|roughly|circa|ca\.|some|~|≈", Bound.ABOUT),
    (
        r"(?:more|greater|higher|larger)\s+than|over|above|exceed(?:s|ed|ing)?|topped|surpassed|in\s+excess\s+of|>",
        Bound.ABOVE,
    ),
    (r"less\s+than|lower\s+than|smaller\s+than|fewer\s+than|under|below|<", Bound.BELOW),
)  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_BOUND = "|".join(pattern for pattern, _ in _BOUNDS)
_UNIT = "|".join(pattern for pattern, _ in _UNITS)
_VALUE = re.compile(
    rf"""(?<![\w.,-])
    (?:(?:a|an|the|of|only)\s+)?(?P<bound>(?:{_BOUND})\s*)?(?:a\s+|an\s+|the\s+)?
    (?P<open>\(\s*)?(?P<sign>[-−–+]\s?|(?:minus|negative|a\s+negative)\s+)?
    (?P<symbol>(?:US|C|A|HK)?\$|€|£|¥|(?:{"|".join(_CODES)})\s?)?\s?
    (?P<inner>\(\s*|[-−–]\s?)?(?P<number>{_NUMBER})(?!\d|\.\d)
    (?P<close>\s*\))?
    (?:(?:\s?|-(?=[a-z]{{6}}))(?P<scale>{_SCALE})\b)?
    (?:\s?(?P<unit>{_UNIT})(?!\w))?
    (?:\s(?P<word>{"|".join(re.escape(word) for word in _CURRENCY_WORDS)}|{"|".join(_CODES)})\b)?
    (?P<share>\s*{_PER_SHARE}\b)?
    (?P<close2>\s*\))?
    """,
    re.IGNORECASE | re.VERBOSE,
)


def values_in(text: str) -> list[StatedValue]:
    """The numbers that a text states, from left to right."""
    return list(_values(text))


def _values(text: str) -> Iterator[StatedValue]:
    for match in _VALUE.finditer(text):
        end = match.end()
        after = text[end : end + 1]
        if after.isalnum() or (after in ("-", "–") and text[end + 1 : end + 2].isalnum()):
            continue  # a part of a word (10-K) or of a range
        yield _value(match)


def _value(match: re.Match[str]) -> StatedValue:
    parts = {name: (value or "").strip() for name, value in match.groupdict().items()}
    exponent = _SCALES.get(parts["scale"].lower(), 0)
    unit = _unit(parts)
    if unit is ValueUnit.POINTS and parts["unit"].lower().startswith("b"):
        exponent = -2
    number, half_digit = _number(parts["number"], exponent)
    is_bracketed = bool(parts["open"]) and bool(parts["close"] or parts["close2"])
    in_currency = bool(parts["inner"].startswith("(")) and bool(parts["close"] or parts["close2"])
    is_negative = parts["sign"] not in ("", "+") or parts["inner"] not in ("", "(") or in_currency
    start = match.start("open") if is_bracketed else min(match.start(name) for name in _FIRST if match.group(name))
    return StatedValue(
        match.group()[start - match.start() :].strip(),
        start,
        match.end(),
        -number if is_negative else number,
        half_digit,
        unit,
        _currency(parts),
        _bound(parts["bound"]),
        is_bracketed and not is_negative,
    )


_FIRST = ("bound", "sign", "symbol", "inner", "number")


def _number(digits: str, exponent: int) -> tuple[Decimal, Decimal]:
    """The number, and half a unit of its last digit; of a whole number in full, groups of zeros at its end are rounding."""
    number = Decimal(digits.replace(",", ""))
    place = -len(digits.partition(".")[2])
    if not place and not exponent:
        while digits.endswith(",000"):
            digits, place = digits[:-4], place + 3
    return number.scaleb(exponent), Decimal(5).scaleb(place + exponent - 1)


def _unit(parts: Mapping[str, str]) -> ValueUnit:
    if parts["share"]:
        return ValueUnit.PER_SHARE
    if parts["unit"]:
        return next(unit for pattern, unit in _UNITS if re.fullmatch(pattern, parts["unit"], re.IGNORECASE))
    return ValueUnit.MONEY if parts["symbol"] or parts["word"] else ValueUnit.PLAIN


def _currency(parts: Mapping[str, str]) -> str | None:
    symbol, word = parts["symbol"].lower(), parts["word"].lower()
    code = _SYMBOLS.get(symbol) or _CURRENCY_WORDS.get(word) or (symbol or word).upper() or None
    return "CNY" if code == "RMB" else code


def _bound(words: str) -> Bound:
    if not words:
        return Bound.EXACT
    return next(bound for pattern, bound in _BOUNDS if re.fullmatch(pattern, words, re.IGNORECASE))
