"""What the title or the file name of a document says: whose it is, which form, which fiscal period."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.companies.names import key_of, known_names, ticker_key, words_of
from workbench.domain.filings.passages import ReportPeriod

# Codes of forms before the words that people use for them: "Annual Report and Form 20-F".
_CODES = (
    (r"10-?K405", "10-K405"),
    (r"10-?KSB(?:40)?", "10-KSB"),
    (r"10-?QSB", "10-QSB"),
    (r"10-?KT?", "10-K"),
    (r"10-?Q", "10-Q"),
    (r"8-?K", "8-K"),
    (r"6-?K", "6-K"),
    (r"11-?K", "11-K"),
    (r"20-?F", "20-F"),
    (r"40-?F", "40-F"),
    (r"DEF ?14A", "DEF 14A"),
    *((rf"424\(?B\)?\(?{number}\)?", f"424B{number}") for number in range(1, 9)),
    *((form, form) for form in ("S-1", "S-3", "S-4", "S-11", "F-1", "F-3", "F-4")),
)
_TALK = r"(?:[ -]?(?:conference|webcast|call|transcript|presentation|slides?|deck|model|preview|notes?|q&a|prep))"
_WORDS = (
    (r"annual ?report", "10-K"),
    (r"quarterly ?report", "10-Q"),
    (rf"earnings(?!{_TALK})(?: ?(?:press ?)?release)?", "8-K"),
    (r"proxy(?: ?statement)?", "DEF 14A"),
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
# A day, or a month of a year, says when something was written as often as what it is about.
_DATE = (
    r"(?:(?:19|20)\d\d[-. ]?(?:0[1-9]|1[0-2])[-. ]?(?:0[1-9]|[12]\d|3[01])|\d{1,2}[-. /]\d{1,2}[-. /](?:19|20)\d\d"
    rf"|(?:\d{{1,2}} )?{_MONTH} ?(?:\d{{1,2}},? ?)?(?:19|20)\d\d)"
)
_YEAR_END = re.compile(
    rf"\b(?:FYE|(?:fiscal )?year[ -]end(?:ed|ing)?) ?:?(?:\d{{1,2}} )?(?P<month>{_MONTH}) ?(?:\d{{1,2}},? ?)?"
    r"(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_OR_SHORT = rf"(?:{_YEAR}|(?P<short>\d\d))"
_ORDINALS = ("first", "second", "third", "fourth")
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)}|[1-4](?:st|nd|rd|th))[- ]?(?:fiscal )?quarter"
_PERIODS = (
    rf"(?:FY ?)?{_YEAR} ?-?F?Q(?P<quarter>[1-4])",
    rf"FY ?'?{_YEAR_OR_SHORT} ?-?Q(?P<quarter>[1-4])",
    rf"F?Q(?P<quarter>[1-4]) ?[-'’]?(?:of ?)?(?:FY ?|fiscal ?)?'?{_YEAR_OR_SHORT}",
    rf"(?P<quarter>[1-4])Q ?[-'’]?(?:FY ?)?{_YEAR_OR_SHORT}",
    rf"{_ORDINAL} ?(?:of ?)?(?:FY ?|fiscal ?(?:year ?)?)?{_YEAR}",
    rf"(?:FY ?|fiscal ?(?:year ?)?)?{_YEAR} ?{_ORDINAL}",
    rf"(?:FY ?|fiscal ?(?:year ?)?)'?{_YEAR_OR_SHORT}",
    _YEAR,
)
_NO_NAME = re.compile(
    rf"dated|as filed|{_DATE}|\(\d+\)|{_ORDINAL}"
    r"|\b(?:forms?|reports?|filing|final|draft|copy|results?|press|release|signed|scan(?:ned)?|sec|pdf|v\d+|the|of|for|and"
    r"|fiscal|year|half|quarter|annual|quarterly|interim|current|on|to|exhibit|ex ?99(?: ?\d)?|h[12]|[12]h|accounts|prospectus"
    r"|earnings|call|conference|transcript|presentation|slides?|deck|investors?|day|update|letter|shareholders?|stockholders?"
    r"|commentary|remarks|prepared|supplement(?:al)?|model|memo|notes?|research|initiation|preview|webcast|full)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s[-:]\s|[|(),;\[\]]")
# A longer one is a sentence. Without a form the title is that of any paper, and only known names are a company's.
_LONGEST_NAME = 6
# Tickers that are words count in capitals where the title has no form; the shortest only beside a period.
_TICKERS_AS_WORDS = frozenset((
    "all", "cat", "cop", "cost", "dash", "dis", "dow", "hog", "low", "mar", "mat", "met", "now", "para", "pep", "shop", "snap",
    "spot", "tap",
))  # fmt: skip
_NEVER_ALONE = frozenset(("dd", "ex", "ip", "lin", "ma", "mo", "ms", "mu", "pm", "rl", "so", "sq", "tm", "ua"))
_SHORTEST_TICKER, _SHORTEST_WITH_PERIOD = 3, 2


@dataclass(frozen=True, slots=True)
class TitleSubject:
    """A field is None where the title does not say. `is_form_code` when it gives the form by its code and not by a word."""

    company: str | None
    form: str | None
    period: ReportPeriod | None
    is_form_code: bool = False


def read_title(title: str) -> TitleSubject:
    """`AMAZON_2017_10K`, `3M 10-K 2018`, `Pfizer_2023Q2_10Q`, `q3fy23_transcript_msft`, `Toyota 20-F FYE March 2023`."""
    rest = " ".join(re.sub(r"[_\s–—]+", " ", title).split())
    code, rest = _take_form(_CODES, rest)
    word, rest = _take_form(_WORDS, rest)
    period, rest = _take_period(rest)
    parts = [
        " ".join(part.split()).strip(" -.,:'’")
        for piece in _BETWEEN.split(rest)
        for part in _NO_NAME.sub("|", piece).split("|")
    ]
    names = [part for part in parts if re.search(r"[A-Za-z]", part) or part.isdigit()]
    form = code or word
    known = next((name for part in names if (name := _known(part, form, period))), None)
    company = known
    if known is None and form is not None and names and len(names[0].split()) <= _LONGEST_NAME:
        company = names[0]
    return TitleSubject(company, form, period, is_form_code=code is not None)


def _take_form(forms: tuple[tuple[str, str], ...], rest: str) -> tuple[str | None, str]:
    """The first of the forms that is named, and the title without any of them."""
    form = None
    for pattern, name in forms:
        match = re.search(rf"(?<![A-Za-z0-9])(?:form ?)?(?:{pattern})(?![A-Za-z0-9])", rest, re.IGNORECASE)
        if match is not None:
            form = form or name
            rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
    return form, rest


def _take_period(text: str) -> tuple[ReportPeriod | None, str]:
    """The fiscal period, and the title without it and without dates; no period where two years stand without more."""
    if (end := _YEAR_END.search(text)) is not None:
        rest = f"{text[: end.start()]} | {text[end.end() :]}"
        # A year that ends in winter may be called by the year before.
        return None if end["month"][:3].lower() in {"jan", "feb"} else ReportPeriod(int(end["year"])), rest
    text = re.sub(rf"(?<![A-Za-z0-9]){_DATE}(?![A-Za-z0-9])", " | ", text, flags=re.IGNORECASE)
    for pattern in _PERIODS:
        matches = list(re.finditer(rf"(?<![A-Za-z0-9])(?:{pattern})(?![0-9])", text, re.IGNORECASE))
        if matches:
            rest = f"{text[: matches[0].start()]} | {text[matches[0].end() :]}"
            is_range = pattern == _YEAR and len({match["year"] for match in matches}) > 1
            return None if is_range else _period(matches[0]), rest
    return None, text


def _period(match: re.Match[str]) -> ReportPeriod:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
    if ordinal := parts.get("ordinal"):
        quarter = int(ordinal[0]) if ordinal[0].isdigit() else _ORDINALS.index(ordinal.lower()) + 1
        return ReportPeriod(year, quarter)
    return ReportPeriod(year, int(parts["quarter"]) if parts.get("quarter") else None)


def _known(name: str, form: str | None, period: ReportPeriod | None) -> str | None:
    """The usual name of a company that is known by `name` or by this ticker, or None."""
    words = words_of(name)
    known = known_names().get(key_of(words))
    if known is None and len(words) == 1 and (form is not None or _is_ticker(name, period)):
        known = known_names().get(ticker_key(words[0]))
    return known[0].name if known else None


def _is_ticker(word: str, period: ReportPeriod | None) -> bool:
    """Whether a word that stands without a form is meant as a ticker."""
    shortest = _SHORTEST_WITH_PERIOD if period and word.isupper() else _SHORTEST_TICKER
    is_word = word.lower() in _NEVER_ALONE or (word.lower() in _TICKERS_AS_WORDS and not word.isupper())
    return len(word) >= shortest and not is_word
