"""Where a question is asked: of everything, of each company that it names, of the reports it names, of their statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from workbench.domain.filings.passages import PassageFilter
from workbench.domain.identity import Cik
from workbench.domain.statements.statement import StatementKind
from workbench.search.understanding import Understanding

# Weight of other companies' passages when the question names one: they can be found, its own come first.
_UNNAMED_WEIGHT = 0.25
# Weight of the reports for a period that the question names, beside 1 for all passages of the company.
_REPORT_WEIGHT = 1.0
# Weight of the statements with the lines that it names, of added documents, whose pages are the hits. The labelled questions
# to filings are answered by their notes and discussions as often: there only ratios in a period are sought on statements, and
# count less.
_STATEMENT_WEIGHT = 3.0
_FILED_STATEMENT_WEIGHT = 0.5
# What every statement of a kind has, so that its pages are found by whatever name the line stands there.
_ON_EVERY = {
    StatementKind.INCOME: (
        "statements of income",
        "statements of operations",
        "statements of earnings",
        "income before taxes",
    ),
    StatementKind.BALANCE: ("balance sheets", "statements of financial position", "total assets"),
    StatementKind.CASHFLOW: (
        "statements of cash flows",
        "operating activities",
        "investing activities",
        "financing activities",
    ),
}
# Figures of parts of a company are in its notes.
_OF_PARTS = re.compile(
    r"\b(?:segments?|divisions?|regions?|geograph\w+|business units?|product lines?|by (?:product|country|category))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Passages to rank by themselves. `is_about`: by the question without the company's name, which its documents rarely say.

    `lines` are the names of the statement lines to rank by in place of the question; None for the question.
    """

    where: PassageFilter
    weight: float
    is_about: bool = False
    lines: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Named:
    """A company that a stretch of the question names: filers, added documents, or both."""

    start: int
    end: int
    ciks: set[Cik]
    documents: set[int]


def statements_asked(text: str, understood: Understanding) -> tuple[StatementKind, ...]:
    """The primary statements with the lines that the question names, itself or by a ratio; none for parts of a company."""
    if _OF_PARTS.search(text):
        return ()
    return tuple(kind for kind in StatementKind if any(kind in line.statements for line in understood.lines))


def scopes(
    where: PassageFilter, text: str, understood: Understanding, has_passages: Callable[[PassageFilter], bool]
) -> list[Scope]:
    """The scopes of a question within `where`; two companies that it names have the same weight.

    Where a company has no report for a period that the question names, all its documents are meant.
    """
    companies = [_within(where, named) for named in _named(where, understood)]
    results = [Scope(where, _UNNAMED_WEIGHT if companies else 1.0)]
    results += [Scope(company, 1.0, is_about=True) for company in companies]
    periods = tuple(mention.period for mention in understood.periods)
    reports = []
    if periods and not where.periods:
        reports = [report for company in companies if has_passages(report := replace(company, periods=periods))]
    results += [Scope(report, _REPORT_WEIGHT, is_about=True) for report in reports]
    reported = [(report.companies, report.own_documents) for report in reports]
    others = [company for company in companies if (company.companies, company.own_documents) not in reported]
    narrow = reports + others or ([where] if where.documents or where.companies else [])
    kinds = statements_asked(text, understood)
    is_ratio = bool(understood.ratios and understood.periods)
    sought = [report for report in narrow if report.own_documents or report.documents or is_ratio]
    return results + [_statement(report, kind, understood) for report in sought for kind in kinds]


def _statement(where: PassageFilter, kind: StatementKind, understood: Understanding) -> Scope:
    named = (name for line in understood.lines if kind in line.statements for name in (line.label, *line.filed))
    lines = tuple(dict.fromkeys((*named, *_ON_EVERY[kind])))
    weight = _STATEMENT_WEIGHT if where.own_documents or where.documents else _FILED_STATEMENT_WEIGHT
    return Scope(replace(where, statements=(kind.value,)), weight, lines=lines)


def _within(where: PassageFilter, named: _Named) -> PassageFilter:
    return replace(where, companies=tuple(sorted(named.ciks)), own_documents=tuple(sorted(named.documents)))


def _named(where: PassageFilter, understood: Understanding) -> list[_Named]:
    results: list[_Named] = []
    mentions = [(each.start, each.end, {each.company.cik}, set[int]()) for each in understood.companies]
    mentions += [(each.start, each.end, set[Cik](), set(each.documents)) for each in understood.own_companies]
    for start, end, ciks, documents in mentions:
        known = next((each for each in results if start < each.end and each.start < end), None)
        if known is None:
            known = _Named(start, end, set(), set())
            results.append(known)
        known.ciks |= ciks
        known.documents |= documents
    if where.companies:  # a document that belongs to none of them may not be found
        results = [replace(each, ciks=each.ciks & set(where.companies), documents=set()) for each in results]
    return [each for each in results if each.ciks or each.documents]
