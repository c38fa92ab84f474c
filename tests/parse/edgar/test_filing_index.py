"""The index page of a filing."""

from __future__ import annotations

import pytest

from tests.conftest import MIRROR
from workbench.domain.errors import MalformedDocument
from workbench.parse.edgar.filing_index import ListedDocument, is_wanted_exhibit, parse_filing_index


@pytest.mark.mirror
def test_recorded_pages_list_their_documents() -> None:
    folder = MIRROR / "Archives" / "edgar" / "data"
    jpm = parse_filing_index((folder / "19617" / "0000019617-26-000241-index.html").read_bytes())
    assert [(each.type, each.name) for each in jpm[:2]] == [
        ("8-K", "jpm-20260624.htm"), ("EX-99.1", "jpmcpressrelease06252026.htm"),
    ]  # fmt: skip
    assert jpm[1].description == "JPMORGAN CHASE & CO. PRESS RELEASE DATED JUNE 25, 2026"
    old = parse_filing_index((folder / "320193" / "0000912057-00-023442-index.html").read_bytes())
    assert old[1] == ListedDocument("EX-3.2", None, "EX 3.2")


def test_what_lists_nothing_is_refused() -> None:
    for content in (b"", b"<html><body>Request Rate Threshold Exceeded</body></html>", b"{}"):
        with pytest.raises(MalformedDocument):
            parse_filing_index(content)


def test_exhibits_that_say_something_of_their_own() -> None:
    types = ["EX-99", "ex-99.1", "EX-99.A", "EX-13", "EX-13.2", "EX-21.1", "EX-10.1", "EX-101.SCH", "EX-211", "8-K", "EX-23"]
    assert [each for each in types if is_wanted_exhibit(each)] == types[:6]
