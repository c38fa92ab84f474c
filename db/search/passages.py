"""Passages of documents: saved by COPY, narrowed by a filter, and given back as citations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from db.engine import Database
from db.ownership import hidden_documents
from db.search.planner import expected_rows
from db.tables import (
    companies,
    company_tickers,
    document_notes,
    document_statements,
    document_subjects,
    documents,
    filing_sections,
    fiscal_year_offsets,
    passages,
    sec_filings,
)
from workbench.domain.errors import NotFound
from workbench.domain.facts.fiscal_years import SAME_YEAR_END
from workbench.domain.filings.passages import Hit, PassageFilter, PassageSpan, PassageText, ReportPeriod
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL, Caller

# Characters of the private use area: no document that was decoded properly holds them.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARKING = f"HighlightAll=true, StartSel={_OPEN}, StopSel={_CLOSE}"
_DAYS_A_MONTH = 30.4
_REPORTS = ("10-K", "10-K405", "10-KT", "10-KSB", "10-Q", "10-QT", "10-QSB", "20-F", "40-F")


@dataclass(frozen=True, slots=True)
class PassagesOf:
    """The passages of a document, and what they are narrowed by."""

    document_id: int
    spans: Sequence[PassageSpan]
    cik: Cik | None
    form: str | None
    filed_on: date | None


def save_passages(connection: sa.Connection, documents: Sequence[PassagesOf]) -> list[int]:
    """Makes them the passages of the documents; returns how many rows were written of each: 0 when they stood there already.

    Other passages of the same document (of an older extraction) are removed with their vectors.
    """
    present = _present(connection, [each.document_id for each in documents])
    rows = {each.document_id: _rows(each) for each in documents}
    changed = {document_id for document_id, own in rows.items() if present[document_id] != own}
    if old := [document_id for document_id in changed if present[document_id]]:
        connection.execute(sa.delete(passages).where(passages.c.document_id.in_(old)))
    if not changed:
        return [0] * len(documents)
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # open for as long as SQLAlchemy's connection is  # nosec B101
    columns = "document_id, cik, form, filed_on, ordinal, start_char, end_char, part, item, page, text, context"
    with driver.cursor() as cursor, cursor.copy(f"copy passages ({columns}) from stdin") as copy:
        for document_id in sorted(changed):
            for row in rows[document_id]:
                copy.write_row((document_id, *row))
    return [len(rows[each.document_id]) if each.document_id in changed else 0 for each in documents]


_Row = tuple[Any, ...]


def _rows(of: PassagesOf) -> list[_Row]:
    named = (of.cik.number if of.cik else None, of.form, of.filed_on)
    spans = sorted(
        (span.ordinal, span.start, span.end, span.part, span.item, span.page, span.text, span.context) for span in of.spans
    )
    return [named + span for span in spans]


def _present(connection: sa.Connection, document_ids: Sequence[int]) -> defaultdict[int, list[_Row]]:
    """What is saved of each document, in the shape of `_rows`."""
    table = passages.c
    query = sa.select(
        table.document_id, table.cik, table.form, table.filed_on, table.ordinal, table.start_char, table.end_char,
        table.part, table.item, table.page, table.text, table.context,
    ).where(table.document_id.in_(document_ids)).order_by(table.document_id, table.ordinal)  # fmt: skip
    results: defaultdict[int, list[_Row]] = defaultdict(list)
    for document_id, *row in connection.execute(query):
        results[document_id].append(tuple(row))
    return results


def refresh_statistics(database: Database) -> None:
    """Counts words anew for `db.search.full_text`, and rows for the planner; otherwise PostgreSQL does it in its own time."""
    with database.write() as connection:
        connection.execute(sa.text("analyze passages"))


def filter_clauses(where: PassageFilter) -> list[sa.ColumnElement[bool]]:
    """The conditions on `passages` that `where` asks for, to be applied before anything is ranked."""
    clauses: list[sa.ColumnElement[bool]] = []
    of_companies = [passages.c.cik.in_([cik.number for cik in where.companies])] if where.companies else []
    of_companies += [passages.c.document_id.in_(where.own_documents)] if where.own_documents else []
    clauses += [sa.or_(*of_companies)] if of_companies else []
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
    if (hidden := hidden_documents(where.caller)) is not None:
        clauses.append(passages.c.document_id.not_in(hidden))
    if where.sectors:
        clauses.append(passages.c.cik.in_(_companies_of(where.sectors)))
    if where.periods:
        clauses.append(passages.c.document_id.in_(_documents_on(where.periods, where.as_of)))
    if where.statements:
        clauses.append(_is_in_statement(where.statements))
    clauses += [_holds(phrase) for phrase in where.phrases]
    clauses += [sa.not_(_holds(phrase)) for phrase in where.excluded]
    return clauses


def _is_in_statement(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    spans = document_statements.c
    return (
        sa.select(sa.literal(1))
        .where(
            spans.document_id == passages.c.document_id,
            spans.start_char < passages.c.end_char,
            spans.end_char > passages.c.start_char,
            spans.kind.in_(kinds),
        )
        .exists()
    )


def _companies_of(sectors: Sequence[str]) -> sa.Select[tuple[int]]:
    described = [
        companies.c.sic.startswith(sector, autoescape=True)
        if sector.isdigit()
        else companies.c.sic_description.icontains(sector, autoescape=True)
        for sector in sectors
    ]
    return sa.select(companies.c.cik).where(sa.or_(*described))


def _fiscal_period(as_of: date | None) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Fiscal year and quarter of a document's period of report, by the year end that the company states and as it names them.

    A year of 52 or 53 weeks ends within days of that date, on either side: days are counted as if they were ten earlier, and
    the year end, too, where its month is asked. A year that ends in the first week of January is that of the year before
    (as in `workbench.domain.facts.fiscal_years`). Without a stated year end it is the calendar year.
    """
    end = sa.func.coalesce(companies.c.fiscal_year_end, "1231")
    day = sa.func.coalesce(sec_filings.c.report_on, documents.c.filed_on) - 10
    year = (
        sa.extract("year", day) + sa.cast(sa.func.to_char(day, "MMDD") > end, sa.Integer) - sa.cast(end <= "0107", sa.Integer)
    )
    end_month = sa.cast(sa.func.substr(end, 1, 2), sa.Integer) - sa.cast(sa.func.substr(end, 3, 2) <= "10", sa.Integer)
    months_left = sa.func.mod(end_month - sa.cast(sa.extract("month", day), sa.Integer) + 12, 12)
    year += sa.func.coalesce(_year_offset(end, as_of), 0)
    return year, 4 - months_left.op("/", return_type=sa.Integer())(3)


