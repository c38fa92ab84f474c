from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.inline_documents import INSTANT, YEAR, context, document, explicit, number
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept
from workbench.parse.xbrl.inline_xbrl import InlineFact, InlineXbrl, parse_inline_xbrl


def parsed(body: str, **parts: str) -> InlineXbrl:
    found = parse_inline_xbrl(document(body, **parts))
    assert found is not None
    return found


def only(body: str, **parts: str) -> InlineFact:
    found = parsed(body, **parts)
    assert found.dropped == {}
    (fact,) = found.facts
    return fact


def test_a_number_is_read_with_scale_sign_unit_and_period() -> None:
    element = number("1,234.5", more='scale="6" sign="-" format="ixt:num-dot-decimal"')
    fact = only(f"<p>Revenue was ({element}).</p>")
    assert fact == InlineFact(
        "f-1", Concept("us-gaap", "Revenues"), "USD", date(2023, 1, 1), date(2023, 12, 31), (), Decimal(-1234500000), -6,
        False, "0001234567",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "attributes", "value"),
    [
        ("1.234,56", 'format="ixt:num-comma-decimal"', "1234.56"),
        ("1 234,56", 'format="ixt:numspacecomma"', "1234.56"),
        ("1 234.56", 'format="ixt:numspacedot"', "1234.56"),
        ("1'234.56", 'format="ixt:num-dot-decimal-apos"', "1234.56"),
        ("12,34,567", 'format="ixt:numdotdecimalin"', "1234567"),
        ("12 euros 50", 'format="ixt:num-unit-decimal"', "12.50"),
        ("—", 'format="ixt:fixed-zero" scale="6"', "0"),
        ("-", 'format="ixt:zerodash" sign="-"', "0"),
        ("no", 'format="ixt-sec:numwordsen"', "0"),
        ("One hundred and twenty-five", 'format="ixt-sec:numwordsen"', "125"),
        ("two thousand", 'format="ixt-sec:numwordsen" scale="3"', "2000000"),
        ("26.3", 'scale="-2"', "0.263"),
        ("&nbsp;7 ", "", "7"),
        (".5", "", "0.5"),
        ("<span>1,</span><b>000</b>", 'format="ixt:num-dot-decimal"', "1000"),
        ("123456789012345678901234567890.12", "", "123456789012345678901234567890.12"),
    ],
)
def test_transformations(printed: str, attributes: str, value: str) -> None:
    assert only(number(printed, more=attributes)).value == Decimal(value)


@pytest.mark.parametrize(
    ("printed", "attributes", "reason"),
    [
        ("twelve", "", "number that its format cannot be read by"),
        ("1,234", "", "number that its format cannot be read by"),
        ("12", 'format="ixt:num-of-another-world"', "number that its format cannot be read by"),
        ("12", 'scale="many"', "number with a scale that is none"),
        ("12", 'scale="99"', "number out of range"),
        ("12", 'sign="+"', "number with a sign that is none"),
        ("", "", "number that its format cannot be read by"),
        ("٣", "", "number that its format cannot be read by"),
        ("12", 'target="other"', "fact of another target document"),
    ],
)
def test_an_odd_number_is_dropped_and_counted(printed: str, attributes: str, reason: str) -> None:
    found = parsed(number(printed, more=attributes) + number("5", ident="f-2"))
    assert [fact.element_id for fact in found.facts] == ["f-2"]
    assert found.dropped == {reason: 1}


def test_what_refers_to_nothing_is_dropped_and_counted() -> None:
    found = parsed(
        number("1", at="gone") + number("1", unit="gone") + number("1", name="foo:Bar") + '<ix:fraction name="a:b"/>'
        + number("1", at="ever") + number("1", at="backwards") + number("1", at="undated"),
        contexts=context("ever", "<xbrli:forever/>")
        + context("backwards", YEAR.replace("2023-12-31", "2022-12-31"))
        + context("undated", INSTANT.replace("2023", "then")),
    )  # fmt: skip
    assert found.facts == ()
    assert found.dropped == {
        "fact whose context is not in the document or cannot be read": 3,
        "number whose unit is not in the document": 1,
        "fact whose name is of no declared taxonomy": 1,
        "fraction or tuple": 1,
        "number without a period": 1,
    }


def test_nil_is_no_value() -> None:
    assert only(number("—", more='xsi:nil="true"')).value is None


def test_nested_elements_are_facts_each_and_the_outer_one_knows_the_inner() -> None:
    outer, inner = parsed(number(number("7", ident="f-2", name="us-gaap:Assets", at="instant"))).facts
    assert (outer.value, outer.inner, outer.concept.tag) == (Decimal(7), ("f-2",), "Revenues")
    assert (inner.value, inner.inner, inner.period_start) == (Decimal(7), (), None)


def test_hidden_facts_are_facts() -> None:
    fact = only("", hidden=number("100", unit="shares"))
    assert (fact.is_hidden, fact.unit, fact.value) == (True, "shares", Decimal(100))


