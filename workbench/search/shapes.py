"""Search results as JSON: one shape for the command line and the API."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Schema
from workbench.analysis.search.figures_json import FiguresAnswer, figures_answer
from workbench.domain.filings.passages import Hit
from workbench.search.citations import item_title
from workbench.search.figures import FigureAnswer
from workbench.search.hybrid import SearchResult
from workbench.search.syntax import read_question
from workbench.search.understanding import Understanding


class _PassageFields(TypedDict):
    passage: Annotated[int, Schema(description="Its number at `/passages/{passage}`, until its document is read anew.")]
    company: Annotated[str | None, Schema(description="The ticker, or `CIK n` for a company without one.")]
    accession: str | None
    form: str | None
    filed_on: IsoDate | None
    item: str | None
    start: int
    end: int
    text: str
    context: Annotated[
        str | None,
        Schema(description="Title, units, head and labels of a table within which the passage begins, a line each."),
    ]
    note: Annotated[str | None, Schema(description="Number and title of the note to the financial statements: `4, Leases`.")]
    document: str
    document_id: int
    title: str | None
    page: int | None
    page_label: Annotated[
        str | None,
        Schema(description="What the document calls the page, if not its number: `slide 4`, `sheet Segments`, `F-3`."),
    ]
    part: str | None
    cik: int | None
    company_name: str | None
    fiscal_year: int | None
    fiscal_quarter: int | None
    item_title: str | None


class PassageAnswer(_PassageFields, closed=True):
    """One passage with its citation. `start` and `end` are characters of the document's extracted text.

    A document that is not a filing has `document`, `title` and `page`, and no `accession`. `fiscal_year` and
    `fiscal_quarter` are the period of an annual or quarterly report, and null for other documents.
    """


class HitAnswer(_PassageFields, closed=True):
    """One citation, and why it was found. Its fields besides are those of a passage."""

    score: float
    highlights: Annotated[list[tuple[int, int]], Schema(description="Spans [start, end) within `text`.")]
    also_in: Annotated[list[str], Schema(description="Filings with the same passage.")]
    text_rank: Annotated[int | None, Schema(description="Rank in the full-text search; null if not found there.")]
    vector_rank: Annotated[int | None, Schema(description="Rank in the vector search; null if not found there.")]


class NamedCompanyAnswer(TypedDict, closed=True):
    """A company that the words `mention_text` of the question name."""

    mention_text: str
    company: str
    name: str


class NamedFormAnswer(TypedDict, closed=True):
    """A form that the words `mention_text` of the question name."""

    mention_text: str
    form: str


class NamedPeriodAnswer(TypedDict, closed=True):
    """A fiscal year, or a quarter of it, that the words `mention_text` of the question name."""

    mention_text: str
    fiscal_year: int
    quarter: int | None


class NamedItemAnswer(TypedDict, closed=True):
    """An item of a form that the words `mention_text` of the question name, and its title."""

    mention_text: str
    item: str
    title: str


class NewestAnswer(TypedDict, closed=True):
    """The words `mention_text` mean the newest report of one of `forms`: "last year", "the latest 10-Q"."""

    mention_text: str
    forms: list[str]


class NamedTermAnswer(TypedDict, closed=True):
    """A term `mention_text` in the question that filings call `filed`; `line` is its statement line, null if there is none."""

    mention_text: str
    line: str | None
    label: str
    filed: list[str]


class NamedRatioAnswer(TypedDict, closed=True):
    """A ratio that the words `mention_text` name, and the statement lines it is computed from, which are searched for."""

    mention_text: str
    ratio: Annotated[str | None, Schema(description="Its name at `/companies/{ticker}/ratios`; null if it is not computed.")]
    label: str
    lines: list[str]


class NamedOwnCompanyAnswer(TypedDict, closed=True):
    """A company of added documents (ids) that the words `mention_text` of the question name."""

    mention_text: str
    name: str
    documents: list[int]


class AbsentCompanyAnswer(TypedDict, closed=True):
    """A company that the words `mention_text` of the question name, and of which there is no document."""

    mention_text: str
    name: str


class InterpretedAnswer(TypedDict, closed=True):
    """What the search understood the question to name. It ranks such passages higher and leaves none out.

    Pass the words `mention_text` of an entry as `ignore` to search without it.
    """

    companies: list[NamedCompanyAnswer]
    forms: list[NamedFormAnswer]
    items: list[NamedItemAnswer]
    newest: list[NewestAnswer]
    periods: list[NamedPeriodAnswer]
    terms: list[NamedTermAnswer]
    ratios: list[NamedRatioAnswer]
    own_companies: list[NamedOwnCompanyAnswer]
    absent: list[AbsentCompanyAnswer]


class SearchAnswer(TypedDict, closed=True):
    """Hits, the best first."""

    query: str
    as_of: IsoDate | None
    hits: list[HitAnswer]
    next_offset: int | None
    companies_named: Annotated[list[str], Schema(description="Companies that the question itself names.")]
    interpreted: InterpretedAnswer
    model: Annotated[str | None, Schema(description="The embedding model used; null if only words were searched.")]
    unanswered: Annotated[str | None, Schema(description="Why a better embedding model was not used.")]
    figures: Annotated[
        FiguresAnswer | None,
        Schema(description="The figures that the question asks for, proven by the statements; null if it asks for none."),
    ]


def result_as_json(result: SearchResult) -> SearchAnswer:
    """The question, what it was understood to name, and the hits, the best first."""
    query = result.query
    return {
        "query": query.text,
        "as_of": query.as_of.isoformat() if query.as_of else None,
        "hits": [hit_as_json(hit) for hit in result.hits],
        "next_offset": result.next_offset,
        "companies_named": list(dict.fromkeys(mention.company.label for mention in result.mentions)),
        "interpreted": understanding_as_json(read_question(query.text).text, result.understood),
        "model": result.model,
        "unanswered": result.unanswered,
        "figures": figures_as_json(result.figures) if result.figures else None,
    }


def figures_as_json(answer: FigureAnswer) -> FiguresAnswer:
    """The figures that a question asks for, each with its proof."""
    return figures_answer(((each.asked, each.proof) for each in answer.figures), answer.unclear, answer.unclear_text)


def understanding_as_json(question: str, understood: Understanding) -> InterpretedAnswer:
    """What the question was understood to name; passing `mention_text` of an entry as `ignore` takes it back."""
    return {
        "companies": [
            {
                "mention_text": question[mention.start : mention.end],
                "company": mention.company.label,
                "name": mention.company.name,
            }
            for mention in understood.companies
        ],
        "forms": [{"mention_text": mention.mention_text, "form": mention.form} for mention in understood.forms],
        "items": [
            {"mention_text": mention.mention_text, "item": mention.item, "title": mention.title}
            for mention in understood.items
        ],
        "newest": [{"mention_text": mention.mention_text, "forms": list(mention.forms)} for mention in understood.newest],
        "periods": [
            {
                "mention_text": mention.mention_text,
                "fiscal_year": mention.period.fiscal_year,
                "quarter": mention.period.quarter,
            }
            for mention in understood.periods
        ],
        "terms": [
            {"mention_text": term.mention_text, "line": term.line, "label": term.label, "filed": list(term.filed)}
            for term in understood.terms
        ],
        "ratios": [
            {
                "mention_text": ratio.mention_text,
                "ratio": ratio.ratio,
                "label": ratio.label,
                "lines": [line.line for line in ratio.lines if line.line is not None],
            }
            for ratio in understood.ratios
        ],
        "own_companies": [
            {"mention_text": question[each.start : each.end], "name": each.name, "documents": list(each.documents)}
            for each in understood.own_companies
        ],
        "absent": [{"mention_text": question[each.start : each.end], "name": each.name} for each in understood.absent],
    }


def hit_as_json(hit: Hit) -> HitAnswer:
    """One citation. `company` is the ticker, or `CIK n` where there is none; `start` and `end` count in the extracted text."""
    return {
        **passage_as_json(hit),
        "score": round(hit.score, 6),
        "highlights": [(start, end) for start, end in hit.highlights],
        "also_in": [str(accession) for accession in hit.also_in],
        "text_rank": hit.text_rank,
        "vector_rank": hit.vector_rank,
    }


def passage_as_json(hit: Hit) -> PassageAnswer:
    """One passage with its citation."""
    return {
        "passage": hit.passage_id,
        "company": hit.company_label,
        "accession": str(hit.accession) if hit.accession else None,
        "form": hit.form,
        "filed_on": hit.filed_on.isoformat() if hit.filed_on else None,
        "item": hit.item,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "context": hit.context,
        "note": hit.note,
        "document": hit.document,
        "document_id": hit.document_id,
        "title": hit.title,
        "page": hit.page,
        "page_label": hit.page_label,
        "part": hit.part,
        "cik": hit.cik.number if hit.cik else None,
        "company_name": hit.company,
        "fiscal_year": hit.period.fiscal_year if hit.period else None,
        "fiscal_quarter": hit.period.quarter if hit.period else None,
        "item_title": item_title(hit),
    }
