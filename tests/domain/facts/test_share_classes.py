"""Which share class is the company's main listing, and names of facts of one class."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.facts.share_classes import ListedClass, label_with_class, main_class, of_class, split_class

A, B, NOTES = "us-gaap:CommonClassAMember", "us-gaap:CommonClassBMember", "acme:NotesDue2034Member"
FIRST, SECOND = date(2023, 2, 20), date(2024, 2, 20)


def cover(filed_on: date, **members: str) -> list[ListedClass]:
    return [ListedClass(f"0000000007-{filed_on:%y}-000001", symbol, member, filed_on) for symbol, member in members.items()]


@pytest.mark.parametrize(
    ("listed", "tickers", "member"),
    [
        (cover(FIRST, ACM=A, ACM34=NOTES), ["ACM"], A),
        (cover(FIRST, ACMB=B, ACM=A), ["ACM", "ACMB"], A),  # the company's first ticker counts, not the first on the page
        (cover(FIRST, ACM=A, ACMB=B) + cover(SECOND, ACM=B), ["ACM"], B),  # the newest page
        (cover(FIRST, OLD=A), ["NEW"], A),  # the ticker was another one
        (cover(FIRST, OLD=A, OLD34=NOTES), ["NEW"], None),
        ([], ["ACM"], None),
    ],
)
def test_the_main_class_is_that_of_the_first_ticker(listed: list[ListedClass], tickers: list[str], member: str | None) -> None:
    assert main_class(listed, tickers) == member
    assert main_class(listed[::-1], tickers) == member


def test_a_concept_of_a_class_has_a_name_of_its_own() -> None:
    name = of_class("us-gaap:EarningsPerShareBasic", B)
    assert name == "us-gaap:EarningsPerShareBasic [us-gaap:CommonClassBMember]"
    assert split_class(name) == ("us-gaap:EarningsPerShareBasic", B)
    assert split_class("us-gaap:Revenues") == ("us-gaap:Revenues", None)
    assert label_with_class("Earnings per share", {name}) == "Earnings per share (Common Class B)"
    assert label_with_class("Earnings per share", {"us-gaap:EarningsPerShareBasic"}) == "Earnings per share"