def test_dimensions_are_explicit_or_typed_and_in_order_of_the_axes() -> None:
    typed = '<xbrldi:typedMember dimension="srt:RangeAxis"><acme:Day> 2024-07-01 </acme:Day></xbrldi:typedMember>'
    members = explicit("us-gaap:StatementBusinessSegmentsAxis", "acme:AnvilsMember") + typed
    fact = only(number("3", at="part", unit="per"), contexts=context("part", INSTANT, members))
    assert fact.dimensions == (
        ("srt:RangeAxis", "2024-07-01"), ("us-gaap:StatementBusinessSegmentsAxis", "acme:AnvilsMember"),
    )  # fmt: skip
    assert fact.unit == "USD/shares"


def test_midnight_at_a_days_start_is_the_end_of_the_day_before() -> None:
    midnight = INSTANT.replace("2023-12-31", "2024-01-01T00:00:00")
    assert only(number("3", at="m"), contexts=context("m", midnight)).period_end == date(2023, 12, 31)


def test_text_goes_on_in_continuations_without_what_is_excluded() -> None:
    found = parsed(
        '<ix:nonNumeric id="t" name="us-gaap:Note" contextRef="year" continuedAt="c1" escape="true">One '
        '<ix:exclude>page 4</ix:exclude>two</ix:nonNumeric><p>apart</p><ix:continuation id="c1" continuedAt="c2"> three'
        '</ix:continuation><ix:continuation id="c2" continuedAt="c1"> four</ix:continuation>'
    )  # fmt: skip
    (text,) = found.texts
    assert (text.value or "").startswith("One two three four three")  # a ring of continuations ends
    assert text.is_markup


@pytest.mark.parametrize(
    ("printed", "transformation", "value"),
    [
        ("March 29, 2025", "ixt:date-monthname-day-year-en", "2025-03-29"),
        ("Sept. 3, 2021", "ixt:datemonthdayyearen", "Sept. 3, 2021"),
        ("31 December 2024", "ixt:date-day-monthname-year-en", "2024-12-31"),
        ("February 30, 2024", "ixt:date-monthname-day-year-en", "February 30, 2024"),
        ("June 2026", "ixt:date-monthname-year-en", "2026-06"),
        ("September 28", "ixt:date-monthname-day-en", "--09-28"),
        ("12/31", "ixt:date-month-day", "--12-31"),
        ("3/29/2025", "ixt:date-month-day-year", "2025-03-29"),
        ("☒", "ixt-sec:boolballotbox", "true"),
        ("☐", "ixt-sec:boolballotbox", "false"),
        ("anything", "ixt:fixed-false", "false"),
        ("two years", "ixt-sec:durwordsen", "P2Y"),
        ("1 year 6 months", "ixt-sec:durwordsen", "P1Y6M"),
        ("2.5", "ixt-sec:duryear", "P2Y6M"),
        ("90", "ixt-sec:durday", "P90D"),
        ("Delaware", "ixt-sec:stateprovnameen", "DE"),
        ("The Nasdaq Stock Market LLC", "ixt-sec:exchnameen", "NASDAQ"),
        ("Acme", "ixt-sec:yoinfoen", "Acme"),
    ],
)
def test_texts_mean_what_their_format_says_or_stand_as_printed(printed: str, transformation: str, value: str) -> None:
    body = f'<ix:nonNumeric id="t" name="dei:X" contextRef="year" format="{transformation}">{printed}</ix:nonNumeric>'
    assert parsed(body).texts[0].value == value


def test_a_companys_namespace_cannot_pass_for_a_shared_one() -> None:
    content = document(number("1")).replace(b"http://fasb.org/us-gaap/2024", b"http://www.acme.example/us-gaap")
    found = parse_inline_xbrl(content)
    assert found is not None
    assert found.dropped == {"fact whose name is of no declared taxonomy": 1}


def test_other_documents_are_none_and_broken_ones_are_refused() -> None:
    assert parse_inline_xbrl(b"<html><body><p>Plain</p></body></html>") is None
    with pytest.raises(MalformedDocument, match="not well-formed"):
        parse_inline_xbrl(document("<p>").replace(b"</html>", b""))
    bomb = document("&a;").replace(b"<html", b'<!DOCTYPE html [<!ENTITY a "aaaa">]><html', 1)
    with pytest.raises(MalformedDocument, match="entities"):
        parse_inline_xbrl(bomb)


def test_a_document_in_a_full_submission_is_read() -> None:
    wrapped = (
        b"<SEC-DOCUMENT>\n<DOCUMENT>\n<TYPE>10-K\n<TEXT>\n<XBRL>\n"
        + document(number("4"))
        + b"\n</XBRL>\n</TEXT>\n</DOCUMENT>"
    )
    found = parse_inline_xbrl(wrapped)
    assert found is not None
    assert [fact.value for fact in found.facts] == [Decimal(4)]


@given(st.integers(0, 10**25), st.integers(-6, 9), st.booleans())
def test_any_number_survives_being_printed(units: int, scale: int, is_negative: bool) -> None:
    more = f'scale="{scale}" format="ixt:num-dot-decimal"' + (' sign="-"' if is_negative else "")
    value = only(number(f"{units:,}", more=more)).value
    assert value is not None
    assert f"{abs(value):f}" == f"{Decimal(f'{units}E{scale}'):f}"
    assert (value < 0) == (is_negative and units > 0)
