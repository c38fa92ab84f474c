"""Companies and their share classes: save, resolve tickers and CIKs, search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.ownership import readable
from db.tables import companies, company_tickers, documents, loaded_parts, sec_filings
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker
from workbench.domain.rights.ownership import LOCAL, Caller

# Advisory locks share one space of 64-bit keys: a CIK has at most 34 bits, and this stands above them.
_COMPANY_LOCK = 0x4349 << 40


def resolve(connection: sa.Connection, text: str) -> Company:
    """The company of a ticker or CIK; `BRK.B`, `brk-b` and `BRK/B` are the same share class.

    Raises InvalidIdentifier for text that is neither, NotFound for a company that is not in the database.
    """
    cik = parse_cik_or_none(text)
    if cik is not None:
        return get_company(connection, cik)
    ticker = Ticker.parse(text)
    number = connection.scalar(sa.select(company_tickers.c.cik).where(company_tickers.c.ticker == ticker.symbol))
    if number is None:
        raise NotFound(
            f"there is no company with the ticker {ticker}",
            hint=f"load it on the page Companies, or with `workbench ingest {ticker}`",
        )
    return get_company(connection, Cik(number))


def resolve_ticker(connection: sa.Connection, text: str) -> Ticker:
    """The share class of `text`: a ticker as it is, even if its company is not in the database, or a CIK's first share class.

    Raises InvalidIdentifier for text that is neither, NotFound for a CIK that is unknown or has no share class.
    """
    cik = parse_cik_or_none(text)
    if cik is None:
        return Ticker.parse(text)
    ticker = get_company(connection, cik).ticker
    if ticker is None:
        raise NotFound(f"the company with the CIK {cik} has no listed share class")
    return ticker


def parse_cik_or_none(text: str) -> Cik | None:
    """The CIK that `text` spells (`320193`, `CIK0000320193`), or None when it can only be a ticker.

    No ticker of a listed company is made of digits alone, so digits are a CIK.
    """
    try:
        return Cik.parse(text)
    except InvalidIdentifier:
        if text.strip().isdigit():
            raise
        return None


def get_company(connection: sa.Connection, cik: Cik) -> Company:
    """The company with this CIK; raises NotFound."""
    result = _companies(connection, [cik.number])
    if not result:
        raise NotFound(
            f"there is no company with the CIK {cik}", hint=f"load it on the page Companies, or with `workbench ingest {cik}`"
        )
    return result[0]


def known_ciks(connection: sa.Connection) -> list[Cik]:
    """Every company in the database, by CIK."""
    return [Cik(number) for number in connection.scalars(sa.select(companies.c.cik).order_by(companies.c.cik))]


def get_companies(connection: sa.Connection, ciks: Sequence[Cik]) -> list[Company]:
    """The companies with these CIKs, in the same order; unknown ones are left out."""
    return _companies(connection, [cik.number for cik in ciks])


def search_companies(
    connection: sa.Connection, query: str | None = None, limit: int = 50, offset: int = 0, *, as_of: date | None = None
) -> list[Company]:
    """Companies whose ticker begins with, or whose name (or a former one) contains, `query`; all without one.

    As of a day, those that had filed something by then.

    An exact ticker or CIK comes first, then tickers that begin with it, then names in alphabetical order.
    """
    statement = sa.select(companies.c.cik)
    order: list[sa.ColumnElement[Any]] = [companies.c.name, companies.c.cik]
    text = (query or "").replace("\0", "").strip()
    if text:
        symbol = text.upper().replace(".", "-").replace("/", "-")
        own_tickers = sa.select(company_tickers.c.ticker).where(company_tickers.c.cik == companies.c.cik)
        exact: sa.ColumnElement[bool] = sa.exists(own_tickers.where(company_tickers.c.ticker == symbol))
        if text.isascii() and text.isdigit() and len(text) <= 10:
            exact = sa.or_(exact, companies.c.cik == int(text))
        begins = sa.exists(own_tickers.where(company_tickers.c.ticker.startswith(symbol, autoescape=True)))
        named = sa.or_(
            companies.c.name.icontains(text, autoescape=True),
            sa.cast(companies.c.former_names, sa.Text).icontains(text, autoescape=True),
        )
        statement = statement.where(sa.or_(exact, begins, named))
        order = [sa.desc(exact), sa.desc(begins), *order]
    if as_of is not None:
        own_filings = sa.select(sec_filings.c.cik).where(sec_filings.c.cik == companies.c.cik)
        statement = statement.where(sa.exists(own_filings.where(sec_filings.c.filed_on <= as_of)))
    numbers = connection.scalars(statement.order_by(*order).limit(limit).offset(offset)).all()
    return _companies(connection, numbers)


def lock_company(connection: sa.Connection, cik: Cik) -> None:
    """Locks the company until the transaction ends, so that two loads of one company run one after another."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_COMPANY_LOCK | cik.number)))


def save_company(connection: sa.Connection, company: Company) -> bool:
    """Saves a company from its newest submissions; returns True if it is new or changed.

    A ticker belongs to one company: a symbol that another filer took over moves to that filer.
    """
    lock_company(connection, company.cik)
    values = {
        "cik": company.cik.number,
        "name": company.name,
        "entity_type": company.entity_type,
        "sic": company.sic,
        "sic_description": company.sic_description,
        "category": company.category,
        "fiscal_year_end": company.fiscal_year_end,
        "state_of_incorporation": company.state_of_incorporation,
        "former_names": [
            {"name": former.name, "from_on": _iso(former.from_on), "until_on": _iso(former.until_on)}
            for former in company.former_names
        ],
    }
    insert = pg.insert(companies).values(values)
    changes = {name: insert.excluded[name] for name in values if name != "cik"}
    changed = connection.scalar(
        insert.on_conflict_do_update(
            index_elements=[companies.c.cik],
            set_={**changes, "updated_at": sa.func.now()},
            where=sa.or_(*(companies.c[name].is_distinct_from(value) for name, value in changes.items())),
        ).returning(companies.c.cik)
    )
    moved = _save_listings(connection, company.cik, company.listings)
    return changed is not None or moved


