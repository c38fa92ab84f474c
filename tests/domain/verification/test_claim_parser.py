from __future__ import annotations

import re

import pytest

from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.verification.claim import Base, Claim, NamedCompany, Role, Unclear
from workbench.domain.verification.claim_parser import read_sentence

NIKE = Company(Cik(320187), "NIKE, Inc.", (Listing(Ticker("NKE")),))
ADOBE = Company(Cik(796343), "ADOBE INC.", (Listing(Ticker("ADBE")),))


def claims(sentence: str) -> tuple[Claim, ...]:
    named = [
        NamedCompany(company, match.start(), match.end())
        for pattern, company in (("Nike|NKE", NIKE), ("Adobe", ADOBE))
        for match in re.finditer(pattern, sentence)
    ]
    return read_sentence(sentence, sorted(named, key=lambda each: each.start)).claims


def readings(sentence: str) -> list[tuple[object, ...]]:
    """Of each claim: company, first measure, fiscal year, number in millions or as it stands, role, direction."""
    return [
        (
            each.company and each.company.label,
            each.measure and each.measure.senses[0],
            each.period and each.period.fiscal_year,
            each.value and each.value.text,
            each.role,
            each.direction,
        )
        for each in claims(sentence)
        if each.unclear is None
    ]


LEVEL, CHANGE, EARLIER = Role.LEVEL, Role.CHANGE, Role.EARLIER


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Nike's revenue was $51,362 million in fiscal 2024.", [("NKE", "revenue", 2024, "$51,362 million", LEVEL, 0)]),
        ("NKE FY24 EPS: $3.73", [("NKE", "eps_diluted", 2024, "$3.73", LEVEL, 0)]),
        (
            "In fiscal 2024 Nike had revenue of $51.4 billion and net income of $5.7 billion.",
            [("NKE", "revenue", 2024, "$51.4 billion", LEVEL, 0), ("NKE", "net_income", 2024, "$5.7 billion", LEVEL, 0)],
        ),
        (
            "Nike's gross margin was 44.6 % in fiscal 2024 and 43.5 % in fiscal 2023.",
            [("NKE", "gross_margin", 2024, "44.6 %", LEVEL, 0), ("NKE", "gross_margin", 2023, "43.5 %", LEVEL, 0)],
        ),
        (
            "Nike's net income rose 12 % to $5.7 billion in fiscal 2024 from $5.1 billion a year earlier.",
            [
                ("NKE", "net_income", 2024, "12 %", CHANGE, 1),
                ("NKE", "net_income", 2024, "$5.7 billion", LEVEL, 1),
                ("NKE", "net_income", 2024, "$5.1 billion", EARLIER, 1),
            ],
        ),
        (
            "Nike's revenue was $51.4 billion in fiscal 2024, and Adobe's was $21.5 billion in fiscal 2024.",
            [("NKE", "revenue", 2024, "$51.4 billion", LEVEL, 0), ("ADBE", "revenue", 2024, "$21.5 billion", LEVEL, 0)],
        ),
        ("Nike's inventories fell by 11 % in fiscal 2024", [("NKE", "inventory", 2024, "11 %", CHANGE, -1)]),
        ("Nike saw a 12 % increase in net income in fiscal 2024", [("NKE", "net_income", 2024, "12 %", CHANGE, 1)]),
        ("Nike's net income rose in fiscal 2024", [("NKE", "net_income", 2024, None, Role.DIRECTION, 1)]),
        ("Nike had revenue growth of 0.3 % in fiscal 2024", [("NKE", "revenue_growth", 2024, "0.3 %", LEVEL, 0)]),
    ],
)
def test_each_number_gets_its_company_measure_and_period(sentence: str, expected: list[tuple[object, ...]]) -> None:
    assert readings(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "unclear"),
    [
        ("Nike's footwear revenue was $33.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's adjusted net income was $5.7 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's quarterly revenue was $51.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's revenue per quarter was $51.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's US revenue was $51.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's state income taxes were $1.0 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's revenue was not $51.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Nike's revenue will be $51.4 billion in fiscal 2024", Unclear.WORDS_NOT_UNDERSTOOD),
        ("Revenue was $51.4 billion in fiscal 2024", Unclear.NO_COMPANY),
        ("Nike and Adobe had revenue of $51.4 billion in fiscal 2024", Unclear.SEVERAL_COMPANIES),
        ("Nike had $51.4 billion in fiscal 2024", Unclear.NO_MEASURE),
        ("Nike's revenue and net income were $51.4 billion in fiscal 2024", Unclear.SEVERAL_MEASURES),
        ("Nike's revenue was $51.4 billion", Unclear.NO_PERIOD),
        ("Nike's revenue was $51.4 billion last year", Unclear.NO_PERIOD),
        ("Nike's revenue was $51.4 billion in fiscal 2024 fiscal 2023", Unclear.SEVERAL_PERIODS),
        ("Nike had revenue in fiscal 2024", Unclear.NO_VALUE),
        ("Nike's gross margin was 44.6 %, 1.1 points in fiscal 2024", None),
    ],
)
def test_what_is_missing_is_said_and_never_guessed(sentence: str, unclear: Unclear | None) -> None:
    reasons = [each.unclear for each in claims(sentence)]
    assert unclear in reasons if unclear else any(reasons)


def test_a_word_that_is_not_understood_holds_for_what_is_carried_over() -> None:
    read = claims("Nike's footwear revenue was $33.4 billion in fiscal 2024 and $33.1 billion in fiscal 2023")
    assert [each.unclear for each in read] == [Unclear.WORDS_NOT_UNDERSTOOD] * 2
    read = claims("$33.4 billion and $33.1 billion were Nike's footwear revenue in fiscal 2024")
    assert {each.unclear for each in read} == {Unclear.WORDS_NOT_UNDERSTOOD}


def test_a_number_within_a_name_makes_the_next_one_unclear() -> None:
    assert all(each.unclear for each in claims("Nike's tier 3 assets were $38.1 billion in fiscal 2024"))
    assert claims("Nike's revenue in fiscal 2024 was 3 $51.4 billion")[1].unclear is Unclear.ROLE_UNCLEAR


def test_a_name_that_is_no_loaded_company_is_named() -> None:
    (read,) = claims("Initech's revenue was $5 billion in fiscal 2024")
    assert (read.unclear, read.unclear_text) == (Unclear.NO_COMPANY, "Initech's")


def test_reasons_are_not_judged() -> None:
    read = read_sentence("Nike's revenue rose 0.3 % in fiscal 2024, driven by growth in Jordan.", [NamedCompany(NIKE, 0, 4)])
    assert [each.unclear for each in read.claims] == [None]
    assert read.not_judged == "driven by growth in Jordan."


def test_the_start_of_a_change_is_the_quarter_before_where_the_sentence_says_so() -> None:
    (read,) = claims("Nike's revenue fell 2 % sequentially in Q3 2024")
    assert (read.base, read.direction, read.role) == (Base.PERIOD_BEFORE, -1, CHANGE)
    (read,) = claims("Nike's gross margin rose 1.1 percentage points in fiscal 2024 from fiscal 2023")
    assert read.earlier_period is not None
    assert (read.earlier_period.fiscal_year, read.period and read.period.fiscal_year) == (2023, 2024)
