"""The index of a model's vectors: of which kind, how it is built beside running searches, and how it is walked.

Indexes hold the vectors in half precision: as much is found, in half the memory (docs/decisions/0005-search.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

import psycopg
import sqlalchemy as sa

from db.engine import Database
from db.search.embeddings import EmbeddingModel, count_embeddings
from db.timeouts import long_statements

# Comparing each of so many 256-dimensional vectors takes 20 to 50 ms, and is exact; an index pays beyond.
INDEX_FROM = 10_000
# Any fixed number will do: the namespace of the locks held while a model's index is built.
_LOCK = 730_122
# HNSW looks at two candidates for each that is sought, and at one for so many vectors of the index: filings repeat themselves
# from year to year, and among passages that are nearly the same a narrower walk ends before it met all of them. 1,000 are the
# most that pgvector looks at.
_CANDIDATES = 2
_VECTORS_A_CANDIDATE = 250
_MOST_CANDIDATES = 1000
# What a node of HNSW's graph takes beside its vector while it is built: two arrays of neighbours and itself.
_NODE_BYTES = 800
_MIB = 2**20


class IndexKind(StrEnum):
    """How nearest vectors are found among many: HNSW sooner; IVFFLAT is built sooner, smaller, finds more in a million."""

    HNSW = "hnsw"
    IVFFLAT = "ivfflat"


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """An index that can be used, and about how many vectors it has; `lists` is how many an IVFFlat one has, None for HNSW."""

    name: str
    kind: IndexKind
    vectors: int
    lists: int | None = None


def find_index(connection: sa.Connection, model_id: int) -> VectorIndex | None:
    """The index of the model's vectors; None before one stands."""
    rows = connection.execute(
        sa.text(
            "select i.relname, i.reltuples, o.option_value from pg_index join pg_class i on i.oid = indexrelid"
            " left join pg_options_to_table(i.reloptions) o on o.option_name = 'lists'"
            " where indrelid = 'document_embeddings'::regclass and indisvalid and i.relname = any (:names)"
            " order by i.relname"
        ),
        {"names": [_name(kind, model_id) for kind in IndexKind]},
    ).all()
    for row in rows:
        kind = next(kind for kind in IndexKind if row.relname == _name(kind, model_id))
        return VectorIndex(row.relname, kind, int(row.reltuples), int(row.option_value) if row.option_value else None)
    return None


def prepare(connection: sa.Connection, index: VectorIndex, limit: int) -> None:
    """Sets how far this transaction's walks look: on in order of distance until the limit is met (pgvector 0.8)."""
    connection.execute(
        sa.text(
            "select set_config('hnsw.ef_search', :candidates, true), set_config('hnsw.iterative_scan', 'strict_order', true),"
            " set_config('ivfflat.probes', :probes, true), set_config('ivfflat.iterative_scan', 'relaxed_order', true)"
        ),
        {"candidates": str(hnsw_candidates(index.vectors, limit)), "probes": str(ivfflat_probes(index.lists or 1))},
    )


