"""The lake: snapshots of the data as Parquet files, each named by the hash of its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from workbench.domain.errors import InvalidRequest, MalformedDocument

_PARTS = "lake/parts/"
SNAPSHOTS = "lake/snapshots/"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table: `partition` is like `filed_year=2024`, or empty for a table of one piece."""

    partition: str
    sha256: str
    size_bytes: int
    rows: int

    def key(self, table: str) -> str:
        """Where its bytes lie in the object store."""
        return "/".join(filter(None, (_PARTS + table, self.partition, f"{self.sha256}.parquet")))


@dataclass(frozen=True, slots=True)
class LakeSnapshot:
    """The content of the tables at one moment. It never changes: parts are shared with other snapshots, not overwritten."""

    name: str
    created_at: datetime
    tables: Mapping[str, tuple[Part, ...]]

    @property
    def key(self) -> str:
        """Where it lies in the object store."""
        return snapshot_key(self.name)

    def rows(self, table: str) -> int:
        """The number of rows of the table."""
        return sum(part.rows for part in self.tables[table])

    def as_json(self) -> bytes:
        """Its manifest, tables and parts in order."""
        tables = {table: [asdict(part) for part in parts] for table, parts in sorted(self.tables.items())}
        document = {"name": self.name, "created_at": self.created_at.isoformat(), "tables": tables}
        return json.dumps(document, indent=1).encode()


class FileChange(StrEnum):
    """What became of a file between two snapshots; `PRESENT` where one snapshot is looked at alone."""

    PRESENT = "present"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of a snapshot, or one in which two snapshots differ."""

    table: str
    part: Part
    change: FileChange


def snapshot_files(snapshot: LakeSnapshot, *, since: LakeSnapshot | None = None, table: str | None = None) -> list[LakeFile]:
    """The files of a snapshot by table and partition; with `since`, those alone in which it differs from that one.

    A copy of the files of `since` becomes one of the snapshot by adding the added ones and deleting the removed ones.
    Raises InvalidRequest for a table that neither has.
    """
    tables = sorted({*snapshot.tables, *(since.tables if since else ())})
    if table is not None and table not in tables:
        raise InvalidRequest(f"the snapshot {snapshot.name!r} has no table {table!r}", hint=f"it has {', '.join(tables)}")
    results: list[LakeFile] = []
    for name in [table] if table else tables:
        own, earlier = snapshot.tables.get(name, ()), since.tables.get(name, ()) if since else ()
        kind = FileChange.ADDED if since else FileChange.PRESENT
        results += [LakeFile(name, part, kind) for part in own if part not in earlier]
        results += [LakeFile(name, part, FileChange.REMOVED) for part in earlier if part not in own]
    return sorted(results, key=lambda file: (file.table, file.part.partition, file.change))


def read_manifest(content: bytes) -> LakeSnapshot:
    """The snapshot from the output of `as_json`; raises MalformedDocument for anything else."""
    try:
        document = json.loads(content)
        return LakeSnapshot(
            name=document["name"],
            created_at=datetime.fromisoformat(document["created_at"]),
            tables={table: tuple(Part(**part) for part in parts) for table, parts in document["tables"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedDocument("a manifest of the lake cannot be read", hint="export the lake again") from error


_DAILY = re.compile(r"day-(\d{4}-\d{2}-\d{2})")


def daily_name(day: date) -> str:
    """The name of the daily snapshot: `day-2026-11-24`."""
    return f"day-{day.isoformat()}"


def day_of(name: str) -> date | None:
    """The day of a daily snapshot's name; None for another name."""
    match = _DAILY.fullmatch(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def snapshot_key(name: str) -> str:
    """The object key of the manifest with that name; raises InvalidRequest for an invalid name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        raise InvalidRequest(f"{name!r} is not the name of a snapshot", hint="up to 64 letters, digits, _, . and -")
    return f"{SNAPSHOTS}{name}.json"