def _save_listings(connection: sa.Connection, cik: Cik, listings: Sequence[Listing]) -> bool:
    wanted = [(listing.ticker.symbol, listing.exchange, position) for position, listing in enumerate(_once(listings))]
    there = connection.execute(
        sa.select(company_tickers.c.ticker, company_tickers.c.exchange, company_tickers.c.position)
        .where(company_tickers.c.cik == cik.number)
        .order_by(company_tickers.c.position)
    ).all()
    if [tuple(row) for row in there] == wanted:
        return False
    symbols = [symbol for symbol, _, _ in wanted]
    connection.execute(
        sa.delete(company_tickers).where(
            sa.or_(company_tickers.c.cik == cik.number, company_tickers.c.ticker.in_(symbols or [""]))
        )
    )
    if wanted:
        insert = pg.insert(company_tickers)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=[company_tickers.c.ticker],
                set_={name: insert.excluded[name] for name in ("cik", "exchange", "position")},
            ),
            [
                {"ticker": symbol, "cik": cik.number, "exchange": exchange, "position": position}
                for symbol, exchange, position in wanted
            ],
        )
    return True


def _once(listings: Iterable[Listing]) -> list[Listing]:
    first: dict[Ticker, Listing] = {}
    for listing in listings:
        first.setdefault(listing.ticker, listing)
    return list(first.values())


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _companies(connection: sa.Connection, numbers: Sequence[int]) -> list[Company]:
    if not numbers:
        return []
    listings: dict[int, list[Listing]] = {}
    for row in connection.execute(
        sa.select(company_tickers).where(company_tickers.c.cik.in_(numbers)).order_by(company_tickers.c.position)
    ):
        listings.setdefault(row.cik, []).append(Listing(Ticker(row.ticker), row.exchange))
    rows = {row.cik: row for row in connection.execute(sa.select(companies).where(companies.c.cik.in_(numbers)))}
    return [_company(rows[number], tuple(listings.get(number, ()))) for number in numbers if number in rows]


def _company(row: Any, listings: tuple[Listing, ...]) -> Company:
    return Company(
        cik=Cik(row.cik),
        name=row.name,
        listings=listings,
        sic=row.sic,
        sic_description=row.sic_description,
        category=row.category,
        entity_type=row.entity_type,
        fiscal_year_end=row.fiscal_year_end,
        state_of_incorporation=row.state_of_incorporation,
        former_names=tuple(
            FormerName(
                former["name"],
                date.fromisoformat(former["from_on"]) if former.get("from_on") else None,
                date.fromisoformat(former["until_on"]) if former.get("until_on") else None,
            )
            for former in row.former_names
        ),
    )


def loaded_part(connection: sa.Connection, cik: Cik, part: str) -> tuple[str, str] | None:
    """The (sha256, reader) of the loaded content of this part of a company; None if nothing is loaded."""
    row = connection.execute(
        sa.select(loaded_parts.c.sha256, loaded_parts.c.reader).where(
            loaded_parts.c.cik == cik.number, loaded_parts.c.part == part
        )
    ).one_or_none()
    return (row.sha256, row.reader) if row else None


def save_loaded_part(connection: sa.Connection, cik: Cik, part: str, *, sha256: str, reader: str) -> None:
    """Records that the bytes `sha256`, read by `reader`, are loaded; call it in the transaction that loads them."""
    insert = pg.insert(loaded_parts).values(cik=cik.number, part=part, sha256=sha256, reader=reader)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[loaded_parts.c.cik, loaded_parts.c.part],
            set_={"sha256": insert.excluded.sha256, "reader": insert.excluded.reader, "loaded_at": sa.func.now()},
        )
    )


def companies_called(
    connection: sa.Connection, words: Sequence[str], initials: Sequence[str], tickers: Sequence[str]
) -> list[Company]:
    """Companies with one of `words` in their name or a former one, with `initials` (`p & g`), or with one of `tickers`.

    Words are letters and digits in lower case; apostrophes in names are closed up (McDonald's is mcdonalds). By CIK.
    """
    patterns = [*words, *(rf"{a}\w* & {b}\w*" for a, b in (pair.lower().split(" & ") for pair in initials))]
    clauses: list[sa.ColumnElement[bool]] = [company_tickers.c.ticker.in_(tickers)]
    if patterns:
        for name in (companies.c.name, sa.cast(companies.c.former_names, sa.Text)):
            closed = sa.func.translate(sa.func.lower(name), "'’", "")
            clauses.append(closed.regexp_match(rf"\m({'|'.join(patterns)})\M"))
    numbers = connection.scalars(
        sa.select(companies.c.cik)
        .outerjoin(company_tickers, company_tickers.c.cik == companies.c.cik)
        .where(sa.or_(*clauses))
        .distinct()
        .order_by(companies.c.cik)
    ).all()
    return _companies(connection, numbers)


def companies_with_documents(connection: sa.Connection, as_of: date | None = None, caller: Caller = LOCAL) -> list[Company]:
    """Companies with a document (filed by `as_of`) in the database that `caller` may read, by CIK."""
    filed = [readable(documents, caller), *([documents.c.filed_on <= as_of] if as_of else [])]
    numbers = connection.scalars(
        sa.select(companies.c.cik)
        .where(companies.c.cik.in_(sa.select(documents.c.cik).where(*filed)))
        .order_by(companies.c.cik)
    ).all()
    return _companies(connection, numbers)
