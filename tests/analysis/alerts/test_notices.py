"""The words of notices."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workbench.analysis.alerts.notices import notice_of
from workbench.domain.alerts.matches import EventMatch, FilingMatch, ReportMatch, RunMatch
from workbench.domain.identity import Cik, Company, Listing, Ticker

NIKE = Company(Cik(320187), "NIKE, Inc.", (Listing(Ticker("NKE")),))
ACCESSION = "0000320187-24-000044"


@pytest.mark.parametrize(
    ("form", "article"),
    [("10-K", "a"), ("11-K", "an"), ("18-K", "an"), ("8-K", "an"), ("S-1", "an"), ("20-F", "a"), ("4", "a")],
)
def test_a_form_has_the_article_that_is_spoken(form: str, article: str) -> None:
    notice = notice_of(FilingMatch(NIKE, ACCESSION, form, date(2024, 7, 25), date(2024, 5, 31), form))
    assert notice.title == f"NKE filed {article} {form}"
    assert notice.facts == (
        ("Company", "NIKE (NKE)"), ("Filed", f"{form} {ACCESSION} of 25 Jul 2024"), ("For", "31 May 2024"),
    )  # fmt: skip
    assert notice.page == f"/reader?accession={ACCESSION}"
    assert notice.source_url == f"https://www.sec.gov/Archives/edgar/data/320187/000032018724000044/{ACCESSION}-index.htm"


def test_an_event_names_each_item_once_in_its_title() -> None:
    match = EventMatch(NIKE, ACCESSION, "8-K", date(2024, 6, 27), None, ("2.02", "9.01"))
    notice = notice_of(match)
    assert notice.subject == ACCESSION
    assert notice.title.startswith("NKE: Results")
    assert [name for name, _ in notice.facts] == ["Company", "Filed", "Item 2.02", "Item 9.01"]


def test_runs_and_reports() -> None:
    ended = datetime(2024, 7, 1, 5, 30, tzinfo=UTC)
    failed = notice_of(RunMatch(7, "flow", "prices", ended, "failed", None))
    assert (failed.subject, failed.title) == ("run 7", "The job prices failed")
    assert failed.facts == (("Ended", "2024-07-01 05:30 UTC"), ("Outcome", "failed"), ("Why", "not recorded"))
    put_aside = notice_of(RunMatch(8, "filing", ACCESSION, ended, "quarantined", "no text"))
    assert put_aside.title == f"Filing {ACCESSION} was quarantined"
    report = notice_of(ReportMatch(3, "NIKE", "weekly", date(2024, 7, 1), 1234))
    assert (report.title, report.page) == ("Report: NIKE", "/api/v1/reports/3/file")
    assert report.facts[-1] == ("Figures", "1,234")
