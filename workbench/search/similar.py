"""Similar companies by text, industry and size, with their most similar passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from db.companies import get_company
from db.engine import Connection
from db.filings.documents import get_document_by_id
from db.search import citations, embeddings, similarity
from workbench.domain.filings.similarity import SharedPassages, SimilarCompany, industry_similarity, size_similarity
from workbench.domain.identity import Company

_PASSAGES = 2
# Two passages closer than this say the same words: boilerplate that a whole industry copies.
_VERBATIM = 0.985
# Below it two passages share a manner of speaking rather than a subject, as read in annual reports of ten companies.
_CLOSE = 0.6


def similar_companies(
    connection: Connection, model: str, company: Company, *, as_of: date | None = None, limit: int = 10
) -> list[SimilarCompany]:
    """The companies most like this one as known on `as_of`, by `SimilarCompany.score`, most similar first.

    Candidates are the 50 with the most similar text by this model, and those of the same major industry group.
    Each of the result comes with up to two pairs of passages.
    """
    known = embeddings.find_model(connection, model)
    nearest = similarity.nearest_reports(connection, known, company.cik, as_of) if known else []
    reports = {cik: (other, cosine) for cik, _, other, cosine in nearest}
    ciks = list(dict.fromkeys([*reports, *similarity.same_major_group(connection, company.cik, company.sic)]))
    sizes = similarity.sizes(connection, [company.cik, *ciks], as_of)
    results = []
    for cik in ciks:
        other = get_company(connection, cik)
        document, cosine = reports.get(cik, (None, None))
        results.append(
            SimilarCompany(
                company=other,
                document=get_document_by_id(connection, document) if document is not None else None,
                size=sizes.get(cik),
                text_similarity=cosine,
                industry_similarity=industry_similarity(company.sic, other.sic),
                size_similarity=size_similarity(sizes.get(company.cik), sizes.get(cik)),
            )
        )
    results.sort(key=lambda one: (-one.score, one.company.cik))
    results = results[:limit]
    return _with_passages(connection, known, nearest[0][1], results, as_of) if known and nearest else results


def _with_passages(
    connection: Connection, model: embeddings.EmbeddingModel, own: int, results: Sequence[SimilarCompany], as_of: date | None
) -> list[SimilarCompany]:
    others = [one.document.document_id for one in results if one.document]
    vectors = similarity.profile_vectors(connection, model, [own, *others])
    if own not in vectors:
        return list(results)
    ids, rows = vectors[own]
    cosines = {other: _unit(rows) @ _unit(vectors[other][1]).T for other in others if other in vectors}
    chosen = {other: _chosen(cosines, other) for other in cosines}
    wanted = {ids[row]: 0.0 for pairs in chosen.values() for row, _ in pairs}
    wanted |= {vectors[other][0][column]: 0.0 for other, pairs in chosen.items() for _, column in pairs}
    hits = {hit.passage_id: hit for hit in citations.hits(connection, wanted, as_of=as_of)}
    result = []
    for one in results:
        other = one.document.document_id if one.document else -1
        pairs = tuple(
            SharedPassages(hits[ids[row]], hits[vectors[other][0][column]], float(cosines[other][row, column]))
            for row, column in chosen.get(other, ())
        )
        result.append(replace(one, passages=pairs))
    return result


def _chosen(cosines: dict[int, npt.NDArray[np.float32]], other: int) -> list[tuple[int, int]]:
    """Pairs (own passage, other's) that are close, and closer than the own passage is to those of other companies.

    Boilerplate (where reports are published, that shares may fall) is close to the passages of every company.
    """
    best = cosines[other].max(axis=1)
    rest = [matrix.max(axis=1) for document, matrix in cosines.items() if document != other]
    common = sum(rest) / len(rest) if rest else 0.0
    distinctiveness = np.where((best >= _CLOSE) & (best < _VERBATIM), best - common, -np.inf)
    pairs: list[tuple[int, int]] = []
    for row in np.argsort(-distinctiveness, kind="stable"):
        column = int(cosines[other][row].argmax())
        if len(pairs) == _PASSAGES or not np.isfinite(distinctiveness[row]):
            break
        if all(column != taken for _, taken in pairs):
            pairs.append((int(row), column))
    return pairs


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
