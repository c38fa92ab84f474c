"""Whose an added document is, which form and which fiscal period: read from its title, its file name and its first page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.domain.companies.names import keys_of
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.filings.subjects import DocumentSubject
from workbench.parse.uploads.cover_page import CoverPage, read_cover_page
from workbench.parse.uploads.document_title import read_title

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")


@dataclass(frozen=True, slots=True)
class ReadSubject:
    """What a document says of itself: its subject, its form, and the tickers on its cover page."""

    subject: DocumentSubject
    form: str | None = None
    tickers: tuple[str, ...] = ()


def read_subject(names: Sequence[str], text: str) -> ReadSubject:
    """What the title and the file name (`names`, the weightier first) and the first page of `text` say together.

    The cover page names the company as it files; a title's period wins, because covers give only the day on which it ends. A
    form's code in a title counts before the cover, and the cover before a word such as "annual report".
    """
    titles = [read_title(_EXTENSION.sub("", name)) for name in names]
    cover = read_cover_page(text)
    codes = [title.form for title in titles if title.is_form_code]
    form = next((each for each in (*codes, cover.form, *(title.form for title in titles)) if each), None)
    period = next((title.period for title in titles if title.period), None)
    if period is None or (form == "10-Q" and period.quarter is None):
        period = _cover_period(cover, form, text) or period
    if form not in {"10-Q", "8-K", None}:
        period = ReportPeriod(period.fiscal_year) if period else None
    companies = [name for name in (cover.company, *(title.company for title in titles)) if name]
    keys = keys_of(companies, cover.tickers) if companies or cover.tickers else ()
    return ReadSubject(DocumentSubject(companies[0] if companies else None, keys, period), form, cover.tickers)


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
