"""Passages of documents: saved by COPY, narrowed by a filter, and given back as citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from db.engine import Database
from db.planner import expected_rows
from db.tables import companies, company_tickers, documents, passages, sec_filings
from workbench.domain.identity import Accession, Cik
from workbench.domain.passages import Hit, PassageFilter, PassageSpan, PassageText, ReportPeriod

# Characters of the private use area: no document that was decoded properly holds them.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARKING = f"HighlightAll=true, StartSel={_OPEN}, StopSel={_CLOSE}"


def save_passages(
    connection: sa.Connection,
    document_id: int,
    spans: Iterable[PassageSpan],
    *,
    cik: Cik | None,
    form: str | None,
    filed_on: date | None,
) -> int:
    """Makes `spans` the passages of the document and returns how many rows were written: 0 when they stood there already.

    Other passages of the same document (of an older extraction) are removed with their vectors.
    """
    rows = sorted((span.ordinal, span.start, span.end, span.part, span.item, span.page, span.text) for span in spans)
    named = (cik.number if cik else None, form, filed_on)
    present = connection.execute(
        sa.select(
            passages.c.cik, passages.c.form, passages.c.filed_on,
            passages.c.ordinal, passages.c.start_char, passages.c.end_char,
            passages.c.part, passages.c.item, passages.c.page, passages.c.text,
        )
        .where(passages.c.document_id == document_id)
        .order_by(passages.c.ordinal)
    ).all()  # fmt: skip
    if [tuple(row) for row in present] == [named + row for row in rows]:
        return 0
    if present:
        connection.execute(sa.delete(passages).where(passages.c.document_id == document_id))
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # nosec B101  open for as long as SQLAlchemy's connection is
    columns = "document_id, cik, form, filed_on, ordinal, start_char, end_char, part, item, page, text"
    with driver.cursor() as cursor, cursor.copy(f"copy passages ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row((document_id, *named, *row))
    return len(rows)


def refresh_statistics(database: Database) -> None:
    """Counts words anew for `db.full_text`, and rows for the planner; otherwise PostgreSQL does it when it finds the time."""
    with database.write() as connection:
        connection.execute(sa.text("analyze passages"))


def filter_clauses(where: PassageFilter) -> list[sa.ColumnElement[bool]]:
    """The conditions on `passages` that `where` asks for, to be applied before anything is ranked."""
    clauses: list[sa.ColumnElement[bool]] = []
    if where.companies:
        clauses.append(passages.c.cik.in_([cik.number for cik in where.companies]))
    if where.forms:
        clauses.append(passages.c.form.in_(where.forms))
    if where.items:
        clauses.append(passages.c.item.in_(where.items))
    if where.filed_from is not None:
        clauses.append(passages.c.filed_on >= where.filed_from)
    until = min((day for day in (where.as_of, where.filed_until) if day is not None), default=None)
    if until is not None:
        clauses.append(passages.c.filed_on <= until)
    if where.documents:
        clauses.append(passages.c.document_id.in_(where.documents))
    if where.sectors:
        clauses.append(passages.c.cik.in_(_companies_of(where.sectors)))
    if where.periods:
        clauses.append(passages.c.document_id.in_(_documents_on(where.periods)))
    clauses += [_holds(phrase) for phrase in where.phrases]
    clauses += [sa.not_(_holds(phrase)) for phrase in where.excluded]
    return clauses


def _companies_of(sectors: Sequence[str]) -> sa.Select[tuple[int]]:
    described = [
        companies.c.sic.startswith(sector, autoescape=True)
        if sector.isdigit()
        else companies.c.sic_description.icontains(sector, autoescape=True)
        for sector in sectors
    ]
    return sa.select(companies.c.cik).where(sa.or_(*described))


def _documents_on(periods: Sequence[ReportPeriod]) -> sa.Select[tuple[int]]:
    """Documents whose period of report lies in one of the fiscal periods, by the year end that the company states.

    A year of 52 or 53 weeks ends within days of that date, on either side: days are counted as if they were ten earlier, and
    the year end, too, where its month is asked. A year that ends in the first week of January is that of the year before
    (as in `workbench.domain.periods.fiscal_year_of`). Without a stated year end it is the calendar year.
    """
    end = sa.func.coalesce(companies.c.fiscal_year_end, "1231")
    day = sa.func.coalesce(sec_filings.c.report_on, documents.c.filed_on) - 10
    year = (
        sa.extract("year", day) + sa.cast(sa.func.to_char(day, "MMDD") > end, sa.Integer) - sa.cast(end <= "0107", sa.Integer)
    )
    end_month = sa.cast(sa.func.substr(end, 1, 2), sa.Integer) - sa.cast(sa.func.substr(end, 3, 2) <= "10", sa.Integer)
    months_left = sa.func.mod(end_month - sa.cast(sa.extract("month", day), sa.Integer) + 12, 12)
    quarter = 4 - months_left.op("/", return_type=sa.Integer())(3)
    wanted = [
        sa.and_(year == period.fiscal_year, *([quarter == period.quarter] if period.quarter else [])) for period in periods
    ]
    return (
        sa.select(documents.c.document_id)
        .outerjoin(sec_filings, (sec_filings.c.accession == documents.c.accession) & (sec_filings.c.cik == documents.c.cik))
        .outerjoin(companies, companies.c.cik == documents.c.cik)
        .where(sa.or_(*wanted))
    )


def among(connection: sa.Connection, passage_ids: Sequence[int], where: PassageFilter) -> set[int]:
    """Those of the passages that pass the filter."""
    found = sa.select(passages.c.passage_id).where(passages.c.passage_id.in_(passage_ids), *filter_clauses(where))
    return set(connection.scalars(found))


def _holds(phrase: str) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@", return_type=sa.Boolean())(sa.func.phraseto_tsquery("english", phrase))


def count_expected(connection: sa.Connection, where: PassageFilter) -> int:
    """About how many passages pass the filter, as the planner expects."""
    return expected_rows(connection, sa.select(sa.literal_column("1")).select_from(passages).where(*filter_clauses(where)))


def texts(connection: sa.Connection, passage_ids: Sequence[int]) -> list[PassageText]:
    """What these passages say, in the order asked; ids that do not exist are left out."""
    rows = connection.execute(
        sa.select(passages.c.passage_id, passages.c.cik, documents.c.accession, passages.c.text, passages.c.document_id)
        .join(documents, documents.c.document_id == passages.c.document_id)
        .where(passages.c.passage_id.in_(passage_ids))
    )
    found = {
        row.passage_id: PassageText(
            row.passage_id,
            Cik(row.cik) if row.cik is not None else None,
            Accession(row.accession) if row.accession else None,
            row.text,
            row.document_id,
        )
        for row in rows
    }
    return [found[passage_id] for passage_id in passage_ids if passage_id in found]


def hits(connection: sa.Connection, scores: dict[int, float], *, highlight: str | None = None) -> list[Hit]:
    """The passages with these ids as citations, in the order of `scores`; ids that do not exist are left out.

    `highlight` is a query in PostgreSQL's tsquery notation; where its words stand is told in each hit's `highlights`.
    """
    ticker = (
        sa.select(company_tickers.c.ticker)
        .where(company_tickers.c.cik == passages.c.cik)
        .order_by(company_tickers.c.position, company_tickers.c.ticker)
        .limit(1)
        .scalar_subquery()
    )
    query = sa.cast(sa.literal(highlight or ""), TSQUERY)
    rows = connection.execute(
        sa.select(
            passages,
            documents.c.accession,
            documents.c.name,
            documents.c.title,
            companies.c.name.label("company"),
            ticker.label("ticker"),
            sa.func.ts_headline("english", passages.c.text, query, _MARKING).label("marked"),
        )
        .join(documents, documents.c.document_id == passages.c.document_id)
        .outerjoin(companies, companies.c.cik == passages.c.cik)
        .where(passages.c.passage_id.in_(list(scores)))
    ).all()
    found = {row.passage_id: row for row in rows}
    return [_hit(found[passage_id], score) for passage_id, score in scores.items() if passage_id in found]


def _hit(row: Any, score: float) -> Hit:
    return Hit(
        passage_id=row.passage_id,
        document_id=row.document_id,
        cik=Cik(row.cik) if row.cik is not None else None,
        company=row.company,
        ticker=row.ticker,
        accession=Accession(row.accession) if row.accession else None,
        document=row.name,
        title=row.title,
        form=row.form,
        filed_on=row.filed_on,
        part=row.part,
        item=row.item,
        page=row.page,
        start=row.start_char,
        end=row.end_char,
        text=row.text,
        score=score,
        highlights=_highlights(row.text, row.marked),
    )


def _highlights(text: str, marked: str) -> tuple[tuple[int, int], ...]:
    # Offsets hold only if the marks are all that ts_headline changed.
    if marked.replace(_OPEN, "").replace(_CLOSE, "") != text:
        return ()
    found = []
    for number, match in enumerate(re.finditer(f"{_OPEN}(.*?){_CLOSE}", marked, re.DOTALL)):
        start = match.start() - 2 * number
        found.append((start, start + len(match.group(1))))
    return tuple(found)
