"""Companyfacts: exact values, dropped facts counted, and damage of any kind one clear error."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import edgar_folder
from tests.conftest import MIRROR
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik
from workbench.parse.xbrl.companyfacts import parse_company_facts

ACME = Cik(edgar_folder.CIK)


def document(*rows: Any, **changes: Any) -> bytes:
    facts = {"us-gaap": {"Assets": {"label": "Assets", "units": {"USD": list(rows)}}}}
    return json.dumps(edgar_folder.company_facts(**({"facts": facts} | changes))).encode()


def test_facts_as_the_document_says_them() -> None:
    parsed = parse_company_facts(json.dumps(edgar_folder.company_facts()).encode(), ACME)
    assert parsed.name == "ACME ANVILS, INC."
    assert len(parsed.facts) == 4
    assert parsed.labels == {Concept("us-gaap", "Assets"): "Assets", Concept("us-gaap", "Revenues"): "Revenues"}
    assert parsed.dropped == {}
    assert parsed.facts[-1] == Fact(
        cik=ACME,
        concept=Concept("us-gaap", "EarningsPerShareDiluted"),
        unit="USD/shares",
        period_start=date(2023, 1, 1),
        period_end=date(2023, 12, 31),
        value=Decimal("1.23"),
        accession=Accession(edgar_folder.ACCESSION),
        form="10-K",
        filed_on=date(2024, 2, 1),
    )


@pytest.mark.parametrize(
    "text", ["1.23", "0.1", "123456789012345678901", "12345678901234567.89", "1e-9", "-3.10", "1E+22", "9007199254740993", "0"]
)
def test_a_value_is_exactly_the_decimal_that_is_written(text: str) -> None:
    content = document(edgar_folder.fact("2023-12-31", "VALUE")).replace(b'"VALUE"', text.encode())
    (fact,) = parse_company_facts(content, ACME).facts
    assert fact.value == Decimal(text)
    assert "." not in text or str(fact.value) == text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"val": None}, "fact without 'val'"),
        ({"val": "12"}, "fact whose value is no number"),
        ({"val": True}, "fact whose value is no number"),
        ({"val": [1]}, "fact whose value is no number"),
        ({"val": 10**61}, "fact whose value is out of range"),
        ({"end": "2023-02-30"}, "fact with a date that is none"),
        ({"end": 20231231}, "fact with a date that is none"),
        ({"end": ["2023-12-31"]}, "entry that is no fact"),
        ({"start": "2024-06-01"}, "fact whose period ends before it starts"),
        ({"filed": ""}, "fact with a date that is none"),
        ({"accn": "none"}, "fact with an accession number that is none"),
        ({"accn": 7}, "fact with an accession number that is none"),
        ({"form": None}, "fact without 'form'"),
        ({"form": "10\x00K"}, "fact without 'form'"),
    ],
)
def test_a_fact_that_cannot_be_one_is_counted_and_the_others_stay(change: dict[str, Any], reason: str) -> None:
    good = edgar_folder.fact("2023-12-31", 5)
    parsed = parse_company_facts(document(good, good | change), ACME)
    assert len(parsed.facts) == 1
    assert parsed.dropped == {reason: 1}


def test_missing_fields_and_entries_that_are_no_objects_are_counted() -> None:
    rows = [edgar_folder.fact("2023-12-31", 5), 7, None, "x"]
    del rows[0]["filed"]  # type: ignore[union-attr]
    assert parse_company_facts(document(*rows), ACME).dropped == {"fact without 'filed'": 1, "entry that is no fact": 3}


def test_what_a_filing_states_twice_is_counted() -> None:
    rows = [edgar_folder.fact("2023-12-31", value) for value in (5, 5.25)] + [edgar_folder.fact("2022-12-31", 5)]
    parsed = parse_company_facts(document(*rows), ACME)
    assert len(parsed.facts) == 3
    assert parsed.dropped == {"fact that its filing states twice (the more precise stays)": 1}


def test_names_that_cannot_be_stored_are_counted() -> None:
    units = {"US\0D": [edgar_folder.fact("2023-12-31", 5)], "": [edgar_folder.fact("2023-12-31", 5)]}
    parsed = parse_company_facts(document(facts={"us-gaap": {"Assets": {"units": units}}}), ACME)
    assert parsed.dropped == {"fact with an unreadable concept or unit": 2}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html>", "received an HTML page instead of JSON"),
        (document(edgar_folder.fact("2023-12-31", 5))[:-20], "the JSON is incomplete"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"cik": 1234567, "facts": {"us-gaap": {"A": {"units": {"USD": {}}}}}}', "not a list"),
        (b'{"cik": 1234567, "facts": []}', "not a JSON object"),
        (b'{"cik": 7, "facts": {}}', "that of CIK 7"),
        (b'{"facts": {}}', "names no company"),
        (b"[" * 200_000, "damaged"),
        (b'{"cik": 1234567, "x": NaN}', "damaged"),
        (b'{"cik": 1234567, "x": ' + b"9" * 5000 + b"}", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_a_document_that_is_none_is_one_clear_error(content: bytes, said: str) -> None:
    with pytest.raises(MalformedDocument, match=said) as caught:
        parse_company_facts(content, ACME)
    assert "\n" not in str(caught.value)
    assert caught.value.document == "companyfacts of CIK 1234567"


def test_a_company_without_facts_is_no_error() -> None:
    assert parse_company_facts(b'{"cik": "0001234567", "entityName": "", "facts": {}}', ACME).facts == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["USD", "2023-12-31"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, whole: dict[str, Any]) -> bytes:
    """A good document with one value replaced by another of any kind, or its bytes cut or changed."""
    document = json.loads(json.dumps(whole))
    node: Any = document
    while True:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if isinstance(node[key], dict | list) and node[key] and draw(st.booleans()):
            node = node[key]
            continue
        node[key] = draw(JSON)
        break
    content = json.dumps(document).encode()
    cut = draw(st.integers(0, len(content)))
    return content if draw(st.booleans()) else content[:cut] + draw(st.binary(max_size=3))


@settings(max_examples=150, deadline=None)
@given(content=damaged(edgar_folder.company_facts()))
def test_no_damage_ends_in_anything_but_facts_or_one_clear_error(content: bytes) -> None:
    try:
        parsed = parse_company_facts(content, ACME)
    except MalformedDocument:
        return
    assert all(fact.value.is_finite() and fact.cik == ACME for fact in parsed.facts)


@pytest.mark.mirror
def test_apples_revenue_of_fiscal_2024() -> None:
    content = (MIRROR / "api/xbrl/companyfacts/CIK0000320193.json").read_bytes()
    parsed = parse_company_facts(content, Cik(320193))
    assert len(parsed.facts) == 24579
    assert parsed.dropped == {}
    revenue = [
        fact
        for fact in parsed.facts
        if fact.concept.tag == "RevenueFromContractWithCustomerExcludingAssessedTax"
        and (fact.period_start, fact.period_end) == (date(2023, 10, 1), date(2024, 9, 28))
        and fact.accession == Accession("0000320193-24-000123")
    ]
    assert [(fact.value, fact.unit, fact.form, fact.filed_on) for fact in revenue] == [
        (Decimal(391035000000), "USD", "10-K", date(2024, 11, 1))
    ]
