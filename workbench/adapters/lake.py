"""Asking the lake by SQL: DuckDB over the Parquet files of one snapshot, wherever the object store keeps them."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import duckdb

from workbench.domain.errors import IntegrityError, Interrupted, InvalidRequest, NotFound, SetupError
from workbench.domain.operations.lake import (
    SNAPSHOTS,
    FileChange,
    LakeFile,
    LakeSnapshot,
    Part,
    read_manifest,
    snapshot_files,
    snapshot_key,
)
from workbench.ports import ObjectStore

if TYPE_CHECKING:
    import pandas as pd

# PRAGMA and SHOW are questions to DuckDB too; with the configuration locked they change nothing.
_QUESTIONS = frozenset([duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.PRAGMA])


# The name of a file of a snapshot.
_HASHED = re.compile(r"[0-9a-f]{64}\.parquet")


class FolderUpdate(NamedTuple):
    """How many files of a snapshot were written to a folder, were there already, and were removed as of another one."""

    written: int
    present: int
    removed: int


class Lake:
    """The snapshots in `objects`. Files come to `folder` when they are first asked for, checked against their hash.

    A question may take `seconds` and so many megabytes of memory, beyond which it is refused.
    """

    def __init__(self, objects: ObjectStore, folder: Path, *, seconds: float = 300.0, megabytes: int = 2000) -> None:
        self._objects = objects
        self._folder = folder
        self._seconds = seconds
        self._megabytes = megabytes

    def snapshot(self, name: str | None = None) -> LakeSnapshot:
        """The snapshot of that name, or the newest; raises NotFound."""
        if name is not None:
            return read_manifest(self._objects.get(snapshot_key(name)))
        lake_snapshots = [read_manifest(self._objects.get(each.key)) for each in self._objects.list(SNAPSHOTS)]
        if not lake_snapshots:
            raise NotFound("the lake is empty", hint="`workbench lake export` fills it")
        return max(lake_snapshots, key=lambda snapshot: (snapshot.created_at, snapshot.name))

    def paths(
        self, snapshot: str | None = None, *, since: str | None = None, table: str | None = None
    ) -> list[tuple[LakeFile, Path | None]]:
        """The files of a snapshot, or those in which it differs from `since`, each with its path on this machine.

        See `snapshot_files`; a removed file has no path. Raises NotFound for an unknown snapshot and IntegrityError for a
        damaged file.
        """
        earlier = None if since is None else self.snapshot(since)
        files = snapshot_files(self.snapshot(snapshot), since=earlier, table=table)
        return [(each, None if each.change is FileChange.REMOVED else self._file(each.table, each.part)) for each in files]

    def write_to(self, folder: Path, snapshot: str | None = None) -> FolderUpdate:
        """Makes the folder hold the files of a snapshot, as `table/partition/sha256.parquet`; returns what was done.

        What is there is neither fetched nor written again. Files named so in the folders of its tables that are not of the
        snapshot are removed, after all of its own are there; others stay. Raises SetupError, and InvalidRequest for a folder
        within the home, where the workbench's own files are named so too.
        """
        if folder.resolve().is_relative_to(self._folder.parent.resolve()):
            raise InvalidRequest(f"{folder} lies within the workbench's own folder", hint="choose a folder outside of it")
        chosen = self.snapshot(snapshot)
        written = present = 0
        files = set()
        for each in snapshot_files(chosen):
            target = folder / each.table / each.part.partition / f"{each.part.sha256}.parquet"
            files.add(target)
            try:
                if target.is_file() and target.stat().st_size == each.part.size_bytes:
                    present += 1
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                beside = target.with_name(f".{uuid4().hex}")
                beside.write_bytes(self._file(each.table, each.part).read_bytes())
                beside.replace(target)
            except OSError as error:
                raise SetupError(
                    f"{target} cannot be written: {error.strerror}", hint="check the disk and the folder"
                ) from error
            written += 1
        there = (path for table in chosen.tables for path in (folder / table).glob("**/*.parquet"))
        unused = [path for path in there if _HASHED.fullmatch(path.name) and path not in files]
        for path in unused:
            path.unlink()
        return FolderUpdate(written, present, len(unused))

    @contextmanager
    def ask(
        self,
        query: str,
        parameters: Sequence[Any] = (),
        *,
        snapshot: str | None = None,
        frames: Mapping[str, pd.DataFrame] = MappingProxyType({}),
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """The answer of one query over the tables of a snapshot, and over `frames` by name, to be fetched within the block.

        The query can read nothing but those tables and change nothing outside itself. Raises InvalidRequest with DuckDB's
        words for one that it cannot answer, for more than one, and for what is no question or needs too much.
        """
        _refuse_other_than_one_question(query)
        chosen = self.snapshot(snapshot)
        with duckdb.connect(":memory:") as connection, _limited(connection, self._seconds):
            self._open(connection, chosen, query)
            for name, frame in frames.items():
                _check_name(name, chosen)
                connection.register(name, frame)
            _lock(connection)
            connection.execute(query, list(parameters))
            yield connection

    def _open(self, connection: duckdb.DuckDBPyConnection, snapshot: LakeSnapshot, query: str) -> None:
        # Only files of tables that the query has the word of need to come here; one without any may ask which there are.
        words = set(re.findall(r"\w+", query.lower()))
        named = {table for table in snapshot.tables if table in words} or set(snapshot.tables)
        files = {table: [str(self._file(table, part)) for part in snapshot.tables[table]] for table in sorted(named)}
        for table, paths in files.items():
            connection.read_parquet(paths, hive_partitioning=False).create_view(table)
        connection.execute(f"set memory_limit = '{self._megabytes}MB'")
        allowed = ", ".join(_quoted(path) for paths in files.values() for path in paths)
        connection.execute(f"set allowed_paths = [{allowed}]")

    def _file(self, table: str, part: Part) -> Path:
        path = self._folder / f"{part.sha256}.parquet"
        try:
            if path.is_file() and path.stat().st_size == part.size_bytes:
                return path
            content = self._objects.get(part.key(table))
            if hashlib.sha256(content).hexdigest() != part.sha256:
                raise IntegrityError(
                    f"a file of the lake's table {table} is damaged", hint="restore it from a backup, or export the lake again"
                )
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{uuid4().hex}")
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            raise SetupError(
                f"{path} cannot be written: {error.strerror}", hint="check the disk and WORKBENCH_HOME"
            ) from error
        return path


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on the query reads nothing else."""
    connection.execute("set python_enable_replacements = false")  # variables of this program are no tables
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _check_name(name: str, snapshot: LakeSnapshot) -> None:
    if not name.isidentifier() or name.lower() in snapshot.tables:
        raise InvalidRequest(
            f"a frame cannot be called {name!r}", hint=f"use a word other than {', '.join(sorted(snapshot.tables))}"
        )


