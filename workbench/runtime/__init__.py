"""Assembles the components; the only package that names concrete adapters."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import engine as db_engine
from db import migrate
from db.operations.grants import grant_application, owns_tables
from db.server import check_server, server_facts
from db.timeouts import Timeouts
from db.timescale import ChunkPlan, apply_plan
from workbench import tracing
from workbench.adapters.embedded_postgres import EmbeddedPostgres
from workbench.domain.rights.ownership import Caller
from workbench.runtime import components
from workbench.runtime.questions import EveryResearch
from workbench.runtime.secrets import database_address, followed_secrets, with_secrets
from workbench.service_settings import (
    EmbeddedDatabase,
    PostgresDatabase,
)
from workbench.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from workbench.domain.operations.first_start import FirstStart
    from workbench.domain.operations.reports import ReportFigure
    from workbench.ports import (
        Cache,
        DatabaseAddress,
        Embedder,
        IdentityProvider,
        Notifier,
        ObjectStore,
        TextRecognizer,
    )
    from workbench.runtime.changes import Changes
    from workbench.runtime.company_cache import CompanyCache
    from workbench.runtime.search_cache import SearchCache


class Workbench(EveryResearch):
    """Everything an entry point needs, opened and closed together. Create it with `open_workbench`.

    `now` is the clock of scheduled jobs; `filling` is the progress of a first start, None outside of one.
    """

    filling: FirstStart | None = None

    def __init__(
        self,
        settings: Settings,
        database: db_engine.Database,
        objects: ObjectStore,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.stored_settings = components.stored_settings(settings, database)
        self.database = database
        self.objects = objects
        self.now = now

    @property
    def settings(self) -> Settings:
        """The settings that count now: those of the start, and where they have no value, what administrators stored."""
        return self.stored_settings.current

    @cached_property
    def embedder(self) -> Embedder:
        """The fast model that embeds new passages at once; its weights are read at first use."""
        return components.fast_embedder()

    @cached_property
    def better_embedder(self) -> Embedder | None:
        """The chosen model, which embeds in the background and is searched once complete; None to use the fast one alone."""
        return components.better_embedder(self.settings)

    @cached_property
    def recognizer(self) -> TextRecognizer | None:
        """Text recognition for scanned documents; None if the settings choose none."""
        return components.recognizer(self.settings)

    @cached_property
    def cache(self) -> Cache:
        """The cache of frequent results."""
        chosen = components.cache(self.settings)
        if not tracing.is_on():
            return chosen
        from workbench.adapters.traced import TracedCache

        return TracedCache(chosen)

    @cached_property
    def notifier(self) -> Notifier:
        """The notification channels of the settings."""
        return components.notifier(lambda: self.settings)

    @cached_property
    def webhooks(self) -> Notifier:
        """The signed webhooks of the settings, which get reports."""
        return components.webhooks(lambda: self.settings)

    @cached_property
    def identity_provider(self) -> IdentityProvider | None:
        """The provider that users may sign in with; None for passwords alone."""
        return components.identity_provider(self.settings)

    @cached_property
    def company_cache(self) -> CompanyCache:
        """Companies by ticker or CIK, for a long-running process."""
        from workbench.runtime.company_cache import CompanyCache

        return CompanyCache(self.database, self.cache, self.data_changes)

    @cached_property
    def search_cache(self) -> SearchCache:
        """Answers to searches, for a long-running process."""
        from workbench.runtime.search_cache import SearchCache

        return SearchCache(self.data_changes)

    @cached_property
    def data_changes(self) -> Changes:
        """What the database notifies of changes by any process, for a long-running one."""
        from workbench.runtime.changes import Changes

        changes = Changes(self.database)
        changes.subscribe(self.stored_settings.on_change)
        return changes

    def sql(
        self,
        query: str,
        parameters: Sequence[Any] = (),
        *,
        snapshot: str | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> pd.DataFrame:
        """Queries the newest snapshot of the lake, or a named one, with SQL (DuckDB); `?` in the query stand for `parameters`.

        `describe` lists the tables; `frames` are further ones, by the names that the query has for them. Raises NotFound
        without a snapshot, InvalidRequest for a query that cannot be answered or a name that is no name of a table.
        """
        with components.lake(self.settings, self.objects).ask(
            query, parameters, snapshot=snapshot, frames=frames or {}
        ) as answer:
            return answer.df()

    def describe(self, table: str | None = None) -> pd.DataFrame:
        """One row a column of the lake's tables, or of one: table, column, type and what it means; needs no snapshot.

        Raises InvalidRequest for an unknown table.
        """
        from workbench.analysis.operations.lake_dictionary import dictionary_frame
        from workbench.ingest.operations.lake import lake_columns

        return dictionary_frame(lake_columns(), table)

    def snapshots(self) -> pd.DataFrame:
        """One row a snapshot of the lake, newest first (index `snapshot`); see `snapshots_frame`."""
        from workbench.analysis.operations.lake_frames import snapshots_frame
        from workbench.ingest.operations.lake import snapshots

        return snapshots_frame(snapshots(self.objects))

    def lake_files(self, table: str | None = None, *, snapshot: str | None = None, since: str | None = None) -> pd.DataFrame:
        """One row a Parquet file of the newest snapshot, or a named one, with its path on this machine; see `files_frame`.

        With `since`, an earlier snapshot, only the files that were added or removed after it: what another store needs to
        follow. Raises NotFound for an unknown snapshot, InvalidRequest for an unknown table.
        """
        from workbench.analysis.operations.lake_frames import files_frame

        lake = components.lake(self.settings, self.objects)
        return files_frame(lake.paths(snapshot, since=since, table=table))

    def __repr__(self) -> str:
        return f"Workbench({str(self.settings.home)!r}, database={self.settings.database.kind!r})"

    def close(self) -> None:
        """Closes what this object opened; the caller that opened the database closes it."""
        if "data_changes" in self.__dict__:
            self.data_changes.close()
        if (provider := self.__dict__.get("identity_provider")) is not None:
            provider.close()


@contextmanager
def open_workbench(settings: Settings | None = None) -> Iterator[Workbench]:
    """Starts embedded services, migrates the database and yields the workbench; closes all of it at the end of the block.

    Raises SetupError with a hint when a component is not available.
    """
    named = settings or Settings.load()
    with followed_secrets(named) as followed, connect(named) as database:
        start_tracing(followed)
        migrate.upgrade(database.owner.engine, statement_seconds=database.timeouts.schema_statement_seconds)
        grant_application(database)
        _apply_chunk_plan(followed, database)
        with closing(Workbench(followed, database, components.object_store(followed))) as workbench:
            workbench.stored_settings.refresh()
            yield workbench


def start_tracing(settings: Settings) -> None:
    """Records what this process does from here on, if the settings name where traces go."""
    tracing.configure(settings.traces, version=version("corporate-intel-workbench"))


def _apply_chunk_plan(settings: Settings, database: db_engine.Database) -> None:
    chosen = settings.database
    if isinstance(chosen, PostgresDatabase):
        plan = ChunkPlan(chosen.price_chunk_days, chosen.event_chunk_days, chosen.compress_after_days)
        with database.owner.write() as connection:
            if owns_tables(connection):
                apply_plan(connection, plan)


def open_for_notebook(settings: Settings | None = None) -> Workbench:
    """The workbench for an interactive session, open until the interpreter ends; raises as `open_workbench` does.

    In a report run (`FIGURE_LOG` names a file) every queried figure is appended to that file, and searches find what the
    owner of the run (`REPORT_CALLER`) may read.
    """
    stack = ExitStack()
    workbench = stack.enter_context(open_workbench(settings))
    atexit.register(stack.close)
    if file := os.environ.get(FIGURE_LOG):
        workbench.on_figures = partial(_append_figures, Path(file))
    if caller := os.environ.get(REPORT_CALLER):
        workbench.caller = Caller.parse(caller)
    if "IPython" in sys.modules:
        from workbench.runtime.completion import offer_names
        from workbench.runtime.notebook_errors import show_short_errors

        offer_names(workbench.database)
        if FIGURE_LOG not in os.environ:
            show_short_errors()
    return workbench


FIGURE_LOG = "REPORT_FIGURE_LOG"
REPORT_CALLER = "REPORT_CALLER"


def _append_figures(file: Path, figures: Sequence[ReportFigure]) -> None:
    from workbench.analysis.operations.report_figures import to_lines

    with file.open("a", encoding="utf-8") as log:
        log.write(to_lines(figures))


@contextmanager
def connect(settings: Settings) -> Iterator[db_engine.Database]:
    """The database without migration; starts the embedded one.

    Raises SetupError for a database that cannot be reached or lacks what the workbench needs.
    """
    with ExitStack() as stack:
        address: str | DatabaseAddress
        if isinstance(settings.database, EmbeddedDatabase):
            server = EmbeddedPostgres(settings.home / "postgres", is_alive=db_engine.is_alive)
            stack.callback(server.release)
            address = server.acquire()
        else:
            address = database_address(settings, settings.database)
        size, overflow = settings.database.pool_size, settings.database.pool_overflow
        database = db_engine.Database(
            address, pool_size=size, pool_overflow=overflow, timeouts=_timeouts(settings), owner=_owner(settings)
        )
        stack.callback(database.close)
        if not isinstance(settings.database, EmbeddedDatabase):
            with database.read() as connection:
                check_server(server_facts(connection))
        yield database


def _owner(settings: Settings) -> str | None:
    """The URL with the account that owns the tables; None where it is the application's own."""
    if not isinstance(settings.database, PostgresDatabase) or settings.database.owner_url is None:
        return None
    chosen = with_secrets(settings).database
    return chosen.owner_url.get_secret_value() if isinstance(chosen, PostgresDatabase) and chosen.owner_url else None


def is_new(settings: Settings) -> bool:
    """Whether the embedded database does not exist yet, so that its first start is to come."""
    return isinstance(settings.database, EmbeddedDatabase) and not (settings.home / "postgres" / "data").exists()


def _timeouts(settings: Settings) -> Timeouts:
    chosen = settings.database
    return Timeouts(
        connect_seconds=chosen.connect_timeout_seconds,
        statement_seconds=chosen.statement_timeout_seconds,
        job_statement_seconds=chosen.job_statement_timeout_seconds,
        schema_statement_seconds=chosen.schema_statement_timeout_seconds,
        idle_transaction_seconds=chosen.idle_transaction_timeout_seconds,
        lock_seconds=chosen.lock_timeout_seconds,
        pool_seconds=chosen.pool_timeout_seconds,
        network_seconds=chosen.network_timeout_seconds,
    )
