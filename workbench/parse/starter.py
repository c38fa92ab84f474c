"""The starter file: companies, their filings index and all their XBRL facts, in one Parquet file of figures.

One row a company. What repeats is written once per company and referred to by its place: `concepts` (taxonomy and tag) and
`reports` (accession, form and day of filing of the facts). Facts are sorted so that the same figure repeated by later
filings follows itself; Zstandard then needs about two bytes a fact. Values are decimal text, exactly as the SEC's JSON spelled
them. No label, description or other wording of a filing is in it. Each row carries the digest of its figures: page checksums
alone would miss a changed byte in the lengths and offsets around the pages.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.fiscal_years import StatedYear
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, FormerName, Listing, Ticker

READER = "starter/3"

_FORMAT = {b"format": f"corporate-intel-workbench {READER}".encode()}

_text, _day, _place = pa.string(), pa.date32(), pa.int32()


def _rows(**columns: pa.DataType) -> pa.ListType:
    return pa.list_(pa.struct([pa.field(name, kind) for name, kind in columns.items()]))


_SCHEMA = pa.schema(
    {
        "cik": pa.int64(),
        "digest": _text,
        "name": _text,
        "entity_type": _text,
        "sic": _text,
        "sic_description": _text,
        "category": _text,
        "fiscal_year_end": _text,
        "state_of_incorporation": _text,
        "listings": _rows(ticker=_text, exchange=_text),
        "former_names": _rows(name=_text, from_on=_day, until_on=_day),
        "filings": _rows(
            accession=_text, form=_text, filed_on=_day, report_on=_day, accepted_at=pa.timestamp("us", tz="UTC"),
            items=_text, primary_document=_text, size_bytes=pa.int64(), is_xbrl=pa.bool_(), is_inline_xbrl=pa.bool_(),
        ),
        "concepts": _rows(taxonomy=_text, tag=_text),
        "reports": _rows(accession=_text, form=_text, filed_on=_day),
        "stated_years": _rows(
            accession=_text, period_end=_day, fiscal_year=_place, months_left=_place, filed_on=_day,
        ),
        "facts": _rows(concept=_place, unit=_text, period_start=_day, period_end=_day, value=_text, report=_place),
    },
    metadata=_FORMAT,
)  # fmt: skip

# Low in kinds and long in runs: a dictionary is smaller there, and nowhere else (docs/decisions has the figures).
_DICTIONARY = [f"filings.list.element.{name}" for name in ("form", "items")] + ["facts.list.element.unit"]


@dataclass(frozen=True, slots=True)
class StarterCompany:
    """One company of a starter file. Filings newest first; facts sorted by concept, unit, period and filing.

    `stated_years` are the fiscal years that its reports state, by accession.
    """

    company: Company
    filings: tuple[Filing, ...]
    facts: tuple[Fact, ...]
    stated_years: tuple[StatedYear, ...] = ()


def encode(companies: Iterable[StarterCompany]) -> bytes:
    """The file's bytes: the same for the same companies in whatever order, with the same version of pyarrow."""
    ordered = sorted(companies, key=lambda each: each.company.cik)
    rows = [_company_row(each) for each in ordered]
    table = pa.Table.from_pylist([row | {"digest": _digest(row)} for row in rows], schema=_SCHEMA)
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=19,
        use_dictionary=_DICTIONARY,
        write_statistics=False,
        write_page_checksum=True,
        row_group_size=1,
        data_page_size=1 << 26,
    )
    return sink.getvalue()


def decode(content: bytes, *, only: Container[Cik] | None = None, document: str = "starter file") -> Iterator[StarterCompany]:
    """The companies of a file, or those of them in `only`, by CIK, read one at a time.

    Raises MalformedDocument for bytes that are not a starter file of this version, or that are damaged.
    """
    with _refusing_damage(document):
        file = _open(content, document)
        for group, cik in enumerate(_ciks(file)):
            if only is None or cik in only:
                yield from _decode_group(file.read_row_group(group), document)


def ciks(content: bytes, *, document: str = "starter file") -> list[Cik]:
    """The companies of a file without reading the rest of it, ascending. Raises MalformedDocument."""
    with _refusing_damage(document):
        return _ciks(_open(content, document))


def largest_first(content: bytes, *, document: str = "starter file") -> list[Cik]:
    """The same, those with the most to read first. Raises MalformedDocument."""
    with _refusing_damage(document):
        file = _open(content, document)
        sizes = [file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)]
        return [cik for _, cik in sorted(zip(sizes, _ciks(file), strict=True), key=lambda each: (-each[0], each[1]))]


def _ciks(file: pq.ParquetFile) -> list[Cik]:
    # One row a row group, as `encode` writes them.
    return [Cik(number) for number in file.read(columns=["cik"])["cik"].to_pylist()]


def _open(content: bytes, document: str) -> pq.ParquetFile:
    file = pq.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
    if (file.schema_arrow.metadata or {}).get(b"format") != _FORMAT[b"format"]:
        raise MalformedDocument(f"{document} is Parquet but not a starter file of this version", document=document)
    return file


@contextmanager
def _refusing_damage(document: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, LookupError, TypeError, ValueError, ArithmeticError, InvalidIdentifier) as error:
        raise MalformedDocument(f"{document} is damaged or not a starter file: {error}", document=document) from error