def _refuse_other_than_one_question(query: str) -> None:
    """A second statement would be answered in place of the first, and a snapshot never changes."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise InvalidRequest(_first_line(error), hint=_more(error)) from None
    if len(statements) != 1:
        raise InvalidRequest(f"one question at a time, not {len(statements)}", hint="select ticker, name from companies")
    if statements[0].type not in _QUESTIONS:
        raise InvalidRequest("a snapshot can be asked and not changed", hint="ask by select, describe or explain")


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupts what the block asks after so many seconds, and tells errors in the workbench's words."""
    is_late = threading.Event()

    def interrupt() -> None:
        is_late.set()
        connection.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (duckdb.InterruptException, RuntimeError) as error:
        if is_late.is_set():
            raise InvalidRequest(
                f"the question took longer than {seconds:,.0f} s", hint="ask for less at once, or set WORKBENCH_LAKE__SECONDS"
            ) from None
        if isinstance(error, duckdb.InterruptException) or "interrupted" in str(error).lower():
            raise Interrupted("stopped") from None  # by Ctrl-C, which DuckDB turns into an error of its own
        raise
    except duckdb.OutOfMemoryException:
        raise InvalidRequest(
            "the question needs more memory than it may have", hint="ask for less at once, or set WORKBENCH_LAKE__MEGABYTES"
        ) from None
    except duckdb.Error as error:
        raise InvalidRequest(_first_line(error), hint=_more(error)) from None
    finally:
        timer.cancel()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _more(error: Exception) -> str | None:
    """DuckDB's further lines on one: what it may have meant, and where in the query."""
    rest = " ".join(line.strip() for line in str(error).strip().splitlines()[1:] if line.strip(" ^"))
    return rest or None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
