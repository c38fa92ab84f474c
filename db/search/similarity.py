"""Which companies are alike: profiles of what they say, refreshed behind the embedding of passages; industry and size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from db.screens.company_metrics import known
from db.search.embeddings import EmbeddingModel
from db.tables import companies, company_metrics, company_profiles, company_similarity, document_embeddings, passages
from workbench.domain.filings.similarity import CompanySize
from workbench.domain.identity import Cik

_NEAREST = 50
_ANNUAL = ("10-K", "10-K405", "10-KSB", "10-KT")
_ITEMS = ("1", "1A")


def refresh_similarity(connection: sa.Connection, model: EmbeddingModel) -> int:
    """Makes the profile of each annual report whose passages are embedded, and anew the nearest companies when one changed.

    Returns how many profiles were written. Idempotent.
    """
    written = connection.execute(_REFRESH, {"model": model.model_id, "forms": list(_ANNUAL), "items": list(_ITEMS)}).rowcount
    if written:
        connection.execute(sa.delete(company_similarity).where(company_similarity.c.model_id == model.model_id))
        connection.execute(_NEAREST_OF_ALL, {"model": model.model_id, "nearest": _NEAREST, "as_of": date.max})
    return written


# The company's own report of that form (uploads are not everybody's), mean over the passages of Items 1 and 1A, written only
# where it changed.
_REFRESH = sa.text("""
    insert into company_profiles as stored (document_id, model_id, cik, filed_on, passages, embedding)
    select p.document_id, :model, p.cik, p.filed_on, count(*), avg(e.embedding)
    from passages p join document_embeddings e on e.passage_id = p.passage_id and e.model_id = :model
    join documents d on d.document_id = p.document_id and d.owner is null
    where p.form = any(:forms) and p.item = any(:items) and p.cik is not null and p.filed_on is not null
    group by p.document_id, p.cik, p.filed_on
    having vector_norm(avg(e.embedding)) > 0
    on conflict (document_id, model_id) do update
    set cik = excluded.cik, filed_on = excluded.filed_on, passages = excluded.passages, embedding = excluded.embedding
    where (stored.cik, stored.filed_on, stored.passages) is distinct from (excluded.cik, excluded.filed_on, excluded.passages)
       or stored.embedding <> excluded.embedding
""")

_STANDING = """
    select distinct on (cik) cik, document_id, embedding from company_profiles
    where model_id = :model and filed_on <= :as_of order by cik, filed_on desc, document_id desc
"""

_NEAREST_OF_ALL = sa.text(f"""
    with standing as materialized ({_STANDING})
    insert into company_similarity (document_id, other_document_id, model_id, text_similarity)
    select own.document_id, near.document_id, :model, near.similarity
    from standing own cross join lateral (
        select other.document_id, 1 - (own.embedding <=> other.embedding) as similarity
        from standing other where other.cik <> own.cik
        order by own.embedding <=> other.embedding, other.cik limit :nearest
    ) near
""")  # noqa: S608  composed of constants

_NEAREST_OF_ONE = sa.text(f"""
    with standing as materialized ({_STANDING})
    select other.cik, own.document_id, other.document_id as other_document_id,
           1 - (own.embedding <=> other.embedding) as similarity
    from standing own join standing other on other.cik <> own.cik
    where own.cik = :cik
    order by own.embedding <=> other.embedding, other.cik limit :nearest
""")  # noqa: S608  composed of constants


def nearest_reports(
    connection: sa.Connection, model: EmbeddingModel, cik: Cik, as_of: date | None
) -> list[tuple[Cik, int, int, float]]:
    """The 50 companies that say the most alike: (company, own document, its document, cosine), nearest first.

    Of each company its newest annual report on `as_of`; as of now they are read from where the last refresh left them.
    """
    if as_of is not None:
        asked = {"model": model.model_id, "cik": cik.number, "as_of": as_of, "nearest": _NEAREST}
        rows = connection.execute(_NEAREST_OF_ONE, asked).all()
        return [(Cik(row.cik), row.document_id, row.other_document_id, row.similarity) for row in rows]
    own, other = company_profiles.alias(), company_profiles.alias()
    stored = connection.execute(
        sa.select(
            other.c.cik,
            company_similarity.c.document_id,
            company_similarity.c.other_document_id,
            company_similarity.c.text_similarity,
        )
        .join(own, (own.c.document_id == company_similarity.c.document_id) & (own.c.model_id == model.model_id))
        .join(other, (other.c.document_id == company_similarity.c.other_document_id) & (other.c.model_id == model.model_id))
        .where(company_similarity.c.model_id == model.model_id, own.c.cik == cik.number)
        .order_by(company_similarity.c.text_similarity.desc(), other.c.cik)
    )
    return [(Cik(row.cik), row.document_id, row.other_document_id, row.text_similarity) for row in stored]


def same_major_group(connection: sa.Connection, cik: Cik, sic: str | None, *, limit: int = 200) -> list[Cik]:
    """Other companies with the same first two digits of the industry's code, by CIK; none without a code."""
    if not sic:
        return []
    result = connection.scalars(
        sa.select(companies.c.cik)
        .where(companies.c.sic.startswith(sic[:2], autoescape=True), companies.c.cik != cik.number)
        .order_by(sa.func.length(companies.c.sic), companies.c.sic != sic, companies.c.cik)
        .limit(limit)
    )
    return [Cik(number) for number in result]


def sizes(connection: sa.Connection, ciks: Sequence[Cik], as_of: date | None) -> dict[Cik, CompanySize]:
    """Size by the last fiscal year known on `as_of`; companies without figures are left out."""
    figures = sa.cast(company_metrics.c.figures, sa.JSON)
    rows = connection.execute(
        sa.select(
            company_metrics.c.cik,
            company_metrics.c.currency,
            company_metrics.c.period_label,
            figures["revenue"].as_string().label("revenue"),
            figures["total_assets"].as_string().label("total_assets"),
        ).where(
            company_metrics.c.basis == "annual",
            company_metrics.c.cik.in_([cik.number for cik in ciks]),
            sa.text(known("company_metrics", as_of)),
        ),
        {"day": as_of},
    )
    return {
        Cik(row.cik): CompanySize(_decimal(row.revenue), _decimal(row.total_assets), row.currency, row.period_label)
        for row in rows
    }


def _decimal(text: Any) -> Decimal | None:
    return Decimal(text) if text is not None else None


def profile_vectors(
    connection: sa.Connection, model: EmbeddingModel, document_ids: Sequence[int]
) -> dict[int, tuple[list[int], npt.NDArray[np.float32]]]:
    """By document the passages of Item 1, which says what a company does: their ids, and their vectors as rows, in order."""
    rows = connection.execute(
        sa.select(passages.c.document_id, passages.c.passage_id, document_embeddings.c.embedding)
        .join(document_embeddings, document_embeddings.c.passage_id == passages.c.passage_id)
        .where(
            document_embeddings.c.model_id == model.model_id,
            passages.c.document_id.in_(document_ids),
            passages.c.item == "1",
        )
        .order_by(passages.c.document_id, passages.c.ordinal)
    )
    results: dict[int, tuple[list[int], list[Any]]] = {}
    for row in rows:
        ids, vectors = results.setdefault(row.document_id, ([], []))
        ids.append(row.passage_id)
        vectors.append(row.embedding)
    return {key: (ids, np.asarray(vectors, dtype=np.float32)) for key, (ids, vectors) in results.items()}
