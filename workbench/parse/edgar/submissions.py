"""`submissions`: who a filer is and what it filed, in the SEC's array-of-columns form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, FormerName, Listing, Ticker
from workbench.parse.json_document import mapping, read_json

READER = "submissions/1"


@dataclass(frozen=True, slots=True)
class FilingTable:
    """Filings in the order of the document; `dropped` counts rows that cannot be one, by reason."""

    filings: tuple[Filing, ...]
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Submissions:
    """The first page: the company, its newest filings, and the names of the further pages, newest first."""

    company: Company
    recent: FilingTable
    pages: tuple[str, ...]


def parse_submissions(content: bytes, cik: Cik) -> Submissions:
    """Reads the first page of the company `cik`.

    Raises MalformedDocument when the whole is not such a page, or is that of another company.
    """
    name = f"submissions of CIK {cik}"
    document = mapping(read_json(content, name), name)
    try:
        stated = Cik.parse(str(document.get("cik")))
    except InvalidIdentifier:
        raise MalformedDocument(f"{name}: it names no company", document=name) from None
    if stated != cik:
        raise MalformedDocument(f"{name}: it is that of CIK {stated}", document=name)
    filings = mapping(document.get("filings"), name, "filings")
    return Submissions(
        company=_company(document, cik, name),
        recent=_table(mapping(filings.get("recent"), name, "recent"), cik, name),
        pages=_pages(filings.get("files")),
    )


def parse_submissions_page(content: bytes, cik: Cik) -> FilingTable:
    """Reads a further page, which is the table alone; raises MalformedDocument."""
    name = f"further submissions of CIK {cik}"
    return _table(mapping(read_json(content, name), name), cik, name)


def _text(value: Any) -> str | None:
    """A text with something readable in it, or None."""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return text if text and text.isprintable() else None


def _company(document: dict[str, Any], cik: Cik, name: str) -> Company:
    title = _text(document.get("name"))
    if title is None:
        raise MalformedDocument(f"{name}: the company has no name", document=name)
    return Company(
        cik=cik,
        name=title,
        listings=_listings(document.get("tickers"), document.get("exchanges")),
        sic=_text(document.get("sic")),
        sic_description=_text(document.get("sicDescription")),
        category=_text(document.get("category")),
        entity_type=_text(document.get("entityType")),
        fiscal_year_end=_text(document.get("fiscalYearEnd")),
        state_of_incorporation=_text(document.get("stateOfIncorporation")),
        former_names=_former_names(document.get("formerNames")),
    )


def _listings(tickers: Any, exchanges: Any) -> tuple[Listing, ...]:
    if not isinstance(tickers, list):
        return ()
    places = exchanges if isinstance(exchanges, list) and len(exchanges) == len(tickers) else [None] * len(tickers)
    by_ticker: dict[Ticker, Listing] = {}
    for ticker, exchange in zip(tickers, places, strict=True):
        try:
            parsed = Ticker.parse(str(ticker))
        except InvalidIdentifier:
            continue
        by_ticker.setdefault(parsed, Listing(parsed, _text(exchange)))
    return tuple(by_ticker.values())


def _former_names(rows: Any) -> tuple[FormerName, ...]:
    return tuple(
        FormerName(name, _day(row.get("from")), _day(row.get("to")))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and (name := _text(row.get("name")))
    )


def _pages(files: Any) -> tuple[str, ...]:
    names = [_text(file.get("name")) for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return tuple(name for name in names if name)


# What a row cannot do without; the others may be missing as whole columns, and are in older pages.
_NEEDED = ("accessionNumber", "form", "filingDate")
_OPTIONAL = (
    "reportDate", "acceptanceDateTime", "items", "primaryDocument", "primaryDocDescription", "size", "isXBRL", "isInlineXBRL",
)  # fmt: skip


def _table(columns: dict[str, Any], cik: Cik, name: str) -> FilingTable:
    for column in _NEEDED:
        if not isinstance(columns.get(column), list):
            raise MalformedDocument(f"{name}: the column {column} is missing", document=name)
    length = len(columns["accessionNumber"])
    taken = {column: columns[column] for column in (*_NEEDED, *_OPTIONAL) if isinstance(columns.get(column), list)}
    for column, values in taken.items():
        if len(values) != length:
            raise MalformedDocument(
                f"{name}: the column {column} has {len(values)} rows where accessionNumber has {length}", document=name
            )
    filings: list[Filing] = []
    dropped: Counter[str] = Counter()
    for values in zip(*taken.values(), strict=True):
        filing = _filing(dict(zip(taken, values, strict=True)), cik)
        if isinstance(filing, str):
            dropped[filing] += 1
        else:
            filings.append(filing)
    return FilingTable(tuple(filings), dict(dropped))


def _filing(row: dict[str, Any], cik: Cik) -> Filing | str:
    """The filing, or why the row is none."""
    try:
        accession = Accession.parse(str(row["accessionNumber"]))
    except InvalidIdentifier:
        return "filing with an accession number that is none"
    form, filed_on = _text(row["form"]), _day(row["filingDate"])
    if form is None:
        return "filing without a form"
    if filed_on is None:
        return "filing without a date"
    size = row.get("size")
    return Filing(
        cik=cik,
        accession=accession,
        form=form,
        filed_on=filed_on,
        report_on=_day(row.get("reportDate")),
        accepted_at=_moment(row.get("acceptanceDateTime")),
        items=_items(row.get("items")),
        primary_document=_text(row.get("primaryDocument")),
        description=_text(row.get("primaryDocDescription")),
        size_bytes=size if type(size) is int and 0 <= size < 2**63 else None,
        is_xbrl=row.get("isXBRL") in (1, True),
        is_inline_xbrl=row.get("isInlineXBRL") in (1, True),
    )


def _items(value: Any) -> tuple[str, ...]:
    """`2.02,9.01` as ("2.02", "9.01"), in the order given."""
    text = _text(value)
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip())) if text else ()


def _day(value: Any) -> date | None:
    """The date at the head of `2024-11-01` or `2019-08-05T04:00:00.000Z`."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    """An aware UTC time; the SEC writes UTC with a Z."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
