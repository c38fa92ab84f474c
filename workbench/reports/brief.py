"""What came in for several companies since a day: the content of a morning's report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.filing import REPORT_FORMS
from workbench.reports.sentences import Sentence
from workbench.reports.tables import tag_words
from workbench.runtime import Workbench
from workbench.runtime.arguments import AsOf, find_as_of

MOST_COMPANIES = 200


@dataclass(frozen=True, slots=True)
class Brief:
    """What came in from `since` to `until`, both included; each frame has the column `company`, newest first."""

    since: date
    until: date
    companies: tuple[str, ...]
    filings: pd.DataFrame
    events: pd.DataFrame
    restatements: pd.DataFrame
    news: pd.DataFrame

    @property
    def sentences(self) -> list[Sentence]:
        """What happened, in at most three sentences."""
        if self.filings.empty and self.events.empty and self.news.empty:
            return [Sentence(f"Nothing was filed by {_companies(len(self.companies))} from {self.since} to {self.until}.")]
        filed = self.filings.company.nunique()
        first = (
            f"From {self.since} to {self.until}, {filed} of {_companies(len(self.companies))} filed "
            f"{_count(len(self.filings), 'report')}."
        )
        results = [Sentence(first, tuple(self.filings.accession.head(3)))]
        reported = self.events[self.events["item"] != "9.01"]
        if not reported.empty:
            newest = reported.iloc[0]
            results.append(
                Sentence(
                    f"The newest of {_count(len(reported), 'event')} is of {newest.company}: {newest.label} "
                    f"(item {newest['item']}, filed on {newest.filed_on:%Y-%m-%d}).",
                    (newest.accession,),
                )
            )
        if not self.restatements.empty:
            newest = self.restatements.iloc[0]
            verb = "was" if len(self.restatements) == 1 else "were"
            figures = f"{_count(len(self.restatements), 'figure')} {verb} restated"
            text = f"{figures}, such as {tag_words(newest.label)} of {newest.company}."
            results.append(Sentence(text, (newest.accession_after,)))
        return results


def morning_brief(workbench: Workbench, *, watchlist: str = "", days: int = 7, as_of: AsOf = None) -> Brief:
    """What came in over the last `days` days, for the companies of a watchlist, or for all without one.

    Raises InvalidRequest for less than one day, and for more than `MOST_COMPANIES` companies.
    """
    if not 1 <= days <= 366:
        raise InvalidRequest(f"days is 1 to 366, not {days}")
    listed = workbench.watchlists(watchlist) if watchlist else workbench.companies(limit=MOST_COMPANIES + 1)
    if len(listed) > MOST_COMPANIES:
        raise InvalidRequest(f"a brief is of at most {MOST_COMPANIES} companies", hint="name a watchlist")
    until = find_as_of(as_of) or workbench.now().date()
    since = (pd.Timestamp(until) - pd.Timedelta(days=days - 1)).date()
    ciks = [int(cik) for cik in listed.index]
    names = [ticker or str(cik) for ticker, cik in zip(listed.ticker, ciks, strict=True)]

    def gathered(question: Callable[[int], pd.DataFrame], column: str) -> pd.DataFrame:
        frames = [question(cik).assign(company=name) for cik, name in zip(ciks, names, strict=True)]
        recent = [frame[_days(frame[column]) >= pd.Timestamp(since)] for frame in frames if not frame.empty]
        recent = [frame for frame in recent if not frame.empty]
        if not recent:
            return frames[0].iloc[:0] if frames else pd.DataFrame(columns=["company", column])
        return pd.concat(recent).sort_values(column, ascending=False, kind="stable").reset_index(drop=True)

    return Brief(
        since,
        until,
        tuple(names),
        gathered(lambda cik: workbench.filings(cik, REPORT_FORMS, as_of=until, limit=40).reset_index(), "filed_on"),
        gathered(lambda cik: workbench.events(cik, as_of=until, limit=40), "filed_on"),
        gathered(lambda cik: _restated(workbench.restatements(cik, as_of=until)), "filed_on"),
        gathered(lambda cik: workbench.news(cik, as_of=until, limit=20), "published_at"),
    )


def _restated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame.kind == "restatement"]


def _days(column: pd.Series) -> pd.Series:
    return column.dt.tz_localize(None) if getattr(column.dt, "tz", None) is not None else column


def _companies(count: int) -> str:
    return "1 company" if count == 1 else f"{count:,} companies"


def _count(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def brief_columns(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Chosen columns with days as text and names as headings, ready for `tables.word_table`."""
    shown = frame[list(columns)].copy()
    for name in shown.columns:
        if pd.api.types.is_datetime64_any_dtype(shown[name]):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d")
    shown = shown.astype(object).where(shown.notna(), "")
    return shown.rename(columns=lambda name: str(name).replace("_", " ").capitalize())
