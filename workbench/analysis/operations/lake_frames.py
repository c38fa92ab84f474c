"""Snapshots of the lake and their files as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from workbench.domain.operations.lake import LakeFile, LakeSnapshot


def snapshots_frame(snapshots: Sequence[LakeSnapshot]) -> pd.DataFrame:
    """One row a snapshot, in the order given (index `snapshot`): created_at, tables, rows, bytes, over all its tables."""
    rows = [
        (
            each.created_at,
            len(each.tables),
            sum(each.rows(table) for table in each.tables),
            sum(part.size_bytes for parts in each.tables.values() for part in parts),
        )
        for each in snapshots
    ]
    index = pd.Index([each.name for each in snapshots], name="snapshot", dtype="str")
    frame = pd.DataFrame(rows, columns=["created_at", "tables", "rows", "bytes"], index=index)
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True)
    return frame


def files_frame(files: Iterable[tuple[LakeFile, Path | None]]) -> pd.DataFrame:
    """One row a Parquet file, in the order given: table, partition, change, rows, bytes, sha256 and path.

    `partition` is such as `filed_year=2024`, empty for a table of one piece; `path` is empty for a removed file.
    """
    rows = [
        (
            file.table, file.part.partition, file.change.value, file.part.rows, file.part.size_bytes, file.part.sha256,
            str(path) if path else None,
        )
        for file, path in files
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["table", "partition", "change", "rows", "bytes", "sha256", "path"])