def _company_row(each: StarterCompany) -> dict[str, Any]:
    company = each.company
    facts = sorted(each.facts, key=_fact_order)
    concepts = {concept: place for place, concept in enumerate(dict.fromkeys(fact.concept for fact in facts))}
    filed = sorted({(fact.filed_on, fact.accession.text, fact.form) for fact in facts})
    reports = {report: place for place, report in enumerate(filed)}
    if any(fact.dimensions for fact in facts):
        raise ValueError("a starter file holds facts of the company as a whole, without dimensions")
    return {
        "cik": company.cik.number,
        **{name: getattr(company, name) for name in _PLAIN},
        "listings": [{"ticker": listing.ticker.symbol, "exchange": listing.exchange} for listing in company.listings],
        "former_names": [
            {"name": former.name, "from_on": former.from_on, "until_on": former.until_on} for former in company.former_names
        ],
        "filings": [_filing_row(filing) for filing in sorted(each.filings, key=_newest_first)],
        "concepts": [{"taxonomy": concept.taxonomy, "tag": concept.tag} for concept in concepts],
        "reports": [{"filed_on": filed_on, "accession": accession, "form": form} for filed_on, accession, form in reports],
        "stated_years": [stated._asdict() for stated in sorted(each.stated_years)],
        "facts": [
            {
                "concept": concepts[fact.concept],
                "unit": fact.unit,
                "period_start": fact.period_start,
                "period_end": fact.period_end,
                "value": str(fact.value),
                "report": reports[(fact.filed_on, fact.accession.text, fact.form)],
            }
            for fact in facts
        ],
    }


def _digest(row: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()


_PLAIN = (
    "name", "entity_type", "sic", "sic_description", "category", "fiscal_year_end", "state_of_incorporation",
)  # fmt: skip


def _fact_order(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.concept.taxonomy,
        fact.concept.tag,
        fact.unit,
        fact.period_end,
        fact.period_start or date.min,
        fact.filed_on,
        fact.accession.text,
    )


def _newest_first(filing: Filing) -> tuple[int, str]:
    return -filing.filed_on.toordinal(), filing.accession.text


def _filing_row(filing: Filing) -> dict[str, Any]:
    # The description is left out: it is the filer's wording, and the form says what it is.
    return {
        "accession": filing.accession.text,
        "form": filing.form,
        "filed_on": filing.filed_on,
        "report_on": filing.report_on,
        "accepted_at": filing.accepted_at,
        "items": ",".join(filing.items),
        "primary_document": filing.primary_document,
        "size_bytes": filing.size_bytes,
        "is_xbrl": filing.is_xbrl,
        "is_inline_xbrl": filing.is_inline_xbrl,
    }


def _decode_group(table: pa.Table, document: str) -> Iterator[StarterCompany]:
    names = ["cik", "digest", *_PLAIN, "listings", "former_names", "concepts", "reports", "stated_years"]
    scalars = table.select(names).to_pylist()
    for place, row in enumerate(scalars):
        cik = Cik(row["cik"])
        company = Company(
            cik=cik,
            listings=tuple(Listing(Ticker(each["ticker"]), each["exchange"]) for each in row["listings"]),
            former_names=tuple(FormerName(each["name"], each["from_on"], each["until_on"]) for each in row["former_names"]),
            **{name: row[name] for name in _PLAIN},
        )
        concepts = [Concept(each["taxonomy"], each["tag"]) for each in row["concepts"]]
        reports = [(Accession(each["accession"]), each["form"], each["filed_on"]) for each in row["reports"]]
        filings = tuple(_filing(cik, each) for each in table["filings"][place].as_py())
        facts = tuple(_facts(cik, table["facts"][place].values, concepts, reports))
        each = StarterCompany(company, filings, facts, tuple(StatedYear(**stated) for stated in row["stated_years"]))
        if _digest(_company_row(each)) != row["digest"]:
            raise MalformedDocument(
                f"{document} is damaged: the figures of CIK {cik} are not those it was made of", document=document
            )
        yield each


def _filing(cik: Cik, row: dict[str, Any]) -> Filing:
    return Filing(
        cik=cik,
        accession=Accession(row.pop("accession")),
        items=tuple(item for item in row.pop("items").split(",") if item),
        **row,
    )


def _facts(
    cik: Cik, facts: pa.StructArray, concepts: Sequence[Concept], reports: Sequence[tuple[Accession, str, date]]
) -> Iterator[Fact]:
    concept_places, units, values, report_places = (
        facts.field(name).to_pylist() for name in ("concept", "unit", "value", "report")
    )
    starts, ends = _days(facts.field("period_start")), _days(facts.field("period_end"))
    for concept, unit, start, end, value, report in zip(
        concept_places, units, starts, ends, values, report_places, strict=True
    ):
        accession, form, filed_on = reports[report]
        yield Fact(cik, concepts[concept], unit, start, end, Decimal(value), accession, form, filed_on)


def _days(column: pa.Array) -> list[Any]:
    """The days of a column, each made once: a few hundred of them stand there a hundred times each."""
    encoded = column.dictionary_encode()
    days = [*encoded.dictionary.to_pylist(), None]
    return [days[place] for place in encoded.indices.fill_null(len(days) - 1).to_pylist()]
