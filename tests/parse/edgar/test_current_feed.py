from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.conftest import MIRROR
from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Accession, Cik
from workbench.parse.edgar.current_feed import parse_current_feed


def entry(title: str, accession: str, form: str = "10-K", updated: str = "2026-11-20T16:30:00-05:00") -> str:
    return (
        f"<entry><title>{form} - {title}</title><summary type='html'>&lt;b&gt;Filed:&lt;/b&gt; 2026-11-20 &lt;b&gt;AccNo:"
        f"&lt;/b&gt; {accession}</summary><updated>{updated}</updated><category term='{form}' label='form type'/>"
        f"<id>urn:tag:sec.gov,2008:accession-number={accession}</id></entry>"
    )


def feed(*entries: str) -> bytes:
    return f'<?xml version="1.0" encoding="ISO-8859-1" ?><feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode(
        "latin-1"
    )


def test_an_entry_is_a_filing_of_the_filer_that_ends_the_title() -> None:
    page = parse_current_feed(feed(entry("Acme (Holdings) Co. (0001234567) (Filer)", "0001234567-26-000009")))
    (filing,) = page.filings
    assert (filing.cik, filing.accession, filing.form) == (Cik(1234567), Accession("0001234567-26-000009"), "10-K")
    assert filing.filed_on == date(2026, 11, 20)
    assert page.oldest == datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def test_what_is_no_entry_is_counted_and_an_empty_page_is_a_page() -> None:
    page = parse_current_feed(feed(entry("Acme (Filer)", "0001234567-26-000009"), entry("B (0000000009) (Filer)", "12")))
    assert (page.filings, page.dropped, page.oldest) == ((), 2, None)
    assert parse_current_feed(feed()).filings == ()


@pytest.mark.parametrize("content", [b"", b"<html><body>no</body></html>", b"{}", b"<feed/>"])
def test_what_is_no_feed_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedDocument):
        parse_current_feed(content)


@pytest.mark.mirror
def test_recorded_pages() -> None:
    pages = {path.name: parse_current_feed(path.read_bytes()) for path in (MIRROR / "cgi-bin/browse-edgar").iterdir()}
    assert [(len(page.filings), page.dropped) for page in pages.values()] == [(40, 0)] * 3
    first = pages["action=getcurrent_count=40_start=0_type=_owner=include_output=atom.atom"]
    assert first.oldest == datetime(2025, 12, 12, 22, 53, 38, tzinfo=UTC)
    # Filer and issuer of one Form 4 are two entries of one accession.
    assert [(each.cik.number, each.accession.text) for each in first.filings[:2]] == [
        (1700545, "0001700545-25-000020"), (1690820, "0001700545-25-000020"),
    ]  # fmt: skip