def hnsw_candidates(vectors: int, limit: int) -> int:
    """How many candidates a walk over an index of so many vectors looks at where so many are sought."""
    return min(max(_CANDIDATES * limit, vectors // _VECTORS_A_CANDIDATE), _MOST_CANDIDATES)


def ivfflat_lists(rows: int) -> int:
    """How many lists pgvector's manual advises: rows / 1000 up to a million, their root beyond; never fewer than 100."""
    return max(100, ceil(rows / 1000) if rows <= 1_000_000 else ceil(sqrt(rows)))


def ivfflat_probes(lists: int) -> int:
    """How many of the lists are looked through: twice the root that pgvector's manual advises to begin with."""
    return min(lists, ceil(2 * sqrt(lists)))


def building_mib(rows: int, dimensions: int) -> int:
    """The memory that holds the graph of so many vectors while it is built; HNSW takes several times as long with less."""
    return ceil(1.1 * rows * (2 * dimensions + _NODE_BYTES) / _MIB) + 16


def build_index(database: Database, model: EmbeddingModel, kind: IndexKind | None = None) -> bool:
    """Makes the model's index where it has `INDEX_FROM` vectors and none of the kind yet; True when it was made.

    No kind takes the one that is there, or HNSW. An IVFFlat index whose rows call for twice its lists is made anew. What it
    replaces goes once the new one stands. Searches and writes go on meanwhile; a build that was interrupted earlier is
    begun again. Takes a Database, for it cannot run in a transaction.
    """
    with database.read() as connection:
        if count_embeddings(connection, model, most=INDEX_FROM) < INDEX_FROM:
            return False
        present = find_index(connection, model.model_id)
        rows = count_embeddings(connection, model, most=10**9)
    wanted = kind or (present.kind if present else IndexKind.HNSW)
    if _serves(present, wanted, rows):
        return False
    with (
        database.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        long_statements(connection, database.timeouts.schema_statement_seconds),
    ):
        # A second process waits here and then finds the index made.
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK, model.model_id)))
        try:
            if _serves(find_index(connection, model.model_id), wanted, rows):
                return False
            _build(connection, model, wanted, rows)
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK, model.model_id)))
    return True


def _serves(present: VectorIndex | None, wanted: IndexKind, rows: int) -> bool:
    if present is None or present.kind is not wanted:
        return False
    return present.lists is None or ivfflat_lists(rows) < 2 * present.lists


def _build(connection: sa.Connection, model: EmbeddingModel, kind: IndexKind, rows: int) -> None:
    """Builds under another name, then takes the place of what was there: of either kind, of full precision, of a failure."""
    coming = f"{_name(kind, model.model_id)}_coming"
    lists = f" with (lists = {ivfflat_lists(rows)})" if kind is IndexKind.IVFFLAT else ""
    definition = (
        f"create index concurrently {coming} on document_embeddings using {kind}"
        f" ((embedding::halfvec({model.dimensions})) halfvec_cosine_ops){lists} where model_id = {model.model_id}"
    )
    _allow_memory(connection, building_mib(rows, model.dimensions))
    try:
        connection.execute(sa.text(f"drop index concurrently if exists {coming}"))
        try:
            connection.execute(sa.text(definition))
        except sa.exc.OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.DiskFull):
                raise
            # Several workers share the graph in /dev/shm, which containers keep small; one alone does not need it.
            connection.execute(sa.text("set max_parallel_maintenance_workers = 0"))
            connection.execute(sa.text(f"drop index concurrently if exists {coming}"))
            connection.execute(sa.text(definition))
    finally:
        connection.execute(sa.text("reset max_parallel_maintenance_workers"))
        connection.execute(sa.text("reset maintenance_work_mem"))
    for old in IndexKind:
        connection.execute(sa.text(f"drop index concurrently if exists {_name(old, model.model_id)}"))
        connection.execute(sa.text(f"drop index concurrently if exists ix_document_embeddings_{old}_{model.model_id}"))
    connection.execute(sa.text(f"alter index {coming} rename to {_name(kind, model.model_id)}"))


def _allow_memory(connection: sa.Connection, mib: int) -> None:
    """Lets the build use so much, but no more than half of what the server may count upon, and no less than is set."""
    connection.execute(
        sa.text(
            "select set_config('maintenance_work_mem', greatest(least(:wanted, effective.mib / 2), given.mib) || 'MB', false)"
            " from (select pg_size_bytes(current_setting('maintenance_work_mem')) / 1048576 as mib) given,"
            " (select pg_size_bytes(current_setting('effective_cache_size')) / 1048576 as mib) effective"
        ),
        {"wanted": mib},
    )


def _name(kind: IndexKind, model_id: int) -> str:
    return f"ix_document_embeddings_half_{kind}_{model_id}"
