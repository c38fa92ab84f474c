"""Hybrid retrieval: full text and vectors together, one question, one `as_of`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum
from typing import TYPE_CHECKING

from db.engine import Connection
from db.search import citations, embeddings, full_text, passage_groups, passages, vector_search
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, MalformedDocument, SourceError
from workbench.domain.filings.passages import Hit, PassageFilter, PassageText, ReportPeriod
from workbench.domain.identity import Cik
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.ports import Embedder
from workbench.search.duplicates import Group, fold
from workbench.search.figures import FigureAnswer, FigureScope, figures_asked
from workbench.search.fusion import reciprocal_rank
from workbench.search.mentions import Mention
from workbench.search.scopes import Scope, scopes, statements_asked
from workbench.search.syntax import Question, read_question
from workbench.search.understanding import Understanding, understand
from workbench.search.wording import apart_from_lines, spelled_out, with_item_titles, without_names

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LONGEST_QUERY = 2000
MOST_HITS = 100
# Number of passages read from each ranking. Fixed, so that the second page continues the first.
DEPTH = 200
# Score factor for each of form and period that the question names and the passage's report matches.
_LIFT = 1.25
# The same for an item: a question that names its number asks for it.
_ITEM_LIFT = 2.0
# The same for primary statements with a line that the question names, or with a line of a ratio, where documents were added.
_STATEMENT_LIFT = 1.25
# The same for exhibit lists, tables of contents and signatures, unless the question is about them.
_BOILERPLATE = 0.4
_ABOUT_BOILERPLATE = re.compile(r"\b(?:exhibits?|signatures?|signed|table of contents|indentures?|by-?laws)\b", re.IGNORECASE)
# How much the other passages of a page add to the score of its best.
_REST_OF_PAGE = 0.3
# A passage with fewer words is a bare heading, which answers no question.
_FEWEST_WORDS = 4
# Weight of the fast model beside the better one while that one has not embedded all new filings.
_FAST_WEIGHT = 0.5
# Its weight against words where it is the only model, chosen on the tuned questions (0005-search.md).
_FAST_ALONE_WEIGHT = 0.7


class SearchMode(StrEnum):
    """The rankings to use: words, vectors, or both."""

    HYBRID = "hybrid"
    WORDS = "words"
    VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to the passages. Raises InvalidRequest or FutureDate for wrong values.

    Words in quotes must occur as written, a word with a minus sign before it must not. `companies`, `forms` and `items`
    narrow to what they name and leave open when empty, as do `documents` (ids), `sectors` (SIC codes or their beginnings, or
    words of the SEC's names for them) and `fiscal_years` of the reports; `as_of` keeps what was filed on or before that day.
    `ignored` are words of the question that are not to be understood as a company, form, period or other name, `*` for all.
    `per_filing` keeps the best passage of each filing; uploads that `caller` may not read are not searched. `k` hits come
    back after the first `offset`.
    """

    text: str
    companies: tuple[Cik, ...] = ()
    forms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    as_of: date | None = None
    k: int = 10
    offset: int = 0
    mode: SearchMode = SearchMode.HYBRID
    documents: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    per_filing: bool = False
    ignored: tuple[str, ...] = ()
    caller: Caller = LOCAL

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", tuple(form.strip().upper() for form in self.forms))
        object.__setattr__(self, "items", tuple(re.sub(r"^ITEM\s+", "", item.strip().upper()) for item in self.items))
        if not self.text.strip():
            raise InvalidRequest("the query is empty")
        if len(self.text) > LONGEST_QUERY:
            raise InvalidRequest(f"the query has {len(self.text):,} characters; {LONGEST_QUERY:,} are the most")
        if "\0" in self.text:
            raise InvalidRequest("the query holds a null character")
        if not 1 <= self.k <= MOST_HITS:
            raise InvalidRequest(f"k is {self.k}; it lies between 1 and {MOST_HITS}")
        if self.offset < 0:
            raise InvalidRequest(f"offset is {self.offset}; it is 0 or more")
        for year in self.fiscal_years:
            if not MINYEAR <= year <= MAXYEAR:
                raise InvalidRequest(f"{year} is no fiscal year such as 2024")
        parse_as_of(self.as_of)

    def within(self, companies: tuple[Cik, ...]) -> SearchQuery:
        """The same question to these companies only; to all of them when empty."""
        return replace(self, companies=companies)

    @property
    def filter(self) -> PassageFilter:
        """The filter on passages."""
        return PassageFilter(
            companies=self.companies,
            forms=self.forms,
            items=self.items,
            as_of=self.as_of,
            documents=self.documents,
            sectors=self.sectors,
            periods=tuple(ReportPeriod(year) for year in self.fiscal_years),
            caller=self.caller,
        )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `next_offset` continues them, and is None at the end.

    `understood` lists the names recognized in the question: matching passages rank higher, others are not left out. `model` is
    the embedding model used, None if only words were searched; `unanswered` is why a better one was not used. `has_words` is
    whether any passage, on this page or another, was found by a word. `figures` are the figures that the question asks for,
    given with the first page of hits.
    """

    query: SearchQuery
    hits: tuple[Hit, ...]
    next_offset: int | None
    understood: Understanding = field(default_factory=Understanding)
    model: str | None = None
    unanswered: str | None = None
    has_words: bool = True
    figures: FigureAnswer | None = None

    @property
    def caution(self) -> str | None:
        """A warning that no passage contains a word of the question, or that a company it names has no documents here."""
        cautions = []
        if self.understood.absent:
            names = ", ".join(dict.fromkeys(each.name for each in self.understood.absent))
            cautions.append(f"There are no documents of {names}.")
        if not self.has_words and self.hits and self.query.mode is SearchMode.HYBRID:
            cautions.append(
                "No passage contains a word of the question."
                " These passages are the closest in meaning, but may not be relevant."
            )
        return " ".join(cautions) or None

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The companies that the question was understood to name."""
        return self.understood.companies


