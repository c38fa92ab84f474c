"""The starter file: exact, the same for the same input, and refused when damaged."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.fiscal_years import StatedYear
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, FormerName, Listing, Ticker
from workbench.parse.starter import StarterCompany, ciks, decode, encode

CIK = Cik(1652044)
ACCESSION = Accession("0001652044-25-000014")


def fact(value: str, *, tag: str = "Revenues", unit: str = "USD", start: str | None = "2024-01-01") -> Fact:
    return Fact(
        CIK, Concept("us-gaap", tag), unit, date.fromisoformat(start) if start else None, date(2024, 12, 31),
        Decimal(value), ACCESSION, "10-K", date(2025, 2, 5),
    )  # fmt: skip


ALPHABET = StarterCompany(
    Company(
        CIK,
        "Alphabet Inc.",
        (Listing(Ticker("GOOGL"), "Nasdaq"), Listing(Ticker("GOOG"), "Nasdaq"), Listing(Ticker("ZZZZ"), None)),
        sic="7370",
        fiscal_year_end="1231",
        former_names=(FormerName("Something Else", date(2015, 1, 1), None),),
    ),
    (
        Filing(
            CIK, ACCESSION, "10-K", date(2025, 2, 5), date(2024, 12, 31), datetime(2025, 2, 4, 23, 38, 36, tzinfo=UTC),
            ("2.02", "9.01"), "goog-20241231.htm", None, 12_345_678, True, True,
        ),
        Filing(CIK, Accession("0001652044-24-000022"), "8-K", date(2024, 1, 30)),
    ),
    (
        fact("450256000000", tag="Assets", start=None),
        fact("0.80", tag="CommonStockDividendsPerShareDeclared", unit="USD/shares"),
        fact("350018000000"),
    ),
    (StatedYear(ACCESSION.text, date(2024, 12, 31), 2024, 0, date(2025, 2, 5)),),
)  # fmt: skip
SNOWFLAKE = StarterCompany(Company(Cik(1640147), "SNOWFLAKE INC."), (), ())


def test_what_goes_in_comes_out_exactly() -> None:
    back = list(decode(encode([ALPHABET, SNOWFLAKE])))
    assert back == [SNOWFLAKE, ALPHABET]
    # 0.80 keeps its two places: equal numbers are not always spelled alike.
    assert [str(each.value) for each in back[1].facts] == ["450256000000", "0.80", "350018000000"]


def test_the_same_companies_give_the_same_bytes_in_any_order() -> None:
    shuffled = StarterCompany(ALPHABET.company, ALPHABET.filings[::-1], ALPHABET.facts[::-1], ALPHABET.stated_years)
    assert encode([ALPHABET, SNOWFLAKE]) == encode([SNOWFLAKE, shuffled])


def test_the_companies_are_known_without_reading_the_rest() -> None:
    assert ciks(encode([ALPHABET, SNOWFLAKE])) == [Cik(1640147), CIK]


def test_a_filers_wording_is_left_out() -> None:
    described = Filing(CIK, ACCESSION, "8-K", date(2025, 2, 4), description="what the filer wrote about it")
    content = encode([StarterCompany(ALPHABET.company, (described,), ())])
    assert next(decode(content)).filings[0].description is None


def test_other_bytes_are_refused() -> None:
    foreign = io.BytesIO()
    pq.write_table(pa.table({"cik": [1]}), foreign)
    good = encode([ALPHABET])
    for content in (b"", b"{}", b"PAR1" * 20, foreign.getvalue(), good[: len(good) // 2], good[4:]):
        with pytest.raises(MalformedDocument):
            list(decode(content))
        with pytest.raises(MalformedDocument):
            ciks(content)


@given(st.data())
@settings(max_examples=60)
def test_a_changed_byte_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    good = encode([ALPHABET, SNOWFLAKE])
    place = data.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good)
    damaged[place] ^= data.draw(st.integers(1, 255))
    try:
        back = list(decode(bytes(damaged)))
    except MalformedDocument:
        return
    assert back == [SNOWFLAKE, ALPHABET]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.integers(-(10**30), 10**30).map(Decimal),
    st.dates(date(1994, 1, 1), date(2026, 1, 1)) | st.none(),
)
def test_any_value_survives(value: Decimal, start: date | None) -> None:
    each = fact(str(value), start=start.isoformat() if start else None)
    (back,) = decode(encode([StarterCompany(ALPHABET.company, (), (each,))]))
    assert [str(one.value) for one in back.facts] == [str(value)]
    assert back.facts[0].period_start == start
