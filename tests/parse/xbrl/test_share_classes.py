"""The share classes that a cover page lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.parse.inline_documents import context, document, explicit
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik
from workbench.parse.xbrl.inline_xbrl import parse_inline_xbrl
from workbench.parse.xbrl.share_classes import listed_classes

ANNUAL = Filing(Cik(1234567), Accession.parse("0001234567-24-000010"), "10-K", date(2024, 2, 20))
AXIS = "us-gaap:StatementClassOfStockAxis"
CONTEXTS = "".join(
    context(name, members=explicit(AXIS, member))
    for name, member in (("a", "us-gaap:CommonClassAMember"), ("notes", "acme:NotesDue2034Member"))
)


def of_cover(*marks: tuple[str, str, str], filing: Filing = ANNUAL) -> list[tuple[str, str]]:
    """What a cover page lists whose marks are (name, context, text)."""
    cover = "".join(f'<ix:nonNumeric name="dei:{name}" contextRef="{at}">{text}</ix:nonNumeric>' for name, at, text in marks)
    inline = parse_inline_xbrl(document(f"<p>FORM 10-K</p><p>{cover}</p>", contexts=CONTEXTS))
    assert inline is not None
    found = listed_classes(inline.texts, filing)
    assert {(each.accession, each.filed_on) for each in found} <= {(filing.accession.text, filing.filed_on)}
    return [(each.symbol, each.member) for each in found]


def test_tickers_stand_in_the_context_of_their_class() -> None:
    marks = (
        ("Security12bTitle", "a", "Class A Common Stock, par value $0.0001"), ("TradingSymbol", "a", "acm.a"),
        ("Security12bTitle", "notes", "2.375% Senior Notes due 2034"), ("TradingSymbol", "notes", "ACM34"),
    )  # fmt: skip
    assert of_cover(*marks) == [("ACM-A", "us-gaap:CommonClassAMember"), ("ACM34", "acme:NotesDue2034Member")]
    assert of_cover(*marks, filing=replace(ANNUAL, form="20-F")) == of_cover(*marks)
    assert of_cover(*marks, filing=replace(ANNUAL, form="8-K")) == []


def test_the_title_of_the_only_security_names_its_class() -> None:
    ticker = ("TradingSymbol", "year", "ACM")
    assert of_cover(("Security12bTitle", "year", "Class\u00a0B Common Stock"), ticker) == [
        ("ACM", "us-gaap:CommonClassBMember")
    ]
    assert of_cover(("Security12bTitle", "year", "Common Stock"), ticker) == []
    assert of_cover(ticker) == []
    assert of_cover(("TradingSymbol", "a", "none of these")) == []