@dataclass(frozen=True, slots=True)
class _Ranking:
    half: SearchMode
    weight: float
    passage_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Vector:
    model: embeddings.EmbeddingModel
    weight: float
    vector: npt.NDArray[np.float32]


def search(connection: Connection, embedder: Embedder, query: SearchQuery, *, better: Embedder | None = None) -> SearchResult:
    """The passages that answer the question best, as citations; the same question on the same data gives the same order.

    Under an `as_of` later filings move neither hits nor scores. `embedder` is the fast model; `better` is asked in its place
    once all passages had its vector. A company that the question names is asked apart as well, by the question without the
    name: its own filings rarely say it. The places in all these lists are fused.
    """
    question = read_question(query.text)
    understood = understand(connection, question.text, query.ignored, query.as_of, query.caller)
    asked = with_item_titles(question.text, understood)
    subject = with_item_titles(without_names(question.text, understood), understood)
    vectors: list[_Vector] = []
    unanswered = None
    if query.mode != SearchMode.WORDS:
        vectors, unanswered = _vectors(connection, embedder, better, spelled_out(subject, understood), query.as_of)
    terms, rankings = _rank(connection, query, replace(question, text=asked), understood, subject, vectors)
    scores = reciprocal_rank([(ranking.weight, ranking.passage_ids) for ranking in rankings])
    scores = _weighed(connection, scores, query, understood)
    groups, is_more = _page(connection, list(scores), query)
    shown = {group.first.passage_id: group for group in groups}
    names = [name for term in understood.lines for name in (term.mention_text, *term.filed) if name]
    hits = citations.hits(
        connection, {name: scores[name] for name in shown}, as_of=query.as_of, highlight=terms.own, names=names
    )
    return SearchResult(
        query,
        tuple(_placed(hit, shown[hit.passage_id], rankings) for hit in hits),
        query.offset + query.k if is_more else None,
        understood,
        vectors[0].model.model if vectors else None,
        unanswered,
        any(ranking.passage_ids for ranking in rankings if ranking.half is SearchMode.WORDS),
        _figures(connection, query, question.text, understood),
    )


