"""Passages as citations: what each says, with its document, item and span, its period, and where words asked for stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from db.search.passages import IS_ONE_OF, filter_clauses
from db.search.report_periods import fiscal_period
from db.tables import (
    companies,
    company_tickers,
    document_notes,
    document_pages,
    document_subjects,
    documents,
    filing_sections,
    passages,
    sec_filings,
)
from workbench.domain.errors import NotFound
from workbench.domain.filings.passages import Hit, PassageFilter, ReportPeriod
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL, Caller

# Characters of the private use area: no document that was decoded properly holds them.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARKING = f"HighlightAll=true, StartSel={_OPEN}, StopSel={_CLOSE}"
_REPORTS = ("10-K", "10-K405", "10-KT", "10-KSB", "10-Q", "10-QT", "10-QSB", "20-F", "40-F")


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
    rows = connection.execute(_query(as_of), {"passage_ids": list(scores), "highlight": highlight or ""}).all()
    results = {row.passage_id: row for row in rows}
    named = _names_pattern(names)
    return [_hit(results[passage_id], score, named) for passage_id, score in scores.items() if passage_id in results]


@lru_cache(maxsize=64)
def _query(as_of: date | None) -> sa.Select[Any]:
    """The passages `passage_ids` with `highlight` marked; made once for each day, since making it takes as long as asking."""
    fiscal_year, quarter = fiscal_period(as_of)
    ticker = (
        sa.select(company_tickers.c.ticker)
        .where(company_tickers.c.cik == passages.c.cik)
        .order_by(company_tickers.c.position, company_tickers.c.ticker)
        .limit(1)
        .scalar_subquery()
    )
    highlight = sa.cast(sa.bindparam("highlight", type_=sa.Text()), TSQUERY)
    return (
        sa.select(
            *(column for column in passages.c if column is not passages.c.words),
            documents.c.accession,
            documents.c.name,
            documents.c.title,
            companies.c.name.label("company"),
            ticker.label("ticker"),
            fiscal_year.label("fiscal_year"),
            quarter.label("quarter"),
            _note().label("note"),
            _section().label("section"),
            document_pages.c.label.label("page_label"),
            documents.c.origin,
            document_subjects.c.company.label("subject_company"),
            document_subjects.c.fiscal_year.label("subject_year"),
            document_subjects.c.fiscal_quarter.label("subject_quarter"),
            sa.func.ts_headline("english", passages.c.text, highlight, _MARKING).label("marked"),
        )
        .join(documents, documents.c.document_id == passages.c.document_id)
        .outerjoin(companies, companies.c.cik == passages.c.cik)
        .outerjoin(sec_filings, (sec_filings.c.accession == documents.c.accession) & (sec_filings.c.cik == documents.c.cik))
        .outerjoin(document_subjects, document_subjects.c.document_id == passages.c.document_id)
        .outerjoin(
            document_pages,
            (document_pages.c.document_id == passages.c.document_id) & (document_pages.c.number == passages.c.page),
        )
        .where(IS_ONE_OF)
    )


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
        page_label=row.page_label,
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
