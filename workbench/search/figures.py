"""The figures that a question to the search asks for, proven by the statements; no passage is read for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.companies import get_company
from db.engine import Connection
from workbench.domain.identity import Cik
from workbench.domain.measures.provenance import Provenance
from workbench.domain.verification.claim import NamedCompany, Unclear
from workbench.domain.verification.figure_answer import AskedFigure, find_figure
from workbench.domain.verification.measure_names import measures_in
from workbench.domain.verification.question import NotLoadedName, QuestionScope, read_question
from workbench.domain.verification.stated_periods import periods_in
from workbench.search.mentions import companies_in
from workbench.search.proofs import Proofs
from workbench.search.understanding import Understanding


@dataclass(frozen=True, slots=True)
class ProvenFigure:
    """A figure that is asked for and its proof; None where nothing is known of it."""

    asked: AskedFigure
    proof: Provenance | None


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """The figures that a question asks for, by measure, company and period. Without figures, `unclear` says why."""

    figures: tuple[ProvenFigure, ...]
    unclear: Unclear | None = None
    unclear_text: str = ""


@dataclass(frozen=True, slots=True)
class FigureScope:
    """What is chosen beside the question. Words in `ignored` name nothing."""

    companies: Sequence[Cik] = ()
    fiscal_years: Sequence[int] = ()
    ignored: Sequence[str] = ()


def figures_asked(
    connection: Connection, text: str, understood: Understanding, scope: FigureScope, as_of: date | None = None
) -> FigureAnswer | None:
    """The figures that the question asks for, as known on `as_of` (None: now); None if it asks for none.

    A company must be named exactly: misspelt names are not guessed.
    """
    ignored = {_folded(word) for word in scope.ignored}
    measures = measures_in(text)
    if not measures or "*" in ignored:
        return None
    stated = [(each.start, each.end) for each in measures] + [(each.start, each.end) for each in periods_in(text)]
    if any(_folded(text[start:end]) in ignored for start, end in stated):
        return None
    # Capitals of a measure or period (EPS, FY24) are no tickers, and no sign that names have capitals too.
    plain = text
    for start, end in stated:
        plain = plain[:start] + plain[start:end].lower() + plain[end:]
    named = companies_in(connection, plain, as_of, is_misspelling_allowed=False)
    companies = [
        NamedCompany(each.company, each.start, each.end)
        for each in named
        if _folded(text[each.start : each.end]) not in ignored
    ]
    if scope.companies and any(each.company.cik not in scope.companies for each in companies):
        return None
    chosen = () if companies else tuple(get_company(connection, cik) for cik in scope.companies)
    year = scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None
    absent = _not_loaded(text, companies, understood)
    question = read_question(text, companies, absent, QuestionScope(chosen, year))
    if question is None:
        return None
    proofs = Proofs(connection, as_of)
    figures = (find_figure(claim, proofs.tables(claim)) for claim in question.claims)
    proven = tuple(ProvenFigure(each, proofs.proof(each.figure)) for each in figures)
    return FigureAnswer(proven, question.unclear, question.unclear_text)


def _not_loaded(text: str, companies: Sequence[NamedCompany], understood: Understanding) -> list[NotLoadedName]:
    """Companies that the question names and of which there are at most documents."""
    taken = [(each.start, each.end) for each in companies]
    spans = [(each.start, each.end) for each in understood.own_companies]
    results: list[NotLoadedName] = []
    for start, end in spans + [(each.start, each.end) for each in understood.absent]:
        if all(end <= other_start or other_end <= start for other_start, other_end in taken):
            taken.append((start, end))
            results.append(NotLoadedName(text[start:end], start, end))
    return results


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