def _figures(connection: Connection, query: SearchQuery, text: str, understood: Understanding) -> FigureAnswer | None:
    """The figures that the question asks for; none on later pages, nor of chosen documents."""
    if query.offset or query.documents:
        return None
    return figures_asked(
        connection, text, understood, FigureScope(query.companies, query.fiscal_years, query.ignored), query.as_of
    )


def _vectors(
    connection: Connection, embedder: Embedder, better: Embedder | None, text: str, as_of: date | None
) -> tuple[list[_Vector], str | None]:
    """The question's vectors by the models that are to be asked, the weightier first, and why a better one cannot be."""
    vectors: list[_Vector] = []
    unanswered = None
    known = embeddings.find_model(connection, better.model) if better else None
    if better is not None and known is not None and known.is_complete:
        try:
            vectors.append(_Vector(known, 1.0, better.embed([text])[0]))
        except (SourceError, MalformedDocument) as error:
            unanswered = str(error)
    if not vectors or embeddings.is_behind(connection, vectors[0].model, as_of):
        fast = embeddings.find_model(connection, embedder.model)
        if fast is not None:
            vectors.append(_Vector(fast, _FAST_WEIGHT if vectors else _FAST_ALONE_WEIGHT, embedder.embed([text])[0]))
    return vectors, unanswered


def _rank(  # noqa: PLR0917
    connection: Connection,
    query: SearchQuery,
    question: Question,
    understood: Understanding,
    subject: str,
    vectors: Sequence[_Vector],
) -> tuple[full_text.Terms, list[_Ranking]]:
    """The question's terms, and the lists to be fused: of all that may be found, then of the companies named."""
    where = replace(query.filter, phrases=question.phrases, excluded=question.excluded)
    scoped = scopes(where, question.text, understood, lambda report: passages.has_any(connection, report))
    wordings = [_wording(scope, subject if scope.is_about else question.text, understood) for scope in scoped]
    distinct = list(dict.fromkeys(wordings))
    read = full_text.read_terms(connection, distinct, as_of=query.as_of, caller=query.caller)
    terms = dict(zip(distinct, read, strict=True))
    rankings = []
    for scope, wording in zip(scoped, wordings, strict=True):
        in_all = passages.count_lasting(connection, scope.where)
        if query.mode != SearchMode.VECTOR:
            ids = full_text.search_words(connection, terms[wording], scope.where, DEPTH, in_all)
            rankings.append(_Ranking(SearchMode.WORDS, scope.weight, ids))
        for ours in vectors if scope.lines is None else ():
            ids = vector_search.search_vectors(connection, ours.model, ours.vector, scope.where, DEPTH, in_all)
            rankings.append(_Ranking(SearchMode.VECTOR, scope.weight * ours.weight, ids))
    return read[0], rankings


def _wording(scope: Scope, text: str, understood: Understanding) -> full_text.AskedWords:
    """What the words of a scope are ranked by: the names of statement lines, or the text with other names of its lines."""
    if scope.lines is not None:
        return full_text.AskedWords("", scope.lines)
    names = dict.fromkeys(name for term in understood.lines for name in (term.mention_text, *term.filed) if name)
    return full_text.AskedWords(apart_from_lines(text, understood), tuple(names))