def _year_offset(end: sa.ColumnElement[Any], as_of: date | None) -> sa.ScalarSelect[Any]:
    """By how much a document's company names years that end on `end` (`MMDD`) other than by the rule; null for not at all."""
    offsets = fiscal_year_offsets.c
    apart = sa.func.abs(_place_in_year(sa.func.to_char(offsets.year_end, "MMDD")) - _place_in_year(end))
    apart = sa.func.least(apart, 12 - apart)
    known = [offsets.known_from <= as_of] if as_of else []
    query = sa.select(offsets.years).where(offsets.cik == documents.c.cik, apart <= SAME_YEAR_END / _DAYS_A_MONTH, *known)
    return query.order_by(apart, offsets.known_from.desc()).limit(1).scalar_subquery()


def _place_in_year(day: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Months and parts of a month up to a day given as `MMDD`."""
    month, days = (sa.cast(sa.func.substr(day, place, 2), sa.Float) for place in (1, 3))
    return month + days / _DAYS_A_MONTH


def _documents_on(periods: Sequence[ReportPeriod], as_of: date | None) -> sa.Select[tuple[int]]:
    """Documents whose period of report lies in one of the fiscal periods."""
    year, quarter = _fiscal_period(as_of)
    subject = document_subjects.c
    # A report of a year covers its fourth quarter.
    quarter = sa.case((subject.fiscal_year.is_not(None), sa.func.coalesce(subject.fiscal_quarter, 4)), else_=quarter)
    year = sa.func.coalesce(subject.fiscal_year, year)
    wanted = [
        sa.and_(year == period.fiscal_year, *([quarter == period.quarter] if period.quarter else [])) for period in periods
    ]
    return (
        sa.select(documents.c.document_id)
        .outerjoin(sec_filings, (sec_filings.c.accession == documents.c.accession) & (sec_filings.c.cik == documents.c.cik))
        .outerjoin(companies, companies.c.cik == documents.c.cik)
        .outerjoin(document_subjects, subject.document_id == documents.c.document_id)
        .where(sa.or_(*wanted))
    )


def _holds(phrase: str) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@", return_type=sa.Boolean())(sa.func.phraseto_tsquery("english", phrase))


def has_any(connection: sa.Connection, where: PassageFilter) -> bool:
    """Whether any passage passes the filter."""
    return bool(connection.scalar(sa.select(sa.select(sa.literal(1)).where(*filter_clauses(where)).exists())))


def count_expected(connection: sa.Connection, where: PassageFilter) -> int:
    """About how many passages pass the filter, as the planner expects; uploads that the caller may not read are counted in.

    The planner takes any list of excluded documents for half of all passages.
    """
    clauses = filter_clauses(replace(where, caller=LOCAL))
    return expected_rows(connection, sa.select(sa.literal_column("1")).select_from(passages).where(*clauses))


def count_lasting(connection: sa.Connection, where: PassageFilter) -> int:
    """How many passages pass the filter: counted under an `as_of`, for its answers must not move with later filings.

    Otherwise about as many as the planner expects.
    """
    if where.as_of is None:
        return count_expected(connection, where)
    return connection.scalar(sa.select(sa.func.count()).select_from(passages).where(*filter_clauses(where))) or 0


def texts(connection: sa.Connection, passage_ids: Sequence[int]) -> list[PassageText]:
    """What these passages say, in the order asked; ids that do not exist are left out."""
    rows = connection.execute(
        sa.select(passages.c.passage_id, passages.c.cik, documents.c.accession, passages.c.text, passages.c.document_id)
        .join(documents, documents.c.document_id == passages.c.document_id)
        .where(passages.c.passage_id.in_(passage_ids))
    )
    results = {
        row.passage_id: PassageText(
            row.passage_id,
            Cik(row.cik) if row.cik is not None else None,
            Accession(row.accession) if row.accession else None,
            row.text,
            row.document_id,
        )
        for row in rows
    }
    return [results[passage_id] for passage_id in passage_ids if passage_id in results]


def get_passage(connection: sa.Connection, passage_id: int, caller: Caller = LOCAL, as_of: date | None = None) -> Hit:
    """The passage with this id as a citation; raises NotFound, also for one that the caller may not read or filed later."""
    allowed = filter_clauses(PassageFilter(as_of=as_of, caller=caller))
    is_there = sa.select(sa.literal(1)).where(passages.c.passage_id == passage_id, *allowed).exists()
    if not connection.scalar(sa.select(is_there)):
        raise NotFound(f"there is no passage {passage_id}", hint="passages get new numbers when their document is read anew")
    return hits(connection, {passage_id: 0.0}, as_of=as_of)[0]


def hits(
    connection: sa.Connection,
    scores: dict[int, float],
    *,
    as_of: date | None = None,
    highlight: str | None = None,
    names: Sequence[str] = (),
) -> list[Hit]:
    """The passages with these ids as citations, in the order of `scores`; ids that do not exist are left out.

    Fiscal periods are named as companies did at the end of `as_of` (None: now).

    `highlight` is a query in PostgreSQL's tsquery notation; where its words stand is given in each hit's `highlights`, as is
    where one of `names` stands, word by word.
    """
    fiscal_year, quarter = _fiscal_period(as_of)
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
            fiscal_year.label("fiscal_year"),
            quarter.label("quarter"),
            _note().label("note"),
            _section().label("section"),
            documents.c.origin,
            document_subjects.c.company.label("subject_company"),
            document_subjects.c.fiscal_year.label("subject_year"),
            document_subjects.c.fiscal_quarter.label("subject_quarter"),
            sa.func.ts_headline("english", passages.c.text, query, _MARKING).label("marked"),
        )
        .join(documents, documents.c.document_id == passages.c.document_id)
        .outerjoin(companies, companies.c.cik == passages.c.cik)
        .outerjoin(sec_filings, (sec_filings.c.accession == documents.c.accession) & (sec_filings.c.cik == documents.c.cik))
        .outerjoin(document_subjects, document_subjects.c.document_id == passages.c.document_id)
        .where(passages.c.passage_id.in_(list(scores)))
    ).all()
    results = {row.passage_id: row for row in rows}
    named = _names_pattern(names)
    return [_hit(results[passage_id], score, named) for passage_id, score in scores.items() if passage_id in results]


def _note() -> sa.ScalarSelect[Any]:
    """Number and title of the note in which a passage begins."""
    notes = document_notes.c
    return (
        sa.select(notes.number + sa.literal(", ") + notes.title)
        .where(
            notes.document_id == passages.c.document_id,
            notes.start_char <= passages.c.start_char,
            notes.end_char > passages.c.start_char,
        )
        .limit(1)
        .scalar_subquery()
    )


def _section() -> sa.ScalarSelect[Any]:
    """Title of the section with its own heading in which a passage stands."""
    sections = filing_sections.c
    is_it = (sections.document_id == passages.c.document_id) & (sections.item == passages.c.item)
    return sa.select(sections.title).where(is_it, sections.item.like("S%")).limit(1).scalar_subquery()


def _names_pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    spelled = [r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)", re.IGNORECASE) if spelled else None


def _period(row: Any) -> ReportPeriod | None:
    if row.origin == "upload":
        return ReportPeriod(row.subject_year, row.subject_quarter) if row.subject_year is not None else None
    form = (row.form or "").removesuffix("/A")
    if form not in _REPORTS or row.fiscal_year is None:
        return None
    return ReportPeriod(int(row.fiscal_year), int(row.quarter) if form.startswith("10-Q") else None)


def _hit(row: Any, score: float, named: re.Pattern[str] | None) -> Hit:
    return Hit(
        passage_id=row.passage_id,
        document_id=row.document_id,
        cik=Cik(row.cik) if row.cik is not None else None,
        company=row.company or row.subject_company,
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
        highlights=_apart([*_highlights(row.text, row.marked), *_named(row.text, named)]),
        period=_period(row),
        context=row.context,
        note=row.note,
        section=row.section,
    )


def _named(text: str, names: re.Pattern[str] | None) -> Iterator[tuple[int, int]]:
    return (match.span() for match in names.finditer(text)) if names else iter(())


def _apart(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans from left to right, of overlapping ones the longest."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(apart)


def _highlights(text: str, marked: str) -> tuple[tuple[int, int], ...]:
    # Offsets hold only if the marks are all that ts_headline changed.
    if marked.replace(_OPEN, "").replace(_CLOSE, "") != text:
        return ()
    results = []
    for number, match in enumerate(re.finditer(f"{_OPEN}(.*?){_CLOSE}", marked, re.DOTALL)):
        start = match.start() - 2 * number
        results.append((start, start + len(match.group(1))))
    return tuple(results)
