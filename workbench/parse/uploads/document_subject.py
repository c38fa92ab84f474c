"""Whose an added document is, which form and which fiscal period: read from its title, its file name and its first page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from workbench.domain.companies.names import key_of, keys_of, known_names, ticker_key, words_of
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.filings.subjects import DocumentSubject
from workbench.parse.uploads.cover_page import CoverPage, read_cover_page

_FORMS = (
    (r"10-?KT?|annual ?report", "10-K"),
    (r"10-?Q|quarterly ?report", "10-Q"),
    (r"8-?K|earnings(?: ?(?:press ?)?release)?", "8-K"),
    (r"6-?K", "6-K"),
    (r"20-?F", "20-F"),
    (r"40-?F", "40-F"),
    (r"DEF ?14A|proxy(?: ?statement)?", "DEF 14A"),
)
_DATE = r"(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PERIODS = (
    rf"(?:FY ?)?{_YEAR} ?-?Q(?P<quarter>[1-4])",
    rf"Q(?P<quarter>[1-4]) ?-?(?:of ?)?(?:FY ?|fiscal ?)?(?:{_YEAR}|(?P<short>\d\d))",
    rf"(?P<quarter>[1-4])Q ?-?(?:FY ?)?(?:{_YEAR}|(?P<short>\d\d))",
    rf"(?:FY ?|fiscal ?(?:year ?)?)(?:{_YEAR}|(?P<short>\d\d))",
    _YEAR,
)
_NO_NAME = re.compile(
    rf"dated|as filed|{_DATE}|\(\d+\)|\b(?:forms?|reports?|filing|final|draft|copy|results?|press|release|signed|scan(?:ned)?"
    r"|sec|pdf|v\d+|the|of|for|fiscal|year|quarter|annual|quarterly|current|on|to|exhibit|ex ?99(?: ?\d)?)\b",
    re.IGNORECASE,
)
# A longer one is a sentence. Without a form the title is that of any paper, and only known names are a company's.
_LONGEST_NAME = 6


@dataclass(frozen=True, slots=True)
class ReadSubject:
    """What a document says of itself: its subject, its form, and the tickers on its cover page."""

    subject: DocumentSubject
    form: str | None = None
    tickers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Title:
    company: str | None
    form: str | None
    period: ReportPeriod | None


def read_subject(names: Sequence[str], text: str) -> ReadSubject:
    """What the title and the file name (`names`, the weightier first) and the first page of `text` say together.

    The cover page names the company as it files; a title's period wins, because covers give only the day on which it ends.
    """
    titles = [_read_title(PurePosixPath(name).stem if "." in name else name) for name in names]
    cover = read_cover_page(text)
    form = next((title.form for title in titles if title.form), cover.form)
    period = next((title.period for title in titles if title.period), None)
    if period is None or (form == "10-Q" and period.quarter is None):
        period = _cover_period(cover, form, text) or period
    if form not in {"10-Q", "8-K", None}:
        period = ReportPeriod(period.fiscal_year) if period else None
    companies = [name for name in (cover.company, *(title.company for title in titles)) if name]
    keys = keys_of(companies, cover.tickers) if companies or cover.tickers else ()
    return ReadSubject(DocumentSubject(companies[0] if companies else None, keys, period), form, cover.tickers)


def _read_title(title: str) -> _Title:
    """`AMAZON_2017_10K`, `3M 10-K 2018`, `Pfizer_2023Q2_10Q`, `AMCOR_2022_8K_dated-2022-07-01`, `nke-20240531`."""
    rest = " ".join(re.sub(r"[_\s–—]+", " ", title).split())
    form = None
    for pattern, name in _FORMS:
        match = re.search(rf"(?<![A-Za-z0-9])(?:form ?)?(?:{pattern})(?![A-Za-z0-9])", rest, re.IGNORECASE)
        if match is not None:
            form = form or name
            rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
    rest = re.sub(rf"(?<!\d){_DATE}(?!\d)", " | ", rest)
    period, rest = _take_period(rest)
    parts = [" ".join(part.split()).strip(" -.,:'’") for part in _NO_NAME.sub("|", rest).split("|")]
    company = next((part for part in parts if re.search(r"[A-Za-z]", part) or part.isdigit()), None)
    known = _known(company) if company else None
    if known is None and (form is None or company is None or len(company.split()) > _LONGEST_NAME):
        company = None
    return _Title(known or company, form, period)


def _take_period(text: str) -> tuple[ReportPeriod | None, str]:
    for pattern in _PERIODS:
        match = re.search(rf"(?<![A-Za-z0-9])(?:{pattern})(?![0-9])", text, re.IGNORECASE)
        if match is not None:
            parts = match.groupdict()
            year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
            quarter = int(parts["quarter"]) if parts.get("quarter") else None
            return ReportPeriod(year, quarter), f"{text[: match.start()]} | {text[match.end() :]}"
    return None, text


def _known(name: str) -> str | None:
    """The usual name of a company that is known by `name` or by this ticker, or None."""
    words = words_of(name)
    known = known_names().get(key_of(words)) or (known_names().get(ticker_key(words[0])) if len(words) == 1 else None)
    return known[0].name if known else None


def _cover_period(cover: CoverPage, form: str | None, text: str) -> ReportPeriod | None:
    if cover.period_end is None:
        return None
    end = cover.period_end - timedelta(days=10)  # a year of 52 or 53 weeks ends within days of the month's last day
    quarter = cover.quarters if form == "10-Q" else None
    if quarter is None and form == "10-Q":
        return None
    months_left = 3 * (4 - quarter) if quarter else 0
    month = end.month - 1 + months_left
    year_end = date(end.year + month // 12, month % 12 + 1, 1)
    year = _fiscal_year(year_end, text)
    return ReportPeriod(year, quarter) if year is not None else None


def _fiscal_year(year_end: date, text: str) -> int | None:
    """The year that ends in the month of `year_end`, as the text names it.

    One that ends in winter may be called by the year before; without a word in the text it is not known.
    """
    if year_end.month > 2:
        return year_end.year
    counts = {
        year: len(re.findall(rf"\bfiscal(?:\s+year)?\s+{year}\b", text, re.IGNORECASE))
        for year in (year_end.year, year_end.year - 1)
    }
    return max(counts, key=lambda year: counts[year]) if any(counts.values()) else None