def _weighed(
    connection: Connection, scores: dict[int, float], query: SearchQuery, understood: Understanding
) -> dict[int, float]:
    """The scores, raised for reports of the form, period and item that the question names, lowered for boilerplate.

    Of a page of paged text its best passage alone is left, with the page's score. Best first.
    """
    ids = list(scores)
    sides = [
        (_LIFT, PassageFilter(forms=tuple(mention.form for mention in understood.forms))),
        (_LIFT, PassageFilter(periods=tuple(mention.period for mention in understood.periods))),
        (_ITEM_LIFT, PassageFilter(items=tuple(mention.item for mention in understood.items))),
    ]
    if understood.own_companies or query.documents:
        kinds = statements_asked(query.text, understood)
        sides.append((_STATEMENT_LIFT, PassageFilter(statements=tuple(kind.value for kind in kinds))))
    sides = [(lift, side) for lift, side in sides if side != PassageFilter()]
    traits = passage_groups.traits(connection, ids, [side for _, side in sides])
    lifts = [lift for lift, _ in sides]
    factors = [(lift, {name for name, own in traits.items() if own.passes[number]}) for number, lift in enumerate(lifts)]
    factors += [
        (_LIFT, passage_groups.among_newest(connection, ids, mention.forms, query.as_of, query.caller))
        for mention in understood.newest
    ]
    if not _ABOUT_BOILERPLATE.search(query.text):
        factors.append((_BOILERPLATE, {name for name, own in traits.items() if own.is_boilerplate}))
    for factor, meant in factors:
        scores = {name: score * (factor if name in meant else 1.0) for name, score in scores.items()}
    return _by_page(_best_first(scores), traits)


def _best_first(scores: dict[int, float]) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])))


def _by_page(scores: dict[int, float], traits: Mapping[int, passage_groups.Traits]) -> dict[int, float]:
    """The best passage of each page, with the page's score: what else the page says counts too. Best first.

    Passages of documents without pages stay as they are.
    """
    if all(own.page is None for own in traits.values()):
        return scores
    pages: dict[object, list[int]] = {}
    for name in scores:
        pages.setdefault((traits[name].page if name in traits else None) or name, []).append(name)
    return _best_first(
        {names[0]: scores[names[0]] + _REST_OF_PAGE * sum(scores[name] for name in names[1:]) for names in pages.values()}
    )


def _page(connection: Connection, ranked: Sequence[int], query: SearchQuery) -> tuple[list[Group], bool]:
    if query.per_filing:
        return _page_of_filings(connection, ranked, query)
    # Twice the page is usually enough to fill it after folding; when it is not, more is read.
    end, taken = query.offset + query.k, 0
    read: list[PassageText] = []
    groups: list[Group] = []
    while len(groups) <= end and taken < len(ranked):
        more = ranked[taken : taken + 2 * end + 1]
        read += _without_headings(passages.texts(connection, more))
        taken += len(more)
        groups = fold(read)
    return groups[query.offset : end], len(groups) > end


def _without_headings(read: Sequence[PassageText]) -> list[PassageText]:
    """Without headings that stand alone, such as "PART I", to which every vector is as near as to any other."""
    return [passage for passage in read if len(passage.text.split()) >= _FEWEST_WORDS]


def _page_of_filings(connection: Connection, ranked: Sequence[int], query: SearchQuery) -> tuple[list[Group], bool]:
    best: dict[object, PassageText] = {}
    for passage in _without_headings(passages.texts(connection, ranked)):
        best.setdefault(passage.accession or passage.document_id, passage)
    end = query.offset + query.k
    return [Group(passage) for passage in list(best.values())[query.offset : end]], len(best) > end


def _placed(hit: Hit, group: Group, rankings: Sequence[_Ranking]) -> Hit:
    def place(half: SearchMode) -> int | None:
        ours = [ranking.passage_ids for ranking in rankings if ranking.half == half]
        return min((ids.index(hit.passage_id) + 1 for ids in ours if hit.passage_id in ids), default=None)

    also = dict.fromkeys(other.accession for other in group.others if other.accession and other.accession != hit.accession)
    return replace(hit, text_rank=place(SearchMode.WORDS), vector_rank=place(SearchMode.VECTOR), also_in=tuple(also))
